"""The server that Slack calls stops without cutting anybody off."""

import http.client
import socket
import threading
import time
from contextlib import ExitStack, closing, suppress
from http import HTTPStatus

import pytest

from bot.http_face import Doorkeeper, HttpFace
from bot.manifest import HTTP_PATH
from domain.clock import utc_now
from domain.refusals import StorageUnavailable
from practice.http_mode import sign

SECRET = "made-up-signing-secret"
PATIENCE_SECONDS = 20
A_CROWD = 250


class Table:
    """What all processes know of requests that were let in; away, if told to be."""

    def __init__(self):
        self.known, self.away, self.lock = set(), False, threading.Lock()

    def first(self, signature):
        if self.away:
            raise StorageUnavailable("away")
        with self.lock:
            if signature in self.known:
                return False
            self.known.add(signature)
            return True


class Listener:
    """Answers what it was asked, once it may."""

    def __init__(self):
        self.begun, self.may = threading.Semaphore(0), threading.Event()
        self.may.set()

    def __call__(self, environ, start_response):
        self.begun.release()
        assert self.may.wait(PATIENCE_SECONDS)
        said = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]


def free_port():
    with closing(socket.socket()) as any_free:
        any_free.bind(("127.0.0.1", 0))
        return any_free.getsockname()[1]


@pytest.fixture
def table():
    return Table()


@pytest.fixture
def opened(table):
    """Opens faces over one table, and closes them after the test."""
    faces = []

    def door(listener, drain_seconds=0.0):
        port = free_port()
        keeper = Doorkeeper(listener, SECRET, utc_now, table)
        faces.append(HttpFace(keeper, "127.0.0.1", port, drain_seconds))
        return faces[-1], port

    yield door
    for face in faces:
        with suppress(OSError):
            face.close(1.0)


def asks(there, word):
    """Send a signed request; return the status, what was said, and whether it was the last."""
    body, stamp = word.encode(), str(int(time.time()))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(SECRET, stamp, body),
    }
    there.request("POST", HTTP_PATH, body=body, headers=headers)
    answer = there.getresponse()
    return answer.status, answer.read().decode(), answer.getheader("Connection")


def connection(port):
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS))


def in_a_thread(work):
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def test_whoever_waits_for_an_answer_gets_it(opened):
    listener = Listener()
    face, port = opened(listener)
    listener.may.clear()
    with connection(port) as there:
        asking, answers = in_a_thread(lambda: asks(there, "under way"))
        assert listener.begun.acquire(timeout=PATIENCE_SECONDS)
        closing_, _ = in_a_thread(lambda: face.close(PATIENCE_SECONDS))
        time.sleep(0.1)
        listener.may.set()
        closing_.join(PATIENCE_SECONDS)
        asking.join(PATIENCE_SECONDS)

    assert answers == [(HTTPStatus.OK, "under way", "close")]
    assert not face.connected()
    with pytest.raises(ConnectionRefusedError), connection(port) as there:
        asks(there, "too late")


def test_a_crowd_that_keeps_its_connections_open_leaves_room_for_the_next(opened):
    _, port = opened(Listener())
    with ExitStack() as kept:
        crowd = [kept.enter_context(connection(port)) for _ in range(A_CROWD)]
        answers = [asks(there, f"person {number}") for number, there in enumerate(crowd)]
        answers.append(asks(crowd[0], "and again"))

    assert [answer[:2] for answer in answers] == [
        *((HTTPStatus.OK, f"person {number}") for number in range(A_CROWD)),
        (HTTPStatus.OK, "and again"),
    ]


def test_while_it_drains_whoever_comes_is_answered_and_told_that_it_was_the_last(opened):
    face, port = opened(Listener(), drain_seconds=1.5)
    with connection(port) as kept:
        assert asks(kept, "before")[2] is None
        closing_, _ = in_a_thread(lambda: face.close(PATIENCE_SECONDS))
        answers = []
        while closing_.is_alive() and len(answers) < 20:
            with suppress(ConnectionRefusedError), connection(port) as there:
                answers.append(asks(there, f"while draining {len(answers)}"))
        closing_.join(PATIENCE_SECONDS)

    drained = [answer for answer in answers if answer[2] == "close"]
    assert drained
    assert {status for status, _, _ in answers} == {HTTPStatus.OK}


def test_who_comes_in_the_very_moment_is_answered_or_turned_away_but_never_cut_off(opened):
    face, port = opened(Listener())
    outcomes, go_on = [], threading.Event()

    def keeps_asking(name):
        number = 0
        while not go_on.is_set():
            number += 1
            try:
                with connection(port) as there:
                    outcomes.append(asks(there, f"{name} {number}")[0])
            except ConnectionRefusedError:
                outcomes.append("turned away")
                return

    people = [threading.Thread(target=keeps_asking, args=(name,)) for name in range(8)]
    for person in people:
        person.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(outcomes) < 40 and time.monotonic() < deadline:
        time.sleep(0.01)
    face.close(PATIENCE_SECONDS)
    for person in people:
        person.join(PATIENCE_SECONDS)
    go_on.set()

    assert outcomes.count("turned away") == len(people)
    assert set(outcomes) == {HTTPStatus.OK, "turned away"}


def test_a_request_let_in_by_one_process_is_turned_away_by_the_next(opened):
    _, one = opened(Listener())
    _, other = opened(Listener())
    body, stamp = b"the very same", str(int(time.time()))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(SECRET, stamp, body),
    }

    def posted(port):
        with connection(port) as there:
            there.request("POST", HTTP_PATH, body=body, headers=headers)
            return there.getresponse().status

    assert [posted(port) for port in (one, other, one, other)] == [200, 401, 401, 401]


def test_while_the_database_is_away_numbers_to_call_are_still_shown(opened, table):
    _, port = opened(Listener())
    table.away = True
    with connection(port) as there:
        assert asks(there, "support")[0] == HTTPStatus.OK
