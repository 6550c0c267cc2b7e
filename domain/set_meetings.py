"""A set's meetings and their dates."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.agendas import Agenda, Run
from domain.clock import local_date
from domain.refusals import NotValid, Refused
from domain.schedules import instant
from domain.values import dataclass

DATES = range(2, 9)
FURTHEST_AHEAD = timedelta(days=366)
OPENS_BEFORE = timedelta(minutes=30)
"""How long before its time a meeting can be begun."""


class MeetingState(StrEnum):
    """Where a meeting stands: its dates are asked for, one is chosen, it was held or cancelled."""

    POLLING = "polling"
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Date:
    """A date and time as the set's wall clock has it, and its instant in UTC."""

    on: date
    at: time
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """A date that members are asked about."""

    id: str
    date: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting. `zone` is whose wall clock `date` follows; None until one is chosen. While dates
    are asked for once more it is the one before, so that calendars can take it out.

    `edition` is an id made anew with each thing about its dates that people are told, last at
    `told_at`: what was planned for an earlier one is not sent. `sequence` counts for calendars.
    `run` while the agenda is under way; `step` is the id of the latest thing said about that. The
    clock has done everything up to `stepped_at`.
    """

    id: str
    set_id: str
    number: int
    state: MeetingState
    zone: str
    agenda: Agenda
    edition: str
    created_at: datetime
    told_at: datetime
    stepped_at: datetime
    created_by: str | None = None
    date: Date | None = None
    sequence: int = 0
    facilitator_id: str | None = None
    few: bool = False
    run: Run | None = None
    step: str | None = None
    closed_at: datetime | None = None

    @property
    def ahead(self) -> bool:
        """Whether it is still to come or under way."""
        return self.state in {MeetingState.POLLING, MeetingState.BOOKED}

    @property
    def ends_at(self) -> datetime | None:
        """When it is over by its agenda."""
        return None if self.date is None else self.date.starts_at + self.agenda.length

    def on_its_day(self, now: datetime) -> bool:
        """Whether it is booked for today, by the wall clock of its set."""
        if self.state is not MeetingState.BOOKED or self.date is None:
            return False
        return local_date(now, self.zone) == self.date.on


def date_at(on: date, at: time, zone: str) -> Date | None:
    """Return the date with its instant; None on a date that the zone never had."""
    starts_at = instant(on, at, zone)
    return None if starts_at is None else Date(on, at, starts_at)


def check_dates(
    wanted: Sequence[tuple[date, time]], zone: str, *, now: datetime, fewest: int = DATES[0]
) -> list[Date]:
    """Return the dates in order, each once, or refuse.

    Raises:
        NotValid: `dates_few`, `dates_many`, `date_past` or `date_far`, at `dates`.
    """
    found = [date_at(on, at, zone) for on, at in wanted]
    dates = sorted({d for d in found if d is not None}, key=lambda d: d.starts_at)
    if any(d is None or d.starts_at <= now for d in found):
        raise NotValid({"dates": "date_past"})
    if any(d.starts_at > now + FURTHEST_AHEAD for d in dates):
        raise NotValid({"dates": "date_far"})
    if len({d.starts_at for d in dates}) < fewest:
        raise NotValid({"dates": "dates_few"})
    if len(dates) > DATES[-1]:
        raise NotValid({"dates": "dates_many"})
    return dates


def check_no_other(wanted: Date, agenda: Agenda, others: Iterable[Meeting]) -> None:
    """Refuse a date while another meeting of the set is on.

    Raises:
        Refused: `meeting_same_time`.
    """
    ends_at = wanted.starts_at + agenda.length
    for other in others:
        if other.state is not MeetingState.BOOKED or other.date is None or other.ends_at is None:
            continue
        if wanted.starts_at < other.ends_at and other.date.starts_at < ends_at:
            raise Refused("meeting_same_time")
