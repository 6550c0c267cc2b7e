"""A learning set lived on the page: from who would like to join to the actions of meeting two.

A co-lead opens it, seven join and one of them waits, dates are ticked, one is chosen, the meeting
is run with the practice clock, and two actions are carried to the next one. Most people act through
the control API; whoever a screen is about sits at the page.
"""

import pytest
from playwright.sync_api import expect

from bot.scheduler import ClockSide
from domain.people import Profile, Role
from storage import people
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_partner import modal, serious
from tests.browser.test_supervision_lived import goes_to, moves_to, told
from tests.e2e.set_story import CHANNEL, TUESDAY, joins, offers_dates, opens_meeting, seconds
from tests.e2e.set_things import account_of
from tests.workspace import Bot, Control, Someone, start_practice

MEMBERS = ("ada", "bilal", "cerys", "farah", "gwen", "hari")
WAITS = "kit"
THOUGHT, FIRST, SECOND = "How to say no kindly", "Say no to one thing a week", "Ask before I help"


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def harbour(request, tmp_path, browser):
    """The page on a Tuesday morning in March; seven partners, two co-leads, no set yet."""
    practice = start_practice()
    control = Control(practice)
    control.post("clock", now=TUESDAY)
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    with bot.database.write() as conn:
        for handle in ("farah", "gwen", "hari", WAITS):
            profile = Profile(account=account_of(handle), tz="Europe/London")
            people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    side = ClockSide(bot.house, seconds=1).start()
    bot.clock.tell(side.catch_up)
    for handle in (*MEMBERS, WAITS, "dilys", "emeka"):
        Someone(control, handle).home().press("I have read this", home=True)
    context = browser.new_context(
        viewport=request.param,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    page = context.new_page()
    yield control, practice, page
    context.close()
    side.stop()
    bot.stop()
    practice.stop()


def sits_down(world, handle, place="home"):
    """Sit down at the page as somebody, with nothing open."""
    control, practice, page = world
    person = Someone(control, handle)
    person.close() if person.modal else None
    goes_to(page, practice, f"{handle}/{place}")


def clicks(page, name, title=None):
    """Press the newest button of that name; return the modal with that title."""
    page.get_by_role("button", name=name, exact=True).last.click()
    if title:
        found = modal(page, title)
        assert serious(page) == []
        return found
    return None


def chooses(form, label, name):
    """Choose one in a list that is searched by typing."""
    field = form.get_by_label(label)
    field.fill(name)
    form.get_by_role("option", name=name).first.click()


def in_channel(control):
    return [
        entry["payload"]["text"]
        for entry in control.ledger("chat.postMessage")
        if entry["ok"] and entry["payload"]["channel"] == CHANNEL
    ]


@pytest.mark.timeout(240)
def test_from_who_would_like_to_join_to_the_actions_of_meeting_two(harbour):
    _opened_by_a_co_lead(harbour)
    _seven_join(harbour)
    _a_date(harbour)
    _the_meeting(harbour)
    _carried_on(harbour)


def _opened_by_a_co_lead(world):
    _, _, page = world
    sits_down(world, "dilys")
    clicks(page, "See learning sets", "Learning sets")
    form = clicks(page, "Make a set", "Make a set")
    form.get_by_label("Name").fill("Harbour")
    form.get_by_label("Joining link").fill("https://video.example.org/room")
    chooses(form, "Facilitator", "Emeka Model")
    form.get_by_label("The set's own channel").select_option(CHANNEL)
    clicks(page, "Make set")
    expect(page.get_by_text("0 of 6 places are taken.")).to_be_visible()
    assert serious(page) == []


def _seven_join(world):
    control, _, page = world
    for handle in MEMBERS[1:]:
        joins(Someone(control, handle)).close()
    sits_down(world, "ada")
    clicks(page, "See learning sets", "Learning sets")
    clicks(page, "Open set Harbour", "Learning set")
    clicks(page, "Join set")
    expect(page.get_by_text("You have a place. Welcome to the set.")).to_be_visible()
    assert serious(page) == []
    kit = joins(Someone(control, WAITS))
    assert "You are number 1 in the line." in kit.reads
    kit.close()


def _a_date(world):
    control, _, page = world
    dilys = Someone(control, "dilys")
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14)).close()
    for handle in MEMBERS[1:4]:
        person = Someone(control, handle).home().press("Tick dates", home=True)
        [wednesday] = [t for t in person.reads.splitlines() if t.startswith("Wednesday 17 March")]
        person.submit(values={"Which dates suit you?": [wednesday]}).close()
    sits_down(world, "ada")
    form = clicks(page, "Tick dates", "Dates")
    form.get_by_label("Wednesday 17 March 2027, 2pm").check()
    clicks(page, "Save dates")
    expect(page.get_by_text("Thank you. Your dates are saved.")).to_be_visible()
    sits_down(world, "dilys")
    clicks(page, "See learning sets")
    clicks(page, "Open set Harbour")
    clicks(page, "Open meeting 1", "Meeting")
    dates = clicks(page, "See what suits", "Dates")
    expect(dates.get_by_text("4 of 6 members have answered.")).to_be_visible()
    best = dates.get_by_text("suits 4 of 6. This suits best so far.")
    expect(best).to_contain_text("Wednesday 17 March 2027, 2pm")
    clicks(page, "Choose this date: Wednesday 17 March 2027, 2pm")
    expect(page.get_by_text("The date is chosen, and everyone is told.")).to_be_visible()
    sits_down(world, "ada", "messages")
    expect(page.get_by_text("the meeting is on Wednesday 17 March 2027, 2pm.").last).to_be_visible()


def _the_meeting(world):
    control, _, page = world
    moves_to(page, "2027-03-17T13:55")
    sits_down(world, "ada")
    clicks(page, "Open meeting 1")
    clicks(page, "See offers of today", "Offers of today")
    form = clicks(page, "Make an offer", "Offers of today")
    form.get_by_label("I'd like to think about...").fill(THOUGHT)
    clicks(page, "Save offer")
    expect(page.get_by_text(THOUGHT)).to_be_visible()
    sits_down(world, "emeka")
    clicks(page, "Open meeting 1")
    clicks(page, "See agenda", "Agenda")
    clicks(page, "Start agenda")
    expect(page.get_by_text("Now: Arrive and check in", exact=False)).to_be_visible()
    assert serious(page) == []
    for part in ("Actions from last time", "Offers"):
        clicks(page, "Next part")
        expect(page.get_by_text(f"Now: {part}", exact=False)).to_be_visible()
    clicks(page, "Close meeting")
    sure = page.get_by_role("dialog", name="Close this meeting?")
    sure.get_by_role("button", name="Close meeting").click()
    expect(page.get_by_text("This meeting is closed.")).to_be_visible()
    sits_down(world, "ada")
    assert THOUGHT not in page.content()
    assert not any(THOUGHT in text for text in in_channel(control))
    for handle, words in (("ada", FIRST), ("bilal", SECOND)):
        person = Someone(control, handle)
        opens_meeting(person, 1).press("Write an action").submit(values={"I will...": words})
        assert "Your action is saved." in person.reads
        person.close()


def _carried_on(world):
    control, _, page = world
    dilys = Someone(control, "dilys")
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    opens_meeting(dilys, 2).press("See what suits").press("Choose this date").close()
    sits_down(world, "ada")
    clicks(page, "See my actions", "My actions")
    clicks(page, "Part of it")
    expect(page.get_by_text("Part of it is done.", exact=False)).to_be_visible()
    sits_down(world, "cerys")
    clicks(page, "Open meeting 2", "Meeting")
    review = clicks(page, "See actions to review", "Actions from last time")
    for words in (FIRST, SECOND, "Part of it is done.", "Nothing said yet."):
        expect(review.get_by_text(words)).to_be_visible()
    assert not any(FIRST in text for who in (*MEMBERS, "dilys") for text in told(control, who))
