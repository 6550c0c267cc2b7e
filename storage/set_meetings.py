"""Queries on the meetings of sets, and the dates that are asked about."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from domain.agendas import Agenda, AgendaKind, Run
from domain.ids import new_id
from domain.learning_sets import Standing
from domain.meeting_times import next_moment
from domain.set_meetings import Date, Meeting, MeetingState, Offered
from storage.connection import Connection, Row
from storage.learning_set_tables import set_dates, set_meetings, set_members, set_ticks
from storage.statements import changing, stands

_c, _d = set_meetings.c, set_dates.c
_KEPT = (
    "state",
    "zone",
    "agenda",
    "minutes",
    "turns",
    "edition",
    "told_at",
    "sequence",
    "on_date",
    "minute",
    "starts_at",
    "facilitator_id",
    "few",
    "part",
    "part_ends_at",
    "part_left",
    "step",
    "stepped_at",
    "closed_at",
)
_FIRST = ("id", "set_id", "number", "created_at", "created_by")
_NAMES = (*_FIRST, *_KEPT)
_IS = _c.id == bindparam("meeting")
_SELECT = select(*(_c[name] for name in _NAMES))
_AHEAD = stands(_c.state, MeetingState.POLLING) | stands(_c.state, MeetingState.BOOKED)

_ADD = insert(set_meetings)
_PUT = changing(set_meetings, *_KEPT, "next_at").where(_IS)
_ONE = _SELECT.where(_IS)
_OF_SET = _SELECT.where(_c.set_id == bindparam("set")).order_by(_c.number, _c.id)
_LED_BY = _SELECT.where(_c.facilitator_id == bindparam("person"), _AHEAD)
_MINE = select(set_members.c.set_id).where(
    set_members.c.person_id == bindparam("person"), set_members.c.standing == bindparam("standing")
)
_AHEAD_OF = _SELECT.where(
    _AHEAD, _c.set_id.in_(_MINE) | (_c.facilitator_id == bindparam("person"))
).order_by(_c.starts_at.is_(None), _c.starts_at, _c.created_at, _c.id)
_DUE = (
    select(_c.id, _c.set_id)
    .where(_c.next_at.is_not(None), _c.next_at <= bindparam("now"))
    .order_by(_c.next_at, _c.id)
    .limit(bindparam("size"))
)
_ADD_DATE = insert(set_dates)
_DATES = (
    select(_d.id, _d.on_date, _d.minute, _d.starts_at)
    .where(_d.meeting_id == bindparam("meeting"))
    .order_by(_d.starts_at, _d.id)
)
_OF_MEETING = select(_d.id).where(_d.meeting_id == bindparam("meeting"))
_DROP_TICKS = delete(set_ticks).where(set_ticks.c.date_id.in_(_OF_MEETING))
_DROP_DATES = delete(set_dates).where(_d.meeting_id == bindparam("meeting"))


def add(conn: Connection, meeting: Meeting) -> None:
    """Write down a new meeting."""
    conn.execute(
        _ADD,
        id=meeting.id,
        set_id=meeting.set_id,
        number=meeting.number,
        created_at=meeting.created_at,
        created_by=meeting.created_by,
        **_values(meeting),
    )


def put(conn: Connection, meeting: Meeting) -> None:
    """Write down how a meeting stands now, and when the clock is to look at it again."""
    conn.execute(_PUT, meeting=meeting.id, **_values(meeting))


def one(conn: Connection, meeting_id: str) -> Meeting | None:
    """Return one meeting."""
    row = conn.first(_ONE, meeting=meeting_id)
    return None if row is None else _meeting(row)


def of_set(conn: Connection, set_id: str) -> list[Meeting]:
    """Return the meetings of a set by their numbers, cancelled ones too."""
    return [_meeting(row) for row in conn.all(_OF_SET, set=set_id)]


def led_by(conn: Connection, person_id: str) -> list[Meeting]:
    """Return the meetings to come that have this facilitator."""
    return [_meeting(row) for row in conn.all(_LED_BY, person=person_id)]


def ahead_of(conn: Connection, person_id: str) -> list[Meeting]:
    """Return the meetings to come of somebody with a place, or who facilitates, the next first."""
    rows = conn.all(_AHEAD_OF, person=person_id, standing=Standing.IN.value)
    return [_meeting(row) for row in rows]


def due(conn: Connection, *, now: datetime, size: int) -> list[tuple[str, str]]:
    """Return ids of some meetings, each with its set's, that the clock has to look at now."""
    return [(meeting, set_id) for meeting, set_id in conn.all(_DUE, now=now, size=size)]


def add_dates(conn: Connection, meeting_id: str, dates: Iterable[Date]) -> None:
    """Keep the dates that members are asked about."""
    for date in dates:
        conn.execute(
            _ADD_DATE,
            id=new_id(),
            meeting_id=meeting_id,
            on_date=date.on,
            minute=_minute(date.at),
            starts_at=date.starts_at,
        )


def dates(conn: Connection, meeting_id: str) -> list[Offered]:
    """Return the dates that members are asked about, the earliest first."""
    return [
        Offered(date_id, Date(on, _time(minute), starts_at))
        for date_id, on, minute, starts_at in conn.all(_DATES, meeting=meeting_id)
    ]


def drop_dates(conn: Connection, meeting_id: str) -> None:
    """Forget the dates, and who ticked them."""
    conn.execute(_DROP_TICKS, meeting=meeting_id)
    conn.execute(_DROP_DATES, meeting=meeting_id)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _values(meeting: Meeting) -> dict[str, Any]:
    day, run = meeting.date, meeting.run
    left = None if run is None or run.left is None else round(run.left.total_seconds())
    return {
        "state": meeting.state.value,
        "zone": meeting.zone,
        "agenda": meeting.agenda.kind.value,
        "minutes": meeting.agenda.minutes,
        "turns": meeting.agenda.turns,
        "edition": meeting.edition,
        "told_at": meeting.told_at,
        "sequence": meeting.sequence,
        "on_date": day.on if day else None,
        "minute": _minute(day.at) if day else None,
        "starts_at": day.starts_at if day else None,
        "facilitator_id": meeting.facilitator_id,
        "few": meeting.few,
        "part": run.part if run else None,
        "part_ends_at": run.ends_at if run else None,
        "part_left": left,
        "step": meeting.step,
        "stepped_at": meeting.stepped_at,
        "closed_at": meeting.closed_at,
        "next_at": next_moment(meeting),
    }


def _meeting(row: Row) -> Meeting:
    v = dict(zip(_NAMES, row, strict=True))
    day = run = None
    if v["on_date"] is not None:
        day = Date(v["on_date"], _time(v["minute"]), v["starts_at"])
    if v["part"] is not None:
        left = None if v["part_left"] is None else timedelta(seconds=v["part_left"])
        run = Run(part=v["part"], ends_at=v["part_ends_at"], left=left)
    return Meeting(
        **{name: v[name] for name in _FIRST},
        state=MeetingState(v["state"]),
        zone=v["zone"],
        agenda=Agenda(kind=AgendaKind(v["agenda"]), minutes=v["minutes"], turns=v["turns"]),
        edition=v["edition"],
        told_at=v["told_at"],
        sequence=v["sequence"],
        date=day,
        facilitator_id=v["facilitator_id"],
        few=v["few"],
        run=run,
        step=v["step"],
        stepped_at=v["stepped_at"],
        closed_at=v["closed_at"],
    )
