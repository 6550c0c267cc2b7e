"""What people take away from a meeting, carried into the next ones until it is done or let go.

An action is its author's, and private to the set while both last. None is ever counted.
"""

from bot.services.gate import admit
from bot.services.set_access import (
    check_member,
    check_sees,
    done,
    known_meeting,
    known_set,
    members_in,
)
from domain.clock import Clock
from domain.identifiers import kinds_in
from domain.ids import new_id
from domain.learning_sets import LearningSet, check_line
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing
from domain.refusals import Refused
from domain.set_actions import Action, ActionState, check_room
from domain.set_meetings import Meeting, MeetingState
from domain.values import dataclass
from storage import idempotency, people, set_meetings
from storage import set_words as store
from storage.engine import Connection, Database
from storage.vault import CannotOpen, Place, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAction:
    """An action with its words, and the name of the set it comes from."""

    action: Action
    text: str
    set_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The actions that a meeting asks about, each with its author and words, the oldest first."""

    learning_set: LearningSet
    meeting: Meeting
    actions: tuple[tuple[Action, Person, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAction:
    """What became of it: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email`.
    """

    action: OwnAction | None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SetActions:
    """The use cases, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def write(
        self, by: Account, meeting_id: str, text: str, *, form: str, confirmed: bool
    ) -> KeptAction:
        """Keep an action that a member takes away from a meeting, from its day on.

        The same `form` a second time returns the first one's action.

        Args:
            by: Who asks.
            meeting_id: Which meeting it comes from.
            text: One line in their own words, 140 characters at most.
            form: The form instance.
            confirmed: They have seen that the words may say who somebody is.

        Raises:
            NotValid: By `check_line`, at `action`.
            Refused: `actions_two`, `actions_early`, or they are not in the set.
        """
        line = check_line(text, "action")
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_member(conn, learning_set.id, me)
            now = self.clock()
            if meeting.state is not MeetingState.HELD and not meeting.on_its_day(now):
                raise Refused("actions_early")
            asks = kinds_in(line)
            if asks and not confirmed:
                return KeptAction(action=None, asks=asks)
            action_id = new_id()
            before = idempotency.once(conn, form, me.id, now=now, result=action_id)
            if before is not None:
                return KeptAction(action=self._own(conn, me, before))
            check_room((a for a, _ in store.actions_of(conn, me.id)), meeting_id, me.id)
            action = Action(
                id=action_id,
                set_id=learning_set.id,
                meeting_id=meeting_id,
                person_id=me.id,
                made_at=now,
            )
            store.add_action(conn, action, self._seal(conn, action, line))
            done(conn, me, "set_action_kept", action_id, now, kind="set_action")
            return KeptAction(action=self._own(conn, me, action_id))

    def change(
        self, by: Account, action_id: str, text: str, *, form: str, confirmed: bool
    ) -> KeptAction:
        """Put other words in place of one's own action's; a second `form` changes nothing."""
        line = check_line(text, "action")
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            own = self._own(conn, me, action_id)
            asks = kinds_in(line)
            if asks and not confirmed:
                return KeptAction(action=None, asks=asks)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is None:
                store.change_action(conn, action_id, self._seal(conn, own.action, line))
                done(conn, me, "set_action_changed", action_id, now, kind="set_action")
            return KeptAction(action=self._own(conn, me, action_id))

    def remove(self, by: Account, action_id: str) -> None:
        """Delete one's own action; done twice, it is the same."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            found = store.action(conn, action_id)
            if found is not None:
                admit(conn, by, Act.TAKE_PART, owner_id=found[0].person_id)
                store.remove_action(conn, action_id)
                done(conn, me, "set_action_deleted", action_id, self.clock(), kind="set_action")

    def review(self, by: Account, action_id: str, state: ActionState) -> OwnAction:
        """Say what became of one's own action; once more changes nothing.

        It is spoken of in the set's next meeting, or in the last one where none is booked.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            own = self._own(conn, me, action_id)
            if own.action.state is not state:
                spoken_of = _next_meeting(conn, own.action)
                store.review_action(conn, action_id, state, spoken_of)
                # Not what became of it: nobody is to count that.
                done(conn, me, "set_action_reviewed", action_id, self.clock(), kind="set_action")
            return self._own(conn, me, action_id)

    def mine(self, by: Account) -> tuple[OwnAction, ...]:
        """Return one's own actions, those that go on first, and of each the oldest first."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            found = sorted(
                (a for a, _ in store.actions_of(conn, me.id)), key=lambda a: not a.state.goes_on
            )
            return tuple(self._own(conn, me, action.id) for action in found)

    def for_review(self, by: Account, meeting_id: str) -> Review:
        """Return what a meeting asks about; for its members and its facilitator.

        That is what earlier meetings left and is not done or let go, and what was said of it for
        this meeting. Of somebody who has left the set nothing is shown.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_sees(conn, Thing.SET_ACTION, Sight.YES, learning_set, me, meeting)
            members = set(members_in(conn, learning_set.id))
            found = []
            for action, sealed in store.actions_of_set(conn, learning_set.id):
                asked = action.state.goes_on or action.reviewed_in == meeting_id
                if asked and action.meeting_id != meeting_id and action.person_id in members:
                    person = people.person(conn, action.person_id)
                    text = self._text(conn, action, sealed)
                    if person is not None and text is not None:
                        found.append((action, person, text))
            return Review(learning_set=learning_set, meeting=meeting, actions=tuple(found))

    def _own(self, conn: Connection, me: Person, action_id: str) -> OwnAction:
        found = store.action(conn, action_id)
        if found is None or found[0].person_id != me.id:
            raise Refused("not_found")
        action, sealed = found
        text = self._text(conn, action, sealed)
        if text is None:
            raise Refused("not_found")
        name = known_set(conn, action.set_id).plan.name
        return OwnAction(action=action, text=text, set_name=name)

    def _text(self, conn: Connection, action: Action, sealed: bytes) -> str | None:
        """Return the words; None where their author's key is gone, and so are they."""
        try:
            return self.vault.open(conn, action.person_id, _place(action), sealed)
        except CannotOpen:
            return None

    def _seal(self, conn: Connection, action: Action, text: str) -> bytes:
        return self.vault.seal(conn, action.person_id, _place(action), text)


def _place(action: Action) -> Place:
    return Place("set_actions", "words", action.id)


def _next_meeting(conn: Connection, action: Action) -> str | None:
    """Return the meeting after the one it came from in which it is spoken of."""
    later = [
        m
        for m in set_meetings.of_set(conn, action.set_id)
        if m.id != action.meeting_id and m.state in {MeetingState.BOOKED, MeetingState.HELD}
    ]
    booked = [m for m in later if m.state is MeetingState.BOOKED and m.date is not None]
    if booked:
        return min(booked, key=lambda m: m.date.starts_at if m.date else m.created_at).id
    return max(later, key=lambda m: m.number).id if later else None
