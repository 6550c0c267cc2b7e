"""A running workspace, someone to act in it, and two independent clients: WebClient and Bolt."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from practice.server import Practice
from practice.world import Settings

MANIFEST = {
    "display_information": {"name": "Alongside", "description": "Peer support"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "alongside", "always_online": True},
        "slash_commands": [
            {
                "command": "/session",
                "description": "Log a session",
                "usage_hint": "[month]",
                "should_escape": False,
            },
            {"command": "/escaped", "description": "Names as ids", "should_escape": True},
        ],
        "shortcuts": [
            {
                "name": "Log a session",
                "type": "global",
                "callback_id": "log_session",
                "description": "Log a session",
            },
            {
                "name": "Keep this",
                "type": "message",
                "callback_id": "keep_this",
                "description": "Keep a message",
            },
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "im:write", "users:read", "files:write"]}
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "user_change"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
        "org_deploy_enabled": False,
        "token_rotation_enabled": False,
    },
}
PATIENCE = 2.0
CLOSES_SECONDS = 10.0
"""How long an app may take. A machine that is busy with other tests takes a while."""
QUICK = Settings(ack_seconds=PATIENCE, retry_delays=(0.0, 60.0, 300.0), settle_ms=40)


def manifest_with(**changed):
    """The manifest with other scopes, events or settings."""
    copied = json.loads(json.dumps(MANIFEST))
    if "scopes" in changed:
        copied["oauth_config"]["scopes"]["bot"] = changed["scopes"]
    if "events" in changed:
        copied["settings"]["event_subscriptions"]["bot_events"] = changed["events"]
    copied["features"]["app_home"] |= changed.get("app_home", {})
    copied["settings"] |= changed.get("settings", {})
    return copied


def text(words, kind="plain_text"):
    return {"type": kind, "text": words}


def section(words, **more):
    return {"type": "section", "text": text(words, "mrkdwn"), **more}


def button(words, action_id, **more):
    return {"type": "button", "text": text(words), "action_id": action_id, **more}


def field_block(label, block_id, action_id="a", **element):
    element = {"type": "plain_text_input", "action_id": action_id, **element}
    return {"type": "input", "block_id": block_id, "label": text(label), "element": element}


def modal(*blocks, **more):
    return {
        "type": "modal",
        "callback_id": "form",
        "title": text("A form"),
        "submit": text("Save"),
        "blocks": list(blocks) or [field_block("Name", "name")],
        **more,
    }


def home(*blocks, **more):
    return {"type": "home", "blocks": list(blocks) or [section("Welcome")], **more}


@dataclass
class Answer:
    status: int
    headers: dict
    text: str

    @property
    def json(self):
        return json.loads(self.text)


@dataclass
class Person:
    """Acts in the workspace through the control API, as the page does."""

    control: "Control"
    name: str

    def __getattr__(self, what):
        return lambda **body: self.control.post(what, person=self.name, **body)

    def sees(self, **query):
        return self.control.get("state", person=self.name, **query)

    def app_messages(self):
        return next(c["messages"] for c in self.sees()["channels"] if c["kind"] == "app")


@dataclass
class Control:
    practice: Practice

    def request(self, method, path, body=None, headers=None, host=None):
        """One raw HTTP request; `body` is sent as it is when bytes, else as JSON."""
        parts = urlsplit(self.practice.url)
        line = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {} if isinstance(body, bytes | None) else {"Content-Type": "application/json"}
        sent = {"Host": host or parts.netloc, **kind, **(headers or {})}
        try:
            line.request(method, path, raw, sent)
            answer = line.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read().decode())
        finally:
            line.close()

    def _bearer(self):
        return {"Authorization": f"Bearer {self.practice.control_token}"}

    def post(self, what, **body):
        return self.request("POST", f"/control/{what}", body, self._bearer()).json

    def get(self, what, **query):
        path = f"/control/{what}?{urlencode(query)}"
        return self.request("GET", path, headers=self._bearer()).json

    def ledger(self, **query):
        return self.get("ledger", **query)["entries"]

    def fault(self, **fault):
        return self.post("fault", **fault)

    def move_clock(self, seconds):
        return self.post("clock", advance_seconds=seconds)

    def as_(self, name):
        return Person(self, name)


@dataclass
class Bot:
    """A small real Bolt app; tests register their own listeners on `app`."""

    app: App
    handler: SocketModeHandler
    heard: list = field(default_factory=list)

    def close(self, control):
        """Slack's side hangs up first, and a last word wakes the client: else it waits for both.

        A client that is just coming back can miss that it is to end; it is not waited for.
        """
        client = self.handler.client
        client.auto_reconnect_enabled = False
        control.fault(socket="cut")
        last_word = threading.Timer(0.05, client.enqueue_message, [""])
        last_word.start()
        closing = threading.Thread(target=self.handler.close, daemon=True)
        closing.start()
        closing.join(CLOSES_SECONDS)
        last_word.join()

    def opens(self, view, command="/session"):
        """The command opens this view."""

        def opened(ack, body, client):
            self.heard.append(body)
            client.views_open(trigger_id=body["trigger_id"], view=view)
            ack()

        self.app.command(command)(opened)

    def answers(self, **ack_with):
        """Submitting the form is acknowledged with this."""

        def submitted(ack, body):
            self.heard.append(body)
            ack(**ack_with)

        self.app.view("form")(submitted)


def connect(practice, **app_more):
    """A Bolt app connected over Socket Mode."""
    client = web_client(practice)
    app = App(client=client, **{"process_before_response": True, **app_more})
    handler = SocketModeHandler(app, practice.app_token, web_client=client, ping_interval=0.5)
    handler.connect()
    wait_until(handler.client.is_connected)
    return Bot(app, handler)


def web_client(practice, token=None):
    return WebClient(
        token or practice.bot_token, base_url=practice.api_url, retry_handlers=[], timeout=10
    )


def refusal(call, *args, **kwargs):
    """Slack's `ok: false` answer to a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def error(call, *args, **kwargs):
    return refusal(call, *args, **kwargs)["error"]


def wait_until(true, seconds=20.0):
    """Wait for something that comes soon; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def practice():
    with Practice(MANIFEST, settings=QUICK) as running:
        yield running


@pytest.fixture
def control(practice):
    return Control(practice)


@pytest.fixture
def ada(control):
    return control.as_("ada")


@pytest.fixture
def client(practice):
    return web_client(practice)


@pytest.fixture
def bot(practice, control):
    connected = connect(practice)
    wait_until(lambda: control.get("health")["bot"] == "connected")
    yield connected
    connected.close(control)


@pytest.fixture
def data_file(tmp_path) -> Path:
    return tmp_path / "practice.db"


@pytest.fixture
def trigger(ada):
    return lambda: ada.trigger()["trigger_id"]


@pytest.fixture
def opened(client, trigger):
    return lambda view=None: client.views_open(trigger_id=trigger(), view=view or modal())["view"]
