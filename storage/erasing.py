"""Takes everything about one person out of every table, as the reviewed file says."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from domain.ids import new_id
from domain.retention import Entry, OnErasure, Pointer, Register
from domain.sessions import Pay
from storage.connection import Connection
from storage.holdings import in_order, table, theirs
from storage.my_data_tables import kept_pay
from storage.tables import idempotency, people, sent_files, sessions

NOBODY = "0" * 32
"""Whose something is that belongs to nobody."""

_EVERYBODY = select(people.c.id)
_HOLD = select(people.c.account).where(people.c.id == bindparam("person")).with_for_update()
_FACTS = (
    "on_date",
    "type",
    "minutes",
    "preparation_minutes",
    "travel_minutes",
    "outcome",
    "pay",
)
_PAID = (
    sessions.c.person_id == bindparam("person"),
    sessions.c.pay == Pay.PAID.value,
    sessions.c.deleted_at.is_(None),
)
_PAID_ONES = select(*(sessions.c[name] for name in _FACTS)).where(
    *_PAID, sessions.c.on_date > bindparam("since")
)
_PAID_COUNT = select(func.count()).select_from(sessions).where(*_PAID)
_KEEP_PAY = insert(kept_pay)
# Who enrolled somebody has the outcome of that form for two days, with the account in it.
_FORGET_FORMS = delete(idempotency).where(
    or_(
        idempotency.c.result.contains(bindparam("account")),
        idempotency.c.result.contains(bindparam("person")),
    )
)
_TAKE_BACK_NOW = (
    update(sent_files)
    .where(sent_files.c.person_id == bindparam("person"))
    .values(delete_after=bindparam("now"))
)


def everybody(conn: Connection) -> list[str]:
    """Return the ids of everyone known."""
    return [person_id for (person_id,) in conn.all(_EVERYBODY)]


def counts(conn: Connection, register: Register, person_id: str) -> dict[str, int]:
    """Return how much there is of somebody's, by entry; of a column, where it is filled.

    Each table is gone through once, for all its columns.
    """
    of_table: dict[str, list[Entry]] = {}
    for entry in register.entries.values():
        if entry.table in register.owners:
            of_table.setdefault(entry.table, []).append(entry)
    found: dict[str, int] = {}
    owners = tuple(register.owners.items())
    for name, entries in of_table.items():
        counted = _counted(owners, name, tuple(entry.column for entry in entries))
        row = conn.first(counted, person=person_id)
        assert row is not None, "a count is always one row"
        found |= {entry.name: int(n) for entry, n in zip(entries, row, strict=True)}
    return {name: found[name] for name in register.entries if name in found}


@lru_cache(200)
def _counted(
    owners: tuple[tuple[str, str], ...], name: str, columns: tuple[str | None, ...]
) -> Select[*tuple[Any, ...]]:
    """Return what counts a table's rows and its columns. Kept: made anew, 30 take 30 ms."""
    there = table(name)
    counts = (func.count() if column is None else func.count(there.c[column]) for column in columns)
    return select(*counts).select_from(there).where(theirs(dict(owners), name, _is_person))


def paid_count(conn: Connection, person_id: str) -> int:
    """Return how many of somebody's sessions are paid."""
    return int(conn.value(_PAID_COUNT, person=person_id))


def hold(conn: Connection, person_id: str) -> str | None:
    """Return somebody's account, and let nobody write for them until the end; None once gone."""
    account: str | None = conn.value(_HOLD, person=person_id)
    return account


def remove(
    conn: Connection,
    register: Register,
    person_id: str,
    account: str,
    *,
    pay_since: date,
    now: datetime,
) -> dict[str, int]:
    """Take everything about a held person away, their key too; return how many rows, by table.

    What stays of paid sessions after `pay_since` stays without them.
    """
    kept = _keep_pay_facts(conn, person_id, pay_since)
    conn.execute(_FORGET_FORMS, account=account, person=person_id)
    conn.execute(_TAKE_BACK_NOW, person=person_id, now=now)
    gone = {"kept_pay": kept}
    for name in reversed(in_order()):
        entry = register.entries[name]
        gone[name] = gone.get(name, 0) + _remove_from(conn, register, entry, person_id)
    return {name: count for name, count in gone.items() if count}


def _remove_from(conn: Connection, register: Register, entry: Entry, person_id: str) -> int:
    touched = sum(
        conn.execute(_pointing(entry, column, pointer), person=person_id)
        for column, pointer in entry.pointers.items()
        if pointer is not Pointer.KEPT
    )
    there = table(entry.table)
    if entry.erasure is OnErasure.DELETED:
        mine = theirs(register.owners, entry.table, _is_person)
        touched += conn.execute(delete(there).where(mine), person=person_id)
    elif entry.erasure is OnErasure.FREED:
        assert entry.owner is not None
        mine = theirs(register.owners, entry.table, _is_person)
        freed = update(there).where(mine).values({entry.owner: NOBODY})
        touched += conn.execute(freed, person=person_id)
    return touched


def _pointing(entry: Entry, column: str, pointer: Pointer) -> Any:
    there = table(entry.table)
    named = _is_person(there.c[column])
    if pointer is Pointer.DELETED:
        return delete(there).where(named)
    return update(there).where(named).values({column: null()})


def _keep_pay_facts(conn: Connection, person_id: str, since: date) -> int:
    whose = new_id()
    facts = conn.all(_PAID_ONES, person=person_id, since=since)
    for row in facts:
        conn.execute(_KEEP_PAY, id=new_id(), whose=whose, **_named(row))
    return len(facts)


def _named(row: tuple[Any, ...]) -> Mapping[str, Any]:
    return dict(zip(_FACTS, row, strict=True))


def _is_person(column: Column[Any]) -> ColumnElement[bool]:
    return column == bindparam("person")
