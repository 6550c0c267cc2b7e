"""What each person did, and what they were told of it: the judge's own small memory.

Two clocks stand beside each other. `real` orders things; the workspace's time says what was due.
Whatever was pressed without an answer may have happened or not, until somebody is told.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

ALWAYS = float("inf")
LONDON = "Europe/London"
IN_A_MESSAGE = "message"
"""Where nobody's words may stand, not even for whoever wrote them."""
OPENS_ON = 1
"""The weekday of every check-in: Tuesday."""
T = TypeVar("T")


@dataclass(frozen=True)
class Rhythm:
    """When somebody is asked: the weekday counts from Monday, 0."""

    cadence: str = "weekly"
    weekday: int = 2
    at: time = time(9, 30)


@dataclass(frozen=True)
class Quiet:
    """Nothing from `start` on and before `end`, and nothing on these days."""

    start: time = time(18)
    end: time = time(9)
    days_off: frozenset[int] = frozenset({5, 6})

    def holds(self, local: datetime) -> bool:
        """Whether nothing may come at this moment of somebody's own clock."""
        at = local.time()
        if local.weekday() in self.days_off:
            return True
        if self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass
class Change(Generic[T]):
    """Something was asked to be so, at a real time; told, if it ever was."""

    value: T
    asked: float
    told: float | None = None


@dataclass
class Choice(Generic[T]):
    """What holds for somebody, as far as they know."""

    changes: list[Change[T]]

    def ask(self, value: T, real: float) -> Change[T]:
        """Write down that it is asked for."""
        change = Change(value, real)
        self.changes.append(change)
        return change

    def possible(self, since: float, until: float) -> list[T]:
        """Return what may have held between two real times."""
        found: list[T] = []
        for number, change in enumerate(self.changes):
            over = min(
                (c.told for c in self.changes[number + 1 :] if c.told is not None), default=ALWAYS
            )
            if change.asked <= until and since <= over:
                found.append(change.value)
        return found


def fixed(value: T) -> Choice[T]:
    """Return a choice that somebody has from the beginning."""
    return Choice([Change(value, 0.0, 0.0)])


@dataclass
class Timeline:
    """How the workspace's time ran: from each real time on, so many seconds ahead of it."""

    ahead: list[tuple[float, float]] = field(default_factory=list)

    def real(self, moment: datetime) -> float:
        """Return the real time at which the workspace had come to a moment, or passed it."""
        wanted = moment.timestamp()
        number = bisect_left(range(len(self.ahead)), wanted, key=self._ends)
        if number == len(self.ahead):
            return ALWAYS
        since, ahead = self.ahead[number]
        return max(since, wanted - ahead)

    def _ends(self, number: int) -> float:
        """Return the workspace's time up to which it was so far ahead."""
        if number + 1 == len(self.ahead):
            return ALWAYS
        return self.ahead[number + 1][0] + self.ahead[number][1]


@dataclass
class Person:
    """Somebody of the workspace, and what they know of themselves."""

    handle: str
    user: str
    zone: str
    roles: frozenset[str]
    cohort: str | None = None
    enrolled_at: datetime | None = None
    here: Choice[bool] = field(default_factory=lambda: fixed(True))
    rhythm: Choice[Rhythm] = field(default_factory=lambda: fixed(Rhythm()))
    quiet: Choice[Quiet] = field(default_factory=lambda: fixed(Quiet()))
    paused_until: Choice[date | None] = field(default_factory=lambda: fixed(None))
    direct: Choice[bool] = field(default_factory=lambda: fixed(False))
    nudge: Choice[Rhythm | None] = field(default_factory=lambda: fixed(None))
    heavy: list[Change[datetime]] = field(default_factory=list)
    """When they said that a session was heavy."""
    words: list[datetime] = field(default_factory=list)
    """When they reacted to a question or wrote anything, so that the bot does not go quiet."""
    erased: Change[bool] | None = None

    def local(self, moment: datetime) -> datetime:
        """Return a moment by this person's clock."""
        return moment.astimezone(ZoneInfo(self.zone))


@dataclass
class Session:
    """A session somebody logged."""

    person: str
    code: str
    minutes: Choice[int]
    logged: Change[bool]
    gone: Change[bool] | None = None
    words: list["Words"] = field(default_factory=list)


@dataclass
class Allowed:
    """Somebody may see something from a real time on, until another."""

    who: str
    since: float
    until: float = ALWAYS

    def meets(self, since: float, until: float) -> bool:
        """Whether some moment of it lies between the two."""
        return self.since <= until and since <= self.until


@dataclass
class Words:
    """Something that somebody wrote, with its own mark."""

    tag: str
    person: str
    kind: str
    saved: Change[bool]
    gone: Change[bool] | None = None
    readers: list[Allowed] = field(default_factory=list)
    """People by their handles, and groups by their names."""

    def stop(self, real: float) -> None:
        """Let nobody else read it any more."""
        for one in self.readers:
            one.until = min(one.until, real)


@dataclass(frozen=True)
class Push:
    """A message that the workspace took from the bot, for a person or in a channel."""

    to: str
    kind: str
    about: str
    at: datetime
    real: float
    was: datetime | None = None
    """What the workspace's time would have been, had its clock not just been moved."""


@dataclass(frozen=True)
class Sight:
    """Somebody's mark stood on a screen that was drawn between these real times."""

    who: str
    tag: str
    since: float
    until: float
    where: str


@dataclass(frozen=True)
class Crash:
    """Something died; a person pressed until there was an answer again."""

    what: str
    seconds: float


@dataclass(frozen=True)
class NotSaved:
    """A form came back, or no answer came; whether everything that was typed stands there still."""

    who: str
    form: str
    kept: bool


@dataclass(frozen=True)
class AskedBack:
    """Somebody looked what is there of theirs: everything of one kind, at one real time.

    `found` counts by mark, code or name; `begun` is when they began to look.
    """

    who: str
    what: str
    begun: float
    found: Counter[str]
    minutes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Waits:
    """Whether something that did not come was found on the Home tab."""

    who: str
    what: str
    day: date
    there: bool


@dataclass
class Request:
    """A request for supervision that somebody was told is sent.

    `picked_at` is when a supervisor picked it up, or may have, for the first time.
    """

    person: str
    sent_at: datetime
    real: float
    tag: str = ""
    over: float | None = None
    picked_at: datetime | None = None


@dataclass
class CheckIn:
    """A check-in of a cohort: answers told, answers that may have come, and what was shown."""

    cohort: str
    day: date
    told: int = 0
    maybe: int = 0
    shown: int | None = None

    @property
    def key(self) -> tuple[str, date]:
        """What it is known by."""
        return self.cohort, self.day


def opened_on(moment: datetime) -> date:
    """Return the day of the check-in that a message of this moment (UTC) asks for: a Tuesday.

    Whoever had quiet hours when it opened is asked when they are over.
    """
    return moment.date() - timedelta(days=(moment.weekday() - OPENS_ON) % 7)


@dataclass
class History:
    """Everything that the judge goes by."""

    people: dict[str, Person] = field(default_factory=dict)
    timeline: Timeline = field(default_factory=Timeline)
    sessions: list[Session] = field(default_factory=list)
    words: dict[str, Words] = field(default_factory=dict)
    pushes: list[Push] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)
    not_saved: list[NotSaved] = field(default_factory=list)
    asked_back: list[AskedBack] = field(default_factory=list)
    waits: list[Waits] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    check_ins: dict[tuple[str, date], CheckIn] = field(default_factory=dict)
    answered: set[tuple[str, date, str]] = field(default_factory=set)
    sets: list[str] = field(default_factory=list)
    offered: dict[str, datetime] = field(default_factory=dict)
    """From when on dates may be offered again, for each set."""
    asked_for_dates: list[tuple[str, float]] = field(default_factory=list)
    """For which set, and when, dates were offered, or may have been."""
    groups: dict[str, list[Allowed]] = field(default_factory=dict)
    """Who is in a set or a cohort, or has a role."""
    surprises: list[str] = field(default_factory=list)
    """What the bot itself called a surprise: no promise, but something to look into."""
    programme_paused: Choice[bool] = field(default_factory=lambda: fixed(False))
    began: datetime | None = None
    ended: datetime | None = None

    def check_in(self, cohort: str, moment: datetime) -> CheckIn:
        """Return the check-in of a cohort that a message of this moment (UTC) asks for."""
        one = CheckIn(cohort, opened_on(moment))
        return self.check_ins.setdefault(one.key, one)

    def join(self, group: str, who: str, real: float = 0.0) -> Allowed:
        """Write down that somebody may be in a group from now on."""
        member = Allowed(who, real)
        self.groups.setdefault(group, []).append(member)
        return member

    def may_see(self, who: str, words: Words, since: float, until: float) -> bool:
        """Whether somebody may see words at some moment between the two."""
        if who == words.person:
            return True
        for one in words.readers:
            if not one.meets(since, until):
                continue
            members = self.groups.get(one.who, ())
            if one.who == who or any(m.who == who and m.meets(since, until) for m in members):
                return True
        return False
