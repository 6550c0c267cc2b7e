"""Queries on people's own nudges: one each, its words sealed."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.connection import Connection
from storage.statements import upsert
from storage.tables import nudges

_IS = nudges.c.person_id == bindparam("person_id")
_insert = upsert(nudges)
_PUT = _insert.on_conflict_do_update(
    index_elements=[nudges.c.person_id],
    set_={name: _insert.excluded[name] for name in ("words", "updated_at")},
)
_WORDS = select(nudges.c.words).where(_IS)
_REMOVE = delete(nudges).where(_IS)


def put(conn: Connection, person_id: str, words: bytes, *, now: datetime) -> None:
    """Keep somebody's nudge, in place of the one before."""
    conn.execute(_PUT, person_id=person_id, words=words, updated_at=now)


def sealed(conn: Connection, person_id: str) -> bytes | None:
    """Return the sealed words of somebody's nudge; None where they have none."""
    found: bytes | None = conn.value(_WORDS, person_id=person_id)
    return found


def remove(conn: Connection, person_id: str) -> bool:
    """Take somebody's nudge away; False where there was none."""
    return conn.execute(_REMOVE, person_id=person_id) == 1
