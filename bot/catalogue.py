"""Reads a catalogue of sentences: a file of GNU gettext's `.po` kind, as it stands.

The format: gnu.org/software/gettext/manual/html_node/PO-Files.html. Babel reads it as well, and a
test holds the two together; but it takes ten times as long, 40 ms of each start, and 4 MB.
"""

import gettext
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from domain.values import dataclass

_LINE = re.compile(r'(msgid|msgid_plural|msgstr(?:\[[0-5]\])?)?\s*"([^"\\]*(?:\\.[^"\\]*)*)"')
_PLURAL = re.compile(r"^Plural-Forms:.*\bplural=([^;]+)", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t"}

Entry = list[tuple[str, str]]
"""What stands in one entry: its keywords, and their texts."""


class BadCatalogue(Exception):
    """A catalogue with a mistake in it. The message tells which line to mend."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sentences by key, those that count in each of the language's forms.

    `form` says which form goes with a number.
    """

    sentences: dict[str, tuple[str, ...]]
    form: Callable[[int], int]


def read(path: Path) -> Catalogue:
    """Read a file.

    Raises:
        BadCatalogue: A line is not of the format, a key stands there twice, or words are missing.
    """
    sentences: dict[str, tuple[str, ...]] = {}
    for number, entry in _entries(path):
        keywords, (key, *forms) = [word for word, _ in entry], [text for _, text in entry]
        if keywords[1:2] == ["msgid_plural"]:
            del forms[0]
        elif keywords != ["msgid", "msgstr"]:
            raise _bad(path, number, "the entry that ends here is not a key and its words")
        if not forms or not all(forms) or key in sentences:
            raise _bad(path, number, "the entry that ends here lacks words, or is there twice")
        sentences[key] = tuple(forms)
    rule = _PLURAL.search("".join(sentences.pop("", ())))
    return Catalogue(sentences, gettext.c2py(rule[1] if rule else "n != 1"))


def _entries(path: Path) -> Iterator[tuple[int, Entry]]:
    """Yield the entries in order, each with the number of the last line before the next."""
    entry: Entry = []
    number = 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if text.startswith("#,") and "fuzzy" in text:
            raise _bad(path, number, "an entry that nobody has checked is marked as fuzzy here")
        if not text or text.startswith("#"):
            continue
        word, said = _read(path, number, text)
        if word == "msgid" and entry:
            yield number - 1, entry
            entry = []
        if word:
            entry.append((word, said))
        elif entry:
            entry[-1] = (entry[-1][0], entry[-1][1] + said)
    if entry:
        yield number, entry


def _read(path: Path, number: int, text: str) -> tuple[str | None, str]:
    """Return a line's keyword, None where it goes on with the text above, and its text."""
    found = _LINE.fullmatch(text)
    if found is None:
        raise _bad(path, number, "a quotation mark or a keyword is missing")
    said = found[2]
    if "\\" in said:
        said = _ESCAPED.sub(lambda escaped: _MEANT.get(escaped[1], escaped[1]), said)
    return found[1], said


def _bad(path: Path, number: int, why: str) -> BadCatalogue:
    return BadCatalogue(f"The catalogue {path.name} cannot be used: line {number}: {why}.")
