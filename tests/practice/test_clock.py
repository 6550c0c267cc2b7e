"""The practice clock: moved by people and tests, followed by whoever asks."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest


def moment(answer):
    return datetime.fromisoformat(answer["now"])


def clock(control, **query):
    path = "/control/clock" + ("?seen=" + str(query["seen"]) if query else "")
    return control.request("GET", path).json


def test_it_starts_at_the_real_time(control):
    face = clock(control)
    assert abs(moment(face) - datetime.now(UTC)) < timedelta(seconds=2)
    assert face["offset_seconds"] == 0


def test_it_moves_by_seconds_to_a_moment_and_to_an_offset(control):
    first = control.move_clock(3600)
    assert abs(first["offset_seconds"] - 3600) < 1
    assert control.move_clock(3600)["offset_seconds"] == pytest.approx(7200, abs=1)
    there = control.post("clock", now="2031-03-30T00:30:00+00:00")
    assert abs(moment(there) - datetime(2031, 3, 30, 0, 30, tzinfo=UTC)) < timedelta(seconds=2)
    back = control.post("clock", offset_seconds=0)
    assert abs(moment(back) - datetime.now(UTC)) < timedelta(seconds=2)
    assert back["version"] == first["version"] + 3


@pytest.mark.parametrize(
    "bad", [{}, {"now": "tomorrow"}, {"advance_seconds": 1, "offset_seconds": 1}, {"hours": 1}]
)
def test_a_move_that_makes_no_sense_is_refused_in_words(control, bad):
    answer = control.post("clock", **bad)
    assert answer["error"] == "bad_request"
    assert answer["message"]


def test_whoever_follows_is_told_as_soon_as_it_moves(control):
    version = clock(control)["version"]
    found = []

    def follow():
        found.append(clock(control, seen=version))

    following = threading.Thread(target=follow)
    following.start()
    time.sleep(0.1)
    assert found == []
    control.move_clock(60)
    following.join(2)
    assert found[0]["version"] == version + 1
    assert found[0]["offset_seconds"] == pytest.approx(60, abs=0.1)


def test_a_move_waits_until_its_followers_have_come_back(control):
    seen, came_back = clock(control)["version"], []
    stop = threading.Event()

    def follow():
        last = seen
        while not stop.is_set():
            last = clock(control, seen=last)["version"]
            time.sleep(0.2)
            came_back.append(last)

    following = threading.Thread(target=follow)
    following.start()
    time.sleep(0.1)
    answer = control.move_clock(60)
    assert came_back == [answer["version"]]
    stop.set()
    control.move_clock(1)
    following.join(3)


def test_a_move_does_not_wait_longer_than_a_second_for_a_follower_that_was_told(control):
    seen = clock(control)["version"]
    following = threading.Thread(target=lambda: clock(control, seen=seen))
    following.start()
    time.sleep(0.1)
    started = time.monotonic()
    control.move_clock(60)
    assert 0.9 < time.monotonic() - started < 1.5
    following.join()


def test_a_move_does_not_wait_for_a_follower_that_hung_up(control):
    url = urlsplit(control.practice.url)
    line = socket.create_connection((url.hostname, url.port))
    line.sendall(f"GET /control/clock?seen=1 HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
    time.sleep(0.1)
    line.close()
    time.sleep(0.4)
    started = time.monotonic()
    control.move_clock(60)
    assert time.monotonic() - started < 0.5


def test_a_version_that_is_already_old_is_answered_at_once(control):
    control.move_clock(1)
    started = time.monotonic()
    assert clock(control, seen=1)["version"] == 2
    assert time.monotonic() - started < 0.5


def test_messages_carry_practice_time(control, client):
    control.move_clock(86400)
    ts = client.chat_postMessage(channel="U0ADA000000", text="Tomorrow")["ts"]
    assert float(ts) == pytest.approx(time.time() + 86400, abs=3)


def test_everyone_sees_the_clock_move(control, ada):
    before = ada.sees()["version"]
    control.move_clock(60)
    after = ada.sees()
    assert after["version"] > before
    assert after["clock"]["offset_seconds"] == pytest.approx(60, abs=0.1)
