"""The line that says who can see something, put together from the policy's table."""

from collections.abc import Sequence

from bot.views import kit
from bot.views.kit import Json
from bot.words import Words
from domain.policy import Thing, Viewer, Way, ways

BLOCK = "who_sees"
"""By this id a view's line is found; there is one in each form."""


def who_sees(
    words: Words,
    *things: Thing,
    you: Viewer | None = Viewer.AUTHOR,
    also: str = "",
    block_id: str = BLOCK,
) -> Json:
    """Return the quiet line of a form or a page.

    Args:
        words: The catalogue.
        things: What the form asks for, or the page shows. Those that the same people see in the
            same way are spoken of together.
        you: Who reads the line; None where they are among others, as co-leads are.
        also: Sentences of our own after it, such as for how long it is kept.
        block_id: Another one where a view has two lines.
    """
    said = "\n".join(line(words, *things, you=you))
    return kit.small(f"{said} {also}" if also else said, block_id=block_id)


def line(words: Words, *things: Thing, you: Viewer | None = Viewer.AUTHOR) -> list[str]:
    """Return the line as text: a paragraph for each group of things that are seen alike."""
    alike: dict[tuple[Way, ...], list[Thing]] = {}
    for thing in things:
        alike.setdefault(ways(thing, you=you), []).append(thing)
    if len(alike) == 1:
        return [sentences(words, found) for found in alike]
    return [_about(words, group, found) for found, group in alike.items()]


def _about(words: Words, group: Sequence[Thing], found: Sequence[Way]) -> str:
    first, rest = _said(words, found[0]), sentences(words, found[1:])
    what = _together(words, group)
    return _begun(words("sees.about", what=what, line=f"{first} {rest}".strip()))


def _together(words: Words, group: Sequence[Thing]) -> str:
    return words.list([words(f"thing.{thing}") for thing in group])


def sentences(words: Words, found: Sequence[Way]) -> str:
    """Return what the ways say, a sentence for each."""
    return " ".join(_begun(_said(words, way)) for way in found)


def _said(words: Words, way: Way) -> str:
    return words(way.key, who=words.list(map(words, way.who)))


def _begun(sentence: str) -> str:
    """Return a sentence with a capital, whoever it begins with."""
    return sentence[0].upper() + sentence[1:]
