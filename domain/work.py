"""What partners logged, as others see it: a month of it for co-leads, totals for the programme.

There is no ranking. People come in the order in which they joined, and sessions by date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date

from domain.people import Account
from domain.sessions import Outcome, Pay, SessionFacts, SessionType, TypeTotal
from domain.values import dataclass

FEWEST_PEOPLE = 5
"""The fewest people of whose work anything is told as a total."""
ROUNDED_TO = 5
"""Totals are told in steps of so many hours. Whoever looks before and after one more session of a
month that is over learns nothing, or a step, and not how long it was."""
MONTHS_TOLD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One session as co-leads see it: its facts, and whose it is."""

    person_id: str
    account: Account
    facts: SessionFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a month comes to. Times are of what happened; the two counts are of every session."""

    by_type: Mapping[SessionType, TypeTotal] = field(default_factory=dict)
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    pay: Mapping[Pay, int] = field(default_factory=dict)

    @property
    def logged(self) -> int:
        """How many sessions there are, whatever became of them."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The work of one type in one month: how many people logged it, and how long in all."""

    month: date
    type: SessionType
    people: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Hours by type, rounded; a type that is left out is not told of."""

    hours: Mapping[SessionType, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeTotals:
    """What is told of the whole programme: each month that is over, newest first, and all so far.

    The keys of `months` are first days.
    """

    months: tuple[tuple[date, Told], ...]
    since_start: Told


def totals_to_tell(groups: Iterable[Group], months: Iterable[date]) -> ProgrammeTotals:
    """Return what may be told of these groups, for these months and since the start.

    Since the start is the sum of what was told of months, and of nothing else. So whatever is
    taken from whatever, on one page or from one month to the next, what is left over is the work
    of five people or more. `check_ins.tell` holds back for the same reason.
    """
    told = [group for group in groups if group.people >= FEWEST_PEOPLE]
    return ProgrammeTotals(
        months=tuple((month, _told(g for g in told if g.month == month)) for month in months),
        since_start=_told(told),
    )


def _told(groups: Iterable[Group]) -> Told:
    minutes: dict[SessionType, int] = {}
    for group in groups:
        minutes[group.type] = minutes.get(group.type, 0) + group.minutes
    return Told(hours={kind: rounded(minutes[kind]) for kind in SessionType if kind in minutes})


def rounded(minutes: int) -> int:
    """Return the nearest step of hours; half a step goes up."""
    step = ROUNDED_TO * 60
    return (minutes + step // 2) // step * ROUNDED_TO


def month_before(month: date, back: int = 1) -> date:
    """Return the first day of the month that is so many months before, or after with a minus."""
    number = month.year * 12 + month.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def months_back(month: date, earliest: date, most: int) -> tuple[date, ...]:
    """Return the first days of the months down to that of `earliest`, newest first."""
    found = (month_before(month, back) for back in range(most))
    return tuple(one for one in found if one >= earliest.replace(day=1))
