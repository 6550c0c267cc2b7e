"""What a person does in a form, what is sent, and what the app's answers do."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.practice.conftest import PATIENCE, button, field_block, modal, text

TROUBLE = "We had some trouble connecting. Try again?"


def test_a_submission_carries_every_field_slack_sends(bot, ada):
    bot.opens(modal(private_metadata="kept"))
    bot.answers()
    ada.command(command="/session")
    ada.submit(values={"name": {"a": "Ada"}})
    body = bot.heard[1]
    assert set(body) == {
        "type",
        "team",
        "user",
        "api_app_id",
        "token",
        "trigger_id",
        "view",
        "response_urls",
        "is_enterprise_install",
        "enterprise",
    }
    assert set(body["user"]) == {"id", "username", "name", "team_id"}
    assert body["view"]["state"]["values"]["name"]["a"]["value"] == "Ada"


def test_a_required_field_left_empty_is_never_sent(bot, ada):
    bot.opens(modal())
    bot.answers()
    ada.command(command="/session")
    answer = ada.submit(values={"Name": ""})
    assert (answer["ok"], answer["error"]) == (False, "not_submitted")
    assert set(answer["errors"]) == {"name"}
    assert set(answer["sees"]["modals"][0]["errors"]) == {"name"}
    assert len(bot.heard) == 1

    ada.input(block_id="name", action_id="a", value="Ada")
    assert ada.sees()["modals"][0]["errors"] == {}


def test_a_field_that_does_not_exist_is_named_with_those_that_do(opened, ada):
    opened()
    answer = ada.submit(values={"Nmae": "Ada"})
    assert answer["error"] == "field_not_found"
    assert "There are: Name." in answer["message"]


def test_errors_from_the_app_stand_beside_their_fields_and_the_words_stay(bot, ada):
    bot.opens(modal())
    bot.answers(response_action="errors", errors={"name": "Not this name"})
    ada.command(command="/session")
    answer = ada.submit(values={"Name": "Ada"})
    assert (answer["ok"], answer["error"]) == (False, "refused_by_app")
    view = answer["sees"]["modals"][0]
    assert view["errors"] == {"name": "Not this name"}
    assert view["state"]["values"]["name"]["a"]["value"] == "Ada"


def test_update_push_and_clear_do_what_they_say(bot, ada):
    bot.opens(modal())

    @bot.app.view("form")
    def step(ack, view):
        wish = view["state"]["values"]["name"]["a"]["value"]
        ack(response_action=wish, view=modal(title=text(f"After {wish}")))

    ada.command(command="/session")
    first = ada.sees()["modals"][0]
    updated = ada.submit(values={"Name": "update"})["sees"]["modals"]
    assert [(v["id"], v["title"]["text"]) for v in updated] == [(first["id"], "After update")]
    pushed = ada.submit(values={"Name": "push"})["sees"]["modals"]
    assert [v["title"]["text"] for v in pushed] == ["After update", "After push"]
    assert pushed[1]["previous_view_id"] == first["id"]
    assert ada.submit(values={"Name": "clear"})["sees"]["modals"] == []


@pytest.mark.parametrize(
    "bad",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
    ],
)
def test_an_answer_slack_would_not_understand_shows_slacks_own_words(bot, ada, bad):
    bot.opens(modal())
    bot.answers(**bad)
    ada.command(command="/session")
    answer = ada.submit(values={"Name": "Ada"})
    assert answer["ok"] is False
    assert answer["sees"]["notices"][-1]["text"] == TROUBLE
    view = answer["sees"]["modals"][0]
    assert view["state"]["values"]["name"]["a"]["value"] == "Ada"


def test_an_app_that_does_not_acknowledge_leaves_the_words_on_screen(bot, ada):
    bot.opens(modal())

    @bot.app.view("form")
    def never(body):
        bot.heard.append(body)

    ada.command(command="/session")
    started = time.monotonic()
    answer = ada.submit(values={"Name": "Ada"})
    assert time.monotonic() - started >= PATIENCE
    assert answer["error"] == "operation_timeout"
    assert answer["sees"]["notices"][-1]["text"] == TROUBLE
    view = answer["sees"]["modals"][0]
    assert view["state"]["values"]["name"]["a"]["value"] == "Ada"
    assert view["submitting"] is False


def test_closing_tells_the_app_only_where_it_asked(bot, ada, client, trigger):
    @bot.app.view_closed("form")
    def closed(ack, body):
        bot.heard.append(body)
        ack()

    client.views_open(trigger_id=trigger(), view=modal())
    assert ada.close()["sees"]["modals"] == []
    assert bot.heard == []
    client.views_open(trigger_id=trigger(), view=modal(notify_on_close=True))
    ada.close()
    assert [b["is_cleared"] for b in bot.heard] == [False]
    client.views_open(trigger_id=trigger(), view=modal(notify_on_close=True))
    ada.close(all=True)
    assert [b["is_cleared"] for b in bot.heard] == [False, True]


def test_closing_uncovers_the_view_below_as_it_was_left(bot, ada):
    more = {"type": "actions", "block_id": "b", "elements": [button("More", "more")]}
    bot.opens(modal(field_block("Name", "name"), more))

    @bot.app.action("more")
    def push(ack, body, client):
        client.views_push(trigger_id=body["trigger_id"], view=modal(title=text("On top")))
        ack()

    ada.command(command="/session")
    ada.input(block_id="name", action_id="a", value="Ada")
    ada.action(label="More")
    left = ada.close()["sees"]["modals"]
    assert len(left) == 1
    assert left[0]["state"]["values"]["name"]["a"]["value"] == "Ada"


def test_clear_on_close_closes_everything(bot, ada):
    more = {"type": "actions", "block_id": "b", "elements": [button("More", "more")]}
    bot.opens(modal(more))

    @bot.app.action("more")
    def push(ack, body, client):
        client.views_push(trigger_id=body["trigger_id"], view=modal(clear_on_close=True))
        ack()

    ada.command(command="/session")
    ada.action(label="More")
    assert ada.close()["sees"]["modals"] == []


def test_what_is_typed_is_sent_at_once_only_where_the_app_asked(bot, ada):
    quiet = field_block("Quiet", "quiet")
    loud = field_block(
        "Loud", "loud", dispatch_action_config={"trigger_actions_on": ["on_character_entered"]}
    )
    loud["dispatch_action"] = True
    bot.opens(modal(quiet, loud))

    @bot.app.action({"block_id": "loud", "action_id": "a"})
    def typed(ack, body):
        bot.heard.append(body)
        ack()

    ada.command(command="/session")
    ada.input(block_id="quiet", action_id="a", value="one")
    ada.input(block_id="loud", action_id="a", value="two")
    assert len(bot.heard) == 2
    action = bot.heard[1]["actions"][0]
    assert (action["type"], action["value"]) == ("plain_text_input", "two")


def test_a_value_an_element_does_not_offer_is_refused(opened, ada):
    dates = field_block("Day", "day")
    dates["element"] = {"type": "datepicker", "action_id": "a"}
    opened(modal(dates))
    answer = ada.input(block_id="day", action_id="a", value="yesterday")
    assert answer["error"] == "invalid_value"
    assert "yesterday" in answer["message"]


def test_a_conversation_select_starts_where_the_command_was_typed(bot, ada):
    select = {
        "type": "conversations_select",
        "action_id": "where",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
    }
    block = {"type": "input", "block_id": "to", "label": text("Where"), "element": select}
    bot.opens(modal(block))
    bot.answers()
    ada.command(command="/session", channel="spring-cohort")
    ada.submit()
    body = bot.heard[1]
    assert body["view"]["state"]["values"]["to"]["where"]["selected_conversation"] == "C0SPRING000"
    assert [u["channel_id"] for u in body["response_urls"]] == ["C0SPRING000"]


def test_an_external_select_asks_the_app_for_its_options(bot, ada):
    select = {"type": "external_select", "action_id": "pick", "min_query_length": 1}
    block = {"type": "input", "block_id": "p", "label": text("Pick"), "element": select}
    bot.opens(modal(block))
    bot.answers()
    offered = [{"text": text("Ada"), "value": "ada"}]

    @bot.app.options("pick")
    def offer(ack, payload):
        bot.heard.append(payload)
        ack(options=offered)

    ada.command(command="/session")
    answer = ada.options(action_id="pick", text="ad")
    assert [o["value"] for o in answer["options"]] == ["ada"]
    assert bot.heard[1]["value"] == "ad"
    assert ada.submit(values={"Pick": offered[0]})["ok"]


def test_twenty_submissions_at_once_all_reach_the_app(bot, ada, control):
    bot.opens(modal())
    bot.answers()
    view = ada.command(command="/session")["sees"]["modals"][0]
    with ThreadPoolExecutor(10) as many:
        answers = list(
            many.map(lambda _: ada.submit(view_id=view["id"], values={"Name": "Ada"}), range(20))
        )
    assert any(a["ok"] for a in answers)
    assert {a.get("error") for a in answers} <= {None, "view_not_found"}
    assert ada.sees()["modals"] == []
