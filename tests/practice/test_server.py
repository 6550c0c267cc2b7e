"""The whole way: a person acts, a real Bolt app answers, the person sees it."""

from practice.server import Practice
from tests.practice.conftest import (
    QUICK,
    Control,
    button,
    field_block,
    home,
    manifest_with,
    modal,
    section,
    web_client,
)


def test_a_command_opens_a_form_and_submitting_it_is_answered_in_a_message(bot, ada):
    bot.opens(modal(field_block("Name", "name"), private_metadata="kept"))

    @bot.app.view("form")
    def save(ack, body, client, view):
        name = view["state"]["values"]["name"]["a"]["value"]
        client.chat_postMessage(channel=body["user"]["id"], text=f"Saved {name}")
        ack()

    shown = ada.command(command="/session")["sees"]["modals"]
    assert [view["title"]["text"] for view in shown] == ["A form"]
    assert shown[0]["private_metadata"] == "kept"

    answer = ada.submit(values={"Name": "Ada's note"})
    assert answer["ok"]
    assert answer["sees"]["modals"] == []
    assert [m["text"] for m in ada.app_messages()] == ["Saved Ada's note"]


def test_opening_the_home_tab_sends_an_event_and_shows_what_is_published(bot, ada):
    @bot.app.event("app_home_opened")
    def opened(event, client):
        bot.heard.append(event)
        client.views_publish(user_id=event["user"], view=home(section(f"Tab {event['tab']}")))

    seen = ada.home()["sees"]["home"]
    assert seen["blocks"][0]["text"]["text"] == "Tab home"
    assert "view" not in bot.heard[0]

    ada.home(tab="home")
    assert bot.heard[1]["view"]["id"] == seen["id"]
    assert bot.heard[1]["channel"].startswith("D")


def test_a_slash_command_carries_every_field_slack_sends(bot, ada):
    bot.opens(modal())
    ada.command(command="/session", text="last month", channel="general")

    sent = bot.heard[0]
    assert set(sent) == {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "is_enterprise_install",
        "response_url",
        "trigger_id",
    }
    assert sent["text"] == "last month"
    assert sent["channel_name"] == "general"
    assert sent["user_name"] == "ada"


def test_names_in_a_command_become_ids_only_where_the_manifest_asks_for_it(bot, ada):
    bot.opens(modal(), command="/session")
    bot.opens(modal(), command="/escaped")
    ada.command(command="/session", text="@bilal")
    ada.close(all=True)
    ada.command(command="/escaped", text="@bilal")
    assert [b["text"] for b in bot.heard] == ["@bilal", "<@U0BILAL0000>"]


def test_what_a_command_is_acknowledged_with_is_shown_to_that_person_only(bot, ada, control):
    @bot.app.command("/session")
    def answer(ack):
        ack("Only for you")

    ada.command(command="/session", channel="general")
    mine = next(c for c in ada.sees()["channels"] if c["name"] == "general")["messages"]
    assert [(m["text"], m["ephemeral"]) for m in mine] == [("Only for you", True)]

    others = control.as_("bilal").sees()["channels"]
    assert next(c for c in others if c["name"] == "general")["messages"] == []


def test_an_answer_in_channel_is_for_everyone(bot, ada, control):
    @bot.app.command("/session")
    def answer(ack):
        ack(text="For all", response_type="in_channel")

    ada.command(command="/session", channel="general")
    others = control.as_("bilal").sees()["channels"]
    seen = next(c for c in others if c["name"] == "general")["messages"]
    assert [m["text"] for m in seen] == ["For all"]


def test_an_ephemeral_message_is_gone_after_the_page_is_loaded_again(client, ada):
    client.chat_postEphemeral(channel="C0SPRING000", user="U0ADA000000", text="Psst")

    def seen(**query):
        channels = ada.sees(**query)["channels"]
        return [m["text"] for c in channels for m in c["messages"]]

    assert seen() == ["Psst"]
    assert seen(fresh=1) == []
    assert seen() == []


def test_a_button_in_a_message_is_found_by_what_stands_on_it(bot, ada):
    @bot.app.action("done")
    def pressed(ack, body, respond):
        bot.heard.append(body)
        ack()
        respond(text="Well done", replace_original=True)

    bot.app.client.chat_postMessage(
        channel="U0ADA000000",
        text="A task",
        blocks=[
            section("A task"),
            {"type": "actions", "block_id": "b", "elements": [button("Done", "done", value="7")]},
        ],
    )
    assert ada.action(label="Done")["ok"]
    assert [m["text"] for m in ada.app_messages()] == ["Well done"]

    body = bot.heard[0]
    assert body["container"]["type"] == "message"
    assert body["actions"][0]["value"] == "7"
    assert body["actions"][0]["block_id"] == "b"
    assert body["message"]["bot_id"]
    assert body["channel"] == {"id": "D0ADA000000", "name": "directmessage"}


def test_choosing_in_a_modal_sends_the_choice_and_the_state(bot, ada):
    options = [
        {"text": {"type": "plain_text", "text": words}, "value": value}
        for words, value in (("Walk", "w"), ("Call", "c"))
    ]
    select = {"type": "static_select", "action_id": "kind", "options": options}
    bot.opens(modal(field_block("Name", "name"), section("Kind", block_id="k", accessory=select)))

    @bot.app.action("kind")
    def chosen(ack, body):
        bot.heard.append(body)
        ack()

    ada.command(command="/session")
    ada.input(block_id="name", action_id="a", value="typed")
    ada.action(action_id="kind", value="Call")

    body = bot.heard[1]
    assert body["actions"][0]["selected_option"]["value"] == "c"
    assert body["view"]["state"]["values"]["name"]["a"]["value"] == "typed"
    assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}


def test_an_item_of_an_overflow_menu_is_found_by_its_words(bot, ada):
    menu = {
        "type": "overflow",
        "action_id": "more",
        "options": [
            {"text": {"type": "plain_text", "text": words}, "value": words.lower()}
            for words in ("Edit", "Delete")
        ],
    }
    bot.app.client.views_publish(
        user_id="U0ADA000000", view=home(section("A session", block_id="s", accessory=menu))
    )

    @bot.app.action("more")
    def chosen(ack, body):
        bot.heard.append(body)
        ack()

    assert ada.action(label="Delete", home=True)["ok"]
    assert bot.heard[0]["actions"][0]["selected_option"]["value"] == "delete"
    assert bot.heard[0]["view"]["type"] == "home"


def test_shortcuts_open_forms(bot, ada):
    @bot.app.shortcut("log_session")
    def opened(ack, body, client):
        bot.heard.append(body)
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    seen = ada.shortcut(name="Log a session")["sees"]
    assert len(seen["modals"]) == 1
    assert bot.heard[0]["type"] == "shortcut"
    assert "response_url" not in bot.heard[0]


def test_a_message_shortcut_carries_the_message(bot, ada, client):
    ts = client.chat_postMessage(channel="C0SPRING000", text="Keep me")["ts"]

    @bot.app.shortcut({"type": "message_action", "callback_id": "keep_this"})
    def kept(ack, body):
        bot.heard.append(body)
        ack()

    assert ada.shortcut(callback_id="keep_this", channel="spring-cohort", ts=ts)["ok"]
    assert bot.heard[0]["message"]["text"] == "Keep me"
    assert bot.heard[0]["message_ts"] == ts


def test_a_change_about_a_person_reaches_the_app(bot, ada, control):
    @bot.app.event("user_change")
    def changed(event):
        bot.heard.append(event["user"])

    control.post("event", person="ada", change={"tz": "Asia/Tokyo"})
    control.post("event", person="ada", change={"deleted": True})
    assert [u.get("tz") for u in bot.heard] == ["Asia/Tokyo", None]
    assert bot.heard[1]["deleted"] is True
    assert ada.command(command="/session")["error"] == "account_inactive"


def test_an_unknown_command_is_answered_by_slack_itself(ada):
    answer = ada.command(command="/nonsense")
    assert answer["error"] == "unknown_command"
    assert "/nonsense is not a valid command" in answer["sees"]["notices"][-1]["text"]


def test_the_bot_is_invited_to_a_channel_with_slacks_own_command(ada, client, control):
    assert ada.command(command="/invite", text="@alongside", channel="set-one")["ok"]
    assert client.chat_postMessage(channel="C0SETONE000", text="Thank you")["ok"]


def test_a_button_does_nothing_where_the_app_turned_interactivity_off():
    off = manifest_with(settings={"interactivity": {"is_enabled": False}})
    with Practice(off, settings=QUICK) as running:
        blocks = [{"type": "actions", "block_id": "b", "elements": [button("Go", "go")]}]
        web_client(running).views_publish(user_id="U0ADA000000", view=home(*blocks))
        answer = Control(running).as_("ada").action(label="Go")
        assert answer["error"] == "interactivity_not_enabled"
        assert answer["sees"]["notices"]


def test_outsiders_are_not_offered_commands(control):
    answer = control.as_("lena").command(command="/session")
    assert answer["error"] == "not_offered"
