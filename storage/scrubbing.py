"""Old copies that a database keeps of what was changed or deleted, and how they are taken away."""

import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Engine

from storage.problems import driver_errors

_TRIES = 20
_BETWEEN_SECONDS = 0.05
# Rows that another transaction may still want to see are kept by VACUUM.
_SOMEBODY_LOOKS_BACK = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid() LIMIT 1"
)


def scrub(engine: Engine, tables: Sequence[str]) -> bool:
    """Take old copies away, on a connection of its own; False where somebody is in the way."""
    try:
        connection = engine.raw_connection()
        driver: Any = connection.driver_connection
        connection.detach()
        with closing(connection):
            if engine.dialect.name == "sqlite":
                return _empty_the_log(driver)
            return _write_anew(driver, tables)
    except driver_errors():
        return False


def _empty_the_log(driver: Any) -> bool:
    """Move the write-ahead log into the file and cut it to nothing.

    Waiting for readers would keep writers waiting: it does not, and comes again.
    """
    driver.execute("PRAGMA busy_timeout=100")
    busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _write_anew(driver: Any, tables: Sequence[str]) -> bool:
    driver.autocommit = True
    driver.execute("SET lock_timeout = '1s'")
    for _ in range(_TRIES):
        if driver.execute(_SOMEBODY_LOOKS_BACK).fetchone() is None:
            for table in tables:
                # Plain VACUUM leaves the bytes of old rows in the free room of a page.
                driver.execute(f'VACUUM (FULL) "{table}"')
            return True
        time.sleep(_BETWEEN_SECONDS)
    return False
