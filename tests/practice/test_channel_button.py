"""A button in a channel: what the app is told when somebody presses it, and what it can do then."""

import pytest

from tests.practice.conftest import button, modal, section

CHANNEL = "C0SPRING000"
ROW = {"type": "actions", "block_id": "row", "elements": [button("I will", "take", value="7")]}


@pytest.fixture
def stamp(bot, client):
    """A message of the app with a button, which keeps what it is told."""

    @bot.app.action("take")
    def taken(ack, body):
        bot.heard.append(body)
        ack()

    blocks = [section("Who can cover Tuesday?"), ROW]
    return client.chat_postMessage(channel=CHANNEL, text="Who can cover?", blocks=blocks)["ts"]


def shown(person, ts):
    places = {c["id"]: c for c in person.sees()["channels"]}
    return next(m for m in places[CHANNEL]["messages"] if m["ts"] == ts)


def test_the_app_is_told_all_that_slack_tells(bot, control, stamp):
    assert control.as_("bilal").action(label="I will", channel=CHANNEL, ts=stamp)["ok"]
    body = bot.heard[0]
    assert body["type"] == "block_actions"
    assert body["user"]["id"] == "U0BILAL0000"
    assert body["container"] == {
        "type": "message",
        "message_ts": stamp,
        "channel_id": CHANNEL,
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": CHANNEL, "name": "privategroup"}
    assert body["message"]["ts"] == stamp
    assert body["message"]["bot_id"] == "B0ALONGBOT0"
    assert [b["type"] for b in body["message"]["blocks"]] == ["section", "actions"]
    assert body["state"] == {"values": {}}
    assert body["response_url"].startswith("http://127.0.0.1")
    action = body["actions"][0]
    assert {k: action[k] for k in ("type", "action_id", "block_id", "value")} == {
        "type": "button",
        "action_id": "take",
        "block_id": "row",
        "value": "7",
    }
    assert action["action_ts"]


def test_the_trigger_opens_a_form_for_whoever_pressed(bot, control, client, stamp):
    control.as_("bilal").action(label="I will", channel=CHANNEL, ts=stamp)
    client.views_open(trigger_id=bot.heard[0]["trigger_id"], view=modal())
    assert control.as_("bilal").sees()["modals"]
    assert control.as_("ada").sees()["modals"] == []


def test_a_changed_message_is_seen_changed_by_everyone(bot, control, client, stamp):
    control.as_("bilal").action(label="I will", channel=CHANNEL, ts=stamp)
    before = control.as_("ada").sees()["version"]
    client.chat_update(
        channel=CHANNEL, ts=stamp, text="Covered", blocks=[section("Bilal covers Tuesday.")]
    )
    after = shown(control.as_("ada"), stamp)
    assert control.as_("ada").sees()["version"] > before
    assert after["edited"]
    assert [b["text"]["text"] for b in after["blocks"]] == ["Bilal covers Tuesday."]
    again = control.as_("cerys").action(label="I will", channel=CHANNEL, ts=stamp)
    assert again["error"] == "action_not_found"


def test_somebody_who_is_not_in_the_channel_cannot_press(bot, control, stamp):
    answer = control.as_("iona").action(label="I will", channel=CHANNEL, ts=stamp)
    assert answer["error"] == "channel_not_found"
    assert bot.heard == []
