"""The response clock: by when a request is answered, when it is looked at, and how one is due.

Days and hours are working ones. The periods are the programme's own, kept as settings.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from domain.clock import local_date
from domain.refusals import NotValid
from domain.supervision import Level, Request
from domain.values import dataclass
from domain.working_time import WorkingHours, check_hours

MOST_DAYS = 20
MOST_HOURS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What the programme promises, and when it works. Hours are by the programme's own clock."""

    start: time = time(9)
    end: time = time(17)
    days: frozenset[int] = frozenset(range(5))
    routine_days: int = 3
    soon_days: int = 1
    today_hours: int = 2
    morning: time = time(10)
    practice_hours: int = 10
    contact_days: int = 31

    def hours(self, holidays: Collection[date]) -> WorkingHours:
        """Return the working hours, without these bank holidays."""
        return WorkingHours(start=self.start, end=self.end, days=self.days, holidays=holidays)


@dataclass(frozen=True, slots=True)
class ResponseClock:
    """When a request is answered, by these promises and in these hours."""

    promises: Promises
    hours: WorkingHours

    def reply_by(self, level: Level, since: datetime) -> datetime:
        """Return by when somebody answers what begins to wait at `since`.

        Today is so many working hours; where the day ends before, it is the next working morning if
        that is sooner.
        The others are so many working days.
        """
        since = since.replace(second=0, microsecond=0)
        after = self.hours.after(since, self._promised(level))
        if level is not Level.TODAY:
            return after
        begins = local_date(since, self.hours.zone)
        if self.hours.open(since) and local_date(after, self.hours.zone) == begins:
            return after
        today = self.hours.works_on(begins) and since < self.hours.starts(begins)
        day = begins if today else self.hours.next_day(begins)
        return min(after, self.hours.at(day, self.promises.morning))

    def reminders(self, request: Request) -> list[datetime]:
        """Return when those who can take it are reminded, all before it is to be answered."""
        since = request.waits_since.replace(second=0, microsecond=0)
        promised = self._promised(request.level)
        found = (
            self.hours.after(since, promised * part.numerator // part.denominator)
            for part in _WHEN[request.level]
        )
        return [at for at in found if at < request.reply_by]

    def looks_at(self, request: Request, after: datetime) -> datetime:
        """Return when to look next at one that waits: a reminder, its hour, or a morning later."""
        for at in (*self.reminders(request), request.reply_by):
            if at > after:
                return at
        return self.next_morning(after)

    def next_morning(self, after: datetime) -> datetime:
        """Return the first working morning after that moment."""
        day = local_date(after, self.hours.zone)
        if self.hours.works_on(day) and after < self.hours.at(day, self.promises.morning):
            return self.hours.at(day, self.promises.morning)
        return self.morning_after(day)

    def morning_after(self, day: date) -> datetime:
        """Return the morning of the first working day after that date."""
        return self.hours.at(self.hours.next_day(day), self.promises.morning)

    def _promised(self, level: Level) -> timedelta:
        if level is Level.TODAY:
            return timedelta(hours=self.promises.today_hours)
        days = self.promises.routine_days if level is Level.ROUTINE else self.promises.soon_days
        return days * self.hours.day


_WHEN: Mapping[Level, tuple[Fraction, ...]] = {
    Level.ROUTINE: (Fraction(2, 3),),
    Level.SOON: (Fraction(1, 2),),
    Level.TODAY: (Fraction(1, 4), Fraction(1, 2)),
}


def check_promises(promises: Promises) -> None:
    """Refuse promises that cannot be kept.

    Raises:
        NotValid: One reason a field, named as in `Promises`.
    """
    possible = {
        "soon_days": 1 <= promises.soon_days <= MOST_DAYS,
        "routine_days": promises.soon_days <= promises.routine_days <= MOST_DAYS,
        "today_hours": 1 <= promises.today_hours <= MOST_HOURS,
        "morning": promises.start < promises.morning <= promises.end,
        "practice_hours": 1 <= promises.practice_hours <= 100,
        "contact_days": 7 <= promises.contact_days <= 366,
    }
    problems = {name: f"promise_{name}" for name, fine in possible.items() if not fine}
    try:
        check_hours(promises.hours(()))
    except NotValid as found:
        problems |= found.problems
    if problems:
        raise NotValid(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Somebody's own tally: practice in minutes after their last supervision, and since when.

    `since` is the date of it, or of the first session where there was none; None without either.
    """

    practice_minutes: int
    since: date | None
    supervised: bool
    promises: Promises

    @property
    def minutes_left(self) -> int:
        """Minutes of practice until an hour of supervision is due; 0 or less when it is."""
        return self.promises.practice_hours * 60 - self.practice_minutes

    def due(self, today: date) -> bool:
        """Whether supervision is due: by the practice since the last, or by the time."""
        contact = timedelta(days=self.promises.contact_days)
        return self.minutes_left <= 0 or (self.since is not None and today >= self.since + contact)
