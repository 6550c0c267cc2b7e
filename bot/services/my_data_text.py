"""Everything held about somebody as text that can be read without another program."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from bot.services.my_data import YOU, Export, Opened, Part
from bot.words import Words

_LEADS_TO_THEM = {"id", "person_id"}
_FIXED_WORDS = {
    "action",
    "audience",
    "cadence",
    "category",
    "kind",
    "level",
    "outcome",
    "pay",
    "reason",
    "standing",
    "state",
    "type",
}
"""Where the program keeps a word of its own, and not one that somebody typed."""


def as_text(export: Export, words: Words) -> str:
    """Return it as plain text: a heading for each kind, then one paragraph for each row."""
    made = words.moment(export.made_at, export.zone)
    lines = [words("my_data.copy_title", when=made), ""]
    for part in export.parts:
        if part.rows:
            lines += _part(part, export.zone, words)
    lines += [_heading(words("my_data.opened_title")), ""]
    lines += [_opening(one, export.zone, words) for one in export.opened]
    lines += [] if export.opened else [words("my_data.opened_none")]
    lines += ["", _heading(words("my_data.left_out_title")), ""]
    lines += [f"{one.title}. {one.because}" for one in export.left_out]
    return "\n".join(lines) + "\n"


def _part(part: Part, zone: str, words: Words) -> list[str]:
    lines = [_heading(part.title), "", part.what, words("my_data.kept", time=part.keeps)]
    lines += [words("my_data.seen_by", who=part.seen_by), ""]
    for row in part.rows:
        lines += [*_facts(row, zone, words), ""]
    return lines


def _facts(row: Mapping[str, Any], zone: str, words: Words) -> Iterator[str]:
    for name, value in row.items():
        if value is None or (name in _LEADS_TO_THEM and value == YOU):
            continue
        yield f"{words(f'my_data.label.{name}')}: {_worded(name, value, zone, words)}"


def _worded(name: str, value: Any, zone: str, words: Words) -> str:
    if name == "weekday" and value in range(7):
        return words(f"weekday.{value}")
    if name == "minute" and value in range(24 * 60):
        return words.clock(time(*divmod(value, 60)))
    said = _fixed(value) if name in _FIXED_WORDS and isinstance(value, str) else value
    return _said(said, zone, words)


def _said(value: Any, zone: str, words: Words) -> str:
    if isinstance(value, bool):
        return words("my_data.yes") if value else words("my_data.no")
    if isinstance(value, datetime):
        return words.moment(value, zone)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, Mapping):
        inner = (
            f"{_label(name)} {_said(one, zone, words)}"
            for name, one in value.items()
            if one is not None and one != []
        )
        return "; ".join(inner)
    if isinstance(value, list | tuple):
        return ", ".join(_fixed(_said(one, zone, words)) for one in value)
    return "" if value is None else str(value).replace("\n", "\n  ")


def _opening(one: Opened, zone: str, words: Words) -> str:
    who = words("my_data.somebody_gone") if one.user is None else f"<@{one.user}>"
    return words("my_data.opened_line", what=one.title, who=who, when=words.moment(one.at, zone))


def _label(name: str) -> str:
    """Return what a packed value calls its part, which no column names."""
    return _fixed(name).capitalize()


def _fixed(word: str) -> str:
    return word.replace("_", " ")


def _heading(text: str) -> str:
    return f"== {text} =="
