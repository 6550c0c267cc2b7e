"""What people of a set are told: planned in the transaction of the fact, once for each of them.

The cause of a notice is an id that is made anew with the fact: the edition of a meeting, a step of
its agenda, an offer. What was planned for an earlier one is not sent any more.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bot.services.set_access import members_in
from domain.deliveries import Delivery, Kind
from domain.ids import new_id
from domain.learning_sets import LearningSet, Member
from domain.meeting_times import reminder_at
from domain.people import Role
from domain.preferences import Remind
from domain.set_meetings import Meeting, MeetingState
from storage import outbox, people, set_meetings
from storage.engine import Connection

NOTICE_WAITS = timedelta(days=7)
"""How long something that is only good to know may wait, for the end of a quiet time."""
CALL_WAITS = timedelta(minutes=1)
"""How long a call of the time may wait; later it would only confuse."""
HALF = 16
"""So much of a cause is the edition's, of what may be told several times in one."""
_SEVERAL_TIMES = {Kind.SET_ROLE, Kind.SET_FEW, Kind.SET_QUORUM, Kind.SET_CHOSEN}
DAYS_BEFORE = {Remind.WEEK: 7, Remind.DAY: 1, Remind.HOUR: 0}


def tell(
    conn: Connection,
    kind: Kind,
    to: Iterable[str | None],
    *,
    cause: str,
    on: date,
    subject: str,
    ends_at: datetime,
    now: datetime,
    due: datetime | None = None,
) -> int:
    """Plan one notice for each of these people; once more with the same cause plans nothing.

    `due` is the moment at which it came round, where that was before now: an older database that
    was put back must not send it again.

    Returns:
        How many were planned.
    """
    planned = 0
    for person_id in dict.fromkeys(to):
        if person_id is not None and ends_at > now:
            notice = Delivery(
                id=new_id(),
                cause=cause,
                on_date=on,
                recipient=person_id,
                kind=kind,
                person_id=person_id,
                subject=subject,
                not_before=due or now,
                ends_at=ends_at,
            )
            planned += outbox.plan(conn, notice, now=now)
    return planned


def tell_of_meeting(
    conn: Connection,
    kind: Kind,
    meeting: Meeting,
    to: Iterable[str | None],
    *,
    now: datetime,
    ends_at: datetime | None = None,
    on: date | None = None,
    due: datetime | None = None,
) -> int:
    """Plan a notice of this edition of a meeting, which is over when the meeting begins.

    Returns:
        How many were planned.
    """
    over = over_at(conn, meeting)
    return tell(
        conn,
        kind,
        to,
        cause=meeting.edition,
        on=on or meeting.told_at.date(),
        subject=meeting.id,
        ends_at=ends_at or over or now + NOTICE_WAITS,
        now=now,
        due=due,
    )


def tell_not_on(conn: Connection, meeting: Meeting, now: datetime) -> None:
    """Tell everybody that a meeting is not on when it was booked; another date is looked for.

    The notice is for the date that was taken away: it stays true while no other one is chosen.
    """
    assert meeting.date is not None, "the date that it had is kept until another one is chosen"
    tell_of_meeting(
        conn,
        Kind.SET_CANCELLED,
        meeting,
        everyone_of(conn, meeting),
        now=now,
        ends_at=now + NOTICE_WAITS,
        on=meeting.date.on,
    )


def is_of_now(delivery: Delivery, meeting: Meeting) -> bool:
    """Whether nothing newer about a meeting's dates was told since this was planned."""
    if delivery.kind in _SEVERAL_TIMES:
        return delivery.cause[:HALF] == meeting.edition[:HALF]
    if delivery.kind is Kind.SET_CANCELLED and meeting.state is MeetingState.POLLING:
        return meeting.date is not None and meeting.date.on == delivery.on_date
    return delivery.cause == meeting.edition


def remind(
    conn: Connection, how: Remind, meeting: Meeting, to: Iterable[str | None], *, now: datetime
) -> None:
    """Plan a reminder for each of these people, who may have chosen not to have it."""
    assert meeting.date is not None, "only what is booked is reminded of"
    on = meeting.date.on - timedelta(days=DAYS_BEFORE[how])
    due = reminder_at(how, meeting.date, meeting.zone)
    tell_of_meeting(conn, Kind.SET_REMINDER, meeting, to, now=now, on=on, due=due)


def reminds_of(meeting: Meeting, on: date) -> Remind | None:
    """Return which reminder a delivery for that date is."""
    if meeting.date is None:
        return None
    days = (meeting.date.on - on).days
    return next((how for how, before in DAYS_BEFORE.items() if before == days), None)


def everyone_of(conn: Connection, meeting: Meeting) -> list[str | None]:
    """Return the ids of a meeting's members and its facilitator."""
    return [*members_in(conn, meeting.set_id), meeting.facilitator_id]


def tell_of_place(conn: Connection, kind: Kind, member: Member, now: datetime) -> None:
    """Plan the notice that a place is offered, or that it was passed on."""
    offered = kind is Kind.SET_PLACE and member.offered_until is not None
    tell(
        conn,
        kind,
        [member.person_id],
        cause=member.offer_id or member.set_id,
        on=member.since.date(),
        subject=member.set_id,
        ends_at=member.offered_until if offered and member.offered_until else now + NOTICE_WAITS,
        now=now,
        due=None if offered else member.offered_until,
    )


def tell_facilitator(conn: Connection, learning_set: LearningSet, now: datetime) -> None:
    """Tell whoever is the facilitator now; or co-leads, that somebody is wanted."""
    leader = learning_set.facilitator_id
    kind = Kind.SET_NO_FACILITATOR if leader is None else Kind.SET_FACILITATOR
    tell(
        conn,
        kind,
        co_leads(conn) if leader is None else [leader],
        cause=new_id(),
        on=now.date(),
        subject=learning_set.id,
        ends_at=now + NOTICE_WAITS,
        now=now,
    )


def co_leads(conn: Connection) -> list[str | None]:
    """Return the ids of every active co-lead."""
    return [person.id for person in people.people_with_role(conn, Role.CO_LEAD)]


def post(
    conn: Connection,
    kind: Kind,
    learning_set: LearningSet,
    meeting: Meeting,
    *,
    now: datetime,
    ends_at: datetime,
    due: datetime | None = None,
) -> None:
    """Plan a post about the latest step of a meeting in the set's channel, if it has one.

    There is one of a kind for each step.
    """
    channel = learning_set.plan.channel
    if channel is not None and meeting.step is not None and ends_at > now:
        notice = Delivery(
            id=new_id(),
            cause=meeting.step,
            on_date=meeting.told_at.date(),
            recipient=channel,
            kind=kind,
            subject=meeting.id,
            not_before=due or now,
            ends_at=ends_at,
        )
        outbox.plan(conn, notice, now=now)


def over_at(conn: Connection, meeting: Meeting) -> datetime | None:
    """Return from when on a notice of a meeting is of no use; None where it is cancelled."""
    if meeting.state is MeetingState.CANCELLED:
        return None
    if meeting.state is MeetingState.BOOKED and meeting.date is not None:
        return meeting.date.starts_at
    # Nobody needs to say which dates suit when the last of them has come.
    return max((d.date.starts_at for d in set_meetings.dates(conn, meeting.id)), default=None)
