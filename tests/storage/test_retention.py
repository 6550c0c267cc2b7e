"""Nothing goes before its time, and nothing stays after it; by the reviewed file."""

import multiprocessing
import os
import random
import signal
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Date, func, select

from bot.services.audit_chain import AuditChain, ChainBroken
from bot.services.reach import Skip
from bot.services.retention import AT_ONCE, GoesSoon, Retention
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.people import Account, Profile, Role
from domain.retention import LEFT, AtEnd, SealedFor
from storage import heartbeats, outbox, people, sessions
from storage import retention as store
from storage.all_tables import metadata
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Place, Vault
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.storage.conftest import a_session

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
SWEPT = [entry.name for entry in REGISTER.entries.values() if entry.swept]


@pytest.fixture
def vault():
    return Vault(MasterKeys.generate())


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def retention(database, vault, clock):
    return Retention(database, vault, clock, REGISTER)


# The sweep


def leaves(database, person_id):
    with database.write() as conn:
        known = people.person(conn, person_id)
        people.set_roles(conn, known, (), by=None, now=START)


def there(database, entry, person):
    """Whether what an entry speaks of is there for somebody."""
    mine = person.rows[entry.table]
    for row in rows(database, entry.table):
        if all(row[c.name] == mine.get(c.name, row[c.name]) for c in _key(entry)):
            return entry.column is None or row[entry.column] is not None
    return False


def _key(entry):
    key = [
        c
        for c in metadata.tables[entry.table].primary_key
        if c.name != "id" or entry.table != "audit"
    ]
    return key or [metadata.tables[entry.table].c.actor]


def period_of(entry):
    """The moment at which something that began at START is over."""
    if entry.ends is not None:
        return START
    period = entry.period
    if period.unit == "years":
        return START.replace(year=START.year + period.count)
    return START + timedelta(**{period.unit: period.count})


@pytest.mark.parametrize("name", SWEPT)
def test_it_goes_when_its_time_is_over_and_not_before_and_nothing_younger_goes(
    database, vault, clock, retention, name
):
    entry = REGISTER.entries[name]
    over = period_of(entry)
    ada = somebody_everywhere(database, vault, at=START)
    bilal = somebody_everywhere(database, vault, at=over + 2 * DAY)
    AuditChain(database, vault).link()
    if entry.begins == LEFT:
        leaves(database, ada.id)
        retention.note_departures()

    by_day = entry.ends or isinstance(
        metadata.tables[entry.table].c.get(entry.begins, metadata.tables["people"].c.id).type, Date
    )
    clock.now = over.replace(hour=0) - SECOND if by_day else over - SECOND
    retention.run()
    assert there(database, entry, ada)

    clock.now = over
    assert retention.dry_run()[name] >= 1
    assert there(database, entry, ada), "a dry run changes nothing"
    assert retention.run()[name] >= 1
    if name == "people":
        assert [
            row["person_id"] for row in rows(database, "erasures") if row["done_at"] is None
        ] == [ada.id]
    else:
        assert not there(database, entry, ada)
    assert there(database, entry, bilal)
    assert retention.run()[name] == 0


def test_only_whoever_left_loses_what_goes_when_people_leave(database, vault, clock, retention):
    stays = somebody_everywhere(database, vault, at=START)
    returns = somebody_everywhere(database, vault, at=START)
    leaves(database, returns.id)
    retention.note_departures()
    clock.now = START + 29 * DAY
    with database.write() as conn:
        known = people.person(conn, returns.id)
        people.set_roles(conn, known, {Role.PARTNER}, by=None, now=clock.now)
    clock.now = START + 31 * DAY
    retention.run()
    assert {row["person_id"] for row in rows(database, "journal")} == {stays.id, returns.id}
    assert rows(database, "departures") == []


def test_sums_follow_sessions_that_had_their_time(database, vault, clock, retention, enrol):
    ada = enrol("U1")
    with database.write() as conn:
        sessions.add(conn, a_session(ada, date(2026, 3, 3), minutes=60))
        sessions.add(conn, a_session(ada, date(2026, 3, 4), minutes=30))
    clock.now = datetime(2033, 3, 3, tzinfo=UTC)
    retention.run()
    with database.read() as conn:
        [(_, total)] = sessions.totals(conn, ada.id).by_type.items()
        assert total.minutes == 30


def test_a_request_waits_for_the_record_of_its_meeting(database, vault, clock, retention):
    """The day of a meeting may be over some hours after the moment at which its request ended."""
    ada = somebody_everywhere(database, vault, at=START)
    clock.now = period_of(REGISTER.entries["supervision_requests"])
    with database.engine.begin() as there:
        records = metadata.tables["supervision_records"]
        there.execute(records.update().values(on_date=START.date() + DAY))
    assert retention.dry_run()["supervision_requests"] == 0
    assert retention.run()["supervision_requests"] == 0
    clock.now += DAY
    counts = retention.run()
    assert (counts["supervision_records"], counts["supervision_requests"]) == (1, 1)
    assert ada.id not in {row["person_id"] for row in rows(database, "supervision_requests")}


def test_a_request_under_way_and_a_set_that_goes_on_stay(database, vault, clock, retention):
    somebody_everywhere(database, vault, at=START)
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE supervision_requests SET ended_at = NULL")
        there.exec_driver_sql("UPDATE learning_sets SET closed_at = NULL")
    clock.now = START.replace(year=2036)
    counts = retention.run()
    assert (counts["supervision_requests"], counts["learning_sets"]) == (0, 0)
    for name in ("supervision_requests", "learning_sets", "set_meetings", "set_actions"):
        assert len(rows(database, name)) == 1


def test_a_set_goes_with_everything_that_hangs_on_it_and_no_other_does(
    database, vault, clock, retention
):
    hanging = [name for name in metadata.tables if name.startswith(("set_", "learning_set"))]
    assert len(hanging) == 10
    ada = somebody_everywhere(database, vault, at=START)
    bilal = somebody_everywhere(database, vault, at=START + DAY)
    shares = metadata.tables["journal_shares"]
    with database.engine.begin() as there:
        for who in (ada, bilal):
            of_whom = shares.c.item_id == who.rows["journal"]["id"]
            its_id = who.rows["learning_sets"]["id"]
            there.execute(shares.update().where(of_whom).values(audience="set", target=its_id))
    clock.now = START.replace(year=2028)
    assert retention.run()["learning_sets"] == 1
    assert {name: len(rows(database, name)) for name in hanging} == dict.fromkeys(hanging, 1)
    assert [row["id"] for row in rows(database, "learning_sets")] == [
        bilal.rows["learning_sets"]["id"]
    ]
    assert [row["item_id"] for row in rows(database, "journal_shares")] == [
        bilal.rows["journal"]["id"]
    ]
    assert len(rows(database, "journal")) == 2


def test_a_run_leaves_numbers_and_a_sign_of_life(database, vault, clock, retention):
    somebody_everywhere(database, vault, at=START)
    before = {row["id"] for row in rows(database, "retention_runs")}
    clock.now = START + 30 * DAY
    counts = retention.run()
    [run] = [row for row in rows(database, "retention_runs") if row["id"] not in before]
    with database.read() as conn:
        assert store.last_run(conn) == (clock.now, dict(counts))
        assert heartbeats.last(conn, "retention") == clock.now
    assert counts["deliveries"] == 1
    assert "U" not in run["counts"]


def test_it_runs_every_twelve_hours_and_after_a_clock_that_went_back(clock, retention):
    assert retention.run_if_due() is not None
    clock.now = START + timedelta(hours=12) - SECOND
    assert retention.run_if_due() is None
    clock.now = START + timedelta(hours=12)
    assert retention.run_if_due() is not None
    clock.now = START
    assert retention.run_if_due() is not None


def test_an_audit_that_was_changed_is_not_swept_and_the_rest_goes(
    database, vault, clock, retention
):
    somebody_everywhere(database, vault, at=START)
    AuditChain(database, vault).link()
    with database.engine.begin() as behind:
        behind.exec_driver_sql("UPDATE audit SET action = 'other'")
    clock.now = START.replace(year=2029)
    counts = retention.run()
    assert (counts["audit"], counts["deliveries"]) == (0, 1)
    with pytest.raises(ChainBroken):
        AuditChain(database, vault).examine()


def some_deliveries(database, count):
    with database.write() as conn:
        for _ in range(count):
            one = Delivery(
                id=new_id(),
                cause=new_id(),
                on_date=START.date(),
                recipient="C0MADEUP",
                kind=Kind.CHECK_IN_POST,
                not_before=START,
                ends_at=START + DAY,
                state=State.SKIPPED,
                reason="late",
            )
            outbox.plan(conn, one, now=START)


_COUNT = select(func.count()).select_from(metadata.tables["deliveries"])


def _sweep_until_killed(url, keys):
    """Sweep, and die at the end of the third batch, before it is kept."""
    database = open_database(url)
    write, batches = database.write, []

    @contextmanager
    def dying():
        with write() as conn:
            before = conn.value(_COUNT)
            yield conn
            if conn.value(_COUNT) < before:
                batches.append(1)
            if len(batches) == 3:
                os.kill(os.getpid(), signal.SIGKILL)

    database.write = dying
    Retention(database, Vault(MasterKeys.parse(keys)), lambda: START + 30 * DAY, REGISTER).run()


def test_killed_half_way_the_next_run_takes_the_rest_and_says_when_it_is_done(
    url, database, vault, clock, retention
):
    some_deliveries(database, 3 * AT_ONCE + 7)
    worker = multiprocessing.get_context("spawn").Process(
        target=_sweep_until_killed, args=(url, vault.keys.text())
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert len(rows(database, "deliveries")) == AT_ONCE + 7, (
        "two batches are gone, the third is not"
    )
    with database.read() as conn:
        assert heartbeats.last(conn, "retention") is None, "it did not come to its end"

    clock.now = START + 30 * DAY
    assert retention.run_if_due()["deliveries"] == AT_ONCE + 7
    assert rows(database, "deliveries") == []


# The notice


def note(database, vault, person, ends_on):
    with database.write() as conn:
        session = replace(a_session(person), note_expires_on=ends_on, has_note=True)
        place = Place("sessions", "note", session.id)
        sealed = vault.seal(conn, person.id, place, "something of mine")
        sessions.add(conn, session, sessions.Sealed(note=sealed))


def notices(database):
    return [row for row in rows(database, "deliveries") if row["kind"] == Kind.GOES_SOON]


def test_people_are_told_14_days_before_their_words_go_and_once_for_three_weeks(
    database, vault, clock, retention, enrol
):
    ada = enrol("U1")
    today = START.date()
    note(database, vault, ada, today + 15 * DAY)
    note(database, vault, ada, today + 17 * DAY)
    note(database, vault, ada, today + 40 * DAY)
    retention.run()
    assert notices(database) == []

    told = {}
    for day in range(1, 41):
        clock.now = START + day * DAY
        retention.run()
        for row in notices(database):
            told.setdefault(row["on_date"], day)
        gone = sum(row["note"] is None for row in rows(database, "sessions"))
        assert gone == sum(day >= last for last in (15, 17, 40))
    assert list(told.values()) == [1, 26]


def told_on(database, retention, clock, days):
    """For each person, the days on which a notice is planned, where it runs every day."""
    told = {}
    for day in range(days + 1):
        clock.now = START + day * DAY
        retention.run()
        for row in notices(database):
            told.setdefault(row["person_id"], set()).add((row["on_date"] - START.date()).days)
    return {person_id: sorted(found) for person_id, found in told.items()}


def test_what_goes_just_after_the_three_weeks_of_a_notice_is_told_14_days_before_too(
    database, vault, clock, retention, enrol
):
    ada = enrol("U1")
    for last in (15, 22, 23):
        note(database, vault, ada, START.date() + last * DAY)
    assert told_on(database, retention, clock, 24) == {ada.id: [1, 9]}


def test_whatever_the_days_everything_is_told_14_days_before_and_nobody_twice_in_a_week(
    database, vault, clock, retention, enrol
):
    some = random.Random(14)
    ends = {
        enrol(f"U{number}").id: sorted(some.sample(range(14, 60), some.randint(1, 12)))
        for number in range(40)
    }
    with database.read() as conn:
        everyone = {person_id: people.person(conn, person_id) for person_id in ends}
    for person_id, days in ends.items():
        for day in days:
            note(database, vault, everyone[person_id], START.date() + day * DAY)
    told = told_on(database, retention, clock, 60)
    for person_id, days in ends.items():
        mine = told[person_id]
        for day in days:
            assert any(on + 14 <= day <= on + 21 for on in mine), (days, mine)
        assert all(later - on > 7 for on, later in pairwise(mine)), (days, mine)


def test_people_are_told_before_a_next_step_goes_and_not_of_a_record_without_words(
    database, vault, clock, retention
):
    ada = somebody_everywhere(database, vault, at=START)
    bilal = somebody_everywhere(database, vault, at=START)
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE sessions SET note = NULL, private_note_expires_on = NULL")
        there.exec_driver_sql("DELETE FROM set_actions")
    records = metadata.tables["supervision_records"]
    with database.engine.begin() as there:
        there.execute(
            records.update().where(records.c.person_id == bilal.id).values(next_step=None)
        )
    over = START.replace(year=2028)
    clock.now = over - 15 * DAY
    retention.run()
    assert notices(database) == []
    clock.now = over - 14 * DAY
    retention.run()
    [notice] = notices(database)
    assert notice["person_id"] == ada.id
    with database.read() as conn:
        assert retention.prepare(outbox.one(conn, notice["id"])) == GoesSoon()
    clock.now = over
    retention.run()
    assert rows(database, "supervision_records") == []
    assert len(notices(database)) == 1


def test_people_are_told_before_their_actions_go_with_the_set(database, vault, clock, retention):
    """Whoever left loses them sooner and is not written to; a set that goes on takes nothing."""
    ada, left, goes_on = (somebody_everywhere(database, vault, at=START) for _ in range(3))
    sets, records = metadata.tables["learning_sets"], metadata.tables["supervision_records"]
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE sessions SET note = NULL, private_note_expires_on = NULL")
        there.execute(records.update().values(next_step=None))
        its_id = goes_on.rows["learning_sets"]["id"]
        there.execute(sets.update().where(sets.c.id == its_id).values(closed_at=None))
    leaves(database, left.id)
    retention.note_departures()
    over = START.replace(year=2028)
    clock.now = over - 15 * DAY
    retention.run()
    assert notices(database) == []
    clock.now = over - 14 * DAY
    retention.run()
    [notice] = notices(database)
    assert notice["person_id"] == ada.id
    with database.read() as conn:
        assert retention.prepare(outbox.one(conn, notice["id"])) == GoesSoon()
    assert len(rows(database, "set_actions")) == 2, "who left has lost theirs"
    clock.now = over
    retention.run()
    assert [row["person_id"] for row in rows(database, "set_actions")] == [goes_on.id]
    assert len(notices(database)) == 1


@pytest.mark.parametrize("state", ["skipped", "failed"])
def test_a_notice_that_did_not_reach_anybody_is_planned_anew_the_next_day(
    database, vault, clock, retention, enrol, state
):
    ada = enrol("U1")
    note(database, vault, ada, START.date() + 14 * DAY)
    retention.run()
    with database.engine.begin() as there:
        there.exec_driver_sql(f"UPDATE deliveries SET state = '{state}'")
    retention.run()
    assert len(notices(database)) == 1, "one a day is enough"

    clock.now = START + DAY
    retention.run()
    assert [row["state"] for row in notices(database)] == [state, "pending"]
    clock.now = START + 2 * DAY
    retention.run()
    assert len(notices(database)) == 2, "the second may still come"


def test_a_notice_is_prepared_as_everything_else_and_only_while_something_goes(
    database, vault, clock, retention, enrol
):
    ada = enrol("U1")
    note(database, vault, ada, START.date() + 14 * DAY)
    retention.run()
    with database.read() as conn:
        delivery = outbox.one(conn, notices(database)[0]["id"])
    assert not delivery.kind.repeatable
    assert retention.prepare(delivery) == GoesSoon()

    with database.engine.begin() as behind:
        behind.exec_driver_sql("UPDATE sessions SET note = NULL, private_note_expires_on = NULL")
    assert retention.prepare(delivery) == Skip("gone_already")

    with database.write() as conn:
        away = Profile(account=Account("T1", "U1"), tz="Europe/London", deactivated=True)
        people.change_profile(conn, away, now=START)
    assert retention.prepare(delivery) == Skip("left")


def test_a_notice_that_had_to_wait_speaks_for_its_own_three_weeks_and_the_next_for_the_rest(
    database, vault, clock, retention, enrol
):
    ada = enrol("U1")
    note(database, vault, ada, START.date() + 14 * DAY)
    note(database, vault, ada, START.date() + 24 * DAY)
    retention.run()
    [row] = notices(database)
    with database.read() as conn:
        delivery = outbox.one(conn, row["id"])
    with database.engine.begin() as behind:
        sessions_now = metadata.tables["sessions"]
        first = sessions_now.c.private_note_expires_on == START.date() + 14 * DAY
        behind.execute(
            sessions_now.update().where(first).values(note=None, private_note_expires_on=None)
        )
    clock.now = START + 3 * DAY
    assert retention.prepare(delivery) == Skip("gone_already")
    assert told_on(database, retention, clock, 24) == {ada.id: [0, 10]}


def test_no_word_of_what_goes_is_in_the_notice():
    from bot.views.retention import goes_soon
    from bot.words import Words

    message = goes_soon(Words(), GoesSoon())
    assert "in the next weeks" in message.text
    assert "note" not in message.text


def test_what_stays_stays(database, vault, clock, retention):
    somebody_everywhere(database, vault, at=START)
    clock.now = START.replace(year=2126)
    before = {name: len(rows(database, name)) for name in metadata.tables}
    retention.run()
    for name in metadata.tables:
        entry = REGISTER.entries[name]
        kept = name not in {"session_totals", "check_in_keys", "heartbeats"}
        if entry.at_end is AtEnd.STAYS and kept:
            assert len(rows(database, name)) >= before[name], name
    assert {e.at_end for e in REGISTER.entries.values()} == set(AtEnd)
    assert {e.sealed_for for e in REGISTER.entries.values()} == {None, *SealedFor}
