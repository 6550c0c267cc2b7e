"""HTTP mode: signed requests to a real Bolt app behind a web server, retries, verification."""

import contextlib
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import ThreadingMixIn
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

from practice.server import Practice
from tests.practice.conftest import (
    MANIFEST,
    PATIENCE,
    QUICK,
    Control,
    home,
    modal,
    wait_until,
    web_client,
)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Recorder(BaseHTTPRequestHandler):
    """Writes down every request and answers as the test says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        status, headers, answer = self.server.answer(self.path, self.headers, body)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(answer)

    def log_message(self, *args):
        pass


def http_manifest(port):
    copied = json.loads(json.dumps(MANIFEST))
    url = f"http://127.0.0.1:{port}/slack/events"
    for command in copied["features"]["slash_commands"]:
        command["url"] = url
    copied["settings"] |= {
        "socket_mode_enabled": False,
        "interactivity": {"is_enabled": True, "request_url": url},
        "event_subscriptions": {"request_url": url, "bot_events": ["app_home_opened"]},
    }
    return copied


@pytest.fixture
def recorder():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.daemon_threads = True
    server.heard = []
    server.answer = lambda path, headers, body: (200, {}, b"")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def listening(recorder):
    with Practice(http_manifest(recorder.server_port), settings=QUICK) as running:
        control = Control(running)
        wait_until(lambda: control.ledger(kind="url_verification"))
        yield control


def test_a_real_bolt_app_behind_a_web_server_works_like_one_on_a_socket():
    server = make_server("127.0.0.1", 0, None, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    with Practice(http_manifest(server.server_port), settings=QUICK) as running:
        app = App(
            client=web_client(running),
            signing_secret=running.signing_secret,
            process_before_response=True,
        )

        @app.command("/session")
        def opened(ack, body, client):
            client.views_open(trigger_id=body["trigger_id"], view=modal())
            ack("Opened")

        @app.view("form")
        def submitted(ack):
            ack(response_action="errors", errors={"name": "Not this one"})

        @app.event("app_home_opened")
        def home_opened(event, client):
            client.views_publish(user_id=event["user"], view=home())

        server.set_app(SlackRequestHandler(app, path="/slack/events"))
        ada = Control(running).as_("ada")
        answer = ada.command(command="/session")
        assert answer["ok"]
        assert len(answer["sees"]["modals"]) == 1
        assert [m["text"] for m in ada.app_messages()] == ["Opened"]
        assert ada.submit(values={"Name": "Ada"})["errors"] == {"name": "Not this one"}
        assert ada.home()["sees"]["home"]
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_request_is_signed_with_the_apps_secret(listening, recorder):
    listening.as_("ada").command(command="/session", text="a b&c")
    _, headers, body = recorder.heard[-1]
    stamp = headers["X-Slack-Request-Timestamp"]
    assert abs(int(stamp) - time.time()) < 5
    secret = listening.practice.signing_secret.encode()
    base = f"v0:{stamp}:".encode() + body
    wanted = "v0=" + hmac.new(secret, base, hashlib.sha256).hexdigest()
    assert headers["X-Slack-Signature"] == wanted
    assert parse_qs(body.decode())["text"] == ["a b&c"]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"


def test_an_interaction_is_a_form_with_one_field(listening, recorder):
    listening.as_("ada").shortcut(callback_id="log_session")
    payload = json.loads(parse_qs(recorder.heard[-1][2].decode())["payload"][0])
    assert payload["type"] == "shortcut"


def test_the_events_address_has_to_prove_itself(recorder):
    def echo(path, headers, body):
        return 200, {"Content-Type": "text/plain"}, json.loads(body)["challenge"].encode()

    recorder.answer = echo
    with Practice(http_manifest(recorder.server_port), settings=QUICK) as running:
        control = Control(running)
        wait_until(lambda: control.ledger(kind="url_verification"))
        assert [e["ok"] for e in control.ledger(kind="url_verification")] == [True]
        assert control.get("health")["bot"] == "connected"
    recorder.answer = lambda path, headers, body: (200, {}, b"something else")
    with Practice(http_manifest(recorder.server_port), settings=QUICK) as running:
        control = Control(running)
        wait_until(lambda: control.ledger(kind="url_verification"))
        entry = control.ledger(kind="url_verification")[0]
        assert (entry["ok"], entry["error"]) == (False, "challenge_failed")


def test_a_refused_event_comes_again_with_slacks_headers(listening, recorder):
    recorder.heard.clear()
    recorder.answer = lambda path, headers, body: (500, {}, b"")
    listening.as_("ada").home()
    wait_until(lambda: len(recorder.heard) == 2)
    wait_until(lambda: len(listening.ledger(kind="ack")) == 2)
    listening.move_clock(61)
    wait_until(lambda: len(recorder.heard) == 3)
    again = [
        (h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for _, h, _ in recorder.heard
    ]
    assert again == [(None, None), ("1", "http_error"), ("2", "http_error")]
    assert len({json.loads(body)["event_id"] for _, _, body in recorder.heard}) == 1


def test_an_app_can_ask_not_to_be_told_again(listening, recorder):
    recorder.heard.clear()
    recorder.answer = lambda path, headers, body: (500, {"X-Slack-No-Retry": "1"}, b"")
    listening.as_("ada").home()
    listening.move_clock(600)
    assert len(recorder.heard) == 1


def test_a_command_that_fails_is_shown_in_slacks_words(listening, recorder):
    recorder.answer = lambda path, headers, body: (500, {}, b"")
    answer = listening.as_("ada").command(command="/session")
    assert answer["error"] == "dispatch_failed"

    recorder.answer = lambda path, headers, body: time.sleep(PATIENCE + 0.5) or (200, {}, b"")
    answer = listening.as_("ada").command(command="/session")
    assert answer["error"] == "operation_timeout"


def test_no_socket_is_handed_out_in_http_mode(listening):
    practice = listening.practice
    bearer = {"Authorization": f"Bearer {practice.app_token}"}
    answer = listening.request("POST", "/api/apps.connections.open", headers=bearer).json
    assert answer["ok"] is False
