"""One tick of the scheduler with nothing due; the floor is one indexed query.

Both run on the same database of a large programme: everybody has a rhythm that comes round next
week and a delivery that waits for then, and there are notes that expire one day, files that are
taken back tomorrow, two days of idempotency keys. Nothing is sent, so Slack is not asked.
The clock goes on by half a minute from tick to tick, as the real one does. Every fourth tick leaves
a sign of life, which the disk has to confirm: the median does not show it, `ours_mean_us` does.
"""

import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean

from sqlalchemy import insert

from bench import made_up
from bench.measure import Row, in_turns
from bot import app as composition
from bot import scheduler
from bot.house import House
from bot.words import Words
from domain.clock import Clock
from domain.ids import new_id
from storage import files, outbox, schedules, sessions, tables
from storage.engine import Connection, Database
from storage.master_keys import MasterKeys
from storage.vault import Vault

NAME = "idle_tick"
GOAL = 2.0

_BETWEEN_TICKS = timedelta(seconds=30)
_KEYS_KEPT = timedelta(hours=48)
_REMEMBER = insert(tables.idempotency)


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 2,000 rounds and 100,000 people."""
    people, rounds = max(20, int(100_000 * scale)), max(10, int(2000 * scale))
    now = made_up.NOW

    def clock() -> datetime:
        return now

    def half_a_minute_later() -> None:
        nonlocal now
        now += _BETWEEN_TICKS

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(made_up.empty_database(folder))
        with database.write() as conn:
            _fill(conn, people, until=now + (rounds + 100) * _BETWEEN_TICKS)
        house = _house(database, clock)
        stack.callback(house.slack.background.shutdown)

        def query() -> None:
            with database.read() as conn:
                assert files.due(conn, now=now) == []

        floors, times = in_turns(
            query, lambda: scheduler.tick(house), rounds=rounds, between=half_a_minute_later
        )
    facts: dict[str, object] = {"people": people, "ours_mean_us": round(mean(times), 1)}
    return Row(name=NAME, goal=GOAL, ours=times, floor=floors, facts=facts)


def _house(database: Database, clock: Clock) -> House:
    slack = composition.make_slack("xoxb-nobody", "http://127.0.0.1:9/")
    return composition.make_house(
        database, Vault(MasterKeys.generate()), clock, slack, words=Words(), practice=False
    )


def _fill(conn: Connection, people: int, until: datetime) -> None:
    """Enrol a crowd that was busy for two days; nothing of it is due before `until`."""
    later = until + timedelta(hours=1)
    for n, person_id in enumerate(made_up.enrol_crowd(conn, people)):
        schedule = made_up.a_schedule(person_id, later + timedelta(minutes=n % 600))
        schedules.put(conn, schedule)
        outbox.plan(conn, made_up.a_delivery(schedule), now=made_up.NOW)
        if n % 5:
            continue
        # Longer ahead than anybody is told of it.
        expires = until.date() + timedelta(days=30 + n % 60)
        note = made_up.a_session(person_id, made_up.TODAY, n, note_expires_on=expires)
        sessions.add(conn, note)
        at = until - _KEYS_KEPT * (n / people)
        conn.execute(_REMEMBER, key=new_id(), person_id=person_id, result=note.id, at=at)
        if not n % 100:
            files.add(conn, f"F{n:08}", person_id, delete_after=until + timedelta(hours=1))
