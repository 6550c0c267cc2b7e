"""What stands in messages: pictures, buttons that many can press, and choosing where to post."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import page_app
from tests.browser.conftest import PHONE, Visitor
from tests.practice.samples_of_pictures import png

pytestmark = pytest.mark.browser

CHANNEL = "C0SPRING000"
ALT = "Bars: six sessions in February, nine in March"


def sends_picture(visitor: Visitor, width: int = 1000, height: int = 600) -> None:
    """The app sends Ada a picture on white paper."""
    client = visitor.workspace.client
    client.files_upload_v2(
        channel=client.conversations_open(users="U0ADA000000")["channel"]["id"],
        filename="month.png",
        title="Your month",
        content=png(width, height),
        alt_txt=ALT,
        initial_comment="Here is your *month*.",
    )


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_picture_is_shown_with_its_words_as_wide_as_there_is_room(
    visit: Callable[..., Visitor], width: int
):
    someone = visit(viewport={"width": width, "height": 844}, scheme="dark")
    sends_picture(someone)
    someone.goes_to("ada/messages", "Messages with")
    picture = someone.page.get_by_role("img", name=ALT)
    expect(picture).to_be_in_viewport(ratio=0.5)
    someone.page.wait_for_function("() => document.querySelector('.picture-file img').complete")
    assert picture.evaluate("e => e.naturalWidth") == 1000
    box = picture.bounding_box()
    assert box
    assert min(200, width - 120) <= box["width"] <= min(560, width)
    assert box["width"] / box["height"] == pytest.approx(1000 / 600, abs=0.03)
    assert someone.page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert picture.evaluate("e => getComputedStyle(e).borderTopWidth") == "1px"
    expect(someone.page.locator(".message").last).to_contain_text("Here is your month.")


def test_a_small_picture_is_not_blown_up(ada: Visitor):
    sends_picture(ada, 120, 60)
    ada.goes_to("ada/messages", "Messages with")
    box = ada.page.get_by_role("img", name=ALT).bounding_box()
    assert box
    assert box["width"] <= 122


def test_the_newest_message_is_in_sight_before_a_picture_has_come(ada: Visitor):
    sends_picture(ada)
    ada.workspace.client.chat_postMessage(channel="U0ADA000000", text="The last word")
    ada.goes_to("ada/messages", "Messages with")
    ada.page.wait_for_function("() => document.querySelector('.picture-file img').complete")
    expect(ada.page.get_by_text("The last word")).to_be_in_viewport(ratio=1)


def test_a_picture_opens_as_it_is(ada: Visitor):
    sends_picture(ada)
    ada.goes_to("ada/messages", "Messages with")
    with ada.page.expect_popup() as opened:
        ada.page.get_by_role("link", name="Open Your month").click()
    opened.value.wait_for_load_state()
    assert opened.value.evaluate("document.contentType") == "image/png"
    assert opened.value.evaluate("document.images[0].naturalWidth") == 1000


def test_what_only_calls_itself_a_picture_is_a_download(ada: Visitor):
    client = ada.workspace.client
    direct = client.conversations_open(users="U0ADA000000")["channel"]["id"]
    client.files_upload_v2(channel=direct, filename="trap.png", content="<script>1</script>")
    ada.goes_to("ada/messages", "Messages with")
    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="trap.png").click()
    assert download.value.suggested_filename == "trap.png"
    expect(ada.page.locator("#main img")).to_have_count(0)


def test_axe_finds_nothing_serious_about_a_picture(visit: Callable[..., Visitor]):
    someone = visit(viewport=PHONE)
    sends_picture(someone)
    someone.goes_to("ada/messages", "Messages with")
    assert someone.axe_findings("light", "dark") == []


def test_a_button_in_a_channel_is_pressed_and_everyone_sees_what_comes_of_it(
    visit: Callable[..., Visitor],
):
    bilal, ada = visit(), visit()
    app, client = bilal.workspace.app.app, bilal.workspace.client
    told = []

    @app.action("cover")
    def covered(ack, body):
        told.append(body)
        words = f"<@{body['user']['id']}> covers Tuesday."
        client.chat_update(
            channel=body["container"]["channel_id"],
            ts=body["container"]["message_ts"],
            text=words,
            blocks=[{"type": "section", "text": page_app.marked(words)}],
        )
        ack()

    row = {"type": "actions", "elements": [page_app.button("I will cover it", "cover")]}
    ask = {"type": "section", "text": page_app.marked("Who can cover *Tuesday*?")}
    client.chat_postMessage(channel=CHANNEL, text="Who can cover Tuesday?", blocks=[ask, row])
    ada.goes_to(f"ada/{CHANNEL}", "#spring-cohort")
    bilal.goes_to(f"bilal/{CHANNEL}", "#spring-cohort")
    bilal.page.get_by_role("button", name="I will cover it").click()
    for one in (bilal, ada):
        message = one.page.locator(".message").last
        expect(message).to_contain_text("Bilal Sample covers Tuesday.")
        expect(message).to_contain_text("(edited)")
        expect(message.get_by_role("button", name="I will cover it")).to_have_count(0)
    assert [body["user"]["id"] for body in told] == ["U0BILAL0000"]
    assert told[0]["channel"]["id"] == CHANNEL


@pytest.mark.parametrize(
    ("kinds", "offered"),
    [
        (["public", "private"], ["general", "spring-cohort", "set-one"]),
        (["private"], ["spring-cohort", "set-one"]),
        (["im"], ["Alongside"]),
    ],
)
def test_a_choice_of_conversations_offers_those_the_person_is_in(
    ada: Visitor, kinds: list[str], offered: list[str]
):
    element = {
        "type": "conversations_select",
        "filter": {"include": kinds, "exclude_bot_users": False},
    }
    ada.workspace.client.conversations_open(users="U0ADA000000")
    ada.goes_to("ada/messages", "Messages with")
    trigger = ada.workspace.control("trigger", person="ada")["trigger_id"]
    form = page_app.modal(
        "Where to post", page_app.entry("where", "Channel", element), callback_id="steps"
    )
    ada.workspace.client.views_open(trigger_id=trigger, view=form)
    field = ada.page.get_by_role("dialog", name="Where to post").get_by_label("Channel")
    expect(field.locator("option")).to_have_count(1 + len(offered))
    words = [w.removeprefix("#").split(" (")[0] for w in field.locator("option").all_inner_texts()]
    assert words[1:] == offered
    field.select_option(index=1)
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    chosen = ada.workspace.app.values()["where"]["selected_conversation"]
    assert chosen.startswith(("C0", "D0"))


def test_somebody_who_is_not_in_a_channel_is_not_offered_it(visit: Callable[..., Visitor]):
    iona = visit()
    element = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    iona.goes_to("iona/home", "Good afternoon")
    trigger = iona.workspace.control("trigger", person="iona")["trigger_id"]
    form = page_app.modal("Where to post", page_app.entry("where", "Channel", element))
    iona.workspace.client.views_open(trigger_id=trigger, view=form)
    field = iona.page.get_by_role("dialog", name="Where to post").get_by_label("Channel")
    expect(field.locator("option")).to_have_text(["Choose", "#general"])
