"""Queries on people and their roles."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from domain.ids import new_id
from domain.people import Account, Nation, Person, Profile, Role
from storage.connection import Connection, Row
from storage.person_rows import ENROLLED, select_people, to_person
from storage.statements import changing, later_than, upsert
from storage.tables import people, roles

_IS_ACCOUNT = (people.c.team == bindparam("team")) & (people.c.account == bindparam("account"))
_IS_PERSON = people.c.id == bindparam("id")
_CO_LEADS = (
    select(roles.c.person_id)
    .join(people)
    .where(roles.c.role == Role.CO_LEAD.value, people.c.deactivated.is_(False))
)
_ORDER = (people.c.created_at, people.c.id)

_ACTOR = select_people(_IS_ACCOUNT)
_PERSON = select_people(_IS_PERSON)
_WITH_ROLE = select_people(
    people.c.deactivated.is_(False),
    people.c.id.in_(select(roles.c.person_id).where(roles.c.role == bindparam("role"))),
).order_by(*_ORDER)
_ELSEWHERE = select(people.c.id).where(people.c.team != bindparam("team")).limit(1)
_COUNT = select(func.count()).select_from(people).where(ENROLLED)
_FIRST_PAGE = select_people(ENROLLED).order_by(*_ORDER).limit(bindparam("size"))
_NEXT_PAGE = _FIRST_PAGE.where(later_than(*_ORDER))
_CREATED_AT = select(people.c.created_at).where(_IS_PERSON)
_ADD = insert(people)
_CHANGE_PROFILE = changing(people, "tz", "is_guest", "deactivated", "updated_at").where(_IS_ACCOUNT)
_SET_NATION = changing(people, "nation", "updated_at").where(_IS_PERSON)
_WELCOME = changing(people, "welcomed_at", "updated_at").where(
    _IS_PERSON, people.c.welcomed_at.is_(None)
)
_GIVE_ROLE = upsert(roles).on_conflict_do_nothing()
_TAKE_ROLE = delete(roles).where(
    roles.c.person_id == bindparam("person_id"), roles.c.role == bindparam("role")
)
# What only names the person, such as a new row of theirs, need not wait.
_HOLD = select(people.c.id).where(_IS_PERSON).with_for_update(key_share=True)
_HOLD_CO_LEADS = _CO_LEADS.with_for_update(of=roles)


def actor(conn: Connection, account: Account) -> Person | None:
    """Return who acts through this account, with the roles they hold now."""
    return _found(conn.first(_ACTOR, team=account.team, account=account.user))


def person(conn: Connection, person_id: str) -> Person | None:
    """Return one person, enrolled or not."""
    return _found(conn.first(_PERSON, id=person_id))


def enrol(
    conn: Connection, profile: Profile, roles: Collection[Role], *, by: str | None, now: datetime
) -> Person:
    """Make someone known, or take them in again, and let them hold exactly these roles.

    Args:
        conn: A writing transaction.
        profile: As the chat workspace tells it now.
        roles: All the roles they will hold.
        by: The id of the co-lead who enrols; None for the first one.
        now: The current time.
    """
    known = change_profile(conn, profile, now=now)
    if known is None:
        conn.execute(
            _ADD,
            id=new_id(),
            team=profile.account.team,
            account=profile.account.user,
            tz=profile.tz,
            is_guest=profile.guest,
            deactivated=profile.deactivated,
            nation=None,
            welcomed_at=None,
            created_at=now,
            updated_at=now,
        )
        known = _known(actor(conn, profile.account))
    return set_roles(conn, known, roles, by=by, now=now)


def set_roles(
    conn: Connection, person: Person, roles: Collection[Role], *, by: str | None, now: datetime
) -> Person:
    """Let someone hold exactly these roles and return them so.

    Roles they keep stay given by whom and when they were. Call `co_leads_count` before reading
    the person, in the same transaction: that makes changes of roles wait for each other.
    """
    wanted = frozenset(roles)
    for role in sorted(person.roles - wanted):
        conn.execute(_TAKE_ROLE, person_id=person.id, role=role.value)
    for role in sorted(wanted - person.roles):
        conn.execute(_GIVE_ROLE, person_id=person.id, role=role.value, given_by=by, given_at=now)
    return _known(_found(conn.first(_PERSON, id=person.id)))


def co_leads_count(conn: Connection) -> int:
    """Return how many active co-leads there are.

    In a writing transaction nobody else can take the role away from one of them until it ends:
    two co-leads cannot end up having removed each other.
    """
    return len(conn.all(_HOLD_CO_LEADS if conn.writes else _CO_LEADS))


def hold(conn: Connection, person_id: str) -> None:
    """Let whoever else holds this person wait until this writing transaction ends.

    Call it before counting what they have, where they may have only so much.
    """
    conn.first(_HOLD, id=person_id)


def any_of_other_teams(conn: Connection, team: str) -> bool:
    """Return whether there is anybody, enrolled or not, whose team is not this one."""
    return conn.first(_ELSEWHERE, team=team) is not None


def people_with_role(conn: Connection, role: Role) -> list[Person]:
    """Return everyone active who holds the role, in the order they became known."""
    return [to_person(row) for row in conn.all(_WITH_ROLE, role=role.value)]


def page(conn: Connection, *, size: int, after: str | None = None) -> tuple[list[Person], int]:
    """Return some of the enrolled people in the order they became known, and how many there are.

    Args:
        conn: Any transaction.
        size: How many at most.
        after: The id of the last person of the page before; None for the first page.
    """
    total = conn.value(_COUNT)
    if after is None:
        return [to_person(row) for row in conn.all(_FIRST_PAGE, size=size)], total
    created_at = conn.value(_CREATED_AT, id=after)
    if created_at is None:
        return [], total
    rows = conn.all(_NEXT_PAGE, size=size, created_at_before=created_at, id_before=after)
    return [to_person(row) for row in rows], total


def change_profile(conn: Connection, profile: Profile, *, now: datetime) -> Person | None:
    """Take over zone, guest and deactivation from the workspace; None for someone unknown."""
    conn.execute(
        _CHANGE_PROFILE,
        team=profile.account.team,
        account=profile.account.user,
        tz=profile.tz,
        is_guest=profile.guest,
        deactivated=profile.deactivated,
        updated_at=now,
    )
    return actor(conn, profile.account)


def set_nation(conn: Connection, person_id: str, nation: Nation | None, *, now: datetime) -> None:
    """Keep where someone lives, or forget it."""
    value = None if nation is None else nation.value
    conn.execute(_SET_NATION, id=person_id, nation=value, updated_at=now)


def mark_welcomed(conn: Connection, person_id: str, *, now: datetime) -> bool:
    """Note that the welcome was shown; False where it had been before."""
    return conn.execute(_WELCOME, id=person_id, welcomed_at=now, updated_at=now) == 1


def _found(row: Row | None) -> Person | None:
    return None if row is None else to_person(row)


def _known(person: Person | None) -> Person:
    assert person is not None, "the row was written in this transaction"
    return person
