"""One pace for every process, whatever Slack says and whatever the clock does."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from storage import pace
from storage.engine import Database, open_database
from storage.pace import BETWEEN, BURST, LONGEST_CLOSED, Leave
from tests.storage.conftest import NOW

POST = "chat.postMessage"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def take(database: Database) -> Callable[..., Leave]:
    """Takes leave and makes the calls that are allowed."""

    def taken(now: datetime = NOW, wanted: int = 100, method: str = POST) -> Leave:
        with database.write() as conn:
            leave = pace.room(conn, method, now=now, wanted=wanted)
            if leave.calls:
                pace.spend(conn, method, now=now, calls=leave.calls)
        return leave

    return taken


@pytest.fixture
def close(database: Database) -> Callable[[datetime, datetime], datetime]:
    def closed(now: datetime, until: datetime) -> datetime:
        with database.write() as conn:
            return pace.close(conn, POST, now=now, until=until)

    return closed


Take = Callable[..., Leave]
Close = Callable[[datetime, datetime], datetime]


def test_first_comes_a_burst_and_then_four_a_second(take: Take) -> None:
    assert take().calls == BURST
    leave = take()
    assert leave == Leave(0, NOW + BETWEEN)
    assert take(leave.again_at).calls == 1
    assert take(leave.again_at).calls == 0
    assert take(leave.again_at + SECOND).calls == 4


def test_whoever_waits_has_no_more_than_a_burst(take: Take) -> None:
    take()
    assert take(NOW + HOUR).calls == BURST


def test_no_more_is_taken_than_wanted(take: Take) -> None:
    assert take(wanted=3).calls == 3
    assert take(wanted=100).calls == BURST - 3


def test_looking_at_the_room_takes_nothing(database: Database) -> None:
    with database.write() as conn:
        for _ in range(3):
            assert pace.room(conn, POST, now=NOW, wanted=5).calls == 5


def test_each_method_has_a_pace_of_its_own(take: Take, close: Close) -> None:
    take()
    close(NOW, NOW + 30 * SECOND)
    assert take(method="chat.update").calls == BURST


def test_a_minute_of_asking_whenever_told_is_four_calls_a_second(take: Take) -> None:
    now, calls = NOW, 0
    while now < NOW + 60 * SECOND:
        leave = take(now, wanted=4)
        calls += leave.calls
        now = max(leave.again_at, now) if not leave.calls else now
    assert calls == BURST - 1 + 60 * SECOND // BETWEEN


def test_nobody_calls_while_slack_wants_to_be_left_alone(take: Take, close: Close) -> None:
    assert close(NOW, NOW + 30 * SECOND) == NOW + 30 * SECOND

    assert take(NOW + 29 * SECOND) == Leave(0, NOW + 30 * SECOND)
    assert take(NOW + 30 * SECOND).calls == BURST


def test_a_shorter_wait_does_not_cut_a_longer_one(take: Take, close: Close) -> None:
    close(NOW, NOW + 60 * SECOND)
    assert close(NOW + SECOND, NOW + 2 * SECOND) == NOW + 60 * SECOND
    assert take(NOW + 3 * SECOND).calls == 0


def test_once_it_is_over_a_new_wait_counts_from_then(take: Take, close: Close) -> None:
    close(NOW, NOW + 60 * SECOND)
    later = NOW + 120 * SECOND
    assert take(later).calls == BURST
    assert close(later, later + SECOND) == later + SECOND


def test_an_absurd_wait_is_an_hour(take: Take, close: Close) -> None:
    for days in (1, 400, 100_000):
        assert close(NOW, NOW + timedelta(days=days)) == NOW + LONGEST_CLOSED
    assert take(NOW + HOUR - SECOND).calls == 0
    assert take(NOW + HOUR).calls == BURST


def test_where_the_clock_went_back_what_was_set_later_does_not_count(
    take: Take, close: Close
) -> None:
    take(NOW + 24 * HOUR)
    close(NOW + 24 * HOUR, NOW + 25 * HOUR)

    assert take(NOW).calls == BURST
    assert take(NOW).calls == 0, "and the new pace holds"


def test_where_clocks_differ_by_a_little_there_is_still_one_pace(take: Take) -> None:
    take(NOW + 2 * SECOND)
    assert take(NOW).calls == 0


def test_many_processes_share_one_pace_from_its_first_call_on(url: str, database: Database) -> None:
    together = threading.Barrier(6)

    def burst(_: int) -> int:
        with closing(open_database(url, wait_seconds=30)) as mine:
            with mine.read() as conn:
                conn.all(pace._OF, method="warm")
            together.wait()
            with mine.write() as conn:
                calls = pace.room(conn, POST, now=NOW, wanted=4).calls
                pace.spend(conn, POST, now=NOW, calls=calls)
                return calls

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(burst, range(6))) == BURST


def test_a_wait_told_while_others_begin_is_not_forgotten(url: str, database: Database) -> None:
    for n in range(10):
        method, together = f"method{n}", threading.Barrier(2)

        def spend(method: str = method, together: threading.Barrier = together) -> None:
            with closing(open_database(url, wait_seconds=30)) as mine, mine.write() as conn:
                together.wait(5)
                if pace.room(conn, method, now=NOW, wanted=1).calls:
                    pace.spend(conn, method, now=NOW, calls=1)

        def close(method: str = method, together: threading.Barrier = together) -> None:
            with closing(open_database(url, wait_seconds=30)) as mine:
                if database.dialect == "sqlite":
                    together.wait(5)
                with mine.write() as conn:
                    if database.dialect != "sqlite":
                        together.wait(5)
                    pace.close(conn, method, now=NOW, until=NOW + HOUR)

        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(spend), threads.submit(close)]:
                done.result()
        with database.read() as conn:
            assert pace.room(conn, method, now=NOW + SECOND, wanted=1).calls == 0


def test_whoever_is_about_to_call_can_see_that_slack_is_busy(
    database: Database, close: Close
) -> None:
    def closed(now: datetime) -> bool:
        with database.read() as conn:
            return pace.closed(conn, POST, now=now)

    assert not closed(NOW)
    close(NOW, NOW + HOUR)
    assert closed(NOW)
    assert closed(NOW + HOUR - SECOND)
    assert not closed(NOW + HOUR)
    assert not closed(NOW - HOUR), "the clock went back"
