"""Who can see what, for the papers: the one place where they learn it.

Whatever comes to know it better than the reviewed files do is to be joined here.
"""

from bot.pack.facts import Facts
from domain.retention import Entry

Rows = tuple[tuple[str, ...], ...]


def of(entry: Entry) -> str:
    """Return who can see something, as it is said of people."""
    return entry.seen_by


def of_yours(entry: Entry) -> str:
    """Return who can see something, as it is said to the person whom it is about."""
    return entry.yours.seen_by


def matrix(facts: Facts) -> tuple[tuple[str, ...], Rows]:
    """Return the head and the rows of the table of what each role sees in Slack."""
    sight = facts.reviewed["sight"]
    return tuple(sight["head"]), tuple(tuple(row) for row in sight["rows"])
