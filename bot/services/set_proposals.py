"""Who is asked to do what in a meeting, and what is forgotten of somebody who leaves."""

from dataclasses import replace
from datetime import datetime

from bot.services import set_again
from bot.services.scrubbing import note_change
from bot.services.set_access import members_in
from domain.deliveries import Kind
from domain.learning_sets import LearningSet
from domain.meeting_dates import coming
from domain.set_meetings import Meeting, MeetingState
from domain.set_roles import propose
from storage import set_answers, set_meetings, set_roles, set_words
from storage.engine import Connection

OFFERS = "set_offers"


def expected(conn: Connection, meeting: Meeting) -> list[str]:
    """Return the ids of the members who are expected, in the order in which they joined."""
    members = members_in(conn, meeting.set_id)
    ticked: frozenset[str] = frozenset()
    was_offered = False
    if meeting.date is not None:
        ticks = set_answers.ticks(conn, meeting.id)
        for offered in set_meetings.dates(conn, meeting.id):
            if offered.date == meeting.date:
                was_offered, ticked = True, ticks.get(offered.id, frozenset())
    answers = set_answers.answers(conn, meeting.id)
    come = coming(members, answers, ticked, was_offered=was_offered)
    return [person_id for person_id in members if person_id in come]


def propose_missing(
    conn: Connection, meeting: Meeting, now: datetime, *, tell: bool = True
) -> None:
    """Ask somebody for each role that nobody is down for; the facilitator has enough to do.

    `tell` whether whoever is asked hears of it by itself.
    """
    if meeting.state is not MeetingState.BOOKED:
        return
    there = [p for p in expected(conn, meeting) if p != meeting.facilitator_id]
    asked = propose(
        there,
        set_roles.history(conn, meeting.set_id, before=meeting.number),
        set_roles.of_meeting(conn, meeting.id),
        presenters=meeting.agenda.turns,
    )
    for taken in asked:
        set_roles.put(conn, meeting.id, taken)
    if tell:
        people = [taken.person_id for taken in asked]
        set_again.tell_once_more(conn, Kind.SET_ROLE, meeting, people, now)


def drop_offers(conn: Connection, meeting: Meeting, now: datetime) -> None:
    """Delete the offers of a meeting. Old copies that the database keeps are scrubbed later."""
    if set_words.drop_offers(conn, meeting.id):
        note_change(conn, OFFERS, now=now)


def forget_person(
    conn: Connection, learning_set: LearningSet, person_id: str, now: datetime
) -> None:
    """Forget what somebody who left said of meetings to come, and ask others for their roles."""
    for meeting in set_meetings.of_set(conn, learning_set.id):
        if not meeting.ahead:
            continue
        set_answers.forget(conn, meeting.id, person_id)
        set_roles.remove(conn, meeting.id, person_id)
        if set_words.drop_offer(conn, meeting.id, person_id):
            note_change(conn, OFFERS, now=now)
        propose_missing(conn, meeting, now)


def without_roles(conn: Connection, meeting: Meeting, person_id: str, now: datetime) -> None:
    """Ask others for the roles of somebody who cannot come."""
    if set_roles.release(conn, meeting.id, person_id):
        propose_missing(conn, meeting, now)


def new_edition(meeting: Meeting, edition: str, now: datetime) -> Meeting:
    """Return the meeting with something new about its dates, of which people are told."""
    return replace(
        meeting,
        edition=edition,
        told_at=now,
        stepped_at=now,
        sequence=meeting.sequence + 1,
        few=False,
    )
