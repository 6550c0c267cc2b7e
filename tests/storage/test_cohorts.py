from collections.abc import Callable
from dataclasses import replace
from datetime import date

from domain.people import Person
from storage import cohorts, people
from storage.engine import Database
from tests.storage.conftest import NOW, someone

Enrol = Callable[..., Person]

SPRING = date(2026, 3, 1)
AUTUMN = date(2026, 9, 1)


def test_a_cohort_comes_back_as_it_was_made_and_changed(database: Database) -> None:
    with database.write() as conn:
        made = cohorts.add(conn, "Spring", SPRING, None, by=None, now=NOW)
        assert cohorts.one(conn, made.id) == made
        changed = replace(made, name="Spring 2026", ends_on=AUTUMN)
        assert cohorts.change(conn, changed)
        assert cohorts.one(conn, made.id) == changed
        assert cohorts.one(conn, "nothing") is None
        assert not cohorts.change(conn, replace(made, id="nothing"))


def test_cohorts_come_latest_start_first_with_their_enrolled_members(database: Database) -> None:
    with database.write() as conn:
        spring = cohorts.add(conn, "Spring", SPRING, None, by=None, now=NOW)
        autumn = cohorts.add(conn, "Autumn", AUTUMN, None, by=None, now=NOW)
        ada, bilal, cerys = someone(conn), someone(conn), someone(conn)
        for person in (ada, bilal, cerys):
            cohorts.add_member(conn, spring.id, person.id, now=NOW)
        people.set_roles(conn, cerys, set(), by=None, now=NOW)
        assert cohorts.every(conn) == [autumn, replace(spring, members=2)]
        assert cohorts.of_person(conn, ada.id) == [replace(spring, members=2)]
        shown, total = cohorts.members(conn, spring.id, size=10)
        assert ({person.id for person in shown}, total) == ({ada.id, bilal.id}, 2)
        assert cohorts.members(conn, autumn.id, size=10) == ([], 0)


def test_someone_is_put_in_once_and_taken_out_once(database: Database) -> None:
    with database.write() as conn:
        spring = cohorts.add(conn, "Spring", SPRING, None, by=None, now=NOW)
        ada = someone(conn)
        assert cohorts.add_member(conn, spring.id, ada.id, now=NOW)
        assert not cohorts.add_member(conn, spring.id, ada.id, now=NOW)
        assert cohorts.remove_member(conn, spring.id, ada.id)
        assert not cohorts.remove_member(conn, spring.id, ada.id)
        assert cohorts.of_person(conn, ada.id) == []


def test_pages_of_members_show_everyone_once(database: Database) -> None:
    with database.write() as conn:
        spring = cohorts.add(conn, "Spring", SPRING, None, by=None, now=NOW)
        inside = {someone(conn).id for _ in range(5)}
        someone(conn)
        for person_id in inside:
            cohorts.add_member(conn, spring.id, person_id, now=NOW)
        first, total = cohorts.members(conn, spring.id, size=3)
        second, _ = cohorts.members(conn, spring.id, size=3, after=first[-1].id)
        assert cohorts.members(conn, spring.id, size=3, after=second[-1].id) == ([], 5)
        assert cohorts.members(conn, spring.id, size=3, after="nobody") == ([], 5)
    assert total == 5
    assert {person.id for person in first + second} == inside
    assert len(first + second) == 5
