"""Pictures of the docs lose weight and nothing else."""

import struct
import zlib

import pytest

from tests.browser.palette import MOST_COLOURS, SIGNATURE, _chunk, _pixels, size_of, with_palette

WIDTH = 20
FEW = [(10 * n, 255 - n, n % 7) for n in range(25)]
MANY = [(n % 256, n // 256 * 9, 128) for n in range(400)]


def a_png(colours):
    """One pixel a colour, every line with another of PNG's five filters."""
    lines = [colours[start : start + WIDTH] for start in range(0, len(colours), WIDTH)]
    lines[-1] += [lines[-1][-1]] * (WIDTH - len(lines[-1]))
    above, packed = bytes(WIDTH * 3), b""
    for number, line in enumerate(lines):
        raw = bytes(value for colour in line for value in colour)
        packed += bytes([number % 5]) + filtered(number % 5, raw, above)
        above = raw
    head = struct.pack(">IIBBBBB", WIDTH, len(lines), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(packed)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(*part) for part in parts)


def filtered(kind, line, above):
    out = bytearray()
    for at, value in enumerate(line):
        left, corner = (line[at - 3], above[at - 3]) if at >= 3 else (0, 0)
        up = above[at]
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda near: abs(guess - near))
        out.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) & 0xFF)
    return bytes(out)


def seen(small):
    """The pixels of a picture with a palette."""
    chunks, at = {}, len(SIGNATURE)
    while at < len(small):
        (length,) = struct.unpack(">I", small[at : at + 4])
        chunks[small[at + 4 : at + 8]] = small[at + 8 : at + 8 + length]
        at += length + 12
    palette, lines = chunks[b"PLTE"], zlib.decompress(chunks[b"IDAT"])
    width, _ = size_of(small)
    indexes = [n for place, n in enumerate(lines) if place % (width + 1)]
    return [palette[3 * n : 3 * n + 3] for n in indexes], len(palette) // 3


@pytest.mark.parametrize("times", [1, 5])
def test_a_picture_of_few_colours_stays_as_it_is(times):
    png = a_png(FEW * times)

    pixels, colours = seen(with_palette(png))

    assert pixels == _pixels(png)[2]
    assert colours <= len(FEW) + 1
    assert size_of(with_palette(png)) == size_of(png)


def test_of_many_colours_each_becomes_one_that_is_near():
    png = a_png(MANY)

    pixels, colours = seen(with_palette(png))

    assert colours == MOST_COLOURS
    for one, other in zip(pixels, _pixels(png)[2], strict=True):
        assert max(abs(a - b) for a, b in zip(one, other, strict=True)) < 40


def test_what_is_no_png_of_chromium_is_refused():
    with pytest.raises(ValueError, match="PNG"):
        with_palette(b"GIF89a")
