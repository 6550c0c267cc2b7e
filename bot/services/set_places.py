"""Places in a set: never more than there are, and those who wait come in the order of arrival.

Whatever changes places holds the set's row first, so that it happens one after the other, however
many press Join in however many processes.
"""

from dataclasses import replace
from datetime import datetime

from bot.bank_holidays import bank_holidays
from bot.services import set_again, set_notices
from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.set_access import done, known_set, open_set
from bot.services.set_proposals import forget_person, propose_missing
from bot.services.set_stepping import count_again
from domain.clock import Clock, local_date
from domain.deliveries import Kind
from domain.ids import new_id
from domain.learning_sets import (
    LearningSet,
    Member,
    Standing,
    next_offers,
    offer_ends,
    position,
    standing_on_joining,
)
from domain.people import Account, Person
from domain.policy import Act, allows
from domain.refusals import Refused
from domain.schedules import next_allowed
from domain.values import dataclass
from storage import cohorts, learning_sets, people, set_meetings, set_members
from storage.engine import Connection, Database

AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """Where somebody stands with a set; `member` is None where they do not.

    `position` is their place in the line of those who wait, the first as 1.
    """

    learning_set: LearningSet
    member: Member | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class SetPlaces:
    """The use cases of places, given a database and a clock."""

    database: Database
    clock: Clock

    def join(self, by: Account, set_id: str) -> Stands:
        """Take a place if there is one, else wait for one; once more changes nothing.

        Raises:
            Refused: The set has ended, or is for a cohort that they are not in.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.JOIN_SET)
            found = open_set(conn, set_id)
            if set_members.one(conn, set_id, me.id) is None:
                _check_may_join(conn, found, me)
                join(conn, found, me, self.clock())
            return stands(conn, found, me.id)

    def say_yes(self, by: Account, set_id: str) -> Stands:
        """Take the place that was offered; once more changes nothing.

        Raises:
            Refused: `place_not_offered`, or `place_over` where it is not kept any longer.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.JOIN_SET)
            found = open_set(conn, set_id)
            now = self.clock()
            member = set_members.one(conn, set_id, me.id)
            if member is None or member.standing is Standing.WAITING:
                raise Refused("place_not_offered")
            if member.standing is Standing.OFFERED:
                if member.offered_until is None or member.offered_until <= now:
                    raise Refused("place_over")
                _take(conn, found, member, now)
                done(conn, me, "set_place_taken", set_id, now)
            return stands(conn, found, me.id)

    def leave(self, by: Account, set_id: str) -> Stands:
        """Give up a place, an offered place or the wait for one; once more changes nothing.

        Their offers for meetings to come go at once. The place is offered to whoever waits.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.JOIN_SET)
            found = known_set(conn, set_id)
            if let_go(conn, found, me.id, self.clock()):
                done(conn, me, "set_left", set_id, self.clock())
            return stands(conn, known_set(conn, set_id), me.id)

    def lapse_due(self, now: datetime) -> None:
        """Pass on places that nobody said yes to in time. Once more changes nothing."""
        while True:
            with self.database.read() as conn:
                found = set_members.sets_with_offers_over(conn, now=now, size=AT_ONCE)
            for set_id in found:
                with self.database.write() as conn:
                    _lapse(conn, known_set(conn, set_id), now)
            if len(found) < AT_ONCE:
                return


def stands(conn: Connection, learning_set: LearningSet, person_id: str) -> Stands:
    """Return where somebody stands with a set."""
    members = set_members.of_set(conn, learning_set.id)
    return Stands(
        learning_set=learning_set,
        member=next((m for m in members if m.person_id == person_id), None),
        position=position(members, person_id),
    )


def join(conn: Connection, learning_set: LearningSet, person: Person, now: datetime) -> Member:
    """Let somebody into a set that is held, or into its line."""
    members = set_members.of_set(conn, learning_set.id)
    member = Member(
        set_id=learning_set.id,
        person_id=person.id,
        standing=standing_on_joining(members, learning_set.plan.size),
        arrival=learning_sets.next_arrival(conn, learning_set.id),
        since=now,
    )
    set_members.add(conn, member)
    came = member.standing is Standing.IN
    done(conn, person, "set_joined" if came else "set_waits", learning_set.id, now)
    if came:
        _welcome(conn, learning_set, member, now)
    return member


def fill(conn: Connection, learning_set: LearningSet, now: datetime) -> None:
    """Offer the places that are free to those who wait, in the order of their arrival."""
    if learning_set.closed:
        return
    members = set_members.of_set(conn, learning_set.id)
    for member in next_offers(members, learning_set.plan.size):
        offered = replace(
            member,
            standing=Standing.OFFERED,
            since=now,
            offer_id=new_id(),
            offered_until=offer_ends(now, _reachable_from(conn, member.person_id, now)),
        )
        set_members.put(conn, offered)
        set_notices.tell_of_place(conn, Kind.SET_PLACE, offered, now)


def let_go(conn: Connection, learning_set: LearningSet, person_id: str, now: datetime) -> bool:
    """Take somebody out of a set that is held; False where they were not in it.

    Meetings to come that they took on as a member have no facilitator then.
    """
    if not set_members.remove(conn, learning_set.id, person_id):
        return False
    _release_meetings(conn, learning_set, person_id, now)
    forget_person(conn, learning_set, person_id, now)
    for meeting in set_meetings.of_set(conn, learning_set.id):
        count_again(conn, learning_set, meeting, now)
    fill(conn, learning_set, now)
    return True


def let_go_everywhere(conn: Connection, person: Person, now: datetime) -> None:
    """Make sets fit who somebody is now: without their role, their places are others'.

    Where they were the facilitator, co-leads are told that one is wanted.
    """
    may_join, may_lead = allows(Act.JOIN_SET, person), allows(Act.LEAD_MEETING, person)
    if may_join and may_lead:
        return
    in_sets = {m.set_id for m in set_members.of_person(conn, person.id)}
    led = {m.set_id for m in set_meetings.led_by(conn, person.id)}
    led |= {s.id for s in learning_sets.led_by(conn, person.id)}
    # Held in the order of their ids: two who do this never wait for each other in a circle.
    for set_id in sorted(in_sets | led):
        found = known_set(conn, set_id)
        if not may_join:
            let_go(conn, found, person.id, now)
        if not may_lead and set_id in led:
            _stop_leading(conn, found, person, now)


def _stop_leading(conn: Connection, found: LearningSet, person: Person, now: datetime) -> None:
    if found.facilitator_id != person.id:
        _release_meetings(conn, found, person.id, now)
        return
    for meeting in set_meetings.of_set(conn, found.id):
        if meeting.ahead and meeting.facilitator_id == person.id:
            set_meetings.put(conn, replace(meeting, facilitator_id=None))
    learning_sets.set_facilitator(conn, found.id, None)
    set_notices.tell_facilitator(conn, replace(found, facilitator_id=None), now)


def _release_meetings(
    conn: Connection, learning_set: LearningSet, person_id: str, now: datetime
) -> None:
    """Let meetings that somebody leads, who does not lead the set, want a facilitator again."""
    if learning_set.facilitator_id == person_id:
        return
    for meeting in set_meetings.of_set(conn, learning_set.id):
        if meeting.ahead and meeting.facilitator_id == person_id:
            without = replace(meeting, facilitator_id=None)
            set_meetings.put(conn, without)
            set_again.tell_facilitator_wanted(conn, without, now)


def _check_may_join(conn: Connection, learning_set: LearningSet, person: Person) -> None:
    cohort_id = learning_set.plan.cohort_id
    if cohort_id is not None and not cohorts.is_member(conn, cohort_id, person.id):
        raise Refused("set_of_cohort")


def _take(conn: Connection, learning_set: LearningSet, member: Member, now: datetime) -> None:
    taken = replace(member, standing=Standing.IN, since=now, offer_id=None, offered_until=None)
    set_members.put(conn, taken)
    _welcome(conn, learning_set, taken, now)


def _welcome(conn: Connection, learning_set: LearningSet, member: Member, now: datetime) -> None:
    set_again.tell_newcomer(conn, learning_set.id, member.person_id, now)
    for meeting in set_meetings.of_set(conn, learning_set.id):
        propose_missing(conn, meeting, now)
        count_again(conn, learning_set, meeting, now)


def _lapse(conn: Connection, learning_set: LearningSet, now: datetime) -> None:
    for member in set_members.of_set(conn, learning_set.id):
        over = member.offered_until is not None and member.offered_until <= now
        if member.standing is Standing.OFFERED and over:
            set_members.remove(conn, member.set_id, member.person_id)
            set_notices.tell_of_place(conn, Kind.SET_PLACE_OVER, member, now)
            done(conn, None, "set_place_passed_on", member.set_id, now)
    fill(conn, learning_set, now)


def _reachable_from(conn: Connection, person_id: str, now: datetime) -> datetime | None:
    """Return from when somebody may hear of something; None where that is far away."""
    person = people.person(conn, person_id)
    if person is None:
        return now
    choices = choices_of(conn, person_id)
    today = local_date(now, person.tz)
    if choices.paused(today):
        return None
    holidays = bank_holidays(person.nation, today.year) if choices.quiet.bank_holidays else ()
    return next_allowed(choices.quiet, person.tz, holidays, now=now)
