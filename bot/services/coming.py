"""When the next question comes to somebody by itself, past all that would hold it back."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from bot.bank_holidays import bank_holidays, may_be_one
from bot.services.peace import peace_until
from domain.cohorts import Cohort
from domain.deliveries import State
from domain.journal import GivenState
from domain.people import Person
from domain.phases import Phase, all_rest
from domain.preferences import Choices, KeptAway, kept_away
from domain.schedules import (
    Occurrence,
    Rhythm,
    Schedule,
    end_of_day,
    instant,
    next_allowed,
    occurrences,
)
from domain.values import dataclass
from storage import phases, programme
from storage.engine import Connection
from storage.prompts_given import Latest
from storage.vault import Vault

_LOOK_AHEAD = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """When the next one comes: `at`, in UTC; or why none does.

    `off` where none comes round at all. `away` where the person's own quiet times keep every one
    of `rhythm` away. Where it is neither, everything is paused, or a rest has no end in sight.
    """

    rhythm: Rhythm
    at: datetime | None = None
    off: bool = False
    away: KeptAway | None = None


def coming(
    conn: Connection,
    vault: Vault,
    me: Person,
    schedule: Schedule,
    choices: Choices,
    latest: Sequence[Latest],
    *,
    now: datetime,
) -> Coming:
    """Return when the next of a schedule comes; three queries where something comes round.

    Of the latest deliveries, one that still waits to be sent comes before what is not planned yet:
    a question that was put off, or today's, where quiet hours hold it until they end.
    """
    rhythm = schedule.rhythm
    if schedule.next is None:
        return Coming(rhythm=rhythm, off=True)
    away = kept_away(rhythm, choices.quiet)
    planned = [*_planned(schedule, me, latest, now)]
    if (away is not None and not planned) or programme.paused(conn):
        return Coming(rhythm=rhythm, away=away)
    plans = phases.of_person(conn, me.id)
    peace = peace_until(conn, vault, me.id, schedule.id)

    def comes(one: Occurrence) -> datetime | None:
        at = comes_at(me, choices, plans, one)
        return at if at is not None and (peace is None or at >= peace) else None

    ahead = () if away is not None else _not_planned(schedule, schedule.next, choices)
    first = next(filter(None, map(comes, ahead)), None)
    at = min(filter(None, [first, *map(comes, planned)]), default=None)
    return Coming(rhythm=rhythm, at=at, away=away if at is None else None)


def _not_planned(
    schedule: Schedule, following: Occurrence, choices: Choices
) -> Iterator[Occurrence]:
    """Yield what comes round from the next occurrence on, or from the end of the person's pause."""
    day = following.on
    if choices.paused_until is not None:
        day = max(day, choices.paused_until)
    return islice(occurrences(schedule.rhythm, schedule.zone, after=day - _DAY), _LOOK_AHEAD)


def _planned(
    schedule: Schedule, me: Person, latest: Sequence[Latest], now: datetime
) -> Iterator[Occurrence]:
    """Yield what is planned and not sent yet, as `prompt_pushes.prepare` will see it.

    What was put off comes on its own day, as long as it waits for that. Any other comes only on a
    day of the rhythm as it is now, and not before its hour.
    """
    for one in latest:
        if one.state is not State.PENDING or one.brought not in {None, GivenState.OPEN}:
            continue
        at = max(now, one.not_before)
        if one.subject is None:
            hour = instant(one.on_date, schedule.rhythm.at, me.tz)
            if hour is None or not schedule.rhythm.names(one.on_date):
                continue
            at = max(at, hour)
        elif one.brought is None and one.put_off is not GivenState.SNOOZED:
            continue
        yield Occurrence(one.on_date, at)


def comes_at(
    me: Person,
    choices: Choices,
    plans: Sequence[tuple[Cohort, Sequence[Phase]]],
    one: Occurrence,
) -> datetime | None:
    """Return when an occurrence reaches somebody on its day, as `may_reach` will say then.

    Quiet hours that end on that day put it off. None where the person pauses, where the day is
    off, or where each of their cohorts rests; `plans` are these cohorts with their phases.
    """
    if choices.paused(one.on) or all_rest(plans, one.on):
        return None
    asked = choices.quiet.bank_holidays and may_be_one(me.nation, one.on)
    holidays = bank_holidays(me.nation, one.on.year) if asked else ()
    moment = next_allowed(choices.quiet, me.tz, holidays, now=one.at)
    return moment if moment is not None and moment < end_of_day(one.on, me.tz) else None
