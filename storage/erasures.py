"""Queries on people who have everything deleted: what is asked for, and how far it came."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select

from domain.values import dataclass
from storage.connection import Connection, Row
from storage.my_data_tables import erasures
from storage.statements import changing, upsert

_c = erasures.c
_IS = _c.id == bindparam("erasure")
_COLUMNS = (_c.id, _c.person_id, _c.asked_at, _c.gone_at, _c.done_at, _c.counts)
_ASK = upsert(erasures).on_conflict_do_nothing()
_ONE = select(*_COLUMNS).where(_IS)
_UNDER_WAY = select(*_COLUMNS).where(_c.done_at.is_(None)).order_by(_c.asked_at)
_OF_PERSON = select(_c.id).where(_c.person_id == bindparam("person"), _c.done_at.is_(None))
_ENDED = select(func.count()).select_from(erasures).where(_c.done_at.is_not(None))
_GONE = changing(erasures, "gone_at", "counts").where(_IS, _c.gone_at.is_(None))
_DONE = changing(erasures, "done_at", "person_id").where(_IS, _c.done_at.is_(None))


@dataclass(frozen=True, slots=True)
class Erasure:
    """One of them. `counts` are rows by table; `person_id` is None once it has ended."""

    id: str
    person_id: str | None
    asked_at: datetime
    gone_at: datetime | None
    done_at: datetime | None
    counts: Mapping[str, int]


def ask(conn: Connection, erasure_id: str, person_id: str, *, now: datetime) -> None:
    """Write down that everything about somebody is to be deleted; once more changes nothing."""
    conn.execute(
        _ASK,
        id=erasure_id,
        person_id=person_id,
        asked_at=now,
        gone_at=None,
        done_at=None,
        counts="{}",
    )


def one(conn: Connection, erasure_id: str) -> Erasure | None:
    """Return one of them."""
    row = conn.first(_ONE, erasure=erasure_id)
    return None if row is None else _erasure(row)


def under_way(conn: Connection) -> list[Erasure]:
    """Return those that have not ended, the oldest first."""
    return [_erasure(row) for row in conn.all(_UNDER_WAY)]


def asked_for(conn: Connection, person_id: str) -> bool:
    """Whether it is under way for somebody."""
    return conn.first(_OF_PERSON, person=person_id) is not None


def gone(conn: Connection, erasure_id: str, counts: Mapping[str, int], *, now: datetime) -> None:
    """Note, in the transaction in which the rows go, that they are gone."""
    text = json.dumps(dict(counts), sort_keys=True)
    conn.execute(_GONE, erasure=erasure_id, gone_at=now, counts=text)


def done(conn: Connection, erasure_id: str, *, now: datetime) -> bool:
    """Note that it has ended, and forget whose it was; False where somebody did so before."""
    return conn.execute(_DONE, erasure=erasure_id, done_at=now, person_id=None) == 1


def ended_count(conn: Connection) -> int:
    """Return how many have ended, of the last two years."""
    return int(conn.value(_ENDED))


def _erasure(row: Row) -> Erasure:
    erasure_id, person_id, asked_at, gone_at, done_at, counts = row
    return Erasure(erasure_id, person_id, asked_at, gone_at, done_at, json.loads(counts))
