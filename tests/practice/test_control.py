"""The control API: who acts, what is refused in words, what is seen, and what is told at once."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.practice.conftest import (
    button,
    connect,
    error,
    field_block,
    home,
    modal,
    section,
)

DEEDS = [
    "command",
    "action",
    "submit",
    "close",
    "home",
    "message",
    "read",
    "shortcut",
    "trigger",
    "input",
    "options",
]


@pytest.mark.parametrize("name", ["ada", "@ada", "Ada Example", "ada example", "U0ADA000000"])
def test_a_person_is_named_by_handle_full_name_or_id(control, name):
    assert control.post("trigger", person=name)["ok"]


@pytest.mark.parametrize("field", ["person", "user", "user_id", "as"])
def test_the_person_goes_by_four_names(control, field):
    assert control.post("trigger", **{field: "ada"})["ok"]


def test_an_unknown_person_is_answered_with_the_known_ones(control):
    answer = control.post("home", person="nobody")
    assert answer["error"] == "person_not_found"
    assert "ada, bilal, cerys" in answer["message"]
    assert "slackbot" not in answer["message"]


@pytest.mark.parametrize("what", DEEDS)
def test_an_unknown_field_is_refused_with_the_allowed_ones(control, what):
    answer = control.post(what, person="ada", nonsense=1)
    assert (answer["ok"], answer["error"]) == (False, "bad_request")
    assert "nonsense is not a field here" in answer["message"]
    assert "Allowed fields: " in answer["message"]


@pytest.mark.parametrize("what", DEEDS)
def test_nobody_acts_without_being_named(control, what):
    assert "person is missing" in control.post(what)["message"]


def test_an_unknown_deed_is_answered_with_the_known_ones(control):
    answer = control.post("dance", person="ada")
    assert answer["error"] == "not_found"
    assert "command" in answer["message"]


def test_a_body_that_is_not_json_is_refused(control):
    bearer = {"Authorization": f"Bearer {control.practice.control_token}"}
    assert control.request("POST", "/control/home", b"{", bearer).status == 400
    assert control.request("POST", "/control/home", b"[]", bearer).status == 400


def test_health_tells_everyone_whether_the_bot_is_there(control, bot):
    answer = control.request("GET", "/control/health")
    assert answer.status == 200
    assert answer.json["bot"] == "connected"
    assert set(answer.json["clock"]) == {"now", "offset_seconds", "version"}


def test_what_a_person_sees_has_everything_the_page_shows(control, ada):
    seen = ada.sees()
    assert set(seen) == {
        "version",
        "clock",
        "workspace",
        "me",
        "people",
        "channels",
        "home",
        "modals",
        "notices",
    }
    assert seen["me"]["name"] == "ada"
    assert {"name", "team_id", "bot", "commands", "shortcuts"} <= set(seen["workspace"])
    bot = seen["workspace"]["bot"]
    assert {"connected", "name", "description", "user_id", "app_id"} <= set(bot)
    assert seen["workspace"]["commands"][0] == {
        "command": "/session",
        "description": "Log a session",
        "usage_hint": "[month]",
    }
    assert [(c["name"], c["kind"], c["bot_in"]) for c in seen["channels"]] == [
        ("general", "channel", False),
        ("spring-cohort", "private", True),
        ("set-one", "private", False),
    ]
    ada_and_others = {p["name"]: p for p in seen["people"]}
    assert ada_and_others["kit"]["is_guest"] is True
    assert ada_and_others["lena"]["is_stranger"] is True
    assert ada_and_others["jonas"]["deleted"] is True


def test_nobody_sees_a_channel_they_are_not_in(control, client):
    names = [c["name"] for c in control.as_("iona").sees()["channels"]]
    assert names == ["general"]
    assert [c["name"] for c in control.as_("kit").sees()["channels"]] == ["spring-cohort"]
    client.chat_postMessage(channel="U0ADA000000", text="For Ada")
    assert "For Ada" not in json.dumps(control.as_("bilal").sees())


def test_messages_are_unread_until_they_are_read(client, ada):
    client.chat_postMessage(channel="C0SPRING000", text="One")
    client.chat_postMessage(channel="C0SPRING000", text="Two")

    def unread():
        return next(c for c in ada.sees()["channels"] if c["name"] == "spring-cohort")["unread"]

    assert unread() == 2
    ada.read(channel="spring-cohort")
    assert unread() == 0
    ada.message(channel="spring-cohort", text="Mine")
    assert unread() == 0


def test_every_text_object_carries_its_tokens(client, ada):
    client.views_publish(user_id="U0ADA000000", view=home(section("*Bold* <https://x.test|y>")))
    tokens = ada.sees()["home"]["blocks"][0]["text"]["tokens"]
    assert {"bold", "link"} <= {t["type"] for t in tokens}


def test_the_whole_workspace_can_be_looked_at(control, client):
    client.chat_postEphemeral(channel="C0SPRING000", user="U0ADA000000", text="Psst")
    whole = control.get("state")
    cohort = next(c for c in whole["channels"] if c["name"] == "spring-cohort")
    assert cohort["messages"][0]["only_for"] == "U0ADA000000"
    assert {"people", "homes", "modals", "notices", "files"} <= set(whole)


def test_the_ledger_holds_what_was_accepted_and_what_was_refused(control, client):
    client.chat_postMessage(channel="U0ADA000000", text="Hello")
    error(client.chat_postMessage, channel="C0NOWHERE00", text="Lost")
    said, lost = control.ledger(method="chat.postMessage")
    assert (said["ok"], said["channel"], said["text"]) == (True, "D0ADA000000", "Hello")
    assert said["ts"]
    assert (lost["ok"], lost["error"], lost["text"]) == (False, "channel_not_found", "Lost")
    assert "token" not in lost["payload"]
    assert {"seq", "at", "real_at", "kind", "method", "ok", "error"} <= set(said)
    assert control.ledger(since=said["seq"], method="chat.postMessage") == [lost]


def test_deliveries_and_their_answers_stand_in_the_ledger(control, bot, ada):
    bot.opens(modal())
    ada.command(command="/session")
    sent, answered = control.ledger(kind="envelope")[-1], control.ledger(kind="ack")[-1]
    assert sent["envelope_id"] == answered["envelope_id"]
    assert (sent["type"], sent["user"]) == ("slash_commands", "U0ADA000000")
    assert answered["ok"] is True


def test_reset_goes_back_to_the_seeds(control, client, ada):
    client.chat_postMessage(channel="U0ADA000000", text="Hello")
    client.views_publish(user_id="U0ADA000000", view=home())
    control.post("event", person="ada", change={"title": "Changed"})
    control.fault(kind="500", times=None)
    assert control.post("reset")["ok"]
    seen = ada.sees()
    assert seen["home"] is None
    assert seen["me"]["title"] == "Partner"
    assert control.ledger() == []
    assert client.chat_postMessage(channel="U0ADA000000", text="Again")["ok"]
    assert control.ledger()[0]["seq"] > 1


def test_a_trigger_for_a_person_opens_a_form_on_their_screen(control, client, ada):
    trigger = ada.trigger()["trigger_id"]
    client.views_open(trigger_id=trigger, view=modal())
    assert len(ada.sees()["modals"]) == 1
    assert control.as_("bilal").sees()["modals"] == []


def test_any_event_can_be_sent(control, bot):
    @bot.app.event("team_rename")
    def renamed(event):
        bot.heard.append(event)

    assert control.post("event", event={"type": "team_rename", "name": "New"})["ok"]
    assert bot.heard[0]["name"] == "New"
    assert bot.heard[0]["event_ts"]
    assert control.post("event", event={})["error"] == "bad_request"


def test_an_answer_shows_what_the_app_did_after_acknowledging_too(practice, control, ada):
    bot = connect(practice, process_before_response=False)

    @bot.app.command("/session")
    def late(ack, client, body):
        ack()
        client.chat_postMessage(channel=body["user_id"], text="Afterwards")

    answer = ada.command(command="/session", settle_ms=100)
    bot.close(control)
    app = next(c for c in answer["sees"]["channels"] if c["kind"] == "app")
    assert [m["text"] for m in app["messages"]] == ["Afterwards"]


def test_a_button_that_is_not_there_cannot_be_pressed(ada):
    answer = ada.action(label="Fly")
    assert answer["error"] == "action_not_found"
    assert "'Fly'" in answer["message"]
    assert ada.action()["error"] == "bad_request"
    assert ada.submit()["error"] == "view_not_found"


def test_pressing_enter_in_a_field_sends_what_it_holds(bot, ada):
    block = field_block("Search", "s")
    block["dispatch_action"] = True
    bot.opens(modal(block))

    @bot.app.action("a")
    def entered(ack, body):
        bot.heard.append(body["actions"][0])
        ack()

    ada.command(command="/session")
    ada.input(block_id="s", action_id="a", value="words")
    assert len(bot.heard) == 1
    ada.action(block_id="s", action_id="a")
    assert bot.heard[1]["value"] == "words"


def test_the_button_on_top_is_found_before_the_one_on_the_home_tab(bot, ada, client):
    def with_button(value):
        return {
            "type": "actions",
            "block_id": "b",
            "elements": [button("Go", "go", value=value)],
        }

    client.views_publish(user_id="U0ADA000000", view=home(with_button("home")))
    bot.opens(modal(with_button("modal")))

    @bot.app.action("go")
    def went(ack, action):
        bot.heard.append(action["value"])
        ack()

    ada.action(label="Go")
    ada.command(command="/session")
    ada.action(label="Go")
    ada.action(label="Go", home=True)
    assert [h for h in bot.heard if isinstance(h, str)] == ["home", "modal", "home"]


class Stream:
    """A stream of changes, read as the page reads it."""

    def __init__(self, control, person):
        url = urlsplit(control.practice.url)
        self.line = http.client.HTTPConnection(url.hostname, url.port, timeout=5)
        bearer = {"Authorization": f"Bearer {control.practice.control_token}"}
        self.line.request("GET", f"/control/stream?person={person}", headers=bearer)
        self.answer = self.line.getresponse()

    def next(self):
        while not (line := self.answer.fp.readline().strip()).startswith(b"data:"):
            pass
        return json.loads(line[5:])["version"]

    def close(self):
        self.line.close()


def test_the_stream_tells_who_sees_a_change_and_nobody_else(control, client, ada):
    adas, bilals = Stream(control, "ada"), Stream(control, "bilal")
    assert adas.answer.headers["Content-Type"].startswith("text/event-stream")
    first, other = adas.next(), bilals.next()
    client.chat_postMessage(channel="U0ADA000000", text="For Ada")
    second = adas.next()
    assert second > first
    assert ada.sees()["version"] >= second
    assert control.as_("bilal").sees()["version"] == other
    client.chat_postMessage(channel="C0SPRING000", text="For all")
    assert bilals.next() > other
    adas.close()
    bilals.close()
