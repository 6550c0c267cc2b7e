"""What an operator's own watch sees of one process: two words and figures, and nothing else."""

import http.client
import json
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import figures, ids
from bot.handlers import register
from bot.handlers.listener_names import ListenerNames
from bot.manifest import manifest
from bot.prometheus import Prometheus
from bot.words import Words
from domain.deliveries import Kind, State
from domain.refusals import StorageUnavailable
from practice.server import Practice
from storage.migrations import HEAD
from tests.alongside import HERE, connected_to, enrol
from tests.e2e.deeds import SAVED, until
from tests.e2e.several import OfVersion, Registers, asked
from tests.e2e.test_operator import MADE_UP, free_port, taken
from tests.workspace import Control, Someone

WORDS = {"text/plain; charset=utf-8"}


@pytest.fixture
def practice():
    with Practice(manifest(Words())) as workspace:
        yield workspace


@pytest.fixture
def process(tmp_path, practice):
    """Starts processes with a port of health, and ends them before the workspace goes."""
    started = []

    def start(*arguments, **settings):
        ours = {"sweep_seconds": 1, "health_port": free_port()} | settings
        one = OfVersion(tmp_path / f"home{len(started)}", *arguments, **ours)
        started.append(one)
        return one.start()

    yield start
    for one in started:
        one.kill()


def tokens(practice):
    return connected_to(practice, "/tmp").settings


def numbers(page):
    """Every figure of a page, by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_while_slack_is_away_at_the_start_it_is_alive_and_not_ready(process):
    one = process(**MADE_UP, master_keys="")
    one.until("/ready", "starting")

    assert one.asked("/health") == (200, "alive\n")
    assert one.asked("/ready") == (503, "starting\n")


def test_it_is_ready_and_counts_what_happens(process, practice):
    one = process(**tokens(practice)).until_ready().until("/ready", "ready")
    control = Control(practice)

    def sit_down(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    [ada] = enrol(sit_down, "ada")
    for _ in range(3):
        ada.close().command("/session").submit(values={"Client code": "C-07"})
        assert SAVED in ada.reads
    for trouble in ({"kind": "429", "retry_after": 1}, {"kind": "drop"}, {"kind": "error"}):
        control.fault(method="views.open", error="invalid_arguments", **trouble)
        ada.close().command("/session")

    assert one.asked("/health") == (200, "alive\n")
    status, page = one.asked("/metrics")
    found = numbers(page)
    assert status == 200
    assert found["alongside_answer_seconds_count", ("listener", "sessions.form_submitted")] == 3
    assert found["alongside_answer_seconds_count", ("listener", "event.app_home_opened")] > 0
    called = ("alongside_slack_call_seconds_count", ("method", "views.open"))
    assert found[*called, ("outcome", "ok")] >= 3
    assert [found[*called, ("outcome", end)] for end in ("busy", "silent", "refused")] == [1, 1, 1]
    assert found["alongside_transaction_seconds_count", ("kind", "write")] > 3
    assert found["alongside_transaction_seconds_count", ("kind", "read")] > 3
    assert found[("alongside_database_answers",)] == 1
    assert found[("alongside_waiting",)] == 0
    assert found[("alongside_lag_seconds",)] == 0
    assert found[("alongside_erasures_pending",)] == 0
    assert 0 <= found[("alongside_since_tick_seconds",)] < 60
    until(lambda: ("alongside_retention_age_seconds",) in numbers(one.asked("/metrics")[1]))
    [build] = [key for key in found if key[0] == "alongside_build_info"]
    assert {("database", "sqlite"), ("face", "socket"), ("tables", HEAD)} <= set(build[1:])


def test_while_slack_cannot_reach_it_it_is_alive_and_not_ready(process, practice):
    one = process(**tokens(practice)).until_ready().until("/ready", "ready")
    practice.stop()

    one.until("/ready", "slack")
    assert one.asked("/ready") == (503, "slack\n")
    assert one.asked("/health") == (200, "alive\n")


def test_nothing_else_is_there_nobody_else_can_ask_and_nothing_of_it_is_said(process, practice):
    one = process(**tokens(practice)).until_ready().until("/ready", "ready")
    port = one.settings["health_port"]
    for path in ("/", "/metrics/", "/health?all", "/ready/..", "/slack/events"):
        assert one.asked(path) == (404, "")
    with closing(socket.socket()) as caller:
        caller.settimeout(2)
        outside = socket.gethostbyname(socket.gethostname())
        assert caller.connect_ex(("127.0.0.2" if outside.startswith("127.") else outside, port))
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as there:
        there.request("POST", "/ready")
        assert there.getresponse().status == 501
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=10) as answer:
        assert answer.headers["Content-Type"] in WORDS
        assert answer.headers["Server"] is None


def test_a_port_that_is_taken_is_said_in_one_line(process):
    with taken() as port:
        one = process(**MADE_UP, health_port=port)
        assert one.end() == 2
    assert f"Port {port} on 127.0.0.1 cannot be used" in one.log
    assert "HEALTH_PORT" in one.log


def test_without_a_port_nothing_listens_and_nothing_for_it_is_loaded(process, practice):
    port = free_port()
    process(**tokens(practice), health_port="", http_port=port).until_ready()
    assert asked(port, "/health") is None
    program = (
        "import sys; from bot import cli, running; "
        "print({'bot.health', 'prometheus_client', 'waitress'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=HERE
    )
    assert done.stdout == "set()\n"


# Names beside numbers


@pytest.fixture
def names():
    return ListenerNames(register(Registers()))


@pytest.fixture
def counted(names):
    counting = Prometheus(face="socket", database="sqlite", tables=HEAD)

    def away():
        raise StorageUnavailable("away")

    counting.watch(names.all, away, lambda: 0.0)
    return counting


CANARY = "canary-U0ADA000000"


@pytest.mark.parametrize(
    "body",
    [
        {"command": CANARY},
        {"command": "/session", "text": CANARY, "user_id": CANARY},
        {"type": "block_actions", "actions": [{"action_id": CANARY, "value": CANARY}]},
        {"type": "block_actions", "actions": []},
        {"type": "view_submission", "view": {"callback_id": CANARY, "private_metadata": CANARY}},
        {"type": "view_submission", "view": CANARY},
        {"type": "shortcut", "callback_id": CANARY},
        {"type": CANARY, "callback_id": CANARY},
        {"event": {"type": CANARY, "user": CANARY}},
        {"event": CANARY},
        {},
    ],
    ids=json.dumps,
)
def test_whatever_arrives_is_counted_under_a_name_of_the_fixed_list(names, body):
    assert names.of(body) in {*names.all, figures.OTHER}


def test_one_of_several_buttons_of_a_kind_has_the_name_of_its_listener(names):
    body = {"type": "block_actions", "actions": [{"action_id": f"{ids.SHOW_MONTH}.next"}]}
    assert names.of(body) == "sessions.month_asked"


def test_what_is_in_no_list_is_other_whatever_it_says(counted):
    counted.answered(CANARY, 0.1)
    counted.called(CANARY, CANARY, 0.1)
    counted.settled(Kind.PROMPT, State.SENT)
    page = counted.page().decode()

    assert CANARY not in page
    assert 'listener="other"' in page
    assert 'method="other",outcome="other"' in page
    assert 'alongside_deliveries_total{kind="prompt",outcome="sent"} 1.0' in page


def test_while_the_database_is_away_its_numbers_are_left_out_and_the_others_stay(counted):
    counted.called("views.open", "ok", 0.1)
    found = numbers(counted.page().decode())

    assert found[("alongside_database_answers",)] == 0
    assert ("alongside_waiting",) not in found
    assert (
        "alongside_slack_call_seconds_count",
        ("method", "views.open"),
        ("outcome", "ok"),
    ) in found
