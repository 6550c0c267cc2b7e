"""Sums over a person's sessions, kept as they are logged.

Every change of a session changes its sums in the same transaction, so that reading them costs
the same after ten years as after a week. `storage.sessions` is the only caller of `count` and
passes the rest on.
"""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Integer, bindparam, func, literal, select

from domain.sessions import PRACTICE, Outcome, Overview, Session, SessionType, Totals, TypeTotal
from domain.sessions import counts as stands_in_totals
from storage import supervision_records
from storage.connection import Connection, Row
from storage.session_rows import THERE, first_of_next, month_of
from storage.statements import upsert
from storage.tables import session_totals, sessions

_ALL = "all"
_SUMS = ("logged", "sessions", "minutes", "preparation_minutes", "travel_minutes")

_table = session_totals.c
_OWN = _table.person_id == bindparam("person_id")
_PRACTICE = [literal(kind.value) for kind in sorted(PRACTICE)]
# Both upserts are written the same way.
_insert = upsert(session_totals).values(
    [
        {
            "person_id": bindparam("person_id", type_=_table.person_id.type),
            "month": month,
            "type": bindparam("type", type_=_table.type.type),
            **{name: bindparam(name, type_=Integer()) for name in _SUMS},
        }
        for month in (bindparam("month", type_=_table.month.type), _ALL)
    ]
)
_COUNT = _insert.on_conflict_do_update(
    index_elements=[_table.person_id, _table.month, _table.type],
    set_={name: _table[name] + _insert.excluded[name] for name in _SUMS},
)
_TYPE_SUMS = (
    _table.month,
    _table.type,
    _table.sessions,
    _table.minutes,
    _table.preparation_minutes,
    _table.travel_minutes,
)
_HAPPENED = select(*_TYPE_SUMS).where(_OWN, _table.sessions > 0)
_OF_MONTH = _HAPPENED.where(_table.month == bindparam("month"))
_BY_MONTH = _HAPPENED.where(_table.month >= bindparam("since"), _table.month != _ALL).order_by(
    _table.month.desc()
)
_OVERVIEW = _HAPPENED.where(_table.month >= bindparam("since")).order_by(_table.month.desc())
_MONTHS = (
    select(_table.month)
    .where(_OWN, _table.month != _ALL)
    .group_by(_table.month)
    .having(func.sum(_table.logged) > 0)
    .order_by(_table.month.desc())
)
_LOGGED = select(func.sum(_table.logged)).where(_OWN, _table.month == bindparam("month"))
_OWN_HAPPENED = (
    sessions.c.person_id == bindparam("person_id"),
    THERE,
    sessions.c.outcome == Outcome.HAPPENED.value,
)
_BETWEEN = (
    select(
        sessions.c.type,
        func.count(),
        func.sum(sessions.c.minutes),
        func.sum(sessions.c.preparation_minutes),
        func.sum(sessions.c.travel_minutes),
    )
    .where(*_OWN_HAPPENED, sessions.c.on_date.between(bindparam("start"), bindparam("end")))
    .group_by(sessions.c.type)
)
_LAST_SUPERVISION = (
    select(sessions.c.on_date)
    .where(*_OWN_HAPPENED, sessions.c.type == SessionType.SUPERVISION.value)
    .order_by(sessions.c.on_date.desc())
    .limit(1)
)
_FIRST = (
    select(sessions.c.on_date)
    .where(sessions.c.person_id == bindparam("person_id"), THERE)
    .order_by(sessions.c.on_date)
    .limit(1)
)
_PRACTICE_OF_MONTHS = select(func.coalesce(func.sum(_table.minutes), 0)).where(
    _OWN,
    _table.month > bindparam("month"),
    _table.month != _ALL,
    _table.type.in_(_PRACTICE),
)
_PRACTICE_OF_DAYS = select(func.coalesce(func.sum(sessions.c.minutes), 0)).where(
    *_OWN_HAPPENED,
    sessions.c.on_date > bindparam("after"),
    sessions.c.on_date < bindparam("before"),
    sessions.c.type.in_(_PRACTICE),
)


def count(conn: Connection, session: Session, sign: int) -> None:
    """Add a session to its sums, or with -1 take it out again. A deleted one stands in none."""
    if session.deleted_at is not None:
        return
    facts = session.facts
    weight = sign if stands_in_totals(session) else 0
    conn.execute(
        _COUNT,
        person_id=session.person_id,
        month=month_of(facts.on_date),
        type=facts.type.value,
        logged=sign,
        sessions=weight,
        minutes=weight * facts.minutes,
        preparation_minutes=weight * facts.preparation_minutes,
        travel_minutes=weight * facts.travel_minutes,
    )


def month_count(conn: Connection, person_id: str, month: date) -> int:
    """Return how many sessions a month has, those that did not happen included."""
    return conn.value(_LOGGED, person_id=person_id, month=month_of(month)) or 0


def totals(conn: Connection, person_id: str, month: date | None = None) -> Totals:
    """Return the sums of a month (any day of it), or since the start."""
    key = _ALL if month is None else month_of(month)
    return _totals(conn.all(_OF_MONTH, person_id=person_id, month=key))


def totals_by_month(
    conn: Connection, person_id: str, *, since: date = date.min
) -> list[tuple[date, Totals]]:
    """Return the first day and the sums of each month with sessions that happened, newest first.

    Args:
        conn: Any transaction.
        person_id: Whose.
        since: A day of the earliest month wanted.
    """
    return _by_month(conn.all(_BY_MONTH, person_id=person_id, since=month_of(since)))


def totals_between(conn: Connection, person_id: str, start: date, end: date) -> Totals:
    """Return the sums from `start` to `end`, both included. Reads the sessions of the period."""
    rows = conn.all(_BETWEEN, person_id=person_id, start=start, end=end)
    return _totals([(None, kind, n, *map(int, sums)) for kind, n, *sums in rows])


def months_with_sessions(conn: Connection, person_id: str) -> list[date]:
    """Return the first days of the months that have sessions, newest first."""
    return [_first_day(month) for (month,) in conn.all(_MONTHS, person_id=person_id)]


def practice_minutes_since_supervision(conn: Connection, person_id: str) -> tuple[int, date | None]:
    """Return minutes of practice after the day of the last supervision, and that day.

    A supervision is a session of that kind, or a recorded meeting of a request. Where there was
    none: all of them, and None. A sum kept aside would go wrong when an
    old session is edited. So the months after the supervision come from the kept sums and only
    the rest of its own month from sessions: a month of rows at most, whatever the history.
    """
    logged: date | None = conn.value(_LAST_SUPERVISION, person_id=person_id)
    recorded = supervision_records.last_date(conn, person_id)
    last = max((day for day in (logged, recorded) if day is not None), default=None)
    if last is None:
        return totals(conn, person_id).practice_minutes, None
    months = conn.value(_PRACTICE_OF_MONTHS, person_id=person_id, month=month_of(last))
    days = conn.value(
        _PRACTICE_OF_DAYS, person_id=person_id, after=last, before=first_of_next(last)
    )
    return int(months) + int(days), last


def first_date(conn: Connection, person_id: str) -> date | None:
    """Return the date of somebody's first session, whatever became of it."""
    first: date | None = conn.value(_FIRST, person_id=person_id)
    return first


def overview(conn: Connection, person_id: str, *, month: date, months: int = 12) -> Overview:
    """Return a person's sums around a month, with those of this many months up to it."""
    month = month.replace(day=1)
    earliest = month.year * 12 + month.month - months
    since = month_of(date(earliest // 12, earliest % 12 + 1, 1))
    rows = conn.all(_OVERVIEW, person_id=person_id, since=since)
    by_month = _by_month(row for row in rows if row[0] != _ALL)
    minutes, last = practice_minutes_since_supervision(conn, person_id)
    return Overview(
        month=month,
        this_month=dict(by_month).get(month, Totals()),
        since_start=_totals(row for row in rows if row[0] == _ALL),
        by_month=tuple(by_month),
        since_supervision=minutes,
        last_supervision=last,
    )


def _by_month(rows: Iterable[Row]) -> list[tuple[date, Totals]]:
    return [(_first_day(month), _totals(group)) for month, group in groupby(rows, itemgetter(0))]


def _totals(rows: Iterable[Row]) -> Totals:
    return Totals({SessionType(kind): TypeTotal(*sums) for _, kind, *sums in rows})


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
