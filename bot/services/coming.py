"""When the next question comes to somebody by itself, past all that would hold it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from bot.bank_holidays import bank_holidays, may_be_one
from bot.services.peace import peace_until
from domain.cohorts import Cohort
from domain.people import Person
from domain.phases import Phase, all_rest
from domain.preferences import Choices, KeptAway, kept_away
from domain.schedules import Occurrence, Rhythm, Schedule, end_of_day, next_allowed, occurrences
from domain.values import dataclass
from storage import phases, programme
from storage.engine import Connection
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
    conn: Connection, vault: Vault, me: Person, schedule: Schedule, choices: Choices
) -> Coming:
    """Return when the next of a schedule comes; three queries where something comes round."""
    rhythm = schedule.rhythm
    if schedule.next is None:
        return Coming(rhythm=rhythm, off=True)
    away = kept_away(rhythm, choices.quiet)
    if away is not None or programme.paused(conn):
        return Coming(rhythm=rhythm, away=away)
    day = schedule.next.on
    if choices.paused_until is not None:
        day = max(day, choices.paused_until)
    plans = phases.of_person(conn, me.id)
    ahead = islice(occurrences(rhythm, schedule.zone, after=day - _DAY), _LOOK_AHEAD)
    peace = peace_until(conn, vault, me.id, schedule.id)
    moments = (comes_at(me, choices, plans, one) for one in ahead)
    there = (at for at in moments if at is not None and (peace is None or at >= peace))
    return Coming(rhythm=rhythm, at=next(there, None))


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
