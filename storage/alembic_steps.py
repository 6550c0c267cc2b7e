"""Runs the steps of `storage.migrations` through Alembic.

Apart from `storage.migrate`, which asks for this only where there is something to do: importing
Alembic takes 90 ms and 8 MB.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from storage.problems import DatabaseProblem, plain_reason


def upgrade(connection: Connection, revision: str) -> None:
    """Go up to a revision, inside the transaction of this connection."""
    _run(command.upgrade, connection, revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Go down to a revision, inside the transaction of this connection."""
    _run(command.downgrade, connection, revision)


def config(connection: Connection | None) -> Config:
    """Return what Alembic wants to know."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def _run(go: Callable[[Config, str], None], connection: Connection, revision: str) -> None:
    try:
        go(config(connection), revision)
    except CommandError as error:
        raise DatabaseProblem(
            "The database was made by another version of Alongside "
            f"({plain_reason(error)}). Run the newest version."
        ) from error
