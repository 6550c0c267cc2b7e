"""A process that is stopped gives back what it has not sent, and several keep one pace."""

import os
import threading
import time
from datetime import timedelta

import pytest

from bot.scheduler import ClockSide
from storage.pace import BETWEEN, BURST
from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.faults import storms
from tests.faults.crowd import BEFORE, DUE_AT
from tests.faults.deaths import SECOND
from tests.faults.judge import POST, Outcome, judge
from tests.faults.places import Places
from tests.faults.stage import stage

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
PATIENCE_SECONDS = 30


class Gate:
    """Holds whoever comes to a place until it is opened."""

    def __init__(self, label):
        self.label, self.opened = label, threading.Event()
        self.came = threading.Semaphore(0)

    def __call__(self, label):
        if label == self.label and not self.opened.is_set():
            self.came.release()
            assert self.opened.wait(PATIENCE_SECONDS)


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path)


def stopped_at(here, house, label):
    """Stop while somebody stands at this place; they go on only then."""
    gate = Gate(label)
    side = ClockSide(house, seconds=1, reached=gate).start()
    assert gate.came.acquire(timeout=PATIENCE_SECONDS)
    side.leave()
    gate.opened.set()
    side.stop(PATIENCE_SECONDS)
    assert not side.sends()
    assert here.count("sending") == here.count("uncertain") == 0, here.log


def goes_on(here, name):
    """Another process sends the rest; everybody has been told once."""
    here.start()
    here.until_over()
    out = Outcome(name, SEED)
    out.add(judge(name, here, since=BEFORE, until=here.now))
    assert out.violations == 0, out.line()


@pytest.mark.parametrize("label", ["send.prepared", "send.before"])
def test_what_was_claimed_and_not_handed_over_is_given_back(places, label):
    with stage(places, 8) as here:
        here.move_to(DUE_AT + SECOND)
        with here.house() as house:
            stopped_at(here, house, label)
            assert here.count("sent") == 0
            assert here.count("pending") == here.planned_count() > 0
            assert here.control.ledger(method=POST) == []
        goes_on(here, "given_back")


def test_what_was_handed_over_is_written_down_and_not_uncertain(places):
    with stage(places, 8) as here:
        here.move_to(DUE_AT + SECOND)
        with here.house() as house:
            stopped_at(here, house, "send.after")
            assert here.count("sent") == len(here.control.ledger(method=POST)) > 0
        goes_on(here, "handed_over")


@pytest.mark.timeout(200)
def test_two_processes_leave_slack_alone_together_for_as_long_as_it_asks(places):
    found = storms.too_many_requests(places, 1, SEED, rate=0.5, seconds=5.0, several=2)

    assert found.due
    assert found.violations == 0, found.line()


@pytest.mark.timeout(300)
def test_two_processes_share_one_pace(tmp_path, postgres_server):  # noqa: F811
    places = Places(tmp_path, postgres_server)
    # On a busy machine one of them may be done before the other has begun.
    claims = next(filter(None, (claims_of_two(places) for _ in range(4))))

    assert len(claims) == 24
    for first, start in enumerate(claims):
        for last, end in enumerate(claims[first:], first):
            room = BURST + (end - start + timedelta(milliseconds=1)) / BETWEEN
            assert last - first + 1 <= room + 1, (start, end)


def claims_of_two(places):
    """When each of 24 that are due at once was claimed; None where one process did it alone."""
    with stage(places, 24, kind="postgresql", between=BETWEEN.total_seconds()) as here:
        here.move_to(DUE_AT + SECOND)
        with here.house() as house:
            house.planning.plan()
        here.change("UPDATE deliveries SET not_before = :at", at=DUE_AT)
        here.start(2)
        here.until_over()
        owners = {owner for (owner,) in here.rows("SELECT owner FROM deliveries")}
        claims = sorted(at for (at,) in here.rows("SELECT claimed_at FROM deliveries"))
        return claims if len(owners) == 2 else None
