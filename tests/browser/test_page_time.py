"""Living through time on the page: hour by hour, with what arrives in between."""

import re
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Visitor
from tests.practice.follower import EarlyBird

pytestmark = pytest.mark.browser

ADA = "U0ADA000000"
A_WEEK_MS = 40_000


def opens_clock(visitor: Visitor, now: str = "2026-03-02T08:30:00+00:00") -> Locator:
    """Stand in the messages with the app at this time, with the dialog open."""
    visitor.workspace.control("clock", now=now)
    visitor.goes_to("ada/messages", "Messages with")
    visitor.page.get_by_role("button", name="Move the clock").click()
    return visitor.page.get_by_role("dialog", name="Move the clock")


def bird(visitor: Visitor) -> EarlyBird:
    return EarlyBird(visitor.workspace.practice, visitor.workspace.client, [ADA])


def offset(visitor: Visitor) -> float:
    return float(visitor.workspace.control("clock", advance_seconds=0)["offset_seconds"])


def test_a_week_is_lived_and_every_message_comes_in_its_hour(ada: Visitor):
    dialog = opens_clock(ada)
    with bird(ada):
        week = dialog.get_by_role("button", name="Live the next week")
        week.click()
        expect(dialog.get_by_role("button", name="Stop")).to_be_focused()
        first = ada.page.locator(".message").filter(has_text="Morning, Tuesday")
        expect(first).to_be_attached()
        expect(dialog.get_by_role("button", name="Stop")).to_be_visible()
        expect(week).to_be_visible(timeout=A_WEEK_MS)
    expect(dialog.get_by_role("status")).to_have_text(
        "It is now Monday 9 March 2026, 8:30am. 7 new messages."
    )
    expect(week).to_be_focused()
    expect(ada.page.locator(".message time")).to_have_text(["9am"] * 7)
    dialog.get_by_role("button", name="Done").click()
    expect(ada.page.get_by_role("button", name="Move the clock")).to_be_focused()


def test_the_way_is_shown_and_read_out(ada: Visitor):
    dialog = opens_clock(ada)
    dialog.get_by_role("button", name="Live the next week").click()
    status = dialog.get_by_role("status")
    expect(status).to_have_text("It is Monday 2 March 2026, 8:30am. 0 new messages.")
    shown = dialog.locator("[aria-hidden].clock-state")
    expect(shown).to_have_text(
        re.compile(r"^It is Tuesday 3 March 2026, \d+am\. 0 new messages\.$")
    )
    bar = dialog.get_by_role("progressbar", name="How far it has got")
    assert 0 < float(bar.evaluate("bar => bar.value")) < 0.5
    expect(status).to_have_text(re.compile("It is (Tuesday|Wednesday) .* March 2026, "))
    dialog.get_by_role("button", name="Stop").click()


@pytest.mark.parametrize("how", ["button", "Escape", "Enter"])
def test_it_stops_when_one_says_so(ada: Visitor, how: str):
    dialog = opens_clock(ada)
    month = dialog.get_by_role("button", name="Live the next 4 weeks")
    month.focus()
    ada.page.keyboard.press("Enter")
    stop = dialog.get_by_role("button", name="Stop")
    expect(dialog.locator("[aria-hidden].clock-state")).to_contain_text(re.compile(r"\d+pm|March"))
    if how == "button":
        stop.click()
    else:
        ada.page.keyboard.press(how)
    expect(dialog.get_by_role("status")).to_have_text(
        re.compile("Stopped. It is now (Monday 2|Tuesday 3|Wednesday 4) March 2026")
    )
    expect(month).to_be_focused()
    expect(stop).to_have_count(0)
    there = offset(ada)
    time.sleep(0.4)
    assert offset(ada) == pytest.approx(there, abs=1)


def test_a_day_ends_at_the_same_time_of_day_where_the_clocks_go_forward(ada: Visitor):
    dialog = opens_clock(ada, "2026-03-28T08:30:00+00:00")
    dialog.get_by_role("button", name="Live the next day").click()
    expect(dialog.get_by_role("status")).to_have_text(
        "It is now Sunday 29 March 2026, 8:30am. 0 new messages."
    )
    now = datetime.fromisoformat(ada.workspace.control("clock", advance_seconds=0)["now"])
    assert now.hour == 7


def test_a_workspace_that_goes_away_is_said_and_the_way_back_is_there(ada: Visitor):
    dialog = opens_clock(ada)
    ada.page.route("**/control/clock", lambda route: route.abort())
    dialog.get_by_role("button", name="Live the next day").click()
    expect(dialog.get_by_role("status")).to_have_text(
        "The practice workspace does not answer. The clock has stopped."
    )
    expect(dialog.get_by_role("button", name="Live the next day")).to_be_focused()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_while_time_goes_by(visit: Callable[..., Visitor], width: int):
    someone = visit(viewport={"width": width, "height": 844})
    dialog = opens_clock(someone)
    sideways = "e => e.scrollWidth - e.clientWidth"
    assert dialog.evaluate(sideways) <= 0
    dialog.get_by_role("button", name="Live the next week").click()
    expect(dialog.get_by_role("button", name="Stop")).to_be_in_viewport(ratio=1)
    assert dialog.evaluate(sideways) <= 0
    dialog.get_by_role("button", name="Stop").click()


def test_axe_finds_nothing_serious_in_the_clock(visit: Callable[..., Visitor]):
    for size in (PHONE, {"width": 1280, "height": 860}):
        someone = visit(viewport=size)
        dialog = opens_clock(someone)
        found = someone.axe_findings("light", "dark")
        dialog.get_by_role("button", name="Live the next 4 weeks").click()
        found += someone.axe_findings("light", "dark")
        dialog.get_by_role("button", name="Stop").click()
        assert found == []
