"""What a long history costs: rows looked at, not seconds."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.history import ADA, FARAH, TEAM, fill
from bench.made_up import add_reflections
from bot.services.retention_file import read_register
from domain.people import Account, Person
from domain.sessions import SessionType
from storage import check_ins, exporting, people, sessions, set_meetings, set_words
from storage.connection import Connection
from storage.engine import Database, open_database
from tests.storage.conftest import NOW, a_session, someone

TODAY = date(2026, 3, 3)


def with_history(conn: Connection, days: int, per_day: float = 1.4) -> Person:
    """Someone who worked on each of the last days, with supervision every four weeks."""
    person = someone(conn)
    for n in range(int(days * per_day)):
        kind = SessionType.SUPERVISION if n % 40 == 7 else SessionType.COACHING
        on = TODAY - timedelta(days=int(n / per_day))
        sessions.add(conn, a_session(person, on, kind, created_at=NOW - timedelta(minutes=n)))
    return person


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Database:
    (tmp_path / "a.db").write_bytes(migrated_file.read_bytes())
    return open_database(f"sqlite:///{tmp_path}/a.db")


def steps_of(conn: Connection, work: Callable[[], object]) -> int:
    """Count the steps of SQLite's own machine, which do not depend on the day or the processor."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    driver = conn._driver
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(step, 1)
    work()
    driver.set_progress_handler(None, 1)
    return count


def test_home_costs_the_same_after_ten_years_as_after_a_month(database: Database) -> None:
    with closing(database), database.write() as conn:
        new = with_history(conn, 31)
        old = with_history(conn, 3650)

        def home(person: Person) -> None:
            people.actor(conn, Account("T1", person.account.user))
            sessions.last_of(conn, person.id)
            sessions.totals(conn, person.id)
            sessions.totals(conn, person.id, TODAY)
            sessions.practice_minutes_since_supervision(conn, person.id)

        def list_and_log(person: Person) -> None:
            sessions.month_page(conn, person.id, TODAY, size=10)
            sessions.add(conn, a_session(person, TODAY))

        for work in (home, list_and_log):
            after_a_month = steps_of(conn, lambda work=work: work(new))  # type: ignore[misc]
            after_ten_years = steps_of(conn, lambda work=work: work(old))  # type: ignore[misc]
            assert after_ten_years < 1.2 * after_a_month
        everything = steps_of(conn, lambda: list(sessions.all_of(conn, old.id)))
        assert everything > 50 * after_a_month, "the count grows where the work does"


@pytest.fixture(params=[10, 1000])
def programme(request: pytest.FixtureRequest, database: Database) -> Iterator[tuple[int, Database]]:
    """So many rows of everything that grows with time, all of one partner."""
    with closing(database):
        fill(database, request.param)
        yield request.param, database


def test_what_goes_on_is_found_without_going_through_what_is_over(
    programme: tuple[int, Database],
) -> None:
    rows, database = programme
    with database.write() as conn:
        found = people.actor(conn, Account(TEAM, ADA)), people.actor(conn, Account(TEAM, FARAH))
        ada, farah = (one for one in found if one is not None)
        add_reflections(conn, farah.id, weeks=1)
        register = read_register()
        journal = register.entries["journal"]
        for work in (
            lambda: set_words.has_going_on(conn, ada.id),
            lambda: set_meetings.ahead_of(conn, ada.id),
            lambda: set_meetings.ahead_of(conn, farah.id),
            lambda: check_ins.open_for(conn, ada.id, now=NOW),
            lambda: exporting.openings(conn, register, journal, farah.id),
        ):
            assert steps_of(conn, work) < 400
        everything = steps_of(conn, lambda: set_words.actions_of(conn, ada.id))
        assert everything > 5 * rows, "the count grows where the work does"
