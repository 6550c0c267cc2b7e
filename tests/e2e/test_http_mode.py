"""Slack's requests over HTTP: the real ones work, and nobody else's do anything."""

import http.client
import json
import socket
import sqlite3
import threading
import time
from contextlib import closing
from urllib.parse import urlencode

import pytest

from bot import running
from bot.manifest import HTTP_PATH, manifest
from bot.running import Stopping
from bot.settings import Settings
from bot.words import Words
from practice.http_mode import sign
from practice.people import TEAM_ID, user_id
from practice.server import Practice
from tests.e2e.deeds import held
from tests.workspace import KEYS, Control, Someone

SAVED = "Your session is saved."


@pytest.fixture(scope="module")
def port():
    with closing(socket.socket()) as any_free:
        any_free.bind(("127.0.0.1", 0))
        return any_free.getsockname()[1]


@pytest.fixture(scope="module")
def practice(port):
    there = f"http://127.0.0.1:{port}{HTTP_PATH}"
    with Practice(manifest(Words(), http_url=there)) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def bot(practice, port, tmp_path_factory):
    """The bot of SLACK_MODE=http, in a thread; its folder."""
    folder = tmp_path_factory.mktemp("http")
    settings = Settings(
        _env_file=None,
        slack_bot_token=practice.bot_token,
        slack_signing_secret=practice.signing_secret,
        slack_api_url=practice.api_url,
        slack_mode="http",
        http_port=port,
        data_folder=folder,
    )
    workspace = running.Workspace(practice.api_url, practice.bot_token, None, made_up=True)
    stopping, ready = Stopping(), threading.Event()
    thread = threading.Thread(
        target=running.run, args=(settings, KEYS, workspace, stopping, ready.set)
    )
    thread.start()
    assert ready.wait(30)
    yield folder
    stopping.event.set()
    thread.join(30)
    assert not thread.is_alive()


@pytest.fixture
def ada(bot, practice):
    control = Control(practice)
    deadline = time.monotonic() + 10
    while control.get("health")["bot"] != "connected":
        assert time.monotonic() < deadline, "the address was not verified"
        time.sleep(0.05)
    person = Someone(control, "ada").home()
    if "I have read this" in person.home_tab:
        person.press("I have read this", home=True)
    if person.modal:
        person.close()
    return person


def request_of(practice, command="/support", user="ada", **more):
    """A slash command as Slack would send it, and headers signed as of now."""
    fields = {
        "team_id": TEAM_ID,
        "user_id": user_id(user),
        "command": command,
        "text": "",
        "trigger_id": "1.2.3",
        "channel_id": "C0GENERAL00",
        "response_url": "http://127.0.0.1:9/never",
    }
    return signed(practice, urlencode(fields | more).encode())


def signed(practice, body, *, at=None, stamp=None, secret=None):
    stamp = stamp or str(int(time.time() if at is None else at))
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(secret or practice.signing_secret, stamp, body),
    }


def posted(port, body, headers, *, method="POST", path=HTTP_PATH):
    """Send it to the bot; return the status and the answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as there:
        there.request(method, path, body=body, headers=headers)
        answer = there.getresponse()
        return answer.status, answer.read().decode()


def calls(practice):
    """How many calls the workspace has had from the bot."""
    return len([e for e in Control(practice).ledger() if e["kind"] == "api"])


def test_a_session_is_logged_changed_and_taken_away_over_http(ada, practice):
    ada.command("/session").submit(values={"Client code": "C-07"})
    assert SAVED in ada.reads
    ada.press("Change session").submit(values={"How long was it?": "2 hours"})
    ada.close().home()
    assert "This month: 2 hours in 1 session." in ada.home_tab

    ada.shortcut("Log a session")
    ada.submit(values={"Client code": "Amina"})
    assert "never a name" in ada.errors["client_code"]
    ada.close().home().press("Open it").press("Delete session")
    assert ada.title == "Session deleted"


def test_whoever_is_not_enrolled_reads_one_kind_sentence_over_http(ada, practice):
    iona = Someone(ada.control, "iona")

    iona.command("/session")

    assert iona.whispers[-1].startswith("Alongside is for people in the programme.")


def test_a_request_signed_by_slack_is_answered(ada, practice, port):
    status, answer = posted(port, *request_of(practice))

    assert status == 200
    assert "999" in answer


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "abc",
        "-1",
        "1e9",
        "12.5",
        " ",
        "0x10",
        "9" * 13,
        "9" * 400,
        "\u0661\u0662\u0663".encode().decode("latin-1"),
        "now",
    ],
)
def test_a_time_stamp_that_is_none_is_turned_away(ada, practice, port, stamp):
    before = calls(practice)
    body, headers = request_of(practice)
    # The signature is right for the stamp that stands there.
    headers["X-Slack-Request-Timestamp"] = stamp
    headers["X-Slack-Signature"] = sign(practice.signing_secret, stamp, body)

    assert posted(port, body, headers) == (401, "")
    assert calls(practice) == before


@pytest.mark.parametrize("seconds", [-301, -3600, -(10**9), 65, 299, 3600, 10**9])
def test_a_request_from_the_past_or_the_future_is_turned_away(ada, practice, port, seconds):
    before = calls(practice)
    body, _ = request_of(practice)

    assert posted(port, *signed(practice, body, at=time.time() + seconds)) == (401, "")
    assert calls(practice) == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: "",
        lambda s: s[:-1],
        lambda s: s + "0",
        lambda s: s.upper(),
        lambda s: s.removeprefix("v0="),
        lambda s: s.replace("v0=", "v1="),
        lambda s: "v0=" + "0" * 64,
        lambda s: "v0=" + "\u00e9" * 64,
        lambda s: s + "\u00ff",
    ],
)
def test_a_signature_that_is_not_slacks_is_turned_away(ada, practice, port, spoil):
    before = calls(practice)
    body, headers = request_of(practice)
    headers["X-Slack-Signature"] = spoil(headers["X-Slack-Signature"])

    assert posted(port, body, headers) == (401, "")
    assert calls(practice) == before


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_request_without_a_header_is_turned_away(ada, practice, port, missing):
    body, headers = request_of(practice)
    del headers[missing]

    assert posted(port, body, headers) == (401, "")


def test_a_request_signed_with_another_secret_or_changed_on_the_way_is_turned_away(
    ada, practice, port
):
    before = calls(practice)
    body, _ = request_of(practice)
    assert posted(port, *signed(practice, body, secret="0" * 32)) == (401, "")

    _, headers = signed(practice, body)
    other, _ = request_of(practice, user="dilys", command="/cohort")
    assert posted(port, other, headers) == (401, "")
    assert posted(port, body + b"\xff\xfe", headers) == (401, "")
    assert calls(practice) == before


def test_a_request_that_is_no_text_is_turned_away_or_harmless(ada, practice, port):
    body = b"\xff\xfe\x00" * 50

    status, _ = posted(port, *signed(practice, body))

    assert status in {400, 401, 404}


def test_a_request_that_comes_again_is_turned_away_and_has_no_effect(ada, practice, port):
    ada.command("/session").submit(values={"Client code": "C-99"})
    sent = ada.control.get("ledger?kind=envelope")["entries"]
    submission = next(e for e in reversed(sent) if e["type"] == "view_submission")
    body = urlencode({"payload": json.dumps(submission["payload"])}).encode()
    request = signed(practice, body, at=time.time() - 5)
    ada.close().home()
    before = ada.home_tab

    assert posted(port, *request)[0] == 200
    assert {posted(port, *request) for _ in range(10)} == {(401, "")}

    assert ada.home().home_tab == before


def move_of(practice, user, tz):
    """That somebody lives by another clock now, as Slack says it, and headers signed as of now."""
    profile = {"id": user_id(user), "team_id": TEAM_ID, "tz": tz, "profile": {}}
    said = {
        "type": "event_callback",
        "team_id": TEAM_ID,
        "api_app_id": "A0",
        "event_id": f"Ev{time.time_ns()}",
        "event_time": int(time.time()),
        "event": {"type": "user_change", "user": profile, "event_ts": "1.2"},
    }
    body, headers = signed(practice, json.dumps(said).encode())
    return body, headers | {"Content-Type": "application/json"}


def test_the_same_again_after_the_database_was_away_is_taken_and_once(ada, bot, practice, port):
    event = move_of(practice, "bilal", "Europe/Lisbon")
    [file] = bot.rglob("alongside.db")

    def clock_of_bilal():
        with closing(sqlite3.connect(file)) as there:
            found = there.execute("SELECT tz FROM people WHERE account = ?", [user_id("bilal")])
            return found.fetchone()[0]

    with held(file):
        assert posted(port, *event)[0] == 503
    assert clock_of_bilal() == "Asia/Kolkata"

    assert posted(port, *event)[0] == 200
    assert clock_of_bilal() == "Europe/Lisbon"
    assert posted(port, *event)[0] == 401


def test_fifty_copies_at_once_are_one_request(ada, practice, port):
    body, headers = request_of(practice)
    answers = []
    senders = [
        threading.Thread(target=lambda: answers.append(posted(port, body, headers)[0]))
        for _ in range(50)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(answers) == [200, *[401] * 49]


@pytest.mark.parametrize("size", [1_000_001, 2_000_000])
def test_a_body_that_is_too_long_is_turned_away(ada, practice, port, size):
    before = calls(practice)
    body = b"payload=" + b"x" * size
    _, headers = signed(practice, body)

    try:
        status, _ = posted(port, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        # It hung up before all of it had come.
        status = 413
    assert status == 413
    assert calls(practice) == before


def test_a_long_body_in_pieces_is_turned_away(ada, practice, port):
    body = b"x" * 2_000_000
    _, headers = signed(practice, body)
    pieces = (body[i : i + 50_000] for i in range(0, len(body), 50_000))
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as there:
        try:
            there.request("POST", HTTP_PATH, body=pieces, headers=headers, encode_chunked=True)
            status = there.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            status = 413
    assert status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", HTTP_PATH, 405),
        ("PUT", HTTP_PATH, 405),
        ("POST", "/", 404),
        ("POST", f"{HTTP_PATH}/", 404),
        ("POST", "/slack/../slack/events", 404),
        ("GET", "/slack/oauth_redirect", 404),
    ],
)
def test_nothing_else_is_there(ada, practice, port, method, path, status):
    body, headers = request_of(practice)

    assert posted(port, body, headers, method=method, path=path) == (status, "")


def test_only_this_computer_can_reach_it(bot, port):
    outside = socket.gethostbyname(socket.gethostname())
    if outside.startswith("127."):
        outside = "127.0.0.2"
    with closing(socket.socket()) as caller:
        caller.settimeout(2)
        assert caller.connect_ex((outside, port)) != 0


def test_what_a_forger_sends_reaches_no_log(ada, practice, port, caplog, capfd):
    word = "canary-in-a-forged-body"
    body, headers = request_of(practice, text=word)
    headers["X-Slack-Signature"] = "v0=" + "0" * 64

    assert posted(port, body, headers)[0] == 401
    assert posted(port, *request_of(practice, command="/session", text=word))[0] == 200

    assert word not in caplog.text
    assert word not in "".join(capfd.readouterr())
