"""Bank holidays, from the `holidays` library, read when they are first needed."""

from collections.abc import Collection
from datetime import date
from functools import lru_cache

from domain.people import Nation

_PARTS = {
    Nation.ENGLAND: "ENG",
    Nation.WALES: "WLS",
    Nation.SCOTLAND: "SCT",
    Nation.NORTHERN_IRELAND: "NIR",
}


_MONDAY, _FRIDAY = 0, 4
_EVERYWHERE = (((1, 1), (1, 4)), ((12, 25), (12, 28)))
_AROUND = {
    Nation.SCOTLAND: (*_EVERYWHERE, ((11, 30), (12, 2))),
    Nation.NORTHERN_IRELAND: (*_EVERYWHERE, ((3, 17), (3, 19)), ((7, 12), (7, 14))),
}


def bank_holidays(nation: Nation | None, year: int) -> Collection[date]:
    """Return the bank holidays of a year and the next; England's where no nation is known."""
    return _of(_PARTS[nation or Nation.ENGLAND], year)


def may_be_one(nation: Nation | None, day: date) -> bool:
    """Whether a day is of those that bank holidays fall on: cheap, where a day is only foretold.

    They are Mondays and Fridays, or around Christmas, New Year, St Patrick, the 12th of July and
    St Andrew, with the days that stand in for them. One proclaimed for another day is not among
    them (gov.uk/bank-holidays).
    """
    return day.weekday() in (_MONDAY, _FRIDAY) or any(
        first <= (day.month, day.day) <= last
        for first, last in _AROUND.get(nation or Nation.ENGLAND, _EVERYWHERE)
    )


@lru_cache(16)
def _of(part: str, year: int) -> frozenset[date]:
    # 20 MB and a seventh of a second that a bot without anything to send does without.
    from holidays.countries.united_kingdom import UnitedKingdom

    return frozenset(UnitedKingdom(subdiv=part, years=[year, year + 1]))  # type: ignore[no-untyped-call]
