"""Copies everything from one database into another, of either kind, and compares the two.

Rows go in the order of their keys, some at once: one transaction in the new database for each
batch, with the mark of how far it is. So memory stays small, and what is killed goes on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    true,
)

from domain.refusals import StorageUnavailable
from domain.values import dataclass
from storage import backup, move_marks
from storage.all_tables import metadata
from storage.connection import Connection, Row
from storage.engine import Database
from storage.move_marks import In, Stage
from storage.opening import Opening
from storage.problems import Conflict, driver_errors
from storage.statements import later_than
from storage.tables import audit, heartbeats, programme, vault_sentinel

BATCH = 500
_LOOKED_UP_AT_ONCE = 20
_BEATS = select(heartbeats.c.name, heartbeats.c.at).order_by(heartbeats.c.name)
_LAST_LINE = select(func.coalesce(func.max(audit.c.id), 0, type_=Integer))


class DoesNotFit(Exception):
    """The new database does not take some rows. Never with what stands in them."""

    def __init__(self, table: str, first: int, last: int) -> None:
        """Rows are counted in the order of the key, from 1."""
        super().__init__(table, first, last)
        self.table, self.first, self.last = table, first, last


class Differs(Exception):
    """A table is not the same in both databases."""

    def __init__(self, table: str) -> None:
        """Name the table and nothing in it."""
        super().__init__(table)
        self.table = table


class CutOff(Exception):
    """One of the two databases cannot be used now; `old` says which."""

    def __init__(self, reason: str, *, old: bool) -> None:
        """`reason` is what the database says."""
        super().__init__(reason)
        self.reason, self.old = reason, old


@dataclass(frozen=True, slots=True)
class Compared:
    """A table that is the same in both. `shut` sealed values did not open in the old one either."""

    table: str
    rows: int = 0
    opened: int = 0
    shut: int = 0

    def plus(self, rows: int, opened: int, shut: int) -> "Compared":
        """Count some more."""
        return Compared(self.table, self.rows + rows, self.opened + opened, self.shut + shut)


@contextmanager
def reading(database: Database, *, old: bool) -> Iterator[Connection]:
    """Give a reading transaction of one of the two.

    Raises:
        CutOff: It cannot be read.
    """
    try:
        with database.read() as conn:
            yield conn
    except StorageUnavailable as error:
        raise CutOff(str(error), old=old) from error


@contextmanager
def writing(database: Database, *, old: bool) -> Iterator[Connection]:
    """Give a writing transaction of one of the two.

    Raises:
        CutOff: It cannot be written.
    """
    try:
        with database.write() as conn:
            yield conn
    except StorageUnavailable as error:
        raise CutOff(str(error), old=old) from error


def counts(database: Database, *, old: bool) -> dict[str, int]:
    """Return how many rows each table has, in the order in which they are copied."""
    with reading(database, old=old) as conn:
        return {there.name: _count(conn, there) for there in metadata.sorted_tables}


def holds_anything(conn: Connection) -> bool:
    """Whether there is more than the marks of a move and the mark of the master key."""
    tables = (there for there in metadata.sorted_tables if there is not vault_sentinel)
    return any(conn.first(_moving(there).limit(1)) is not None for there in tables)


def empty(conn: Connection) -> None:
    """Delete every row that a move copies."""
    for there in reversed(metadata.sorted_tables):
        conn.execute(delete(there).where(_moves(there)))


def copy(old: Database, new: Database, mark: In, size: int = BATCH) -> Iterator[In]:
    """Copy on from where the mark stands; yield the mark after each batch, when it is kept.

    Raises:
        CutOff: One of the two cannot be used.
        DoesNotFit: The new one does not take a row.
        Elsewhere: Another move goes into the new one.
    """
    tables = [there.name for there in metadata.sorted_tables]
    for name in tables[tables.index(mark.table) if mark.table else 0 :]:
        these = _Rows(metadata.tables[name], size)
        after, count = (mark.after, mark.rows) if mark.table == name else ((), 0)
        for rows in _pages(old, these, after):
            count += len(rows)
            further = replace(mark, table=name, after=these.key(rows[-1]), rows=count)
            mark = _kept(new, these, rows, mark, further)
            yield mark


def compare(
    old: Database, new: Database, opening: Opening, size: int = BATCH
) -> Iterator[Compared]:
    """Hold every row of the new database against the old one's, and open every sealed value.

    Raises:
        CutOff: One of the two cannot be used.
        Differs: They are not the same.
    """
    for there in metadata.sorted_tables:
        yield compare_table(old, new, opening, there.name, size)


def compare_table(
    old: Database, new: Database, opening: Opening, name: str, size: int = BATCH
) -> Compared:
    """Do the same with one table.

    Raises:
        CutOff: One of the two cannot be used.
        Differs: They are not the same.
    """
    these, compared = _Rows(metadata.tables[name], size), Compared(name)
    for rows in _pages(old, these):
        for n in range(0, len(rows), _LOOKED_UP_AT_ONCE):
            pairs = _paired(new, these, rows[n : n + _LOOKED_UP_AT_ONCE])
            compared = compared.plus(len(pairs), *_opened(old, new, opening, these, pairs))
    with reading(new, old=False) as conn:
        if _count(conn, these.table) != compared.rows:
            raise Differs(name)
    return compared


def stood_still(old: Connection, new: Connection) -> bool:
    """Whether the old database shows no life since its rows were copied."""
    return old.all(_BEATS) == new.all(_BEATS) and old.value(_LAST_LINE) == new.value(_LAST_LINE)


def finish(conn: Connection, mark: In) -> None:
    """Let the new database count on where the old one was, and be used."""
    backup.count_on(conn)
    move_marks.go_on(conn, mark, replace(mark, stage=Stage.MOVED, table=None, after=(), rows=0))


class _Rows:
    """The statements on the rows of one table, and their keys."""

    def __init__(self, there: Table, size: int) -> None:
        """`size` is how many rows are read at once."""
        key = list(there.primary_key.columns)
        self.table, self.size = there, size
        self.names = [column.name for column in there.columns]
        self.key_names = [column.name for column in key]
        self._key_at = [self.names.index(name) for name in self.key_names]
        self.first = _moving(there).order_by(*key).limit(size)
        self.following = self.first.where(later_than(*key))
        self.put = insert(there).values({c.name: bindparam(c.name, type_=c.type) for c in there.c})
        each = (
            and_(*(one == bindparam(f"looked_up_{one.name}_{n}", type_=one.type) for one in key))
            for n in range(_LOOKED_UP_AT_ONCE)
        )
        self.with_keys = _moving(there).where(or_(*each))

    def key(self, row: Row) -> Row:
        """Return the key of a row."""
        return tuple(row[place] for place in self._key_at)

    def named(self, row: Row) -> dict[str, Any]:
        """Return a row by the names of its columns."""
        return dict(zip(self.names, row, strict=True))


def _kept(new: Database, these: _Rows, rows: Sequence[Row], before: In, mark: In) -> In:
    """Write these rows and the mark, both or neither."""
    try:
        with writing(new, old=False) as conn:
            # First of all: of two who move, one waits here and then finds another mark.
            move_marks.go_on(conn, before, mark)
            conn.execute_many(these.put, [these.named(row) for row in rows])
    except _refusals():
        raise DoesNotFit(these.table.name, mark.rows - len(rows) + 1, mark.rows) from None
    return mark


def _refusals() -> tuple[type[Exception], ...]:
    return (Conflict, *driver_errors())


def _pages(old: Database, these: _Rows, after: Row = ()) -> Iterator[list[Row]]:
    """Yield the rows of the old database after this key, in its order, so many at once."""
    while True:
        place = dict(zip((f"{name}_before" for name in these.key_names), after, strict=False))
        with reading(old, old=True) as conn:
            rows = conn.all(these.following if after else these.first, **place)
        if rows:
            yield rows
        if len(rows) < these.size:
            return
        after = these.key(rows[-1])


def _paired(new: Database, these: _Rows, rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Return these rows, each with the one of the new database that has its key.

    By key and not by order: the two kinds of databases do not sort text alike.
    """
    keys = [these.key(row) for row in rows]
    keys += [keys[-1]] * (_LOOKED_UP_AT_ONCE - len(keys))
    names = [f"looked_up_{name}_{n}" for n in range(_LOOKED_UP_AT_ONCE) for name in these.key_names]
    values = [value for key in keys for value in key]
    with reading(new, old=False) as conn:
        found = conn.all(these.with_keys, **dict(zip(names, values, strict=True)))
    there = {these.key(row): row for row in found}
    if not all(_same(row, there.get(these.key(row))) for row in rows):
        raise Differs(these.table.name)
    return [(row, there[these.key(row)]) for row in rows]


def _opened(
    old: Database, new: Database, opening: Opening, these: _Rows, pairs: Sequence[tuple[Row, Row]]
) -> tuple[int, int]:
    """Return how many sealed values of these rows open alike in both, and how many in neither."""
    name, opened, shut = these.table.name, 0, 0
    if not opening.of(name):
        return opened, shut
    with reading(old, old=True) as before, reading(new, old=False) as now:
        for row, other in pairs:
            was = opening.values(before, name, these.named(row))
            became = opening.values(now, name, these.named(other))
            if was != became:
                raise Differs(name)
            opened += sum(value is not None for value in was)
            shut += was.count(None)
    return opened, shut


def _same(row: Row, other: Row | None) -> bool:
    return other is not None and row == other and [*map(type, row)] == [*map(type, other)]


def _moves(there: Table) -> ColumnElement[bool]:
    """Return the condition that a row moves: all do but the marks of the move itself."""
    if there is programme:
        return and_(programme.c.name != move_marks.OUT, programme.c.name != move_marks.IN)
    return true()


def _moving(there: Table) -> Select[Any]:
    return select(*there.columns).where(_moves(there))


def _count(conn: Connection, there: Table) -> int:
    return int(conn.value(select(func.count()).select_from(there).where(_moves(there))))
