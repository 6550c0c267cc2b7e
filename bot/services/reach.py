"""Whether something may reach someone at this moment, by who they are and what they chose."""

from datetime import datetime

from bot.bank_holidays import bank_holidays
from bot.services.choices import choices_of
from domain.clock import local_date
from domain.deliveries import NOT_PAUSED, Delivery, Kind
from domain.people import Person
from domain.phases import all_rest
from domain.preferences import Choices
from domain.schedules import end_of_day, instant, may_go
from domain.values import dataclass
from storage import people, phases, programme, schedules
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Skip:
    """Not to be sent, for this reason: a fixed word."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not to be sent before this moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who may be reached now, and how they chose to be treated."""

    person: Person
    choices: Choices


def may_reach(conn: Connection, delivery: Delivery, *, now: datetime) -> Reached | Skip | Wait:
    """Say whether a delivery to a person may go now.

    Whoever left gets nothing. Then come the programme's pause, which does not hold back what
    somebody asked for, the person's own, their cohorts'
    rest, and their quiet hours, days off and bank holidays. Prompts and nudges are for one local
    date: in a zone where that date is over, they are late.
    """
    person = people.person(conn, delivery.person_id or "")
    if person is None or not person.enrolled:
        return Skip("left")
    if programme.paused(conn) and delivery.kind not in NOT_PAUSED:
        return Skip("paused")
    choices = choices_of(conn, person.id)
    today = local_date(now, person.tz)
    if choices.paused(today):
        return Skip("own_choice")
    if delivery.kind in _OF_ONE_DAY and all_rest(phases.of_person(conn, person.id), today):
        return Skip("rest")
    ends_at = delivery.ends_at
    if delivery.kind in _OF_ONE_DAY:
        ends_at = min(ends_at, end_of_day(delivery.on_date, person.tz))
    holidays = bank_holidays(person.nation, today.year) if choices.quiet.bank_holidays else ()
    verdict = may_go(
        choices.quiet,
        person.tz,
        holidays,
        now=now,
        ends_at=ends_at,
        due_at=_due_at(conn, delivery, person),
    )
    if verdict.reason is not None:
        return Skip(verdict.reason)
    if verdict.until is not None:
        return Wait(verdict.until)
    return Reached(person, choices)


_OF_ONE_DAY = frozenset({Kind.PROMPT, Kind.NUDGE})


def _due_at(conn: Connection, delivery: Delivery, person: Person) -> datetime:
    """Return when it came round. It may have been put off since, for the pace or a broken line."""
    if delivery.kind not in _OF_ONE_DAY or delivery.subject is not None:
        return delivery.not_before
    schedule = schedules.one(conn, delivery.cause)
    wanted = schedule and instant(delivery.on_date, schedule.rhythm.at, person.tz)
    return min(wanted or delivery.not_before, delivery.not_before)
