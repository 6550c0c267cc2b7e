"""Files that were handed to people in the chat and are to be deleted there."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from storage.connection import Connection
from storage.tables import sent_files

_IS = sent_files.c.file_id == bindparam("file_id")
_ADD = insert(sent_files)
_DUE = (
    select(sent_files.c.file_id, sent_files.c.person_id, sent_files.c.tries)
    .where(sent_files.c.delete_after <= bindparam("now"))
    .order_by(sent_files.c.delete_after)
    .limit(bindparam("size"))
)
_FAILED = (
    sent_files.update()
    .values(tries=sent_files.c.tries + 1, delete_after=bindparam("next_try"))
    .where(_IS)
)
_DELETED = delete(sent_files).where(_IS)


def add(conn: Connection, file_id: str, person_id: str, *, delete_after: datetime) -> None:
    """Note a file of the chat workspace, by its id there, that must go after this time."""
    conn.execute(_ADD, file_id=file_id, person_id=person_id, delete_after=delete_after, tries=0)


def due(conn: Connection, *, now: datetime, size: int = 100) -> list[tuple[str, str, int]]:
    """Return id, person and failed tries of files whose time has come, the longest due first."""
    return [(file, person, tries) for file, person, tries in conn.all(_DUE, now=now, size=size)]


def failed(conn: Connection, file_id: str, *, next_try: datetime) -> None:
    """Count a try that did not work; the file is due again at `next_try`."""
    conn.execute(_FAILED, file_id=file_id, next_try=next_try)


def deleted(conn: Connection, file_id: str) -> None:
    """Forget a file that is gone."""
    conn.execute(_DELETED, file_id=file_id)
