"""A request before a bank holiday weekend, lived on the page with the practice clock and the bot.

By keyboard where somebody asks: it has to be done in a minute, on any day.
"""

import pytest
from playwright.sync_api import expect

from bot.scheduler import ClockSide
from practice.people import user_id
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_partner import modal, press, serious, tab_to
from tests.workspace import Bot, Control, Someone, start_practice

FRIDAY = "2027-04-30T17:40:00Z"
"""Friday at 18:40 in London. The Monday after it is the early May bank holiday."""
PEOPLE = ("ada", "farah", "dilys")


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def weekend(request, tmp_path, browser):
    """The page on Friday evening, with Ada's two hours of practice of that day logged."""
    practice = start_practice()
    control = Control(practice)
    control.post("clock", now=FRIDAY)
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    side = ClockSide(bot.house, seconds=1).start()
    bot.clock.tell(side.catch_up)
    for handle in PEOPLE:
        Someone(control, handle).home().press("I have read this", home=True)
    Someone(control, "ada").command("/session").submit(values={"How long was it?": "2 hours"})
    Someone(control, "ada").close()
    context = browser.new_context(
        viewport=request.param,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    yield control, practice, context.new_page()
    context.close()
    side.stop()
    bot.stop()
    practice.stop()


def goes_to(page, practice, place):
    page.goto("about:blank")
    page.goto(f"{practice.url}#{place}")
    page.locator("#main h1").wait_for()


def lives(page, days):
    """Live through days on the page's clock, hour by hour."""
    page.locator("#clock-button").click()
    again = page.get_by_role("button", name="Live the next day")
    for _ in range(days):
        again.click()
        expect(again).to_be_focused(timeout=30_000)
    page.get_by_role("dialog", name="Move the clock").get_by_role("button", name="Done").click()


def moves_to(page, when):
    page.locator("#clock-button").click()
    page.get_by_label("Or to a date and time").fill(when)
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("dialog", name="Move the clock").get_by_role("button", name="Done").click()


def told(control, handle):
    return [
        entry["payload"]["text"]
        for entry in control.ledger("chat.postMessage")
        if entry["ok"] and entry["payload"]["channel"] == user_id(handle)
    ]


@pytest.mark.timeout(240)
def test_asked_on_a_friday_evening_and_answered_on_the_tuesday_after_the_bank_holiday(weekend):
    control, practice, page = weekend

    goes_to(page, practice, "ada/home")
    expect(page.get_by_text("Practice so far: 2 hours.")).to_be_visible()
    press(page, "Ask for supervision")
    form = modal(page, "Ask for supervision")
    expect(
        form.get_by_text("A supervisor works again from Tuesday 4 May 2027, 9am.")
    ).to_be_visible()
    assert serious(page) == []
    tab_to(page, "I'd rather say it in person")
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label("For me")).to_be_checked()
    tab_to(page, "When there's a space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(form.get_by_label("I'd like to talk today")).to_be_checked()
    tab_to(page, "A note")
    page.keyboard.type("It was a lot today.")
    press(page, "Send request")
    sent = modal(page, "Your request")
    expect(sent.get_by_text("Sent Friday 30 April 2027, 6:40pm.")).to_be_visible()
    expect(sent.get_by_text("picks it up by Tuesday 4 May 2027, 10am.")).to_be_visible()
    expect(sent.get_by_text("Call 999", exact=False).first).to_be_visible()
    expect(sent.get_by_text("Call 116 123", exact=False)).to_be_attached()
    assert serious(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_text("It waits for a supervisor.", exact=False)).to_be_visible()

    lives(page, 3)
    assert told(control, "farah") == []
    moves_to(page, "2027-05-04T09:05")
    for _ in range(100):
        if told(control, "farah"):
            break
        page.wait_for_timeout(100)
    assert told(control, "farah") == [
        "A supervision request is waiting. Open it when you are ready."
    ]
    assert told(control, "dilys") == []

    goes_to(page, practice, "farah/messages")
    page.get_by_role("button", name="See all requests").last.click()
    queue = modal(page, "Supervision requests")
    expect(queue.get_by_text("For me. I'd like to talk today.")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Pick it up").click()
    held = modal(page, "A request you have")
    expect(held.get_by_text("Ada Example")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Agree a time").click()
    booking = modal(page, "Agree a time")
    booking.get_by_label("Day").fill("2027-05-04")
    booking.get_by_label("Time, by your own clock").fill("11:00")
    page.get_by_role("button", name="Save time").click()
    expect(page.get_by_text("The meeting is on Tuesday 4 May 2027, 11am")).to_be_visible()

    goes_to(page, practice, "ada/home")
    expect(
        page.get_by_text("You meet your supervisor on Tuesday 4 May 2027, 11am.")
    ).to_be_visible()

    moves_to(page, "2027-05-04T12:10")
    goes_to(page, practice, "farah/home")
    modal(page, "A request you have")
    page.get_by_role("button", name="Record the meeting").click()
    page.get_by_role("button", name="Save record").click()
    page.get_by_role("button", name="Close request").click()
    expect(page.get_by_text("The request is closed, and its note is deleted.")).to_be_visible()

    goes_to(page, practice, "ada/home")
    expect(page.get_by_text("Practice since your last supervision: 0 minutes.")).to_be_visible()
    assert "It was a lot today." not in " ".join(told(control, "farah") + told(control, "ada"))
