"""One look at whether the clock's side has anything to do."""

from datetime import datetime

from sqlalchemy import Select, bindparam, literal_column, select, text, union_all

from domain.deliveries import State
from storage.connection import Connection
from storage.learning_set_tables import set_meetings, set_members
from storage.my_data_tables import erasures
from storage.statements import stands
from storage.supervision import STRAY
from storage.supervision_tables import supervision_requests
from storage.tables import check_ins, deliveries, heartbeats, schedules, sent_files, sessions

_NOW = bindparam("now", type_=schedules.c.next_at.type)


def _part(name: str, table_select: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    return select(literal_column(f"'{name}'").label("part")).where(table_select.exists())


_pending = stands(deliveries.c.state, State.PENDING)
_sending = stands(deliveries.c.state, State.SENDING)
# As the index has it, which `closed = 0` is not.
_open = text("NOT check_ins.closed")
# As the index has it.
_under_way = erasures.c.done_at.is_(None)
_WHAT = union_all(
    _part(
        "schedules",
        select(schedules.c.id).where(schedules.c.next_at.is_not(None), schedules.c.next_at <= _NOW),
    ),
    _part("deliveries", select(deliveries.c.id).where(_pending, deliveries.c.not_before <= _NOW)),
    _part("leases", select(deliveries.c.id).where(_sending)),
    _part(
        "check_ins",
        select(check_ins.c.id).where(_open, check_ins.c.closes_at <= _NOW),
    ),
    _part("erasures", select(erasures.c.id).where(_under_way, erasures.c.asked_at <= _NOW)),
    _part(
        "requests",
        select(supervision_requests.c.id).where(
            supervision_requests.c.looks_at.is_not(None), supervision_requests.c.looks_at <= _NOW
        ),
    ),
    _part("strays", select(supervision_requests.c.id).where(STRAY)),
    _part(
        "set_meetings",
        select(set_meetings.c.id).where(
            set_meetings.c.next_at.is_not(None), set_meetings.c.next_at <= _NOW
        ),
    ),
    _part(
        "set_places",
        select(set_members.c.set_id).where(
            set_members.c.offered_until.is_not(None), set_members.c.offered_until <= _NOW
        ),
    ),
    _part("files", select(sent_files.c.file_id).where(sent_files.c.delete_after <= _NOW)),
    _part(
        "deleted",
        select(sessions.c.id).where(
            sessions.c.deleted_at.is_not(None),
            sessions.c.deleted_at < bindparam("deleted_before", type_=sessions.c.deleted_at.type),
        ),
    ),
    _part(
        "alive",
        select(heartbeats.c.name).where(
            heartbeats.c.name == bindparam("beat"),
            heartbeats.c.at.between(bindparam("beat_after", type_=heartbeats.c.at.type), _NOW),
        ),
    ),
)


def what(
    conn: Connection, *, now: datetime, deleted_before: datetime, beat: str, beat_after: datetime
) -> frozenset[str]:
    """Return which parts have work.

    They are: schedules, deliveries, leases, check_ins, erasures, requests, strays, set_meetings,
    set_places, files, deleted.

    They are: schedules, deliveries, leases, check_ins, requests, strays, set_meetings, set_places,
    files, deleted.
    And `alive`, where the sign of life named `beat` is from after `beat_after`.
    """
    rows = conn.all(_WHAT, now=now, deleted_before=deleted_before, beat=beat, beat_after=beat_after)
    return frozenset(part for (part,) in rows)
