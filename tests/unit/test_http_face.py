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
        self.known, self.away, self.lock = {}, False, threading.Lock()

    def first(self, signature, door):
        self._asked()
        with self.lock:
            if signature in self.known:
                return False
            self.known[signature] = door
            return True

    def forget(self, signature, door):
        self._asked()
        with self.lock:
            if self.known.get(signature) == door:
                del self.known[signature]

    def _asked(self):
        if self.away:
            raise StorageUnavailable("away")


class Listener:
    """Answers what it was asked, once it may; broken, if told to be."""

    def __init__(self):
        self.begun, self.may = threading.Semaphore(0), threading.Event()
        self.may.set()
        self.heard, self.breaks = [], None

    def __call__(self, environ, start_response):
        self.begun.release()
        assert self.may.wait(PATIENCE_SECONDS)
        said = environ["wsgi.input"].read()
        self.heard.append(said.decode())
        if self.breaks is not None:
            return self.breaks(start_response)
        start_response("200 OK", [("Content-Length", str(len(said)))])
        return [said]


def away(start_response):
    """Say that nothing was done."""
    start_response("503 Service Unavailable", [("Content-Length", "0")])
    return [b""]


def no_more(start_response):
    """Say that this is not for us."""
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]


def falls(start_response):
    """Break before anything is said."""
    raise ZeroDivisionError


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


def knocks(request, *ports):
    """Send the very same to one door after the other; the answers."""
    answers = []
    for port in ports:
        with connection(port) as there:
            answers.append(answer_to(there, request)[0])
    return answers


@pytest.mark.parametrize("breaks", [away, falls])
@pytest.mark.parametrize("next_door", [False, True])
def test_what_came_to_nothing_is_taken_when_slack_sends_the_very_same_again(
    opened, breaks, next_door
):
    listener = Listener()
    _, one = opened(listener)
    _, other = opened(listener)
    retried = other if next_door else one
    request = signed("the very same")
    listener.breaks = breaks
    [first] = knocks(request, one)
    listener.breaks = None

    assert first >= HTTPStatus.INTERNAL_SERVER_ERROR
    assert knocks(request, retried, one, other, retried) == [200, 401, 401, 401]
    assert listener.heard == ["the very same"] * 2


def test_what_was_answered_is_not_taken_again_whatever_the_answer(opened):
    listener = Listener()
    _, one = opened(listener)
    listener.breaks = no_more

    assert knocks(signed("not for us"), one, one) == [404, 401]


def test_what_could_not_be_forgotten_while_the_database_was_away_is_taken_by_the_same_door(
    opened, table
):
    listener = Listener()
    _, one = opened(listener)
    _, other = opened(listener)

    def goes_away(start_response):
        table.away = True
        return away(start_response)

    request = signed("the very same")
    listener.breaks = goes_away
    assert knocks(request, one, one, one) == [503, 503, 503]
    table.away, listener.breaks = False, None

    # The other door knows no better, and Slack sends it anew in a minute.
    assert knocks(request, other, one, one, other) == [401, 200, 401, 401]
    assert listener.heard == ["the very same"] * 4


def test_a_door_does_not_forget_what_the_next_one_let_in(opened, table):
    listener = Listener()
    _, one = opened(listener)
    _, other = opened(listener)
    request = signed("the very same")

    def goes_away_once_it_has_forgotten(start_response):
        table.known.clear()
        table.away = True
        return away(start_response)

    listener.breaks = goes_away_once_it_has_forgotten
    assert knocks(request, one) == [503]
    table.away, listener.breaks = False, None

    assert knocks(request, other, one, other, one) == [200, 401, 401, 401]


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
