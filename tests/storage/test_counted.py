"""What became of deliveries is counted once, by whoever wrote it down; and how things stand."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.services.outbox import Outbox
from bot.services.standing import Standing
from domain.deliveries import LEASE, Delivery, Kind, State
from domain.ids import new_id
from storage import erasures, outbox, retention
from storage.engine import Database
from tests.storage.conftest import NOW, TODAY

Counted = list[tuple[Kind, State]]


@pytest.fixture
def counted() -> Counted:
    return []


@pytest.fixture
def process(database: Database, counted: Counted) -> Callable[..., Outbox]:
    def started(now: datetime = NOW) -> Outbox:
        return Outbox(database, lambda: now, settled=lambda *what: counted.append(what))

    return started


@pytest.fixture
def due(database: Database) -> Callable[..., Delivery]:
    def planned(kind: Kind = Kind.SET_PART) -> Delivery:
        delivery = Delivery(
            id=new_id(),
            cause=new_id(),
            on_date=TODAY,
            recipient=f"C{new_id()[:8]}",
            kind=kind,
            not_before=NOW - timedelta(minutes=7),
            ends_at=NOW + timedelta(hours=1),
        )
        with database.write() as conn:
            assert outbox.plan(conn, delivery, now=NOW)
        return delivery

    return planned


def test_each_end_is_counted_by_whoever_wrote_it_down(
    process: Callable[..., Outbox], due: Callable[..., Delivery], counted: Counted
) -> None:
    due()
    one, other = process(), process()
    [delivery] = one.claim(1).deliveries
    other.settle(delivery, State.FAILED, "not theirs")
    assert counted == []

    one.settle(delivery, State.SENT, channel="C1", ts="1.2")
    assert counted == [(Kind.SET_PART, State.SENT)]


def test_what_a_dead_process_left_is_counted_as_uncertain_unless_it_is_sent_again(
    process: Callable[..., Outbox], due: Callable[..., Delivery], counted: Counted
) -> None:
    due()
    due(Kind.SUPERVISION_ALERT)
    process().claim(2)

    assert len(process(NOW + LEASE + timedelta(seconds=1)).expire()) == 2
    assert counted == [(Kind.SET_PART, State.UNCERTAIN)]


def test_numbers_say_what_waits_and_for_how_long(
    database: Database, due: Callable[..., Delivery]
) -> None:
    standing = Standing(database, lambda: NOW)
    quiet = standing.numbers()
    assert (quiet.waiting, quiet.lag_seconds, quiet.erasures) == (0, 0.0, 0)
    assert quiet.retention_seconds is None

    due()
    due()
    with database.write() as conn:
        erasures.ask(conn, new_id(), new_id(), now=NOW)
        ended = NOW - timedelta(hours=5)
        retention.add_run(conn, {}, began_at=ended, ended_at=ended)
    busy = standing.numbers()

    assert (busy.waiting, busy.lag_seconds, busy.erasures) == (2, 420.0, 1)
    assert busy.retention_seconds == 5 * 3600
