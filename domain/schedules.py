"""When something comes round, on people's own calendars and clocks.

A rhythm names local dates; each date it names is one occurrence, whatever the clocks do. Times of
day are wall-clock times of an IANA zone; nothing here adds or subtracts offsets.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.clock import zone
from domain.values import dataclass

MOST_BEHIND = 60
"""How many occurrences are written down one by one after a long time away; older ones are not."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_FIRST_MONDAY = date(1970, 1, 5)
_LOOK_AHEAD_DAYS = 400


class Cadence(StrEnum):
    """How often. Monthly is the first such weekday of the month."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Which dates, and at which wall-clock time.

    `weekday` counts from Monday as 0. A fortnightly rhythm names the week of `anchor` and every
    second one from there.
    """

    cadence: Cadence = Cadence.WEEKLY
    weekday: int = 2
    at: time = time(9, 30)
    anchor: date = _FIRST_MONDAY

    def names(self, day: date) -> bool:
        """Whether something comes round on that date."""
        if self.cadence is Cadence.OFF or day.weekday() != self.weekday:
            return False
        if self.cadence is Cadence.FORTNIGHTLY:
            return (_week(day) - _week(self.anchor)) % 2 == 0
        return self.cadence is Cadence.WEEKLY or day.day <= 7

    def next_day(self, after: date) -> date | None:
        """Return the first date named after this one; None where it is off."""
        if self.cadence is Cadence.OFF:
            return None
        day = after + _DAY
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        while not self.names(day):
            day += timedelta(days=7)
        return day


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A local date, and the instant at which its time comes, in UTC."""

    on: date
    at: datetime


class What(StrEnum):
    """What a schedule is for."""

    PROMPT = "prompt"
    NUDGE = "nudge"
    CHECK_IN = "check_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The rhythm of one thing for a person or for a cohort, and how far it has come.

    `zone` is the IANA zone of its wall clock. `next` is None where it is off or has gone quiet. No
    date up to `last_on` comes round again. `quiet_since` is the date on which the bot went quiet
    by itself, after two prompts without a word.
    """

    id: str
    what: What
    rhythm: Rhythm
    zone: str
    person_id: str | None = None
    cohort_id: str | None = None
    next: Occurrence | None = None
    last_on: date | None = None
    quiet_since: date | None = None


@lru_cache(4096)
def instant(day: date, at: time, zone_name: str) -> datetime | None:
    """Return the UTC instant of a wall-clock time; None on a date that the zone never had.

    A time that the clocks jump over becomes the next one that there was, be it of the next date;
    of a time that comes twice, the first counts.
    """
    here = zone(zone_name)
    local, found = _first_from(datetime.combine(day, at), here)
    if local.date() != day and _first_from(datetime.combine(day, time()), here)[0].date() != day:
        return None
    return found


def next_occurrence(
    rhythm: Rhythm, zone_name: str, *, now: datetime, last_on: date | None = None
) -> Occurrence | None:
    """Return what comes round next: after `now`, and on a later date than `last_on`."""
    yesterday = now.astimezone(zone(zone_name)).date() - _DAY
    after = yesterday if last_on is None else max(yesterday, last_on)
    for found in occurrences(rhythm, zone_name, after=after):
        if found.at > now:
            return found
    return None


def occurrences(rhythm: Rhythm, zone_name: str, *, after: date) -> Iterator[Occurrence]:
    """Yield what comes round after that date, in order."""
    day = rhythm.next_day(after)
    while day is not None and day.year < date.max.year:
        at = instant(day, rhythm.at, zone_name)
        if at is not None:
            yield Occurrence(day, at)
        day = rhythm.next_day(day)


def due(rhythm: Rhythm, zone_name: str, *, first_on: date, now: datetime) -> list[Occurrence]:
    """Return what came round from `first_on` until now, the latest `MOST_BEHIND` of it."""
    found: list[Occurrence] = []
    for one in occurrences(rhythm, zone_name, after=first_on - _DAY):
        if one.at > now:
            break
        found.append(one)
        if len(found) > MOST_BEHIND:
            del found[0]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When somebody hears nothing from the bot. Hours from `start` to `end` by the wall clock.

    They may go over midnight; the same time twice means no quiet hours. `days_off` are weekdays,
    Monday as 0.
    """

    start: time = time(18, 0)
    end: time = time(9, 0)
    days_off: frozenset[int] = frozenset({5, 6})
    bank_holidays: bool = True

    def hour(self, at: time) -> bool:
        """Whether this is a quiet time of day."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def day(self, day: date, holidays: Collection[date]) -> bool:
        """Whether this is a quiet day; `holidays` are the bank holidays where the person lives."""
        return day.weekday() in self.days_off or (self.bank_holidays and day in holidays)


def next_allowed(
    quiet: Quiet, zone_name: str, holidays: Collection[date], *, now: datetime
) -> datetime | None:
    """Return `now` if nothing is quiet, else the first moment after it at which nothing is.

    Quiet hours that have begun go on to their end, also where the clocks go back to before them.
    None where that is more than a year away.
    """
    here = zone(zone_name)
    moment = now
    limit = now + timedelta(days=_LOOK_AHEAD_DAYS)
    while moment < limit:
        local = moment.astimezone(here)
        if quiet.day(local.date(), holidays):
            moment = _next_at(time(0, 0), zone_name, first_on=local.date() + _DAY, after=moment)
        elif quiet.hour(local.time()):
            moment = _next_at(quiet.end, zone_name, first_on=local.date(), after=moment)
        else:
            return moment
    return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be sent: now; or not before `until`; or not at all, for `reason`."""

    until: datetime | None = None
    reason: str | None = None

    @property
    def now(self) -> bool:
        """Whether it may go now."""
        return self.until is None and self.reason is None


GO = Verdict()


def end_of_day(day: date, zone_name: str) -> datetime:
    """Return the instant at which that local date is over."""
    found = None
    while found is None:
        day += _DAY
        found = instant(day, time(0, 0), zone_name)
    return found


def may_go(
    quiet: Quiet,
    zone_name: str,
    holidays: Collection[date],
    *,
    now: datetime,
    ends_at: datetime,
    due_at: datetime | None = None,
) -> Verdict:
    """Say whether something for this person may go now, given that it is over at `ends_at`.

    Where it could have gone since `due_at`, and from now on cannot, it is late: nobody chose that.
    """
    if now >= ends_at:
        return Verdict(reason="late")
    allowed = next_allowed(quiet, zone_name, holidays, now=now)
    if allowed is None or allowed >= ends_at:
        could = due_at and next_allowed(quiet, zone_name, holidays, now=due_at)
        return Verdict(reason="late" if could and could <= now else "own_choice")
    return GO if allowed <= now else Verdict(until=allowed)


def _first_from(local: datetime, here: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first wall-clock time from `local` on that there was, and its instant in UTC."""
    while True:
        found = local.replace(tzinfo=here).astimezone(UTC)
        if found.astimezone(here).replace(tzinfo=None, fold=0) == local:
            return local, found
        local = local.replace(second=0, microsecond=0) + _MINUTE


def _week(day: date) -> int:
    return (day - _FIRST_MONDAY).days // 7


def _next_at(at: time, zone_name: str, *, first_on: date, after: datetime) -> datetime:
    """Return the first moment after `after` at which it is `at` on that date or a later one.

    Where the clocks go back over it, it is `at` twice.
    """
    here = zone(zone_name)
    day = first_on
    while True:
        first = instant(day, at, zone_name)
        if first is not None:
            second = first.astimezone(here).replace(fold=1).astimezone(UTC)
            if second > after:
                return first if first > after else second
        day += _DAY
