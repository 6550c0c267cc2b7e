"""Lists that are longer than a page: which page a button names, and the buttons to turn it."""

from bot.views import kit
from bot.views.kit import Json
from bot.words import Words


def read_page(value: str) -> int:
    """Return the page that a button names; the first where it names none."""
    return int(value) if value.isdecimal() and len(value) < 6 else 1


def turns(words: Words, page: int, pages: int, *, first: str, more: str) -> list[Json]:
    """Return the buttons to the first page and to the next one, where there are such.

    Args:
        words: The catalogue.
        page: The one that is shown, from 1.
        pages: How many there are.
        first: The id of the action that opens the list.
        more: The id of the one that opens a page of it.
    """
    moves = []
    if page > 1:
        moves.append(kit.button(words("list.start"), first))
    if page < pages:
        moves.append(kit.button(words("list.next"), more, str(page + 1)))
    return moves
