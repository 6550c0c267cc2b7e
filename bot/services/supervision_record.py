"""The small record of a meeting, and the next step in the person's own words."""

from dataclasses import replace
from datetime import datetime

from bot.services.supervision_desk import Desk
from bot.services.supervision_pages import Meeting
from domain.clock import local_date
from domain.people import Person
from domain.refusals import NotValid
from domain.supervision import (
    CLOSES_AFTER,
    NEXT_STEP_LENGTH,
    Move,
    Record,
    Request,
    Side,
    check_record,
    moved,
)
from storage import supervision_records as records
from storage.engine import Connection
from storage.vault import Place


def keep_record(
    desk: Desk,
    conn: Connection,
    me: Person,
    side: Side,
    request: Request,
    meeting: Meeting,
    now: datetime,
) -> Request:
    """Record a meeting and return the request as it is then.

    Raises:
        NotValid: By `domain.supervision`.
        Refused: It cannot be recorded from where the request stands.
    """
    state = moved(request.state, Move.MEET, side)
    record = Record(
        request_id=request.id,
        person_id=request.person_id,
        supervisor_id=request.supervisor_id,
        on_date=meeting.on_date,
        minutes=meeting.minutes,
        people=meeting.people,
        mode=meeting.mode,
    )
    check_record(record, sent_on=local_date(request.sent_at, me.tz), today=local_date(now, me.tz))
    records.keep(conn, record, now=now)
    met = replace(request, state=state, met_at=now, mode=meeting.mode, looks_at=now + CLOSES_AFTER)
    desk.change(conn, me, met, "request_met")
    return met


def seal_next_step(
    desk: Desk, conn: Connection, request: Request, words: str | None, now: datetime
) -> None:
    """Keep the next step in the person's words, in place of what was there."""
    if words and len(words) > NEXT_STEP_LENGTH:
        raise NotValid({"next_step": "next_step_long"})
    sealed = None
    if words:
        sealed = desk.vault.seal(conn, request.person_id, _place(request.id), words)
    records.set_next_step(conn, request.id, sealed, now=now)


def open_next_step(desk: Desk, conn: Connection, request: Request) -> str | None:
    """Return the next step, for the person whose words they are."""
    sealed = records.next_step(conn, request.id)
    if sealed is None:
        return None
    return desk.vault.open(conn, request.person_id, _place(request.id), sealed)


def _place(request_id: str) -> Place:
    return Place("supervision_records", "next_step", request_id)
