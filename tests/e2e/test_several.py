"""Several processes on one PostgreSQL database: one of them stops, and nobody notices."""

import json
import signal
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from bot.manifest import HTTP_PATH, manifest
from bot.words import Words
from practice.server import Practice
from practice.world import Settings
from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.e2e.several import (
    IN_TIME,
    Balancer,
    Group,
    free_port,
    pressing,
    until_each_has_saved,
)
from tests.e2e.test_http_mode import posted, signed
from tests.workspace import Control, Someone

WEDNESDAY = 2
HANDLES = ("ada", "bilal", "cerys")
# A busy machine may be slow; an answer that never comes is still noticed.
PATIENT = Settings(ack_seconds=12.0, settle_ms=5)


@pytest.fixture
def database_url(postgres_server):  # noqa: F811
    url = postgres_server.empty()
    yield url
    postgres_server.drop(url)


@contextmanager
def several(folder, database_url, http_url=None):
    with Practice(manifest(Words(), http_url=http_url), settings=PATIENT) as practice:
        group = Group(practice, folder, database_url, free_port)
        try:
            yield group, Control(practice)
        finally:
            group.kill()


@contextmanager
def by_socket(folder, database_url):
    with several(folder, database_url) as (group, control):
        two = [group.member(name).start() for name in ("one", "two")]
        for one in two:
            one.until_ready().until("/ready", "ready")
        yield group, control, two


@contextmanager
def by_http(folder, database_url):
    port = free_port()
    there = f"http://127.0.0.1:{port}{HTTP_PATH}"
    balancer = Balancer(port)
    try:
        with several(folder, database_url, there) as (group, control):
            two = [group.member(name, "serve").start() for name in ("one", "two")]
            balancer.members = two
            for one in two:
                one.until_ready().until("/ready", "ready")
            two[0].wait(lambda: control.get("health")["bot"] == "connected")
            two[0].wait(lambda: len(balancer.ready) == 2)
            yield group, control, two
    finally:
        balancer.stop()


def a_week_later(control):
    """Let it be Wednesday, when everybody is asked by default, and late enough everywhere."""
    now = datetime.fromisoformat(control.get("clock")["now"])
    then = (now + timedelta(days=8)).replace(hour=12, minute=0)
    while then.weekday() != WEDNESDAY:
        then += timedelta(days=1)
    control.move_clock(now=then.isoformat())


def partners(control):
    """Three partners whom a co-lead has enrolled and who have read the welcome."""
    dilys = welcomed(control, "dilys")
    dilys.command("/cohort").press("Enrol people")
    from practice.people import user_id

    dilys.submit(values={"People": [user_id(h) for h in HANDLES], "Roles": ["Partner"]}).close()
    return [welcomed(control, handle) for handle in HANDLES]


def welcomed(control, handle):
    person = Someone(control, handle).home()
    if "I have read this" in person.home_tab:
        person.press("I have read this", home=True)
    return person


def stop(one):
    """Send SIGTERM; return the status and how long it took."""
    began = time.monotonic()
    one.process.send_signal(signal.SIGTERM)
    return one.end(), time.monotonic() - began


@pytest.mark.timeout(300)
# By socket, a Slack that needs seconds to hear the goodbye of a process may hand it one more press.
# Whoever pressed reads Slack's own words and presses again. Two processes are stopped here.
@pytest.mark.parametrize(
    ("way", "cut_off"), [(by_socket, 2), (by_http, 0)], ids=["by socket", "over HTTP"]
)
def test_one_of_two_is_stopped_while_people_press_and_everything_told_as_saved_is_there_once(
    way, cut_off, tmp_path, database_url
):
    with way(tmp_path, database_url) as (group, control, (one, other)):
        presses = pressing(partners(control))
        until_each_has_saved(presses, 3)

        status, seconds = stop(one)
        assert (status, seconds < IN_TIME) == (0, True), (status, seconds, one.log[-2000:])
        until_each_has_saved(presses, 3)
        one.start().until_ready().until("/ready", "ready")
        until_each_has_saved(presses, 2)
        status, seconds = stop(other)
        assert (status, seconds < IN_TIME) == (0, True), (
            status,
            seconds,
            other.log[-2000:],
        )
        until_each_has_saved(presses, 2)

        for person in presses:
            person.stop()
        trouble = [told for person in presses for told in person.trouble]
        assert len(trouble) <= cut_off, (trouble, one.log[-2000:], other.log[-2000:])
        told = sorted(code for person in presses for code in person.saved)
        kept = group.rows("SELECT client_code FROM sessions ORDER BY client_code")
        assert [code for (code,) in kept] == told
        assert_each_line_says_which_process_wrote_it(one, other)


def assert_each_line_says_which_process_wrote_it(*processes):
    for one in processes:
        lines = [json.loads(line) for line in one.log.splitlines()]
        assert {line.get("instance") for line in lines} == {one.settings["instance_name"]}
        assert all({"at", "level", "event", "pid"} <= set(line) for line in lines), lines
        assert {"ready", "stopping"} <= {line["event"] for line in lines}


@pytest.mark.timeout(200)
def test_one_that_waits_for_slack_is_gone_in_ten_seconds_all_the_same(tmp_path, database_url):
    with several(tmp_path, database_url) as (group, control):
        one = group.member("one").start().until_ready().until("/ready", "ready")
        partners(control)
        control.fault(
            method="chat.postMessage", kind="latency", times=None, latency_ms=[20_000, 20_000]
        )
        a_week_later(control)
        under_way = "SELECT count(*) FROM deliveries WHERE state = 'sending'"
        one.wait(lambda: group.rows(under_way) != [(0,)])
        # Now and then they are claimed and not handed over yet.
        time.sleep(1)

        status, seconds = stop(one)

        assert (status, seconds < IN_TIME) == (0, True), (status, seconds, one.log[-2000:])
        assert group.rows(under_way) != [(0,)], "Slack may have it: its lease will say so"


@pytest.mark.timeout(200)
def test_a_request_that_was_let_in_once_is_turned_away_by_every_process_and_after_a_restart(
    tmp_path, database_url
):
    with by_http(tmp_path, database_url) as (group, control, (one, other)):
        [ada, *_] = partners(control)
        ada.command("/session").submit(values={"Client code": "C-99"})
        sent = control.get("ledger?kind=envelope")["entries"]
        submission = next(e for e in reversed(sent) if e["type"] == "view_submission")
        body = urlencode({"payload": json.dumps(submission["payload"])}).encode()
        request = signed(group.practice, body, at=time.time() - 5)
        ports = [process.settings["http_port"] for process in (one, other)]

        assert posted(ports[0], *request)[0] == 200
        assert posted(ports[1], *request) == (401, "")
        assert stop(one)[0] == 0
        one.start().until_ready()
        assert posted(ports[0], *request) == (401, "")

        assert group.rows("SELECT count(*) FROM sessions") == [(1,)]
