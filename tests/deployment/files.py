"""The files that say how the bot is run elsewhere, as the tests read them."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def read_yaml(text: str) -> Any:
    """Read the plain part of YAML that our file keeps to: mappings, lists and words on one line.

    Anything else is an error, so that nothing is read as something that it is not.
    """
    lines = [
        (len(line) - len(line.lstrip()), line.strip())
        for line in text.splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    value, rest = _block(lines, 0)
    assert not rest, f"not understood: {rest[0]}"
    return value


def _block(lines: list[tuple[int, str]], depth: int) -> tuple[Any, list[tuple[int, str]]]:
    if lines[0][1].startswith("- "):
        items = []
        while lines and lines[0][0] == depth:
            assert lines[0][1].startswith("- "), lines[0]
            items.append(_word(lines[0][1][2:]))
            lines = lines[1:]
        return items, lines
    found: dict[str, Any] = {}
    while lines and lines[0][0] == depth:
        name, colon, word = lines[0][1].partition(":")
        assert re.fullmatch(r"[A-Za-z_]+", name), lines[0]
        assert colon, lines[0]
        assert name not in found, f"twice: {name}"
        lines = lines[1:]
        if word.strip():
            found[name] = _word(word.strip())
        else:
            assert lines, f"nothing below {name}"
            assert lines[0][0] > depth, f"nothing below {name}"
            found[name], lines = _block(lines, lines[0][0])
    assert not lines or lines[0][0] < depth, f"not in line: {lines[0]}"
    return found, lines


def _word(word: str) -> Any:
    if word == "{}":
        return {}
    if word.startswith('"'):
        assert re.fullmatch(r'"[^"\\]*"', word), word
        return word[1:-1]
    assert not re.search(r"[:#\[\]{}&*!|>%@`',]", word), f"has to be quoted: {word}"
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isdigit() else word


def read_unit(text: str) -> dict[str, dict[str, list[str]]]:
    """Read a unit of systemd: sections, and the values of each name in their order."""
    found: dict[str, dict[str, list[str]]] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), defaultdict(list))
            continue
        name, equals, value = line.partition("=")
        assert equals, line
        section[name].append(value)
    return found


def read_dockerfile(text: str) -> list[list[tuple[str, str]]]:
    """Return each stage as its instructions in order: (word, the rest)."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    stages: list[list[tuple[str, str]]] = []
    for word, rest in lines:
        if word == "FROM":
            stages.append([])
        stages[-1].append((word, rest))
    return stages
