"""An older database is known when it is back, and nothing that it thinks is due is sent again."""

from datetime import timedelta

import pytest

from bot.app import make_house, make_slack
from bot.running import send_nothing_twice
from bot.scheduler.tick import tick_once
from bot.services.outbox import Outbox
from bot.services.restored import Lost, Restored
from bot.words import Words
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.learning_sets import SetPlan
from domain.people import Role
from storage import audit, audit_chain, heartbeats, outbox, programme
from storage.mark import Mark, MarkFile
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.check_in_rows import CLOSES, OPENS, Group
from tests.holdings import rows
from tests.learning_set_rows import CHANNEL, DATES, STARTS, Sets
from tests.storage.conftest import NOW, TODAY
from tests.supervision_rows import TUESDAY, Pool

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = b"k" * 32


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def mark(tmp_path):
    return MarkFile(tmp_path / "database.mark")


@pytest.fixture
def restored(database, clock, mark):
    return Restored(database, clock, mark)


def turned_back(database, turns):
    with database.write() as conn:
        programme.set_turn(conn, turns, now=NOW)


def a_line(database):
    with database.write() as conn:
        audit.write(conn, at=NOW, actor=None, action="act", kind="k", object_id="o")
        audit_chain.link(conn, KEY, upto=10**6, size=100)


def test_a_database_that_goes_on_is_no_older_one(database, restored, clock):
    assert restored.notice() is None
    for _ in range(3):
        restored.remember()
        clock.now += 2 * MINUTE
        assert restored.notice() is None
    clock.now -= DAY
    restored.remember()
    assert restored.notice() is None, "a clock that went back is not an old database"


def test_an_older_database_is_noticed_and_what_was_lost_is_told(database, restored, clock):
    a_line(database)
    with database.write() as conn:
        heartbeats.beat(conn, "tick", now=NOW)
    restored.remember()
    restored.remember()
    lines = rows(database, "audit_chain")
    clock.now = NOW + DAY
    for _ in range(3):
        a_line(database)
    restored.remember()

    turned_back(database, 1)
    with database.engine.begin() as there:
        there.exec_driver_sql(f"UPDATE audit_chain SET head_id = {lines[0]['head_id']}")
    assert restored.notice() == Lost(since=NOW, until=NOW + DAY, lines=3)
    restored.remember()
    assert restored.notice() is not None, "it stays known until it is settled"
    restored.settle()
    assert restored.notice() is None
    restored.remember()
    assert restored.notice() is None


def test_a_backup_that_was_put_back_on_another_computer_is_known_by_its_own_flag(
    database, clock, tmp_path
):
    elsewhere = Restored(database, clock, MarkFile(tmp_path / "nothing here"))
    with database.write() as conn:
        programme.set_restored(conn, now=NOW)
    assert elsewhere.notice() == Lost(None, NOW, None)
    elsewhere.settle()
    assert elsewhere.notice() is None


def test_a_mark_that_was_cut_off_is_no_mark(mark):
    mark.write(Mark(3, NOW, 7, "f" * 64))
    assert mark.read() == Mark(3, NOW, 7, "f" * 64)
    mark.file.write_text(mark.file.read_text()[:20])
    assert mark.read() is None


def a_delivery(not_before, kind=Kind.CHECK_IN_POST):
    return Delivery(
        id=new_id(),
        cause=new_id(),
        on_date=TODAY,
        recipient="C0MADEUP",
        kind=kind,
        not_before=not_before,
        ends_at=NOW + 3 * DAY,
    )


def states(database):
    return {row["id"]: (row["state"], row["reason"]) for row in rows(database, "deliveries")}


def test_what_was_due_counts_as_sent_and_what_comes_later_is_sent(database, restored, clock):
    due, spread, later = (
        a_delivery(NOW - HOUR),
        a_delivery(NOW + 5 * MINUTE),
        a_delivery(NOW + HOUR),
    )
    with database.write() as conn:
        for one in (due, spread, later):
            outbox.plan(conn, one, now=NOW)
    assert restored.settle() == 2
    assert states(database) == {
        due.id: ("skipped", "restored"),
        spread.id: ("skipped", "restored"),
        later.id: ("pending", None),
    }
    clock.now = NOW + HOUR
    assert [one.id for one in Outbox(database, clock).claim(4).deliveries] == [later.id]


def test_what_is_planned_afterwards_for_a_time_before_the_fence_is_left_out(
    database, restored, clock
):
    restored.settle()
    old, new = a_delivery(NOW - HOUR), a_delivery(NOW)
    with database.write() as conn:
        for one in (old, new):
            outbox.plan(conn, one, now=NOW)
    clock.now = NOW + MINUTE
    claimed = Outbox(database, clock).claim(4).deliveries
    assert [one.id for one in claimed] == [new.id]
    assert states(database)[old.id] == (State.SKIPPED, "restored")


def test_a_check_in_that_was_open_then_and_closed_meanwhile_says_nothing_again(
    database, clock, mark
):
    """What a tick brings up by itself is left out as well: posts, questions and results."""
    keys = MasterKeys.generate()
    group = Group(database, keys, size=6)
    group.by_direct_message(group.everyone[0])
    slack = make_slack("xoxb-made-up", "http://127.0.0.1:9/")
    house = make_house(database, Vault(keys), clock, slack, words=Words(), practice=True, mark=mark)
    clock.now = OPENS + timedelta(seconds=1)
    tick_once(house)
    assert states(database), "the check-in is open, and nothing was sent yet"
    mark.write(Mark(99, CLOSES, 0, "0" * 64))
    clock.now = CLOSES + MINUTE

    send_nothing_twice(house)

    found = rows(database, "deliveries")
    assert {row["kind"] for row in found} == {"check_in_post", "check_in", "check_in_result"}
    assert {(row["state"], row["reason"]) for row in found} == {("skipped", "restored")}
    assert house.outbox.claim(4).deliveries == ()
    assert house.restored.notice() is None
    slack.background.shutdown()


# Sets and supervision


CALLS_AGAIN = {
    Kind.SUPERVISION_ALERT,
    Kind.SUPERVISION_REMINDER,
    Kind.SUPERVISION_HELD,
    Kind.SUPERVISION_LATE,
}


@pytest.fixture
def keys():
    return MasterKeys.generate()


@pytest.fixture
def house(database, clock, mark, keys):
    slack = make_slack("xoxb-made-up", "http://127.0.0.1:9/")
    yield make_house(database, Vault(keys), clock, slack, words=Words(), practice=True, mark=mark)
    slack.background.shutdown()


def a_full_set(database, keys, clock):
    """Three members, a place that is offered, a meeting that is booked and dates to tick."""
    sets = Sets(database, keys=keys, plan=SetPlan(name="Larch", channel=CHANNEL, size=4))
    ada, *_ = sets.joined(5)
    sets.booked()
    sets.offer_dates(DATES[1:])
    sets.places.leave(ada.account, sets.id)
    clock.now = sets.now


def sent_by(house, clock, database):
    """Claim and send whatever goes out in the next minutes; return its kinds."""
    sent = []
    for _ in range(30):
        for delivery in house.outbox.claim(50).deliveries:
            house.outbox.settle(delivery, State.SENT, channel="D1", ts="1.0")
            sent.append(delivery.kind)
        clock.now += 10 * SECOND
    waiting = {state for state, _ in states(database).values()}
    assert "sending" not in waiting
    return sent


def test_of_a_set_nothing_is_said_again_and_what_comes_later_is_said(
    database, clock, mark, keys, house
):
    """Yesterday's notices, and reminders that came round since, may all have been sent."""
    a_full_set(database, keys, clock)
    kinds = {row["kind"] for row in rows(database, "deliveries")}
    assert kinds >= {"set_dates", "set_chosen", "set_place", "set_role"}
    mark.write(Mark(99, STARTS, 0, "0" * 64))
    clock.now = STARTS - DAY + MINUTE  # the reminders of a week and a day before came round

    send_nothing_twice(house)

    found = rows(database, "deliveries")
    assert "set_reminder" in {row["kind"] for row in found}
    assert {(row["state"], row["reason"]) for row in found} == {("skipped", "restored")}
    assert sent_by(house, clock, database) == []
    clock.now = STARTS - HOUR + MINUTE
    tick_once(house)
    assert set(sent_by(house, clock, database)) == {Kind.SET_FEW, Kind.SET_QUORUM}


def test_what_the_clock_brings_to_a_set_too_late_is_left_out_as_well(
    database, clock, mark, keys, house
):
    """A step that broke while the older database was settled is done at the next tick."""
    a_full_set(database, keys, clock)
    clock.now = STARTS - DAY + MINUTE
    house.restored.settle()
    before = set(states(database))
    clock.now += MINUTE

    tick_once(house)

    late = [row for row in rows(database, "deliveries") if row["id"] not in before]
    due = {row["kind"]: row["not_before"] for row in late}
    assert due["set_reminder"] <= STARTS - DAY
    assert due["set_place_over"] < STARTS - DAY
    assert sent_by(house, clock, database) == []


def test_alerts_of_supervision_come_again_and_news_does_not(database, clock, mark, keys, house):
    pool = Pool(database, keys=keys)
    pool.enrol("ULEAD", Role.CO_LEAD)
    waits, picked = pool.ask(), pool.ask()
    pool.claim(pool.pool[0], picked)
    alerts = {r["id"] for r in rows(database, "deliveries") if r["kind"] == Kind.SUPERVISION_ALERT}
    mark.write(Mark(99, TUESDAY, 0, "0" * 64))
    clock.now = TUESDAY + 6 * DAY

    send_nothing_twice(house)

    found = states(database)
    assert {found[one] for one in alerts} == {("pending", None)}
    [news] = [r for r in rows(database, "deliveries") if r["kind"] == Kind.SUPERVISION_NEWS]
    assert found[news["id"]] == ("skipped", "restored")
    sent = sent_by(house, clock, database)
    assert set(sent) == CALLS_AGAIN
    assert waits.id in {row["subject"] for row in rows(database, "deliveries")}


def test_an_alert_that_was_on_its_way_in_the_backup_is_sent_again(database, clock, keys, house):
    pool = Pool(database, keys=keys, supervisors=1)
    pool.ask()
    clock.now = TUESDAY
    [taken] = house.outbox.claim(4).deliveries
    house.restored.settle()
    assert states(database) == {taken.id: ("sending", None)}
    clock.now += HOUR
    house.outbox.expire()
    assert sent_by(house, clock, database) == [Kind.SUPERVISION_ALERT]
