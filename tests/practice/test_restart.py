"""Starting, stopping, and what is kept in between; by the command line as people run it."""

import contextlib
import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from practice.server import Practice
from tests.practice.conftest import (
    MANIFEST,
    QUICK,
    Control,
    connect,
    home,
    section,
    wait_until,
    web_client,
)

ROOT = Path(__file__).parents[2]
ADA = "U0ADA000000"


@pytest.fixture
def manifest_file(tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST))
    return path


def command_line(*arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SLACK_")}
    return subprocess.Popen(
        [sys.executable, "-m", "practice", *map(str, arguments)],
        cwd=ROOT,
        env=clean | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def started(*arguments, **environment):
    process = command_line(*arguments, **environment)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def refused(*arguments, **environment):
    process = command_line(*arguments, **environment)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert out == ""
    assert "Traceback" not in err
    assert err.count("\n") == 1
    return err


def test_it_prints_one_line_of_json_and_answers(manifest_file):
    with started("--port", 0, "--manifest", manifest_file) as (_, facts):
        assert set(facts) == {
            "url",
            "api_url",
            "control_url",
            "control_token",
            "bot_token",
            "app_token",
            "signing_secret",
        }
        assert facts["api_url"] == facts["url"] + "api/"
        who = web_client(Practice_(facts)).auth_test()
        assert who["user"] == "alongside"


class Practice_:
    """What the helpers need of a running workspace, from the printed line."""

    def __init__(self, facts):
        vars(self).update(facts)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_promptly_and_cleanly(manifest_file, number):
    with started("--port", 0, "--manifest", manifest_file) as (process, facts):
        control = Control(Practice_(facts))
        for kind in ("drop", "refuse", "500"):
            control.fault(method="auth.test", kind=kind)
            with pytest.raises((OSError, SlackApiError, http.client.HTTPException)):
                web_client(Practice_(facts)).auth_test()
        before = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert time.monotonic() - before < 3
        assert (process.returncode, out, err) == (0, "", "")


def test_it_stops_promptly_while_pages_and_bots_are_connected(manifest_file):
    with started("--port", 0, "--manifest", manifest_file) as (process, facts):
        control = Control(Practice_(facts))
        bearer = f"Authorization: Bearer {facts['control_token']}"
        line = socket.create_connection(("127.0.0.1", int(facts["url"].split(":")[2][:-1])))
        host = facts["url"][7:-1]
        line.sendall(
            f"GET /control/stream?person=ada HTTP/1.1\r\nHost: {host}\r\n{bearer}\r\n\r\n".encode()
        )
        assert b"data:" in line.recv(4096) + line.recv(4096)
        bot = connect(Practice_(facts))
        wait_until(lambda: control.get("health")["bot"] == "connected")
        bot.handler.client.auto_reconnect_enabled = False
        before = time.monotonic()
        process.terminate()
        process.communicate(timeout=10)
        assert time.monotonic() - before < 3
        assert process.returncode == 0
        line.close()
        bot.handler.close()


def test_a_taken_port_is_said_in_one_line(manifest_file):
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    said = refused("--port", port, "--manifest", manifest_file)
    assert f"Port {port}" in said
    assert "--port" in said
    taken.close()


@pytest.mark.parametrize("content", [None, "{", "[]", '{"display_information": {}}'])
def test_an_unusable_manifest_is_said_in_one_line(tmp_path, content):
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    assert refused("--port", 0, "--manifest", path)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
def test_it_does_not_start_beside_a_real_token(manifest_file, name):
    real = {name: "xoxb-" + "1" * 12}
    said = refused("--port", 0, "--manifest", manifest_file, **real)
    assert name in said
    assert real[name] not in said


def test_it_starts_beside_its_own_tokens(manifest_file):
    own = {"SLACK_BOT_TOKEN": "xoxb-practice-1", "SLACK_APP_TOKEN": "xapp-practice-1"}
    with started("--port", 0, "--manifest", manifest_file, **own) as (_, facts):
        assert facts["url"]


def test_an_unusable_data_file_is_said_in_one_line(manifest_file, tmp_path):
    nowhere = tmp_path / "missing" / "data.db"
    assert "data.db" in refused("--port", 0, "--manifest", manifest_file, "--data", nowhere)
    other = tmp_path / "other.db"
    other.write_text("This is not a database, it is a letter. " * 50)
    assert "other.db" in refused("--port", 0, "--manifest", manifest_file, "--data", other)


def test_other_people_can_be_put_in(manifest_file, tmp_path):
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"name": "zoe", "real_name": "Zoe Made-up", "title": "Partner"}]))
    with started("--port", 0, "--manifest", manifest_file, "--people", people) as (_, facts):
        seen = Control(Practice_(facts)).as_("zoe").sees()
        assert seen["me"]["real_name"] == "Zoe Made-up"
    people.write_text(json.dumps([{"real_name": "Nobody"}]))
    assert refused("--port", 0, "--manifest", manifest_file, "--people", people)


def run(data_file):
    return Practice(MANIFEST, data=data_file, settings=QUICK)


def test_what_was_there_is_there_after_a_restart(data_file):
    with run(data_file) as first:
        client, control = web_client(first), Control(first)
        sent = client.chat_postMessage(channel=ADA, text="Kept")
        client.views_publish(user_id=ADA, view=home(section("Kept home")))
        file = client.files_upload_v2(
            filename="kept.txt", content="kept", channel=sent["channel"], title="Kept"
        )["file"]
        control.as_("ada").command(command="/invite", text="@alongside", channel="general")
        control.post("event", person="bilal", change={"tz": "Asia/Tokyo"})
        control.move_clock(3600)
        tokens = (first.bot_token, first.app_token, first.signing_secret)
        ledger = control.ledger()
        port = int(first.url.split(":")[2][:-1])

    with Practice(MANIFEST, port=port, data=data_file, settings=QUICK) as second:
        client, control = web_client(second), Control(second)
        assert (second.bot_token, second.app_token, second.signing_secret) == tokens
        seen = control.as_("ada").sees()
        app = next(c for c in seen["channels"] if c["kind"] == "app")
        assert app["messages"][0]["text"] == "Kept"
        assert app["messages"][1]["files"][0]["name"] == "kept.txt"
        assert seen["home"]["blocks"][0]["text"]["text"] == "Kept home"
        assert next(c for c in seen["channels"] if c["name"] == "general")["bot_in"]
        assert control.as_("bilal").sees()["me"]["tz"] == "Asia/Tokyo"
        assert abs(seen["clock"]["offset_seconds"] - 3600) < 1
        assert control.ledger()[: len(ledger)] == ledger
        client.chat_update(channel=sent["channel"], ts=sent["ts"], text="Changed")
        client.files_delete(file=file["id"])
        new = client.chat_postMessage(channel=ADA, text="New")
        assert control.ledger()[-1]["seq"] > ledger[-1]["seq"]
        assert new["channel"] == sent["channel"]

    with run(data_file) as third:
        texts = [m["text"] for m in Control(third).as_("ada").app_messages()]
        assert texts[0] == "Changed"
        assert texts[-1] == "New"


def test_a_killed_workspace_has_lost_nothing_it_answered_for(manifest_file, data_file):
    arguments = ("--port", 0, "--manifest", manifest_file, "--data", data_file)
    with started(*arguments) as (process, facts):
        client = web_client(Practice_(facts))
        for number in range(20):
            client.chat_postMessage(channel=ADA, text=str(number))
        process.kill()
        process.wait()
    with started(*arguments) as (_, facts):
        messages = Control(Practice_(facts)).as_("ada").app_messages()
        assert [m["text"] for m in messages] == [str(n) for n in range(20)]


def test_only_the_owner_can_read_the_data_file(data_file):
    with run(data_file):
        for path in data_file.parent.glob("practice.db*"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_after_a_reset_only_the_seeds_are_kept(data_file):
    with run(data_file) as first:
        web_client(first).chat_postMessage(channel=ADA, text="Gone")
        Control(first).post("reset")
    with run(data_file) as second:
        control = Control(second)
        assert control.ledger() == []
        assert [c["name"] for c in control.as_("ada").sees()["channels"]] == [
            "general",
            "spring-cohort",
            "set-one",
        ]


def test_two_workspaces_run_side_by_side():
    with Practice(MANIFEST) as one, Practice(MANIFEST) as other:
        web_client(one).chat_postMessage(channel=ADA, text="Here only")
        assert one.bot_token != other.bot_token
        assert [c["kind"] for c in Control(other).as_("ada").sees()["channels"]].count("app") == 0
