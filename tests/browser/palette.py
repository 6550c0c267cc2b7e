"""Makes screenshots small: PNG in, PNG with a palette of at most 256 colours out.

Pages of text have few colours beside the blends at the edges of letters, so the most frequent
ones stay as they are and each of the others becomes the nearest of them.
"""

import struct
import zlib
from collections import Counter

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256
RGB, RGBA = 2, 6
BYTES = {RGB: 3, RGBA: 4}


def with_palette(png: bytes) -> bytes:
    """Return the picture with a palette; 8 bits a channel, not interlaced, as Chromium makes it."""
    width, height, pixels = _pixels(png)
    counted = Counter(pixels)
    palette = [colour for colour, _ in counted.most_common(MOST_COLOURS)]
    place = {colour: number for number, colour in enumerate(palette)}
    for colour in counted.keys() - place.keys():
        place[colour] = min(range(len(palette)), key=lambda n: _distance(palette[n], colour))
    indexes = bytes(map(place.__getitem__, pixels))
    rows = (b"\0" + indexes[start : start + width] for start in range(0, len(indexes), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", head),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts)


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Return width, height and every pixel's red, green and blue."""
    chunks = list(_chunks(png))
    head = next(data for kind, data in chunks if kind == b"IHDR")
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if depth != 8 or interlaced or colours not in BYTES:
        raise ValueError("not a PNG as Chromium makes it")
    size = BYTES[colours]
    packed = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    pixels: list[bytes] = []
    row = bytearray(width * size)
    for start in range(0, len(packed), width * size + 1):
        row = _unfiltered(packed[start], packed[start + 1 : start + 1 + width * size], row, size)
        pixels += [bytes(row[at : at + 3]) for at in range(0, width * size, size)]
    return width, height, pixels


def _unfiltered(kind: int, line: bytes, above: bytearray, size: int) -> bytearray:
    """Undo a PNG filter (PNG 1.2, chapter 6)."""
    row = bytearray(line)
    if kind == 0:
        return row
    for at in range(len(row)):
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        before = (left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))
        row[at] = (row[at] + before[kind - 1]) & 0xFF
    return row


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    if not png.startswith(SIGNATURE):
        raise ValueError("not a PNG")
    found, at = [], len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
