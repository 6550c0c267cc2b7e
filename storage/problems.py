"""What can go wrong between this program and its database, and who is told."""

import sqlite3
import sys
from typing import Any, NoReturn

import sqlalchemy.exc

from domain.refusals import StorageUnavailable

_UNAVAILABLE = (
    # Gone, restarting, disk full, deadlock. For SQLite: see below.
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
)
# Mistakes in our own SQL are operational errors for SQLite.
_OUR_MISTAKES = ("no such table", "no such column", "no column named", "syntax error")


def driver_errors() -> tuple[type[Exception], ...]:
    """Return what the drivers raise that are in use."""
    return (sqlite3.Error, sqlalchemy.exc.SQLAlchemyError, *_of_psycopg("Error"))


def _of_psycopg(*names: str) -> tuple[type[Exception], ...]:
    """Return these of psycopg's errors; none where no database needed it.

    It takes 9 MB and 50 ms that the embedded database does without.
    """
    psycopg = sys.modules.get("psycopg")
    return tuple(getattr(psycopg, name) for name in names) if psycopg else ()


class DatabaseProblem(Exception):
    """The database cannot be used at all. The message tells the operator what to do.

    It never holds the password of the database.
    """


class DatabaseAway(DatabaseProblem):
    """No server answers at the address, or it is only starting. It may answer in a moment."""


_ONLY_NOW = (
    "starting up",
    "shutting down",
    "recovery",
    "terminating",
    "too many",
    "remaining conn",
)


def is_away(error: BaseException) -> bool:
    """Whether a server could not be reached, rather than that it answered and said no.

    What it says no to it calls fatal: a password, a name, a database that is not there.
    """
    text = str(error)
    return "FATAL" not in text or any(passing in text for passing in _ONLY_NOW)


class Conflict(Exception):
    """A row that must be the only one of its kind was there already, or one it needs was not.

    Without the driver's own message, which for PostgreSQL quotes the values.
    """


def raise_named(error: BaseException) -> NoReturn:
    """Raise `StorageUnavailable` or `Conflict` for a driver's error; anything else as it is.

    The driver's own message stays readable as the cause of `StorageUnavailable`: such errors
    speak of files and connections, never of values.
    """
    if isinstance(error, (sqlite3.IntegrityError, *_of_psycopg("IntegrityError"))):
        raise Conflict(_rule(error)) from None
    if _is_unavailable(error):
        raise StorageUnavailable(plain_reason(error)) from error
    raise error


def plain_reason(error: BaseException) -> str:
    """Return one line on why a database said no."""
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _rule(error: Any) -> str:
    """Name the rule that was broken, from what the driver says apart from its message."""
    if isinstance(error, sqlite3.IntegrityError):
        return f"{error.sqlite_errorname} {str(error).partition(': ')[2]}"
    return f"{error.sqlstate} {error.diag.constraint_name}"


def _is_unavailable(error: BaseException) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return not any(mistake in str(error) for mistake in _OUR_MISTAKES)
    # "file is not a database" and "malformed" have no class of their own.
    gone = (*_UNAVAILABLE, *_of_psycopg("OperationalError", "InterfaceError", "InternalError"))
    return isinstance(error, gone) or type(error) is sqlite3.DatabaseError
