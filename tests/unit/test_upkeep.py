"""What each tick tidies up, and the sign of life it leaves."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.services.people import People
from bot.services.sessions import Sessions
from bot.services.upkeep import BEAT_EVERY, Upkeep
from domain.ids import new_id
from domain.people import Account, Profile, Role
from domain.sessions import Mode, SessionDraft, SessionType
from storage import files
from storage.engine import open_database
from tests.databases import migrated_file, migrated_url  # noqa: F401  (fixtures)

START = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
ADA = Account("T1", "U0ADA")
A_SESSION = SessionDraft(
    on_date=date(2026, 3, 3), type=SessionType.COACHING, minutes=60, mode=Mode.VIDEO
)


@pytest.fixture
def database(request, tmp_path):
    with migrated_url("sqlite", request, tmp_path) as url, closing(open_database(url)) as d:
        yield d


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def upkeep(database, clock):
    return Upkeep(database, clock)


@pytest.fixture
def sessions(database, clock):
    People(database, clock, Profile).seed([(Profile(account=ADA, tz="Etc/UTC"), {Role.PARTNER})])
    return Sessions(database, clock)


def count(database, table):
    with database.engine.connect() as conn:
        return conn.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def test_a_deleted_session_goes_for_good_once_it_cannot_be_had_back(
    upkeep, sessions, clock, database
):
    session = sessions.log(ADA, A_SESSION, form=new_id())
    sessions.delete(ADA, session.id)

    clock.now += timedelta(seconds=59)
    upkeep.tidy()
    assert count(database, "sessions") == 1

    clock.now += timedelta(seconds=2)
    upkeep.tidy()
    assert count(database, "sessions") == 0


def test_a_tick_leaves_a_sign_of_life_every_two_minutes_and_else_writes_nothing(
    upkeep, clock, database
):
    upkeep.tidy()
    assert upkeep.last_tick() == START

    clock.now = START + BEAT_EVERY - timedelta(seconds=1)
    with database.engine.connect() as watching:
        version = watching.execute(text("PRAGMA data_version")).scalar()
        upkeep.tidy()
        assert watching.execute(text("PRAGMA data_version")).scalar() == version
    assert upkeep.last_tick() == START

    clock.now = START + BEAT_EVERY
    upkeep.tidy()
    assert upkeep.last_tick() == clock.now


def test_the_sign_of_life_follows_a_clock_that_was_put_back(upkeep, clock):
    upkeep.tidy()
    clock.now = START - timedelta(days=30)
    upkeep.tidy()
    assert upkeep.last_tick() == clock.now


def test_files_whose_day_is_over_are_due_back(upkeep, sessions, clock, database):
    with database.write() as conn:
        files.add(conn, "F1", new_id(), delete_after=START + timedelta(hours=24))

    assert upkeep.tidy() == []
    clock.now += timedelta(hours=24)
    assert upkeep.tidy() == [("F1", 0)]
