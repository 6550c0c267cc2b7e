"""What people of a set are told several times, each time it is so, or once in place of several."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.services import set_notices
from bot.services.reach import Skip, Wait
from domain.deliveries import Kind, State
from domain.ids import new_id
from domain.set_meetings import Meeting, MeetingState
from storage import outbox_about, set_answers, set_meetings
from storage.engine import Connection

_A_MOMENT = timedelta(minutes=1)


def tell_once_more(
    conn: Connection,
    kind: Kind,
    meeting: Meeting,
    to: Iterable[str | None],
    now: datetime,
    *,
    due: datetime | None = None,
) -> None:
    """Tell each of these people what may happen several times in one edition, each time it does.

    Half of the cause is the edition's, so that what waits can be told from what is over; the other
    half is made anew. Whoever is about to be told anyway is not told twice: what is sent says how
    things stand then.
    """
    about = meeting.edition[: set_notices.HALF]
    waiting = (
        person_id
        for person_id in dict.fromkeys(to)
        if person_id is not None
        and not any(
            cause.startswith(about)
            for cause in outbox_about.waits(conn, meeting.id, kind, person_id)
        )
    )
    set_notices.tell(
        conn,
        kind,
        waiting,
        cause=about + new_id()[set_notices.HALF :],
        on=meeting.told_at.date(),
        subject=meeting.id,
        ends_at=set_notices.over_at(conn, meeting) or now + set_notices.NOTICE_WAITS,
        now=now,
        due=due,
    )


def tell_of_enough(
    conn: Connection, meeting: Meeting, to: Iterable[str], now: datetime
) -> set[str]:
    """Tell those who heard that too few can come that it goes ahead; return who they are."""
    about = meeting.edition[: set_notices.HALF]
    heard = {
        person_id
        for kind in (Kind.SET_FEW, Kind.SET_QUORUM)
        for cause, person_id in outbox_about.told(conn, meeting.id, kind)
        if cause.startswith(about)
    }
    again = heard.intersection(to)
    tell_once_more(conn, Kind.SET_CHOSEN, meeting, sorted(again), now)
    return again


def tell_newcomer(conn: Connection, set_id: str, person_id: str, now: datetime) -> None:
    """Tell somebody who has a place now what the others know: dates to tick, and a date.

    Of dates to tick they are told once, also where several meetings have some: the message says
    the same for each, and the set's page shows all. Dates that are all over, and those that they
    were asked about before, are no reason to be silent about others.
    """
    ahead = [meeting for meeting in set_meetings.of_set(conn, set_id) if meeting.ahead]
    polling = [meeting for meeting in ahead if meeting.state is MeetingState.POLLING]
    for meeting in polling:
        if set_notices.tell_of_meeting(conn, Kind.SET_DATES, meeting, [person_id], now=now):
            break
    for meeting in ahead:
        if meeting not in polling:
            set_notices.tell_of_meeting(conn, Kind.SET_CHOSEN, meeting, [person_id], now=now)


def asked_together(
    conn: Connection, meeting: Meeting, person_id: str, now: datetime
) -> Skip | Wait | None:
    """Skip a question about dates where another one of the same set came in its place.

    Where several waited, for the end of a quiet time or a pause, one is enough: the earliest
    meeting's, for which the others wait. Home shows all that are to tick. What was said before
    this was asked does not count.
    """
    for other in set_meetings.of_set(conn, meeting.set_id):
        if other.id == meeting.id or other.state is not MeetingState.POLLING:
            continue
        said = set_answers.answers(conn, other.id).get(person_id)
        asked = other.edition, other.told_at.date(), person_id
        found = outbox_about.ended(conn, *asked, Kind.SET_DATES)
        if found is None or (said is not None and said.ticked):
            continue
        state, at = found
        if state in {State.SENT, State.UNCERTAIN} and at is not None and at >= meeting.told_at:
            return Skip("together")
        if state in {State.PENDING, State.SENDING} and other.number < meeting.number:
            return Wait(now + _A_MOMENT)
    return None


def tell_facilitator_wanted(conn: Connection, meeting: Meeting, now: datetime) -> None:
    """Tell co-leads that one meeting has no facilitator any more; it may happen several times."""
    tell_once_more(conn, Kind.SET_NO_FACILITATOR, meeting, set_notices.co_leads(conn), now)
