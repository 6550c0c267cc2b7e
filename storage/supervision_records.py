"""The small records of supervision meetings."""

from datetime import date, datetime

from sqlalchemy import bindparam, select

from domain.sessions import Mode
from domain.supervision import Record
from storage.connection import Connection, Row
from storage.statements import changing, upsert
from storage.supervision_tables import supervision_records

_c = supervision_records.c
_COLUMNS = (
    _c.request_id,
    _c.person_id,
    _c.supervisor_id,
    _c.on_date,
    _c.minutes,
    _c.people,
    _c.mode,
    _c.next_step.is_not(None).label("has_next_step"),
)
_NAMES = tuple(column.name for column in _COLUMNS)
_IS = _c.request_id == bindparam("request")
_insert = upsert(supervision_records)
_KEEP = _insert.on_conflict_do_update(
    index_elements=[_c.request_id],
    set_={n: _insert.excluded[n] for n in ("on_date", "minutes", "people", "mode", "updated_at")},
)
_ONE = select(*_COLUMNS).where(_IS)
_NEXT_STEP = select(_c.next_step).where(_IS)
_SET_NEXT_STEP = changing(supervision_records, "next_step", "updated_at").where(_IS)
_LAST = (
    select(_c.on_date)
    .where(_c.person_id == bindparam("person_id"))
    .order_by(_c.on_date.desc())
    .limit(1)
)


def keep(conn: Connection, record: Record, *, now: datetime) -> None:
    """Keep the record of a meeting, in place of one of the same request."""
    conn.execute(
        _KEEP,
        request_id=record.request_id,
        person_id=record.person_id,
        supervisor_id=record.supervisor_id,
        on_date=record.on_date,
        minutes=record.minutes,
        people=record.people,
        mode=record.mode.value,
        next_step=None,
        created_at=now,
        updated_at=now,
    )


def one(conn: Connection, request_id: str) -> Record | None:
    """Return the record of a request's meeting."""
    row = conn.first(_ONE, request=request_id)
    return None if row is None else _record(row)


def next_step(conn: Connection, request_id: str) -> bytes | None:
    """Return the sealed next step."""
    sealed: bytes | None = conn.value(_NEXT_STEP, request=request_id)
    return sealed


def set_next_step(
    conn: Connection, request_id: str, sealed: bytes | None, *, now: datetime
) -> None:
    """Keep a sealed next step, or forget it."""
    conn.execute(_SET_NEXT_STEP, request=request_id, next_step=sealed, updated_at=now)


def last_date(conn: Connection, person_id: str) -> date | None:
    """Return the date of somebody's last recorded meeting."""
    last: date | None = conn.value(_LAST, person_id=person_id)
    return last


def _record(row: Row) -> Record:
    values = dict(zip(_NAMES, row, strict=True))
    values["mode"] = Mode(values["mode"])
    values["has_next_step"] = bool(values["has_next_step"])
    return Record(**values)
