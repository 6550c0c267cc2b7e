"""Queries on the phases of cohorts."""

from sqlalchemy import bindparam, delete, insert, select

from domain.cohorts import Cohort
from domain.phases import Phase, PhaseKind
from storage.connection import Connection
from storage.tables import cohort_members, cohort_phases, cohorts

_c = cohort_phases.c
_OF = (
    select(_c.id, _c.kind, _c.starts_on, _c.ends_on)
    .where(_c.cohort_id == bindparam("cohort_id"))
    .order_by(_c.starts_on, _c.id)
)
_OF_PERSON = (
    select(
        cohorts.c.id,
        cohorts.c.name,
        cohorts.c.starts_on,
        cohorts.c.ends_on,
        _c.id,
        _c.kind,
        _c.starts_on,
        _c.ends_on,
    )
    .select_from(cohort_members)
    .join(cohorts, cohorts.c.id == cohort_members.c.cohort_id)
    .outerjoin(cohort_phases, _c.cohort_id == cohorts.c.id)
    .where(cohort_members.c.person_id == bindparam("person_id"))
    .order_by(cohorts.c.id, _c.starts_on, _c.id)
)
_ADD = insert(cohort_phases)
_REMOVE = delete(cohort_phases).where(
    _c.id == bindparam("phase_id"), _c.cohort_id == bindparam("of_cohort")
)


def of(conn: Connection, cohort_id: str) -> list[Phase]:
    """Return a cohort's phases in order."""
    return [
        Phase(id=phase_id, kind=PhaseKind(kind), starts_on=starts_on, ends_on=ends_on)
        for phase_id, kind, starts_on, ends_on in conn.all(_OF, cohort_id=cohort_id)
    ]


def of_person(conn: Connection, person_id: str) -> list[tuple[Cohort, list[Phase]]]:
    """Return each cohort someone is in, with its phases in order, in one look.

    Of a cohort, neither its channel nor how many are in it is read.
    """
    found: dict[str, tuple[Cohort, list[Phase]]] = {}
    for cohort_id, name, first, last, *phase in conn.all(_OF_PERSON, person_id=person_id):
        cohort = Cohort(id=cohort_id, name=name, starts_on=first, ends_on=last)
        _, phases = found.setdefault(cohort_id, (cohort, []))
        phase_id, kind, starts_on, ends_on = phase
        if phase_id is not None:
            known = Phase(id=phase_id, kind=PhaseKind(kind), starts_on=starts_on, ends_on=ends_on)
            phases.append(known)
    return list(found.values())


def add(conn: Connection, cohort_id: str, phase: Phase) -> None:
    """Keep a phase."""
    conn.execute(
        _ADD,
        id=phase.id,
        cohort_id=cohort_id,
        kind=phase.kind.value,
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
    )


def remove(conn: Connection, cohort_id: str, phase_id: str) -> bool:
    """Take a phase away; False where it was not there."""
    return conn.execute(_REMOVE, phase_id=phase_id, of_cohort=cohort_id) == 1
