"""What a cohort's plan brings a member, date by date, told before anything is sent."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile

from domain.check_ins import OPEN_FOR
from domain.clock import HOME_ZONE, local_date
from domain.cohorts import Cohort
from domain.phases import Phase, resting
from domain.prompts import cornerstone_in_turn
from domain.schedules import (
    Occurrence,
    Quiet,
    Rhythm,
    What,
    end_of_day,
    may_go,
    occurrences,
)
from domain.sessions import Cornerstone
from domain.values import dataclass

AHEAD = timedelta(weeks=8)

_DAY = timedelta(days=1)


class Nothing(StrEnum):
    """Why nothing comes on a date on which something comes round."""

    PAUSED = "paused"
    REST = "rest"
    BANK_HOLIDAY = "bank_holiday"
    DAY_OFF = "day_off"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How things come round in a cohort; `check_ins` where there are any, by their own zone."""

    cohort: Cohort
    phases: tuple[Phase, ...]
    questions: Rhythm
    check_ins: Rhythm | None = None
    check_ins_zone: str = HOME_ZONE
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody made up, who changed no setting; `holidays` are the bank holidays there."""

    zone: str = HOME_ZONE
    quiet: Quiet = field(default_factory=Quiet)
    holidays: Collection[date] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing on one local date: when it comes, or `nothing` and when it would have come."""

    what: What
    on: date
    at: datetime
    nothing: Nothing | None = None
    cornerstone: Cornerstone | None = None


def preview(plan: Plan, member: Member, *, now: datetime) -> list[Line]:
    """Return what comes round within eight weeks, in order: each date of each thing once."""
    lines = [_question(plan, member, one) for one in _coming(plan.questions, member.zone, now)]
    if plan.check_ins is not None:
        zone = plan.check_ins_zone
        lines += [_check_in(plan, member, one) for one in _coming(plan.check_ins, zone, now)]
    return sorted(lines, key=lambda line: (line.at, line.what))


def _coming(rhythm: Rhythm, zone: str, now: datetime) -> Iterator[Occurrence]:
    today = local_date(now, zone)
    found: Iterable[Occurrence] = occurrences(rhythm, zone, after=today - _DAY)
    found = takewhile(lambda one: one.on < today + AHEAD, found)
    return (one for one in found if one.at > now)


def _question(plan: Plan, member: Member, one: Occurrence) -> Line:
    """Return a question's line. A cohort's rest counts between its first day and its last."""
    nothing = None
    at = one.at
    if plan.paused:
        nothing = Nothing.PAUSED
    elif plan.cohort.runs_on(one.on) and resting(plan.cohort, plan.phases, one.on):
        nothing = Nothing.REST
    else:
        at, nothing = _for(member, at, end_of_day(one.on, member.zone))
    turn = cornerstone_in_turn(one.on, plan.questions.cadence)
    return Line(what=What.PROMPT, on=one.on, at=at, nothing=nothing, cornerstone=turn)


def _check_in(plan: Plan, member: Member, one: Occurrence) -> Line:
    """Return a check-in's line: in the channel at its time, or else as a direct message."""
    nothing = None
    at = one.at
    if plan.paused:
        nothing = Nothing.PAUSED
    elif resting(plan.cohort, plan.phases, one.on):
        nothing = Nothing.REST
    elif plan.cohort.channel is None:
        at, nothing = _for(member, at, at + OPEN_FOR)
    return Line(what=What.CHECK_IN, on=one.on, at=at, nothing=nothing)


def _for(member: Member, at: datetime, ends_at: datetime) -> tuple[datetime, Nothing | None]:
    """Return when something of that moment reaches the member, or why it does not."""
    holidays = member.holidays if member.quiet.bank_holidays else ()
    verdict = may_go(member.quiet, member.zone, holidays, now=at, ends_at=ends_at)
    if verdict.reason is None:
        return verdict.until or at, None
    day = local_date(at, member.zone)
    if day.weekday() in member.quiet.days_off:
        return at, Nothing.DAY_OFF
    if member.quiet.day(day, holidays):
        return at, Nothing.BANK_HOLIDAY
    return at, Nothing.QUIET_HOURS
