"""How a transaction begins and ends; `storage.engine` hands them out."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from domain.refusals import StorageUnavailable
from storage.connection import Connection, Statements
from storage.problems import driver_errors, raise_named

Told = Callable[[bool, float], None]
"""Is told of each transaction: whether it might write, and its seconds from asking to the end."""


class Writer:
    """The one connection of this process that writes to a SQLite file.

    SQLite lets one writer in and makes others sleep and look again; waiting here instead, threads
    follow each other at once. Only the thread that holds the connection uses it.
    """

    def __init__(self, engine: Engine, wait_seconds: float) -> None:
        """Connect when it is first needed."""
        self._engine = engine
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._connection: PoolProxiedConnection | None = None

    def raw_connection(self) -> PoolProxiedConnection:
        """Give the connection to this thread until `release`."""
        if not self._lock.acquire(timeout=self._wait_seconds):
            raise StorageUnavailable("another transaction of this process did not end")
        try:
            if self._connection is None or not self._connection.is_valid:
                self._connection = self._engine.raw_connection()
        except BaseException:
            self._lock.release()
            raise
        return self._connection

    def release(self) -> None:
        """Let the next thread have it."""
        self._lock.release()

    def close(self) -> None:
        """Close the connection; one that a thread still holds is left to it."""
        if not self._lock.acquire(timeout=self._wait_seconds):
            return
        try:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
        finally:
            self._lock.release()


class Transaction:
    """A transaction as a `with` block: every way out of it ends the transaction."""

    __slots__ = ("_began", "_connection", "_source", "_statements", "_told", "_writes")

    def __init__(
        self,
        source: Engine | Writer,
        statements: Statements,
        *,
        writes: bool,
        told: Told | None = None,
    ) -> None:
        """Begin when the block does."""
        self._source = source
        self._statements = statements
        self._writes = writes
        self._told = told
        self._began = 0.0 if told is None else time.perf_counter()

    def __enter__(self) -> Connection:
        """Take a connection and begin."""
        try:
            self._connection = self._source.raw_connection()
        except driver_errors() as error:
            raise_named(error)
        driver = self._connection.driver_connection
        assert driver is not None
        begun = False
        try:
            if self._statements.dialect.name == "sqlite":  # psycopg begins by itself
                driver.execute("BEGIN IMMEDIATE" if self._writes else "BEGIN")
            begun = True
        except driver_errors() as error:
            raise_named(error)
        finally:
            if not begun:
                self._undo()
        return Connection(driver, self._statements, writes=self._writes)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """Commit, or roll back where the block failed, and give the connection back."""
        kept = False
        try:
            if error is None:
                self._connection.driver_connection.commit()  # type: ignore[union-attr]
                kept = True
        except driver_errors() as problem:
            raise_named(problem)
        finally:
            if kept:
                self._give_back()
            else:
                self._undo()
            if self._told is not None:
                self._told(self._writes, time.perf_counter() - self._began)
        if error is not None and isinstance(error, driver_errors()):
            raise_named(error)

    def _undo(self) -> None:
        """Roll back; a connection that cannot even do that is thrown away, which rolls it back."""
        try:
            self._connection.driver_connection.rollback()  # type: ignore[union-attr]
        except driver_errors():
            self._connection.invalidate()
        self._give_back()

    def _give_back(self) -> None:
        if isinstance(self._source, Writer):
            self._source.release()
        else:
            self._connection.close()
