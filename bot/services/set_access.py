"""What every use case of a set needs inside its transaction: the set, the meeting, who is in it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from domain.learning_sets import LearningSet, Member, Standing
from domain.people import Person, Role
from domain.policy import Sight, Thing, Viewer, seen_by
from domain.refusals import Refused
from domain.set_meetings import Meeting, MeetingState
from storage import audit, learning_sets, people, set_meetings, set_members
from storage.engine import Connection


def known_set(conn: Connection, set_id: str) -> LearningSet:
    """Return a set; in a write, nobody else changes it or its meetings meanwhile.

    Raises:
        Refused: `not_found`.
    """
    find = learning_sets.held if conn.writes else learning_sets.one
    found = find(conn, set_id)
    if found is None:
        raise Refused("not_found")
    return found


def open_set(conn: Connection, set_id: str) -> LearningSet:
    """Return a set that has not ended.

    Raises:
        Refused: `not_found` or `set_closed`.
    """
    found = known_set(conn, set_id)
    if found.closed:
        raise Refused("set_closed")
    return found


def known_meeting(conn: Connection, meeting_id: str) -> tuple[LearningSet, Meeting]:
    """Return a meeting and its set, held in a write.

    Raises:
        Refused: `not_found`.
    """
    found = set_meetings.one(conn, meeting_id)
    if found is None:
        raise Refused("not_found")
    learning_set = known_set(conn, found.set_id)
    # Read again: it may have been changed until the set was held.
    meeting = set_meetings.one(conn, meeting_id)
    assert meeting is not None, "a meeting is never deleted"
    return learning_set, meeting


def meeting_ahead(
    conn: Connection, meeting_id: str, *states: MeetingState
) -> tuple[LearningSet, Meeting]:
    """Return a meeting that is to come, in one of these states where any are named.

    Raises:
        Refused: `not_found`, `set_closed`, `meeting_over` or `meeting_other`.
    """
    learning_set, meeting = known_meeting(conn, meeting_id)
    if learning_set.closed:
        raise Refused("set_closed")
    if not meeting.ahead:
        raise Refused("meeting_over")
    if states and meeting.state not in states:
        raise Refused("meeting_other")
    return learning_set, meeting


def members_in(conn: Connection, set_id: str) -> list[str]:
    """Return the ids of everybody who has a place, in the order in which they pressed Join."""
    found = set_members.of_set(conn, set_id)
    return [m.person_id for m in found if m.standing is Standing.IN]


def has_place(conn: Connection, set_id: str, person_id: str) -> bool:
    """Whether somebody is a member."""
    member = set_members.one(conn, set_id, person_id)
    return member is not None and member.standing is Standing.IN


def sets_of(
    conn: Connection, person_id: str, *, also: Collection[str | None] = ()
) -> Iterator[tuple[str, str]]:
    """Yield the ids and names of the sets that go on in which somebody has a place.

    Those of `also` are among them even where they have ended.
    """
    for member in set_members.of_person(conn, person_id):
        found = learning_sets.one(conn, member.set_id)
        if member.standing is Standing.IN and found and (not found.closed or found.id in also):
            yield found.id, found.plan.name


def check_member(conn: Connection, set_id: str, person: Person) -> None:
    """Refuse whoever has no place.

    Raises:
        Refused: `set_of_others`.
    """
    if not has_place(conn, set_id, person.id):
        raise Refused("set_of_others")


def leads(learning_set: LearningSet, meeting: Meeting, person: Person) -> bool:
    """Whether somebody is the facilitator of a meeting."""
    return meeting.facilitator_id == person.id and not learning_set.closed


def check_leads(learning_set: LearningSet, meeting: Meeting, person: Person) -> None:
    """Refuse whoever is not the facilitator of a meeting.

    Raises:
        Refused: `facilitator_only`.
    """
    if not leads(learning_set, meeting, person):
        raise Refused("facilitator_only")


def check_leads_or_runs(learning_set: LearningSet, meeting: Meeting, person: Person) -> None:
    """Refuse whoever is neither the facilitator of a meeting nor a co-lead.

    Raises:
        Refused: `facilitator_only`.
    """
    if Role.CO_LEAD not in person.roles:
        check_leads(learning_set, meeting, person)


def viewers_of(
    conn: Connection, learning_set: LearningSet, person: Person, meeting: Meeting | None = None
) -> frozenset[Viewer]:
    """Return as what somebody looks at a set, or at this meeting of it.

    The facilitator of a meeting is not always the one of its set.
    """
    leaders = {learning_set.facilitator_id, meeting.facilitator_id if meeting else None}
    found = {
        Viewer.SET: has_place(conn, learning_set.id, person.id),
        Viewer.FACILITATOR: person.id in leaders,
        Viewer.CO_LEADS: Role.CO_LEAD in person.roles,
    }
    return frozenset(viewer for viewer, is_one in found.items() if is_one)


def check_sees(
    conn: Connection,
    thing: Thing,
    as_: Sight,
    learning_set: LearningSet,
    person: Person,
    meeting: Meeting | None = None,
) -> None:
    """Refuse whoever does not see this of a set, or of this meeting of it, by the policy's table.

    Raises:
        Refused: `set_of_others`.
    """
    if not seen_by(thing, viewers_of(conn, learning_set, person, meeting), as_):
        raise Refused("set_of_others")


def persons(conn: Connection, ids: Iterable[str | None]) -> list[Person]:
    """Return the people with these ids, each once, in this order; those unknown are left out."""
    found = (people.person(conn, one) for one in dict.fromkeys(ids) if one is not None)
    return [person for person in found if person is not None]


def with_people(conn: Connection, members: Iterable[Member]) -> tuple[tuple[Member, Person], ...]:
    """Return members, each with who that is."""
    pairs = ((member, people.person(conn, member.person_id)) for member in members)
    return tuple((member, person) for member, person in pairs if person is not None)


def done(
    conn: Connection,
    person: Person | None,
    action: str,
    on: str,
    now: datetime,
    *,
    kind: str = "learning_set",
) -> None:
    """Write down what was done; never with words. Without a person the clock did it."""
    actor = None if person is None else person.id
    audit.write(conn, at=now, actor=actor, action=action, kind=kind, object_id=on)
