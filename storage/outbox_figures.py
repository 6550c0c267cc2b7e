"""How the one road out is doing: how much waits, and what became of the rest."""

from datetime import datetime

from sqlalchemy import bindparam, func, select

from domain.deliveries import Kind, State
from domain.values import dataclass
from storage.connection import Connection
from storage.outbox import PENDING
from storage.tables import deliveries

_c = deliveries.c
_WAITING = select(func.count(), func.min(_c.not_before)).where(
    PENDING, _c.not_before <= bindparam("now")
)
_OUTCOMES = (
    select(_c.kind, _c.state, _c.reason, func.count())
    .where(_c.settled_at >= bindparam("since"))
    .group_by(_c.kind, _c.state, _c.reason)
    .order_by(_c.kind, _c.state, _c.reason)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many deliveries are due and not sent yet, and since when the oldest is due."""

    count: int
    since: datetime | None


def waiting(conn: Connection, *, now: datetime) -> Waiting:
    """Return what is due and not sent yet."""
    count, since = conn.first(_WAITING, now=now) or (0, None)
    return Waiting(count, since)


def outcomes(conn: Connection, *, since: datetime) -> list[tuple[Kind, State, str | None, int]]:
    """Return how many deliveries ended how since then, by kind, state and reason."""
    rows = conn.all(_OUTCOMES, since=since)
    return [(Kind(kind), State(state), reason, count) for kind, state, reason, count in rows]
