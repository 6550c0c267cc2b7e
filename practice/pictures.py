"""Pictures among the files: known by their first bytes, whatever they are called."""

from dataclasses import dataclass

PNG = b"\x89PNG\r\n\x1a\n"
# The markers of a JPEG that open a frame and give its size (ITU T.81, table B.1).
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    """A picture the page shows: its type, and its size in pixels (0 where it cannot be read)."""

    mimetype: str
    width: int = 0
    height: int = 0


def picture_in(content: bytes | None) -> Picture | None:
    """A PNG, JPEG or GIF; None for everything else, such as SVG, which can hold scripts."""
    if not content:
        return None
    if content.startswith(PNG):
        return Picture("image/png", _number(content[16:20]), _number(content[20:24]))
    if content.startswith((b"GIF87a", b"GIF89a")):
        sides = content[6:8][::-1], content[8:10][::-1]
        return Picture("image/gif", _number(sides[0]), _number(sides[1]))
    if content.startswith(b"\xff\xd8\xff"):
        return Picture("image/jpeg", *_jpeg_size(content))
    return None


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height from the first frame; 0, 0 where there is none."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        if content[at + 1] in JPEG_FRAMES:
            return _number(content[at + 7 : at + 9]), _number(content[at + 5 : at + 7])
        at += 2 + _number(content[at + 2 : at + 4])
    return 0, 0
