"""Shapes of statements that the query modules share; private to `storage`."""

from enum import StrEnum
from typing import Any, Self

from sqlalchemy import BindParameter, Table, Update, bindparam, literal_column, tuple_, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.sql.elements import ColumnElement


def upsert(table: Table) -> "Upsert":
    """Return an INSERT that can say what to do where the row is there already."""
    return Upsert(table)


class Upsert(sqlite.Insert):
    """SQLAlchemy's for SQLite, which PostgreSQL understands as well.

    Its own for PostgreSQL would import everything for that database, which most installations do
    without: 2 MB and 10 ms.
    """

    inherit_cache = True

    def on_conflict_do_nothing(self, *args: Any, **kwargs: Any) -> Self:
        """Leave the row as it is."""
        return self.ext(_DoNothing(*args, **kwargs))

    def on_conflict_do_update(self, *args: Any, **kwargs: Any) -> Self:
        """Change the row."""
        return self.ext(_DoUpdate(*args, **kwargs))


class _DoNothing(OnConflictDoNothing):
    inherit_cache = True
    constraint_target = None
    """What the compiler for PostgreSQL asks for besides: a rule by its name."""


class _DoUpdate(OnConflictDoUpdate):
    inherit_cache = True
    constraint_target = None


def changing(table: Table, *columns: str) -> Update:
    """Return an UPDATE that sets these columns from parameters of the same names."""
    return update(table).values({name: bindparam(name) for name in columns})


def stands(column: ColumnElement[Any], word: StrEnum) -> ColumnElement[bool]:
    """Return the condition that a column holds this word, written into the statement.

    A partial index is chosen where its words stand in the statement. SQLite also looks at
    parameters, but then plans the statement anew each time it runs.
    """
    return column == literal_column(f"'{word.value}'")


def later_than(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that starts a next page: these columns, after those of a row.

    The row's values are given by the columns' names with `_before` behind.
    """
    return tuple_(*columns) > tuple_(*_before(columns))


def earlier_than(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the same for a list that runs backwards."""
    return tuple_(*columns) < tuple_(*_before(columns))


def _before(columns: tuple[ColumnElement[Any], ...]) -> list[BindParameter[Any]]:
    return [bindparam(f"{column.key}_before", type_=column.type) for column in columns]
