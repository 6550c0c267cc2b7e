"""What must hold when two transactions are under way at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from domain.people import Person, Role, check_roles_change
from domain.refusals import Refused
from domain.sessions import SessionType
from storage import people, sessions
from storage.engine import Database
from storage.sessions import Sealed
from tests.storage.conftest import NOW, a_session

Enrol = Callable[..., Person]


def test_two_co_leads_cannot_end_up_having_removed_each_other(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal = enrol("U1", Role.CO_LEAD), enrol("U2", Role.CO_LEAD)
    together = threading.Barrier(2)

    def remove(other: Person) -> bool:
        together.wait()
        try:
            with database.write() as conn:
                left = people.co_leads_count(conn)
                person = people.person(conn, other.id)
                assert person is not None
                check_roles_change(person, set(), co_leads=left)
                people.set_roles(conn, person, set(), by=None, now=NOW)
        except Refused:
            return False
        return True

    for _ in range(10):
        with database.write() as conn:
            for person in (ada, bilal):
                people.set_roles(
                    conn,
                    replace(person, roles=frozenset()),
                    {Role.CO_LEAD},
                    by=None,
                    now=NOW,
                )
        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(remove, (ada, bilal))) == [False, True]
        with database.read() as conn:
            assert people.co_leads_count(conn) == 1


def test_edits_of_one_session_at_once_leave_the_sums_right(
    database: Database, enrol: Enrol
) -> None:
    session = a_session(enrol(), minutes=15)
    with database.write() as conn:
        sessions.add(conn, session)

    def edit(minutes: int) -> None:
        facts = replace(session.facts, minutes=minutes, on_date=date(2026, 1 + minutes % 9, 1))
        with database.write() as conn:
            assert sessions.update(conn, replace(session, facts=facts), Sealed())

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(edit, range(15, 15 * 20, 15)))
    with database.read() as conn:
        last = sessions.one(conn, session.id)
        assert last is not None
        totals = sessions.totals(conn, session.person_id)
        assert (totals.sessions, totals.minutes) == (1, last.facts.minutes)
        assert sessions.months_with_sessions(conn, session.person_id) == [last.facts.on_date]


def test_of_two_who_delete_and_undo_at_once_each_counts_once(
    database: Database, enrol: Enrol
) -> None:
    session = a_session(enrol())
    with database.write() as conn:
        sessions.add(conn, session)

    def act(n: int) -> bool:
        with database.write() as conn:
            if n % 2:
                return sessions.undelete(conn, session.id, now=NOW)
            return sessions.mark_deleted(conn, session.id, now=NOW)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(act, range(30)))
    with database.read() as conn:
        last = sessions.one(conn, session.id)
        assert last is not None
        there = int(last.deleted_at is None)
        assert sessions.totals(conn, session.person_id).sessions == there
        assert sessions.month_count(conn, session.person_id, date(2026, 3, 1)) == there


def test_many_who_log_at_once_are_all_counted(database: Database, enrol: Enrol) -> None:
    ada = enrol()

    def log(n: int) -> None:
        kind = list(SessionType)[n % 3]
        with database.write() as conn:
            sessions.add(conn, a_session(ada, date(2026, 1 + n % 4, 1), kind, 15))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(log, range(80)))
    with database.read() as conn:
        assert sessions.totals(conn, ada.id).sessions == 80
        assert sum(1 for _ in sessions.all_of(conn, ada.id)) == 80
