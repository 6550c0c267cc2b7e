"""Keeps the workspace over restarts: one SQLite file of keys and JSON values, or nothing."""

import base64
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class BadStore(ValueError):
    """Why the data file cannot be used, in words."""


class Store:
    """Rows `(kind, key) -> JSON`. Without a path it forgets everything."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises BadStore when the file cannot be used."""
        self._db = _open(path) if path else None

    def put(self, kind: str, key: str, value: Json) -> None:
        """Keep one row."""
        if self._db:
            self._db.execute(
                "INSERT INTO kept (kind, key, value) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
                (kind, key, json.dumps(value, separators=(",", ":"))),
            )

    def drop(self, kind: str, key: str | None = None) -> None:
        """Forget one row, or all of a kind."""
        if self._db and key is None:
            self._db.execute("DELETE FROM kept WHERE kind = ?", (kind,))
        elif self._db:
            self._db.execute("DELETE FROM kept WHERE kind = ? AND key = ?", (kind, key))

    def rows(self, kind: str) -> Iterator[tuple[str, Json]]:
        """All rows of a kind, oldest first."""
        if self._db:
            found = self._db.execute(
                "SELECT key, value FROM kept WHERE kind = ? ORDER BY seq", (kind,)
            )
            for key, value in found:
                yield key, json.loads(value)

    def get(self, kind: str, key: str) -> Json | None:
        """One row, or None."""
        if not self._db:
            return None
        row = self._db.execute(
            "SELECT value FROM kept WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def close(self) -> None:
        """Let go of the file."""
        if self._db:
            self._db.close()
            self._db = None


def _open(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        os.chmod(path, 0o600)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(
            "CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
            " key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, key))"
        )
    except OSError as error:
        raise BadStore(f"{path.name} cannot be opened for writing: {error.strerror}.") from None
    except sqlite3.DatabaseError as error:
        raise BadStore(f"{path.name} is not a data file of this workspace: {error}.") from None
    return db


def pack(content: bytes | None) -> str | None:
    """Bytes as text for a JSON value."""
    return None if content is None else base64.b64encode(content).decode()


def unpack(text: str | None) -> bytes | None:
    """The bytes of `pack`."""
    return None if text is None else base64.b64decode(text)
