"""Slack takes about one message a second in one place: all processes together keep to that."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from bot.services.outbox import SAME_RECIPIENT, Outbox
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from storage import outbox as store
from storage.engine import Database, open_database
from tests.storage.conftest import NOW, TODAY

CHANNEL, ELSEWHERE = "C0SET", "C0OTHER"
PROCESSES = 5


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def process(database: Database, clock: Time) -> Callable[[], Outbox]:
    return lambda: Outbox(database, clock)


@pytest.fixture
def due(database: Database) -> Callable[[str], Delivery]:
    def planned(recipient: str = CHANNEL) -> Delivery:
        delivery = Delivery(
            id=new_id(),
            cause=new_id(),
            on_date=TODAY,
            recipient=recipient,
            kind=Kind.SET_PART,
            not_before=NOW,
            ends_at=NOW + timedelta(hours=1),
        )
        with database.write() as conn:
            assert store.plan(conn, delivery, now=NOW)
        return delivery

    return planned


def test_what_one_process_says_in_a_place_another_waits_for(
    process: Callable[[], Outbox], due: Callable[..., Delivery], clock: Time
) -> None:
    due()
    one, other = process(), process()
    [first] = one.claim(4).deliveries
    due()

    claimed = other.claim(4)

    assert claimed.deliveries == ()
    assert claimed.again_at == NOW + SAME_RECIPIENT
    clock.now = NOW + SAME_RECIPIENT
    assert [d.recipient for d in other.claim(4).deliveries] == [CHANNEL]
    one.settle(first, State.SENT, channel=CHANNEL, ts="1.2")


def test_what_was_said_a_moment_ago_counts_as_well(
    process: Callable[[], Outbox], due: Callable[..., Delivery], clock: Time
) -> None:
    due()
    one, other = process(), process()
    [first] = one.claim(4).deliveries
    clock.now = NOW + timedelta(seconds=5)
    one.settle(first, State.SENT, channel=CHANNEL, ts="1.2")
    due()
    assert other.claim(4).deliveries == ()

    clock.now += SAME_RECIPIENT
    assert len(other.claim(4).deliveries) == 1


def test_other_places_do_not_wait(
    process: Callable[[], Outbox], due: Callable[..., Delivery]
) -> None:
    due()
    process().claim(4)
    due()
    due(ELSEWHERE)

    assert [d.recipient for d in process().claim(4).deliveries] == [ELSEWHERE]


def test_nobody_waits_for_a_clock_that_went_back(
    process: Callable[[], Outbox], due: Callable[..., Delivery], clock: Time
) -> None:
    clock.now = NOW + timedelta(hours=3)
    due()
    process().claim(4)
    clock.now = NOW
    due()

    assert len(process().claim(4).deliveries) == 1


def test_nobody_waits_for_a_process_that_hangs(
    process: Callable[[], Outbox], due: Callable[..., Delivery], clock: Time
) -> None:
    due()
    process().claim(4)
    due()
    clock.now = NOW + SAME_RECIPIENT

    assert len(process().claim(4).deliveries) == 1


def test_processes_that_claim_at_once_get_one_for_one_place(
    url: str, due: Callable[..., Delivery]
) -> None:
    for _ in range(PROCESSES):
        due()
    together = threading.Barrier(PROCESSES)

    def claim(_: int) -> int:
        with closing(open_database(url, wait_seconds=30)) as mine:
            outbox = Outbox(mine, lambda: NOW)
            together.wait(30)
            return len(outbox.claim(1).deliveries)

    with ThreadPoolExecutor(PROCESSES) as threads:
        assert sum(threads.map(claim, range(PROCESSES))) == 1
