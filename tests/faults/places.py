"""Where the databases of trials come from."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from storage import migrate


@dataclass(frozen=True)
class Places:
    """Where databases come from: a folder for SQLite files, and a PostgreSQL server or None."""

    folder: Path
    postgres: object = None

    def new(self, kind: str) -> str:
        """Return the address of a new database with tables."""
        if kind == "postgresql":
            return self.postgres.migrated()
        pattern = self.folder / "migrated.db"
        if not pattern.exists():
            migrate.upgrade(f"sqlite:///{pattern}")
        file = self.folder / f"trial-{time.monotonic_ns()}.db"
        shutil.copyfile(pattern, file)
        return f"sqlite:///{file}"

    def drop(self, url: str) -> None:
        """Let go of it."""
        if url.startswith("postgresql"):
            self.postgres.drop(url)
            return
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)
