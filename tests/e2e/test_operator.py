"""The `alongside` command as whoever runs the server meets it: each trouble is one clear line."""

import ctypes
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing, contextmanager
from datetime import timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot.manifest import SCOPES
from bot.services.outbox import Outbox
from bot.services.supervision import Supervision
from bot.services.supervision_desk import Desk
from bot.services.supervision_pages import Draft
from domain.clock import utc_now
from domain.deliveries import State
from domain.ids import new_id
from domain.people import Account
from domain.supervision import Category, Level
from practice.people import TEAM_ID, user_id
from storage.vault import Vault
from tests.alongside import HERE, Alongside, connected_to, enrol
from tests.e2e.deeds import SAVED, held
from tests.workspace import KEYS, Bot, Control, Someone, start_practice

OPEN = "apps.connections.open"
SECRET = "s3cr3t-do-not-print"
MADE_UP = {
    "slack_bot_token": "xoxb-made-up",
    "slack_app_token": "xapp-made-up",
    "slack_api_url": "http://127.0.0.1:9/api/",
}


@pytest.fixture(scope="module")
def workspace():
    practice = start_practice()
    yield practice
    practice.stop()


@pytest.fixture
def control(workspace):
    """The workspace's controls; whatever went wrong on request works again after the test."""
    controls = Control(workspace)
    yield controls
    controls.fault(clear=True)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def running():
    """Starts commands and ends them after the test, whatever became of it."""
    started = []

    def start(alongside):
        started.append(alongside)
        return alongside.start()

    yield start
    for alongside in started:
        alongside.kill()


@pytest.fixture
def refused(typed):
    """Types a command that cannot work, and returns the lines that it says no with."""

    def type_in(*words, **settings):
        ended = typed(*words, **settings)
        assert ended.exit_code == 2, ended.output
        return clear(ended.stderr)

    return type_in


def trouble(alongside, **popen):
    """Run it in a process of its own, and return the lines that it says no with."""
    status = alongside.run(**popen)
    assert status == 2, (status, alongside.said, alongside.log)
    return clear(alongside.log)


def clear(text):
    """The lines for the operator, apart from the log; none of them a traceback."""
    lines = [line for line in text.splitlines() if not line.startswith('{"at"')]
    assert lines, "it says nothing"
    assert "Traceback" not in text
    assert all(len(line) < 300 for line in lines)
    return "\n".join(lines)


def settings_for(workspace, **more):
    """The settings that connect to the workspace."""
    return {
        "slack_bot_token": workspace.bot_token,
        "slack_app_token": workspace.app_token,
        "slack_api_url": workspace.api_url,
    } | more


@contextmanager
def taken():
    """A port that somebody else listens at."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def free_port():
    with taken() as port:
        return port


# Settings


def test_every_setting_that_cannot_work_is_named_and_no_value_is_printed(refused):
    names = (
        "slack_bot_token",
        "slack_app_token",
        "slack_mode",
        "http_host",
        "http_port",
        "first_co_lead",
        "practice_port",
        "log_level",
        "language",
        "sweep_seconds",
        "pace_per_second",
        "health_host",
        "health_port",
        "drain_seconds",
    )
    said = refused("run", **dict.fromkeys(names, SECRET))

    assert SECRET not in said
    for name, line in zip(sorted(names), sorted(said.splitlines()), strict=True):
        assert line.startswith(f"{name.upper()} cannot be used: it must")


def test_an_address_of_slack_that_is_none_is_said_without_it(refused):
    said = refused("run", **MADE_UP | {"slack_api_url": f"http://{SECRET}.example"})

    assert "SLACK_API_URL must begin with https://" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xoxb-1", "slack_mode": "http"}, "SLACK_SIGNING_SECRET"),
        ({"slack_signing_secret": "abc", "slack_mode": "http"}, "SLACK_BOT_TOKEN"),
    ],
    ids=["app token", "bot token", "signing secret", "bot token over HTTP"],
)
@pytest.mark.parametrize("command", ["run", "try", "doctor"])
def test_one_token_without_the_other_is_said(refused, command, settings, missing):
    assert f"{missing} is missing." in refused(command, **settings)


def test_a_name_in_the_log_is_a_name(refused):
    assert refused("run", instance_name="two words").startswith("INSTANCE_NAME cannot be used: it")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET"),
        ({"slack_signing_secret": "abc"}, "SLACK_BOT_TOKEN is missing."),
    ],
    ids=["none", "one"],
)
def test_serving_without_a_token_is_refused_in_one_line(refused, settings, why):
    said = refused("serve", **settings)
    assert why in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_serving_without_a_signing_secret_is_refused_whatever_the_mode(refused, mode):
    said = refused("serve", **MADE_UP | {"slack_mode": mode})
    assert said.startswith("SLACK_SIGNING_SECRET is missing. HTTP mode needs it.")


@pytest.mark.parametrize("url", [f"mysql://me:{SECRET}@host/name", SECRET, "sqlite://"])
def test_a_database_address_that_makes_no_sense_is_said_without_its_password(
    refused, workspace, url
):
    said = refused("run", **settings_for(workspace, database_url=url))

    assert "DATABASE_URL is not an address" in said
    assert SECRET not in said


@pytest.mark.parametrize("command", ["run", "manifest"])
def test_a_language_that_has_no_catalogue_is_said(refused, command):
    assert "LANGUAGE cannot be used" in refused(command, language="cy_GB", practice_port=0)


def test_the_practice_workspace_does_not_run_beside_tokens(refused):
    assert "practice workspace does not run beside" in refused("try", **MADE_UP)


def test_the_settings_file_of_tokens_is_for_its_owner_alone(workspace, home, running):
    alongside = connected_to(workspace, home)
    (home / ".env").write_text("LOG_LEVEL=INFO\n")
    (home / ".env").chmod(0o644)

    running(alongside).until_ready()

    assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o600


# Tokens


def test_a_token_that_slack_does_not_take_is_said(refused, workspace):
    said = refused("run", **settings_for(workspace, slack_bot_token="xoxb-wrong"))

    assert "Slack does not accept the SLACK_BOT_TOKEN (invalid_auth)." in said
    assert "xoxb-wrong" not in said


def test_an_app_token_that_slack_does_not_take_is_said(workspace, home):
    said = trouble(connected_to(workspace, home, slack_app_token="xapp-wrong"))

    assert "Slack does not accept the SLACK_APP_TOKEN (invalid_auth)." in said


@pytest.mark.parametrize(
    ("reason", "what_to_do"),
    [
        ("missing_scope", "SLACK_APP_TOKEN lacks the scope connections:write."),
        ("token_revoked", "does not accept the SLACK_APP_TOKEN (token_revoked). Copy it again"),
        ("not_allowed_token_type", "does not accept the SLACK_APP_TOKEN (not_allowed_token_type)"),
        ("forbidden_team", "does not let this app connect (forbidden_team). Look on"),
        ("account_inactive", "does not let this app connect (account_inactive). Look on"),
    ],
)
def test_a_connection_that_slack_will_never_give_ends_the_start_with_what_to_do(
    workspace, control, home, reason, what_to_do
):
    control.fault(method=OPEN, kind="error", error=reason, times=None)

    said = trouble(connected_to(workspace, home))

    assert what_to_do in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "passing",
    [
        {"kind": "error", "error": "internal_error"},
        {"kind": "error", "error": "request_timeout"},
        {"kind": "429", "retry_after": 1},
    ],
    ids=["internal_error", "request_timeout", "ratelimited"],
)
def test_a_connection_that_slack_cannot_give_now_is_waited_for_with_the_reason_in_the_log(
    workspace, control, home, running, passing
):
    control.fault(method=OPEN, times=1, **passing)

    alongside = running(connected_to(workspace, home)).until_ready()

    lines = [json.loads(line) for line in alongside.log.splitlines()]
    reasons = [line["reason"] for line in lines if line["event"] == "slack_away"]
    assert reasons == [passing.get("error", "ratelimited")]


def test_a_first_co_lead_that_slack_does_not_know_is_said(refused, workspace):
    said = refused("run", **settings_for(workspace, first_co_lead="U0NOBODY"))

    assert "Slack does not know the member in FIRST_CO_LEAD" in said


def test_a_first_co_lead_who_cannot_take_part_is_said(refused, workspace):
    said = refused("run", **settings_for(workspace, first_co_lead=user_id("jonas")))

    assert "FIRST_CO_LEAD cannot be used: This account is switched off in Slack." in said


# Keys


# A key is only made by itself where everyone is made up: not for a workspace elsewhere.
ELSEWHERE = MADE_UP | {"slack_api_url": "https://slack.invalid/api/"}


def test_a_missing_master_key_is_said_with_what_to_do(refused, tmp_path):
    said = refused("run", **ELSEWHERE)

    assert "There is no master key" in said
    assert "alongside keys new" in said
    assert not list(tmp_path.rglob("alongside.db"))


@pytest.mark.parametrize(
    "keys", [",", "nothing", "k1:short", f"k1:{SECRET}", "\u00e9:x", "k1:" + "A" * 43 + ",k1:x"]
)
def test_a_master_key_that_is_none_is_said_without_it(refused, keys):
    said = refused("run", **ELSEWHERE, master_keys=keys)

    assert "aster key" in said
    assert SECRET not in said
    assert "A" * 43 not in said


def test_a_master_key_is_for_its_owner_alone_and_never_printed(typed, tmp_path):
    made = typed("keys", "new", **ELSEWHERE)

    assert made.exit_code == 0
    [keys] = tmp_path.rglob("master.keys")
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert keys.read_text().strip().partition(":")[2] not in made.output


def test_the_wrong_master_key_does_not_start(workspace, home, running):
    alongside = connected_to(workspace, home)
    running(alongside).until_ready()
    assert alongside.stop()[0] == 0
    [keys] = home.rglob("master.keys")
    own, key_id = keys.read_text(), keys.read_text().partition(":")[0]

    keys.write_text(f"{key_id}:{'A' * 43}\n")
    said = trouble(alongside)
    assert f"The master key {key_id} is not the one this database was made with." in said
    assert "A" * 43 not in said

    keys.write_text(f"other:{'B' * 43}\n")
    assert f"The master key {key_id} is needed" in trouble(alongside)

    keys.write_text(own)
    running(alongside).until_ready()


def test_a_new_key_is_put_in_front_and_everything_still_opens(workspace, home, running):
    alongside = connected_to(workspace, home)
    running(alongside).until_ready()
    rotate = Alongside(home, "keys", "rotate", **alongside.settings)
    assert "The bot seems to be running" in trouble(rotate)
    assert alongside.stop()[0] == 0
    [file] = home.rglob("alongside.db")
    with closing(sqlite3.connect(file)) as an_hour_later, an_hour_later:
        an_hour_later.execute("UPDATE heartbeats SET at = datetime(at, '-1 hour') || '.000000'")

    assert rotate.run() == 0
    [keys] = home.rglob("master.keys")
    newest, _ = keys.read_text().splitlines()
    keys.write_text(newest)

    running(alongside).until_ready()


# The database


def as_anyone():
    """How to start a process that the modes of files bind, as they do not bind root."""
    if os.geteuid() != 0:
        return {}
    prctl, drop, may_write_everything = ctypes.CDLL(None).prctl, 24, 1

    def bind():
        if prctl(drop, may_write_everything, 0, 0, 0):
            raise OSError("the right to write everything could not be given up")

    return {"preexec_fn": bind}


def test_a_database_file_that_cannot_be_written_is_said(workspace, home):
    home.mkdir()
    file = home / "alongside.db"
    file.write_bytes(b"")
    file.chmod(0o444)

    settings = {"database_url": f"sqlite:///{file}"}
    said = trouble(connected_to(workspace, home, **settings), **as_anyone())

    assert f"The database file {file} cannot be written" in said
    assert "chown" in said


def test_a_folder_that_cannot_be_written_is_said(workspace, home):
    home.mkdir()
    folder = home / "locked"
    folder.mkdir(mode=0o555)

    said = trouble(connected_to(workspace, home, data_folder=folder / "data"), **as_anyone())
    assert str(folder) in said
    assert "DATA_FOLDER" in said

    url = f"sqlite:///{folder / 'alongside.db'}"
    said = trouble(connected_to(workspace, home, database_url=url), **as_anyone())
    assert f"The folder {folder} cannot be written" in said


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\x00" * 200])
def test_a_file_that_is_no_database_is_said_and_left_as_it_is(
    refused, workspace, tmp_path, content
):
    file = tmp_path / "alongside.db"
    file.write_bytes(content)

    said = refused("run", **settings_for(workspace, database_url=f"sqlite:///{file}"))

    assert f"The database file {file} cannot be used" in said
    assert file.read_bytes() == content


def test_a_database_of_a_newer_version_is_said(typed, refused, workspace, tmp_path):
    file = tmp_path / "alongside.db"
    settings = settings_for(workspace, database_url=f"sqlite:///{file}")
    assert typed("migrate", **settings).exit_code == 0
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "another version of Alongside" in refused("run", **settings)


def test_a_database_server_that_is_not_there_is_said_without_its_password(refused, workspace):
    url = f"postgresql://me:{SECRET}@127.0.0.1:{free_port()}/alongside"

    said = refused("migrate", **settings_for(workspace, database_url=url))

    assert "DATABASE_URL" in said
    assert SECRET not in said


# Ports


def test_a_taken_practice_port_is_said(refused):
    with taken() as port:
        said = refused("run", practice_port=port)

    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "PRACTICE_PORT" in said
    assert len(said.splitlines()) == 1


def test_a_taken_http_port_is_said(workspace, home):
    with taken() as port:
        said = trouble(
            connected_to(
                workspace, home, slack_mode="http", slack_signing_secret="abc", http_port=port
            )
        )

    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert "HTTP_PORT" in said


# The doctor


def test_the_doctor_of_a_practice_installation_is_content(typed):
    doctor = typed("doctor")

    assert doctor.exit_code == 0
    assert "MEND" not in doctor.stdout


def test_the_doctor_of_a_whole_installation_is_content(typed, workspace):
    settings = settings_for(workspace)
    assert typed("keys", "new", **settings).exit_code == 0
    assert typed("migrate", **settings).exit_code == 0

    doctor = typed("doctor", **settings)

    assert doctor.exit_code == 0, doctor.stdout
    assert "MEND" not in doctor.stdout
    for part in ("the bot token works", "the app token works", "the master key opens it"):
        assert part in doctor.stdout


def test_without_tokens_the_doctor_looks_at_a_database_that_is_there(typed, tmp_path):
    keys = KEYS.text().strip()
    assert typed("migrate", master_keys=keys).exit_code == 0

    good = typed("doctor", master_keys=keys)
    assert good.exit_code == 0, good.stdout
    assert "the master key opens it" in good.stdout
    assert "Name their folder in SECRETS_FOLDER" in good.stdout

    without = typed("doctor")
    assert without.exit_code == 1
    assert "MEND  Master key" in without.stdout

    [file] = tmp_path.rglob("alongside.db")
    file.write_bytes(b"a letter" * 500)
    spoiled = typed("doctor", master_keys=keys)
    assert spoiled.exit_code == 1
    assert "MEND  Database" in spoiled.stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"slack_bot_token": "xoxb-wrong"}, "the bot token does not work (invalid_auth)"),
        ({"slack_app_token": "xapp-wrong"}, "the app token does not work (invalid_auth)"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "it cannot be reached"),
        ({"master_keys": "k1:short"}, "Master key"),
        ({"database_url": "sqlite:////nowhere/at/all.db"}, "Database"),
    ],
    ids=["bot token", "app token", "slack away", "master key", "database"],
)
def test_the_doctor_says_what_to_mend_and_ends_with_status_1(typed, workspace, settings, said):
    keys = KEYS.text().strip()
    doctor = typed("doctor", **settings_for(workspace, master_keys=keys) | settings)

    assert doctor.exit_code == 1, doctor.output
    assert any(line.startswith("MEND") and said in line for line in doctor.stdout.splitlines())


class OtherClock(BaseHTTPRequestHandler):
    """Slack, whose clock shows another time than this computer's: `seconds` later."""

    seconds = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        said = json.dumps({"ok": True, "url": "ws://127.0.0.1:9/"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.seconds)

    def log_message(self, *_):
        """Nothing is printed."""


@contextmanager
def slack_with_a_clock(seconds):
    """The address of a Slack whose clock shows so many seconds more."""
    handler = type("Slack", (OtherClock,), {"seconds": seconds})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/api/"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("seconds", [45, 61, 90, -45])
def test_the_doctor_says_that_a_clock_is_wrong_before_slack_is_turned_away_for_it(typed, seconds):
    with slack_with_a_clock(seconds) as api_url:
        doctor = typed("doctor", **MADE_UP | {"slack_api_url": api_url})

    assert "MEND  Clock: this computer and Slack differ by" in doctor.stdout
    assert "Set it to follow network time." in doctor.stdout


def test_the_doctor_is_content_with_a_clock_that_is_right_to_a_few_seconds(typed):
    with slack_with_a_clock(5) as api_url:
        doctor = typed("doctor", **MADE_UP | {"slack_api_url": api_url})

    assert "Clock: this computer and Slack agree." in doctor.stdout


def test_the_doctor_says_that_a_request_waits_of_which_nobody_could_be_told(
    typed, workspace, tmp_path
):
    url = f"sqlite:///{tmp_path / 'real.db'}"
    settings = settings_for(workspace, master_keys=KEYS.text().strip(), database_url=url)
    bot = Bot(workspace, url)
    try:
        _a_request_that_slack_did_not_take(bot.database)
    finally:
        bot.stop()

    doctor = typed("doctor", **settings)

    assert doctor.exit_code == 1
    said = "MEND  Supervision: 1 request waits, and no supervisor could be told."
    assert said in doctor.stdout
    said = "not taken by Slack, Slack says user_disabled; the account is switched off in Slack."
    assert f"supervision alert: {said}" in doctor.stdout


def _a_request_that_slack_did_not_take(database):
    """Somebody asked an hour ago, and the accounts of supervisors are switched off in Slack."""
    then = utc_now() - timedelta(hours=1)
    desk = Desk(database, Vault(KEYS), lambda: then)
    draft = Draft(category=Category.FOR_ME, level=Level.SOON)
    ada = Account(TEAM_ID, user_id("ada"))
    Supervision(desk).ask(ada, draft, form=new_id(), confirmed=True, even_so=True)
    outbox = Outbox(database, lambda: then)
    [alert] = outbox.claim(1).deliveries
    outbox.settle(alert, State.FAILED, "user_disabled")


def test_the_doctor_of_settings_that_cannot_be_read_ends_with_status_2(refused):
    assert "LOG_LEVEL" in refused("doctor", log_level="LOUD")


# Start and stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_stops_cleanly_within_ten_seconds(workspace, home, running, number):
    alongside = connected_to(workspace, home)
    running(alongside).until_ready()

    status, seconds = alongside.stop(number)

    assert status == 0, alongside.log
    assert seconds < 10
    assert alongside.said.endswith("Alongside has stopped.\n")
    assert "Traceback" not in alongside.log
    assert list(home.rglob("alongside.db-wal")) == []


def test_it_stops_while_it_waits_for_slack(home, running):
    alongside = running(Alongside(home, **MADE_UP))
    alongside.wait(lambda: "slack_away" in alongside.log)

    status, seconds = alongside.stop()

    assert (status, seconds < 10) == (0, True)
    assert "Traceback" not in alongside.log


@pytest.fixture
def a_partner(home, running):
    """Ada, enrolled, at work with a bot of her own; the bot."""
    practice = start_practice()
    control = Control(practice)

    def sit_down(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    alongside = running(connected_to(practice, home)).until_ready()
    alongside.wait(lambda: control.get("health")["bot"] == "connected")
    sit_down("dilys")
    [ada] = enrol(sit_down, "ada")
    yield ada, alongside
    alongside.kill()
    practice.stop()


def test_it_answers_what_is_being_saved_before_it_stops(a_partner):
    ada, alongside = a_partner
    ada.command("/session")
    [file] = alongside.folder.rglob("alongside.db")
    with held(file):
        pressing = threading.Thread(target=ada.submit)
        pressing.start()
        time.sleep(0.3)
        alongside.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    pressing.join()

    assert SAVED in ada.reads
    assert alongside.end() == 0


def test_it_stops_while_slack_hangs(a_partner):
    ada, alongside = a_partner
    ada.home().press("Get a file")
    for method in ("files.getUploadURLExternal", "views.update", "views.publish"):
        ada.control.fault(method=method, kind="latency", latency_ms=60_000, times=None)
    ada.submit()
    time.sleep(0.5)

    status, seconds = alongside.stop()

    assert (status, seconds < 10) == (0, True)
    assert "Traceback" not in alongside.log


@contextmanager
def in_practice(alongside):
    """The practice workspace that the command started, through its page."""
    address = re.search(r"Open (http://127\.0\.0\.1:[0-9]+)", alongside.said).group(1)
    with urllib.request.urlopen(address, timeout=10) as page:
        token = re.search(r'name="practice-token" content="([^"]+)"', page.read().decode()).group(1)
    control = Control.__new__(Control)
    control.url, control.token = f"{address}/control", unescape(token)
    yield control


def test_data_survives_a_restart_of_the_practice_workspace(home, running):
    alongside = Alongside(home, practice_port=free_port())
    running(alongside).until_ready()
    with in_practice(alongside) as control:
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        ada = Someone(control, "ada").home().press("I have read this", home=True)
        ada.command("/session").submit(values={"Client code": "C-07"})
        assert SAVED in ada.reads
        ada.press("Add a private note").submit(values={"Private note": "It rained."})
        assert "Your change is saved." in ada.reads
    status, seconds = alongside.stop()
    assert (status, seconds < 10) == (0, True), alongside.log

    running(alongside).until_ready()
    with in_practice(alongside) as control:
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        ada = Someone(control, "ada").close().home()
        assert "This month: 1 hour in 1 session." in ada.home_tab
        ada.press("Open it").press("Open my private part")
        assert ada.typed("note")["value"] == "It rained."
    assert alongside.stop()[0] == 0


def test_a_practice_workspace_ends_with_the_bot_that_was_killed(home, running):
    port = free_port()
    alongside = Alongside(home, practice_port=port)
    running(alongside).until_ready()

    alongside.kill()

    def is_free():
        with closing(socket.socket()) as other:
            return other.connect_ex(("127.0.0.1", port)) != 0

    deadline = time.monotonic() + 10
    while not is_free():
        assert time.monotonic() < deadline, "the practice workspace outlives the bot"
        time.sleep(0.05)


# The manifest


def test_the_manifest_asks_for_the_least_scopes_and_socket_mode(typed):
    printed = json.loads(typed("manifest").stdout)

    assert printed["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert set(SCOPES) == {"chat:write", "commands", "files:write", "im:write", "users:read"}
    assert printed["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(printed)


# Python


def test_an_old_python_is_told_what_to_install(tmp_path):
    shutil.copy(HERE / "Makefile", tmp_path / "Makefile")
    old = tmp_path / "python3.9"
    old.write_text(
        "#!/bin/sh\n"
        f"exec {sys.executable} -c '"
        "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[2])"
        '\' "$@"\n'
    )
    old.chmod(0o755)

    for target in ("run", "setup", "test", "check"):
        told = subprocess.run(
            ["make", target, f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True
        )
        assert told.returncode != 0
        assert "Alongside needs Python 3.11 or newer." in told.stdout
        assert "Traceback" not in told.stdout + told.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_version_is_said(home):
    alongside = Alongside(home, "--version")

    assert alongside.run() == 0
    assert re.fullmatch(r"alongside [0-9.]+\n", alongside.said)
