"""Somebody sees, reads and deletes what is held about them, by keyboard, with the real bot."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_partner import modal, press, serious, tab_to
from tests.e2e.journal_items import write
from tests.workspace import Bot, Control, Someone, start_practice

WORDS = "I was quieter than I feared."
SHOTS = os.environ.get("KEEP_SHOTS")


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def lived(request, tmp_path, browser):
    """The page as Ada, who logged one session and wrote one entry."""
    practice = start_practice()
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    ada = Someone(Control(practice), "ada").home()
    ada.press("I have read this", home=True)
    ada.command("/session").submit(values={"Client code": "C-07"})
    ada.close()
    write(bot, "ada", WORDS)
    context = browser.new_context(viewport=request.param, locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{practice.url}#ada/home")
    page.get_by_role("button", name="See my data").wait_for()
    yield bot, page
    context.close()
    bot.stop()
    practice.stop()


def looked_at(page, name):
    """Nothing serious is found; with `KEEP_SHOTS`, a picture is kept in that folder."""
    page.wait_for_timeout(150)
    assert (name, serious(page)) == (name, [])
    if SHOTS:
        width = page.viewport_size["width"]
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png")


@pytest.mark.timeout(120)
def test_somebody_sees_reads_and_deletes_what_is_held(lived):
    bot, page = lived
    press(page, "See my data")
    expect(modal(page, "My data").get_by_text("Your sessions: 1.")).to_be_visible()
    looked_at(page, "data")

    press(page, "Read all of it")
    expect(page.get_by_text(WORDS)).to_be_visible()
    looked_at(page, "reading")
    page.keyboard.press("Escape")

    press(page, "Delete everything")
    form = modal(page, "Delete everything")
    expect(form.get_by_text("What stays, and why")).to_be_visible()
    looked_at(page, "erase")
    tab_to(page, "To delete everything")
    page.keyboard.type("no")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Please type the word delete.")).to_be_visible()
    looked_at(page, "refused")
    assert len(bot.rows("sessions")) == 1

    page.keyboard.press("Control+a")
    page.keyboard.type("delete")
    page.keyboard.press("Enter")
    # The answer to the form or what is said when it is done, whichever comes later.
    expect(page.get_by_text(re.compile("Everything about you is (being )?deleted"))).to_be_visible()
    looked_at(page, "deleted")
    while page.get_by_role("dialog").count():
        page.keyboard.press("Escape")
        page.wait_for_timeout(100)
    expect(page.get_by_text("Alongside is for people in the programme.")).to_be_visible()
    expect(page.get_by_role("button", name="Log a session")).to_have_count(0)
    assert bot.rows("sessions") == []
    assert bot.rows("journal") == []
