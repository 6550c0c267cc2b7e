"""A meeting of a set: who comes, and what happens when it has to be moved or cancelled."""

from datetime import date, time

from bot.services import set_notices
from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.set_access import (
    check_leads_or_runs,
    check_member,
    done,
    known_meeting,
    leads,
    meeting_ahead,
    members_in,
    persons,
    viewers_of,
)
from bot.services.set_booking import book, call_off, check_may_look
from bot.services.set_proposals import drop_offers, expected, propose_missing, without_roles
from bot.services.set_stepping import count_again
from bot.services.settings import works_for_sets
from domain.clock import Clock
from domain.deliveries import Kind
from domain.learning_sets import LearningSet
from domain.meeting_dates import Answer
from domain.people import Account, Person, Role
from domain.policy import Act, Sight, Thing, seen_by
from domain.preferences import Times, Works
from domain.refusals import Refused
from domain.set_meetings import Meeting, MeetingState, check_dates
from domain.set_roles import Taken
from domain.values import dataclass
from storage import idempotency, set_answers, set_roles
from storage.engine import Connection, Database
from storage.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A meeting for whoever looks. `mine` is what they said of it; `expected` how many may come.

    `roles` with who has them, for those inside; of what people declined nobody is told but they.
    `works` is what works for each who lets their sets see it. `me` is the id of whoever looks.
    """

    learning_set: LearningSet
    meeting: Meeting
    facilitator: Person | None
    mine: Answer
    coming: bool
    expected: int
    roles: tuple[tuple[Taken, Person], ...]
    works: tuple[tuple[Person, frozenset[Works]], ...]
    leads: bool
    member: bool
    runs: bool
    me: str
    zone: str
    times: Times


@dataclass(frozen=True, slots=True)
class SetMeetings:
    """The use cases of booked meetings, given a database, a vault and a clock.

    What changes is written down.
    """

    database: Database
    vault: Vault
    clock: Clock

    def one(self, by: Account, meeting_id: str) -> MeetingPage:
        """Return a meeting; for members, the facilitator and co-leads."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_may_look(conn, learning_set, meeting, me)
            return self._page(conn, learning_set, meeting, me)

    def say(self, by: Account, meeting_id: str, *, coming: bool) -> MeetingPage:
        """Keep whether a member comes. With apologies, others are asked for their roles.

        In the last hour it is looked at once more whether enough come.

        Raises:
            Refused: The meeting is over or has no date yet, or they are not in the set.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            check_member(conn, learning_set.id, me)
            now = self.clock()
            before = set_answers.answers(conn, meeting_id).get(me.id, Answer()).coming
            if before is not coming:
                set_answers.say(conn, meeting_id, me.id, coming)
                if coming:
                    propose_missing(conn, meeting, now)
                else:
                    without_roles(conn, meeting, me.id, now)
                meeting = count_again(conn, learning_set, meeting, now)
                action = "set_meeting_coming" if coming else "set_meeting_apologies"
                done(conn, me, action, meeting_id, now, kind="set_meeting")
            return self._page(conn, learning_set, meeting, me)

    def move(self, by: Account, meeting_id: str, on: date, at: time, *, form: str) -> Meeting:
        """Let a booked meeting be at another time. Everybody is told and asked anew who comes.

        Co-leads may, and the facilitator of the meeting.

        Raises:
            NotValid: By `check_dates`.
            Refused: It is under way or over, or another meeting of the set is on at that time.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.LEAD_MEETING)
            now = self.clock()
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_leads_or_runs(learning_set, meeting, me)
            if idempotency.once(conn, form, me.id, now=now) is not None:
                return meeting
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            if meeting.run is not None:
                raise Refused("meeting_running")
            [day] = check_dates([(on, at)], meeting.zone, now=now, fewest=1)
            if day == meeting.date:
                return meeting
            set_answers.ask_again(conn, meeting_id)
            drop_offers(conn, meeting, now)
            moved = book(conn, meeting, day, Kind.SET_MOVED, now)
            done(conn, me, "set_meeting_moved", meeting_id, now, kind="set_meeting")
        return moved

    def cancel(self, by: Account, meeting_id: str) -> Meeting:
        """Cancel a meeting that is to come; everybody is told. Once more changes nothing.

        Raises:
            Refused: It was held.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            _, meeting = known_meeting(conn, meeting_id)
            if meeting.state is MeetingState.CANCELLED:
                return meeting
            _, meeting = meeting_ahead(conn, meeting_id)
            now = self.clock()
            cancelled = call_off(conn, meeting, now)
            people = set_notices.everyone_of(conn, cancelled)
            set_notices.tell_of_meeting(conn, Kind.SET_CANCELLED, cancelled, people, now=now)
            done(conn, me, "set_meeting_cancelled", meeting_id, now, kind="set_meeting")
        return cancelled

    def _page(
        self, conn: Connection, learning_set: LearningSet, meeting: Meeting, me: Person
    ) -> MeetingPage:
        members = members_in(conn, meeting.set_id)
        come = expected(conn, meeting)
        member = me.id in members
        viewers = viewers_of(conn, learning_set, me, meeting)
        sees_roles = seen_by(Thing.SET_ROLE, viewers, Sight.YES)
        sees_works = seen_by(Thing.ACCESS, viewers, Sight.WHAT_I_CHOOSE)
        ahead = meeting.ahead and not learning_set.closed
        counts = seen_by(Thing.COMING, viewers, Sight.COUNT)
        roles = [
            taken
            for taken in set_roles.of_meeting(conn, meeting.id)
            if taken.person_id == me.id or (sees_roles and taken.holds)
        ]
        named = {person.id: person for person in persons(conn, (t.person_id for t in roles))}
        return MeetingPage(
            learning_set=learning_set,
            meeting=meeting,
            facilitator=next(iter(persons(conn, [meeting.facilitator_id])), None),
            mine=set_answers.answers(conn, meeting.id).get(me.id, Answer()),
            coming=me.id in come,
            expected=len(come) if counts else 0,
            works=self._works(conn, members, meeting) if sees_works and ahead else (),
            roles=tuple((t, named[t.person_id]) for t in roles if t.person_id in named),
            leads=leads(learning_set, meeting, me),
            member=member,
            runs=Role.CO_LEAD in me.roles,
            me=me.id,
            zone=me.tz,
            times=choices_of(conn, me.id).times,
        )

    def _works(
        self, conn: Connection, members: list[str], meeting: Meeting
    ) -> tuple[tuple[Person, frozenset[Works]], ...]:
        """Return what works for those inside who let their sets see it, and ticked something."""
        there = [p for p in persons(conn, [*members, meeting.facilitator_id]) if p.enrolled]
        shown = ((person, works_for_sets(conn, self.vault, person)) for person in there)
        return tuple((person, works) for person, works in shown if works)
