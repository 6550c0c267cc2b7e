"""Opens the database and hands out transactions."""

import math
import os
import sqlite3
import time
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from domain.refusals import StorageUnavailable
from storage.addresses import shown
from storage.connection import Connection, Statements
from storage.problems import DatabaseAway, DatabaseProblem, is_away, plain_reason
from storage.scrubbing import scrub
from storage.transactions import Told, Transaction, Writer

__all__ = ["Connection", "Database", "DatabaseAway", "DatabaseProblem", "open_database"]

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)


class Database:
    """A database that many threads use, each transaction on a connection of its own.

    A lost or restarted server costs the transactions that were under way; the next ones connect
    again by themselves.
    """

    def __init__(self, engine: Engine, file: Path | None, wait_seconds: float) -> None:
        """Use `open_database`."""
        self.engine = engine
        self.file = file
        self._statements = Statements(engine.dialect)
        self._writer = None if file is None else Writer(engine, wait_seconds)
        self._told: Told | None = None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def tell(self, told: Told) -> None:
        """Tell of each transaction from now on how long it took."""
        self._told = told

    def write(self) -> AbstractContextManager[Connection]:
        """Give a transaction that may change things; kept if the block ends well.

        On SQLite it is the only writer from its first line on. On PostgreSQL it is READ COMMITTED.
        When the server vanishes during the commit, nobody can know whether it was kept: the block
        must be safe to repeat (an idempotency key makes it so).

        Raises:
            StorageUnavailable: Nothing was kept, as far as can be known.
            Conflict: A rule of the tables was broken; nothing was kept.
        """
        source = self._writer or self.engine
        return Transaction(source, self._statements, writes=True, told=self._told)

    def read(self) -> AbstractContextManager[Connection]:
        """Give a transaction that only reads. On SQLite it sees one moment and waits for nobody.

        Raises:
            StorageUnavailable: It cannot be read now.
        """
        return Transaction(self.engine, self._statements, writes=False, told=self._told)

    def check(self) -> None:
        """Make sure that the database can be reached and written.

        Raises:
            DatabaseAway: A server does not answer now.
            DatabaseProblem: With what to do.
        """
        if self.file is not None:
            _check_file(self.file)
        try:
            with self.write():
                pass
        except StorageUnavailable as error:
            away = self.file is None and is_away(error)
            problem = DatabaseAway if away else DatabaseProblem
            raise problem(self._advice(plain_reason(error))) from None

    def scrub(self, *tables: str) -> bool:
        """Leave no old copies of what was changed or deleted; False where it is not possible now.

        SQLite overwrites what is deleted in its file; its write-ahead log still has it, and is
        emptied. PostgreSQL writes these tables anew, which takes each for a moment. Copies that
        others made stay: backups, archived logs, what a disc keeps of a deleted file.
        """
        return scrub(self.engine, tables)

    def close(self) -> None:
        """Close every connection that is not in use."""
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()

    def _advice(self, reason: str) -> str:
        if self.file is not None:
            return (
                f"The database file {self.file} cannot be used: {reason}. "
                "Check that it is a database of Alongside and that no other program holds it."
            )
        return (
            f"The database at {shown(self.engine.url)} cannot be used: {reason}. "
            "Check that the server runs, and the address, name and password in DATABASE_URL."
        )


def open_database(url: str, *, connections: int = 16, wait_seconds: float = 5) -> Database:
    """Return the database at `url`; nothing is connected until the first transaction.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db` or
            `postgresql://user:password@host/name`.
        connections: How many are kept open for PostgreSQL; no more are opened. On SQLite as many
            are opened as threads ask for, and this many are kept.
        wait_seconds: How long a transaction waits for its turn or for the server before it is
            refused.

    Raises:
        DatabaseProblem: The address makes no sense.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseProblem(_NO_ADDRESS) from None
    kind = address.get_backend_name()
    if kind == "sqlite" and address.database not in (None, "", ":memory:"):
        return _open_sqlite(Path(str(address.database)), connections, wait_seconds)
    if kind in ("postgresql", "postgres") and address.database:
        return _open_postgresql(address, connections, wait_seconds)
    raise DatabaseProblem(_NO_ADDRESS)


_NO_ADDRESS = (
    "DATABASE_URL is not an address this program knows. "
    "Write sqlite:///alongside.db or postgresql://user:password@host/name."
)


def _open_sqlite(file: Path, connections: int, wait_seconds: float) -> Database:
    def connect() -> sqlite3.Connection:
        _make_private(file)
        driver = sqlite3.connect(
            file, isolation_level=None, check_same_thread=False, timeout=wait_seconds
        )
        _use_write_ahead_log(driver, wait_seconds)
        for pragma in _PRAGMAS:
            driver.execute(pragma)
        return driver

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=-1,
        pool_use_lifo=True,
        pool_reset_on_return=None,
        paramstyle="named",
        hide_parameters=True,
    )
    return Database(engine, file, wait_seconds)


def _use_write_ahead_log(driver: sqlite3.Connection, wait_seconds: float) -> None:
    """Switch to the write-ahead log, waiting for others that open or leave the file just now.

    SQLite's own busy handler is not asked then: sqlite.org/wal.html, 9, "sometimes queries return
    SQLITE_BUSY in WAL mode".
    """
    give_up_at = time.monotonic() + wait_seconds
    while True:
        try:
            driver.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)


def _make_private(file: Path) -> None:
    """Make the file where there is none, for its owner alone; -wal and -shm get the same mode.

    One that is there is never opened here. Closing it again would give up the locks that this
    process holds through SQLite, and the next program that looks at the database and goes would
    take the write-ahead log with it: sqlite.org/howtocorrupt.html, 2.2.
    """
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise sqlite3.OperationalError(error.strerror) from error


_NOTICES_SILENCE = {
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
"""A server that is gone without a word, as a computer without power is, is noticed in about 10
seconds: libpq, "Parameter Key Words". By itself the system waits for a quarter of an hour or more,
and whoever asks waits with it. On a socket of the same computer nothing of this counts."""


def _open_postgresql(address: URL, connections: int, wait_seconds: float) -> Database:
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=_NOTICES_SILENCE
        | {"connect_timeout": max(2, math.ceil(wait_seconds)), "client_encoding": "utf8"},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=wait_seconds,
        pool_pre_ping=True,
        pool_reset_on_return=None,
        hide_parameters=True,
    )
    return Database(engine, None, wait_seconds)


def _check_file(file: Path) -> None:
    folder = file.absolute().parent
    effective = os.access in os.supports_effective_ids
    try:
        if not folder.is_dir():
            raise DatabaseProblem(
                f"The folder {folder} for the database is not there. Make it first."
            )
        if file.is_dir():
            raise DatabaseProblem(f"{file} is a folder. DATABASE_URL must name a file.")
        exists = file.exists()
    except PermissionError:
        raise DatabaseProblem(f"The folder {folder} {_NOT_OURS}") from None
    if not os.access(folder, os.W_OK | os.X_OK, effective_ids=effective):
        # SQLite makes files of its own beside the database.
        raise DatabaseProblem(f"The folder {folder} {_NOT_OURS}")
    if exists and not os.access(file, os.R_OK | os.W_OK, effective_ids=effective):
        raise DatabaseProblem(f"The database file {file} {_NOT_OURS}")


_NOT_OURS = (
    "cannot be written by the user who runs this program. Give it to that user with chown, "
    "or name another place in DATABASE_URL."
)
