"""The eight promises of DESIGN.md, each judged by what people did, saw and were told."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.faults.soak.told import (
    IN_A_MESSAGE,
    LONDON,
    AskedBack,
    Change,
    CheckIn,
    History,
    Person,
    Push,
    Request,
    Session,
    Words,
)

ANSWER_SECONDS = 30.0
ON_THE_WAY = 2.0
"""So long, in real seconds, a message may have been on its way when something changed."""
A_MOMENT = timedelta(seconds=2)
IN_PEACE = timedelta(hours=48)
LOOKED_FOR = timedelta(hours=48)
"""What did not come is looked for so long after it was due, at the latest."""
AT_ONCE = timedelta(minutes=10)
A_WEEK = timedelta(days=7)
ONCE = frozenset(
    {"question", "nudge", "check_in", "check_in_post", "check_in_result"}
    | {"set_dates", "set_chosen", "set_moved", "set_cancelled", "set_reminder"}
    | {"set_few", "set_quorum", "set_actions", "set_closed"}
)
"""What comes once for a schedule, a date and a person. Alerts of supervision rather come twice."""
ANSWERS = frozenset({"file"})
"""What comes because somebody presses a button for it, at any hour."""
HELD_BY_A_PAUSE = frozenset({"question", "nudge", "check_in", "check_in_post"})


@dataclass(frozen=True)
class Violation:
    """A promise was broken; `name` says how."""

    promise: str
    name: str
    who: str
    detail: str


@dataclass
class Verdict:
    """What was found, and how much there was to judge; `open` could not be judged."""

    violations: list[Violation] = field(default_factory=list)
    judged: Counter[str] = field(default_factory=Counter)
    open: Counter[str] = field(default_factory=Counter)

    def broken(self, promise: str, name: str, who: str, detail: str) -> None:
        """Write down that a promise was broken."""
        self.violations.append(Violation(promise, name, who, detail))

    def count(self, promise: str) -> int:
        """Return how often this one was broken."""
        return sum(one.promise == promise for one in self.violations)

    @property
    def names(self) -> dict[str, int]:
        """Return how often each kind of trouble was found."""
        return dict(sorted(Counter(f"{v.promise} {v.name}" for v in self.violations).items()))


def judge(history: History) -> Verdict:
    """Judge everything."""
    verdict = Verdict()
    for promise in (
        nothing_lost,
        answers_counted,
        once,
        in_its_window,
        alerts_came,
        left_in_peace,
        answers_again,
        words_kept,
        nobody_elses,
        erased_is_gone,
    ):
        promise(history, verdict)
    return verdict


# C1


def nothing_lost(history: History, verdict: Verdict) -> None:
    """What a person was told is saved is there, once; what they were told is gone is not."""
    sessions, words = defaultdict(list), defaultdict(list)
    for session in history.sessions:
        sessions[session.person].append(session)
    for one in history.words.values():
        words[one.person, one.kind].append(one)
    for asked in history.asked_back:
        if asked.what == "sessions":
            _sessions_there(asked, sessions[asked.who], verdict)
        elif asked.what == "how many":
            _so_many(asked, sessions[asked.who], verdict)
        else:
            kinds = asked.what.split()
            _words_there(asked, [w for k in kinds for w in words[asked.who, k]], verdict)


def _sessions_there(asked: AskedBack, known: list[Session], verdict: Verdict) -> None:
    for one in known:
        _there(asked, one.code, one.logged, one.gone, verdict)
        minutes = asked.minutes.get(one.code)
        may_be = one.minutes.possible(asked.begun, asked.begun)
        if minutes is not None and minutes not in may_be:
            detail = f"{one.code}: {minutes} minutes, not {sorted(may_be)}"
            verdict.broken("C1", "untrue", asked.who, detail)
    for code in set(asked.found) - {one.code for one in known}:
        verdict.broken("C1", "untrue", asked.who, f"{code} was never logged")


def _words_there(asked: AskedBack, known: list[Words], verdict: Verdict) -> None:
    for one in known:
        _there(asked, one.tag, one.saved, one.gone, verdict)


def _there(
    asked: AskedBack,
    name: str,
    saved: Change[bool],
    gone: Change[bool] | None,
    verdict: Verdict,
) -> None:
    if saved.asked > asked.begun:
        return
    verdict.judged["C1"] += 1
    times, detail = asked.found[name], f"{asked.what}: {name}"
    if times > 1:
        verdict.broken("C1", "doubled", asked.who, f"{detail} {times} times")
    if not times and _surely_there(asked, saved, gone):
        verdict.broken("C1", "lost", asked.who, detail)
    if times and gone is not None and gone.told is not None and gone.told < asked.begun:
        verdict.broken("C1", "came back", asked.who, detail)


def _surely_there(asked: AskedBack, saved: Change[bool], gone: Change[bool] | None) -> bool:
    """Whether it was told before they looked, and nobody asked to take it away until then."""
    told = saved.told is not None and saved.told <= asked.begun
    return told and (gone is None or gone.asked > asked.begun)


def _so_many(asked: AskedBack, known: list[Session], verdict: Verdict) -> None:
    """The Home tab's number, between what is sure and what may be."""
    before = [one for one in known if one.logged.asked <= asked.begun]
    sure = sum(_surely_there(asked, one.logged, one.gone) for one in before)
    gone = [one.gone.told for one in before if one.gone is not None]
    most = len(before) - sum(told is not None and told < asked.begun for told in gone)
    number = asked.found["sessions"]
    verdict.judged["C1"] += 1
    if number < sure:
        verdict.broken("C1", "lost", asked.who, f"Home says {number} sessions, not {sure}")
    if number > most:
        verdict.broken("C1", "untrue", asked.who, f"Home says {number} sessions, not {most}")


def answers_counted(history: History, verdict: Verdict) -> None:
    """A group reads as many answers as people were thanked for."""
    for one in history.check_ins.values():
        if one.shown is None:
            verdict.open["C1 results that were not shown"] += 1
            continue
        verdict.judged["C1"] += 1
        if _too_few(one, _answers_taken_away(history, one)):
            verdict.broken("C1", "lost", one.cohort, f"{one.shown} answers of {one.told} shown")
        if one.shown > one.told + one.maybe:
            most = one.told + one.maybe
            verdict.broken("C1", "doubled", one.cohort, f"{one.shown} answers shown of {most}")


def _too_few(one: CheckIn, taken_away: int) -> bool:
    """Below five nothing is shown, which is written down as 0."""
    assert one.shown is not None
    least = one.told - taken_away
    return one.shown < least and (least >= 5 or one.shown > 0)


def _answers_taken_away(history: History, one: CheckIn) -> int:
    """Return how many answered who left or had everything deleted: their answers go with them."""
    people = (history.people[who] for name, day, who in history.answered if (name, day) == one.key)
    return sum(bool(person.erased) or not person.here.changes[-1].value for person in people)


# C2


def once(history: History, verdict: Verdict) -> None:
    """At most one push for a schedule, a local date and a person."""
    found: dict[tuple[str, str, str, date], list[Push]] = defaultdict(list)
    for push in history.pushes:
        if push.kind in ONCE:
            found[push.to, push.kind, push.about, _day(history, push)].append(push)
    for (to, kind, about, day), pushes in found.items():
        verdict.judged["C2"] += 1
        again = sum(not _asked_anew(history, *two) for two in pairwise(pushes))
        if again:
            detail = f"{kind} {about} {day}: {len(pushes)} times"
            verdict.violations += [Violation("C2", "duplicate", to, detail)] * again


def _asked_anew(history: History, one: Push, other: Push) -> bool:
    """Whether dates of one more meeting were offered after somebody was asked about the first's."""
    name, _, _ = other.about.partition(":")
    return other.kind == "set_dates" and any(
        about == name and one.real < real <= other.real for about, real in history.asked_for_dates
    )


def _day(history: History, push: Push) -> date:
    """Return the local date on which it came."""
    return _local(history, push.to, push.at).date()


def _days_of(history: History, pushes: Iterable[Push]) -> set[date]:
    """Return the dates for which they may have been: also those before a jump of the clock."""
    moments = [(push.to, at) for push in pushes for at in (push.at, push.was) if at is not None]
    return {_local(history, to, at).date() for to, at in moments}


def _local(history: History, to: str, moment: datetime) -> datetime:
    person = history.people.get(to)
    return person.local(moment) if person else moment.astimezone(ZoneInfo(LONDON))


# C3


def in_its_window(history: History, verdict: Verdict) -> None:
    """What was due came that day, not before its time, or was found on the Home tab."""
    looked = {(one.who, one.what, one.day) for one in history.waits}
    waited = {(one.who, one.what, one.day) for one in history.waits if one.there}
    for due in dues(history, verdict):
        verdict.judged["C3"] += 1
        if due.came or due.key in waited:
            continue
        if due.key in looked:
            verdict.broken("C3", "missing", due.who, f"{due.what} {due.day}")
        else:
            verdict.open["C3 nobody looked at Home"] += 1
    for push in history.pushes:
        person = history.people.get(push.to)
        if push.kind in ("question", "nudge") and person is not None:
            _not_early(person, push, verdict)


@dataclass(frozen=True)
class Due:
    """Something that had to come on a day."""

    who: str
    what: str
    day: date
    came: bool

    @property
    def key(self) -> tuple[str, str, date]:
        """What it is looked for by."""
        return self.who, self.what, self.day


def missing(history: History, day: date) -> list[Due]:
    """Return what did not come on a day that is over, so that somebody looks at Home."""
    return [due for due in dues(history, Verdict(), only=day) if not due.came]


def dues(history: History, verdict: Verdict, *, only: date | None = None) -> Iterator[Due]:
    """Yield every question and nudge that was surely due and whose day is over; or those of one."""
    assert history.began is not None
    assert history.ended is not None
    came = defaultdict(list)
    for push in history.pushes:
        came[push.to, push.kind].append(push)
    for person in history.people.values():
        for kind, choice in (("question", person.rhythm), ("nudge", person.nudge)):
            if kind == "question" and "partner" not in person.roles:
                continue
            pushes = came[person.handle, kind]
            days = _days_of(history, pushes)
            for day in _days(history, person, only):
                rhythm = _surely(history, person, choice, day, verdict, kind)
                if rhythm is None or not _asked_on(rhythm, day):
                    continue
                due = datetime.combine(day, rhythm.at, ZoneInfo(person.zone))
                if kind == "question" and _went_quiet(history, person, pushes, due):
                    verdict.open["C3 may have gone quiet"] += 1
                    continue
                yield Due(person.handle, kind, day, day in days)


def _days(history: History, person: Person, only: date | None) -> Iterator[date]:
    assert history.ended is not None
    if person.enrolled_at is None:
        return
    day, last = person.local(person.enrolled_at).date(), person.local(history.ended).date()
    while (day := day + timedelta(days=1)) < last:
        if only in (None, day):
            yield day


def _surely(history, person, choice, day, verdict, kind):
    """Return the rhythm that surely held on a day on which surely something may come."""
    zone = ZoneInfo(person.zone)
    # Where a rhythm was changed, the question of that week may have come already.
    before = A_WEEK if kind == "question" else timedelta()
    since = history.timeline.real(datetime.combine(day, time(0), zone) - before)
    start = history.timeline.real(datetime.combine(day, time(0), zone))
    end = history.timeline.real(datetime.combine(day, time(23, 59), zone))
    found = choice.possible(since, end)
    if len(found) > 1 or found == [None]:
        if len(found) > 1:
            verdict.open["C3 changed in that week"] += 1
        return None
    rhythm = found[0]
    due = datetime.combine(day, rhythm.at, zone)
    heavy = [change.value for change in person.heavy]
    peace = [h for h in heavy if h - A_MOMENT <= due + LOOKED_FOR and due <= h + IN_PEACE]
    held = (
        person.here.possible(start, end) != [True]
        or any(
            until is not None and day < until for until in person.paused_until.possible(start, end)
        )
        or any(quiet.holds(due) for quiet in person.quiet.possible(start, end))
        or history.programme_paused.possible(start, end) != [False]
    )
    if held or peace:
        return None
    return rhythm


def _asked_on(rhythm, day: date) -> bool:
    return rhythm.cadence == "weekly" and rhythm.weekday == day.weekday()


def _went_quiet(history: History, person: Person, pushes: list[Push], due: datetime) -> bool:
    """Whether two questions came without a word and the third day is over: then none may come.

    A word after the hour of a question lets the next one come, and not this one.
    """
    day = due.date()
    heard = max(
        (person.local(word).date() for word in person.words if word < due),
        default=date.min,
    )
    silent = sorted({_day(history, push) for push in pushes})
    since = [one for one in silent if heard <= one < day]
    quiet = [_day(history, p) for p in pushes if p.about == "quiet"]
    return len(since) >= 3 or any(heard <= one < day for one in quiet)


def _not_early(person: Person, push: Push, verdict: Verdict) -> None:
    choice = person.rhythm if push.kind == "question" else person.nudge
    rhythms = choice.possible(push.real - ON_THE_WAY, push.real)
    local = person.local(push.at + A_MOMENT)
    if all(r is not None and r.cadence != "off" and local.time() < r.at for r in rhythms):
        verdict.broken("C3", "early", push.to, f"{push.kind} {local}")


def alerts_came(history: History, verdict: Verdict) -> None:
    """Of each request for supervision some supervisor heard, in the next working day at last.

    Sooner cannot be judged: where several wait for one supervisor, the pace of a place holds each
    back for a second, and the clock may jump over that second to its next hour.
    """
    alerts = [push.at for push in history.pushes if push.kind == "alert"]
    assert history.ended is not None
    for request in history.requests:
        last = _next_working_day(request.sent_at)
        if last > history.ended or request.over is not None or _picked_at_once(request):
            verdict.open["C3 requests that ended soon"] += 1
            continue
        verdict.judged["C3"] += 1
        if not any(request.sent_at - A_MOMENT <= at <= last for at in alerts):
            verdict.broken("C3", "missing", request.person, f"no alert since {request.sent_at}")


def _picked_at_once(request: Request) -> bool:
    """Whether a supervisor found it on their Home tab before anybody needed to be told."""
    return request.picked_at is not None and request.picked_at <= request.sent_at + AT_ONCE


def _next_working_day(moment: datetime) -> datetime:
    local = moment.astimezone(ZoneInfo(LONDON)) + timedelta(days=1)
    while local.weekday() > 4:
        local += timedelta(days=1)
    return local.replace(hour=18, minute=0)


# C4


def left_in_peace(history: History, verdict: Verdict) -> None:
    """Nothing in quiet hours, after an opt-out or in a pause, and nothing to whoever left."""
    for push in history.pushes:
        person = history.people.get(push.to)
        verdict.judged["C4"] += 1
        since, until = push.real - ON_THE_WAY, push.real
        if push.kind in HELD_BY_A_PAUSE and all(history.programme_paused.possible(since, until)):
            verdict.broken("C4", "while all is paused", push.to, f"{push.kind} {push.at}")
        if person is None or push.kind in ANSWERS:
            continue
        for name, true in _UNWELCOME.items():
            if true(person, push, since, until):
                verdict.broken("C4", name, push.to, f"{push.kind} {person.local(push.at)}")


def _left(person: Person, push: Push, since: float, until: float) -> bool:
    return not any(person.here.possible(since, until))


def _paused(person: Person, push: Push, since: float, until: float) -> bool:
    today = min(person.local(moment).date() for moment in _moments(push))
    found = person.paused_until.possible(since, until)
    return all(day is not None and today < day for day in found)


def _quiet(person: Person, push: Push, since: float, until: float) -> bool:
    return all(
        quiet.holds(person.local(moment))
        for quiet in person.quiet.possible(since, until)
        for moment in _moments(push)
    )


def _opted_out(person: Person, push: Push, since: float, until: float) -> bool:
    if push.kind == "question":
        return all(rhythm.cadence == "off" for rhythm in person.rhythm.possible(since, until))
    if push.kind == "nudge":
        found = person.nudge.possible(since, until)
        return all(rhythm is None or rhythm.cadence == "off" for rhythm in found)
    if push.kind == "check_in":
        return not any(person.direct.possible(since, until))
    return False


def _in_peace(person: Person, push: Push, since: float, until: float) -> bool:
    if push.kind != "question" or push.about == "quiet":
        return False
    return any(
        change.told is not None and change.value + A_MOMENT < push.at < change.value + IN_PEACE
        for change in person.heavy
    )


_UNWELCOME: dict[str, Callable[[Person, Push, float, float], bool]] = {
    "to somebody who left": _left,
    "in a pause": _paused,
    "in quiet hours": _quiet,
    "after an opt-out": _opted_out,
    "after a heavy session": _in_peace,
}


def _moments(push: Push) -> Iterable[datetime]:
    """Return when it may have left: a moment before, or before a jump of the clock."""
    return [push.at, push.at - A_MOMENT, *([push.was] if push.was else [])]


# C5 and C6


def answers_again(history: History, verdict: Verdict) -> None:
    """After a crash somebody gets an answer again within 30 real seconds."""
    for crash in history.crashes:
        verdict.judged["C5"] += 1
        if crash.seconds > ANSWER_SECONDS:
            verdict.broken("C5", "slow", crash.what, f"{crash.seconds:.1f} s")


def words_kept(history: History, verdict: Verdict) -> None:
    """Where a save did not work, everything that was typed stands there still."""
    for one in history.not_saved:
        verdict.judged["C6"] += 1
        if not one.kept:
            verdict.broken("C6", "words gone", one.who, one.form)


# C7 and C8


def nobody_elses(history: History, verdict: Verdict) -> None:
    """Nobody saw words of somebody else that were not shared with them."""
    for sight in history.sights:
        verdict.judged["C7"] += 1
        words = history.words[sight.tag]
        if sight.where == IN_A_MESSAGE:
            verdict.broken("C7", "words in a message", sight.who, words.kind)
        elif not history.may_see(sight.who, words, sight.since, sight.until):
            detail = f"{words.kind} of {words.person} on {sight.where}"
            verdict.broken("C7", "foreign words", sight.who, detail)


def erased_is_gone(history: History, verdict: Verdict) -> None:
    """Words of somebody who had everything deleted stand nowhere afterwards.

    One word of a check-in is not theirs any more: nobody can tell whose it was.
    """
    erased = {
        person.handle: person.erased.told
        for person in history.people.values()
        if person.erased is not None and person.erased.told is not None
    }
    verdict.judged["C8"] += sum(one.person in erased for one in history.words.values())
    for sight in history.sights:
        words = history.words[sight.tag]
        told = erased.get(words.person)
        if told is not None and sight.since > told + ON_THE_WAY and words.kind != "word":
            verdict.broken("C8", "still there", sight.who, f"{words.kind} on {sight.where}")
