"""What everybody logged, from the database: a month of it, and groups that totals are made of."""

from collections.abc import Callable
from datetime import date, timedelta

from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from domain.sessions import Outcome, Pay, SessionType, TypeTotal
from domain.work import Group
from storage import cohorts, people, sessions, work
from storage.engine import Database
from tests.storage.conftest import NOW, a_session

Enrol = Callable[..., Person]

C, T = SessionType.COACHING, SessionType.TRAINING
MARCH = date(2026, 3, 1)


def logged(database: Database, person: Person, *days: date, **facts: object) -> None:
    with database.write() as conn:
        for day in days:
            sessions.add(conn, a_session(person, day, **facts))  # type: ignore[arg-type]


def listed(database: Database, cohort_id: str | None = None, **page: int) -> list[tuple[str, int]]:
    wanted = {"size": 50, "offset": 0} | page
    with database.read() as conn:
        found = work.month_of_work(conn, MARCH, cohort_id=cohort_id, **wanted)
    return [(one.account.user, one.facts.on_date.day) for one in found]


def test_people_come_as_they_joined_and_their_sessions_by_date(
    database: Database, enrol: Enrol
) -> None:
    bilal, ada = enrol("U2"), enrol("U1")
    with database.write() as conn:
        profile = Profile(account=Account("T1", "U9"), tz="Europe/London")
        later = NOW + timedelta(days=1)
        last = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=later)
    logged(database, last, date(2026, 3, 1))
    for person in (ada, bilal):
        days = [date(2026, 3, 31), date(2026, 3, 2), date(2026, 2, 28), date(2026, 4, 1)]
        logged(database, person, *days)

    found = listed(database)

    assert found[-1] == ("U9", 1)
    assert [day for _, day in found[:4]] == [2, 31, 2, 31]
    assert {user for user, _ in found[:2]} != {user for user, _ in found[2:4]}
    assert [listed(database, size=2, offset=at) for at in (0, 2, 4)] == [
        found[:2],
        found[2:4],
        found[4:],
    ]


def test_of_a_cohort_only_its_members_are_there(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        cohort = cohorts.add(conn, "Spring", MARCH, None, by=None, now=NOW)
        cohorts.add_member(conn, cohort.id, bilal.id, now=NOW)
    for person in (ada, bilal):
        logged(database, person, MARCH)

    assert listed(database, cohort.id) == [("U2", 1)]
    assert listed(database, new_id()) == []
    with database.read() as conn:
        assert work.sums_of_work(conn, MARCH, cohort_id=cohort.id).logged == 1
        assert work.sums_of_work(conn, MARCH, cohort_id=None).logged == 2


def test_whoever_left_and_what_was_deleted_is_in_no_list_and_no_sum(
    database: Database, enrol: Enrol
) -> None:
    ada, left, off = enrol("U1"), enrol("U2"), enrol("U3")
    for person in (ada, left, off):
        logged(database, person, date(2026, 1, 5), MARCH)
    with database.write() as conn:
        people.set_roles(conn, left, frozenset(), by=None, now=NOW)
        gone = Profile(account=off.account, tz="Europe/London", deactivated=True)
        people.change_profile(conn, gone, now=NOW)
        again = a_session(ada, date(2015, 1, 2))
        sessions.add(conn, again)
        sessions.mark_deleted(conn, again.id, now=NOW)

    assert listed(database) == [("U1", 1)]
    with database.read() as conn:
        assert work.sums_of_work(conn, MARCH, cohort_id=None).logged == 1
        assert work.first_date(conn) == date(2026, 1, 5)


def test_times_are_of_what_happened_and_counts_of_everything(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol()
    facts = {"preparation_minutes": 15, "travel_minutes": 30}
    logged(database, ada, MARCH, MARCH, **facts)
    logged(database, ada, MARCH, kind=T, minutes=120, pay=Pay.UNPAID)
    logged(database, ada, MARCH, outcome=Outcome.CANCELLED_LATE, pay=Pay.NOT_CLAIMED)

    with database.read() as conn:
        sums = work.sums_of_work(conn, MARCH, cohort_id=None)

    assert sums.by_type == {C: TypeTotal(2, 120, 30, 60), T: TypeTotal(1, 120, 0, 0)}
    assert sums.outcomes == {Outcome.HAPPENED: 3, Outcome.CANCELLED_LATE: 1}
    assert sums.pay == {Pay.PAID: 2, Pay.UNPAID: 1, Pay.NOT_CLAIMED: 1}


def test_before_anything_is_logged_there_is_no_first_day(database: Database, enrol: Enrol) -> None:
    enrol()
    with database.read() as conn:
        assert work.first_date(conn) is None
        assert work.groups(conn, before=MARCH) == []


def test_groups_count_each_person_once_in_months_that_are_over(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    logged(database, ada, date(2026, 2, 1), date(2026, 2, 28), MARCH)
    logged(database, bilal, date(2026, 2, 3), minutes=90)
    logged(database, bilal, date(2026, 2, 3), outcome=Outcome.MOVED, kind=T)

    with database.read() as conn:
        found = work.groups(conn, before=date(2026, 3, 20))

    assert found == [Group(month=date(2026, 2, 1), type=C, people=2, minutes=210)]
