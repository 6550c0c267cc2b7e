"""A meeting's calendar file through its life, read by a program that did not write it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import vobject

from bot.services.calendar_files import written
from domain.people import Role
from storage import files
from storage.vault import MasterKeys, Vault, rotate
from tests.learning_set_rows import AT, ONE_DAY, Sets, refusal


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


def entry(sets: Sets, person, meeting):
    """The method of the file, and its one event."""
    text = written(sets.calendars.event(person.account, meeting.id), "Action-learning set").decode()
    [calendar] = vobject.readComponents(text)
    calendar.validate(raiseException=True)
    [event] = calendar.components()
    assert "Larch" not in text
    assert not any(p.account.user in text for p in (person, sets.guide, sets.co_lead))
    return calendar.method.value, event


def test_one_event_is_changed_and_taken_out_under_one_name(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting = sets.booked(which=1)
    method, first = entry(sets, ada, meeting)
    assert method == "PUBLISH"
    # At two by British Summer Time, asked about in winter.
    assert first.dtstart.value == datetime(2026, 3, 31, 13, 0, tzinfo=UTC)
    assert first.dtend.value - first.dtstart.value == timedelta(minutes=90)

    sets.meetings.move(sets.guide.account, meeting.id, date(2026, 3, 26), time(10), form="f")
    method, moved = entry(sets, ada, meeting)
    assert (method, moved.dtstart.value.hour) == ("PUBLISH", 10)

    dates = [(date(2026, 4, 14), AT), (date(2026, 4, 15), AT)]
    sets.dates.ask_again(sets.co_lead.account, meeting.id, dates, form="g")
    method, asked = entry(sets, ada, meeting)
    assert (method, asked.status.value) == ("CANCEL", "CANCELLED")

    sets.meetings.cancel(sets.co_lead.account, meeting.id)
    method, gone = entry(sets, ada, meeting)
    assert (method, gone.status.value) == ("CANCEL", "CANCELLED")

    assert {e.uid.value for e in (first, moved, asked, gone)} == {first.uid.value}
    numbers = [int(e.sequence.value) for e in (first, moved, asked, gone)]
    assert numbers == sorted(set(numbers))


def test_the_same_file_again_has_the_same_number(sets: Sets) -> None:
    [ada] = sets.joined(1)
    meeting = sets.booked()
    before = sets.calendars.event(ada.account, meeting.id)
    sets.now += ONE_DAY
    assert sets.calendars.event(ada.account, meeting.id) == before


def test_a_meeting_without_a_date_has_no_file_and_others_get_none(sets: Sets) -> None:
    [ada] = sets.joined(1)
    polling, booked = sets.offer_dates(), sets.booked()
    assert refusal(sets.calendars.event, ada.account, polling.id) == "meeting_undated"
    outside = sets.enrol("U0OUT")
    assert refusal(sets.calendars.event, outside.account, booked.id) == "set_of_others"
    nobody = sets.enrol("U0LEARN", Role.LEARNING_PARTNER)
    assert refusal(sets.calendars.event, nobody.account, booked.id) == "role_needed"


def test_a_file_is_taken_back_from_slack_after_a_day(sets: Sets) -> None:
    sets.calendars.sent(sets.guide.account, "F1")
    with sets.database.read() as conn:
        assert files.due(conn, now=sets.now + ONE_DAY - timedelta(seconds=1)) == []
        [(file_id, _, _)] = files.due(conn, now=sets.now + ONE_DAY)
    assert file_id == "F1"


def test_a_link_opens_after_the_master_key_was_changed(sets: Sets) -> None:
    [ada] = sets.joined(1)
    link = "https://meet.example/larch"
    sets.sets.set_link(sets.co_lead.account, sets.id, link, form="f")
    ring = sets.keys.with_new()
    rotate(sets.database, ring)
    newest = MasterKeys.parse(ring.text().splitlines()[0])
    sets.sets = type(sets.sets)(sets.database, Vault(newest), sets.clock)
    assert sets.sets.link(ada.account, sets.id) == link
