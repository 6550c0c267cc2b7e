"""A Lived Experience Partner at the page, with the real bot: by keyboard alone, and by axe."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.workspace import Bot, Control, start_practice

TABS_AT_MOST = 60


@pytest.fixture(scope="module")
def practice():
    workspace = start_practice()
    yield workspace
    workspace.stop()


@pytest.fixture(scope="module")
def running(practice, tmp_path_factory):
    started = Bot(practice, f"sqlite:///{tmp_path_factory.mktemp('bot') / 'alongside.db'}")
    yield started
    started.stop()


@pytest.fixture
def bot(practice, running):
    assert Control(practice).post("reset")["ok"]
    running.start_over()
    return running


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, bot, practice, browser):
    context = browser.new_context(viewport=request.param, locale="en-GB", reduced_motion="reduce")
    opened = context.new_page()
    opened.goto(f"{practice.url}#ada/home")
    opened.get_by_role("button", name="I have read this").wait_for()
    yield opened
    context.close()


def tab_to(page, name):
    """Press Tab until the control of that name has the focus, as somebody without a mouse does."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(() => { const e = document.activeElement;"
            " const label = e.labels && e.labels[0] ? e.labels[0].innerText : '';"
            " return (e.getAttribute('aria-label') || label || e.innerText || '').trim() })()"
        )
        if re.match(name, focused):
            return
    raise AssertionError(f"Tab never reaches {name}")


def press(page, name):
    tab_to(page, name)
    page.keyboard.press("Enter")


def serious(page):
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["impact"]) for v in found if v["impact"] in {"serious", "critical"}]


def modal(page, title):
    heading = page.get_by_role("dialog").get_by_role("heading", name=title)
    expect(heading).to_be_visible()
    return page.get_by_role("dialog")


def test_a_partner_logs_a_session_by_keyboard_alone(page, bot):
    press(page, "I have read this")
    expect(page.get_by_role("button", name="I have read this")).to_have_count(0)

    press(page, "Log a session")
    modal(page, "Log a session")
    tab_to(page, "Client code")
    page.keyboard.type("Amina")
    page.keyboard.press("Enter")
    expect(page.get_by_text("A name would say who your client is.")).to_be_visible()

    page.keyboard.press("Control+a")
    page.keyboard.type("c7")
    page.keyboard.press("Enter")
    saved = modal(page, "Saved")
    expect(saved.get_by_text("coaching, 1 hour, video, C-07.")).to_be_visible()

    press(page, "Middling")
    expect(page.get_by_text("Noted as middling.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("This month: 1 hour in 1 session.")).to_be_visible()
    assert len(bot.rows("sessions")) == 1


def test_axe_finds_nothing_serious_on_any_screen_of_a_partner(page):
    assert serious(page) == []
    page.get_by_role("button", name="I have read this").click()
    for steps in (
        ["Log a session", "Change these", "Save session", "Heavy"],
        ["See my sessions", "See my totals"],
        ["Get a file"],
        ["Find support"],
        ["Get help", "Change my settings"],
    ):
        for step in steps:
            page.get_by_role("button", name=step).last.click()
            expect(page.get_by_role("dialog")).to_be_visible()
            page.wait_for_timeout(150)
            assert (step, serious(page)) == (step, [])
        for _ in range(len(steps) + 5):
            if page.get_by_role("dialog").count():
                page.keyboard.press("Escape")
                page.wait_for_timeout(200)
        expect(page.get_by_role("dialog")).to_have_count(0)
