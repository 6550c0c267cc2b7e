"""Plan what came round for many, and claim it with one process and with four; on both databases.

Each delivery has to be claimed once, whoever claims. Claims go in the sender's own batches, each a
transaction of its own, and the disk confirms every one. Nothing is sent.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, update

from bench import claimant, made_up, workspace
from bench.history import Values, insert_rows
from bench.measure import Figures
from bench.postgres import running_postgres, version
from bot.services.planning import Planning
from domain.ids import new_id
from domain.schedules import Rhythm
from storage import migrate, tables
from storage.connection import Connection
from storage.engine import Database, open_database

NAME = "claims"

_PROCESSES = (1, 4)
_LATER = made_up.NOW + timedelta(hours=1)
_d = tables.deliveries
_TRIES = select(func.count(), func.sum(_d.c.tries), func.max(_d.c.tries)).select_from(_d)
_AGAIN = update(_d).values(state="pending", owner=None, claimed_at=None, tries=0)


def measure(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 10,000 and 100,000 deliveries."""
    sizes = [max(20, int(size * scale)) for size in (10_000, 100_000)]
    found: dict[str, dict[str, float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        new = stack.enter_context(running_postgres())
        server = ""
        for size in sizes:
            file = f"sqlite:///{folder / f'{size}.db'}"
            migrate.upgrade(file)
            url = new()
            server = version(url)
            found[f"sqlite, {size}"] = _plan_and_claim(file, size, folder)
            found[f"postgresql, {size}"] = _plan_and_claim(url, size, folder)
    return Figures(
        name=NAME,
        wanted="every delivery claimed once, by one process and by four",
        met=all(cell["claimed_once"] for cell in found.values()),
        facts={"postgresql": server, "us_each": found},
    )


def _plan_and_claim(url: str, size: int, folder: Path) -> dict[str, float]:
    with closing(open_database(url, wait_seconds=60)) as database:
        _fill(database, size)
        start = perf_counter()
        planned = Planning(database, lambda: made_up.NOW, _nothing_to_open).plan()
        cell: dict[str, float] = {"plan": _each(perf_counter() - start, size)}
        assert planned == size, f"{planned} planned"
        once = True
        for processes in _PROCESSES:
            with database.engine.connect() as connection:
                connection.execute(_AGAIN)
                connection.commit()
            seconds, claimed = _claim(url, processes, folder)
            cell[f"claim_with_{processes}"] = _each(seconds, size)
            once = once and claimed == size and _once(database, size)
    return cell | {"claimed_once": once}


def _once(database: Database, size: int) -> bool:
    with database.read() as conn:
        row = conn.first(_TRIES)
    return row is not None and (int(row[0]), int(row[1]), int(row[2])) == (size, size, 1)


def _claim(url: str, processes: int, folder: Path) -> tuple[float, int]:
    """Return how long it took until all were claimed, and how many claims there were."""
    command = ["-m", "bench.claimant", url, _LATER.isoformat()]
    running = [workspace.start(command, claimant.READY, folder) for _ in range(processes)]
    start = perf_counter()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [_said(process) for process in running]
    return perf_counter() - start, sum(one["claimed"] for one in said)


def _said(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    try:
        said: dict[str, Any] = json.loads(process.stdout.readline())
        return said
    finally:
        workspace.stop(process)


def _fill(database: Database, size: int) -> None:
    ids = [new_id() for _ in range(size)]
    insert_rows(database, tables.people, (_person(n, i) for n, i in enumerate(ids)))
    insert_rows(database, tables.schedules, _schedules(ids))


def _person(n: int, person_id: str) -> Values:
    return {
        "id": person_id,
        "team": made_up.TEAM,
        "account": f"U1CROWD{n:06}",
        "tz": "Europe/London",
        "is_guest": False,
        "deactivated": False,
        "created_at": made_up.NOW,
        "updated_at": made_up.NOW,
    }


def _schedules(ids: list[str]) -> Iterator[Values]:
    for person_id in ids:
        made = made_up.a_schedule(person_id, made_up.NOW)
        assert made.next is not None
        yield {
            "id": made.id,
            "kind": made.what.value,
            "person_id": person_id,
            "cadence": made.rhythm.cadence.value,
            "weekday": made.rhythm.weekday,
            "minute": _minute(made.rhythm),
            "anchor": made.rhythm.anchor,
            "zone": made.zone,
            "next_on": made.next.on,
            "next_at": made.next.at,
        }


def _minute(rhythm: Rhythm) -> int:
    return rhythm.at.hour * 60 + rhythm.at.minute


def _nothing_to_open(conn: Connection, *_: object) -> None:
    raise AssertionError("there are no check-ins here")


def _each(seconds: float, size: int) -> float:
    return round(seconds * 1e6 / size, 1)
