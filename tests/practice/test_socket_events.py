"""Events over Socket Mode: which are sent, to whom, and how often they come again."""

import threading

import pytest
from slack_sdk.socket_mode.response import SocketModeResponse

from practice.server import Practice
from tests.practice.conftest import QUICK, Control, connect, manifest_with, wait_until

EVENTS = ["app_home_opened", "message.groups", "message.im", "app_mention"]


@pytest.fixture
def eventful():
    with Practice(manifest_with(events=EVENTS), settings=QUICK) as running:
        yield running


def test_an_unanswered_event_comes_again_at_once_after_one_and_after_five_minutes(eventful):
    control = Control(eventful)
    bot = connect(eventful)

    def retried(client, request):
        bot.heard.append((request.retry_attempt, request.retry_reason, request.payload))

    bot.handler.client.socket_mode_request_listeners[:] = [retried]
    control.as_("ada").home()
    wait_until(lambda: len(bot.heard) == 2)
    wait_until(lambda: len(acks(control)) == 2)
    control.move_clock(30)
    assert len(bot.heard) == 2
    control.move_clock(31)
    wait_until(lambda: len(acks(control)) == 3)
    control.move_clock(301)
    wait_until(lambda: len(acks(control)) == 4)
    control.move_clock(86400)
    bot.close(control)

    assert [attempt for attempt, _, _ in bot.heard] == [0, 1, 2, 3]
    assert [reason for _, reason, _ in bot.heard] == ["", "timeout", "timeout", "timeout"]
    assert len({payload["event_id"] for _, _, payload in bot.heard}) == 1


def acks(control):
    return [e for e in control.ledger() if e["kind"] == "ack"]


def test_an_event_answered_at_the_second_try_does_not_come_a_third_time(eventful):
    control = Control(eventful)
    bot = connect(eventful)

    def second(client, request):
        bot.heard.append(request.retry_attempt)
        if request.retry_attempt:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    bot.handler.client.socket_mode_request_listeners[:] = [second]
    control.as_("ada").home()
    wait_until(lambda: len(acks(control)) == 2)
    control.move_clock(600)
    bot.close(control)
    assert bot.heard == [0, 1]


def test_an_event_missed_while_nobody_was_connected_comes_later(eventful):
    control = Control(eventful)
    control.as_("ada").home()
    wait_until(lambda: len(acks(control)) == 2)
    bot = connect(eventful)
    seen = threading.Event()

    @bot.app.event("app_home_opened")
    def opened(event):
        seen.set()

    control.move_clock(61)
    assert seen.wait(5)
    bot.close(control)


def test_messages_reach_the_app_where_it_is_a_member(eventful):
    control = Control(eventful)
    bot = connect(eventful)

    @bot.app.event("message")
    def said(event):
        bot.heard.append((event["channel_type"], event["text"]))

    @bot.app.event("app_mention")
    def mentioned(event):
        bot.heard.append(("mention", event["text"]))

    ada = control.as_("ada")
    ada.message(channel="spring-cohort", text="Hello <all> @alongside")
    ada.message(channel="app", text="Just you & me")
    ada.message(channel="set-one", text="Without the bot")
    ada.message(channel="bilal", text="Between us")
    bot.close(control)
    assert bot.heard == [
        ("group", "Hello &lt;all&gt; <@U0ALONGBOT0>"),
        ("mention", "Hello &lt;all&gt; <@U0ALONGBOT0>"),
        ("im", "Just you &amp; me"),
    ]


def test_events_nobody_subscribed_to_are_not_sent():
    with Practice(manifest_with(events=["user_change"]), settings=QUICK) as running:
        control = Control(running)
        assert control.as_("ada").home()["ok"]
        assert [e for e in control.ledger() if e["kind"] == "envelope"] == []
