"""Judges by what the workspace accepted, and by what the database says became of it."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from domain.people import Account
from domain.schedules import What
from practice.people import TEAM_ID
from tests.faults.crowd import AT, CHANNEL, due_dates
from tests.faults.stage import Stage

POST = "chat.postMessage"
QUIET_FROM, QUIET_TO = time(18, 0), time(9, 0)
ON_THE_WAY = timedelta(seconds=1)
"""What left before a rule changed or the clock was moved may be accepted so much later."""
TOLD = timedelta(seconds=1.0)
"""So long, in real time, a call that left before Slack's 429 was read may take to arrive."""
LONGEST_WAIT_SECONDS = 3600
"""However long Slack says to wait, after an hour it may be asked again."""


@dataclass
class Outcome:
    """What came of one story, or of many of the same kind."""

    name: str
    seed: int = 0
    trials: int = 0
    kills: int = 0
    due: int = 0
    accepted: int = 0
    duplicates: int = 0
    lost: int = 0
    late: int = 0
    quiet: int = 0
    early_calls: int = 0
    untrue: int = 0
    after_opt_out: int = 0
    uncertain: int = 0
    explained: int = 0
    uncertain_but_there: int = 0
    states: Counter = field(default_factory=Counter)
    notes: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def violations(self) -> int:
        """How many promises were broken."""
        return (
            self.duplicates
            + self.lost
            + self.late
            + self.quiet
            + self.early_calls
            + self.untrue
            + self.after_opt_out
            + abs(self.uncertain - self.explained)
        )

    def add(self, other: "Outcome") -> "Outcome":
        """Count another one in."""
        for name, value in vars(other).items():
            if name == "notes":
                self.notes = (self.notes + value)[:10]
            elif name not in ("name", "seed"):
                setattr(self, name, getattr(self, name) + value)
        return self

    def line(self) -> str:
        """Return it as a line of JSON."""
        facts = asdict(self) | {"violations": self.violations, "seconds": round(self.seconds, 1)}
        facts["states"] = dict(sorted(self.states.items()))
        return json.dumps(facts)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the workspace took."""

    user: str
    at: datetime
    real_at: datetime
    fault: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as it stands."""

    id: str
    user: str
    on_date: date
    state: str
    reason: str | None


def accepted(stage: Stage) -> list[Accepted]:
    """Return every message to the crowd that the workspace took, also where its answer was lost."""
    return [
        Accepted(
            entry["user"] or entry["channel"],
            datetime.fromisoformat(entry["at"]),
            datetime.fromisoformat(entry["real_at"]),
            entry.get("fault"),
        )
        for entry in stage.control.ledger(method=POST)
        if entry["ok"]
    ]


def accepted_texts(stage: Stage) -> list[tuple[str, str]]:
    """Return to whom each message went that the workspace took, and what it said."""
    entries = stage.control.ledger(method=POST)
    return [(e["user"] or e["channel"], e["text"]) for e in entries if e["ok"]]


def deliveries(stage: Stage) -> list[Row]:
    """Return every delivery to the crowd."""
    sql = (
        "SELECT d.id, coalesce(p.account, d.recipient), d.on_date, d.state, d.reason"
        " FROM deliveries d LEFT JOIN people p ON p.id = d.person_id"
    )
    return [
        Row(one, user, date.fromisoformat(str(on)), state, reason)
        for one, user, on, state, reason in stage.rows(sql)
    ]


def judge(
    name: str,
    stage: Stage,
    *,
    until: datetime,
    since: datetime,
    skips: frozenset[str] = frozenset(),
    explained: int | None = None,
    at_home: bool = True,
) -> Outcome:
    """Judge what happened between two moments of the workspace's time.

    `skips` are the reasons for which the story lets something not be sent. Uncertain may be what
    was under way when a process died, and what was `explained` besides.
    """
    out = Outcome(name, trials=1, kills=stage.kills)
    posts, rows = accepted(stage), deliveries(stage)
    members = {member.user: member for member in stage.told}
    out.accepted = len(posts)
    out.states = Counter(
        row.state if row.reason is None else f"{row.state}: {row.reason}" for row in rows
    )
    by_date = defaultdict(list)
    planned = {(row.user, row.on_date) for row in rows}
    for post in posts:
        by_date[post.user, _date_of(stage, members[post.user], post, planned)].append(post)
    for (user, day), found in by_date.items():
        if len(found) > 1:
            out.duplicates += len(found) - 1
            out.notes.append(f"{user} {day}: {len(found)} times")
    _punctual(out, stage, posts, members)
    _nothing_lost(out, stage, rows, by_date, since, until, skips, at_home)
    doubtful = [row for row in rows if row.state == "uncertain"]
    out.uncertain = len(doubtful)
    out.uncertain_but_there = sum((row.user, row.on_date) in by_date for row in doubtful)
    out.explained = len({row.id for row in doubtful} & stage.cut_short)
    if explained is not None:
        out.explained += explained
    out.early_calls = _early_calls(out, stage)
    return out


def _date_of(stage: Stage, member, post: Accepted, planned) -> date:
    """Return the local date; where the clock was moved meanwhile, that on which it was planned."""
    dates = [member.local(moment).date() for moment in _moments(stage, post)]
    return next((day for day in dates if (post.user, day) in planned), dates[0])


def _moments(stage: Stage, post: Accepted) -> list[datetime]:
    """Return the workspace's times at which it may have left, were the clock moved on its way."""
    before = [
        post.real_at + timedelta(seconds=offset)
        for real, offset in stage.jumps
        if real <= post.real_at <= real + ON_THE_WAY
    ]
    return [post.at, *before]


def _punctual(out: Outcome, stage: Stage, posts, members) -> None:
    for post in posts:
        member = members[post.user]
        moments = [member.local(moment) for moment in _moments(stage, post)]
        if all(_is_quiet(moment) for moment in moments):
            out.quiet += 1
            out.notes.append(f"{post.user} in quiet time: {moments[0]}")
        elif all(moment.time() < AT or moment.weekday() != 2 for moment in moments):
            out.late += 1
            out.notes.append(f"{post.user} out of its window: {moments[0]}")


def _is_quiet(moment: datetime) -> bool:
    late = (moment - ON_THE_WAY).time()
    return moment.weekday() > 4 or late >= QUIET_FROM or moment.time() < QUIET_TO


def _nothing_lost(out, stage, rows, by_date, since, until, skips, at_home) -> None:
    waiting = _waiting_at_home(stage) if at_home else None
    latest = max((row.on_date for row in rows), default=None)
    there = {(row.user, row.on_date): row for row in rows}
    for member in stage.told:
        for day in due_dates(since, until):
            due_at = datetime.combine(day, AT, tzinfo=member.local(until).tzinfo)
            if not since <= due_at.astimezone(UTC) < until:
                continue
            out.due += 1
            row, found = there.get((member.user, day)), by_date.get((member.user, day), [])
            trouble = _trouble(row, found, skips)
            if trouble is None and day == latest and _must_wait(row) and waiting is not None:
                trouble = None if member.user in waiting else "does not wait at home"
            if trouble == "untrue":
                out.untrue += 1
            elif trouble is not None:
                out.lost += 1
            if trouble is not None:
                out.notes.append(f"{member.user} {day}: {trouble} {row}")


def _must_wait(row: Row) -> bool:
    """Whether it is to be found on the Home tab: it may not have come, and not by choice."""
    late = row.state == "skipped" and row.reason == "late"
    return late or row.state in ("uncertain", "failed")


def _waiting_at_home(stage: Stage) -> set[str]:
    """Return the people on whose Home tab it waits; everybody's, where their own nudge is kept."""
    everybody = {member.user for member in stage.told}
    if stage.what is What.NUDGE:
        return everybody
    with stage.house() as house:
        homes = {m.user: house.homes.home(Account(TEAM_ID, m.user)) for m in stage.members}
    if stage.what is What.CHECK_IN:
        return {user for user, home in homes.items() if home.check_ins.waiting} | {CHANNEL.user}
    return {user for user, home in homes.items() if home.prompts is not None and home.prompts.waits}


def _trouble(row: Row | None, found: list, skips: frozenset[str]) -> str | None:
    if row is None:
        return "never planned"
    if row.state in ("pending", "sending"):
        return "stuck"
    if row.state == "sent" and not found:
        return "lost"
    if row.state == "skipped" and row.reason not in skips:
        return f"skipped without a reason of the story: {row.reason}"
    if row.state in ("skipped", "failed") and found:
        return "untrue"
    return None


def _early_calls(out: Outcome, stage: Stage) -> int:
    """Count the calls that came before Slack's `Retry-After` was over."""
    early, closed = 0, []
    for entry in stage.control.ledger(method=POST):
        at = datetime.fromisoformat(entry["at"])
        real_at = datetime.fromisoformat(entry["real_at"])
        for told_at, until in closed:
            if told_at + TOLD < real_at and at < until:
                early += 1
                out.notes.append(f"called {(until - at).total_seconds():.2f} s early")
                break
        if entry.get("retry_after"):
            wait = timedelta(seconds=min(entry["retry_after"], LONGEST_WAIT_SECONDS))
            closed = [one for one in closed if one[1] > at] + [(real_at, at + wait)]
    return early
