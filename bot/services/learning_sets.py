"""Sets as people see them, and what co-leads do with them. Each method is one transaction.

Co-leads see places, waiting lists and dates. The joining link, offers and actions are for members
and the facilitator.
"""

from dataclasses import replace
from datetime import datetime

from bot.services import set_notices
from bot.services.cohorts import known_cohort
from bot.services.gate import admit
from bot.services.set_access import (
    check_sees,
    done,
    known_set,
    open_set,
)
from bot.services.set_booking import call_off
from bot.services.set_pages import SetPage, SetRow, may_see, set_page, set_row
from bot.services.set_places import fill
from bot.services.set_stepping import count_again
from domain.clock import Clock
from domain.deliveries import Kind
from domain.learning_sets import (
    LearningSet,
    SetPlan,
    Standing,
    check_link,
    check_plan,
    taken,
)
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, allows
from domain.refusals import NotValid
from domain.values import dataclass
from storage import idempotency, people, set_meetings, set_members
from storage import learning_sets as store
from storage.engine import Connection, Database
from storage.vault import Place, Vault


@dataclass(frozen=True, slots=True)
class LearningSets:
    """The use cases, given a database, a vault and a clock. What changes is written down."""

    database: Database
    vault: Vault
    clock: Clock

    def all(self, by: Account) -> tuple[SetRow, ...]:
        """Return the sets that somebody may see: first their own, then the others.

        Their own are those they are in, wait for or lead. The others are those they may join; for
        co-leads every one. The newest comes first in both.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            rows = (set_row(conn, found, me) for found in store.every(conn))
            seen = [row for row in rows if may_see(conn, row, me)]
            return tuple(sorted(seen, key=lambda row: not row.own))

    def one(self, by: Account, set_id: str) -> SetPage:
        """Return a set.

        Raises:
            Refused: It is not there, or not for them.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            return set_page(conn, known_set(conn, set_id), me)

    def make(
        self,
        by: Account,
        plan: SetPlan,
        *,
        facilitator: Account | None,
        link: str | None,
        form: str,
    ) -> SetPage:
        """Make a set; the same `form` a second time returns the first one's set.

        Its meetings follow the wall clock of the co-lead who makes it.

        Raises:
            NotValid: By `check_plan`, `check_link`, or `facilitator_not_enrolled`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            before = idempotency.once(conn, form, me.id, now=now)
            if before is not None:
                return set_page(conn, known_set(conn, before), me)
            plan = _checked(conn, plan)
            leader = _leader(conn, facilitator)
            made = store.add(
                conn,
                plan,
                zone=me.tz,
                facilitator_id=leader.id if leader else None,
                by=me.id,
                now=now,
            )
            self._keep_link(conn, made.id, check_link(link))
            if leader is not None and leader.id != me.id:
                set_notices.tell_facilitator(conn, made, now)
            done(conn, me, "set_made", made.id, now)
            idempotency.remember(conn, form, made.id)
            return set_page(conn, known_set(conn, made.id), me)

    def change(self, by: Account, set_id: str, plan: SetPlan, *, form: str) -> SetPage:
        """Change what was chosen; the same `form` a second time changes nothing.

        More places are offered to those who wait. Meetings whose dates were asked for stay as they
        were told.

        Raises:
            NotValid: By `check_plan`, or `set_size_taken` for fewer places than are taken.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            found = open_set(conn, set_id)
            if idempotency.once(conn, form, me.id, now=now, result=set_id) is None:
                plan = _checked(conn, plan)
                if plan.size < taken(set_members.of_set(conn, set_id)):
                    raise NotValid({"size": "set_size_taken"})
                store.change(conn, set_id, plan)
                changed = replace(found, plan=plan)
                fill(conn, changed, now)
                for meeting in set_meetings.of_set(conn, set_id):
                    count_again(conn, changed, meeting, now)
                done(conn, me, "set_changed", set_id, now)
            return set_page(conn, known_set(conn, set_id), me)

    def set_link(self, by: Account, set_id: str, link: str | None, *, form: str) -> SetPage:
        """Keep a joining link in place of the one before, or none.

        Raises:
            NotValid: By `check_link`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            open_set(conn, set_id)
            if idempotency.once(conn, form, me.id, now=now, result=set_id) is None:
                self._keep_link(conn, set_id, check_link(link))
                done(conn, me, "set_link_kept", set_id, now)
            return set_page(conn, known_set(conn, set_id), me)

    def link(self, by: Account, set_id: str) -> str | None:
        """Return the joining link; for members and the facilitator, as long as the set lasts.

        Raises:
            Refused: Somebody else asks, a co-lead too.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            found = open_set(conn, set_id)
            led = [m for m in set_meetings.led_by(conn, me.id) if m.set_id == set_id]
            check_sees(conn, Thing.SET_LINK, Sight.YES, found, me, next(iter(led), None))
            sealed = store.link(conn, set_id)
            if sealed is None:
                return None
            return self.vault.of_learning_sets().open(conn, set_id, _place(set_id), sealed)

    def set_facilitator(
        self, by: Account, set_id: str, facilitator: Account | None, *, form: str
    ) -> SetPage:
        """Let somebody else be the facilitator, of meetings to come too; or nobody for now.

        Whoever it is now is told. A second `form` changes nothing.

        Raises:
            NotValid: `facilitator_not_enrolled`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            found = open_set(conn, set_id)
            if idempotency.once(conn, form, me.id, now=now, result=set_id) is None:
                leader = _leader(conn, facilitator)
                led = replace(found, facilitator_id=leader.id if leader else None)
                _hand_over(conn, led, now)
                if led.facilitator_id not in {found.facilitator_id, me.id}:
                    set_notices.tell_facilitator(conn, led, now)
                done(conn, me, "set_facilitator_set", set_id, now)
            return set_page(conn, known_set(conn, set_id), me)

    def close(self, by: Account, set_id: str) -> SetPage:
        """End a set. Meetings to come are cancelled; everybody is told, those who wait as well.

        Members keep their own actions. Once more changes nothing.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            found = known_set(conn, set_id)
            if not found.closed:
                now = self.clock()
                _end(conn, found, now)
                done(conn, me, "set_closed", set_id, now)
            return set_page(conn, known_set(conn, set_id), me)

    def _keep_link(self, conn: Connection, set_id: str, link: str | None) -> None:
        sealed = None
        if link is not None:
            sealed = self.vault.of_learning_sets().seal(conn, set_id, _place(set_id), link)
        store.set_link(conn, set_id, sealed)


def _place(set_id: str) -> Place:
    return Place("learning_sets", "link", set_id)


def _checked(conn: Connection, plan: SetPlan) -> SetPlan:
    plan = check_plan(plan)
    if plan.cohort_id is not None:
        known_cohort(conn, plan.cohort_id)
    return plan


def _leader(conn: Connection, account: Account | None) -> Person | None:
    if account is None:
        return None
    person = people.actor(conn, account)
    if person is None or not allows(Act.LEAD_MEETING, person):
        raise NotValid({"facilitator": "facilitator_not_enrolled"})
    return person


def _hand_over(conn: Connection, learning_set: LearningSet, now: datetime) -> None:
    leader = learning_set.facilitator_id
    store.set_facilitator(conn, learning_set.id, leader)
    for meeting in set_meetings.of_set(conn, learning_set.id):
        if meeting.ahead and meeting.facilitator_id != leader:
            set_meetings.put(conn, replace(meeting, facilitator_id=leader))


def _end(conn: Connection, learning_set: LearningSet, now: datetime) -> None:
    told = [m.person_id for m in set_members.of_set(conn, learning_set.id)]
    for meeting in set_meetings.of_set(conn, learning_set.id):
        if meeting.ahead:
            call_off(conn, meeting, now)
    for member in set_members.of_set(conn, learning_set.id):
        if member.standing is not Standing.IN:
            set_members.remove(conn, learning_set.id, member.person_id)
    store.close(conn, learning_set.id, now=now)
    store.set_link(conn, learning_set.id, None)
    set_notices.tell(
        conn,
        Kind.SET_CLOSED,
        [*told, learning_set.facilitator_id],
        cause=learning_set.id,
        on=now.date(),
        subject=learning_set.id,
        ends_at=now + set_notices.NOTICE_WAITS,
        now=now,
    )
