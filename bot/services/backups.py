"""Backups: everything of one moment in one sealed file, and back into an empty database."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from domain.clock import Clock
from domain.values import dataclass
from storage import backup, backup_file, migrate, move_marks, programme
from storage.backup_file import BackupProblem, Header
from storage.engine import open_database
from storage.master_keys import MasterKeys

__all__ = ["BackupProblem", "Backups", "PutBack"]

_NOT_EMPTY = (
    "The database at {} is not empty, and a backup goes into an empty one only. "
    "Move the old one away first, or name a new one in DATABASE_URL."
)
_OTHER_VERSION = (
    "The database at {} has tables of another version than the backup. "
    "Name a new one in DATABASE_URL, or move the old one away."
)
_NOT_UP_TO_DATE = "The tables are not up to date. Run: alongside migrate"
_ADDED_TO = (
    "A newer version of Alongside has added to the tables, and this one would leave that out. "
    "Make the backup with the newer version."
)
_WAIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back: of which moment, and how many rows of each table."""

    made_at: datetime
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Backups:
    """Backups of the database at this address, with these keys."""

    url: str
    keys: MasterKeys
    clock: Clock

    def write(self, file: Path) -> None:
        """Write everything, as it stands at one moment, while the bot may go on.

        Raises:
            BackupProblem: The file cannot be written, in words.
        """
        if migrate.current(self.url) != migrate.head():
            ahead = migrate.made_by_the_next_version(self.url)
            raise BackupProblem(_ADDED_TO if ahead else _NOT_UP_TO_DATE)
        database = open_database(self.url, wait_seconds=_WAIT_SECONDS)
        header = Header(self.clock(), migrate.head())
        try:
            with database.read() as conn:
                backup_file.write(file, self.keys, header, backup.lines(conn))
        finally:
            database.close()

    def put_back(self, file: Path) -> PutBack:
        """Put a backup into an empty database, whole or not at all.

        The file is gone through once before anything is changed. Who starts the bot on it next
        finds a note that it is an older one. Marks of a move that stood in the backup are gone.

        Raises:
            BackupProblem: The file is no good, or the database is not empty, in words.
            DatabaseProblem: The tables are of a version that this program does not know.
        """
        header = backup_file.read_header(file, self.keys)
        rows = self._looked_over(file)
        self._refuse_unless_empty(header.revision)
        if migrate.current(self.url) is None:
            migrate.upgrade(self.url, header.revision)
        database = open_database(self.url, wait_seconds=_WAIT_SECONDS)
        try:
            with database.write() as conn:
                backup.put_back(conn, backup_file.read(file, self.keys))
                move_marks.forget(conn)
                programme.set_restored(conn, now=self.clock())
        finally:
            database.close()
        migrate.upgrade(self.url)
        return PutBack(header.made_at, rows)

    def _looked_over(self, file: Path) -> Mapping[str, int]:
        try:
            return backup.check(backup_file.read(file, self.keys))
        except (backup.NotWhole, ValueError, KeyError):
            raise BackupProblem(f"The backup {file} does not hold what it says it holds.") from None

    def _refuse_unless_empty(self, revision: str) -> None:
        there = migrate.current(self.url)
        if there is None:
            return
        database = open_database(self.url, wait_seconds=_WAIT_SECONDS)
        where = database.file or database.engine.url.render_as_string(hide_password=True)
        try:
            if there != revision:
                raise BackupProblem(_OTHER_VERSION.format(where))
            with database.read() as conn:
                if not backup.is_empty(conn):
                    raise BackupProblem(_NOT_EMPTY.format(where))
        finally:
            database.close()
