"""What co-leads can do with cohorts. Each method is one transaction."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.services import rhythms
from bot.services.gate import admit
from domain.clock import Clock
from domain.cohorts import Cohort, check_cohort
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.refusals import NotValid, Refused
from domain.values import dataclass
from storage import audit, idempotency, people, programme
from storage import cohorts as store
from storage.engine import Connection, Database

PAGE = 20
MOST_ADDED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortList:
    """Every cohort, the latest start first, and how many people are enrolled in all.

    `paused` where nothing is sent to anybody until a co-lead says so.
    """

    cohorts: tuple[Cohort, ...]
    enrolled: int
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortPage:
    """A cohort with some of its members, in the order they became known.

    `next_after` is the id to ask for the next page with; None on the last one.
    """

    cohort: Cohort
    members: tuple[Person, ...]
    next_after: str | None = None
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A cohort after people were added, and for each who was not, the name of the reason."""

    page: CohortPage
    refused: tuple[tuple[Account, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The cohort use cases, given a database and a clock. What changes is written down."""

    database: Database
    clock: Clock

    def all(self, by: Account) -> CohortList:
        """Return every cohort with its number of members."""
        with self.database.read() as conn:
            admit(conn, by, Act.RUN_COHORTS)
            check_shows(Thing.COHORT_PLAN, Viewer.CO_LEADS, Sight.YES)
            _, enrolled = people.page(conn, size=1)
            return CohortList(
                cohorts=tuple(store.every(conn)),
                enrolled=enrolled,
                paused=programme.paused(conn),
            )

    def one(self, by: Account, cohort_id: str, *, after: str | None = None) -> CohortPage:
        """Return a cohort with a page of members."""
        with self.database.read() as conn:
            admit(conn, by, Act.RUN_COHORTS)
            check_shows(Thing.COHORT_MEMBER, Viewer.CO_LEADS, Sight.YES)
            return _page(conn, cohort_id, after)

    def make(
        self, by: Account, name: str, starts_on: date, ends_on: date | None, *, form: str
    ) -> CohortPage:
        """Make a cohort; the same `form` a second time returns the first one's cohort.

        Raises:
            NotValid: By `domain.cohorts`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            now = self.clock()
            before = idempotency.once(conn, form, me.id, now=now)
            if before is not None:
                return _page(conn, before)
            name = check_cohort(name, starts_on, ends_on)
            cohort = store.add(conn, name, starts_on, ends_on, by=me.id, now=now)
            _done(conn, me, "cohort_made", cohort.id, now)
            idempotency.remember(conn, form, cohort.id)
        return CohortPage(cohort=cohort, members=())

    def change(
        self,
        by: Account,
        cohort_id: str,
        name: str,
        starts_on: date,
        ends_on: date | None,
        *,
        form: str,
    ) -> CohortPage:
        """Change a cohort's name and dates; the same `form` a second time changes nothing.

        Raises:
            NotValid: By `domain.cohorts`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            now = self.clock()
            cohort = known_cohort(conn, cohort_id)
            if idempotency.once(conn, form, me.id, now=now, result=cohort_id) is None:
                name = check_cohort(name, starts_on, ends_on)
                changed = replace(cohort, name=name, starts_on=starts_on, ends_on=ends_on)
                store.change(conn, changed)
                _done(conn, me, "cohort_changed", cohort_id, now)
                if starts_on != cohort.starts_on:
                    # Whose latest cohort it is may have changed.
                    rhythms.refit_members(conn, cohort_id, now=now)
            return _page(conn, cohort_id)

    def add(self, by: Account, cohort_id: str, accounts: Sequence[Account], *, form: str) -> Added:
        """Put enrolled people into a cohort; the same `form` a second time changes nothing.

        Raises:
            NotValid: Nobody was chosen, or more than 30 people.
        """
        _check_number(accounts)
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            known_cohort(conn, cohort_id)
            now = self.clock()
            before = idempotency.once(conn, form, me.id, now=now)
            if before is not None:
                return Added(page=_page(conn, cohort_id), refused=_unpack(before, by.team))
            refused: list[tuple[Account, str]] = []
            for account in dict.fromkeys(accounts):
                person = people.actor(conn, account)
                if person is None or not person.enrolled:
                    refused.append((account, "member_not_enrolled"))
                else:
                    put_into(conn, cohort_id, person, by=me, now=now)
            idempotency.remember(conn, form, _pack(refused))
            return Added(page=_page(conn, cohort_id), refused=tuple(refused))

    def remove(self, by: Account, cohort_id: str, person_id: str) -> CohortPage:
        """Take someone out of a cohort; they stay enrolled. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_COHORTS)
            known_cohort(conn, cohort_id)
            if store.remove_member(conn, cohort_id, person_id):
                now = self.clock()
                _done(conn, me, "cohort_member_removed", person_id, now, kind="person")
                person = people.person(conn, person_id)
                if person is not None:
                    rhythms.refit(conn, person, now=now)
            return _page(conn, cohort_id)


def known_cohort(conn: Connection, cohort_id: str) -> Cohort:
    """Return the cohort.

    Raises:
        Refused: `not_found`.
    """
    cohort = store.one(conn, cohort_id)
    if cohort is None:
        raise Refused("not_found")
    return cohort


def put_into(
    conn: Connection, cohort_id: str, person: Person, *, by: Person, now: datetime
) -> None:
    """Put someone into a cohort and write it down; nothing where they are in it."""
    if store.add_member(conn, cohort_id, person.id, now=now):
        _done(conn, by, "cohort_member_added", person.id, now, kind="person")
        rhythms.refit(conn, person, now=now)


def _page(conn: Connection, cohort_id: str, after: str | None = None) -> CohortPage:
    cohort = known_cohort(conn, cohort_id)
    found, _ = store.members(conn, cohort_id, size=PAGE + 1, after=after)
    shown = found[:PAGE]
    return CohortPage(
        cohort=cohort,
        members=tuple(shown),
        next_after=shown[-1].id if len(found) > PAGE else None,
        first=after is None,
    )


def _check_number(accounts: Sequence[Account]) -> None:
    if not accounts:
        raise NotValid({"people": "people_none"})
    if len(accounts) > MOST_ADDED:
        raise NotValid({"people": "people_too_many"})


def _done(
    conn: Connection, me: Person, action: str, on: str, now: datetime, *, kind: str = "cohort"
) -> None:
    audit.write(conn, at=now, actor=me.id, action=action, kind=kind, object_id=on)


def _pack(refused: Sequence[tuple[Account, str]]) -> str:
    return json.dumps([[account.user, reason] for account, reason in refused])


def _unpack(text: str, team: str) -> tuple[tuple[Account, str], ...]:
    return tuple((Account(team, user), reason) for user, reason in json.loads(text))
