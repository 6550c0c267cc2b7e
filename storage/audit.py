"""Who did what to which thing, and what came of it. Never what somebody wrote."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select

from storage.connection import Connection
from storage.tables import audit

_COLUMNS = ("at", "actor", "action", "kind", "object_id", "outcome", "reason")
_WRITE = insert(audit).values({name: bindparam(name) for name in _COLUMNS})
_ABOUT = (
    select(*(audit.c[name] for name in _COLUMNS))
    .where(audit.c.object_id == bindparam("object_id"))
    .order_by(audit.c.id)
)
_LATEST = (
    select(*(audit.c[name] for name in _COLUMNS))
    .order_by(audit.c.id.desc())
    .limit(bindparam("size"))
)

Entry = tuple[datetime, str | None, str, str, str, str, str | None]
"""`at`, `actor`, `action`, `kind`, `object_id`, `outcome` and `reason`."""


def write(
    conn: Connection,
    *,
    at: datetime,
    actor: str | None,
    action: str,
    kind: str,
    object_id: str,
    outcome: str = "done",
    reason: str | None = None,
) -> None:
    """Add a line. Every text is a fixed word or an id, 40 characters at most.

    Args:
        conn: The transaction of the act itself.
        at: When.
        actor: The id of the person who acted; None for the program.
        action: Such as `log` or `change_roles`.
        kind: What was acted on, such as `session`.
        object_id: Its id.
        outcome: `done` or `refused`.
        reason: The name of the refusal.
    """
    conn.execute(
        _WRITE,
        at=at,
        actor=actor,
        action=action,
        kind=kind,
        object_id=object_id,
        outcome=outcome,
        reason=reason,
    )


def about(conn: Connection, object_id: str) -> list[Entry]:
    """Return what was done to a thing, oldest first."""
    return [_entry(*row) for row in conn.all(_ABOUT, object_id=object_id)]


def latest(conn: Connection, *, size: int) -> list[Entry]:
    """Return the newest lines, newest first."""
    return [_entry(*row) for row in conn.all(_LATEST, size=size)]


def _entry(
    at: datetime,
    actor: str | None,
    action: str,
    kind: str,
    object_id: str,
    outcome: str,
    reason: str | None,
) -> Entry:
    return at, actor, action, kind, object_id, outcome, reason
