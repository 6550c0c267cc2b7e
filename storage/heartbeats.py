"""When each part that runs by the clock last did so."""

from datetime import datetime

from sqlalchemy import bindparam, select

from storage.connection import Connection
from storage.statements import upsert
from storage.tables import heartbeats

_insert = upsert(heartbeats)
_BEAT = _insert.on_conflict_do_update(
    index_elements=[heartbeats.c.name], set_={"at": _insert.excluded.at}
)
_LAST = select(heartbeats.c.at).where(heartbeats.c.name == bindparam("name"))


def beat(conn: Connection, name: str, *, now: datetime) -> None:
    """Note that the part is alive."""
    conn.execute(_BEAT, name=name, at=now)


def last(conn: Connection, name: str) -> datetime | None:
    """Return when the part last ran; None where it never did."""
    found: datetime | None = conn.value(_LAST, name=name)
    return found
