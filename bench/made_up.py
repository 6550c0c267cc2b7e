"""Databases full of made-up people and their sessions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert

from domain.clock import HOME_ZONE, zone
from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from domain.schedules import Occurrence, Rhythm, Schedule, What
from domain.sessions import Mode, Session, SessionFacts, SessionType
from storage import migrate, people, sessions, tables
from storage.engine import Connection, Database, open_database

T = TypeVar("T")

TEAM = "T0PRACTICE0"
NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
TODAY = NOW.date()

_ADD_PERSON = insert(tables.people)
_GIVE_ROLE = insert(tables.roles)
_TYPES = (SessionType.COACHING, SessionType.MENTORING, SessionType.TRAINING, SessionType.CHEMISTRY)
_BETWEEN_SUPERVISIONS = 40


@contextmanager
def empty_database(folder: Path, name: str = "alongside.db") -> Iterator[Database]:
    """Give a database with tables and nothing in them."""
    url = f"sqlite:///{folder / name}"
    migrate.upgrade(url)
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def enrol_partner(conn: Connection, user: str) -> Person:
    """Enrol a partner who has read the welcome."""
    profile = Profile(account=Account(TEAM, user), tz="Europe/London")
    person = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=NOW)
    people.mark_welcomed(conn, person.id, now=NOW)
    return person


def enrol_crowd(conn: Connection, count: int) -> list[str]:
    """Enrol many partners and return their ids."""
    ids = [new_id() for _ in range(count)]
    for n, person_id in enumerate(ids):
        conn.execute(
            _ADD_PERSON,
            id=person_id,
            team=TEAM,
            account=f"U1CROWD{n:06}",
            tz="Europe/London",
            is_guest=False,
            deactivated=False,
            nation=None,
            welcomed_at=NOW,
            created_at=NOW,
            updated_at=NOW,
        )
        conn.execute(_GIVE_ROLE, person_id=person_id, role="partner", given_by=None, given_at=NOW)
    return ids


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield them in order, so many at a time."""
    for start in range(0, len(things), size):
        yield things[start : start + size]


def a_schedule(person_id: str, at: datetime) -> Schedule:
    """Return a weekly rhythm of prompts whose next time is at that moment."""
    local = at.astimezone(zone(HOME_ZONE))
    return Schedule(
        id=new_id(),
        what=What.PROMPT,
        rhythm=Rhythm(weekday=local.weekday(), at=local.time()),
        zone=HOME_ZONE,
        person_id=person_id,
        next=Occurrence(local.date(), at),
    )


def add_history(conn: Connection, person_id: str, count: int, days: int) -> None:
    """Log so many sessions over the last days, with supervision every fortieth time."""
    for n in range(count):
        sessions.add(conn, a_session(person_id, TODAY - timedelta(days=n * days // count), n))


def a_session(
    person_id: str, on: date, n: int = 0, *, note_expires_on: date | None = None
) -> Session:
    """Return one made-up session; `n` varies its values."""
    supervised = n % _BETWEEN_SUPERVISIONS == _BETWEEN_SUPERVISIONS // 5
    return Session(
        id=new_id(),
        person_id=person_id,
        facts=SessionFacts(
            on_date=on,
            type=SessionType.SUPERVISION if supervised else _TYPES[n % len(_TYPES)],
            minutes=15 * (1 + n % 8),
            mode=Mode.VIDEO,
            client_code=f"C-{n % 30:02}",
        ),
        created_at=NOW - timedelta(minutes=n),
        updated_at=NOW - timedelta(minutes=n),
        note_expires_on=note_expires_on,
    )
