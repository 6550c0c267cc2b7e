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


def bank_holidays(nation: Nation | None, year: int) -> Collection[date]:
    """Return the bank holidays of a year and the next; England's where no nation is known."""
    return _of(_PARTS[nation or Nation.ENGLAND], year)


@lru_cache(16)
def _of(part: str, year: int) -> frozenset[date]:
    # 20 MB and a seventh of a second that a bot without anything to send does without.
    from holidays.countries.united_kingdom import UnitedKingdom

    return frozenset(UnitedKingdom(subdiv=part, years=[year, year + 1]))  # type: ignore[no-untyped-call]
