"""Forms on the page: every field, errors in place, and words that are never lost."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import page_app
from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser


def choose(form: Locator, label: str, *words: str) -> None:
    """Choose in a field that narrows as one types."""
    field = named(form, label)
    for each in words:
        field.fill(each)
        form.get_by_role("option", name=each).first.click()
    field.blur()


def test_every_field_reaches_the_app_as_it_was_filled_in(ada: Visitor, tmp_path: Path):
    form = ada.opens_form("/every", "Every field")
    form.get_by_label("Who was it with?").fill("C-07")
    form.get_by_label("What stays with you?").fill("Two lines\nof it")
    form.get_by_label("Date", exact=True).fill("2026-03-04")
    form.get_by_label("Start").fill("15:30")
    form.get_by_label("Next time").fill("2026-06-10T14:00")
    form.get_by_label("Minutes").fill("45")
    form.get_by_label("E-mail").fill("ada@example.org")
    form.get_by_label("Web page").fill("https://example.org/a")
    form.get_by_label("Type", exact=True).select_option("Training")
    choose(form, "County", "Norfolk")
    form.get_by_label("Listening", exact=True).check()
    form.get_by_label("Waiting", exact=True).check()
    choose(form, "Counties worked in", "Devon", "Kent")
    form.get_by_label("Middling").check()
    form.get_by_label("A call").check()
    choose(form, "Supervisor", "Farah")
    choose(form, "Set members", "Bilal", "Cerys")
    form.get_by_label("Channel").select_option("#general")
    named(form, "Conversation").select_option("#set-one (Private)")
    choose(form, "Skill from the list", "Listen")
    form.get_by_label("In your own words").fill("It was good.")
    picture = tmp_path / "agenda.txt"
    picture.write_text("One, two")
    form.get_by_label("A file").set_input_files(picture)
    expect(form.get_by_role("button", name="Remove agenda.txt")).to_be_visible()

    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()

    held = ada.workspace.app.values()
    assert held["code"]["value"] == "C-07"
    assert held["note"]["value"] == "Two lines\nof it"
    assert held["day"]["selected_date"] == "2026-03-04"
    assert held["start"]["selected_time"] == "15:30"
    assert held["moment"]["selected_date_time"] == 1781096400  # 2pm in London, in summer
    assert held["minutes"]["value"] == "45"
    assert held["mail"]["value"] == "ada@example.org"
    assert held["page"]["value"] == "https://example.org/a"
    assert held["kind"]["selected_option"]["value"] == "training"
    assert held["county"]["selected_option"]["value"] == "norfolk"
    assert values_of(held["skills"]) == ["listening", "waiting"]
    assert values_of(held["towns"]) == ["devon", "kent"]
    assert held["heavy"]["selected_option"]["value"] == "middling"
    assert values_of(held["wants"]) == ["a_call"]
    assert held["who"]["selected_user"].startswith("U0FARAH")
    assert [one[:6] for one in held["people"]["selected_users"]] == ["U0BILA", "U0CERY"]
    assert held["where"]["selected_channel"].startswith("C0GENERAL")
    assert held["talk"]["selected_conversation"].startswith("C0SETONE")
    assert held["far"]["selected_option"]["value"] == "listening"
    assert "It was good." in str(held["words"]["rich_text_value"])
    assert [one["name"] for one in held["files"]["files"]] == ["agenda.txt"]


def named(form: Locator, label: str) -> Locator:
    """A field by its whole label."""
    return form.get_by_label(re.compile(rf"^{label}( \(optional\))?$"))


def values_of(held: dict) -> list[str]:
    return [option["value"] for option in held["selected_options"]]


def test_what_is_missing_is_said_beside_the_field_and_has_the_focus(ada: Visitor):
    form = ada.opens_form("/every", "Every field")
    form.get_by_label("Minutes").fill("45")
    form.get_by_role("button", name="Save").click()

    first = form.get_by_label("Who was it with?")
    expect(first).to_be_focused()
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_have_accessible_description(
        "Error: Please complete this required field. A code such as C-07. "
        "Please never use a name. 20 characters left"
    )
    expect(form.get_by_label("Minutes")).to_have_value("45")
    assert ada.workspace.app.submitted == []


def test_an_error_of_the_app_keeps_every_word_and_can_be_put_right(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    form.get_by_label("Minutes").fill("50")
    form.get_by_label("A note for yourself").fill("A long walk together")
    form.get_by_role("button", name="Save").click()

    minutes = form.get_by_label("Minutes")
    expect(minutes).to_be_focused()
    expect(form.get_by_text("Use steps of 15, such as 45 or 60.")).to_be_visible()
    expect(form.get_by_label("A note for yourself")).to_have_value("A long walk together")

    minutes.fill("60")
    minutes.press("Enter")
    expect(form).to_be_hidden()
    expect(ada.page.get_by_text("Saved: 60 minutes.", exact=True)).to_be_visible()
    assert ada.workspace.app.values()["note"]["value"] == "A long walk together"


def test_a_form_that_changes_while_one_types_takes_no_letter_away(ada: Visitor):
    form = ada.opens_form("/steps", "Steps")
    note = form.get_by_label("Your note")
    note.press_sequentially("Half a sen")
    ada.workspace.control("action", person="ada", action_id="tick")
    expect(form.get_by_text("Line 1")).to_be_visible()
    expect(note).to_be_focused()
    note.press_sequentially("tence")
    form.get_by_role("button", name="Add a line").click()
    expect(form.get_by_text("Line 2")).to_be_visible()
    expect(note).to_have_value("Half a sentence")
    state = ada.workspace.app.acted[-1]["view"]["state"]["values"]
    assert state["note"]["note"]["value"] == "Half a sentence"


def test_what_another_window_types_does_not_replace_the_words_one_is_at(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    note = form.get_by_label("A note for yourself")
    with ada.page.expect_response("**/control/input"):
        note.fill("Mine")
    ids = {"block_id": "note", "action_id": "note"}
    ada.workspace.control("input", person="ada", value="Theirs", **ids)
    ada.workspace.control(
        "input", person="ada", block_id="minutes", action_id="minutes", value="75"
    )
    expect(form.get_by_label("Minutes")).to_have_value("75")
    expect(note).to_have_value("Mine")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    assert ada.workspace.app.values()["note"]["value"] == "Mine"


def test_a_form_on_top_gives_the_one_below_back_as_it_was(ada: Visitor):
    form = ada.opens_form("/steps", "Steps")
    form.get_by_label("Your note").fill("Below")
    form.get_by_role("button", name="Open another form").click()
    top = ada.page.get_by_role("dialog", name="Log a session")
    top.get_by_role("button", name="Cancel").click()

    expect(form.get_by_label("Your note")).to_have_value("Below")
    expect(form.get_by_role("button", name="Open another form")).to_be_focused()


def test_a_reload_keeps_the_form_the_words_and_who_one_is(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    form.get_by_label("A note for yourself").press_sequentially("Not saved yet")
    ada.page.reload()

    expect(form.get_by_label("A note for yourself")).to_have_value("Not saved yet")
    assert ada.page.url.endswith("#ada/messages")


def test_words_stay_when_the_workspace_does_not_answer(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    ada.page.route("**/control/*", lambda route: route.abort())
    form.get_by_label("A note for yourself").fill("Still here")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("What you typed is still here")
    expect(form.get_by_label("A note for yourself")).to_have_value("Still here")

    ada.page.unroute("**/control/*")
    ada.page.route("**/control/input", lambda route: route.abort())
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    assert ada.workspace.app.values()["note"]["value"] == "Still here"


def test_words_stay_when_the_app_does_not_answer(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    form.get_by_label("A note for yourself").fill("Still here")
    form.get_by_label("Minutes").fill("ninety")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Please enter a valid number.")).to_be_visible()

    form.get_by_label("Minutes").fill("9" * 5000)  # the app's own int() gives up on this
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("We had some trouble connecting")
    expect(form.get_by_label("A note for yourself")).to_have_value("Still here")


def test_a_form_that_vanishes_by_itself_hands_the_words_back(ada: Visitor):
    form = ada.opens_form("/session", "Log a session")
    form.get_by_label("A note for yourself").fill("Do not lose me")
    ada.workspace.control("reset")

    rescue = ada.page.get_by_role("dialog", name="Your words are here")
    expect(rescue.get_by_label("A note for yourself")).to_have_value("Do not lose me")


def test_leaving_a_form_with_words_asks_first_and_tells_the_app(ada: Visitor):
    form = ada.opens_form("/every", "Every field")
    form.get_by_label("Who was it with?").fill("C-07")
    ada.page.keyboard.press("Escape")
    question = ada.page.get_by_role("dialog", name="Leave this form?")
    question.get_by_role("button", name="Keep writing").click()
    expect(form.get_by_label("Who was it with?")).to_be_focused()

    ada.page.keyboard.press("Escape")
    question.get_by_role("button", name="Leave it").click()
    expect(form).to_be_hidden()
    expect(ada.composer).to_be_focused()
    assert len(ada.workspace.app.closed) == 1


def test_on_a_phone_the_save_button_is_always_there(visit: Callable[..., Visitor]):
    someone = visit(viewport=PHONE, has_touch=True)
    form = someone.opens_form("/every", "Every field")
    save = form.get_by_role("button", name="Save")
    for at in ("0", "e.scrollHeight / 2", "e.scrollHeight"):
        form.locator(".modal-body").evaluate(f"e => e.scrollTop = {at}")
        expect(save).to_be_in_viewport(ratio=1)
    assert form.bounding_box() == {"x": 0, "y": 0, **PHONE}


def test_another_page_in_the_place_of_a_form_is_read_from_its_first_line(ada: Visitor):
    ada.goes_to("ada/messages", "Messages with")
    words = [page_app.plain(f"Line {number}") for number in range(60)]
    lines = [{"type": "section", "text": text} for text in words]
    trigger = ada.workspace.control("trigger", person="ada")["trigger_id"]
    opened = ada.workspace.client.views_open(
        trigger_id=trigger, view=page_app.modal("A long page", *lines)
    )
    form = ada.page.get_by_role("dialog", name="A long page")
    form.get_by_text("Line 59").scroll_into_view_if_needed()
    expect(form.get_by_text("Line 0", exact=True)).not_to_be_in_viewport()
    ada.workspace.client.views_update(
        view_id=opened["view"]["id"], view=page_app.modal("Another page", *lines)
    )
    shown = ada.page.get_by_role("dialog", name="Another page")
    expect(shown.get_by_text("Line 0", exact=True)).to_be_in_viewport()
    expect(shown.get_by_role("heading", name="Another page")).to_be_focused()
