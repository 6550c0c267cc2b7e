"""Where to turn. Works without the database: this card must not depend on anything."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from domain import support as rules
from domain.clock import Clock, local_date
from domain.people import Nation
from domain.support import Service
from domain.values import dataclass

SOURCE = Path(__file__).parent.parent / "content" / "signposting.toml"


@dataclass(frozen=True, slots=True)
class Support:
    """The reviewed rows of the support card."""

    rows: Sequence[Service]
    clock: Clock

    def services(self, nation: Nation | None) -> Sequence[Service]:
        """Return the rows for someone who lives there; all of them where they have not said."""
        return rules.for_nation(self.rows, nation)

    def due_for_checking(self) -> Sequence[Service]:
        """Return the rows that a co-lead needs to compare with their source again."""
        return rules.due_for_checking(self.rows, today=local_date(self.clock(), "Europe/London"))


def read_services(source: Path = SOURCE) -> list[Service]:
    """Read the reviewed rows. The file says what each field is."""
    with source.open("rb") as file:
        rows = tomllib.load(file)["service"]
    return [
        Service(**row | {"nations": frozenset(Nation(n) for n in row.get("nations", ()))})
        for row in rows
    ]
