"""One row of somebody's in every table there is, made from the tables and the reviewed file alone.

A table that is added later is filled without anybody thinking of it.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, bindparam, insert

from bot.services.retention_file import read_register
from domain.ids import new_id
from domain.retention import Register, SealedFor
from storage.all_tables import metadata
from storage.columns import UtcDateTime
from storage.engine import Connection, Database
from storage.vault import Place, Vault

REGISTER = read_register()
MADE_BY_THE_PROGRAM = {
    "person_keys",
    "check_in_keys",
    "learning_set_keys",
    "house_keys",
    "vault_sentinel",
    "audit_chain",
    "departures",
}
WORDS = {
    ("sessions", "type"): "coaching",
    ("sessions", "mode"): "video",
    ("sessions", "outcome"): "happened",
    ("sessions", "pay"): "paid",
    ("session_totals", "month"): "all",
    ("session_totals", "type"): "coaching",
    ("roles", "role"): "partner",
    ("people", "tz"): "Europe/London",
    ("people", "nation"): "wales",
    ("schedules", "kind"): "prompt",
    ("schedules", "cadence"): "weekly",
    ("schedules", "zone"): "Europe/London",
    ("deliveries", "kind"): "prompt",
    ("deliveries", "state"): "sent",
    ("prompts_given", "state"): "skipped",
    ("journal_shares", "audience"): "learning_partner",
    ("audit", "link"): None,
    ("sessions", "deleted_at"): None,
    ("supervision_requests", "level"): "routine",
    ("supervision_requests", "state"): "open",
    ("supervision_requests", "mode"): "video",
    ("supervision_records", "mode"): "video",
    ("learning_sets", "agenda"): "two_hours",
    ("learning_sets", "zone"): "Europe/London",
    ("set_members", "standing"): "in",
    ("set_meetings", "state"): "held",
    ("set_meetings", "agenda"): "two_hours",
    ("set_meetings", "zone"): "Europe/London",
    ("set_roles", "role"): "presenter",
    ("set_roles", "state"): "declined",
    ("set_actions", "state"): "open",
}
PACKED = {
    "supervision_requests.wishes": {
        "category": "for_me",
        "mode": None,
        "preferred": None,
        "excluded": [],
        "shares": [],
        "session_id": None,
    }
}
"""What the program itself wants to find in a packed value, besides the words."""
WORDS_IN = {"supervision_requests.wishes": "when"}
SEALED_LATER = {"check_ins": ("words", '["calm"]'), "learning_sets": ("link", "a made-up link")}
"""The key refers to the row: it is sealed once the row is there."""


@dataclass
class Somebody:
    """A person with a row everywhere. `texts` are the sealed words, by the entry's name."""

    id: str
    account: str
    at: datetime
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def somebody_everywhere(
    database: Database,
    vault: Vault,
    *,
    at: datetime,
    other: str | None = None,
    register: Register = REGISTER,
) -> Somebody:
    """Make one row of a new person in every table, all of this time.

    Where a row names another person, that is `other`, or else themselves.
    """
    found = Somebody(new_id(), f"U{new_id()[:10].upper()}", at)
    with database.write() as conn:
        for table in metadata.sorted_tables:
            if table.name not in MADE_BY_THE_PROGRAM:
                _fill(conn, vault, table, found, other or found.id, register)
    return found


def _fill(
    conn: Connection, vault: Vault, table: Table, who: Somebody, other: str, register: Register
) -> None:
    row = {
        column.name: _value(table, column, who, other, register)
        for column in table.columns
        if not (column.primary_key and isinstance(column.type, Integer))
    }
    if table.name == "people":
        row["id"], row["account"], row["team"] = who.id, who.account, "T1"
    who.rows[table.name] = row
    sealed: dict[str, bytes] = {}
    later = [c.name for c in table.columns if isinstance(c.type, LargeBinary)]
    for one in register.sealed_columns(table.name):
        assert one.column is not None
        text = f"canary of {one.name} of {who.id}"
        if one.packed:
            text = json.dumps({WORDS_IN.get(one.name, "words"): text} | PACKED.get(one.name, {}))
        place = Place(table.name, one.column, row[one.row])
        if one.sealed_for is SealedFor.PERSON:
            sealed[one.column] = vault.seal(conn, who.id, place, text)
        elif one.sealed_for is not SealedFor.KEY:
            sealed[one.column] = b""
        who.texts[one.name] = text
    assert set(later) == set(sealed), f"a sealed column of {table.name} has no entry"
    if table.name in SEALED_LATER:
        _seal_later(conn, vault, table, row | dict.fromkeys(later))
        return
    put(conn, table, row | sealed)


def _seal_later(conn, vault: Vault, table: Table, row: dict[str, Any]) -> None:
    put(conn, table, row)
    column, text = SEALED_LATER[table.name]
    own = vault.of_check_ins() if table.name == "check_ins" else vault.of_learning_sets()
    sealed = own.seal(conn, row["id"], Place(table.name, column, row["id"]), text)
    conn.execute(table.update().where(table.c.id == row["id"]).values({column: sealed}))


def put(conn: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row."""
    values = {name: bindparam(name, type_=table.c[name].type) for name in row}
    conn.execute(insert(table).values(values), **row)


def _value(table: Table, column: Column, who: Somebody, other: str, register: Register) -> Any:
    entry = register.entries[table.name]
    if (table.name, column.name) in WORDS:
        return WORDS[table.name, column.name]
    for key in column.foreign_keys:
        if key.column.table.name != "people":
            return who.rows[key.column.table.name][key.column.name]
    if column.name in entry.pointers:
        return other
    if column.name in {entry.owner, "recipient"}:
        return who.id
    return _of_its_kind(column, who)


def _of_its_kind(column: Column, who: Somebody) -> Any:
    for kind, value in (
        (UtcDateTime, who.at),
        (Date, who.at.date()),
        (Boolean, False),
        (Integer, 15),
        (LargeBinary, None),
    ):
        if isinstance(column.type, kind):
            return value
    length = getattr(column.type, "length", None)
    if column.primary_key or length == 32:
        return new_id()
    return "{}" if length is None else "made up"


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    """Return every row of a table."""
    with database.engine.connect() as there:
        return [dict(row._mapping) for row in there.execute(metadata.tables[table].select())]


START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
