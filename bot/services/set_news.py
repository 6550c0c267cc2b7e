"""What people are told of a set as a whole: its places, its facilitator, its end."""

from datetime import datetime

from bot.services.reach import Reached, Skip
from bot.services.set_access import members_in
from bot.services.set_pages import may_see, set_row
from domain.deliveries import Delivery, Kind
from domain.learning_sets import LearningSet, Standing
from domain.people import Person, Role
from domain.preferences import Times
from domain.set_meetings import Meeting, MeetingState
from domain.values import dataclass
from storage import set_meetings, set_members
from storage.engine import Connection

CHANGED = Skip("changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetNews:
    """What somebody is told of a set; `kind` says what. `zone` and `times` are theirs.

    `offered_until` is how long a place is kept. `meeting` is the one that wants a facilitator,
    where it is only one. `cancelled` are meetings that were to come when the set ended. `opens`
    where the set's page is for them to see: when it ends, it is not for whoever waited.
    """

    kind: Kind
    learning_set: LearningSet
    zone: str
    times: Times
    offered_until: datetime | None = None
    meeting: Meeting | None = None
    cancelled: tuple[Meeting, ...] = ()
    opens: bool = True


def set_news(
    conn: Connection,
    delivery: Delivery,
    learning_set: LearningSet,
    meeting: Meeting | None,
    reached: Reached,
) -> SetNews | Skip:
    """Return what somebody is told of a set, if it is still so and for them."""
    kind, me = delivery.kind, reached.person
    member = set_members.one(conn, learning_set.id, me.id)
    leader = meeting.facilitator_id if meeting else learning_set.facilitator_id
    ahead = meeting is None or meeting.ahead
    wanted = leader is None and ahead and not learning_set.closed and Role.CO_LEAD in me.roles
    offered = (
        member is not None
        and member.standing is Standing.OFFERED
        and member.offer_id == delivery.cause
    )
    so = {
        Kind.SET_PLACE: offered,
        Kind.SET_PLACE_OVER: member is None and not learning_set.closed,
        Kind.SET_FACILITATOR: leader == me.id and not learning_set.closed,
        Kind.SET_NO_FACILITATOR: wanted,
        Kind.SET_CLOSED: learning_set.closed,
    }
    if not so[kind]:
        return CHANGED
    return SetNews(
        kind=kind,
        learning_set=learning_set,
        zone=me.tz,
        times=reached.choices.times,
        offered_until=member.offered_until if member is not None and offered else None,
        meeting=meeting,
        cancelled=_cancelled_by_end(conn, learning_set, me),
        opens=kind is not Kind.SET_PLACE_OVER and _opens(conn, learning_set, meeting, me),
    )


def _opens(
    conn: Connection, learning_set: LearningSet, meeting: Meeting | None, me: Person
) -> bool:
    leads_one = meeting is not None and meeting.facilitator_id == me.id
    return leads_one or may_see(conn, set_row(conn, learning_set, me), me)


def _cancelled_by_end(
    conn: Connection, learning_set: LearningSet, me: Person
) -> tuple[Meeting, ...]:
    """Return the booked meetings that a set's end cancelled, for whoever had them ahead."""
    if not learning_set.closed:
        return ()
    found = set_meetings.of_set(conn, learning_set.id)
    inside = me.id in members_in(conn, learning_set.id)
    return tuple(
        m
        for m in found
        if m.state is MeetingState.CANCELLED
        and m.date is not None
        and m.closed_at == learning_set.closed_at
        and (inside or m.facilitator_id == me.id)
    )
