"""A workspace of a thousand people on the page."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from practice import people
from practice.server import Practice
from tests.browser import page_app
from tests.browser.conftest import DESKTOP, PHONE, QUICK
from tests.practice.conftest import Control, web_client

pytestmark = pytest.mark.browser

MANY = 1000


@pytest.fixture(scope="module")
def crowd() -> Iterator[Practice]:
    everyone = [
        people.person(f"partner-{n:04d}", f"Partner Number{n}", "Partner") for n in range(MANY)
    ]
    with Practice(page_app.MANIFEST, settings=QUICK, seeds=everyone) as running:
        yield running


@pytest.fixture
def look(browser: Browser, crowd: Practice) -> Iterator[Callable[..., Page]]:
    contexts = []

    def opened(place: str, viewport: object = DESKTOP) -> Page:
        contexts.append(browser.new_context(viewport=viewport, locale="en-GB"))
        page = contexts[-1].new_page()
        page.goto(f"{crowd.url}#{place}")
        page.locator("#main h1").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()


def test_the_page_opens_and_follows_as_quickly_as_ever(crowd: Practice, look: Callable[..., Page]):
    started = time.monotonic()
    page = look("partner-0007/C0SPRING000")
    expect(page.get_by_label("You are")).to_have_value("partner-0007")
    assert time.monotonic() - started < 4
    started = time.monotonic()
    Control(crowd).post("message", person="partner-0900", channel="spring-cohort", text="Hello all")
    expect(page.locator(".message").last).to_contain_text("Hello all")
    assert time.monotonic() - started < 2


def test_one_becomes_somebody_else_by_typing_their_name(look: Callable[..., Page]):
    page = look("partner-0001/home")
    page.get_by_label("You are").select_option("Partner Number999, Partner")
    expect(page).to_have_url(re.compile("#partner-0999/home$"))


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_somebody_to_write_to_is_found_by_a_part_of_the_name(
    crowd: Practice, look: Callable[..., Page], viewport: object
):
    page = look("partner-0001/home", viewport)
    if viewport == PHONE:
        page.get_by_role("button", name="Places").click()
    places = page.get_by_role("navigation", name="Places")
    expect(places.get_by_text("999 people are here.")).to_be_visible()
    expect(places.get_by_role("link")).to_have_count(5)
    field = places.get_by_label("Find a person")
    field.press_sequentially("number55")
    expect(field).to_be_focused()
    expect(places.get_by_text("11 people fit.")).to_be_visible()
    expect(page.locator("#said")).to_have_text("11 people fit.")
    places.get_by_role("link", name="Partner Number555", exact=True).click()
    expect(page.get_by_role("heading", name="Partner Number555")).to_be_visible()
    if viewport == PHONE:
        page.get_by_role("button", name="Places").click()
    field.fill("nobody at all")
    expect(places.get_by_text("Nobody fits. Try another name.")).to_be_visible()


def test_a_choice_of_people_shows_the_first_and_narrows_down(
    crowd: Practice, look: Callable[..., Page]
):
    page = look("partner-0002/home")
    trigger = Control(crowd).post("trigger", person="partner-0002")["trigger_id"]
    form = page_app.modal("Who", page_app.entry("people", "People", {"type": "multi_users_select"}))
    web_client(crowd).views_open(trigger_id=trigger, view=form)
    dialog = page.get_by_role("dialog", name="Who")
    field = dialog.get_by_label("People")
    field.click()
    expect(dialog.get_by_role("option")).to_have_count(100)
    expect(dialog.get_by_text("And 901 more. Type to narrow down.")).to_be_visible()
    field.fill("number987")
    expect(dialog.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(dialog.get_by_role("list", name="Chosen")).to_contain_text("Partner Number987")
