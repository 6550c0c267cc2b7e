"""What the clock does around a meeting, inside a transaction that holds its set.

Each thing is done once: the meeting remembers up to when everything was done, in the same
transaction. Several processes may look at any time.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.services import set_again, set_notices
from bot.services.set_access import done, members_in
from bot.services.set_proposals import drop_offers, expected
from domain.agendas import Run
from domain.deliveries import Kind
from domain.ids import new_id
from domain.learning_sets import LearningSet
from domain.meeting_dates import Answer
from domain.meeting_times import REMINDERS, TOGETHER, Moment, came_at, due, reminder_at
from domain.preferences import Remind
from domain.set_meetings import Meeting, MeetingState
from storage import set_answers, set_meetings, set_words
from storage.engine import Connection

END_WAITS = timedelta(hours=1)


def step(conn: Connection, learning_set: LearningSet, meeting: Meeting, now: datetime) -> Meeting:
    """Do what has come due around a meeting, and return it as it stands then."""
    for moment in due(meeting, now):
        if meeting.state is MeetingState.BOOKED:
            meeting = _WORK[moment](conn, learning_set, meeting, moment, now)
    meeting = replace(meeting, stepped_at=max(now, meeting.stepped_at))
    set_meetings.put(conn, meeting)
    return meeting


def count_again(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, now: datetime
) -> Meeting:
    """Look once more at how many come, after the look an hour before; until the meeting begins.

    Where enough come again, whoever heard of too few hears that it goes ahead, and the others are
    reminded as if there always had been enough. Where too few come by now, they are told as at the
    first look.
    """
    looked_at = came_at(meeting, Moment.REMIND_HOUR)
    if looked_at is None or looked_at > meeting.stepped_at:
        return meeting
    if not meeting.few and not _begun(meeting, now):
        return _look_at_quorum(conn, learning_set, meeting, now) or meeting
    if meeting.few and enough_come(conn, learning_set, meeting):
        meeting = replace(meeting, few=False)
        set_meetings.put(conn, meeting)
        there = [p for p in set_notices.everyone_of(conn, meeting) if p is not None]
        heard = set_again.tell_of_enough(conn, meeting, _not_away(conn, meeting, there), now)
        _remind_who_comes(conn, meeting, Remind.HOUR, now, told=heard)
    return meeting


def enough_come(conn: Connection, learning_set: LearningSet, meeting: Meeting) -> bool:
    """Whether as many are expected as the set needs."""
    return len(expected(conn, meeting)) >= learning_set.plan.quorum


def close(
    conn: Connection,
    learning_set: LearningSet,
    meeting: Meeting,
    now: datetime,
    *,
    due: datetime | None = None,
) -> Meeting:
    """Let a meeting be over as held: its offers go, and who was expected to be away is kept.

    The set hears of it where the agenda was run. `due` is when the clock ended it by itself.
    """
    there = set(expected(conn, meeting))
    for person_id in members_in(conn, meeting.set_id):
        if person_id not in there:
            set_answers.say(conn, meeting.id, person_id, False)
    drop_offers(conn, meeting, now)
    held = replace(
        meeting,
        state=MeetingState.HELD,
        closed_at=now,
        run=None,
        few=False,
        step=new_id() if meeting.step else None,
    )
    set_meetings.put(conn, held)
    ends_at = now + END_WAITS
    set_notices.post(conn, Kind.SET_END, learning_set, held, now=now, ends_at=ends_at, due=due)
    return held


def under_way(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, run: Run, now: datetime
) -> Meeting:
    """Let a run stand so, and say it in the channel."""
    stepped = replace(meeting, run=run, step=new_id(), few=False, stepped_at=now)
    set_meetings.put(conn, stepped)
    ends_at = run.ends_at or now + END_WAITS
    set_notices.post(conn, Kind.SET_PART, learning_set, stepped, now=now, ends_at=ends_at)
    return stepped


def _remind(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, moment: Moment, now: datetime
) -> Meeting:
    """Plan a reminder for all who did not say no; what told the date just now is enough."""
    how = REMINDERS[moment]
    if how is Remind.HOUR and meeting.run is None:
        few = _look_at_quorum(conn, learning_set, meeting, now)
        if few is not None:
            return few
    _remind_who_comes(conn, meeting, how, now)
    return meeting


def _remind_who_comes(
    conn: Connection,
    meeting: Meeting,
    how: Remind,
    now: datetime,
    *,
    told: Collection[str] = (),
) -> None:
    """Plan a reminder for all who did not say no, and were not told just now."""
    assert meeting.date is not None, "only what is booked is reminded of"
    if reminder_at(how, meeting.date, meeting.zone) > meeting.told_at + TOGETHER:
        people = [p for p in set_notices.everyone_of(conn, meeting) if p and p not in told]
        set_notices.remind(conn, how, meeting, _not_away(conn, meeting, people), now=now)


def _not_away(conn: Connection, meeting: Meeting, people: Iterable[str]) -> list[str]:
    answers = set_answers.answers(conn, meeting.id)
    return [p for p in people if answers.get(p, Answer()).coming is not False]


def _begun(meeting: Meeting, now: datetime) -> bool:
    return meeting.run is not None or meeting.date is None or meeting.date.starts_at <= now


def _look_at_quorum(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, now: datetime
) -> Meeting | None:
    """Where too few come, offer the facilitator to move it and tell those who would come.

    Without a facilitator co-leads are asked. None where enough come.
    """
    there = expected(conn, meeting)
    if enough_come(conn, learning_set, meeting):
        return None
    few = replace(meeting, few=True)
    set_meetings.put(conn, few)
    leader = meeting.facilitator_id
    asked = set_notices.co_leads(conn) if leader is None else [leader]
    came = came_at(meeting, Moment.REMIND_HOUR)
    set_again.tell_once_more(conn, Kind.SET_QUORUM, few, asked, now, due=came)
    others = [person_id for person_id in there if person_id != leader]
    set_again.tell_once_more(conn, Kind.SET_FEW, few, others, now, due=came)
    return few


def _ask_about_actions(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, moment: Moment, now: datetime
) -> Meeting:
    """Ask those who took something away from an earlier meeting; not so late that it is nagging."""
    assert meeting.date is not None, "only what is booked comes due"
    open_ones = (a for a, _ in set_words.actions_of_set(conn, meeting.set_id))
    authors = {a.person_id for a in open_ones if a.state.goes_on and a.meeting_id != meeting.id}
    answers = set_answers.answers(conn, meeting.id)
    people = [
        person_id
        for person_id in members_in(conn, meeting.set_id)
        if person_id in authors and answers.get(person_id, Answer()).coming is not False
    ]
    ends_at = reminder_at(Remind.DAY, meeting.date, meeting.zone)
    set_notices.tell_of_meeting(
        conn,
        Kind.SET_ACTIONS,
        meeting,
        people,
        now=now,
        ends_at=max(ends_at, now),
        due=came_at(meeting, moment),
    )
    return meeting


def _call(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, moment: Moment, now: datetime
) -> Meeting:
    two = moment is Moment.TWO_MINUTES
    kind = Kind.SET_TWO_MINUTES if two else Kind.SET_TIME_UP
    ends_at = now + set_notices.CALL_WAITS
    came = came_at(meeting, moment)
    set_notices.post(conn, kind, learning_set, meeting, now=now, ends_at=ends_at, due=came)
    return meeting


def _end(
    conn: Connection, learning_set: LearningSet, meeting: Meeting, moment: Moment, now: datetime
) -> Meeting:
    """Close what nobody closed. Where too few would have come and nobody began, it was not held."""
    too_few = meeting.few and not enough_come(conn, learning_set, meeting)
    if too_few and meeting.step is None:
        drop_offers(conn, meeting, now)
        over = replace(meeting, state=MeetingState.CANCELLED, closed_at=now)
        done(conn, None, "set_meeting_not_held", meeting.id, now, kind="set_meeting")
        return over
    done(conn, None, "set_meeting_closed", meeting.id, now, kind="set_meeting")
    return close(conn, learning_set, meeting, now, due=came_at(meeting, moment))


_Work = Callable[[Connection, LearningSet, Meeting, Moment, datetime], Meeting]
_WORK: dict[Moment, _Work] = {
    Moment.REMIND_WEEK: _remind,
    Moment.ACTIONS: _ask_about_actions,
    Moment.REMIND_DAY: _remind,
    Moment.REMIND_HOUR: _remind,
    Moment.TWO_MINUTES: _call,
    Moment.TIME_UP: _call,
    Moment.END: _end,
}
