from collections.abc import Callable
from datetime import timedelta

from domain.people import Account, Nation, Person, Profile, Role
from storage import people
from storage.engine import Database
from tests.storage.conftest import NOW

Enrol = Callable[..., Person]


def test_an_enrolled_person_is_found_by_account_with_their_roles(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol("U1", Role.PARTNER, Role.SUPERVISOR, tz="Asia/Kolkata")
    with database.read() as conn:
        assert people.actor(conn, Account("T1", "U1")) == ada
        assert people.person(conn, ada.id) == ada
    assert ada.roles == {Role.PARTNER, Role.SUPERVISOR}
    assert ada.tz == "Asia/Kolkata"
    assert ada.enrolled


def test_the_same_account_in_another_team_is_somebody_else(
    database: Database, enrol: Enrol
) -> None:
    enrol("U1")
    with database.read() as conn:
        assert people.actor(conn, Account("T2", "U1")) is None
        assert people.person(conn, "nobody") is None


def test_enrolling_again_keeps_the_person_and_replaces_roles_and_profile(
    database: Database, enrol: Enrol
) -> None:
    before = enrol("U1", Role.PARTNER)
    after = enrol("U1", Role.SUPERVISOR, tz="America/New_York")
    assert after.id == before.id
    assert after.roles == {Role.SUPERVISOR}
    assert after.tz == "America/New_York"


def test_roles_are_given_and_taken_at_once(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1", Role.PARTNER, Role.CO_LEAD)
    with database.write() as conn:
        people.set_roles(conn, ada, {Role.CO_LEAD, Role.LEARNING_PARTNER}, by=ada.id, now=NOW)
    with database.read() as conn:
        found = people.person(conn, ada.id)
    assert found is not None
    assert found.roles == {Role.CO_LEAD, Role.LEARNING_PARTNER}


def test_without_roles_a_person_is_known_but_not_enrolled(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    with database.write() as conn:
        left = people.set_roles(conn, ada, set(), by=None, now=NOW)
        assert people.page(conn, size=10) == ([], 0)
    assert not left.enrolled
    assert left.roles == frozenset()


def test_only_active_co_leads_are_counted(database: Database, enrol: Enrol) -> None:
    enrol("U1", Role.CO_LEAD)
    enrol("U2", Role.CO_LEAD)
    enrol("U3", Role.PARTNER)
    gone = Profile(account=Account("T1", "U2"), tz="Europe/London", deactivated=True)
    with database.write() as conn:
        assert people.co_leads_count(conn) == 2
        people.change_profile(conn, gone, now=NOW)
        assert people.co_leads_count(conn) == 1
    with database.read() as conn:
        assert people.co_leads_count(conn) == 1


def test_people_with_a_role_come_in_the_order_they_became_known(
    database: Database, enrol: Enrol
) -> None:
    with database.write() as conn:
        for user, later in (("U2", 2), ("U1", 1), ("U3", 3)):
            profile = Profile(account=Account("T1", user), tz="Europe/London")
            when = NOW + timedelta(minutes=later)
            people.enrol(conn, profile, {Role.SUPERVISOR}, by=None, now=when)
        found = people.people_with_role(conn, Role.SUPERVISOR)
        assert [person.account.user for person in found] == ["U1", "U2", "U3"]
        assert people.people_with_role(conn, Role.PARTNER) == []


def test_pages_of_people_show_everyone_once(database: Database, enrol: Enrol) -> None:
    everyone = {enrol(f"U{n}").id for n in range(7)}
    seen: list[str] = []
    after: str | None = None
    with database.read() as conn:
        while True:
            shown, total = people.page(conn, size=3, after=after)
            assert total == 7
            if not shown:
                break
            seen += [person.id for person in shown]
            after = seen[-1]
        assert people.page(conn, size=3, after="nobody") == ([], 7)
    assert len(seen) == 7
    assert set(seen) == everyone


def test_a_change_of_profile_reaches_the_person(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    told = Profile(account=ada.account, tz="Asia/Kolkata", guest=True, deactivated=True)
    with database.write() as conn:
        changed = people.change_profile(conn, told, now=NOW)
        stranger = Profile(account=Account("T1", "U9"), tz="Europe/London")
        assert people.change_profile(conn, stranger, now=NOW) is None
    assert changed is not None
    assert (changed.tz, changed.guest, changed.deactivated) == ("Asia/Kolkata", True, True)
    assert not changed.enrolled
    assert changed.roles == ada.roles


def test_the_nation_is_kept_and_forgotten(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    for nation in (Nation.WALES, None):
        with database.write() as conn:
            people.set_nation(conn, ada.id, nation, now=NOW)
        with database.read() as conn:
            found = people.person(conn, ada.id)
        assert found is not None
        assert found.nation is nation


def test_the_welcome_is_noted_once(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    with database.write() as conn:
        assert people.mark_welcomed(conn, ada.id, now=NOW)
        assert not people.mark_welcomed(conn, ada.id, now=NOW + timedelta(days=1))
        found = people.person(conn, ada.id)
    assert found is not None
    assert found.welcomed_at == NOW
