"""A meeting as a calendar file (RFC 5545 and 5546): one event, and nothing private in it.

The library escapes what would break out of a value, but lets a lone carriage return and the line
and paragraph separators of Unicode through; so text is made one plain line before. Times are in
UTC: every calendar shows them by its own clock, summer time included.
"""

from datetime import UTC, datetime

from bot.services.gate import admit
from bot.services.session_files import KEPT_IN_SLACK
from bot.services.set_access import known_meeting
from bot.services.set_booking import check_may_look
from domain.clock import Clock
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused
from domain.set_meetings import MeetingState
from domain.text import visible
from domain.values import dataclass
from storage import files
from storage.engine import Database

_NOBODY = "mailto:nobody@alongside.invalid"
"""RFC 5546 asks for an organizer. Nobody can be written to there (RFC 2606, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """What a calendar needs of a meeting; a higher `sequence` takes the place of a lower one."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CalendarFiles:
    """The use cases, given a database and a clock."""

    database: Database
    clock: Clock

    def event(self, by: Account, meeting_id: str) -> CalendarEvent:
        """Return a meeting for somebody's calendar; to take it out, where it is not on any more.

        Raises:
            Refused: `meeting_undated`, or it is not for them.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            learning_set, meeting = known_meeting(conn, meeting_id)
            check_may_look(conn, learning_set, meeting, me)
        if meeting.date is None or meeting.ends_at is None:
            raise Refused("meeting_undated")
        return CalendarEvent(
            uid=f"{meeting.id}@alongside.invalid",
            sequence=meeting.sequence,
            starts_at=meeting.date.starts_at,
            ends_at=meeting.ends_at,
            changed_at=meeting.told_at,
            cancelled=meeting.state in {MeetingState.CANCELLED, MeetingState.POLLING},
        )

    def sent(self, by: Account, file_id: str) -> None:
        """Remember a file that is about to go out, so that it is taken back after 24 hours."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.SEE_SETS)
            files.add(conn, file_id, me.id, delete_after=self.clock() + KEPT_IN_SLACK)


def written(event: CalendarEvent, summary: str, *, language: str = "EN") -> bytes:
    """Return the file. `summary` is a general name that tells nothing of the set or its people."""
    # 80 modules and 3 MB that most days do without.
    from icalendar import Calendar, Event, vCalAddress

    calendar = Calendar()
    calendar.add("prodid", f"-//Alongside//{language}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if event.cancelled else "PUBLISH")
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", event.ends_at.astimezone(UTC))
    entry.add("summary", one_line(summary))
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    entry.add("class", "PRIVATE")
    entry.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    entry.add("organizer", vCalAddress(_NOBODY))
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def one_line(text: str) -> str:
    """Return the text without anything that could end a line or turn its direction.

    The library takes a backslash with a capital N for a line break, and one with a small n for what
    it is.
    """
    return " ".join(visible(" ".join(text.split())).split()).replace("\\N", "\\n")
