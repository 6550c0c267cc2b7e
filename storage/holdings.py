"""Whose a row is, in any table: the statements that the reviewed file on retention drives.

They are made anew for each use, by nights and by people who ask; nothing here is on a hot path.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Table, select

from storage.all_tables import metadata

Matches = Callable[[Column[Any]], ColumnElement[bool]]
"""Makes the condition that a column with the id of a person names the one who is meant."""


def table(name: str) -> Table:
    """Return a table by its name."""
    return metadata.tables[name]


def in_order() -> tuple[str, ...]:
    """Return the names of all tables such that none comes before one that it refers to."""
    return tuple(one.name for one in metadata.sorted_tables)


def columns() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the columns of every table, by its name."""
    return {one.name: tuple(one.columns.keys()) for one in metadata.tables.values()}


def theirs(owners: Mapping[str, str], name: str, matches: Matches) -> ColumnElement[bool]:
    """Return the condition that a row of this table is a person's.

    `owners` names for each table the column that leads there: to the id of the person, or to a row
    of another table that is theirs.
    """
    column = table(name).c[owners[name]]
    parents = [key.column for key in column.foreign_keys if key.column.table.name != "people"]
    if not parents:
        return matches(column)
    [parent] = parents
    rows = select(parent).where(theirs(owners, parent.table.name, matches))
    return column.in_(rows)


def leading_to(owners: Mapping[str, str], name: str) -> tuple[FromClause, Column[Any]]:
    """Return a table, joined as far as its rows lead, and the column with the person's id.

    `owners` is as in `theirs`.
    """
    rows: FromClause = table(name)
    column = table(name).c[owners[name]]
    while parents := [k.column for k in column.foreign_keys if k.column.table.name != "people"]:
        [parent] = parents
        rows = rows.join(parent.table, column == parent)
        column = table(parent.table.name).c[owners[parent.table.name]]
    return rows, column
