"""What the road out holds about one thing, such as a request: who has heard, and who is to hear."""

from datetime import date, datetime

from sqlalchemy import bindparam, func, literal_column, or_, select

from domain.deliveries import Kind, State
from storage.connection import Connection
from storage.outbox import PENDING, SENDING
from storage.statements import stands
from storage.tables import deliveries

TRIED_IN_VAIN = 3
_c = deliveries.c
_ABOUT = (
    select(_c.state, func.count())
    .where(
        _c.subject == bindparam("subject"),
        _c.kind.in_(
            [
                literal_column(f"'{kind}'")
                for kind in (Kind.SUPERVISION_ALERT, Kind.SUPERVISION_REMINDER)
            ]
        ),
        or_(_c.settled_at >= bindparam("since"), PENDING & (_c.tries >= TRIED_IN_VAIN)),
    )
    .group_by(_c.state)
)
_ABOUT_OF_KIND = (_c.subject == bindparam("subject")) & (_c.kind == bindparam("kind"))
_TO_HEAR = select(_c.recipient).where(_ABOUT_OF_KIND, PENDING)
_HEARS = (
    select(_c.id)
    .where(
        _ABOUT_OF_KIND,
        _c.recipient == bindparam("recipient"),
        _c.not_before >= bindparam("since"),
        or_(PENDING, SENDING, stands(_c.state, State.SENT)),
    )
    .limit(1)
)
_LAST_ABOUT = select(func.max(_c.on_date)).where(
    _ABOUT_OF_KIND, _c.not_before >= bindparam("since")
)
_ENDED = select(_c.state, _c.settled_at).where(
    _c.cause == bindparam("cause"),
    _c.on_date == bindparam("on_date"),
    _c.recipient == bindparam("recipient"),
    _c.kind == bindparam("kind"),
)
_WAITS = (
    select(_c.cause)
    .where(_ABOUT_OF_KIND, PENDING, _c.recipient == bindparam("recipient"))
    .with_for_update()
)
_TOLD = select(_c.cause, _c.recipient).where(
    _ABOUT_OF_KIND, or_(SENDING, stands(_c.state, State.SENT), stands(_c.state, State.UNCERTAIN))
)


def ended(
    conn: Connection, cause: str, on_date: date, recipient: str, kind: Kind
) -> tuple[State, datetime | None] | None:
    """Return how one stands, and when it ended; None where it was never planned."""
    named = {"cause": cause, "on_date": on_date, "recipient": recipient, "kind": kind.value}
    row = conn.first(_ENDED, **named)
    return None if row is None else (State(row[0]), row[1])


def waits(conn: Connection, subject: str, kind: Kind, recipient: str) -> list[str]:
    """Return the causes of what waits for somebody about a thing and nobody is sending yet.

    Nobody takes it before this transaction is over.
    """
    named = {"subject": subject, "kind": kind.value, "recipient": recipient}
    return [cause for (cause,) in conn.all(_WAITS, **named)]


def told(conn: Connection, subject: str, kind: Kind) -> list[tuple[str, str]]:
    """Return cause and recipient of what about a thing has reached them, may have, or is about to.

    What only waits is not among it.
    """
    return [(cause, who) for cause, who in conn.all(_TOLD, subject=subject, kind=kind.value)]


def to_hear(conn: Connection, subject: str, kind: Kind) -> frozenset[str]:
    """Return the recipients for whom something of this kind about a thing waits to be sent."""
    return frozenset(who for (who,) in conn.all(_TO_HEAR, subject=subject, kind=kind.value))


def hears(conn: Connection, subject: str, kind: Kind, recipient: str, *, since: datetime) -> bool:
    """Whether somebody has heard or is to hear of a thing, of what came due since then."""
    found = conn.first(_HEARS, subject=subject, kind=kind.value, recipient=recipient, since=since)
    return found is not None


def last_about(conn: Connection, subject: str, kind: Kind, *, since: datetime) -> date | None:
    """Return the date of the latest of this kind about a thing, of those planned since then."""
    last: date | None = conn.value(_LAST_ABOUT, subject=subject, kind=kind.value, since=since)
    return last


def alerts_about(conn: Connection, subject: str, *, since: datetime) -> dict[State, int]:
    """Return how many alerts about a request for supervision were settled how since then.

    Those that wait are counted once they were tried in vain so often that somebody should know.
    """
    rows = conn.all(_ABOUT, subject=subject, since=since)
    return {State(state): count for state, count in rows}
