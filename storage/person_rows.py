"""How people are read, for the queries that return them; private to `storage`."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, String, func, literal_column, select
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from domain.people import Account, Nation, Person, Role
from storage.connection import Row
from storage.tables import people, roles


def _comma_written(element: ExternallyTraversible, **_: Any) -> ColumnElement[str] | None:
    """Put the comma into the statement: SQLAlchemy would write it anew for each run."""
    return literal_column("','", String) if isinstance(element, BindParameter) else None


_with_commas: ColumnElement[str] = replacement_traverse(
    func.aggregate_strings(roles.c.role, ","), {}, _comma_written
)
_ROLES_HELD = select(_with_commas).where(roles.c.person_id == people.c.id).scalar_subquery()
ENROLLED = (
    people.c.deactivated.is_(False)
    & select(roles.c.role).where(roles.c.person_id == people.c.id).exists()
)


def select_people(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement whose rows `to_person` reads."""
    return select(
        people.c.id,
        people.c.team,
        people.c.account,
        people.c.tz,
        people.c.is_guest,
        people.c.deactivated,
        people.c.nation,
        people.c.welcomed_at,
        _ROLES_HELD,
    ).where(*where)


def to_person(row: Row) -> Person:
    """Return the person of one row."""
    person_id, team, account, tz, guest, deactivated, nation, welcomed_at, held = row
    return Person(
        id=person_id,
        account=Account(team, account),
        tz=tz,
        roles=frozenset(map(Role, held.split(","))) if held else frozenset(),
        guest=guest,
        deactivated=deactivated,
        nation=Nation(nation) if nation else None,
        welcomed_at=welcomed_at,
    )
