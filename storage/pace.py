"""How fast the bot calls each of Slack's methods: one pace for every process of it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from domain.values import dataclass
from storage.connection import Connection
from storage.statements import upsert
from storage.tables import pace

BETWEEN = timedelta(seconds=0.25)
"""Four a second, of the "several hundred a minute" that Slack allows for messages."""
BURST = 8
LONGEST_CLOSED = timedelta(hours=1)
"""However long Slack says to wait, after an hour it is asked again."""
_AHEAD = timedelta(seconds=5)
"""How far another process's clock may be ahead."""

_OF = (
    select(pace.c.set_at, pace.c.next_at, pace.c.closed_until)
    .where(pace.c.method == bindparam("method"))
    .with_for_update()
)
_CLOSED = select(pace.c.set_at, pace.c.closed_until).where(pace.c.method == bindparam("method"))
_insert = upsert(pace)
_BEGIN = _insert.on_conflict_do_nothing()
_PUT = _insert.on_conflict_do_update(
    index_elements=[pace.c.method],
    set_={name: _insert.excluded[name] for name in ("set_at", "next_at", "closed_until")},
)


@dataclass(frozen=True, slots=True)
class Leave:
    """How many calls may be made now, and when there is room for one where there is none."""

    calls: int
    again_at: datetime


def room(
    conn: Connection, method: str, *, now: datetime, wanted: int, between: timedelta = BETWEEN
) -> Leave:
    """Return how many calls of a method may be made now; nobody else is told until `spend`."""
    _, next_at, closed_until = _state(conn, method, now)
    if closed_until is not None and now < closed_until:
        return Leave(0, closed_until)
    start = max(next_at, now)
    free = int((now + BURST * between - start) / between)
    return Leave(max(0, min(wanted, free)), start - (BURST - 1) * between)


def spend(
    conn: Connection, method: str, *, now: datetime, calls: int, between: timedelta = BETWEEN
) -> None:
    """Count so many calls, in the transaction of `room`."""
    _, next_at, _ = _state(conn, method, now)
    _put(conn, method, now, max(next_at, now) + calls * between, None)


def close(conn: Connection, method: str, *, now: datetime, until: datetime) -> datetime:
    """Nobody calls the method before `until`, or for an hour at most; return until when."""
    _, next_at, closed_until = _state(conn, method, now)
    until = min(until, now + LONGEST_CLOSED)
    if closed_until is not None:
        until = max(until, closed_until)
    _put(conn, method, now, next_at, until)
    return until


def closed(conn: Connection, method: str, *, now: datetime) -> bool:
    """Whether Slack does not want to be called just now."""
    set_at, until = conn.first(_CLOSED, method=method) or (now, None)
    return until is not None and now < until and set_at <= now + _AHEAD


def _state(
    conn: Connection, method: str, now: datetime
) -> tuple[datetime, datetime, datetime | None]:
    row = conn.first(_OF, method=method)
    if row is None:
        # From its first call on a method has a row, for which everybody waits.
        conn.execute(_BEGIN, method=method, set_at=now, next_at=now, closed_until=None)
        row = conn.first(_OF, method=method) or (now, now, None)
    set_at, next_at, closed_until = row
    if set_at > now + _AHEAD:
        return now, now, None
    return set_at, next_at, closed_until


def _put(
    conn: Connection, method: str, now: datetime, next_at: datetime, closed: datetime | None
) -> None:
    conn.execute(_PUT, method=method, set_at=now, next_at=next_at, closed_until=closed)
