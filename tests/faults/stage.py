"""A practice workspace, a database and the processes of a bot that is killed, for one trial."""

import multiprocessing
import os
import random
import signal
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text

from bot.app import make_house, make_slack
from bot.manifest import manifest
from bot.services.outbox import SAME_RECIPIENT
from bot.words import Words
from domain.deliveries import LEASE
from domain.ids import new_id
from domain.schedules import What
from practice.server import Practice
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.faults import bot_process
from tests.faults.bot_process import Config
from tests.faults.crowd import BEFORE, CHANNEL, Member, crowd, enrol, seeds
from tests.faults.places import Places
from tests.workspace import Control

PATIENCE_SECONDS = 120.0
_LOOK_SECONDS = 0.03
_LANDING_SECONDS = 3.0
KEYS = MasterKeys.generate()


def processes():
    """Return what makes processes: forked from one that has imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.bot_process", "tests.faults.moving"])
    return context


@dataclass
class Stage:
    """What a trial plays on, and what was done to it: kills, what they cut short, and jumps."""

    practice: Practice
    url: str
    engine: Engine
    members: list[Member]
    log_file: Path
    what: What = What.PROMPT
    defaults: dict = field(default_factory=dict)
    running: list = field(default_factory=list)
    kills: int = 0
    owners: dict = field(default_factory=dict)
    cut_short: set = field(default_factory=set)
    jumps: list = field(default_factory=list)

    @property
    def told(self) -> list[Member]:
        """Return who is to be told: the crowd, and of a check-in also the channel."""
        return self.members + ([CHANNEL] if self.what is What.CHECK_IN else [])

    @property
    def control(self) -> Control:
        return Control(self.practice)

    # Processes

    def start(self, count: int = 1, **more):
        """Start so many; return the last one."""
        for _ in range(count):
            by = new_id()
            config = Config(
                url=self.url,
                api_url=self.practice.api_url,
                token=self.practice.bot_token,
                keys=KEYS.text(),
                by=by,
                log=str(self.log_file),
                **self.defaults | more,
            )
            child = processes().Process(target=bot_process.run, args=(config,), daemon=True)
            child.start()
            self.running.append(child)
            self.owners[child.pid] = by
        return self.running[-1]

    def kill(self, child=None) -> None:
        """Pull the plug of one, or of all, and note what they had under way."""
        for one in [child] if child is not None else list(self.running):
            if one.is_alive():
                os.kill(one.pid, signal.SIGKILL)
            self.ended(one)

    def ended(self, child, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait for the end of one that kills itself."""
        child.join(seconds)
        assert child.exitcode == -signal.SIGKILL, (child.exitcode, self.log[-3000:])
        self.running.remove(child)
        self.kills += 1
        self.cut_short |= self.under_way(self.owners[child.pid])

    def signal(self, child, number: signal.Signals) -> None:
        """Send a signal to one."""
        os.kill(child.pid, number)

    @property
    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    # The database

    def rows(self, sql: str, **values):
        """Return what a question finds."""
        with self.engine.connect() as there:
            return [tuple(row) for row in there.execute(text(sql), values)]

    def change(self, sql: str, **values) -> None:
        """Change the database as nobody does."""
        with self.engine.begin() as there:
            there.execute(text(sql), values)

    def under_way(self, owner: str = "%") -> set[str]:
        """Return the ids of what is being sent, by one process or by any."""
        sql = "SELECT id FROM deliveries WHERE state = 'sending' AND owner LIKE :owner"
        return {one for (one,) in self.rows(sql, owner=owner)}

    def has_begun(self, child) -> bool:
        """Whether this process has claimed anything yet."""
        sql = "SELECT 1 FROM deliveries WHERE owner = :owner LIMIT 1"
        return bool(self.rows(sql, owner=self.owners[child.pid]))

    def count(self, state: str) -> int:
        """Return how many are in this state."""
        sql = "SELECT count(*) FROM deliveries WHERE state = :state"
        return self.rows(sql, state=state)[0][0]

    def open_count(self) -> int:
        """Return how many have not ended."""
        return self.count("pending") + self.count("sending")

    def due_now(self) -> bool:
        """Whether anything has come round and is not sent yet, or waits its second in one place."""
        now = self.now + SAME_RECIPIENT
        if self.url.startswith("sqlite"):
            now = now.replace(tzinfo=None).isoformat(" ", "microseconds")
        return bool(
            self.rows("SELECT 1 FROM schedules WHERE next_at <= :now LIMIT 1", now=now)
            or self.rows(
                "SELECT 1 FROM deliveries WHERE state = 'sending'"
                " OR state = 'pending' AND not_before <= :now LIMIT 1",
                now=now,
            )
        )

    def planned_count(self) -> int:
        return self.rows("SELECT count(*) FROM deliveries")[0][0]

    # Time

    @property
    def now(self) -> datetime:
        """The workspace's time."""
        return datetime.fromisoformat(self.control.get("clock")["now"])

    def move_to(self, moment: datetime) -> None:
        """Set the clock."""
        before = float(self.control.get("clock")["offset_seconds"])
        self.jumps.append((datetime.now(UTC), before))
        self.control.move_clock(now=moment.isoformat())

    def move(self, delta: timedelta) -> None:
        """Move the clock."""
        before = float(self.control.get("clock")["offset_seconds"])
        self.jumps.append((datetime.now(UTC), before))
        self.control.move_clock(advance_seconds=delta.total_seconds())

    # The people's side

    @contextmanager
    def house(self):
        """Give the use cases, as the part of the bot has them that answers people."""
        moved = self.now - datetime.now(UTC)
        slack = make_slack(self.practice.bot_token, self.practice.api_url)
        database = open_database(self.url, wait_seconds=10)
        clock = lambda: datetime.now(UTC) + moved  # noqa: E731
        try:
            yield make_house(database, Vault(KEYS), clock, slack, words=Words(), practice=True)
        finally:
            slack.background.shutdown()
            database.close()

    # Waiting

    def wait(self, true, seconds: float = PATIENCE_SECONDS):
        """Wait until something is so; return it."""
        deadline = time.monotonic() + seconds
        while not (found := true()):
            assert time.monotonic() < deadline, f"it did not come: {self.log[-3000:]}"
            time.sleep(_LOOK_SECONDS)
        return found

    def until_planned(self, count: int | None = None) -> None:
        """Wait until so many are planned; by default one for everybody."""
        wanted = len(self.told) if count is None else count
        self.wait(lambda: self.planned_count() >= wanted)

    def until_over(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until everything has ended, with the leases of the dead moved out of the way."""
        began = time.monotonic()
        landing = None
        while True:
            if self.open_count():
                landing = None
            elif not self._given_up() - self.cut_short:
                return
            else:
                # Whoever was only slow has the last word; it is waited for, for a while.
                landing = landing or time.monotonic()
                if time.monotonic() > landing + _LANDING_SECONDS:
                    return
            assert time.monotonic() < began + seconds, f"stuck: {self.log[-3000:]}"
            time.sleep(_LOOK_SECONDS)
            under_way = self.under_way()
            if under_way and under_way <= self.cut_short and not self.count("pending"):
                self.move(LEASE + timedelta(seconds=2))

    def _given_up(self) -> set[str]:
        """Return the ids of what was taken from a process after its lease."""
        sql = "SELECT id FROM deliveries WHERE state = 'uncertain' AND reason = 'stopped'"
        return {one for (one,) in self.rows(sql)}


@contextmanager
def stage(
    places: Places,
    people: int | list[Member],
    *,
    kind: str = "sqlite",
    what: What = What.PROMPT,
    keeps: bool = False,
    **defaults,
):
    """Give a stage on which it is Tuesday; `keeps` a workspace that can be stopped and started."""
    members = crowd(people) if isinstance(people, int) else people
    with ExitStack() as stack:
        url = places.new(kind)
        stack.callback(places.drop, url)
        with closing(open_database(url)) as database, database.write() as conn:
            Vault(KEYS).check(conn)
        enrol(url, members, what)
        log_file = places.folder / f"bot-{time.monotonic_ns()}.log"
        stack.callback(log_file.unlink, missing_ok=True)
        data = places.folder / f"workspace-{time.monotonic_ns()}.db" if keeps else None
        practice = Practice(manifest(Words()), seeds=seeds(members), data=data).start()
        engine = create_engine(
            url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool
        )
        stack.callback(engine.dispose)
        ready = Stage(practice, url, engine, members, log_file, what, defaults)
        stack.callback(lambda: ready.practice.stop())
        stack.callback(sweep, ready)
        ready.move_to(BEFORE)
        ready.jumps.clear()
        yield ready


def sweep(ready: Stage) -> None:
    for child in ready.running:
        if child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        child.join()


def luck(seed: int, name: str) -> random.Random:
    """Return the luck of a trial, the same for the same seed."""
    return random.Random(f"{seed} {name}")
