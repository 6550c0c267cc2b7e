from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from domain.sessions import Mode, Session, SessionFacts, SessionType
from storage import people
from storage.engine import Connection, Database, open_database
from tests.databases import (  # noqa: F401  (fixtures)
    migrated_file,
    migrated_url,
    postgres_server,
)

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
TODAY = date(2026, 3, 3)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with migrated_url(request.param, request, tmp_path) as address:
        yield address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as opened:
        yield opened


@pytest.fixture
def enrol(database: Database) -> Callable[..., Person]:
    """Enrols somebody made up; people become known in the order of the calls."""

    def enrolled(user: str = "U1", *roles: Role, tz: str = "Europe/London") -> Person:
        profile = Profile(account=Account("T1", user), tz=tz)
        with database.write() as conn:
            return people.enrol(conn, profile, roles or {Role.PARTNER}, by=None, now=NOW)

    return enrolled


def someone(conn: Connection) -> Person:
    """Enrol a partner nobody needs to name."""
    profile = Profile(account=Account("T1", f"U{new_id()}"), tz="Europe/London")
    return people.enrol(conn, profile, {Role.PARTNER}, by=None, now=NOW)


def a_session(
    person: Person,
    on: date = TODAY,
    kind: SessionType = SessionType.COACHING,
    minutes: int = 60,
    *,
    created_at: datetime = NOW,
    **facts: object,
) -> Session:
    """A session with plain facts; name those that matter."""
    return Session(
        id=new_id(),
        person_id=person.id,
        facts=SessionFacts(on_date=on, type=kind, minutes=minutes, mode=Mode.VIDEO, **facts),  # type: ignore[arg-type]
        created_at=created_at,
        updated_at=created_at,
    )
