"""Time is lived on the page: what comes, when it comes, and what does not.

A week by default; `LIVED_WEEKS=4` for a month, which takes a minute and a half.
"""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from bot.scheduler import ClockSide
from practice.people import user_id
from tests.browser.conftest import DESKTOP
from tests.workspace import Bot, Control, Someone, start_practice

WEEKS = int(os.environ.get("LIVED_WEEKS", "1"))
BUTTON = {1: "Live the next week", 4: "Live the next 4 weeks"}[WEEKS]
MONDAY = "2026-03-02T08:00:00Z"
ZONES = {"ada": "Europe/London", "bilal": "Asia/Kolkata", "cerys": "Europe/London"}
CHANNEL = "C0SPRING000"


@pytest.fixture
def lived(tmp_path, browser):
    """The workspace after some weeks, of which a co-lead had planned one thing and rested none."""
    practice = start_practice()
    control = Control(practice)
    control.post("clock", now=MONDAY)
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    side = ClockSide(bot.house, seconds=1).start()
    bot.clock.tell(side.catch_up)
    _plan(control)
    context = browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="Europe/London")
    page = context.new_page()
    page.goto(f"{practice.url}#ada/messages")
    page.locator("#main h1").wait_for()
    page.locator("#clock-button").click()
    page.get_by_role("button", name=BUTTON).click()
    again = page.get_by_role("button", name=BUTTON)
    expect(again).to_be_focused(timeout=WEEKS * 40_000)
    yield control, page
    context.close()
    side.stop()
    bot.stop()
    practice.stop()


def _plan(control):
    """A cohort with a check-in every Thursday at ten, posted in its channel."""
    dilys = Someone(control, "dilys").home()
    dilys.press("I have read this", home=True)
    dilys.command("/cohort").press("Make a cohort")
    dilys.submit(values={"Name": "Spring", "First day": "2026-03-01"})
    people = [user_id(name) for name in ZONES]
    dilys.press("Add people").submit(People=people)
    dilys.press("Plan and phases").press("Check-ins").submit(
        values={
            "How often?": "Every week",
            "On which day?": "Thursday",
            "At what time?": "10:00",
            "Which channel is it posted in?": CHANNEL,
        }
    )
    assert "A check-in comes every Thursday at 10am" in dilys.reads, dilys.errors
    dilys.close()


def sent(control):
    """Every message that the workspace took: to whom, when by UTC, and its words."""
    return [
        (e["payload"]["channel"], datetime.fromisoformat(e["at"]), e["payload"]["text"])
        for e in control.ledger("chat.postMessage")
        if e["ok"]
    ]


@pytest.mark.timeout(120 + WEEKS * 60)
def test_what_was_due_came_once_at_its_own_hour_and_never_in_quiet_hours(lived):
    control, page = lived
    messages = sent(control)

    for handle, zone in ZONES.items():
        mine = [
            (at.astimezone(ZoneInfo(zone)), t) for to, at, t in messages if to == user_id(handle)
        ]
        # Two questions without a word, then one kind line, then nothing.
        assert len(mine) == min(WEEKS, 3), (handle, mine)
        # The page goes from full hour to full hour: half past nine is seen at ten, at the latest.
        assert all(at.weekday() == 2 and at.hour in (9, 10) for at, _ in mine), (handle, mine)
        assert len({at.date() for at, _ in mine}) == len(mine)
    posts = [at for to, at, _ in messages if to == CHANNEL and "open until" in _]
    assert [(at.weekday(), at.hour) for at in posts] == [(3, 10)] * WEEKS
    # What closes on a Saturday is told on Monday morning.
    told = [at for to, at, text in messages if to == CHANNEL and "Not enough answers" in text]
    assert all((at.weekday(), at.hour) == (0, 9) for at in told)
    assert len(messages) == len(posts) + sum(min(WEEKS, 3) for _ in ZONES) + _results(messages)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Ask me tomorrow").first).to_be_visible()


def _results(messages):
    return len([1 for to, _, text in messages if to == CHANNEL and "Not enough answers" in text])
