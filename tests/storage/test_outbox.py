"""The one road out: planned once, claimed once, settled once, on both databases."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.services.outbox import Outbox
from domain.deliveries import LEASE, Delivery, Kind, State
from domain.ids import new_id
from domain.people import Person
from storage import outbox, outbox_figures, retention
from storage.engine import Database, open_database
from storage.outbox_figures import Waiting
from storage.tables import deliveries
from tests.storage.conftest import NOW, TODAY

Enrol = Callable[..., Person]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ME, OTHER = new_id(), new_id()


def a_delivery(n: int = 0, **more: object) -> Delivery:
    """A post for a channel; name what matters."""
    plain = Delivery(
        id=new_id(),
        cause=f"cause{n:027}",
        on_date=TODAY,
        recipient=f"C{n}",
        kind=Kind.CHECK_IN_POST,
        not_before=NOW,
        ends_at=NOW + 8 * HOUR,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def planned(database: Database, *deliveries: Delivery) -> list[Delivery]:
    with database.write() as conn:
        assert all(outbox.plan(conn, one, now=NOW) for one in deliveries)
    return list(deliveries)


def claim(database: Database, by: str = ME, size: int = 100, now: datetime = NOW) -> list[Delivery]:
    with database.write() as conn:
        return outbox.claim(conn, by, now=now, size=size)


def now_of(database: Database, delivery: Delivery) -> Delivery:
    with database.read() as conn:
        found = outbox.one(conn, delivery.id)
    assert found is not None
    return found


def settle(database: Database, delivery: Delivery, by: str = ME, state: State = State.SENT) -> bool:
    with database.write() as conn:
        return outbox.settle(conn, delivery.id, by, state, now=NOW, channel="D1", ts="1.2")


def test_a_delivery_comes_back_as_it_was_planned(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    delivery = a_delivery(
        recipient=ada.id, person_id=ada.id, kind=Kind.PROMPT, subject=new_id(), not_before=NOW
    )

    planned(database, delivery)
    assert now_of(database, delivery) == delivery


def test_there_is_one_of_each_cause_date_recipient_and_kind(database: Database) -> None:
    first = a_delivery()
    planned(database, first)

    with database.write() as conn:
        assert not outbox.plan(conn, replace(first, id=new_id()), now=NOW + DAY)
        for other in (
            {"cause": new_id()},
            {"on_date": date(2026, 3, 4)},
            {"recipient": "C9"},
            {"kind": Kind.CHECK_IN_RESULT},
        ):
            assert outbox.plan(conn, replace(first, id=new_id(), **other), now=NOW)  # type: ignore[arg-type]
    assert len(claim(database)) == 5


def test_one_that_is_settled_stands_in_the_way_of_a_second_as_well(database: Database) -> None:
    delivery = a_delivery(state=State.SKIPPED, reason="late")
    planned(database, delivery)

    with database.write() as conn:
        assert not outbox.plan(conn, a_delivery(), now=NOW)
    assert claim(database) == []
    with database.read() as conn:
        assert outbox_figures.outcomes(conn, since=NOW) == [
            (Kind.CHECK_IN_POST, State.SKIPPED, "late", 1)
        ]


def test_eight_planners_at_once_plan_each_once(url: str, database: Database) -> None:
    """As eight processes would: each over a database of its own."""
    together = threading.Barrier(8)

    def plan_all(_: int) -> int:
        done = 0
        with closing(open_database(url, wait_seconds=30)) as mine:
            together.wait()
            for n in range(50):
                with mine.write() as conn:
                    done += outbox.plan(conn, a_delivery(n), now=NOW)
        return done

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(plan_all, range(8))) == 50
    assert Counter(d.cause for d in claim(database)) == Counter(f"cause{n:027}" for n in range(50))


@pytest.mark.parametrize(("threads", "size"), [(4, 1), (8, 7), (6, 40)])
def test_of_four_hundred_each_is_claimed_once(
    url: str, database: Database, threads: int, size: int
) -> None:
    rows = planned(database, *(a_delivery(n) for n in range(400)))
    together = threading.Barrier(threads)

    def claim_all(_: int) -> list[str]:
        by, got = new_id(), []
        with closing(open_database(url, wait_seconds=30)) as mine:
            together.wait()
            while found := claim(mine, by, size):
                assert len(found) <= size
                got += [one.id for one in found]
        return got

    with ThreadPoolExecutor(threads) as pool:
        claimed = [one for got in pool.map(claim_all, range(threads)) for one in got]
    # One that found nothing may have looked while the others held the rest.
    claimed += [one.id for one in claim(database, size=400)]
    assert Counter(claimed) == Counter(row.id for row in rows)


def test_the_earliest_are_claimed_first_and_nothing_before_its_time(database: Database) -> None:
    times = [3, 1, 4, 0, 2, -60]
    rows = planned(
        database, *(a_delivery(n, not_before=NOW - t * MINUTE) for n, t in enumerate(times))
    )

    found = claim(database, size=3)
    assert [one.id for one in found] == [rows[2].id, rows[0].id, rows[4].id]
    assert all((one.state, one.tries) == (State.SENDING, 1) for one in found)
    assert [one.id for one in claim(database)] == [rows[1].id, rows[3].id]
    assert claim(database) == []
    assert len(claim(database, now=NOW + HOUR)) == 1


def test_a_claim_that_is_not_committed_never_was(database: Database) -> None:
    planned(database, a_delivery())

    def die_after_the_claim() -> None:
        with database.write() as conn:
            assert outbox.claim(conn, ME, now=NOW, size=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        die_after_the_claim()
    assert len(claim(database)) == 1


def test_only_who_claimed_it_settles_it_and_once(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())
    assert not settle(database, delivery), "nobody has claimed it"
    claim(database)

    assert not settle(database, delivery, by=OTHER)
    assert settle(database, delivery)
    assert not settle(database, delivery, state=State.FAILED)
    found = now_of(database, delivery)
    assert (found.state, found.channel, found.ts) == (State.SENT, "D1", "1.2")


def test_what_waits_again_is_free_for_anybody(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())
    claim(database)

    with database.write() as conn:
        assert not outbox.put_back(conn, delivery.id, OTHER, not_before=NOW)
        assert outbox.put_back(conn, delivery.id, ME, not_before=NOW + MINUTE)
        assert not outbox.put_back(conn, delivery.id, ME, not_before=NOW)
    assert not settle(database, delivery), "it is not this process's any more"
    assert claim(database, OTHER) == []
    (again,) = claim(database, OTHER, now=NOW + MINUTE)
    assert (again.id, again.tries) == (delivery.id, 1), "what was not tried does not count"


def test_tries_of_our_own_that_broke_are_counted(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())
    for tries in (1, 2, 3):
        (found,) = claim(database)
        assert found.tries == tries
        with database.write() as conn:
            outbox.put_back(conn, delivery.id, ME, not_before=NOW, tried=True)


@pytest.mark.parametrize(("kind", "tries"), [(Kind.CHECK_IN_POST, 3), (Kind.SUPERVISION_ALERT, 6)])
def test_what_breaks_again_and_again_is_let_go_what_somebody_waits_for_later(
    database: Database, kind: Kind, tries: int
) -> None:
    (delivery,) = planned(database, a_delivery(kind=kind))
    times = iter(NOW + n * HOUR for n in range(99))
    road = Outbox(database, lambda: next(times))
    broken = 0
    while claimed := road.claim(1).deliveries:
        road.broke(claimed[0])
        broken += 1

    assert broken == tries
    found = now_of(database, delivery)
    assert (found.state, found.reason) == (State.FAILED, "broken")


def expire(database: Database, now: datetime) -> list[str]:
    with database.write() as conn:
        return [one.id for one in outbox.expired(conn, now=now)]


def test_what_is_under_way_for_longer_than_its_lease_is_uncertain(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())
    claim(database)

    assert expire(database, NOW + LEASE - timedelta(seconds=1)) == []
    assert expire(database, NOW + LEASE) == [delivery.id]
    assert expire(database, NOW + LEASE) == []
    found = now_of(database, delivery)
    assert (found.state, found.reason) == (State.UNCERTAIN, "stopped")
    assert claim(database, OTHER, now=NOW + DAY) == [], "it may have been sent"


def test_where_the_clock_went_back_a_lease_does_not_last_for_hours(database: Database) -> None:
    (delivery,) = planned(database, a_delivery(not_before=NOW - 2 * DAY))
    claim(database)

    assert expire(database, NOW - MINUTE) == [], "clocks of two machines differ a little"
    assert expire(database, NOW - HOUR) == [delivery.id]


@pytest.mark.parametrize("state", [State.SENT, State.FAILED])
def test_whoever_was_only_slow_may_still_say_how_it_ended(database: Database, state: State) -> None:
    (delivery,) = planned(database, a_delivery())
    claim(database)
    expire(database, NOW + LEASE)

    assert not settle(database, delivery, OTHER, state)
    assert settle(database, delivery, ME, state)
    found = now_of(database, delivery)
    assert (found.state, found.reason) == (state, None)


def test_what_surely_was_not_sent_waits_again_also_after_its_lease(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())
    claim(database)
    expire(database, NOW + LEASE)

    with database.write() as conn:
        assert outbox.put_back(conn, delivery.id, ME, not_before=NOW)
        assert outbox_figures.outcomes(conn, since=NOW) == [], "it has not ended"
    (again,) = claim(database, OTHER)
    assert (again.id, again.reason) == (delivery.id, None)


def test_of_a_slow_sender_and_a_sweep_at_once_the_truth_wins(url: str, database: Database) -> None:
    rows = planned(database, *(a_delivery(n) for n in range(40)))
    claim(database)
    together = threading.Barrier(2)

    def sweep() -> None:
        with closing(open_database(url, wait_seconds=30)) as mine:
            together.wait()
            expire(mine, NOW + LEASE)

    def say() -> list[bool]:
        together.wait()
        return [settle(database, one) for one in rows]

    with ThreadPoolExecutor(2) as threads:
        threads.submit(sweep)
        assert all(threads.submit(say).result())
    assert {now_of(database, one).state for one in rows} == {State.SENT}


def test_something_for_a_person_is_under_way_only_while_it_is_sent(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    (delivery,) = planned(database, a_delivery(recipient=ada.id, person_id=ada.id))

    def in_flight(person: Person) -> bool:
        with database.read() as conn:
            return outbox.in_flight(conn, person.id)

    assert not in_flight(ada)
    claim(database)
    assert in_flight(ada)
    assert not in_flight(bilal)
    settle(database, delivery)
    assert not in_flight(ada)


def test_the_latest_of_a_kind_is_that_of_the_latest_date(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    mine = {"recipient": ada.id, "person_id": ada.id, "kind": Kind.PROMPT}
    _, latest, _ = planned(
        database,
        a_delivery(1, **mine),
        a_delivery(2, **mine | {"on_date": TODAY + DAY}),
        a_delivery(3, **mine | {"on_date": TODAY + 2 * DAY, "kind": Kind.NUDGE}),
    )

    with database.read() as conn:
        assert outbox.latest_of(conn, ada.id, Kind.PROMPT) == latest
        assert outbox.latest_of(conn, ada.id, Kind.CHECK_IN) is None


def test_waiting_is_what_is_due_and_not_sent(database: Database) -> None:
    with database.read() as conn:
        assert outbox_figures.waiting(conn, now=NOW) == Waiting(0, None)
    planned(
        database,
        a_delivery(1, not_before=NOW - HOUR),
        a_delivery(2),
        a_delivery(3, not_before=NOW + MINUTE),
    )

    with database.read() as conn:
        assert outbox_figures.waiting(conn, now=NOW) == Waiting(2, NOW - HOUR)
    claim(database, size=1)
    with database.read() as conn:
        assert outbox_figures.waiting(conn, now=NOW) == Waiting(1, NOW)


def test_outcomes_are_counted_by_kind_state_and_reason(database: Database) -> None:
    rows = planned(database, *(a_delivery(n) for n in range(4)))
    claim(database)
    with database.write() as conn:
        outbox.settle(conn, rows[0].id, ME, State.FAILED, now=NOW, reason="is_archived")
        for row in rows[1:3]:
            outbox.settle(conn, row.id, ME, State.SENT, now=NOW)

    with database.read() as conn:
        assert outbox_figures.outcomes(conn, since=NOW) == [
            (Kind.CHECK_IN_POST, State.FAILED, "is_archived", 1),
            (Kind.CHECK_IN_POST, State.SENT, None, 2),
        ]
        assert outbox_figures.outcomes(conn, since=NOW + MINUTE) == []


def test_what_ended_long_ago_is_found_without_reading_through(migrated_file: Path) -> None:
    with closing(open_database(f"sqlite:///{migrated_file}")) as database, database.read() as conn:
        over = retention.by_column("deliveries", "settled_at").over
        for statement in (select(deliveries.c.id).where(over), outbox_figures._OUTCOMES):
            sql = f"EXPLAIN QUERY PLAN {conn._statements.compiled(statement).sql}"
            given = {"cutoff": "2026-03-03", "since": "2026-03-03"}
            steps = [row[3] for row in conn._driver.execute(sql, given).fetchall()]
            assert "ix_deliveries_settled" in steps[0], steps


def test_only_who_claimed_it_holds_it_and_only_for_its_time(database: Database) -> None:
    (delivery,) = planned(database, a_delivery())

    def holds(by: str = ME, after: timedelta = timedelta()) -> bool:
        with database.read() as conn:
            return outbox.holds(conn, delivery.id, by, now=NOW + after)

    assert not holds(), "nobody has claimed it"
    claim(database)
    assert holds()
    assert not holds(by=OTHER)
    assert holds(after=LEASE - timedelta(seconds=1))
    assert not holds(after=LEASE)
    assert not holds(after=-HOUR), "the clock went back"
    settle(database, delivery)
    assert not holds()
