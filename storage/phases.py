"""Queries on the phases of cohorts."""

from sqlalchemy import bindparam, delete, insert, select

from domain.phases import Phase, PhaseKind
from storage.connection import Connection
from storage.tables import cohort_phases

_c = cohort_phases.c
_OF = (
    select(_c.id, _c.kind, _c.starts_on, _c.ends_on)
    .where(_c.cohort_id == bindparam("cohort_id"))
    .order_by(_c.starts_on, _c.id)
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
