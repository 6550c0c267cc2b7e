"""Trouble on request: each kind does what it says, as often as it says, and is written down."""

import http.client
import time
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.practice.conftest import error, modal

ADA = "U0ADA000000"
GONE = (http.client.RemoteDisconnected, ConnectionResetError, URLError)


def post(client, text="Hello"):
    return client.chat_postMessage(channel=ADA, text=text)


def said(ada):
    return [m["text"] for m in ada.app_messages()]


def outcomes(client, times):
    found = []
    for _ in range(times):
        try:
            found.append(post(client)["ok"])
        except SlackApiError as refused:
            found.append(refused.response.status_code)
    return found


def test_too_many_requests_say_how_long_to_wait_and_post_nothing(control, client, ada):
    control.fault(method="chat.postMessage", kind="429", retry_after=7)
    with pytest.raises(SlackApiError) as refused:
        post(client)
    answer = refused.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "7"
    assert post(client)["ok"]
    assert said(ada) == ["Hello"]


def test_a_server_error_posts_nothing_unless_told_otherwise(control, client, ada):
    control.fault(method="chat.postMessage", kind="500")
    control.fault(method="chat.postMessage", kind="500", accept=True)
    assert outcomes(client, 3) == [500, 500, True]
    assert said(ada) == ["Hello", "Hello"]


def test_a_dropped_reply_means_that_the_message_was_posted(control, client, ada):
    control.fault(method="chat.postMessage", kind="drop")
    with pytest.raises(GONE):
        post(client)
    assert said(ada) == ["Hello"]
    entry = control.ledger(method="chat.postMessage")[0]
    assert (entry["ok"], entry["fault"], entry["user"]) == (True, "drop", ADA)


def test_a_refused_connection_means_that_it_was_not(control, client, ada):
    control.fault(method="chat.postMessage", kind="refuse")
    with pytest.raises(GONE):
        post(client)
    assert control.ledger(method="chat.postMessage")[0]["fault"] == "refuse"
    assert post(client)["ok"]
    assert said(ada) == ["Hello"]


def test_the_sdks_own_retry_posts_twice_after_a_dropped_reply(practice, control, ada):
    """Why a sender passes `retry_handlers=[]`."""
    default = WebClient(practice.bot_token, base_url=practice.api_url)
    control.fault(method="chat.postMessage", kind="drop")
    assert post(default)["ok"]
    assert said(ada) == ["Hello", "Hello"]


def test_an_error_by_name_comes_instead_of_the_answer(control, client, ada):
    control.fault(method="chat.postMessage", kind="error", error="internal_error")
    assert error(post, client) == "internal_error"
    assert post(client)["ok"]


def test_latency_delays_and_nothing_else(control, client):
    control.fault(method="auth.test", kind="latency", latency_ms=[200, 250])
    started = time.monotonic()
    assert client.auth_test()["ok"]
    assert 0.2 <= time.monotonic() - started < 1.0


def test_a_time_out_is_posted_but_never_answered(practice, control, ada):
    impatient = WebClient(
        practice.bot_token, base_url=practice.api_url, retry_handlers=[], timeout=1
    )
    control.fault(method="chat.postMessage", kind="timeout")
    with pytest.raises(TimeoutError):
        post(impatient)
    assert said(ada) == ["Hello"]


def test_a_fault_comes_as_often_as_it_says_and_after_as_many_as_it_says(control, client):
    control.fault(method="chat.postMessage", kind="500", times=2, skip=1)
    assert outcomes(client, 5) == [True, 500, 500, True, True]


def test_a_fault_without_an_end_lasts_until_it_is_cleared(control, client):
    control.fault(method="*", kind="500", times=None)
    assert outcomes(client, 3) == [500, 500, 500]
    control.fault(clear=True)
    assert outcomes(client, 1) == [True]


def test_a_fault_by_chance_is_the_same_for_the_same_seed(control, client):
    def draw(seed):
        control.fault(method="chat.postMessage", kind="500", times=None, rate=0.5, seed=seed)
        found = outcomes(client, 12)
        control.fault(clear=True)
        return found

    first = draw(7)
    assert draw(7) == first
    assert {True, 500} == set(first)


def test_a_fault_hits_only_its_method(control, client):
    control.fault(method="views.open", kind="500", times=None)
    assert post(client)["ok"]


def test_a_form_that_cannot_be_opened_fails_the_command(bot, ada, control):
    bot.opens(modal())
    control.fault(method="views.open", kind="429", retry_after=1)
    answer = ada.command(command="/session")
    assert answer["error"] == "operation_timeout"
    assert answer["sees"]["modals"] == []


def test_rate_limits_are_slacks_once_they_are_turned_on(control, client):
    assert outcomes(client, 10) == [True] * 10
    control.fault(rate_limits=True)
    found = outcomes(client, 6)
    assert found == [True] * 4 + [429, 429]
    control.move_clock(1.1)
    assert outcomes(client, 2) == [True, 429]

    answers = [client.users_list()["ok"] for _ in range(20)]
    assert all(answers)
    with pytest.raises(SlackApiError) as refused:
        client.users_list()
    assert int(refused.value.response.headers["Retry-After"]) >= 1
    assert client.auth_test()["ok"]
    control.fault(rate_limits=False)
    assert client.users_list()["ok"]


@pytest.mark.parametrize(
    "bad",
    [{"kind": "fire"}, {"rate": 2}, {"times": 0}, {"latency_ms": [5, 1], "kind": "latency"}],
)
def test_a_fault_that_makes_no_sense_is_refused_in_words(control, bad):
    answer = control.fault(**bad)
    assert answer["error"] == "bad_request"
    assert answer["message"]
