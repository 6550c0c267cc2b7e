"""Rate limits: per method and channel, told as Slack tells them, and written down."""

import itertools
import time
from datetime import datetime

import pytest
from slack_sdk.errors import SlackApiError

ADA, BILAL = "U0ADA000000", "U0BILAL0000"


@pytest.fixture(autouse=True)
def limits(control):
    control.fault(rate_limits=True)


def post(client, channel=ADA, **more):
    """Seconds the workspace said to wait; 0 when it took the message."""
    try:
        client.chat_postMessage(channel=channel, text="Hello", **more)
    except SlackApiError as refused:
        answer = refused.response
    else:
        return 0
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    return int(answer.headers["Retry-After"])


def test_a_channel_takes_a_few_at_once_and_then_one_a_second(client):
    assert [post(client) for _ in range(6)] == [0, 0, 0, 0, 1, 1]
    time.sleep(1.05)
    assert [post(client) for _ in range(2)] == [0, 1]


def test_another_channel_is_not_held_up(client):
    assert [post(client) for _ in range(5)][-1] == 1
    assert post(client, BILAL) == 0


def test_a_person_and_their_messages_with_the_app_are_one_channel(client):
    direct = client.conversations_open(users=ADA)["channel"]["id"]
    waits = [post(client, place) for place in itertools.islice(itertools.cycle([ADA, direct]), 5)]
    assert waits == [0, 0, 0, 0, 1]


def test_another_method_is_not_held_up(client):
    stamp = client.chat_postMessage(channel=ADA, text="First")
    assert [post(client) for _ in range(4)][-1] == 1
    assert client.chat_update(channel=stamp["channel"], ts=stamp["ts"], text="Second")["ok"]


def test_whoever_waits_as_long_as_told_is_let_in(client):
    waited = 0
    for _ in range(7):
        while wait := post(client):
            waited += wait
            time.sleep(wait)
    assert waited == 3


def test_time_that_is_moved_on_counts_as_waited(client, control):
    assert [post(client) for _ in range(5)][-1] == 1
    control.move_clock(2)
    assert post(client) == 0


def test_the_ledger_tells_which_calls_were_refused_and_for_how_long(client, control):
    waits = [post(client) for _ in range(6)]
    entries = control.ledger(method="chat.postMessage")
    assert [e["ok"] for e in entries] == [wait == 0 for wait in waits]
    assert [e["error"] for e in entries] == [None] * 4 + ["ratelimited"] * 2
    assert [e.get("retry_after") for e in entries] == [None] * 4 + [1, 1]
    assert [e["ts"] is None for e in entries] == [False] * 4 + [True] * 2
    assert {e["user"] for e in entries} == {ADA}


def test_the_ledger_tells_practice_time_and_real_time_in_order(client, control):
    post(client)
    control.move_clock(86400)
    post(client)
    first, second = control.ledger(method="chat.postMessage")
    moment = {
        (name, entry["seq"]): datetime.fromisoformat(entry[name])
        for name in ("at", "real_at")
        for entry in (first, second)
    }
    assert first["seq"] < second["seq"]
    lived = moment["at", second["seq"]] - moment["at", first["seq"]]
    real = moment["real_at", second["seq"]] - moment["real_at", first["seq"]]
    assert (lived - real).total_seconds() == pytest.approx(86400, abs=0.1)
    assert float(second["ts"]) == pytest.approx(moment["at", second["seq"]].timestamp(), abs=0.1)


def test_a_429_on_request_is_in_the_ledger_with_what_it_said(client, control):
    control.fault(method="chat.postMessage", kind="429", retry_after=7)
    assert post(client) == 7
    entry = control.ledger(method="chat.postMessage")[0]
    assert (entry["ok"], entry["fault"], entry["retry_after"]) == (False, "429", 7)
