"""Everything in a database as lines, of one moment, and back into an empty one.

The lines fit both kinds of databases: what was kept in one can be put back into the other.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    Table,
    TableClause,
    Text,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.types import TypeEngine

from storage.all_tables import metadata
from storage.columns import UtcDateTime
from storage.connection import Connection, Row
from storage.my_data_tables import audit_chain
from storage.statements import later_than
from storage.tables import audit

_AT_ONCE = 1000
_ONE_MOMENT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_KINDS: tuple[tuple[str, type[Any], Any], ...] = (
    ("time", UtcDateTime, UtcDateTime()),
    ("day", Date, Date()),
    ("yes_or_no", Boolean, Boolean()),
    ("number", Integer, Integer()),
    ("bytes", LargeBinary, LargeBinary()),
)
_NEXT_LINE = select(func.coalesce(func.max(audit_chain.c.head_id), 0))
_LAST_LINE = select(func.coalesce(func.max(audit.c.id), 0))
_COUNT_ON_IN_POSTGRES = text("SELECT setval(pg_get_serial_sequence('audit', 'id'), :last)")
_STOP_COUNTING_IN_SQLITE = text("DELETE FROM sqlite_sequence WHERE name = 'audit'")
_COUNT_ON_IN_SQLITE = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('audit', :last)")


class NotWhole(Exception):
    """The lines do not hold what they say they hold."""


def lines(conn: Connection) -> Iterator[bytes]:
    """Yield everything, as it stood at one moment; `conn` reads and has read nothing yet."""
    if conn.dialect == "postgresql":
        conn.execute(_ONE_MOMENT)
    counts = {}
    for there in metadata.sorted_tables:
        columns = {c.name: _kind(c) for c in there.columns}
        yield _line({"table": there.name, "columns": columns})
        counts[there.name] = 0
        for row in _rows(conn, there):
            counts[there.name] += 1
            yield _line([_written(value) for value in row])
    yield _line({"end": counts})


def check(found: Iterable[bytes]) -> dict[str, int]:
    """Go through lines and return how many rows of each table there are.

    Raises:
        NotWhole: They end too early, or hold another number of rows.
    """
    counts: dict[str, int] = {}
    for _ in _read(found, counts):
        pass
    return counts


def put_back(conn: Connection, found: Iterable[bytes]) -> None:
    """Insert everything into tables that are empty.

    Raises:
        NotWhole: As in `check`.
    """
    for there, values in _read(found, {}):
        conn.execute(there, **values)
    count_on(conn)


def is_empty(conn: Connection) -> bool:
    """Whether no table that is there holds a row."""
    return all(conn.first(select(there).limit(1)) is None for there in metadata.sorted_tables)


def count_on(conn: Connection) -> None:
    """Let the next line of the audit have a higher number than any before it ever had."""
    last = max(int(conn.value(_NEXT_LINE)), int(conn.value(_LAST_LINE)))
    if not last:
        return
    if conn.dialect == "postgresql":
        conn.value(_COUNT_ON_IN_POSTGRES, last=last)
        return
    conn.execute(_STOP_COUNTING_IN_SQLITE)
    conn.execute(_COUNT_ON_IN_SQLITE, last=last)


def _rows(conn: Connection, there: Table) -> Iterator[Row]:
    """Yield every row in the order of the key, some at once."""
    key = tuple(there.primary_key.columns)
    first = select(*there.columns).order_by(*key).limit(_AT_ONCE)
    places = [list(there.columns).index(one) for one in key]
    found = conn.all(first)
    following = first.where(later_than(*key))
    while found:
        yield from found
        if len(found) < _AT_ONCE:
            return
        last = {f"{one.key}_before": found[-1][at] for one, at in zip(key, places, strict=True)}
        found = conn.all(following, **last)


def _read(found: Iterable[bytes], counts: dict[str, int]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield a statement and its values for each row, and count them."""
    there: Any = None
    names: list[str] = []
    current, ended = "", False
    for line in found:
        entry = json.loads(line)
        if isinstance(entry, list):
            if len(entry) != len(names):
                raise NotWhole
            counts[current] += 1
            yield there, {name: _as_it_was(v) for name, v in zip(names, entry, strict=True)}
        elif "end" in entry:
            ended = entry["end"] == counts
        else:
            current, names = entry["table"], list(entry["columns"])
            counts[current] = 0
            there = _insert(current, entry["columns"])
    if not ended:
        raise NotWhole


def _insert(name: str, columns: dict[str, str]) -> Any:
    """Return the statement for a table as it was then, which may be older than ours."""
    light: TableClause = table(name, *(column(one, _type(kind)) for one, kind in columns.items()))
    return insert(light).values({c.name: bindparam(c.name, type_=c.type) for c in light.columns})


def _kind(one: Column[Any]) -> str:
    return next((kind for kind, python, _ in _KINDS if isinstance(one.type, python)), "text")


def _type(kind: str) -> TypeEngine[Any]:
    return next((found for name, _, found in _KINDS if name == kind), Text())


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, (bytes, memoryview)):
        return {"bytes": b64encode(value).decode()}
    return value


def _as_it_was(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, kept)] = value.items()
    if kind == "time":
        return datetime.fromisoformat(kept)
    return date.fromisoformat(kept) if kind == "day" else b64decode(kept)


def _line(entry: object) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
