"""Queries on logged sessions. What only the person may read goes in and out sealed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select

from domain.sessions import Outcome, Session
from storage.connection import Connection
from storage.session_rows import (
    FACTS,
    SEALED,
    THERE,
    Sealed,
    first_of_next,
    select_sessions,
    to_session,
    to_values,
)
from storage.session_totals import (
    count,
    month_count,
    months_with_sessions,
    overview,
    practice_minutes_since_supervision,
    totals,
    totals_between,
    totals_by_month,
)
from storage.statements import changing, earlier_than
from storage.tables import sessions

__all__ = [
    "Sealed",
    "add",
    "all_of",
    "clients_count",
    "last_of",
    "mark_deleted",
    "month_count",
    "month_page",
    "months_with_sessions",
    "old_count",
    "one",
    "overview",
    "practice_minutes_since_supervision",
    "purge_deleted",
    "remove_old",
    "sealed",
    "totals",
    "totals_between",
    "totals_by_month",
    "undelete",
    "update",
    "with_actions",
]

_c = sessions.c
_IS = _c.id == bindparam("id")
_OWN = (_c.person_id == bindparam("person_id"), THERE)
_NEWEST_FIRST = (_c.on_date.desc(), _c.created_at.desc(), _c.id.desc())

_ADD = insert(sessions)
_ONE = select_sessions(_IS)
_HELD = _ONE.with_for_update()
_SEALED = select(*(_c[name] for name in SEALED)).where(_IS)
_UPDATE = changing(
    sessions, *FACTS, *SEALED, "action_on", "private_note_expires_on", "updated_at"
).where(_IS)
_MARK = changing(sessions, "deleted_at", "updated_at").where(_IS)
_PURGE = delete(sessions).where(_c.deleted_at.is_not(None), _c.deleted_at < bindparam("before"))
_OVER = select_sessions(_c.on_date <= bindparam("on")).limit(bindparam("size"))
_OVER_COUNT = select(func.count()).select_from(sessions).where(_c.on_date <= bindparam("on"))
_REMOVE = delete(sessions).where(_IS)
_LAST = select_sessions(*_OWN).order_by(*_NEWEST_FIRST).limit(1)
_ACTIONS = (
    select_sessions(*_OWN, _c.action_on >= bindparam("since"))
    .order_by(_c.action_on, _c.id)
    .limit(bindparam("size"))
)
_PAGE = (
    select_sessions(*_OWN, _c.on_date >= bindparam("start"), _c.on_date < bindparam("end"))
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("size"))
    .offset(bindparam("offset"))
)
_NEXT_PAGE = _PAGE.where(earlier_than(_c.on_date, _c.created_at, _c.id))
_ALL = (
    select_sessions(*_OWN)
    .add_columns(*(_c[name] for name in SEALED))
    .order_by(_c.on_date, _c.created_at, _c.id)
)
_CLIENTS = select(func.count(_c.client_code.distinct())).where(
    *_OWN,
    _c.outcome == Outcome.HAPPENED.value,
    _c.on_date.between(bindparam("start"), bindparam("end")),
)


def add(conn: Connection, session: Session, sealed: Sealed | None = None) -> None:
    """Keep a new session, and count it."""
    conn.execute(
        _ADD,
        id=session.id,
        person_id=session.person_id,
        created_at=session.created_at,
        deleted_at=session.deleted_at,
        **to_values(session, sealed or Sealed()),
    )
    count(conn, session, 1)


def one(conn: Connection, session_id: str) -> Session | None:
    """Return one session, also a deleted one that is not yet purged.

    In a writing transaction it is held: nobody else changes it until the end.
    """
    row = conn.first(_HELD if conn.writes else _ONE, id=session_id)
    return None if row is None else to_session(row)


def sealed(conn: Connection, session_id: str) -> Sealed:
    """Return the sealed parts of a session; none of them where there is no such session."""
    return Sealed(*(conn.first(_SEALED, id=session_id) or ()))


def update(conn: Connection, session: Session, sealed: Sealed) -> bool:
    """Put these values in place of the old ones; False where the session is gone or deleted.

    `id`, `person_id` and `created_at` stay as they were.
    """
    old = one(conn, session.id)
    if old is None or old.deleted_at is not None:
        return False
    conn.execute(_UPDATE, id=session.id, **to_values(session, sealed))
    if old.facts != session.facts:
        count(conn, old, -1)
        count(conn, replace(old, facts=session.facts), 1)
    return True


def mark_deleted(conn: Connection, session_id: str, *, now: datetime) -> bool:
    """Take a session out of every list and sum; `undelete` brings it back until it is purged.

    False where it was gone or deleted already.
    """
    old = one(conn, session_id)
    if old is None or old.deleted_at is not None:
        return False
    conn.execute(_MARK, id=session_id, deleted_at=now, updated_at=now)
    count(conn, old, -1)
    return True


def undelete(conn: Connection, session_id: str, *, now: datetime) -> bool:
    """Bring a deleted session back; False where it was purged or never deleted."""
    old = one(conn, session_id)
    if old is None or old.deleted_at is None:
        return False
    conn.execute(_MARK, id=session_id, deleted_at=None, updated_at=now)
    count(conn, replace(old, deleted_at=None), 1)
    return True


def purge_deleted(conn: Connection, *, before: datetime) -> int:
    """Remove for good the sessions deleted before this time; return how many."""
    return conn.execute(_PURGE, before=before)


def remove_old(conn: Connection, *, on: date, size: int) -> int:
    """Remove some sessions of this day or before, out of their sums too; return how many."""
    found = [to_session(row) for row in conn.all(_OVER, on=on, size=size)]
    for old in found:
        conn.execute(_REMOVE, id=old.id)
        count(conn, old, -1)
    return len(found)


def old_count(conn: Connection, *, on: date) -> int:
    """Return how many sessions are of this day or an earlier one."""
    return int(conn.value(_OVER_COUNT, on=on))


def last_of(conn: Connection, person_id: str) -> Session | None:
    """Return the session of the latest date, the one logged last among those of a day."""
    row = conn.first(_LAST, person_id=person_id)
    return None if row is None else to_session(row)


def month_page(
    conn: Connection,
    person_id: str,
    month: date,
    *,
    size: int,
    after: str | None = None,
    offset: int = 0,
) -> tuple[list[Session], int]:
    """Return some sessions of a month, newest first, and how many the month has.

    Args:
        conn: Any transaction.
        person_id: Whose.
        month: Any day of it.
        size: How many at most.
        after: The id of the last session of the page before; None for the first page. Where that
            session is gone since, or is not theirs, the first page.
        offset: How many to leave out besides; a month is short, so pages may be counted instead.
    """
    start = month.replace(day=1)
    period = {
        "person_id": person_id,
        "start": start,
        "end": first_of_next(start),
        "size": size,
        "offset": offset,
    }
    total = month_count(conn, person_id, start)
    row = None if after is None else conn.first(_ONE, id=after)
    shown = None if row is None else to_session(row)
    if shown is None or shown.person_id != person_id:
        return [to_session(row) for row in conn.all(_PAGE, **period)], total
    rows = conn.all(
        _NEXT_PAGE,
        **period,
        on_date_before=shown.facts.on_date,
        created_at_before=shown.created_at,
        id_before=shown.id,
    )
    return [to_session(row) for row in rows], total


def with_actions(conn: Connection, person_id: str, *, since: date, size: int) -> list[Session]:
    """Return the sessions whose action is for this day or later, the nearest first."""
    rows = conn.all(_ACTIONS, person_id=person_id, since=since, size=size)
    return [to_session(row) for row in rows]


def all_of(conn: Connection, person_id: str) -> Iterator[tuple[Session, Sealed]]:
    """Yield every session of a person that is not deleted, oldest first, with its sealed parts."""
    for row in conn.stream(_ALL, person_id=person_id):
        yield to_session(row), Sealed(*row[-len(SEALED) :])


def clients_count(conn: Connection, person_id: str, start: date, end: date) -> int:
    """Return how many clients the sessions that happened were with, both days included."""
    return int(conn.value(_CLIENTS, person_id=person_id, start=start, end=end))
