"""Text as people typed it, without what can mislead the reader."""

import unicodedata

_KEPT = {"\n", "\t", "\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}
"""Line breaks and tabs; the joiners that some scripts need; what makes up flags such as Wales's."""


def visible(text: str) -> str:
    """Return the text without control characters and without marks that turn its direction.

    They can make a name read as another one (Unicode Technical Report 36, 2.1 and 2.10).
    """
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cf"})
