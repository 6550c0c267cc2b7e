"""Queries on check-ins. Who answered and what was answered stand only in the sealed bag."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, text

from domain.check_ins import CheckIn
from domain.values import dataclass
from storage.connection import Connection, Row
from storage.statements import changing, upsert
from storage.tables import check_ins, cohort_members, cohorts

RESULTS_LOOKED_AT = 60

_c = check_ins.c
_COLUMNS = (_c.id, _c.cohort_id, _c.on_date, _c.opens_at, _c.closes_at, _c.closed)
_IS = _c.id == bindparam("check_in")
# As the index has it, which `closed = 0` is not.
_OPEN: ColumnElement[bool] = text("NOT check_ins.closed")  # type: ignore[assignment]
_LATEST_FIRST = (_c.on_date.desc(), _c.id)


def _select(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS, *more)


_ADD = upsert(check_ins).on_conflict_do_nothing()
_ONE = _select().where(_IS)
_HELD = _select(_c.bag).where(_IS).with_for_update()
_WITH_BAG = _select(_c.bag).where(_IS)
_SET_BAG = changing(check_ins, "bag").where(_IS)
_DUE = (
    select(_c.id)
    .where(_OPEN, _c.closes_at <= bindparam("now"))
    .order_by(_c.closes_at, _c.id)
    .limit(bindparam("size"))
)
_CLOSE = changing(check_ins, "closed", "bag", "result", "words").where(_IS)
_TOLD = (
    select(_c.result)
    .where(_c.cohort_id == bindparam("cohort"), _c.result.is_not(None))
    .order_by(*_LATEST_FIRST)
    .limit(RESULTS_LOOKED_AT)
)
_CLOSED = _select(_c.result, _c.words).where(_c.closed.is_(True))
_LAST_CLOSED = _CLOSED.where(_c.cohort_id == bindparam("cohort")).order_by(*_LATEST_FIRST).limit(1)
_CLOSED_ONE = _CLOSED.where(_IS)
_MINE = cohort_members.c.person_id == bindparam("person_id")
_OPEN_FOR = (
    _select(_c.bag, cohorts.c.name)
    .join(cohorts, cohorts.c.id == _c.cohort_id)
    .join(cohort_members, cohort_members.c.cohort_id == _c.cohort_id)
    .where(_MINE, _OPEN, _c.closes_at > bindparam("now"))
    .order_by(_c.closes_at, _c.id)
)
_HAS_CLOSED = select(_c.id).where(_c.cohort_id == cohorts.c.id, _c.closed.is_(True)).exists()
_COHORTS = (
    select(cohorts.c.id, cohorts.c.name)
    .where(_HAS_CLOSED)
    .order_by(cohorts.c.starts_on.desc(), cohorts.c.id)
    .limit(bindparam("size"))
)
_COHORTS_OF = _COHORTS.where(
    cohorts.c.id.in_(select(cohort_members.c.cohort_id).where(_MINE)),
)
_WORDS_OVER = (
    select(_c.id)
    .where(_c.words.is_not(None), _c.closes_at <= bindparam("before"))
    .limit(bindparam("size"))
)
_WORDS_OVER_COUNT = (
    select(func.count())
    .select_from(check_ins)
    .where(_c.words.is_not(None), _c.closes_at <= bindparam("before"))
)
_DROP_WORDS = changing(check_ins, "words").where(_IS)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed check-in: what is told of it, as text, and the sealed words."""

    check_in: CheckIn
    result: str | None
    words: bytes | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open check-in of a cohort that somebody is in, with its sealed bag."""

    check_in: CheckIn
    bag: bytes | None
    cohort: str


def add(conn: Connection, check_in: CheckIn) -> bool:
    """Open a check-in; False where the cohort has one for that date."""
    added = conn.execute(
        _ADD,
        id=check_in.id,
        cohort_id=check_in.cohort_id,
        on_date=check_in.on_date,
        opens_at=check_in.opens_at,
        closes_at=check_in.closes_at,
        closed=check_in.closed,
        bag=None,
        result=None,
        words=None,
    )
    return added == 1


def one(conn: Connection, check_in_id: str) -> CheckIn | None:
    """Return one check-in."""
    row = conn.first(_ONE, check_in=check_in_id)
    return None if row is None else _check_in(row)


def with_bag(conn: Connection, check_in_id: str) -> tuple[CheckIn, bytes | None] | None:
    """Return a check-in and its sealed bag; in a write, nobody else changes it meanwhile."""
    row = conn.first(_HELD if conn.writes else _WITH_BAG, check_in=check_in_id)
    return None if row is None else (_check_in(row), row[-1])


def set_bag(conn: Connection, check_in_id: str, bag: bytes) -> None:
    """Put this sealed bag in place of the one before."""
    conn.execute(_SET_BAG, check_in=check_in_id, bag=bag)


def due(conn: Connection, *, now: datetime, size: int) -> list[str]:
    """Return the ids of some that are to be closed, the earliest first."""
    return [check_in_id for (check_in_id,) in conn.all(_DUE, now=now, size=size)]


def close(conn: Connection, check_in_id: str, result: str | None, words: bytes | None) -> None:
    """Take the bag away and leave what is told."""
    conn.execute(_CLOSE, check_in=check_in_id, closed=True, bag=None, result=result, words=words)


def told(conn: Connection, cohort_id: str) -> list[str]:
    """Return what was told of a cohort, the latest first."""
    return [result for (result,) in conn.all(_TOLD, cohort=cohort_id)]


def last_closed(conn: Connection, cohort_id: str) -> Closed | None:
    """Return the cohort's last check-in that is closed."""
    return _closed(conn.first(_LAST_CLOSED, cohort=cohort_id))


def closed_one(conn: Connection, check_in_id: str) -> Closed | None:
    """Return one closed check-in."""
    return _closed(conn.first(_CLOSED_ONE, check_in=check_in_id))


def open_for(conn: Connection, person_id: str, *, now: datetime) -> list[Waiting]:
    """Return the open check-ins of the cohorts that someone is in."""
    return [
        Waiting(_check_in(row), row[-2], row[-1])
        for row in conn.all(_OPEN_FOR, person_id=person_id, now=now)
    ]


def cohorts_with_results(
    conn: Connection, person_id: str | None, *, size: int
) -> list[tuple[str, str]]:
    """Return id and name of cohorts with a closed check-in; of someone's alone, or of all."""
    if person_id is None:
        return [(row[0], row[1]) for row in conn.all(_COHORTS, size=size)]
    return [(row[0], row[1]) for row in conn.all(_COHORTS_OF, size=size, person_id=person_id)]


def words_over(conn: Connection, *, before: datetime, size: int) -> list[str]:
    """Return some that closed before this time and still have words."""
    return [check_in_id for (check_in_id,) in conn.all(_WORDS_OVER, before=before, size=size)]


def words_over_count(conn: Connection, *, before: datetime) -> int:
    """Return how many closed before this time and still have words."""
    return int(conn.value(_WORDS_OVER_COUNT, before=before))


def drop_words(conn: Connection, check_in_id: str) -> None:
    """Take the words away."""
    conn.execute(_DROP_WORDS, check_in=check_in_id, words=None)


def _check_in(row: Row) -> CheckIn:
    check_in_id, cohort_id, on_date, opens_at, closes_at, closed = row[: len(_COLUMNS)]
    return CheckIn(
        id=check_in_id,
        cohort_id=cohort_id,
        on_date=on_date,
        opens_at=opens_at,
        closes_at=closes_at,
        closed=closed,
    )


def _closed(row: Row | None) -> Closed | None:
    return None if row is None else Closed(_check_in(row), row[-2], row[-1])
