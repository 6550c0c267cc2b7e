"""Working time: the hours in which somebody answers, and when so much of it has gone by.

Hours are wall-clock times of one zone. A working day is a day's hours; half of them is half a day.
Nothing here adds or subtracts offsets: where the clocks change, a day's hours are what they are.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from domain.clock import HOME_ZONE, local_date
from domain.refusals import NotValid
from domain.schedules import instant
from domain.values import dataclass

_DAY = timedelta(days=1)
_LOOK_AHEAD_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """From when to when, on which weekdays (Monday as 0), by the wall clock of `zone`.

    `holidays` are local dates on which nobody works.
    """

    start: time = time(9)
    end: time = time(17)
    days: frozenset[int] = frozenset(range(5))
    zone: str = HOME_ZONE
    holidays: Collection[date] = frozenset()

    @property
    def day(self) -> timedelta:
        """How long a working day is by the wall clock."""
        anchor = date(2000, 1, 1)
        return datetime.combine(anchor, self.end) - datetime.combine(anchor, self.start)

    def works_on(self, day: date) -> bool:
        """Whether that local date is a working day."""
        return day.weekday() in self.days and day not in self.holidays

    def next_day(self, after: date) -> date:
        """Return the first working day after that date.

        Raises:
            NoWorkingDay: There is none within a year.
        """
        day = after
        for _ in range(_LOOK_AHEAD_DAYS):
            day += _DAY
            if self.works_on(day) and self._span(day) is not None:
                return day
        raise NoWorkingDay

    def open(self, now: datetime) -> bool:
        """Whether it is working time."""
        return self.next_open(now) == now

    def next_open(self, now: datetime) -> datetime:
        """Return `now` in working time, else the beginning of the next."""
        today = local_date(now, self.zone)
        if self.works_on(today):
            span = self._span(today)
            if span is not None and now < span[1]:
                return max(now, span[0])
        return self.starts(self.next_day(today))

    def starts(self, day: date) -> datetime:
        """Return when the hours of a working day begin."""
        return self.at(day, self.start)

    def at(self, day: date, at: time) -> datetime:
        """Return the instant of a wall-clock time on a working day."""
        found = instant(day, at, self.zone)
        if found is None:
            raise NoWorkingDay
        return found

    def after(self, start: datetime, working: timedelta) -> datetime:
        """Return when so much working time has gone by since `start`.

        It is the earliest such moment: five o'clock, and not nine the next morning.
        """
        moment, left = self.next_open(start), working
        while True:
            span = self._span(local_date(moment, self.zone))
            assert span is not None, "working time is on a working day"
            if left <= span[1] - moment:
                return moment + left
            left -= span[1] - moment
            moment = self.next_open(span[1])

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when the hours of a date begin and end; None where the zone leaves it out."""
        start, end = instant(day, self.start, self.zone), instant(day, self.end, self.zone)
        return (start, end) if start is not None and end is not None and start < end else None


class NoWorkingDay(Exception):
    """Not one working day within a year."""


def check_hours(hours: WorkingHours) -> None:
    """Refuse hours that are none, and a week without a working day.

    Raises:
        NotValid: `hours_end_first` at `end`, or `no_working_days` at `days`.
    """
    problems: dict[str, str] = {}
    if hours.end <= hours.start:
        problems["end"] = "hours_end_first"
    if not hours.days:
        problems["days"] = "no_working_days"
    if problems:
        raise NotValid(problems)
