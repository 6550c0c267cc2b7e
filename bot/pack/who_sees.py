"""Who can see what, for the papers: the one place where they learn it.

The tables are made from the policy's own, `domain.sights`, as the product stands. The reviewed file
has only the words for its columns, cells and rows.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.pack.facts import Facts
from domain.policy import UNSEEN, Sight, Thing, Viewer
from domain.retention import Entry
from domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table of who sees which things of one group."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def of(entry: Entry) -> str:
    """Return who can see something, as it is said of people."""
    return entry.seen_by


def of_yours(entry: Entry) -> str:
    """Return who can see something, as it is said to the person whom it is about."""
    return entry.yours.seen_by


def matrices(facts: Facts) -> Iterator[Matrix]:
    """Yield a table for each group of things.

    Things that the same people see in the same way share a row. Whoever sees nothing of a group
    has no column in it.

    Raises:
        KeyError: The reviewed file has no words for something, or words for what there is not.
    """
    named = facts.reviewed["sight"]
    left = set(facts.sights)
    for group in named["group"]:
        things = {Thing[name.upper()]: said for name, said in group["things"].items()}
        left -= set(things)
        yield _matrix(facts, group["title"], things)
    if left:
        raise KeyError(f"in no group: {', '.join(sorted(left))}")


def _matrix(facts: Facts, title: str, things: Mapping[Thing, str]) -> Matrix:
    named = facts.reviewed["sight"]
    columns = [one for one in Viewer if any(facts.sights[t][one] not in UNSEEN for t in things)]
    alike: dict[tuple[Sight, ...], list[str]] = {}
    for thing, said in things.items():
        cells = tuple(facts.sights[thing][column] for column in columns)
        alike.setdefault(cells, []).append(said)
    return Matrix(
        title=title,
        head=("", *(named["who"][column.value] for column in columns)),
        rows=tuple(
            (_together(said), *(named["way"][cell.value] for cell in cells))
            for cells, said in alike.items()
        ),
    )


def _together(said: Sequence[str]) -> str:
    return "; ".join(said)
