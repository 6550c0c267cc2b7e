"""Sets that ended long ago go with everything that hangs on them."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, select

from storage.connection import Connection
from storage.learning_set_tables import (
    learning_set_keys,
    learning_sets,
    set_actions,
    set_answers,
    set_dates,
    set_meetings,
    set_members,
    set_offers,
    set_roles,
    set_ticks,
)
from storage.tables import journal_shares

_OVER = learning_sets.c.closed_at.is_not(None) & (learning_sets.c.closed_at <= bindparam("before"))
_COUNT = select(func.count()).select_from(learning_sets).where(_OVER)
_SOME = select(learning_sets.c.id).where(_OVER).limit(bindparam("size")).with_for_update()
_SET: BindParameter[str] = bindparam("set")
_MEETINGS = select(set_meetings.c.id).where(set_meetings.c.set_id == _SET)
_DATES = select(set_dates.c.id).where(set_dates.c.meeting_id.in_(_MEETINGS))


def _of_meetings(column: ColumnElement[str]) -> ColumnElement[bool]:
    return column.in_(_MEETINGS)


# Rows before those that they refer to.
_REMOVE = (
    delete(set_ticks).where(set_ticks.c.date_id.in_(_DATES)),
    delete(set_dates).where(_of_meetings(set_dates.c.meeting_id)),
    delete(set_answers).where(_of_meetings(set_answers.c.meeting_id)),
    delete(set_roles).where(_of_meetings(set_roles.c.meeting_id)),
    delete(set_offers).where(_of_meetings(set_offers.c.meeting_id)),
    delete(set_actions).where(set_actions.c.set_id == _SET),
    delete(set_meetings).where(set_meetings.c.set_id == _SET),
    delete(set_members).where(set_members.c.set_id == _SET),
    # What somebody shared with it stays theirs, and is shared with it no more.
    delete(journal_shares).where(journal_shares.c.target == _SET),
    delete(learning_set_keys).where(learning_set_keys.c.set_id == _SET),
    delete(learning_sets).where(learning_sets.c.id == _SET),
)


def count(conn: Connection, *, before: datetime) -> int:
    """Return how many ended at this time or before."""
    return int(conn.value(_COUNT, before=before))


def remove(conn: Connection, *, before: datetime, size: int) -> int:
    """Remove some that ended at this time or before; return how many."""
    found = [set_id for (set_id,) in conn.all(_SOME, before=before, size=size)]
    for set_id in found:
        for statement in _REMOVE:
            conn.execute(statement, set=set_id)
    return len(found)
