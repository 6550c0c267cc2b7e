"""Supervisors' own settings: how many requests they hold at once, and when they are away."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select

from domain.supervisors import MOST_HELD, TimeOff
from storage.connection import Connection
from storage.statements import upsert
from storage.supervision_tables import supervisors, time_off

_MOST = select(supervisors.c.most).where(supervisors.c.person_id == bindparam("person_id"))
_insert = upsert(supervisors)
_SET_MOST = _insert.on_conflict_do_update(
    index_elements=[supervisors.c.person_id],
    set_={name: _insert.excluded[name] for name in ("most", "updated_at")},
)
_OF = (
    select(time_off.c.id, time_off.c.first_on, time_off.c.last_on)
    .where(time_off.c.person_id == bindparam("person_id"), time_off.c.last_on >= bindparam("day"))
    .order_by(time_off.c.first_on, time_off.c.id)
)
_ADD = insert(time_off)
_REMOVE = delete(time_off).where(
    time_off.c.id == bindparam("off"), time_off.c.person_id == bindparam("person")
)


def most(conn: Connection, person_id: str) -> int:
    """Return how many requests a supervisor holds at once."""
    found = conn.value(_MOST, person_id=person_id)
    return MOST_HELD if found is None else int(found)


def set_most(conn: Connection, person_id: str, most: int, *, now: datetime) -> None:
    """Set how many requests a supervisor holds at once."""
    conn.execute(_SET_MOST, person_id=person_id, most=most, updated_at=now)


def away(conn: Connection, person_id: str, *, since: date) -> tuple[TimeOff, ...]:
    """Return the time off that is not over on that date, the earliest first."""
    return tuple(TimeOff(*row) for row in conn.all(_OF, person_id=person_id, day=since))


def add_time_off(conn: Connection, person_id: str, off: TimeOff) -> None:
    """Keep time off."""
    conn.execute(_ADD, id=off.id, person_id=person_id, first_on=off.first_on, last_on=off.last_on)


def remove_time_off(conn: Connection, person_id: str, off_id: str) -> bool:
    """Forget time off of one's own; False where there is none such."""
    return conn.execute(_REMOVE, off=off_id, person=person_id) == 1
