"""Reads everything that is held about one person, from every table, as the reviewed file says."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Label, bindparam, literal_column, or_, select

from domain.learning_sets import Standing
from domain.retention import Entry, Pointer, Register
from storage.connection import Connection
from storage.holdings import table, theirs
from storage.learning_set_tables import learning_sets, set_members
from storage.tables import audit, people


def rows(
    conn: Connection, register: Register, entry: Entry, person_id: str
) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table that are somebody's, or that are kept and name them; by column.

    Where the file says that a column may name a set, `set_name(column)` has the set's name, or None
    where it names none in which they have a place.
    """
    there = table(entry.table)
    mine = theirs(register.owners, entry.table, _is_person)
    named = (_is_person(there.c[c]) for c, what in entry.pointers.items() if what is Pointer.KEPT)
    besides = [_besides(there.c[c], name) for c, _, name in (a.partition(".") for a in entry.also)]
    besides += [_their_set(there.c[column]) for column in entry.sets]
    found = (
        select(*there.columns, *besides)
        .where(or_(mine, *named))
        .order_by(*there.primary_key.columns)
    )
    names = [column.name for column in (*there.columns, *besides)]
    for row in conn.all(found, person=person_id):
        yield dict(zip(names, row, strict=True))


def _besides(column: Column[Any], name: str) -> Label[Any]:
    """Return a column of the row that this one refers to, by which people know what it is about."""
    [key] = column.foreign_keys
    parent = key.column.table
    told = select(parent.c[name]).where(key.column == column).scalar_subquery()
    return told.label(f"{column.name.removesuffix('_id')}_{name}")


def set_name(column: str) -> str:
    """Return under which name the name of the set comes that a column leads to."""
    return f"{column}_set_name"


def _their_set(column: Column[Any]) -> Label[Any]:
    name = (
        select(learning_sets.c.name)
        .join(set_members, set_members.c.set_id == learning_sets.c.id)
        .where(
            learning_sets.c.id == column,
            _is_person(set_members.c.person_id),
            set_members.c.standing == bindparam("standing", Standing.IN.value),
        )
    )
    return name.scalar_subquery().label(set_name(column.name))


def openings(
    conn: Connection, register: Register, entry: Entry, person_id: str
) -> list[tuple[str, str | None, datetime]]:
    """Return which of somebody's rows others opened: its id, the reader's account, and when.

    The account is None where the reader is not known any more.
    """
    there = table(entry.table)
    mine = select(there.c.id).where(theirs(register.owners, entry.table, _is_person))
    found = (
        select(audit.c.object_id, people.c.account, audit.c.at)
        .select_from(audit.outerjoin(people, people.c.id == audit.c.actor))
        .where(
            # In the statement itself, so that the index of what was opened is taken.
            audit.c.action == literal_column(f"'{entry.opened}'"),
            audit.c.outcome == bindparam("outcome"),
            audit.c.object_id.in_(mine),
        )
        .order_by(audit.c.id)
    )
    rows_found = conn.all(found, outcome="done", person=person_id)
    return [(object_id, account, at) for object_id, account, at in rows_found]


def _is_person(column: Column[Any]) -> ColumnElement[bool]:
    return column == bindparam("person")
