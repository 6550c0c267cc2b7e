"""The reviewed file on what is held and for how long."""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from domain.retention import (
    AtEnd,
    Entry,
    OnErasure,
    Pointer,
    Register,
    SealedFor,
    Wording,
    in_full,
    to_others,
    to_you,
)

SOURCE = Path(__file__).parent.parent / "content" / "retention.toml"


@cache
def read_register(source: Path = SOURCE) -> Register:
    """Read the file, once for each run. The file says what each field is.

    A word that it does not know, or a field that is left out, is an error: nothing may be kept or
    deleted by a guess.
    """
    with source.open("rb") as file:
        tables = tomllib.load(file)
    entries = {}
    for table, fields in tables.items():
        columns = fields.pop("sealed", {})
        row = _entry(table=table, **fields)
        entries[row.name] = row
        for column, of_column in columns.items():
            inherited = {"owner": row.owner, "erasure": row.erasure.value, "export": "yes"}
            one = _entry(table=table, column=column, **inherited | of_column)
            entries[one.name] = one
    return Register(entries)


def _entry(
    *,
    export: str,
    erasure: str,
    at_end: str,
    sealed_for: str | None = None,
    pointers: dict[str, str] | None = None,
    things: list[str] | None = None,
    others: list[str] | None = None,
    packed_columns: list[str] | None = None,
    packed_people: list[str] | None = None,
    also: list[str] | None = None,
    sets: list[str] | None = None,
    changed: list[str] | None = None,
    after: str | None = None,
    besides: str | None = None,
    **fields: Any,
) -> Entry:
    """Return an entry. `export` is `yes` or the reason why not."""
    kept = in_full(fields["keeps"], begins=fields.get("begins"), after=after, besides=besides)
    said: dict[str, Any] = {name: fields.pop(name) for name in ("title", "what", "why", "seen_by")}
    said |= {"kept": kept, "erasure_because": fields.pop("erasure_because", None)}
    fields["keeps"] = to_others(fields["keeps"])
    return Entry(
        **_worded(said, to_others),
        yours=Wording(**_worded(said, to_you)),
        sets=tuple(sets or ()),
        changed=tuple(changed or ()),
        export=export == "yes",
        export_because=None if export == "yes" else export,
        erasure=OnErasure(erasure),
        at_end=AtEnd(at_end),
        sealed_for=None if sealed_for is None else SealedFor(sealed_for),
        things=tuple(things or ()),
        others=tuple(others or ()),
        packed_columns=tuple(packed_columns or ()),
        packed_people=tuple(packed_people or ()),
        also=tuple(also or ()),
        pointers={column: Pointer(word) for column, word in (pointers or {}).items()},
        **fields,
    )


def _worded(said: dict[str, Any], wording: Callable[[str], str]) -> dict[str, Any]:
    return {name: text and wording(text) for name, text in said.items()}
