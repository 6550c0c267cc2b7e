"""The server that Slack calls stops without cutting anybody off."""

import http.client
import socket
import threading
import time
from contextlib import ExitStack, closing, suppress
from datetime import timedelta
from http import HTTPStatus

import pytest

from bot.http_door import Doorkeeper
from bot.http_face import HttpFace
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

    def door(listener, drain_seconds=0.0, clock=utc_now):
        port = free_port()
        keeper = Doorkeeper(listener, SECRET, clock, table)
        faces.append(HttpFace(keeper, "127.0.0.1", port, drain_seconds))
        return faces[-1], port

    yield door
    for face in faces:
        with suppress(OSError):
            face.close(1.0)


def signed(word, *, seconds=0, secret=SECRET):
    """The body and the headers of a request by a clock that shows so many seconds more."""
    body, stamp = word.encode(), str(int(time.time() + seconds))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(secret, stamp, body),
    }
    return {"body": body, "headers": headers}


def asks(there, word, **how):
    """Send a signed request; return the status, what was said, and whether it was the last."""
    return answer_to(there, signed(word, **how))


def answer_to(there, request):
    there.request("POST", HTTP_PATH, **request)
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
    request = signed("the very same")

    def posted(port):
        with connection(port) as there:
            return answer_to(there, request)[0]

    assert [posted(port) for port in (one, other, one, other)] == [200, 401, 401, 401]


def test_while_the_database_is_away_numbers_to_call_are_still_shown(opened, table):
    _, port = opened(Listener())
    table.away = True
    with connection(port) as there:
        assert asks(there, "support")[0] == HTTPStatus.OK


def turned_away(caplog):
    """Why, and how many, for each line of the log on requests that were turned away."""
    lines = [line for line in caplog.records if getattr(line, "event", "") == "turned_away"]
    return [(line.levelname, line.reason, line.count) for line in lines]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"seconds": 75}, "ahead"),
        ({"seconds": 119}, "ahead"),
        ({"seconds": -310}, "late"),
        ({"secret": "somebody else's"}, "signature"),
        ({"seconds": 10**6, "secret": "somebody else's"}, "signature"),
    ],
)
def test_why_slack_is_turned_away_stands_in_the_log_once_however_many_knock(
    opened, caplog, how, reason
):
    _, port = opened(Listener())
    with connection(port) as there:
        answers = [asks(there, f"request {number}", **how)[0] for number in range(30)]

    assert set(answers) == {HTTPStatus.UNAUTHORIZED}
    assert turned_away(caplog) == [("WARNING", reason, 1)]


def test_what_comes_again_stands_in_the_log(opened, caplog):
    _, port = opened(Listener())
    request = signed("the very same")
    with connection(port) as there:
        answers = [answer_to(there, request)[0] for _ in range(5)]

    assert answers == [HTTPStatus.OK, *[HTTPStatus.UNAUTHORIZED] * 4]
    assert turned_away(caplog) == [("WARNING", "again", 1)]


def test_the_next_line_on_who_was_turned_away_counts_what_came_between(opened, caplog):
    passed = timedelta()
    _, port = opened(Listener(), clock=lambda: utc_now() + passed)
    with connection(port) as there:
        for minutes in (0, 1, 4, 6, 7):
            passed = timedelta(minutes=minutes)
            asks(there, f"after {minutes} minutes", secret="somebody else's")

    assert turned_away(caplog) == [("WARNING", "signature", 1), ("WARNING", "signature", 3)]
