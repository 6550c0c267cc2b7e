"""The page as a place: who one is, where one is, what acts at once, what is said."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import page_app
from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser


def acted(visitor: Visitor, action_id: str) -> dict:
    """What the app was told about this element last."""
    told = [body["actions"][0] for body in visitor.workspace.app.acted]
    return next(action for action in reversed(told) if action["action_id"] == action_id)


def wait_for_action(visitor: Visitor, number: int) -> None:
    visitor.page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")
    for _ in range(200):
        if len(visitor.workspace.app.acted) >= number:
            return
        visitor.page.wait_for_timeout(10)
    raise AssertionError("The app was not told.")


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(ada: Visitor):
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    ada.goes_to("ada/home", "Good afternoon")
    ada.page.get_by_text("Picture: Two people walking side by side").wait_for()
    home = ada.workspace.practice.url
    assert [url for url in asked if not url.startswith((home, "data:", "about:"))] == []


def test_a_first_visitor_is_a_partner_and_reads_what_this_is(ada: Visitor):
    ada.page.goto(ada.workspace.practice.url)
    expect(ada.page.get_by_label("You are")).to_have_value("ada")
    hint = ada.page.get_by_role("region", name="A practice workspace")
    expect(hint).to_contain_text("Everyone here is made up. Nothing leaves this computer.")
    hint.get_by_role("button", name="Got it").click()
    ada.page.reload()
    expect(ada.page.get_by_role("heading", name="Good afternoon")).to_be_visible()
    expect(hint).to_be_hidden()


def test_being_somebody_else_lasts_over_a_reload(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    ada.page.get_by_label("You are").select_option("Dilys Pattern, Co-lead")
    expect(ada.page).to_have_url(re.compile("#dilys/home$"))
    ada.page.reload()
    expect(ada.page.get_by_label("You are")).to_have_value("dilys")
    expect(ada.page.get_by_role("heading", name="Good afternoon")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Dilys Pattern")).to_be_hidden()


def test_everything_on_the_home_tab_reaches_the_app(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    page = ada.page
    page.get_by_role("button", name="Open the agenda").click()
    page.get_by_label("Choose how often").select_option("Fortnightly")
    page.get_by_label("Pause until").fill("2026-04-01")
    page.get_by_label("Pause until").press("Enter")
    page.get_by_label("Send at").fill("09:30")
    page.get_by_label("Send at").blur()
    page.get_by_label("Choose a peer").fill("cer")
    page.locator("#main").get_by_role("option", name="Cerys Specimen").click()
    page.get_by_label("Check-ins").check()
    page.get_by_role("button", name="More choices").click()
    page.get_by_role("menuitem", name="Hours letter").click()
    wait_for_action(ada, 7)

    assert acted(ada, "how_often")["selected_option"]["value"] == "fortnightly"
    assert acted(ada, "pause_until")["selected_date"] == "2026-04-01"
    assert acted(ada, "at")["selected_time"] == "09:30"
    assert acted(ada, "buddy")["selected_user"].startswith("U0CERYS")
    assert [o["value"] for o in acted(ada, "about")["selected_options"]] == ["check-ins"]
    assert acted(ada, "more")["selected_option"]["value"] == "hours_letter"
    assert acted(ada, "agenda")["block_id"] == "next"
    expect(page.get_by_label("Choose how often")).to_have_value("fortnightly")


def test_a_press_is_not_lost_when_the_app_draws_the_home_tab_anew(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    ada.page.get_by_role("button", name="Ask for supervision").hover()
    ada.page.mouse.down()
    view = page_app.home_view()
    for block in view["blocks"]:
        block.pop("block_id", None)
    view["blocks"].append({"type": "header", "text": page_app.plain("Something new")})
    ada.workspace.client.views_publish(user_id="U0ADA000000", view=view)
    expect(ada.page.get_by_role("heading", name="Something new")).to_be_visible()
    ada.page.mouse.up()
    wait_for_action(ada, 1)
    assert acted(ada, "ask")["block_id"] != "main"


def test_a_button_that_asks_first_acts_only_on_yes(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    button = ada.page.get_by_role("button", name="Delete a session")
    question = ada.page.get_by_role("dialog", name="Delete this session?")
    button.click()
    expect(question).to_have_accessible_description("You can undo it for a minute.")
    ada.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    assert ada.workspace.app.acted == []
    button.click()
    question.get_by_role("button", name="Delete it").click()
    wait_for_action(ada, 1)


def test_a_session_is_logged_by_keyboard_alone(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    keys = ada.page.keyboard
    keys.press("Tab")
    expect(ada.page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    keys.press("Enter")
    expect(ada.page.get_by_role("heading", name="Home")).to_be_focused()
    while "log" not in (ada.focused().get_attribute("data-focus") or ""):
        keys.press("Tab")
    keys.press("Enter")
    form = ada.page.get_by_role("dialog", name="Log a session")
    expect(form.get_by_label("Type of session")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("45")
    keys.press("Tab")
    keys.type("By keyboard")
    keys.press("Control+Enter")
    expect(form).to_be_hidden()
    expect(ada.page.get_by_role("button", name="Log a session")).to_be_focused()
    held = ada.workspace.app.values()
    assert held["kind"]["selected_option"]["value"] == "mentoring"
    assert held["minutes"]["value"] == "45"
    assert held["note"]["value"] == "By keyboard"


def test_commands_complete_while_one_types(ada: Visitor):
    ada.goes_to("ada/messages", "Messages with")
    ada.composer.press_sequentially("/s")
    listed = ada.page.get_by_role("listbox", name="Commands")
    expect(listed.get_by_role("option")).to_have_count(3)
    expect(ada.composer).to_have_attribute("aria-expanded", "true")
    ada.composer.press("ArrowDown")
    active = ada.page.locator("#" + (ada.composer.get_attribute("aria-activedescendant") or ""))
    expect(active).to_contain_text("/steps")
    ada.composer.press("Tab")
    expect(ada.composer).to_have_value("/steps ")
    ada.composer.press("Enter")
    expect(ada.page.get_by_role("dialog", name="Steps")).to_be_visible()


def test_a_command_that_fails_gives_the_words_back_and_says_so(ada: Visitor):
    ada.goes_to("ada/messages", "Messages with")
    ada.writes("/silent please")
    expect(ada.page.get_by_role("alert")).to_contain_text("/silent failed with the error")
    expect(ada.composer).to_have_value("/silent please")
    ada.page.get_by_role("button", name="Dismiss").click()
    expect(ada.page.get_by_role("alert")).to_be_hidden()


def test_messages_appear_by_themselves_and_are_read_out(ada: Visitor):
    ada.goes_to("ada/C0SPRING000", "#spring-cohort")
    ada.composer.fill("Half writ")
    ada.workspace.control("message", person="bilal", channel="spring-cohort", text="Good *morning*")
    expect(ada.page.get_by_role("listitem").filter(has_text="Good morning")).to_be_visible()
    expect(ada.page.locator("#said")).to_have_text("Bilal Sample: Good morning")
    expect(ada.composer).to_have_value("Half writ")
    expect(ada.composer).to_be_focused()
    ada.page.reload()
    expect(ada.composer).to_have_value("Half writ")


def test_unread_messages_are_counted_until_they_are_looked_at(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    ada.workspace.control("message", person="bilal", channel="spring-cohort", text="One")
    ada.workspace.control("message", person="bilal", channel="spring-cohort", text="Two")
    link = ada.page.get_by_role("link", name="spring-cohort")
    expect(link).to_contain_text("2 new messages")
    link.click()
    expect(ada.page.get_by_role("heading", name="#spring-cohort")).to_be_visible()
    ada.page.get_by_role("link", name="Home").click()
    expect(link).not_to_contain_text("new")


def test_markup_of_a_person_stays_words(ada: Visitor):
    ada.goes_to("ada/@bilal", "Bilal Sample")
    ada.writes("<!channel> <b>no</b> <https://evil.example|click>")
    shown = ada.page.locator(".message").last
    expect(shown).to_contain_text("<!channel> <b>no</b>")
    expect(shown.locator("b, .mention")).to_have_count(0)


def test_what_only_one_can_see_goes_with_a_reload(ada: Visitor):
    ada.goes_to("ada/C0SPRING000", "#spring-cohort")
    ada.writes("Remember the room")
    message = ada.page.get_by_role("listitem").filter(has_text="Remember the room")
    message.hover()
    message.get_by_role("button", name="Do something with this message").click()
    ada.page.get_by_role("menuitem", name="Keep this").click()
    expect(ada.page.get_by_text("Only you can see this")).to_be_visible()
    kept = ada.page.get_by_role("listitem").filter(has_text="Kept, for you alone.")
    expect(kept).to_be_visible()
    ada.page.reload()
    expect(message).to_be_visible()
    expect(kept).to_be_hidden()


def test_files_of_the_app_can_be_downloaded(ada: Visitor):
    ada.goes_to("ada/messages", "Messages with")
    dm = ada.workspace.client.conversations_open(users="U0ADA000000")["channel"]["id"]
    ada.workspace.client.files_upload_v2(
        channel=dm, filename="hours.csv", title="Your hours", content="a,b\n"
    )
    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="Your hours").click()
    assert download.value.path().read_text() == "a,b\n"


def test_the_clock_moves_for_everyone(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    button = ada.page.get_by_role("button", name="Move the clock")
    before = button.inner_text()
    button.click()
    dialog = ada.page.get_by_role("dialog", name="Move the clock")
    dialog.get_by_label("Or to a date and time").fill("2031-03-04T14:05")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(dialog.get_by_role("status")).to_have_text("It is now Tuesday 4 March 2031, 2:05pm.")
    dialog.get_by_role("button", name="1 week on").click()
    expect(dialog.get_by_role("status")).to_have_text("It is now Tuesday 11 March 2031, 2:05pm.")
    dialog.get_by_role("button", name="Back to the real time").click()
    expect(dialog.get_by_role("status")).not_to_contain_text("2031")
    dialog.get_by_role("button", name="Done").click()
    expect(button).to_be_focused()
    assert button.inner_text()[:5] == before[:5]


def test_a_menu_is_walked_with_the_keyboard(ada: Visitor):
    ada.goes_to("ada/home", "Good afternoon")
    button = ada.page.get_by_role("button", name="Shortcuts")
    button.focus()
    ada.page.keyboard.press("ArrowDown")
    expect(ada.page.get_by_role("menuitem", name="Log a session")).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("dialog", name="Log a session")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_at_the_side(visit: Callable[..., Visitor], width: int):
    someone = visit(viewport={"width": width, "height": 700})
    someone.goes_to("ada/home", "Good afternoon")
    assert overhang(someone.page) <= 0
    someone.opens_form("/every", "Every field")
    assert overhang(someone.page) <= 0
    assert someone.page.locator(".modal-body").evaluate("e => e.scrollWidth - e.clientWidth") <= 0


def overhang(page: Page) -> int:
    return int(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))


def test_axe_finds_nothing_serious_in_the_light_and_in_the_dark(ada: Visitor):
    ada.page.goto(ada.workspace.practice.url)
    ada.page.get_by_role("heading", name="Good afternoon").wait_for()
    found = ada.axe_findings("light", "dark")
    ada.page.get_by_role("button", name="Delete a session").click()
    found += ada.axe_findings("light", "dark")
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name="Move the clock").click()
    found += ada.axe_findings("light")
    ada.workspace.control("message", person="bilal", channel="spring-cohort", text="Hello")
    ada.goes_to("ada/C0SPRING000", "#spring-cohort")
    ada.composer.fill("/")
    found += ada.axe_findings("light", "dark")
    form = ada.opens_form("/every", "Every field")
    form.get_by_role("button", name="Save").click()
    form.get_by_label("Counties worked in").fill("d")
    expect(form.get_by_role("option", name="Devon")).to_be_visible()
    found += ada.axe_findings("light", "dark")
    assert found == []


def test_axe_finds_nothing_serious_on_a_phone(visit: Callable[..., Visitor]):
    someone = visit(viewport=PHONE, has_touch=True)
    someone.goes_to("ada/home", "Good afternoon")
    found = someone.axe_findings("light")
    someone.page.get_by_role("button", name="Places").click()
    found += someone.axe_findings("dark")
    someone.opens_form("/every", "Every field")
    found += someone.axe_findings("light")
    assert found == []


def test_a_long_text_without_fields_can_be_scrolled_with_the_keyboard(ada: Visitor):
    form = ada.opens_form("/read", "Something to read")
    body = form.get_by_role("group", name="Something to read")
    body.focus()
    ada.page.keyboard.press("End")
    expect(form.get_by_text("Line 60")).to_be_in_viewport()
    assert ada.axe_findings("light") == []
