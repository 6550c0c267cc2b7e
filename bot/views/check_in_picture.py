"""The picture of a group's results: one bar for each question, in three bands.

Each band has its count on it and its name below, a colour and a pattern of its own, and is told
apart in black and white as well. Made for a phone: 720 wide, with large letters.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from domain.values import dataclass

WIDTH = 720
_MARGIN = 32
_BAR_HEIGHT = 84
_TITLE, _COUNT, _NAME = 40, 44, 30
_ROW = 236
_INK = (20, 24, 31)
_PAPER = (255, 255, 255)
# Good, middle, low: dark, light and white with stripes; contrast of letters is at least 7 to 1.
_FILLS = ((0, 61, 92), (176, 214, 235), (255, 255, 255))
_LETTERS = ((255, 255, 255), _INK, _INK)
_STRIPES = (150, 158, 170)
_STRIPED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A question, and three counts with their names."""

    title: str
    parts: Sequence[tuple[int, str]]


def draw(bars: Sequence[Bar]) -> bytes:
    """Return a PNG of the bars, one below the other."""
    # Loading it takes longer than starting the rest: only where there is something to draw.
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, _ROW * len(bars) + _MARGIN), _PAPER)
    pen = ImageDraw.Draw(image)
    for number, bar in enumerate(bars):
        _draw_bar(pen, bar, top=_MARGIN + number * _ROW)
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _draw_bar(pen: Any, bar: Bar, *, top: int) -> None:
    pen.text((_MARGIN, top), bar.title, fill=_INK, font=_font(_TITLE))
    top += _TITLE + 16
    total = max(1, sum(count for count, _ in bar.parts))
    left, room = float(_MARGIN), WIDTH - 2 * _MARGIN
    for place, (count, _) in enumerate(bar.parts):
        width = room * count / total
        if count:
            _draw_part(pen, place, (left, top, left + width, top + _BAR_HEIGHT), str(count))
        left += width
    _draw_names(pen, bar, top=top + _BAR_HEIGHT + 16)


def _draw_part(pen: Any, place: int, box: tuple[float, float, float, float], count: str) -> None:
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    half = 14 + 12 * len(count)
    pen.rectangle(box, fill=_FILLS[place])
    if place == _STRIPED:
        _draw_stripes(pen, box)
        pen.rectangle((x - half, y - 28, x + half, y + 28), fill=_PAPER)
    pen.rectangle(box, outline=_INK, width=3)
    # Where it is too narrow, the count stands below alone.
    if right - left > 2 * half:
        pen.text((x, y), count, fill=_LETTERS[place], font=_font(_COUNT), anchor="mm")


def _draw_stripes(pen: Any, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    for x in range(int(left) - _BAR_HEIGHT, int(right), 14):
        start, end = max(left, x), min(right, x + (bottom - top))
        if start < end:
            pen.line((start, bottom - (start - x), end, bottom - (end - x)), fill=_STRIPES)


def _draw_names(pen: Any, bar: Bar, *, top: int) -> None:
    """Write below the bar what each band is, with its count, whatever its width."""
    column = (WIDTH - 2 * _MARGIN) / len(bar.parts)
    for place, (count, name) in enumerate(bar.parts):
        left = _MARGIN + place * column
        box = (left, top + 4, left + 26, top + 30)
        pen.rectangle(box, fill=_FILLS[place], outline=_INK, width=2)
        if place == _STRIPED:
            pen.line((left, top + 30, left + 26, top + 4), fill=_STRIPES, width=2)
        pen.text((left + 38, top), f"{count} {name}", fill=_INK, font=_font(_NAME))


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
