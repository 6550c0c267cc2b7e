"""response_url: five answers in thirty minutes."""

import json

import pytest

from tests.practice.conftest import button, section


@pytest.fixture
def response_url(bot, ada):
    @bot.app.command("/session")
    def typed(ack, body):
        bot.heard.append(body)
        ack()

    ada.command(command="/session", channel="spring-cohort")
    return bot.heard[0]["response_url"]


@pytest.fixture
def respond(control, response_url):
    path = response_url[len(control.practice.url) - 1 :]
    return lambda **said: control.request("POST", path, said)


def texts(person):
    cohort = next(c for c in person.sees()["channels"] if c["name"] == "spring-cohort")
    return [(m["text"], m["ephemeral"]) for m in cohort["messages"]]


def test_an_answer_is_for_that_person_only_unless_it_says_otherwise(respond, ada, control):
    assert respond(text="Only you").json == {"ok": True}
    respond(text="All of you", response_type="in_channel")
    assert texts(ada) == [("Only you", True), ("All of you", False)]
    assert texts(control.as_("bilal")) == [("All of you", False)]


def test_five_answers_and_no_more(respond, ada):
    statuses = [respond(text=str(n)).status for n in range(6)]
    assert statuses == [200] * 5 + [404]
    assert respond(text="more").json["error"] == "used_url"
    assert len(texts(ada)) == 5


def test_after_half_an_hour_nothing_is_taken(respond, control):
    control.move_clock(29 * 60)
    assert respond(text="in time").status == 200
    control.move_clock(2 * 60)
    late = respond(text="late")
    assert (late.status, late.json["error"]) == (404, "expired_url")


def test_a_bad_answer_is_refused_and_does_not_count(respond):
    bad = respond(blocks=[section("x" * 3001)])
    assert (bad.status, bad.json["error"]) == (400, "invalid_blocks")
    assert respond().json["error"] == "no_text"
    assert [respond(text="x").status for _ in range(6)] == [200] * 5 + [404]


def test_a_made_up_address_is_refused(control):
    answer = control.request("POST", "/response/nothing", {"text": "x"})
    assert (answer.status, answer.json["error"]) == (404, "invalid_token")


def test_the_message_it_came_from_can_be_replaced_and_deleted(bot, ada, control):
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("Press", "press")]}]

    @bot.app.action("press")
    def pressed(ack, body):
        bot.heard.append(body["response_url"])
        ack()

    bot.app.client.chat_postEphemeral(
        channel="C0SPRING000", user="U0ADA000000", text="First", blocks=blocks
    )
    assert ada.action(label="Press")["ok"]
    path = bot.heard[0][len(control.practice.url) - 1 :]
    control.request("POST", path, {"text": "Second", "replace_original": True})
    assert texts(ada) == [("Second", True)]
    control.request("POST", path, {"delete_original": True})
    assert texts(ada) == []


def test_an_answer_also_comes_as_a_form(control, response_url, ada):
    path = response_url[len(control.practice.url) - 1 :]
    body = b"payload=" + json.dumps({"text": "As a form"}).replace(" ", "+").encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert control.request("POST", path, body, form).status == 200
    assert texts(ada) == [("As a form", True)]


def test_every_use_stands_in_the_ledger(respond, control):
    respond(text="One")
    entry = control.ledger(kind="response_url")[0]
    assert (entry["ok"], entry["text"], entry["user"]) == (True, "One", "U0ADA000000")
