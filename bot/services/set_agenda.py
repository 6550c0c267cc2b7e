"""A meeting on its day: offers, and the agenda as the facilitator runs it in the set's channel.

Nothing that anybody says in a meeting is kept. An offer is one line, for the set and for that day.
"""

from collections.abc import Callable
from datetime import datetime

from bot.services.gate import admit
from bot.services.scrubbing import note_change
from bot.services.set_access import (
    check_leads,
    check_member,
    check_sees,
    done,
    known_meeting,
    meeting_ahead,
)
from bot.services.set_proposals import OFFERS
from bot.services.set_stepping import close, step, under_way
from domain.agendas import Part, Run, begin, following, parts_of, paused, resumed
from domain.clock import Clock
from domain.identifiers import kinds_in
from domain.learning_sets import LearningSet, check_line
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing
from domain.refusals import Refused
from domain.set_meetings import OPENS_BEFORE, Meeting, MeetingState
from domain.values import dataclass
from storage import idempotency, people, set_words
from storage.engine import Connection, Database
from storage.vault import CannotOpen, Place, Vault

Change = Callable[[Meeting, Run, datetime], Run | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A meeting with the parts of its agenda. `part` is the one under way.

    `meeting.step` is to be given back with what is pressed: a second press changes nothing.
    """

    learning_set: LearningSet
    meeting: Meeting
    parts: tuple[Part, ...]
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """What people of a set would like to think about that day, and what I offered myself."""

    meeting: Meeting
    offers: tuple[tuple[Person, str], ...]
    mine: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOffer:
    """What became of an offer: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email`.
    """

    offers: Offers | None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SetAgenda:
    """The use cases, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def offers(self, by: Account, meeting_id: str) -> Offers:
        """Return the offers of today's meeting; for its members and its facilitator.

        Raises:
            Refused: `offers_on_the_day`, or they are neither.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_sees(conn, Thing.OFFER, Sight.THAT_DAY, learning_set, me, meeting)
            self._check_day(meeting)
            return self._offers(conn, meeting, me)

    def offer(
        self, by: Account, meeting_id: str, text: str, *, form: str, confirmed: bool
    ) -> KeptOffer:
        """Keep a member's offer for today's meeting, in place of the one before.

        Args:
            by: Who asks.
            meeting_id: Which meeting.
            text: One line, 140 characters at most.
            form: The form instance; a second submission changes nothing.
            confirmed: They have seen that the words may say who somebody is.

        Raises:
            NotValid: By `check_line`, at `offer`.
            Refused: `offers_on_the_day`, or they are not in the set.
        """
        line = check_line(text, "offer")
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            check_member(conn, learning_set.id, me)
            self._check_day(meeting)
            asks = kinds_in(line)
            if asks and not confirmed:
                return KeptOffer(offers=None, asks=asks)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is None:
                sealed = self.vault.seal(conn, me.id, _place(meeting_id), line)
                set_words.put_offer(conn, meeting_id, me.id, sealed)
                done(conn, me, "set_offer_kept", meeting_id, now, kind="set_meeting")
            return KeptOffer(offers=self._offers(conn, meeting, me))

    def withdraw(self, by: Account, meeting_id: str) -> Offers:
        """Delete a member's own offer; done twice, it is the same."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_member(conn, learning_set.id, me)
            now = self.clock()
            if set_words.drop_offer(conn, meeting_id, me.id):
                note_change(conn, OFFERS, now=now)
                done(conn, me, "set_offer_deleted", meeting_id, now, kind="set_meeting")
            if not meeting.on_its_day(now):
                return Offers(meeting=meeting, offers=())
            return self._offers(conn, meeting, me)

    def agenda(self, by: Account, meeting_id: str) -> Running:
        """Return a meeting's agenda; for its members and its facilitator."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_sees(conn, Thing.SET_RUN, Sight.YES, learning_set, me, meeting)
            return _running(learning_set, meeting)

    def channel_to_start_in(self, by: Account, meeting_id: str) -> str | None:
        """Return the channel in which the agenda would begin now; None where it has begun.

        Raises:
            Refused: As for `start`.
        """
        with self.database.read() as conn:
            _, learning_set, meeting = self._mine(conn, by, meeting_id)
            if meeting.run is not None:
                return None
            return self._channel(learning_set, meeting)

    def start(self, by: Account, meeting_id: str) -> Running:
        """Begin the agenda in the set's channel; begun once more it is the same.

        Raises:
            Refused: `facilitator_only`, `meeting_early`, or `set_no_channel`.
        """
        with self.database.write() as conn:
            me, learning_set, meeting = self._mine(conn, by, meeting_id)
            now = self.clock()
            if meeting.run is None:
                self._channel(learning_set, meeting)
                meeting = step(conn, learning_set, meeting, now)
                run = begin(meeting.agenda, now)
                if run is not None and meeting.state is MeetingState.BOOKED:
                    meeting = under_way(conn, learning_set, meeting, run, now)
                    done(conn, me, "set_meeting_begun", meeting_id, now, kind="set_meeting")
            return _running(learning_set, meeting)

    def next_part(self, by: Account, meeting_id: str, step_id: str) -> Running:
        """Go on to the next part; after the last one the meeting is closed."""
        return self._change(by, meeting_id, step_id, _following)

    def pause(self, by: Account, meeting_id: str, step_id: str) -> Running:
        """Let the clock of this part stand."""
        return self._change(by, meeting_id, step_id, lambda _, run, now: paused(run, now))

    def resume(self, by: Account, meeting_id: str, step_id: str) -> Running:
        """Let the clock of this part go on with what was left."""
        return self._change(by, meeting_id, step_id, lambda _, run, now: resumed(run, now))

    def close(self, by: Account, meeting_id: str) -> Running:
        """Close a meeting on its day, run here or not. Its offers go. Once more it is the same.

        Raises:
            Refused: `facilitator_only`, or `meeting_early` before its time.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.LEAD_MEETING)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_leads(learning_set, meeting, me)
            if meeting.state is not MeetingState.HELD:
                learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
                now = self.clock()
                if meeting.date is None or now < meeting.date.starts_at - OPENS_BEFORE:
                    raise Refused("meeting_early")
                meeting = close(conn, learning_set, meeting, now)
                done(conn, me, "set_meeting_closed", meeting_id, now, kind="set_meeting")
            return _running(learning_set, meeting)

    def _change(self, by: Account, meeting_id: str, step_id: str, change: Change) -> Running:
        """Change a run whose latest step is this one; of a later one nothing is changed."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.LEAD_MEETING)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_leads(learning_set, meeting, me)
            if meeting.run is not None and meeting.step == step_id:
                now = self.clock()
                # The clock first: what has come due by now is not lost.
                meeting = step(conn, learning_set, meeting, now)
                if meeting.run is not None:
                    meeting = _changed(conn, learning_set, meeting, me, change, now)
            return _running(learning_set, meeting)

    def _mine(
        self, conn: Connection, by: Account, meeting_id: str
    ) -> tuple[Person, LearningSet, Meeting]:
        me = admit(conn, by, Act.LEAD_MEETING)
        learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
        check_leads(learning_set, meeting, me)
        return me, learning_set, meeting

    def _channel(self, learning_set: LearningSet, meeting: Meeting) -> str:
        """Return the channel of a set whose meeting may begin now."""
        self._check_day(meeting, "meeting_early")
        if meeting.date is None or self.clock() < meeting.date.starts_at - OPENS_BEFORE:
            raise Refused("meeting_early")
        if learning_set.plan.channel is None:
            raise Refused("set_no_channel")
        return learning_set.plan.channel

    def _check_day(self, meeting: Meeting, reason: str = "offers_on_the_day") -> None:
        if not meeting.on_its_day(self.clock()):
            raise Refused(reason)

    def _offers(self, conn: Connection, meeting: Meeting, me: Person) -> Offers:
        found: list[tuple[Person, str]] = []
        for person_id, sealed in set_words.offers(conn, meeting.id):
            person = people.person(conn, person_id)
            if person is not None:
                try:
                    text = self.vault.open(conn, person_id, _place(meeting.id), sealed)
                except CannotOpen:
                    continue  # their key is gone, and so are their words
                found.append((person, text))
        mine = next((text for person, text in found if person.id == me.id), None)
        return Offers(meeting=meeting, offers=tuple(found), mine=mine)


def _following(meeting: Meeting, run: Run, now: datetime) -> Run | None:
    return following(meeting.agenda, run, now)


def _changed(
    conn: Connection,
    learning_set: LearningSet,
    meeting: Meeting,
    me: Person,
    change: Change,
    now: datetime,
) -> Meeting:
    assert meeting.run is not None, "only what is under way is changed"
    run = change(meeting, meeting.run, now)
    if run is None:
        done(conn, me, "set_meeting_closed", meeting.id, now, kind="set_meeting")
        return close(conn, learning_set, meeting, now)
    if run == meeting.run:
        return meeting
    return under_way(conn, learning_set, meeting, run, now)


def _running(learning_set: LearningSet, meeting: Meeting) -> Running:
    parts = parts_of(meeting.agenda)
    part = None if meeting.run is None else parts[meeting.run.part]
    return Running(learning_set=learning_set, meeting=meeting, parts=parts, part=part)


def _place(meeting_id: str) -> Place:
    return Place("set_offers", "words", meeting_id)
