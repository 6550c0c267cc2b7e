"""Old copies of what was deleted are taken away soon after, and again until it works."""

from datetime import datetime

from storage import heartbeats
from storage.engine import Connection, Database


def note_change(conn: Connection, name: str, *, now: datetime) -> None:
    """Write down, in the transaction that deletes, that something went."""
    heartbeats.beat(conn, f"{name}_gone", now=now)


def scrub(database: Database, name: str, *tables: str) -> None:
    """Take away the old copies that the database keeps, where anything went since last time.

    Where somebody is in the way it is left for the next time. It may happen twice.
    """
    with database.read() as conn:
        changed = heartbeats.last(conn, f"{name}_gone")
        if changed is None or changed == heartbeats.last(conn, f"{name}_scrubbed"):
            return
    if database.scrub(*tables):
        with database.write() as conn:
            heartbeats.beat(conn, f"{name}_scrubbed", now=changed)
