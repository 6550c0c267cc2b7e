"""Supervisors: when they are away, and how many requests they hold at once."""

from datetime import date, datetime, timedelta

from domain.clock import local_date
from domain.refusals import NotValid
from domain.schedules import end_of_day
from domain.values import dataclass

MOST_HELD = 4
"""How many a supervisor holds at once, until they choose another number."""
MOST_EVER = 20
TIME_OFF_AHEAD = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Local dates on which a supervisor is away, both included."""

    id: str
    first_on: date
    last_on: date

    def holds(self, day: date) -> bool:
        """Whether they are away on that date."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Somebody who can take requests: how many at once, how many now, and when they are away.

    Whoever has paused what the bot sends until a date is away until then.
    """

    id: str
    tz: str
    most: int = MOST_HELD
    held: int = 0
    away: tuple[TimeOff, ...] = ()
    paused_until: date | None = None

    def back_on(self, today: date) -> date:
        """Return the first date from today on which they are there; `today` is their own."""
        day = max(today, self.paused_until or today)
        while any(off.holds(day) for off in self.away):
            day = max(off.last_on for off in self.away if off.holds(day)) + timedelta(days=1)
        return day

    def there(self, now: datetime) -> bool:
        """Whether they are not away."""
        today = local_date(now, self.tz)
        return self.back_on(today) == today

    def back_at(self, now: datetime) -> datetime:
        """Return the instant at which the first day begins on which they are there."""
        today = local_date(now, self.tz)
        back = self.back_on(today)
        return now if back == today else end_of_day(back - timedelta(days=1), self.tz)

    @property
    def free(self) -> bool:
        """Whether they hold fewer than they chose to."""
        return self.held < self.most


def check_time_off(first_on: date, last_on: date, *, today: date) -> None:
    """Refuse time off that is over, ends before it begins, or ends in over two years.

    Raises:
        NotValid: `time_off_wrong`, `time_off_past` or `time_off_far`.
    """
    if last_on < first_on:
        raise NotValid({"last_on": "time_off_wrong"})
    if last_on < today:
        raise NotValid({"last_on": "time_off_past"})
    if last_on > today + TIME_OFF_AHEAD:
        raise NotValid({"last_on": "time_off_far"})


def check_most(most: int) -> None:
    """Refuse a number of requests that cannot be held.

    Raises:
        NotValid: `most_held`.
    """
    if not 1 <= most <= MOST_EVER:
        raise NotValid({"most": "most_held"})
