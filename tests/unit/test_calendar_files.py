"""Calendar files, read by another program than the one that wrote them."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.services.calendar_files import CalendarEvent, one_line, written

START = datetime(2026, 3, 31, 13, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    uid="0f" * 16 + "@alongside.invalid",
    sequence=1,
    starts_at=START,
    ends_at=START + timedelta(minutes=90),
    changed_at=datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
)
ALLOWED = {
    "uid",
    "sequence",
    "dtstamp",
    "dtstart",
    "dtend",
    "summary",
    "status",
    "class",
    "transp",
    "organizer",
}


def read(event: CalendarEvent = EVENT, summary: str = "Action-learning set"):
    """The one calendar in the file, checked by vobject against the standard."""
    [calendar] = vobject.readComponents(written(event, summary).decode())
    calendar.validate(raiseException=True)
    return calendar


def changed(**what) -> CalendarEvent:
    return CalendarEvent(**({n: getattr(EVENT, n) for n in EVENT.__slots__} | what))


def test_another_program_reads_the_same_event() -> None:
    calendar = read()
    [event] = calendar.components()
    assert calendar.version.value == "2.0"
    assert calendar.method.value == "PUBLISH"
    assert event.uid.value == EVENT.uid
    assert event.sequence.value == "1"
    assert (event.dtstart.value, event.dtend.value) == (EVENT.starts_at, EVENT.ends_at)
    assert event.dtstamp.value == EVENT.changed_at
    assert event.status.value == "CONFIRMED"
    assert event.summary.value == "Action-learning set"


def test_it_is_private_and_says_nothing_more_than_it_has_to() -> None:
    [event] = read().components()
    assert event.contents["class"][0].value == "PRIVATE"
    assert set(event.contents) == ALLOWED
    assert event.organizer.value.endswith("@alongside.invalid")


def test_a_cancelled_meeting_takes_the_same_event_out() -> None:
    calendar = read(changed(cancelled=True, sequence=2))
    [event] = calendar.components()
    assert (calendar.method.value, event.status.value) == ("CANCEL", "CANCELLED")
    assert (event.uid.value, event.sequence.value) == (EVENT.uid, "2")


HOSTILE = [
    "Set\r\nATTENDEE:mailto:eve@example.org",
    "Set\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Second",
    "Set\rATTACH:https://example.org/x",
    "Set\u2028DESCRIPTION:no\u2029URL:https://example.org",
    "Set\x0bLOCATION:here\x0cCOMMENT:x\x85CONTACT:y",
    "a; b, c\\n d \\",
    '"quoted";X=1:2',
    "Set \u202etes\u202c",
    "\x00\x1b[31m" + "long " * 60,
    "Ünïcødé 🌳 " * 20,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    [event] = read(summary=text).components()
    assert set(event.contents) == ALLOWED
    assert event.summary.value == one_line(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
@example("\\N")
@example("a\\\\N\\n")
def test_any_text_is_one_event_with_one_line(text: str) -> None:
    raw = written(EVENT, text)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")
    [event] = read(summary=text).components()
    assert set(event.contents) == ALLOWED
    assert event.summary.value == one_line(text)


@pytest.mark.parametrize("month", [3, 10])
def test_times_are_right_on_both_sides_of_a_change_of_clocks(month: int) -> None:
    starts = datetime(2026, month, 27, 9, 30, tzinfo=UTC)
    [event] = read(changed(starts_at=starts, ends_at=starts + timedelta(hours=2))).components()
    assert event.dtstart.value == starts
    assert event.dtstart.value.utcoffset() == timedelta()
