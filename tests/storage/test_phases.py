from collections.abc import Callable
from datetime import date

from domain.ids import new_id
from domain.people import Person
from domain.phases import Phase, PhaseKind
from storage import cohorts, phases, programme
from storage.connection import Connection
from storage.engine import Database
from tests.storage.conftest import NOW, TODAY


def a_phase(kind: PhaseKind, starts_on: date, ends_on: date) -> Phase:
    return Phase(id=new_id(), kind=kind, starts_on=starts_on, ends_on=ends_on)


def a_cohort(conn: Connection) -> str:
    return cohorts.add(conn, "Spring", TODAY, None, by=None, now=NOW).id


def test_phases_come_back_in_the_order_of_their_days(database: Database) -> None:
    later = a_phase(PhaseKind.REST, date(2026, 4, 6), date(2026, 4, 10))
    earlier = a_phase(PhaseKind.ACTIVE, date(2026, 3, 2), date(2026, 5, 1))
    with database.write() as conn:
        cohort, other = a_cohort(conn), a_cohort(conn)
        for one in (later, earlier):
            phases.add(conn, cohort, one)

        assert phases.of(conn, cohort) == [earlier, later]
        assert phases.of(conn, other) == []


def test_a_phase_is_taken_away_only_from_its_own_cohort(database: Database) -> None:
    rest = a_phase(PhaseKind.REST, date(2026, 4, 6), date(2026, 4, 10))
    with database.write() as conn:
        cohort, other = a_cohort(conn), a_cohort(conn)
        phases.add(conn, cohort, rest)

        assert not phases.remove(conn, other, rest.id)
        assert phases.remove(conn, cohort, rest.id)
        assert not phases.remove(conn, cohort, rest.id)
        assert phases.of(conn, cohort) == []


def test_the_programme_is_paused_and_goes_on(database: Database) -> None:
    with database.write() as conn:
        assert not programme.paused(conn)
        for paused in (True, True, False, False, True):
            programme.set_paused(conn, paused, now=NOW)
            assert programme.paused(conn) is paused


def test_a_pause_holds_for_every_process(database: Database) -> None:
    with database.write() as conn:
        programme.set_paused(conn, True, now=NOW)
    with database.read() as conn:
        assert programme.paused(conn)


def test_somebodys_cohorts_come_with_the_phases_of_each(
    database: Database, enrol: Callable[..., Person]
) -> None:
    me, somebody = enrol("U1").id, enrol("U2").id
    rest = a_phase(PhaseKind.REST, date(2026, 4, 6), date(2026, 4, 10))
    active = a_phase(PhaseKind.ACTIVE, date(2026, 3, 2), date(2026, 5, 1))
    not_mine = a_phase(PhaseKind.REST, date(2026, 4, 6), date(2026, 4, 10))
    with database.write() as conn:
        planned, unplanned, other = a_cohort(conn), a_cohort(conn), a_cohort(conn)
        for cohort, person in ((planned, me), (unplanned, me), (other, somebody)):
            cohorts.add_member(conn, cohort, person, now=NOW)
        for cohort, phase in ((planned, rest), (planned, active), (other, not_mine)):
            phases.add(conn, cohort, phase)

        found = {cohort.id: (cohort, known) for cohort, known in phases.of_person(conn, me)}

        assert {cohort: known for cohort, (_, known) in found.items()} == {
            planned: [active, rest],
            unplanned: [],
        }
        cohort, _ = found[planned]
        assert (cohort.name, cohort.starts_on, cohort.ends_on) == ("Spring", TODAY, None)
