"""Requests for supervision. Who may see which is not looked at here."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
)

from domain.ids import new_id
from domain.people import Role
from domain.sessions import Mode
from domain.supervision import ENDED, Level, Request, State
from storage.connection import Connection, Row
from storage.statements import changing, stands
from storage.supervision_tables import (
    supervision_openings,
    supervision_records,
    supervision_requests,
)
from storage.tables import people, roles

_c = supervision_requests.c
_COLUMNS = (
    _c.id,
    _c.person_id,
    _c.level,
    _c.state,
    _c.sent_at,
    _c.waits_since,
    _c.reply_by,
    _c.looks_at,
    _c.first_until,
    _c.supervisor_id,
    _c.claimed_at,
    _c.handed_back_at,
    _c.booked_at,
    _c.mode,
    _c.met_at,
    _c.ended_at,
    _c.left_at,
    _c.nobody_since,
    _c.note.is_not(None).label("has_note"),
)
_NAMES = tuple(column.name for column in _COLUMNS)
_CHANGING = tuple(name for name in _NAMES if name not in {"id", "person_id", "has_note", "sent_at"})
_OPEN = stands(_c.state, State.OPEN)
# As the index has it.
_HELD = or_(
    stands(_c.state, State.CLAIMED), stands(_c.state, State.BOOKED), stands(_c.state, State.MET)
)
_IS = _c.id == bindparam("request")
_OWNER_THERE = (
    select(people.c.id)
    .join(roles)
    .where(
        people.c.id == _c.person_id,
        people.c.deactivated.is_(False),
        roles.c.role == literal_column(f"'{Role.PARTNER.value}'"),
    )
    .exists()
)
_HOLDER_THERE = (
    select(people.c.id)
    .join(roles)
    .where(
        people.c.id == _c.supervisor_id,
        people.c.deactivated.is_(False),
        roles.c.role == literal_column(f"'{Role.SUPERVISOR.value}'"),
    )
    .correlate(supervision_requests)
    .exists()
)
STRAY = or_(stands(_c.state, State.CLAIMED), stands(_c.state, State.BOOKED)) & ~_HOLDER_THERE
"""Whoever holds it is no supervisor any more."""


def _select(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(*where)


_ADD = insert(supervision_requests)
_ONE = _select(_IS)
_HELD_ONE = _ONE.with_for_update()
_SEALED = select(_c.wishes, _c.note).where(_IS)
_CHANGE = changing(supervision_requests, *_CHANGING).where(_IS)
_FORGET = changing(supervision_requests, "wishes", "note").where(_IS)
_WAITING = _select(_OPEN, _OWNER_THERE).order_by(_c.sent_at, _c.id)
_OF = _select(_c.person_id == bindparam("person_id")).order_by(_c.sent_at.desc(), _c.id)
_OF_SOME = _OF.limit(bindparam("size"))
_HELD_BY = _select(_HELD, _c.supervisor_id == bindparam("supervisor_id")).order_by(
    _c.claimed_at, _c.id
)
_COUNT_HELD = (
    select(_c.supervisor_id, func.count())
    .where(or_(stands(_c.state, State.CLAIMED), stands(_c.state, State.BOOKED)))
    .group_by(_c.supervisor_id)
)
_TO_LOOK_AT = (
    select(_c.id)
    .where(_c.looks_at.is_not(None), _c.looks_at <= bindparam("now"))
    .order_by(_c.looks_at)
    .limit(bindparam("size"))
)
_STRAYS = select(_c.id).where(STRAY).limit(bindparam("size"))
_PUT_OFF = changing(supervision_requests, "looks_at").where(_IS)
_WITH_WISHES = _select(_c.wishes.is_not(None)).order_by(_c.id)
_SET_WISHES = changing(supervision_requests, "wishes").where(_IS)
_OVER = _c.ended_at.is_not(None) & (_c.ended_at <= bindparam("before"))
_RECORD = select(supervision_records.c.request_id).where(supervision_records.c.request_id == _c.id)
_OLD_COUNT = (
    select(func.count())
    .select_from(supervision_requests)
    .where(_OVER, ~_RECORD.where(supervision_records.c.on_date > bindparam("day")).exists())
)
_OLD = select(_c.id).where(_OVER, ~_RECORD.exists()).limit(bindparam("size"))
_REMOVE_OPENINGS = delete(supervision_openings).where(
    supervision_openings.c.request_id == bindparam("request")
)
_REMOVE = delete(supervision_requests).where(_IS)
_SENT = select(func.count()).where(_c.sent_at >= bindparam("since"))
_OPENED = insert(supervision_openings)
_OPENINGS = (
    select(supervision_openings.c.person_id, supervision_openings.c.at)
    .where(supervision_openings.c.request_id == bindparam("request"))
    .order_by(supervision_openings.c.at.desc())
    .limit(20)
)


class Sealed(NamedTuple):
    """The sealed parts of a request."""

    wishes: bytes | None
    note: bytes | None


def add(conn: Connection, request: Request, sealed: Sealed) -> None:
    """Keep a new request."""
    conn.execute(
        _ADD,
        id=request.id,
        person_id=request.person_id,
        sent_at=request.sent_at,
        wishes=sealed.wishes,
        note=sealed.note,
        **_changing(request),
    )


def one(conn: Connection, request_id: str) -> Request | None:
    """Return a request. In a writing transaction nobody else changes it until that ends."""
    row = conn.first(_HELD_ONE if conn.writes else _ONE, request=request_id)
    return None if row is None else _request(row)


def sealed(conn: Connection, request_id: str) -> Sealed:
    """Return the sealed parts of a request; nothing of one that is not there."""
    return Sealed(*(conn.first(_SEALED, request=request_id) or (None, None)))


def change(conn: Connection, request: Request) -> None:
    """Put a request as it is now in the place of what is kept. Ended, it loses its words."""
    conn.execute(_CHANGE, request=request.id, **_changing(request))
    if request.state in ENDED:
        conn.execute(_FORGET, request=request.id, wishes=None, note=None)


def waiting(conn: Connection) -> list[Request]:
    """Return the open requests of people who take part, the longest waiting first."""
    return [_request(row) for row in conn.all(_WAITING)]


def of_person(conn: Connection, person_id: str, *, size: int) -> list[Request]:
    """Return somebody's own requests, the newest first."""
    return [_request(row) for row in conn.all(_OF_SOME, person_id=person_id, size=size)]


def held_by(conn: Connection, supervisor_id: str) -> list[Request]:
    """Return what a supervisor has, those that were met included, the first taken first."""
    return [_request(row) for row in conn.all(_HELD_BY, supervisor_id=supervisor_id)]


def counts_held(conn: Connection) -> dict[str, int]:
    """Return how many requests each supervisor has whose meeting is still to come."""
    return {supervisor: count for supervisor, count in conn.all(_COUNT_HELD)}


def to_look_at(conn: Connection, *, now: datetime, size: int) -> list[str]:
    """Return the ids of requests that are due, and of those whose holder is no supervisor now.

    Two statements, because each is a step into an index and both in one would read every row.
    """
    due = conn.all(_TO_LOOK_AT, now=now, size=size)
    strays = conn.all(_STRAYS, size=size)
    return list(dict.fromkeys(request_id for (request_id,) in (*due, *strays)))


def put_off(conn: Connection, request_id: str, until: datetime) -> None:
    """Look at one that broke later."""
    conn.execute(_PUT_OFF, request=request_id, looks_at=until)


def note_opened(conn: Connection, request_id: str, reader_id: str, *, now: datetime) -> None:
    """Write down that somebody opened the note of a request."""
    conn.execute(_OPENED, id=new_id(), request_id=request_id, person_id=reader_id, at=now)


def openings(conn: Connection, request_id: str) -> list[tuple[str | None, datetime]]:
    """Return who opened the note of a request and when, the latest first, the last twenty.

    None is somebody who had everything about them deleted.
    """
    return [(reader, at) for reader, at in conn.all(_OPENINGS, request=request_id)]


def sent_since(conn: Connection, since: datetime) -> int:
    """Return how many requests were sent since then."""
    return int(conn.value(_SENT, since=since))


def with_wishes(conn: Connection) -> list[Request]:
    """Return the requests that have wishes: those that have not ended."""
    return [_request(row) for row in conn.all(_WITH_WISHES)]


def set_wishes(conn: Connection, request_id: str, wishes: bytes) -> None:
    """Keep these sealed wishes in place of those before."""
    conn.execute(_SET_WISHES, request=request_id, wishes=wishes)


def old_count(conn: Connection, *, before: datetime) -> int:
    """Return how many ended at this time or before, of whose meeting nothing younger is kept."""
    return int(conn.value(_OLD_COUNT, before=before, day=before.date()))


def remove_old(conn: Connection, *, before: datetime, size: int) -> int:
    """Remove some that ended at this time or before, with who opened them; return how many.

    One whose record is still kept stays: the day of a meeting may be over a little later.
    """
    found = [request_id for (request_id,) in conn.all(_OLD, before=before, size=size)]
    for request_id in found:
        conn.execute(_REMOVE_OPENINGS, request=request_id)
        conn.execute(_REMOVE, request=request_id)
    return len(found)


def _changing(request: Request) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(request, name) for name in _CHANGING}
    values["level"], values["state"] = request.level.value, request.state.value
    values["mode"] = request.mode.value if request.mode else None
    return values


def _request(row: Row) -> Request:
    values = dict(zip(_NAMES, row, strict=True))
    values["level"] = Level(values["level"])
    values["state"] = State(values["state"])
    values["mode"] = Mode(values["mode"]) if values["mode"] else None
    values["has_note"] = bool(values["has_note"])
    return Request(**values)
