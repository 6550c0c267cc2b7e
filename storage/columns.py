"""What the tables are made of; private to `storage`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    TextClause,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database, SQLite included.

    SQLite keeps `2026-03-03 14:00:00.000000`, which sorts as time does.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        """Refuse naive times; store the rest as UTC."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Put back the zone that SQLite drops."""
        return _from_text if dialect.name == "sqlite" else _to_utc


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    utc = _to_utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(32)
WORD = String(40)


def person(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    """Return a column that says whose the row is."""
    return Column(
        "person_id",
        ID,
        ForeignKey("people.id"),
        primary_key=primary_key,
        index=index,
        nullable=False,
    )


def partial_index(
    name: str, *columns: Column[Any], where: ColumnElement[bool] | TextClause
) -> Index:
    """Return an index of the rows for which the condition holds.

    The steps make it, with the same condition for both databases. Here it is said for SQLite only:
    saying `postgresql_where` imports everything for PostgreSQL, which most installations do
    without (2 MB and 10 ms).
    """
    return Index(name, *columns, sqlite_where=where)
