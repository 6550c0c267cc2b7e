"""Where to turn: the rows of the support card."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from domain.people import Nation
from domain.values import dataclass

RECHECK_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One line of the card.

    `nations` is empty for a service that serves the whole of the UK. `urgent` rows come first
    and are always shown. `checked_on` is the day someone last compared the row with `source_url`.
    """

    id: str
    name: str
    contact: str
    hours: str
    source_url: str
    checked_on: date
    urgent: bool = False
    nations: frozenset[Nation] = frozenset()
    about: str = ""


def for_nation(services: Iterable[Service], nation: Nation | None) -> Sequence[Service]:
    """Return the rows for someone who lives there; every row where they have not said."""
    return [s for s in services if nation is None or not s.nations or nation in s.nations]


def due_for_checking(services: Iterable[Service], *, today: date) -> Sequence[Service]:
    """Return the rows last checked more than 90 days ago. They go on being shown."""
    return [s for s in services if today - s.checked_on > RECHECK_AFTER]
