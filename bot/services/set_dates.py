"""Dates of a set: offered by a co-lead, ticked by members, and one of them chosen."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from bot.services import set_notices
from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.set_access import (
    check_member,
    check_sees,
    done,
    known_meeting,
    meeting_ahead,
    members_in,
    open_set,
)
from bot.services.set_booking import book, check_may_look, check_times
from bot.services.set_proposals import (
    drop_offers,
    new_edition,
)
from domain.clock import Clock
from domain.deliveries import Kind
from domain.ids import new_id
from domain.learning_sets import LearningSet
from domain.meeting_dates import Choice, choices_in_order
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing
from domain.preferences import Times
from domain.refusals import Refused
from domain.set_meetings import Meeting, MeetingState, check_dates
from domain.values import dataclass
from storage import idempotency, set_answers, set_roles
from storage import set_meetings as store
from storage.engine import Connection, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a meeting for whoever looks, the best first; `zone` and `times` are theirs.

    `tied` where several are as good, and a co-lead decides. `mine` are the ids of the dates that
    suit them; `answered` how many members have ticked theirs, of `members`.
    """

    learning_set: LearningSet
    meeting: Meeting
    choices: tuple[Choice, ...]
    mine: frozenset[str]
    answered: int
    members: int
    zone: str
    times: Times

    @property
    def tied(self) -> bool:
        """Whether more than one is the best."""
        return sum(choice.best for choice in self.choices) > 1


@dataclass(frozen=True, slots=True)
class SetDates:
    """The use cases of dates, given a database and a clock. What changes is written down."""

    database: Database
    clock: Clock

    def offer_dates(
        self, by: Account, set_id: str, wanted: Sequence[tuple[date, time]], *, form: str
    ) -> Meeting:
        """Ask the members of a set which dates suit them, for one more meeting.

        Dates are by the wall clock of the set. The same `form` a second time returns the first
        one's meeting.

        Raises:
            NotValid: By `check_dates`.
            Refused: `meetings_all`, or another meeting of the set is on at one of these times.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            found = open_set(conn, set_id)
            before = idempotency.once(conn, form, me.id, now=now)
            if before is not None:
                return known_meeting(conn, before)[1]
            meeting = _new_meeting(conn, found, me, now)
            dates = check_dates(wanted, found.zone, now=now)
            check_times(conn, meeting, dates)
            store.add(conn, meeting)
            store.add_dates(conn, meeting.id, dates)
            people = set_notices.everyone_of(conn, replace(meeting, facilitator_id=None))
            set_notices.tell_of_meeting(conn, Kind.SET_DATES, meeting, people, now=now)
            done(conn, me, "set_dates_offered", meeting.id, now, kind="set_meeting")
            idempotency.remember(conn, form, meeting.id)
        return meeting

    def dates(self, by: Account, meeting_id: str) -> Dates:
        """Return which dates suit how many; for members, the facilitator and co-leads."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_may_look(conn, learning_set, meeting, me)
            check_sees(conn, Thing.DATES_TICKED, Sight.COUNT, learning_set, me, meeting)
            return _dates(conn, learning_set, meeting, me)

    def tick(
        self,
        by: Account,
        meeting_id: str,
        date_ids: Collection[str],
        *,
        form: str,
        edition: str | None = None,
    ) -> Dates:
        """Keep which dates suit a member, in place of what they ticked before; none may.

        Raises:
            Refused: A date is chosen already, or they are not in the set. `meeting_other` where
                other dates are asked about than those of the form: its `edition`, or a date.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.POLLING)
            check_member(conn, learning_set.id, me)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is None:
                asked = {one.id for one in store.dates(conn, meeting_id)}
                if edition not in {None, meeting.edition} or not asked.issuperset(date_ids):
                    raise Refused("meeting_other")
                set_answers.tick(conn, meeting_id, me.id, date_ids)
                done(conn, me, "set_dates_ticked", meeting_id, now, kind="set_meeting")
            return _dates(conn, learning_set, meeting, me)

    def choose(self, by: Account, meeting_id: str, date_id: str, *, form: str) -> Meeting:
        """Choose one of the dates that were asked about. Everybody is told, and roles proposed.

        Raises:
            Refused: It is past by now, or another meeting of the set is on at that time.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is not None:
                return known_meeting(conn, meeting_id)[1]
            _, meeting = meeting_ahead(conn, meeting_id, MeetingState.POLLING)
            offered = {o.id: o.date for o in store.dates(conn, meeting_id)}
            if date_id not in offered:
                raise Refused("not_found")
            booked = book(conn, meeting, offered[date_id], Kind.SET_CHOSEN, now)
            done(conn, me, "set_date_chosen", meeting_id, now, kind="set_meeting")
        return booked

    def ask_again(
        self, by: Account, meeting_id: str, wanted: Sequence[tuple[date, time]], *, form: str
    ) -> Meeting:
        """Ask about other dates, in place of those asked about or of the one that was chosen.

        Where one was chosen, everybody also hears that the meeting is not on then.

        Raises:
            NotValid: By `check_dates`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.RUN_SETS)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is not None:
                return known_meeting(conn, meeting_id)[1]
            _, meeting = meeting_ahead(conn, meeting_id)
            if meeting.run is not None:
                raise Refused("meeting_running")
            dates = check_dates(wanted, meeting.zone, now=now)
            check_times(conn, meeting, dates)
            drop_offers(conn, meeting, now)
            set_answers.ask_again(conn, meeting_id)
            set_roles.clear(conn, meeting_id)
            store.drop_dates(conn, meeting_id)
            store.add_dates(conn, meeting_id, dates)
            open_again = replace(meeting, state=MeetingState.POLLING)
            asked = new_edition(open_again, new_id(), now)
            store.put(conn, asked)
            if meeting.state is MeetingState.BOOKED:
                set_notices.tell_not_on(conn, asked, now)
            people = set_notices.everyone_of(conn, replace(asked, facilitator_id=None))
            set_notices.tell_of_meeting(conn, Kind.SET_DATES, asked, people, now=now)
            done(conn, me, "set_dates_offered", meeting_id, now, kind="set_meeting")
        return asked


def _new_meeting(conn: Connection, learning_set: LearningSet, me: Person, now: datetime) -> Meeting:
    others = store.of_set(conn, learning_set.id)
    standing = [m for m in others if m.state is not MeetingState.CANCELLED]
    if len(standing) >= learning_set.plan.meetings:
        raise Refused("meetings_all")
    return Meeting(
        id=new_id(),
        set_id=learning_set.id,
        number=max((m.number for m in standing), default=0) + 1,
        state=MeetingState.POLLING,
        zone=learning_set.zone,
        agenda=learning_set.plan.agenda,
        edition=new_id(),
        created_at=now,
        told_at=now,
        stepped_at=now,
        created_by=me.id,
        facilitator_id=learning_set.facilitator_id,
    )


def _dates(conn: Connection, learning_set: LearningSet, meeting: Meeting, me: Person) -> Dates:
    members = members_in(conn, meeting.set_id)
    ticks = set_answers.ticks(conn, meeting.id)
    answers = set_answers.answers(conn, meeting.id)
    choices = choices_in_order(
        store.dates(conn, meeting.id),
        ticks,
        members,
        set_answers.apologies(conn, meeting.set_id),
    )
    return Dates(
        learning_set=learning_set,
        meeting=meeting,
        choices=tuple(choices),
        mine=frozenset(date_id for date_id, people in ticks.items() if me.id in people),
        answered=sum(p in answers and answers[p].ticked for p in members),
        members=len(members),
        zone=me.tz,
        times=choices_of(conn, me.id).times,
    )
