"""Living through time: one step of the clock at a time, each waited for."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.practice.follower import EarlyBird

MONDAY = datetime(2026, 3, 2, 7, tzinfo=UTC)


def test_a_step_waits_until_the_app_has_been_quiet_for_as_long_as_asked(control):
    started = time.monotonic()
    answer = control.post("clock", advance_seconds=3600, settle_ms=200)
    assert 0.19 < time.monotonic() - started < 0.6
    assert (answer["calls"], answer["quiet"]) == (0, True)


def test_a_step_in_which_nothing_is_asked_for_costs_next_to_nothing(control):
    started = time.monotonic()
    for _ in range(20):
        control.post("clock", advance_seconds=3600, settle_ms=5)
    assert time.monotonic() - started < 2


def test_a_plain_move_waits_for_no_calls_and_tells_of_none(control):
    assert "calls" not in control.move_clock(3600)


def test_a_step_counts_the_calls_it_waited_for(control, client):
    def talk():
        time.sleep(0.1)
        for _ in range(3):
            client.chat_postMessage(channel="U0ADA000000", text="Hello")

    talking = threading.Thread(target=talk)
    talking.start()
    answer = control.post("clock", advance_seconds=3600, settle_ms=250)
    assert not talking.is_alive()
    assert (answer["calls"], answer["quiet"]) == (3, True)


def test_an_app_that_is_never_quiet_is_not_waited_for_without_end(control, client):
    control.fault(method="chat.postMessage", kind="latency", latency_ms=6000)
    slow = threading.Thread(
        target=lambda: client.chat_postMessage(channel="U0ADA000000", text="At last")
    )
    slow.start()
    time.sleep(0.1)
    started = time.monotonic()
    assert control.post("clock", advance_seconds=3600, settle_ms=100)["quiet"] is False
    assert 4.5 < time.monotonic() - started < 5.8
    slow.join()


def test_a_week_is_lived_with_every_message_in_its_hour(practice, control, client, ada):
    control.post("clock", now=MONDAY.isoformat())
    people = ["U0ADA000000", "U0BILAL0000", "U0CERYS0000"]
    with EarlyBird(practice, client, people) as bird:
        time.sleep(0.1)
        for hour in range(1, 7 * 24 + 1):
            there = MONDAY + timedelta(hours=hour)
            quiet = 150 if there.hour == 9 else 5
            assert control.post("clock", now=there.isoformat(), settle_ms=quiet)["quiet"]
        assert len(bird.said) == 21
        assert all(stamp - due < 60 for due, stamp in bird.said)
    days = [message["text"] for message in ada.app_messages()]
    assert days == [f"Morning, {MONDAY + timedelta(days=n):%A}" for n in range(7)]


@pytest.mark.parametrize("bad", [-1, 5001, "long"])
def test_a_wait_that_makes_no_sense_is_refused_in_words(control, bad):
    answer = control.post("clock", advance_seconds=1, settle_ms=bad)
    assert (answer["error"], "settle_ms" in answer["message"]) == ("bad_request", True)
