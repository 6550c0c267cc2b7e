"""What co-leads see of a month, totals, and what works in a set: at a desk, on a phone, by axe."""

from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from domain.ids import new_id
from domain.learning_sets import SetPlan
from domain.people import Role
from domain.sessions import Mode, Outcome, Pay, SessionDraft, SessionType
from tests.browser.conftest import DESKTOP, PHONE
from tests.e2e.set_things import account_of
from tests.workspace import Bot, Control, Someone, start_practice

NOW = "2026-11-11T14:00:00+00:00"
PARTNERS = ("ada", "bilal", "iona", "kit", "gwen")


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """A programme in its third month: five people log, and a set has a meeting ahead."""
    practice = start_practice()
    control = Control(practice)
    control.post("clock", now=NOW)
    bot = Bot(practice, f"sqlite:///{tmp_path_factory.mktemp('bot') / 'alongside.db'}")
    for handle in ("ada", "bilal", "dilys", "hari"):
        Someone(control, handle).home().press("I have read this", home=True)
    live(bot, control)
    yield practice
    bot.stop()
    practice.stop()


def live(bot, control):
    dilys, farah = account_of("dilys"), account_of("farah")
    partners = [account_of(handle) for handle in PARTNERS]
    bot.house.people.enrol(dilys, partners, {Role.PARTNER}, None, form=new_id())
    for number, one in enumerate(partners):
        log(bot, one, date(2026, 10, 5 + number), 90, preparation_minutes=15, client_code="C-07")
        log(bot, one, date(2026, 9, 8 + number), 300)
        log(bot, one, date(2026, 11, 2 + number), 60, pay=Pay.PAID if number else Pay.UNPAID)
    moved = {"outcome": Outcome.CANCELLED_LATE, "pay": Pay.NOT_CLAIMED, "travel_minutes": 30}
    log(bot, partners[1], date(2026, 11, 9), 60, SessionType.MENTORING, **moved)
    plan = SetPlan(name="Harbour")
    made = bot.house.learning_sets.make(dilys, plan, facilitator=farah, link=None, form=new_id())
    set_id = made.row.learning_set.id
    for one in partners[:2]:
        bot.house.set_places.join(one, set_id)
    days = [(date(2026, 11, 20), time(10)), (date(2026, 11, 21), time(10))]
    meeting = bot.house.set_dates.offer_dates(dilys, set_id, days, form=new_id())
    [first, _] = bot.house.set_dates.dates(dilys, meeting.id).choices
    bot.house.set_dates.choose(dilys, meeting.id, first.offered.id, form=new_id())
    ada = Someone(control, "ada")
    ada.home().press("Change my settings", home=True)
    shown = {"Who may see what works for you?": ["My learning sets may see it"]}
    ada.submit(values={"What works for you?": ["Captions on calls", "Breaks"]} | shown).close()


def log(bot, who, on, minutes, kind=SessionType.COACHING, **facts):
    draft = SessionDraft(on_date=on, type=kind, minutes=minutes, mode=Mode.VIDEO, **facts)
    bot.house.sessions.log(who, draft, form=new_id())


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request, practice, browser):
    context = browser.new_context(viewport=request.param, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


WALKS = {
    "a month": ("dilys", "See what was logged", [], "Session by session"),
    "the choice": ("dilys", "See what was logged", ["Choose cohort and month"], "Whose sessions?"),
    "totals": ("hari", "See totals", [], "Since the start"),
    "what works": (
        "bilal",
        "See learning sets",
        ["Open set", "Open meeting"],
        "What works for people here",
    ),
    "settings": ("ada", "Change my settings", [], "My learning sets may see it"),
}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_the_new_screens_hold_together_and_axe_finds_nothing_serious(page, practice, walk):
    handle, door, steps, shows = walk
    person = Someone(Control(practice), handle)
    person.close() if person.modal else None
    page.goto(f"{practice.url}#{handle}/home")
    page.locator("#main").get_by_role("button", name=door, exact=True).click()
    for step in steps:
        page.get_by_role("dialog").get_by_role("button", name=step).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(shows).first).to_be_visible()

    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in {"serious", "critical"}] == []
    wide = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
