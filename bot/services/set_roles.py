"""Who does what in a meeting. Saying no is free: it counts for nothing, and nobody asks why."""

from dataclasses import replace

from bot.services import set_again
from bot.services.gate import admit
from bot.services.set_access import (
    check_leads,
    check_member,
    done,
    has_place,
    leads,
    meeting_ahead,
)
from bot.services.set_proposals import propose_missing
from domain.clock import Clock
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused
from domain.set_meetings import Meeting, MeetingState
from domain.set_roles import RoleState, SetRole, Taken
from domain.values import dataclass
from storage import set_meetings, set_roles
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class SetRoles:
    """The use cases of roles, given a database and a clock. Each returns how roles stand then."""

    database: Database
    clock: Clock

    def accept(self, by: Account, meeting_id: str, role: SetRole) -> list[Taken]:
        """Say yes to a role; or take one that nobody has. Once more changes nothing.

        Raises:
            Refused: `role_taken`, or they are not in the set.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            check_member(conn, learning_set.id, me)
            _check_room(set_roles.of_meeting(conn, meeting_id), meeting, role, me.id)
            set_roles.put(conn, meeting_id, Taken(me.id, role, RoleState.ACCEPTED))
            done(conn, me, "set_role_taken", meeting_id, self.clock(), kind="set_meeting")
            return set_roles.of_meeting(conn, meeting_id)

    def decline(self, by: Account, meeting_id: str, role: SetRole) -> list[Taken]:
        """Say no to a role; it is proposed to whoever comes next. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            check_member(conn, learning_set.id, me)
            now = self.clock()
            set_roles.put(conn, meeting_id, Taken(me.id, role, RoleState.DECLINED))
            propose_missing(conn, meeting, now)
            # Not who said no: the audit of a set must not count it either.
            done(conn, None, "set_role_proposed_anew", meeting_id, now, kind="set_meeting")
            return set_roles.of_meeting(conn, meeting_id)

    def agree(
        self, by: Account, meeting_id: str, role: SetRole, person_ids: list[str]
    ) -> list[Taken]:
        """Let exactly these members have a role, as the set agreed. For the facilitator.

        Raises:
            Refused: `facilitator_only`, or somebody named is not in the set.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.LEAD_MEETING)
            learning_set, meeting = meeting_ahead(conn, meeting_id, MeetingState.BOOKED)
            check_leads(learning_set, meeting, me)
            for taken in set_roles.of_meeting(conn, meeting_id):
                if taken.role is role and taken.holds and taken.person_id not in person_ids:
                    set_roles.drop(conn, meeting_id, taken)
            for person_id in dict.fromkeys(person_ids):
                if not has_place(conn, learning_set.id, person_id):
                    raise Refused("set_of_others")
                set_roles.put(conn, meeting_id, Taken(person_id, role, RoleState.ACCEPTED))
            done(conn, me, "set_roles_agreed", meeting_id, self.clock(), kind="set_meeting")
            return set_roles.of_meeting(conn, meeting_id)

    def facilitate(self, by: Account, meeting_id: str) -> Meeting:
        """Let a member be the facilitator of a meeting that has none. Once more is the same.

        Raises:
            Refused: `facilitator_there`, or they are not in the set.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.TAKE_PART)
            learning_set, meeting = meeting_ahead(conn, meeting_id)
            check_member(conn, learning_set.id, me)
            if meeting.facilitator_id == me.id:
                return meeting
            if meeting.facilitator_id is not None:
                raise Refused("facilitator_there")
            now = self.clock()
            led = replace(meeting, facilitator_id=me.id)
            set_meetings.put(conn, led)
            if set_roles.release(conn, meeting_id, me.id):
                propose_missing(conn, led, now)
            done(conn, me, "set_facilitator_came", meeting_id, now, kind="set_meeting")
        return led

    def step_down(self, by: Account, meeting_id: str) -> Meeting:
        """Let a facilitator not be it for this meeting; co-leads hear that one is wanted.

        Once more changes nothing.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.LEAD_MEETING)
            learning_set, meeting = meeting_ahead(conn, meeting_id)
            if not leads(learning_set, meeting, me):
                return meeting
            now = self.clock()
            without = replace(meeting, facilitator_id=None)
            set_meetings.put(conn, without)
            set_again.tell_facilitator_wanted(conn, without, now)
            done(conn, me, "set_facilitator_left", meeting_id, now, kind="set_meeting")
        return without


def _check_room(taken: list[Taken], meeting: Meeting, role: SetRole, person_id: str) -> None:
    others = [t for t in taken if t.role is role and t.holds and t.person_id != person_id]
    room = meeting.agenda.turns if role is SetRole.PRESENTER else 1
    if len(others) >= room:
        raise Refused("role_taken")
