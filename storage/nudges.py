"""Queries on people's own nudges: one each, its words sealed."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, select

from domain.deliveries import Kind, State
from domain.values import dataclass
from storage.connection import Connection
from storage.statements import upsert
from storage.tables import deliveries, nudges

_IS = nudges.c.person_id == bindparam("person_id")
_insert = upsert(nudges)
_PUT = _insert.on_conflict_do_update(
    index_elements=[nudges.c.person_id],
    set_={name: _insert.excluded[name] for name in ("words", "updated_at")},
)
_WORDS = select(nudges.c.words).where(_IS)
_REMOVE = delete(nudges).where(_IS)
_d = deliveries.c
_LATEST = (
    select(_d.on_date, _d.state, _d.reason, _d.settled_at, nudges.c.updated_at)
    .join_from(deliveries, nudges, nudges.c.person_id == _d.person_id)
    .where(_d.person_id == bindparam("person_id"), _d.kind == Kind.NUDGE.value)
    .order_by(_d.on_date.desc(), _d.not_before.desc())
    .limit(1)
)


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


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest delivery of the nudge that somebody has, and when they wrote the nudge."""

    on_date: date
    state: State
    reason: str | None
    settled_at: datetime | None
    written_at: datetime


def latest(conn: Connection, person_id: str) -> Latest | None:
    """Return the latest delivery of somebody's nudge; None where they have none."""
    row = conn.first(_LATEST, person_id=person_id)
    if row is None:
        return None
    on_date, state, *rest = row
    return Latest(on_date, State(state), *rest)
