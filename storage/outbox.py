"""The one road out: what the bot sends by itself, planned once, claimed once, settled once.

A delivery is planned under a key that allows no second one. It is claimed in a short transaction,
committed before anything goes over the network, and settled by whoever claimed it. What a dead
process left under way is found by its age and becomes uncertain.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update

from domain.deliveries import LEASE, Delivery, Kind, State
from storage.connection import Connection, Row
from storage.statements import stands, upsert
from storage.tables import deliveries

__all__ = [
    "PENDING",
    "SENDING",
    "claim",
    "expired",
    "holds",
    "in_flight",
    "latest_of",
    "next_due",
    "one",
    "plan",
    "put_back",
    "settle",
    "skip",
    "told_since",
]

_c = deliveries.c
_CLOCK_WENT_BACK = timedelta(minutes=1)
_AHEAD = timedelta(seconds=5)
_ENDS = (State.SENT, State.FAILED, State.UNCERTAIN, State.SKIPPED)
PENDING = stands(_c.state, State.PENDING)
SENDING = stands(_c.state, State.SENDING)
_COLUMNS = (
    _c.id,
    _c.cause,
    _c.on_date,
    _c.recipient,
    _c.kind,
    _c.person_id,
    _c.subject,
    _c.not_before,
    _c.ends_at,
    _c.state,
    _c.reason,
    _c.tries,
    _c.channel,
    _c.ts,
)
_NAMES = tuple(column.name for column in _COLUMNS)


def _select(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(*where)


_PLAN = upsert(deliveries).on_conflict_do_nothing()
# A common table expression runs once: PostgreSQL may run a subquery again and lock more than asked.
_due = (
    select(_c.id)
    .where(PENDING, _c.not_before <= bindparam("now"))
    .order_by(_c.not_before)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(deliveries)
    .where(_c.id.in_(select(_due.c.id)))
    .values(
        state=State.SENDING.value,
        owner=bindparam("by"),
        claimed_at=bindparam("now"),
        tries=_c.tries + 1,
    )
    .returning(*_COLUMNS)
)
# Whoever claimed it may still say how it ended after its time was over: the truth wins.
_MINE = (
    (_c.id == bindparam("delivery"))
    & (_c.owner == bindparam("by"))
    & or_(SENDING, _c.state == State.UNCERTAIN.value)
)
_SETTLE = (
    update(deliveries)
    .where(_MINE)
    .values({n: bindparam(n) for n in ("state", "reason", "settled_at", "channel", "ts")})
)
_PUT_BACK = (
    update(deliveries)
    .where(_MINE)
    .values(
        state=State.PENDING.value,
        reason=None,
        owner=None,
        claimed_at=None,
        settled_at=None,
        not_before=bindparam("not_before"),
        tries=_c.tries - bindparam("untried"),
    )
)
_EXPIRED = _select(
    SENDING,
    or_(_c.claimed_at <= bindparam("before"), _c.claimed_at > bindparam("after")),
).with_for_update(skip_locked=True)
_EXPIRE = (
    update(deliveries)
    .where(_c.id == bindparam("delivery"), SENDING)
    .values(state=bindparam("state"), reason=bindparam("reason"), settled_at=bindparam("now"))
)
_TWICE_IS_BETTER = or_(*(stands(_c.kind, kind) for kind in Kind if kind.repeatable))
_SKIP = (
    update(deliveries)
    .where(or_(PENDING, SENDING), _c.not_before <= bindparam("upto"), ~_TWICE_IS_BETTER)
    .values(state=State.SKIPPED.value, reason=bindparam("reason"), settled_at=bindparam("now"))
)
_HOLDS = select(_c.id).where(
    _c.id == bindparam("delivery"),
    _c.owner == bindparam("by"),
    SENDING,
    _c.claimed_at > bindparam("before"),
    _c.claimed_at <= bindparam("after"),
)
# In a moment no more are sent than the pace allows. Both read the end of an index.
_MOST_IN_A_MOMENT = 64
_BEGUN = (
    select(_c.recipient)
    .where(SENDING, _c.claimed_at > bindparam("since"), _c.claimed_at <= bindparam("until"))
    .order_by(_c.claimed_at.desc())
    .limit(_MOST_IN_A_MOMENT)
)
_ENDED = (
    select(_c.recipient)
    .where(_c.settled_at > bindparam("since"), _c.settled_at <= bindparam("until"))
    .order_by(_c.settled_at.desc())
    .limit(_MOST_IN_A_MOMENT)
)
_IN_FLIGHT = select(_c.id).where(_c.person_id == bindparam("person_id"), SENDING).limit(1)
_ONE = _select(_c.id == bindparam("id"))
_MAY_REACH_THEM = (State.PENDING, State.SENDING, State.SENT, State.UNCERTAIN)
_LATEST = (
    _select(
        _c.person_id == bindparam("person_id"),
        _c.kind == bindparam("kind"),
        or_(*(stands(_c.state, state) for state in _MAY_REACH_THEM)),
    )
    .order_by(_c.on_date.desc(), _c.not_before.desc())
    .limit(1)
)

_NEXT_DUE = select(_c.not_before).where(PENDING).order_by(_c.not_before).limit(1)


def plan(conn: Connection, delivery: Delivery, *, now: datetime) -> bool:
    """Put a delivery on the road; False where there is one of its cause, date and recipient.

    One that is settled from the start, such as skipped, is only written down.
    """
    settled = delivery.state in _ENDS
    planned = conn.execute(
        _PLAN,
        id=delivery.id,
        cause=delivery.cause,
        on_date=delivery.on_date,
        recipient=delivery.recipient,
        kind=delivery.kind.value,
        person_id=delivery.person_id,
        subject=delivery.subject,
        not_before=delivery.not_before,
        ends_at=delivery.ends_at,
        state=delivery.state.value,
        reason=delivery.reason,
        tries=0,
        owner=None,
        claimed_at=None,
        settled_at=now if settled else None,
        channel=None,
        ts=None,
    )
    return planned == 1


def claim(conn: Connection, by: str, *, now: datetime, size: int) -> list[Delivery]:
    """Take some of what is due, the earliest first: nobody else gets it. Commit before sending.

    `by` is an id of this process, made anew when it starts.
    """
    found = [_delivery(row) for row in conn.all(_CLAIM, by=by, now=now, size=size)]
    return sorted(found, key=_not_before)


def settle(
    conn: Connection,
    delivery_id: str,
    by: str,
    state: State,
    *,
    now: datetime,
    reason: str | None = None,
    channel: str | None = None,
    ts: str | None = None,
) -> bool:
    """Write down how a claimed delivery ended; False where it is not this process's any more."""
    settled = conn.execute(
        _SETTLE,
        delivery=delivery_id,
        by=by,
        state=state.value,
        reason=reason,
        settled_at=now,
        channel=channel,
        ts=ts,
    )
    return settled == 1


def put_back(
    conn: Connection, delivery_id: str, by: str, *, not_before: datetime, tried: bool = False
) -> bool:
    """Let a claimed delivery wait again until `not_before`.

    It surely did not reach Slack, or twice is better than never. `tried` counts it as a try: it
    broke on our own side, or nobody knows what became of it.
    """
    return (
        conn.execute(
            _PUT_BACK, delivery=delivery_id, by=by, not_before=not_before, untried=int(not tried)
        )
        == 1
    )


def expired(conn: Connection, *, now: datetime) -> list[Delivery]:
    """Settle what is under way for longer than its lease: its process is gone.

    It may have been sent: what must not come twice is uncertain, what is repeatable waits again.
    Where the clock went back, what was claimed after now has expired as well.
    """
    found = [
        _delivery(row)
        for row in conn.all(_EXPIRED, before=now - LEASE, after=now + _CLOCK_WENT_BACK)
    ]
    for delivery in found:
        state = State.PENDING if delivery.kind.repeatable else State.UNCERTAIN
        conn.execute(
            _EXPIRE,
            delivery=delivery.id,
            state=state.value,
            reason=None if delivery.kind.repeatable else "stopped",
            now=None if delivery.kind.repeatable else now,
        )
    return found


def skip(conn: Connection, *, upto: datetime, now: datetime, reason: str) -> int:
    """Settle whatever waits or is under way and is due by then as not sent; return how many.

    What is better sent twice than never stays.
    """
    return conn.execute(_SKIP, upto=upto, now=now, reason=reason)


def holds(conn: Connection, delivery_id: str, by: str, *, now: datetime) -> bool:
    """Whether a claimed delivery is still its sender's, whose time with it is not over."""
    found = conn.first(
        _HOLDS, delivery=delivery_id, by=by, before=now - LEASE, after=now + _CLOCK_WENT_BACK
    )
    return found is not None


def told_since(conn: Connection, since: datetime, *, now: datetime) -> set[str]:
    """Return where something was said or settled since then, a moment ago, by any process.

    Another process's clock may be a little ahead; where the clock went back, nobody waits for it.
    """
    until = now + _AHEAD
    begun = conn.all(_BEGUN, since=since, until=until)
    return {row[0] for row in [*begun, *conn.all(_ENDED, since=since, until=until)]}


def in_flight(conn: Connection, person_id: str) -> bool:
    """Whether something for this person is being sent at this moment."""
    return conn.first(_IN_FLIGHT, person_id=person_id) is not None


def one(conn: Connection, delivery_id: str) -> Delivery | None:
    """Return one delivery."""
    row = conn.first(_ONE, id=delivery_id)
    return None if row is None else _delivery(row)


def latest_of(conn: Connection, person_id: str, kind: Kind) -> Delivery | None:
    """Return the delivery of this kind with the latest date that reached a person, or still may."""
    row = conn.first(_LATEST, person_id=person_id, kind=kind.value)
    return None if row is None else _delivery(row)


def next_due(conn: Connection) -> datetime | None:
    """Return when the first of what waits is due, or was; None where nothing waits."""
    row = conn.first(_NEXT_DUE)
    return None if row is None else row[0]


def _not_before(delivery: Delivery) -> datetime:
    return delivery.not_before


def _delivery(row: Row) -> Delivery:
    values = dict(zip(_NAMES, row, strict=True))
    values["kind"] = Kind(values["kind"])
    values["state"] = State(values["state"])
    return Delivery(**values)
