"""Brings the tables of a database to the version this program was written for."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.engine import Database, open_database
from storage.migrations import EXPAND, HEAD
from storage.problems import DatabaseAway, DatabaseProblem, is_away, plain_reason

_WAIT_SECONDS = 60
# Any number that no other program takes as an advisory lock in the same database.
_LOCK = 0x616C6F6E67
_STANDING = text("SELECT * FROM alembic_version")
"""The version; from 0006 on also the one before it, and whether that one may use the tables."""


def upgrade(url: str, revision: str = "head") -> None:
    """Make or change the tables; nothing happens where they are up to date.

    Nothing happens either where the next version of this program has made them, one step further
    and by adding alone: both versions may use them side by side.

    All of it is one transaction: killed half-way, the database is as it was. Processes that start
    together do it one after the other, so that it happens once.

    Raises:
        DatabaseAway: A server does not answer now, or went away meanwhile. Nothing was changed.
        DatabaseProblem: The database cannot be used, or a newer version of this program made it.
    """
    with _held(url) as connection:
        if revision == "head" and _is_for_us(connection):
            return
        from storage import alembic_steps  # heavy, and most starts do without

        alembic_steps.upgrade(connection, revision)


def downgrade(url: str, revision: str) -> None:
    """Take the tables back to an older revision, or to nothing with `base`. Data goes with them.

    Raises:
        DatabaseProblem: As in `upgrade`.
    """
    with _held(url) as connection:
        from storage import alembic_steps

        alembic_steps.downgrade(connection, revision)


def current(url: str) -> str | None:
    """Return the revision the database is at; None before the first `upgrade`.

    Raises:
        DatabaseProblem: The database cannot be used.
    """
    with _held(url) as connection:
        return _revision(connection)


def made_by_the_next_version(url: str) -> bool:
    """Whether the tables are one step ahead of this program, which may use them all the same.

    Raises:
        DatabaseProblem: The database cannot be used.
    """
    with _held(url) as connection:
        return _revision(connection) != HEAD and _is_for_us(connection)


def fits(database: Database) -> bool:
    """Whether this program may use the tables as they are now.

    Raises:
        StorageUnavailable: It cannot be read now.
    """
    with database.read() as conn:
        found = conn.first(_STANDING)
    return found is not None and _fits(*found)


def head() -> str:
    """Return the revision this program needs."""
    return HEAD


@contextmanager
def _held(url: str) -> Iterator[Connection]:
    """Give a transaction that no other process of this program has at the same time."""
    with closing(open_database(url, wait_seconds=_WAIT_SECONDS)) as database:
        database.check()
        try:
            with database.engine.connect() as connection:
                if database.dialect == "sqlite":
                    connection.execute(text("BEGIN IMMEDIATE"))
                else:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
                connection.commit()
        except DBAPIError as error:
            problem = DatabaseAway if _lost(database, error) else DatabaseProblem
            raise problem(
                f"The tables could not be brought up to date: {plain_reason(error)}."
            ) from error


def _lost(database: Database, error: DBAPIError) -> bool:
    """Whether a server went away meanwhile: it rolls back what was begun, and may come again."""
    if database.dialect == "sqlite":
        return False
    # What a server that stays says no to has a code; a connection that is gone has none.
    said_no = getattr(error.orig, "sqlstate", None) is not None
    unreached = isinstance(error, OperationalError) and not said_no and is_away(error)
    return error.connection_invalidated or unreached


def _is_for_us(connection: Connection) -> bool:
    revision = _revision(connection)
    if revision is None or revision == HEAD:
        return revision == HEAD
    return _fits(*connection.execute(_STANDING).one())


def _fits(revision: str, before: str | None = None, neighbours: str | None = None) -> bool:
    """Whether these are our tables, or our neighbour's, who added to them and took nothing away."""
    return revision == HEAD or (before == HEAD and neighbours == EXPAND)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
