"""What the clock does of itself around a meeting, and when."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from domain.agendas import SHORTEST_WARNED, parts_of
from domain.preferences import Remind
from domain.schedules import instant
from domain.set_meetings import Date, Meeting, MeetingState

CLOSES_AFTER = timedelta(hours=2)
"""After its usual end a meeting that nobody closed is closed."""
QUORUM_BEFORE = timedelta(hours=1)
ACTIONS_BEFORE = timedelta(days=3)
TOGETHER = timedelta(hours=2)
"""Two reminders for one person that are this close are one."""


class Moment(StrEnum):
    """What the clock brings of itself."""

    REMIND_WEEK = "remind_week"
    ACTIONS = "actions"
    REMIND_DAY = "remind_day"
    REMIND_HOUR = "remind_hour"
    TWO_MINUTES = "two_minutes"
    TIME_UP = "time_up"
    END = "end"


REMINDERS = {
    Moment.REMIND_WEEK: Remind.WEEK,
    Moment.REMIND_DAY: Remind.DAY,
    Moment.REMIND_HOUR: Remind.HOUR,
}


def reminder_at(remind: Remind, day: Date, zone: str) -> datetime:
    """Return when a reminder is due: a week or a day before by the wall clock, or an hour."""
    if remind is Remind.HOUR:
        return day.starts_at - QUORUM_BEFORE
    before = timedelta(days=7 if remind is Remind.WEEK else 1)
    return instant(day.on - before, day.at, zone) or day.starts_at - before


def moments(meeting: Meeting) -> list[tuple[datetime, Moment]]:
    """Return when the clock has something to do around a meeting, in order."""
    if meeting.state is not MeetingState.BOOKED or meeting.date is None:
        return []
    day, ends_at = meeting.date, meeting.ends_at or meeting.date.starts_at
    actions = instant(day.on - ACTIONS_BEFORE, day.at, meeting.zone)
    found = [(reminder_at(r, day, meeting.zone), m) for m, r in REMINDERS.items()]
    found.append((actions or day.starts_at - ACTIONS_BEFORE, Moment.ACTIONS))
    found.append((ends_at + CLOSES_AFTER, Moment.END))
    run = meeting.run
    if run is not None and run.ends_at is not None and run.warned_at is not None:
        if parts_of(meeting.agenda)[run.part].minutes >= SHORTEST_WARNED:
            found.append((run.warned_at, Moment.TWO_MINUTES))
        found.append((run.ends_at, Moment.TIME_UP))
    return sorted(found, key=lambda one: one[0])


def due(meeting: Meeting, now: datetime) -> list[Moment]:
    """Return what has come since the clock last looked.

    What a later one has made idle is left out: two minutes left when the time is up, and calls of
    the time when the meeting is over.
    """
    found = [m for at, m in moments(meeting) if meeting.stepped_at < at <= now]
    idle = {Moment.TWO_MINUTES} if Moment.TIME_UP in found else set()
    if Moment.END in found:
        idle = {Moment.TWO_MINUTES, Moment.TIME_UP}
    return [moment for moment in found if moment not in idle]


def came_at(meeting: Meeting, moment: Moment) -> datetime | None:
    """Return when something of the clock's came round for this meeting, or comes."""
    return next((at for at, one in moments(meeting) if one is moment), None)


def next_moment(meeting: Meeting) -> datetime | None:
    """Return when the clock has to look again; None where it need not."""
    return next((at for at, _ in moments(meeting) if at > meeting.stepped_at), None)


def superseded(
    remind: Remind, wanted: Collection[Remind], day: Date, zone: str, *, now: datetime
) -> bool:
    """Whether a nearer reminder, which the person wants too, comes so soon that one is enough."""
    mine = reminder_at(remind, day, zone)
    later = (reminder_at(other, day, zone) for other in wanted if other is not remind)
    return any(mine < at <= now + TOGETHER for at in later)
