"""How sessions are written and read; private to `storage`."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from domain.sessions import Mode, Outcome, Pay, Session, SessionFacts, SessionType
from storage.connection import Row
from storage.tables import sessions


class Sealed(NamedTuple):
    """What the vault made of a session's details, action and private note."""

    details: bytes | None = None
    action: bytes | None = None
    note: bytes | None = None


THERE = sessions.c.deleted_at.is_(None)
SEALED = Sealed._fields
FACTS = (
    "on_date",
    "type",
    "minutes",
    "preparation_minutes",
    "travel_minutes",
    "mode",
    "client_code",
    "outcome",
    "pay",
)


def select_sessions(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement whose rows `to_session` reads."""
    c = sessions.c
    return select(
        c.id,
        c.person_id,
        c.on_date,
        c.type,
        c.minutes,
        c.preparation_minutes,
        c.travel_minutes,
        c.mode,
        c.client_code,
        c.outcome,
        c.pay,
        c.action_on,
        c.private_note_expires_on,
        c.details.is_not(None),
        c.action.is_not(None),
        c.note.is_not(None),
        c.created_at,
        c.updated_at,
        c.deleted_at,
    ).where(*where)


def to_session(row: Row) -> Session:
    """Return the session of one row."""
    return Session(
        id=row[0],
        person_id=row[1],
        facts=SessionFacts(
            on_date=row[2],
            type=SessionType(row[3]),
            minutes=row[4],
            preparation_minutes=row[5],
            travel_minutes=row[6],
            mode=Mode(row[7]),
            client_code=row[8],
            outcome=Outcome(row[9]),
            pay=Pay(row[10]),
        ),
        action_on=row[11],
        note_expires_on=row[12],
        has_details=bool(row[13]),
        has_action=bool(row[14]),
        has_note=bool(row[15]),
        created_at=row[16],
        updated_at=row[17],
        deleted_at=row[18],
    )


def to_values(session: Session, sealed: Sealed) -> dict[str, Any]:
    """Return the columns that an edit may change."""
    facts = session.facts
    return {
        "on_date": facts.on_date,
        "type": facts.type.value,
        "minutes": facts.minutes,
        "preparation_minutes": facts.preparation_minutes,
        "travel_minutes": facts.travel_minutes,
        "mode": facts.mode.value,
        "client_code": facts.client_code,
        "outcome": facts.outcome.value,
        "pay": facts.pay.value,
        "action_on": session.action_on,
        "private_note_expires_on": session.note_expires_on,
        **sealed._asdict(),
        "updated_at": session.updated_at,
    }


def month_of(day: date) -> str:
    """Return `2026-03`, as months are kept."""
    return f"{day.year:04}-{day.month:02}"


def first_of_next(month: date) -> date:
    """Return the first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
