from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.people import Person
from domain.sessions import Outcome, Pay, Session, SessionType
from storage import sessions
from storage.engine import Connection, Database
from storage.problems import Conflict
from storage.sessions import Sealed
from tests.storage.conftest import NOW, a_session

Enrol = Callable[..., Person]

MARCH = date(2026, 3, 1)
SEALED = Sealed(b"details", b"action", b"note")


def logged(conn: Connection, person: Person, *days: int, month: int = 3) -> list[Session]:
    """Log a session on each of these days, in this order."""
    made = [
        a_session(person, date(2026, month, day), created_at=NOW + timedelta(minutes=n))
        for n, day in enumerate(days)
    ]
    for session in made:
        sessions.add(conn, session)
    return made


def test_a_session_comes_back_as_it_was_logged(database: Database, enrol: Enrol) -> None:
    session = replace(
        a_session(
            enrol(),
            preparation_minutes=15,
            travel_minutes=30,
            client_code="C-07",
            outcome=Outcome.CANCELLED_LATE,
            pay=Pay.NOT_CLAIMED,
        ),
        action_on=date(2026, 4, 1),
        note_expires_on=date(2026, 6, 1),
        has_details=True,
        has_action=True,
        has_note=True,
    )
    with database.write() as conn:
        sessions.add(conn, session, SEALED)
    with database.read() as conn:
        assert sessions.one(conn, session.id) == session
        assert sessions.sealed(conn, session.id) == SEALED
        assert sessions.one(conn, "nothing") is None
        assert sessions.sealed(conn, "nothing") == Sealed()


def test_a_session_needs_a_person_who_is_known(database: Database, enrol: Enrol) -> None:
    stranger = replace(enrol(), id="nobody")
    with pytest.raises(Conflict), database.write() as conn:
        sessions.add(conn, a_session(stranger))


def test_an_edit_replaces_facts_and_sealed_parts(database: Database, enrol: Enrol) -> None:
    session = a_session(enrol())
    facts = replace(session.facts, type=SessionType.TRAINING, minutes=90, client_code="AB-12")
    edited = replace(session, facts=facts, updated_at=NOW + timedelta(hours=1), has_note=True)
    with database.write() as conn:
        sessions.add(conn, session, SEALED)
        assert sessions.update(conn, edited, Sealed(note=b"another"))
    with database.read() as conn:
        assert sessions.one(conn, session.id) == edited
        assert sessions.sealed(conn, session.id) == Sealed(note=b"another")


def test_what_is_gone_or_deleted_is_not_edited(database: Database, enrol: Enrol) -> None:
    session = a_session(enrol())
    with database.write() as conn:
        assert not sessions.update(conn, session, Sealed())
        sessions.add(conn, session)
        sessions.mark_deleted(conn, session.id, now=NOW)
        assert not sessions.update(conn, session, Sealed())


def test_a_deleted_session_is_in_no_list_and_can_be_brought_back_once(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol()
    with database.write() as conn:
        (session,) = logged(conn, ada, 3)
        assert sessions.mark_deleted(conn, session.id, now=NOW)
        assert not sessions.mark_deleted(conn, session.id, now=NOW)
        assert sessions.last_of(conn, ada.id) is None
        assert sessions.month_page(conn, ada.id, MARCH, size=5) == ([], 0)
        assert list(sessions.all_of(conn, ada.id)) == []
        deleted = sessions.one(conn, session.id)
        assert deleted is not None
        assert deleted.deleted_at == NOW
        assert sessions.undelete(conn, session.id, now=NOW)
        assert not sessions.undelete(conn, session.id, now=NOW)
        assert sessions.month_page(conn, ada.id, MARCH, size=5)[1] == 1


def test_purging_removes_only_what_was_deleted_before(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    with database.write() as conn:
        kept, old, recent = logged(conn, ada, 1, 2, 3)
        sessions.mark_deleted(conn, old.id, now=NOW)
        sessions.mark_deleted(conn, recent.id, now=NOW + timedelta(minutes=1))
        assert sessions.purge_deleted(conn, before=NOW + timedelta(minutes=1)) == 1
        assert sessions.one(conn, old.id) is None
        assert sessions.one(conn, recent.id) is not None
        assert sessions.one(conn, kept.id) is not None
        assert not sessions.undelete(conn, old.id, now=NOW)


def test_the_last_one_is_of_the_latest_day_then_logged_last(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        _, latest, _ = logged(conn, ada, 9, 9, 2)
        logged(conn, bilal, 20)
        assert sessions.last_of(conn, ada.id) == latest


def test_the_pages_of_a_month_show_each_session_once_newest_first(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        logged(conn, ada, 31, 1, 15, 15, 15, 2, 30)
        logged(conn, ada, 28, month=2)
        logged(conn, ada, 1, month=4)
        logged(conn, bilal, 10)
    seen: list[Session] = []
    with database.read() as conn:
        while True:
            after = seen[-1].id if seen else None
            page, total = sessions.month_page(conn, ada.id, MARCH, size=2, after=after)
            assert total == 7
            if not page:
                break
            seen += page
        by_offset = [
            session
            for offset in (0, 3, 6)
            for session in sessions.month_page(
                conn, ada.id, date(2026, 3, 20), size=3, offset=offset
            )[0]
        ]
    assert [session.facts.on_date.day for session in seen] == [31, 30, 15, 15, 15, 2, 1]
    assert seen == sorted(seen, key=lambda s: (s.facts.on_date, s.created_at), reverse=True)
    assert by_offset == seen


def test_a_page_after_a_purged_session_is_the_first_page(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    with database.write() as conn:
        logged(conn, ada, 1, 2, 3)
        page, _ = sessions.month_page(conn, ada.id, MARCH, size=2, after="purged")
        assert [session.facts.on_date.day for session in page] == [3, 2]


def test_everything_of_a_person_comes_oldest_first(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        logged(conn, ada, *(1 + n % 28 for n in range(450)))
        logged(conn, bilal, 5)
    with database.read() as conn:
        found = [session for session, _ in sessions.all_of(conn, ada.id)]
    assert len(found) == 450
    assert found == sorted(found, key=lambda s: (s.facts.on_date, s.created_at))


def test_clients_are_counted_once_where_a_session_happened(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol()
    with database.write() as conn:
        for day, code, outcome in (
            (1, "C-01", Outcome.HAPPENED),
            (2, "C-01", Outcome.HAPPENED),
            (3, "C-02", Outcome.HAPPENED),
            (4, "C-03", Outcome.DID_NOT_ATTEND),
            (5, None, Outcome.HAPPENED),
            (6, "C-04", Outcome.HAPPENED),
        ):
            session = a_session(ada, date(2026, 3, day), client_code=code, outcome=outcome)
            sessions.add(conn, session)
        assert sessions.clients_count(conn, ada.id, date(2026, 3, 1), date(2026, 3, 5)) == 2
        assert sessions.clients_count(conn, ada.id, date(2026, 3, 1), date(2026, 3, 6)) == 3
        assert sessions.clients_count(conn, ada.id, date(2025, 3, 1), date(2025, 3, 6)) == 0
