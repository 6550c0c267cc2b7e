"""Plan what comes round for many people, and claim it all; the floor is SQLite's own driver.

The floor has the same tables, pragmas and transactions, and writes the same rows: it inserts each
delivery, moves each schedule on, and claims in batches of the same size. What it writes is worked
out before. Both take turns, a thousand people at a time. Nothing is sent.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench import made_up
from bench.measure import Row, in_turns
from bot.services.planning import AT_ONCE, Planning
from domain.deliveries import State
from domain.ids import new_id
from domain.schedules import Schedule, end_of_day, next_occurrence
from storage import outbox, schedules, tables
from storage.connection import Connection
from storage.engine import Database

NAME = "plan_and_claim"
GOAL = 3.0

_APART = timedelta(minutes=20)
_SPREAD_IS_OVER = timedelta(minutes=11)
_ME = new_id()
_SENDING = (
    select(func.count())
    .select_from(tables.deliveries)
    .where(tables.deliveries.c.state == State.SENDING.value)
)


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 100 rounds of 1,000 people."""
    rounds, people = max(2, int(100 * scale)), 1000 if scale >= 0.02 else 20
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(made_up.empty_database(folder, "ours.db"))
        raw = stack.enter_context(made_up.empty_database(folder, "raw.db"))
        warm_up = 1
        crowds = [
            made_up.NOW + n * _APART for n in range(rounds + warm_up)
        ]  # each crowd has an hour of its own
        _fill(ours, crowds, people)
        kept = _fill(raw, crowds, people)
        now = iter(crowds)
        house = _House(ours)
        floor = stack.enter_context(_floor(folder / "raw.db", kept))

        def next_crowd() -> None:
            house.now = floor.now = next(now)
            floor.prepare()

        floors, times = in_turns(
            floor.work, house.work, rounds=rounds, warm_up=warm_up, between=next_crowd
        )
        for database in (ours, raw):
            with database.read() as conn:
                claimed = conn.value(_SENDING)
            assert claimed == len(crowds) * people, f"{claimed} claimed"
    facts: dict[str, object] = {
        "deliveries": rounds * people,
        "a_transaction": AT_ONCE,
        "deliveries_a_second": round(people * 1e6 / (sum(times) / len(times))),
    }
    return Row(
        name=NAME,
        goal=GOAL,
        ours=[t / people for t in times],
        floor=[t / people for t in floors],
        facts=facts,
    )


def _fill(
    database: Database, crowds: list[datetime], people: int
) -> dict[datetime, list[Schedule]]:
    kept: dict[datetime, list[Schedule]] = {}
    with database.write() as conn:
        everyone = made_up.enrol_crowd(conn, len(crowds) * people)
        for at, some in zip(crowds, made_up.batches(everyone, people), strict=True):
            kept[at] = [made_up.a_schedule(person_id, at) for person_id in some]
            for schedule in kept[at]:
                schedules.put(conn, schedule)
    return kept


class _House:
    """Our own way."""

    def __init__(self, database: Database) -> None:
        self.now = made_up.NOW
        self._database = database
        self._planning = Planning(database, lambda: self.now, _nothing_to_open)

    def work(self) -> None:
        self._planning.plan()
        later = self.now + _SPREAD_IS_OVER
        claimed = AT_ONCE
        while claimed == AT_ONCE:
            with self._database.write() as conn:
                claimed = len(outbox.claim(conn, _ME, now=later, size=AT_ONCE))


def _nothing_to_open(conn: Connection, *_: object) -> None:
    raise AssertionError("there are no check-ins here")


_DUE = """SELECT * FROM schedules WHERE next_at IS NOT NULL AND next_at <= ?
    ORDER BY next_at, id LIMIT ?"""
_INSERT = f"INSERT INTO deliveries VALUES ({', '.join('?' * len(tables.deliveries.c))})"
_ADVANCE = "UPDATE schedules SET next_on = ?, next_at = ?, last_on = ? WHERE id = ?"
_CLAIM = """UPDATE deliveries SET state = 'sending', owner = ?, claimed_at = ?, tries = tries + 1
    WHERE id IN (
        SELECT id FROM deliveries WHERE state = 'pending' AND not_before <= ?
        ORDER BY not_before LIMIT ?
    ) RETURNING *"""


@dataclass(slots=True)
class _Floor:
    """The driver alone."""

    driver: sqlite3.Connection
    kept: dict[datetime, list[Schedule]]
    now: datetime = made_up.NOW
    rows: list[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]] | None = None

    def prepare(self) -> None:
        """Work out what is to be written, batch by batch."""
        self.rows = []
        in_order = sorted(self.kept[self.now], key=lambda schedule: schedule.id)
        for some in made_up.batches(in_order, AT_ONCE):
            self.rows.append(([_delivery(s) for s in some], [_advanced(s) for s in some]))

    def work(self) -> None:
        """Do the same as `_House.work`."""
        driver, now = self.driver, _text(self.now)
        assert self.rows is not None
        for new, moved in [*self.rows, ([], [])]:
            driver.execute("BEGIN IMMEDIATE")
            due = driver.execute(_DUE, (now, AT_ONCE)).fetchall()
            assert len(due) == len(new)
            driver.executemany(_INSERT, new)
            driver.executemany(_ADVANCE, moved)
            driver.execute("COMMIT")
        later, claimed = _text(self.now + _SPREAD_IS_OVER), AT_ONCE
        while claimed == AT_ONCE:
            driver.execute("BEGIN IMMEDIATE")
            claimed = len(driver.execute(_CLAIM, (_ME, later, later, AT_ONCE)).fetchall())
            driver.execute("COMMIT")


@contextmanager
def _floor(file: Path, kept: dict[datetime, list[Schedule]]) -> Iterator[_Floor]:
    driver = sqlite3.connect(file, isolation_level=None)
    try:
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            driver.execute(f"PRAGMA {pragma}")
        yield _Floor(driver, kept)
    finally:
        driver.close()


def _delivery(schedule: Schedule) -> tuple[object, ...]:
    assert schedule.next is not None
    ends_at = end_of_day(schedule.next.on, schedule.zone)
    values: dict[str, object] = {
        "id": new_id(),
        "cause": schedule.id,
        "on_date": schedule.next.on.isoformat(),
        "recipient": schedule.person_id,
        "kind": schedule.what.value,
        "person_id": schedule.person_id,
        "not_before": _text(schedule.next.at),
        "ends_at": _text(ends_at),
        "state": "pending",
        "tries": 0,
    }
    return tuple(values.get(column.name) for column in tables.deliveries.c)


def _advanced(schedule: Schedule) -> tuple[object, ...]:
    done = schedule.next
    assert done is not None
    coming = next_occurrence(schedule.rhythm, schedule.zone, now=done.at, last_on=done.on)
    assert coming is not None
    return (coming.on.isoformat(), _text(coming.at), done.on.isoformat(), schedule.id)


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")
