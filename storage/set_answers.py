"""Which dates suit whom, and who comes."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, func, select

from domain.meeting_dates import Answer
from domain.set_meetings import MeetingState
from storage.connection import Connection
from storage.learning_set_tables import set_answers, set_dates, set_meetings, set_ticks
from storage.statements import changing, upsert

_a, _t = set_answers.c, set_ticks.c
_OF = _a.meeting_id == bindparam("meeting")
_DATES = select(set_dates.c.id).where(set_dates.c.meeting_id == bindparam("meeting"))
_insert = upsert(set_answers)
_KEYS = [_a.meeting_id, _a.person_id]
_TICKED = _insert.values(
    meeting_id=bindparam("meeting"), person_id=bindparam("person"), ticked=True
).on_conflict_do_update(index_elements=_KEYS, set_={"ticked": True})
_SAY = _insert.values(
    meeting_id=bindparam("meeting"),
    person_id=bindparam("person"),
    ticked=False,
    coming=bindparam("coming", type_=_a.coming.type),
).on_conflict_do_update(index_elements=_KEYS, set_={"coming": _insert.excluded.coming})
_CLEAR = delete(set_ticks).where(_t.person_id == bindparam("person"), _t.date_id.in_(_DATES))
_ADD_TICK = upsert(set_ticks).on_conflict_do_nothing()
_TICKS = select(_t.date_id, _t.person_id).where(_t.date_id.in_(_DATES))
_ANSWERS = select(_a.person_id, _a.ticked, _a.coming).where(_OF)
_FORGET = delete(set_answers).where(_OF, _a.person_id == bindparam("person"))
_ASK_AGAIN = changing(set_answers, "ticked", "coming").where(_OF)
_APOLOGIES = (
    select(_a.person_id, func.count())
    .join(set_meetings, set_meetings.c.id == _a.meeting_id)
    .where(
        set_meetings.c.set_id == bindparam("set"),
        set_meetings.c.state == MeetingState.HELD.value,
        _a.coming.is_(False),
    )
    .group_by(_a.person_id)
)


def tick(conn: Connection, meeting_id: str, person_id: str, date_ids: Collection[str]) -> None:
    """Keep which of a meeting's dates suit somebody, in place of what they said before."""
    conn.execute(_CLEAR, meeting=meeting_id, person=person_id)
    for date_id in sorted(set(date_ids)):
        conn.execute(_ADD_TICK, date_id=date_id, person_id=person_id)
    conn.execute(_TICKED, meeting=meeting_id, person=person_id)


def say(conn: Connection, meeting_id: str, person_id: str, coming: bool) -> None:
    """Keep whether somebody comes."""
    conn.execute(_SAY, meeting=meeting_id, person=person_id, coming=coming)


def forget(conn: Connection, meeting_id: str, person_id: str) -> None:
    """Forget what somebody said of a meeting."""
    conn.execute(_CLEAR, meeting=meeting_id, person=person_id)
    conn.execute(_FORGET, meeting=meeting_id, person=person_id)


def ask_again(conn: Connection, meeting_id: str) -> None:
    """Forget what everybody said of a meeting, whose date is another now; ticks stay."""
    conn.execute(_ASK_AGAIN, meeting=meeting_id, ticked=False, coming=None)


def ticks(conn: Connection, meeting_id: str) -> dict[str, frozenset[str]]:
    """Return who ticked each of a meeting's dates, by the date's id."""
    found: dict[str, set[str]] = {}
    for date_id, person_id in conn.all(_TICKS, meeting=meeting_id):
        found.setdefault(date_id, set()).add(person_id)
    return {date_id: frozenset(people) for date_id, people in found.items()}


def answers(conn: Connection, meeting_id: str) -> dict[str, Answer]:
    """Return what each person said of a meeting."""
    return {
        person_id: Answer(ticked=bool(ticked), coming=None if coming is None else bool(coming))
        for person_id, ticked, coming in conn.all(_ANSWERS, meeting=meeting_id)
    }


def apologies(conn: Connection, set_id: str) -> dict[str, int]:
    """Return to how many meetings of a set that were held each person sent apologies."""
    return {person_id: count for person_id, count in conn.all(_APOLOGIES, set=set_id)}
