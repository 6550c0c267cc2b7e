"""What every use case of enrolling and of roles needs inside its transaction."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.services import rhythms
from bot.services.cohorts import put_into
from bot.services.gate import admit
from domain.clock import HOME_ZONE
from domain.people import Account, Person, Profile, Role, check_can_be_enrolled
from domain.policy import Act
from domain.refusals import NotValid, Refused
from domain.values import dataclass
from storage import audit, people
from storage.engine import Connection

MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What became of one account: the roles it holds now, or the name of the reason why not."""

    account: Account
    roles: frozenset[Role] = frozenset()
    refused: str | None = None


def role_changer(conn: Connection, by: Account) -> tuple[Person, int]:
    """Return who acts and how many active co-leads there are.

    Counting first makes changes of roles wait for each other, so that whoever lost the role
    meanwhile is read as they stand now.
    """
    co_leads = people.co_leads_count(conn)
    return admit(conn, by, Act.CHANGE_ROLES), co_leads


def known(conn: Connection, person_id: str) -> Person:
    """Return the person, enrolled or not.

    Raises:
        Refused: `not_found`.
    """
    person = people.person(conn, person_id)
    if person is None:
        raise Refused("not_found")
    return person


def check_choice(accounts: Sequence[Account], roles: Collection[Role]) -> None:
    """Refuse a choice of nobody, of more than ten people, or without a role.

    Raises:
        NotValid: One reason a field.
    """
    problems: dict[str, str] = {}
    if not accounts:
        problems["people"] = "people_none"
    elif len(accounts) > MOST_AT_ONCE:
        problems["people"] = "people_too_many"
    if not roles:
        problems["roles"] = "role_none"
    if problems:
        raise NotValid(problems)


def reason_against(profile: Profile | None) -> str | None:
    """Return why an account cannot take part; None where it can."""
    if profile is None:
        return "enrol_unknown"
    try:
        check_can_be_enrolled(profile)
    except Refused as no:
        return no.reason
    return None


def enrol_one(
    conn: Connection,
    account: Account,
    profile: Profile | None,
    roles: Collection[Role],
    *,
    cohort_id: str | None,
    by: Person,
    now: datetime,
) -> Enrolment:
    """Enrol one account, into a cohort where one is named, or say why not."""
    reason = reason_against(profile)
    if profile is None or reason is not None:
        return Enrolment(account=account, refused=reason)
    person = give(conn, profile, roles, by=by.id, now=now)
    if cohort_id is not None:
        put_into(conn, cohort_id, person, by=by, now=now)
    return Enrolment(account=account, roles=person.roles)


def give(
    conn: Connection, profile: Profile, roles: Collection[Role], *, by: str | None, now: datetime
) -> Person:
    """Enrol, or add roles to those somebody holds, and write down which."""
    before = people.actor(conn, profile.account)
    held = before.roles if before else frozenset()
    zone = profile.tz or (before.tz if before else HOME_ZONE)
    person = people.enrol(conn, replace(profile, tz=zone), held | set(roles), by=by, now=now)
    write_down(conn, person, held, by=by, now=now)
    rhythms.refit(conn, person, now=now)
    return person


def write_down(
    conn: Connection, person: Person, before: frozenset[Role], *, by: str | None, now: datetime
) -> None:
    """Write an audit line for each role that was given or taken."""
    lines = [f"role_given_{role}" for role in sorted(person.roles - before)]
    lines += [f"role_taken_{role}" for role in sorted(before - person.roles)]
    for action in lines:
        audit.write(conn, at=now, actor=by, action=action, kind="person", object_id=person.id)


def pack(results: Sequence[Enrolment]) -> str:
    """Return the results as the text that a second submission gets them from."""
    return json.dumps([[r.account.user, sorted(r.roles), r.refused] for r in results])


def unpack(text: str, team: str) -> tuple[Enrolment, ...]:
    """Return the results of the first submission."""
    return tuple(
        Enrolment(account=Account(team, user), roles=frozenset(map(Role, roles)), refused=refused)
        for user, roles, refused in json.loads(text)
    )
