"""What booking and calling off a meeting means, inside a transaction that holds its set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.services import set_notices
from bot.services.set_access import (
    check_sees,
)
from bot.services.set_proposals import drop_offers, new_edition, propose_missing
from domain.deliveries import Kind
from domain.ids import new_id
from domain.learning_sets import LearningSet
from domain.people import Person
from domain.policy import Sight, Thing
from domain.refusals import Refused
from domain.set_meetings import Date, Meeting, MeetingState, check_no_other
from storage import set_meetings as store
from storage.engine import Connection


def book(conn: Connection, meeting: Meeting, day: Date, kind: Kind, now: datetime) -> Meeting:
    """Let a meeting be at this date, propose roles, and tell everybody.

    Raises:
        Refused: It is past by now, or another meeting of the set is on at that time.
    """
    if day.starts_at <= now:
        raise Refused("date_over")
    check_times(conn, meeting, [day])
    dated = replace(meeting, state=MeetingState.BOOKED, date=day)
    booked = new_edition(dated, new_id(), now)
    store.put(conn, booked)
    propose_missing(conn, booked, now, tell=False)
    people = set_notices.everyone_of(conn, booked)
    set_notices.tell_of_meeting(conn, kind, booked, people, now=now)
    return booked


def call_off(conn: Connection, meeting: Meeting, now: datetime) -> Meeting:
    """Cancel a meeting; its offers go. Who is told, and of what, the caller knows."""
    drop_offers(conn, meeting, now)
    over = replace(meeting, state=MeetingState.CANCELLED, run=None, closed_at=now)
    cancelled = new_edition(over, new_id(), now)
    store.put(conn, cancelled)
    return cancelled


def check_times(conn: Connection, meeting: Meeting, dates: Sequence[Date]) -> None:
    """Refuse dates at which another meeting of the set is on."""
    others = [m for m in store.of_set(conn, meeting.set_id) if m.id != meeting.id]
    for day in dates:
        check_no_other(day, meeting.agenda, others)


def check_may_look(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, me: Person
) -> None:
    """Refuse whoever is neither a member, nor the facilitator, nor a co-lead."""
    check_sees(conn, Thing.SET_MEETING, Sight.YES, learning_set, me, meeting)
