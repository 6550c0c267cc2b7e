"""Long words of a person, in as many paragraphs as Slack needs to show all of them."""

from collections.abc import Iterator

from bot.views import kit
from bot.views.kit import Json

_SECTION = 3000
"""What Slack takes in a paragraph (Block Kit, section)."""


def say_all(text: str) -> list[Json]:
    """Somebody's own words, each of them, as they stand there."""
    return [kit.say(piece) for piece in pieces(text)]


def pieces(text: str) -> Iterator[str]:
    """Cut where a line ends, or else a word; put together, the pieces are the text again.

    A piece of nothing but blanks, which Slack may refuse, is left out.
    """
    while text:
        cut = _cut(text)
        if text[:cut].strip():
            yield text[:cut]
        text = text[cut:]


def _cut(text: str) -> int:
    room = _room(text)
    if len(text) <= room:
        return len(text)
    ends = (text.rfind(mark, room // 2, room) + 1 for mark in ("\n", " "))
    return next((end for end in ends if end), room)


def _room(text: str) -> int:
    """Return how many characters fit, also where `&` counts as `&amp;` and emoji as two."""
    room = min(len(text), kit.PART)
    while len(kit.inert(text[:room]).encode("utf-16-le")) // 2 > _SECTION:
        room -= max(1, room // 10)
    return room
