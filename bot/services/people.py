"""Who takes part: enrolling, giving and taking roles, and what Slack says of somebody."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot.services import rhythms
from bot.services.cohorts import known_cohort
from bot.services.enrolment import (
    MOST_AT_ONCE,
    Enrolment,
    check_choice,
    enrol_one,
    give,
    known,
    pack,
    reason_against,
    role_changer,
    unpack,
    write_down,
)
from bot.services.gate import admit
from bot.services.set_places import let_go_everywhere
from domain import policy
from domain.clock import Clock
from domain.people import (
    Account,
    Person,
    Profile,
    Role,
    check_can_be_enrolled,
    check_roles_change,
)
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.refusals import DirectoryUnavailable, NotValid, Refused
from domain.values import dataclass
from storage import idempotency, people
from storage.engine import Database
from storage.problems import Conflict

PAGE = 20

_SAYS_CO_LEAD = re.compile(r"\bco[- ]?lead\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """Some of the enrolled people in the order they became known, and how many there are.

    `next_after` is the id to ask for the next page with; None on the last one.
    """

    people: tuple[Person, ...]
    total: int
    next_after: str | None = None
    first: bool = True


@dataclass(frozen=True, slots=True)
class People:
    """The use cases of people, given a database, a clock and a way to ask who somebody is.

    `practice` lets the first co-lead of a practice workspace begin by opening Home.
    """

    database: Database
    clock: Clock
    look_up: Callable[[Account], Profile]
    practice: bool = False

    def me(self, by: Account, act: Act) -> Person:
        """Return who acts, if they may."""
        with self.database.read() as conn:
            return admit(conn, by, act)

    def may(self, by: Account, act: Act) -> bool:
        """Whether they may, as they stand now; for views that offer only what works."""
        with self.database.read() as conn:
            return policy.allows(act, people.actor(conn, by))

    def welcome(self, by: Account) -> None:
        """Remember that the welcome was read. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.SEE_HOME)
            people.mark_welcomed(conn, me.id, now=self.clock())

    def everyone(self, by: Account, *, after: str | None = None) -> PeoplePage:
        """Return a page of the enrolled people."""
        with self.database.read() as conn:
            admit(conn, by, Act.CHANGE_ROLES)
            check_shows(Thing.ENROLMENT, Viewer.CO_LEADS, Sight.YES)
            found, total = people.page(conn, size=PAGE + 1, after=after)
        shown = found[:PAGE]
        return PeoplePage(
            people=tuple(shown),
            total=total,
            next_after=shown[-1].id if len(found) > PAGE else None,
            first=after is None,
        )

    def enrol(
        self,
        by: Account,
        accounts: Sequence[Account],
        roles: Collection[Role],
        cohort_id: str | None,
        *,
        form: str,
    ) -> tuple[Enrolment, ...]:
        """Let people take part, or give those who do further roles.

        Slack is asked before the transaction begins; after a crash in between nothing is saved.
        The same `form` a second time returns the first one's answer.

        Raises:
            NotValid: Nobody or more than 10 people chosen, or no role.
            DirectoryUnavailable: Slack says nothing about any of them.
        """
        chosen = list(dict.fromkeys(accounts))
        check_choice(chosen, roles)
        self.me(by, Act.CHANGE_ROLES)
        profiles = self._looked_up(chosen)
        with self.database.write() as conn:
            me, _ = role_changer(conn, by)
            now = self.clock()
            before = idempotency.once(conn, form, me.id, now=now)
            if before is not None:
                return unpack(before, by.team)
            if cohort_id is not None:
                known_cohort(conn, cohort_id)
            results = tuple(
                enrol_one(conn, account, profile, roles, cohort_id=cohort_id, by=me, now=now)
                for account, profile in zip(chosen, profiles, strict=True)
            )
            idempotency.remember(conn, form, pack(results))
        return results

    def roles_of(self, by: Account, account: Account) -> Person:
        """Return somebody enrolled, with the roles they hold.

        Raises:
            NotValid: They are not enrolled.
        """
        with self.database.read() as conn:
            admit(conn, by, Act.CHANGE_ROLES)
            person = people.actor(conn, account)
        if person is None or not person.roles:
            raise NotValid({"person": "roles_not_enrolled"})
        return person

    def one(self, by: Account, person_id: str) -> Person:
        """Return somebody known, enrolled or not."""
        with self.database.read() as conn:
            admit(conn, by, Act.CHANGE_ROLES)
            return known(conn, person_id)

    def set_roles(
        self, by: Account, person_id: str, roles: Collection[Role], *, form: str
    ) -> Person:
        """Let somebody hold exactly these roles; without any they are not enrolled any more.

        What is theirs stays as long as retention says. The same `form` a second time changes
        nothing.

        Raises:
            Refused: They are the last co-lead, or would get a role with an account that is
                switched off.
        """
        wanted = frozenset(roles)
        with self.database.write() as conn:
            me, co_leads = role_changer(conn, by)
            now = self.clock()
            person = known(conn, person_id)
            if idempotency.once(conn, form, me.id, now=now, result=person_id) is not None:
                return person
            if person.deactivated and wanted - person.roles:
                raise Refused("roles_deactivated")
            check_roles_change(person, wanted, co_leads=co_leads)
            changed = people.set_roles(conn, person, wanted, by=me.id, now=now)
            write_down(conn, changed, person.roles, by=me.id, now=now)
            rhythms.refit(conn, changed, now=now)
            let_go_everywhere(conn, changed, now)
        return changed

    def profile_changed(self, profile: Profile) -> None:
        """Take over time zone, guest and deactivation. Accounts nobody knows are ignored.

        Slack tells of every change in the workspace, so that most of them end with one read.
        """
        with self.database.read() as conn:
            before = people.actor(conn, profile.account)
        if before is None:
            return
        # Slack gives no zone for an account that is switched off.
        changed = replace(profile, tz=profile.tz or before.tz)
        kept = (before.tz, before.guest, before.deactivated)
        if (changed.tz, changed.guest, changed.deactivated) != kept:
            with self.database.write() as conn:
                now = self.clock()
                person = people.change_profile(conn, changed, now=now)
                if person is not None:
                    rhythms.refit(conn, person, now=now)
                    let_go_everywhere(conn, person, now)

    def seed(self, newcomers: Iterable[tuple[Profile, Collection[Role]]]) -> int:
        """Enrol the made-up people of a practice workspace; return how many.

        Nothing happens where anybody is enrolled. Accounts that cannot take part are left out.
        """
        with self.database.write() as conn:
            _, enrolled = people.page(conn, size=1)
            if enrolled:
                return 0
            now = self.clock()
            welcome = [one for one in newcomers if reason_against(one[0]) is None]
            for profile, roles in welcome:
                give(conn, profile, roles, by=None, now=now)
        return len(welcome)

    def ensure_first_co_lead(self, profile: Profile) -> Person | None:
        """Make this account a co-lead if there is no active one; return who became it.

        Raises:
            Refused: The account cannot take part.
        """
        try:
            with self.database.write() as conn:
                if people.co_leads_count(conn):
                    return None
                check_can_be_enrolled(profile)
                return give(conn, profile, {Role.CO_LEAD}, by=None, now=self.clock())
        except Conflict:
            # Another process that started at the same time did it.
            return None

    def adopt_first_co_lead(self, profile: Profile) -> Person | None:
        """In a practice workspace, let whoever is a co-lead by title be the first one."""
        if not self.practice or not _SAYS_CO_LEAD.search(profile.title):
            return None
        if reason_against(profile) is not None:
            return None
        return self.ensure_first_co_lead(profile)

    def someone_is_home(self, by: Account) -> None:
        """See whether the person who opened Home begins a practice workspace as co-lead."""
        if self.practice and self._without_co_lead():
            self.adopt_first_co_lead(self.look_up(by))

    def _without_co_lead(self) -> bool:
        with self.database.read() as conn:
            return people.co_leads_count(conn) == 0

    def _looked_up(self, accounts: Sequence[Account]) -> list[Profile | None]:
        """Ask about all of them at once: Slack waits three seconds for the answer to a form."""
        with ThreadPoolExecutor(MOST_AT_ONCE, "look-up") as pool:
            profiles = list(pool.map(self._profile, accounts))
        if not any(profiles):
            raise DirectoryUnavailable("nobody was found")
        return profiles

    def _profile(self, account: Account) -> Profile | None:
        try:
            return self.look_up(account)
        except DirectoryUnavailable:
            return None
