"""Databases full of made-up people, and of what they did and were asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import insert

from domain.clock import HOME_ZONE, zone
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.journal import GivenState
from domain.people import Account, Person, Profile, Role
from domain.schedules import Occurrence, Rhythm, Schedule, What, end_of_day
from domain.sessions import Mode, Session, SessionFacts, SessionType
from storage import cohorts, migrate, outbox, people, sessions, tables
from storage.engine import Connection, Database, open_database

T = TypeVar("T")

TEAM = "T0PRACTICE0"
NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
TODAY = NOW.date()

_ADD_PERSON = insert(tables.people)
_GIVE_ROLE = insert(tables.roles)
_GIVE_PROMPT = insert(tables.prompts_given)
_WRITE = insert(tables.journal)
_CHECK_IN = insert(tables.check_ins)
_SEALED = bytes(300)
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


def a_delivery(schedule: Schedule) -> Delivery:
    """Return what waits for the next time of a rhythm."""
    assert schedule.next is not None
    assert schedule.person_id is not None
    return Delivery(
        id=new_id(),
        cause=schedule.id,
        on_date=schedule.next.on,
        recipient=schedule.person_id,
        kind=Kind.PROMPT,
        not_before=schedule.next.at,
        ends_at=end_of_day(schedule.next.on, schedule.zone),
        person_id=schedule.person_id,
    )


def add_reflections(conn: Connection, person_id: str, weeks: int) -> None:
    """Let somebody have had a prompt a week, and have written a line for each."""
    for n in range(weeks):
        on = TODAY - timedelta(weeks=n)
        at = NOW - timedelta(weeks=n, hours=4)
        schedule = a_schedule(person_id, at)
        sent = replace(a_delivery(schedule), state=State.SENT)
        outbox.plan(conn, sent, now=at)
        conn.execute(
            _GIVE_PROMPT,
            id=sent.id,
            person_id=person_id,
            prompt_id=f"prompt.{n % 60}",
            on_date=on,
            given_at=at,
            state=GivenState.ANSWERED.value,
            pushed=True,
        )
        conn.execute(
            _WRITE,
            id=new_id(),
            person_id=person_id,
            on_date=on,
            prompted=True,
            words=_SEALED,
            created_at=at,
            updated_at=at,
        )


def add_check_ins(conn: Connection, members: Sequence[str], fortnights: int) -> None:
    """Put people into a cohort that was asked every two weeks; the check-ins are closed."""
    starts_on = TODAY - timedelta(weeks=2 * fortnights)
    cohort = cohorts.add(conn, "Spring", starts_on, None, by=None, now=NOW)
    for person_id in members:
        cohorts.add_member(conn, cohort.id, person_id, now=NOW)
    for n in range(1, fortnights + 1):
        at = NOW - timedelta(weeks=2 * n)
        conn.execute(
            _CHECK_IN,
            id=new_id(),
            cohort_id=cohort.id,
            on_date=at.date(),
            opens_at=at,
            closes_at=at + timedelta(days=2),
            closed=True,
            bag=None,
            result=None,
            words=None,
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
