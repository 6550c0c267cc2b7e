"""Queries on cohorts and who is in them."""

from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select

from domain.cohorts import Cohort
from domain.ids import new_id
from domain.people import Person
from storage.connection import Connection, Row
from storage.person_rows import ENROLLED, select_people, to_person
from storage.statements import changing, later_than, upsert
from storage.tables import cohort_members, cohorts, people

_IS = cohorts.c.id == bindparam("id")
_MEMBERS = (
    select(func.count())
    .select_from(cohort_members.join(people))
    .where(cohort_members.c.cohort_id == cohorts.c.id, ENROLLED)
    .scalar_subquery()
)
_SELECT = select(
    cohorts.c.id,
    cohorts.c.name,
    cohorts.c.starts_on,
    cohorts.c.ends_on,
    cohorts.c.channel,
    _MEMBERS,
)
_NEWEST_FIRST = (cohorts.c.starts_on.desc(), cohorts.c.created_at.desc(), cohorts.c.id)
_IN_COHORT = (
    ENROLLED,
    people.c.id.in_(
        select(cohort_members.c.person_id).where(
            cohort_members.c.cohort_id == bindparam("cohort_id")
        )
    ),
)
_ORDER = (people.c.created_at, people.c.id)

_ADD = insert(cohorts)
_CHANGE = changing(cohorts, "name", "starts_on", "ends_on").where(_IS)
_SET_CHANNEL = changing(cohorts, "channel").where(_IS)
_ONE = _SELECT.where(_IS)
_ALL = _SELECT.order_by(*_NEWEST_FIRST)
_OF_PERSON = _SELECT.where(
    cohorts.c.id.in_(
        select(cohort_members.c.cohort_id).where(
            cohort_members.c.person_id == bindparam("person_id")
        )
    )
).order_by(*_NEWEST_FIRST)
_ADD_MEMBER = upsert(cohort_members).on_conflict_do_nothing()
_REMOVE_MEMBER = delete(cohort_members).where(
    cohort_members.c.cohort_id == bindparam("cohort_id"),
    cohort_members.c.person_id == bindparam("person_id"),
)
_COUNT = select(func.count()).select_from(people).where(*_IN_COHORT)
_EVERYONE = select_people(*_IN_COHORT).order_by(*_ORDER)
_IS_MEMBER = select(cohort_members.c.person_id).where(
    cohort_members.c.cohort_id == bindparam("cohort_id"),
    cohort_members.c.person_id == bindparam("person_id"),
)
_FIRST_PAGE = select_people(*_IN_COHORT).order_by(*_ORDER).limit(bindparam("size"))
_NEXT_PAGE = _FIRST_PAGE.where(later_than(*_ORDER))
_CREATED_AT = select(people.c.created_at).where(people.c.id == bindparam("id"))


def add(
    conn: Connection,
    name: str,
    starts_on: date,
    ends_on: date | None,
    *,
    by: str | None,
    now: datetime,
) -> Cohort:
    """Make a cohort without members."""
    cohort = Cohort(id=new_id(), name=name, starts_on=starts_on, ends_on=ends_on)
    conn.execute(
        _ADD,
        id=cohort.id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        channel=None,
        created_at=now,
        created_by=by,
    )
    return cohort


def change(conn: Connection, cohort: Cohort) -> bool:
    """Put a cohort's name and dates in place of the old ones; False where it is not there."""
    changed = conn.execute(
        _CHANGE,
        id=cohort.id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
    )
    return changed == 1


def set_channel(conn: Connection, cohort_id: str, channel: str | None) -> bool:
    """Keep where check-ins are posted, or that they are not; False where there is no cohort."""
    return conn.execute(_SET_CHANNEL, id=cohort_id, channel=channel) == 1


def everyone(conn: Connection, cohort_id: str) -> list[Person]:
    """Return every enrolled member in the order they became known."""
    return [to_person(row) for row in conn.all(_EVERYONE, cohort_id=cohort_id)]


def is_member(conn: Connection, cohort_id: str, person_id: str) -> bool:
    """Whether someone is in a cohort."""
    return conn.first(_IS_MEMBER, cohort_id=cohort_id, person_id=person_id) is not None


def one(conn: Connection, cohort_id: str) -> Cohort | None:
    """Return one cohort."""
    row = conn.first(_ONE, id=cohort_id)
    return None if row is None else _cohort(row)


def every(conn: Connection) -> list[Cohort]:
    """Return all cohorts, the latest start first."""
    return [_cohort(row) for row in conn.all(_ALL)]


def of_person(conn: Connection, person_id: str) -> list[Cohort]:
    """Return the cohorts someone is in, the latest start first."""
    return [_cohort(row) for row in conn.all(_OF_PERSON, person_id=person_id)]


def add_member(conn: Connection, cohort_id: str, person_id: str, *, now: datetime) -> bool:
    """Put someone into a cohort; False where they were in it."""
    return conn.execute(_ADD_MEMBER, cohort_id=cohort_id, person_id=person_id, added_at=now) == 1


def remove_member(conn: Connection, cohort_id: str, person_id: str) -> bool:
    """Take someone out of a cohort; False where they were not in it."""
    return conn.execute(_REMOVE_MEMBER, cohort_id=cohort_id, person_id=person_id) == 1


def members(
    conn: Connection, cohort_id: str, *, size: int, after: str | None = None
) -> tuple[list[Person], int]:
    """Return some enrolled members in the order they became known, and how many there are.

    Args:
        conn: Any transaction.
        cohort_id: Of which cohort.
        size: How many at most.
        after: The id of the last person of the page before; None for the first page.
    """
    total = conn.value(_COUNT, cohort_id=cohort_id)
    if after is None:
        rows = conn.all(_FIRST_PAGE, cohort_id=cohort_id, size=size)
        return [to_person(row) for row in rows], total
    created_at = conn.value(_CREATED_AT, id=after)
    if created_at is None:
        return [], total
    rows = conn.all(
        _NEXT_PAGE,
        cohort_id=cohort_id,
        size=size,
        created_at_before=created_at,
        id_before=after,
    )
    return [to_person(row) for row in rows], total


def _cohort(row: Row) -> Cohort:
    cohort_id, name, starts_on, ends_on, channel, members = row
    return Cohort(
        id=cohort_id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        members=members,
        channel=channel,
    )
