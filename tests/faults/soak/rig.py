"""The machines of a soak: one workspace, one PostgreSQL, several bots; and how they are broken."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.soak.wire import Wire

ROOT = Path(__file__).resolve().parents[3]
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
PATIENCE_SECONDS = 300
BUG_SECONDS = 5.0
LEASE_SECONDS = 62
STANDS_SECONDS = 1.5
MANY, MANY_SECONDS = 40, 4.0
"""Slack takes 300 messages in a minute: where more are due, a minute passes every few seconds."""
PLANTED = "tests.faults.soak.planted"
DATABASE_AWAY_SECONDS = 1.0
PACE_PER_SECOND = 20
_DUE = (
    "SELECT (SELECT count(*) FROM schedules WHERE next_at <= %(now)s)"
    " + (SELECT count(*) FROM deliveries WHERE state = 'pending' AND not_before <= %(now)s),"
    " (SELECT count(*) FROM deliveries WHERE state = 'sending')"
)


@dataclass
class Bot:
    """One process of the bot; it is killed and started again under the same number."""

    number: int
    process: subprocess.Popen[bytes]
    said: Path

    @property
    def ready(self) -> bool:
        """Whether it has said that it is connected."""
        return self.said.stat().st_size > 0


@dataclass
class Rig:
    """Everything that runs; what was done to it is written down with the real time of it."""

    folder: Path
    wire: Wire
    postgres: Any
    url: str
    tokens: dict[str, str]
    first_co_lead: str
    bug: str | None = None
    bots: list[Bot] = field(default_factory=list)
    kills: int = 0
    database_restarts: int = 0
    last_words: list[str] = field(default_factory=list)
    """What a bot said that ended by itself."""
    ahead: list[tuple[float, float]] = field(default_factory=list)
    """From each real time on, so many seconds was the workspace ahead of it."""

    # Processes

    def start(self, number: int) -> Bot:
        """Start a bot; it is not waited for."""
        command = ["-m", "bot", "run"]
        if self.bug is not None:
            command = ["-m", PLANTED, self.bug]
        said = self.folder / f"bot-{number}.said"
        with (self.folder / f"bot-{number}.log").open("ab") as log, said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
            )
        return Bot(number, process, said)

    def start_all(self, count: int) -> None:
        """Start so many, and wait until each is connected."""
        for number in range(count):
            self.bots.append(self.start(number))
        self.wait(lambda: self.all_ready)

    @property
    def all_ready(self) -> bool:
        """Whether every bot is connected."""
        return all(bot.ready for bot in self.bots)

    def kill(self, which: int) -> None:
        """Pull the plug of one and start it again, as a supervisor of processes would."""
        bot = self.bots[which]
        if bot.process.poll() is None:
            bot.process.send_signal(signal.SIGKILL)
        bot.process.wait()
        self.kills += 1
        self.bots[which] = self.start(bot.number)

    def revive(self) -> int:
        """Start again whatever ended by itself; return how many that were."""
        ended = [n for n, bot in enumerate(self.bots) if bot.process.poll() is not None]
        for which in ended:
            log = self.folder / f"bot-{self.bots[which].number}.log"
            last = log.read_text(errors="replace").strip().splitlines()[-1:] or [""]
            self.last_words.append(f"{self.bots[which].process.returncode}: {last[0][:200]}")
            self.bots[which] = self.start(self.bots[which].number)
        return len(ended)

    def restart_database(self, mode: str) -> None:
        """Stop the database, `fast` or `immediate`, and start it again."""
        with suppress(Exception):
            self.postgres._control("-m", mode, "stop")
        time.sleep(DATABASE_AWAY_SECONDS)
        self.postgres.start()
        self.database_restarts += 1

    # Time

    @property
    def now(self) -> datetime:
        """The workspace's time."""
        return datetime.fromisoformat(self.wire.get("clock")["now"])

    def move(self, delta: timedelta) -> None:
        """Move the clock ahead."""
        self._move(advance_seconds=delta.total_seconds())

    def move_to(self, moment: datetime) -> None:
        """Set the clock, never back."""
        if moment > self.now:
            self._move(now=moment.isoformat())

    def _move(self, **ask: Any) -> None:
        real = time.time()
        face = self.wire.post("clock", **ask)
        self.ahead.append((real, float(face["offset_seconds"])))

    # Waiting

    def due(self) -> tuple[int, int]:
        """Return how much has come round and is not sent, and how much is under way."""
        while True:
            try:
                with psycopg.connect(self.url) as there:
                    row = there.execute(_DUE, {"now": self.now}).fetchone()
                    assert row is not None
                    return int(row[0]), int(row[1])
            except psycopg.OperationalError:
                time.sleep(0.2)

    def until_caught_up(self) -> None:
        """Wait until nothing is due; a minute passes whenever Slack's limit or a lease holds.

        With a bug in it, a bot may never come to that.
        """
        began, since, last = time.monotonic(), time.monotonic(), (0, 0)
        moved = began
        while (found := self.due()) != (0, 0):
            now = time.monotonic()
            if self.bug is not None and now > began + BUG_SECONDS:
                return
            assert now < began + PATIENCE_SECONDS, f"stuck: {found} {self.logs()[-3000:]}"
            if found != last:
                last, since = found, now
            stands = now > since + STANDS_SECONDS
            many = found[0] > MANY and now > moved + MANY_SECONDS
            if stands or many:
                self.move(timedelta(seconds=LEASE_SECONDS))
                since = moved = time.monotonic()
            time.sleep(0.1)

    def wait(self, true: Any, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"it did not come: {self.logs()[-3000:]}"
            time.sleep(0.05)

    def logs(self) -> str:
        """Return what all the bots wrote."""
        return "".join(
            file.read_text(errors="replace") for file in sorted(self.folder.glob("bot-*.log"))
        )

    def close(self) -> None:
        """End every bot, and hang up."""
        self.wire.close()
        for bot in self.bots:
            if bot.process.poll() is None:
                bot.process.kill()
            bot.process.wait()

    def run(self, *command: str) -> None:
        """Run a command with the settings of a bot, to its end."""
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.folder,
            env=self.environment(),
            check=True,
            capture_output=True,
        )

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        ours = {
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": self.url,
            "DATA_FOLDER": str(self.folder / "data"),
            "FIRST_CO_LEAD": self.first_co_lead,
            "LOG_LEVEL": "WARNING",
            "SWEEP_SECONDS": "2",
            "PACE_PER_SECOND": str(PACE_PER_SECOND),
        }
        return kept | ours | self.tokens


@contextmanager
def rig(
    folder: Path, postgres: Any, people: list[dict[str, str]], first: str, bug: str | None = None
) -> Iterator[Rig]:
    """Give a workspace with these people and a database; no bot runs yet."""
    with ExitStack() as stack:
        facts = stack.enter_context(_workspace(folder, people))
        wire = Wire(facts["control_url"], facts["control_token"])
        tokens = {
            "SLACK_BOT_TOKEN": facts["bot_token"],
            "SLACK_APP_TOKEN": facts["app_token"],
            "SLACK_API_URL": facts["api_url"],
        }
        url = postgres.migrated()
        stack.callback(postgres.drop, url)
        ready = Rig(folder, wire, postgres, url, tokens, first, bug)
        ready.run("bot", "keys", "new")
        if bug is not None:
            ready.run(PLANTED, bug, "prepare")
        stack.callback(ready.close)
        yield ready


@contextmanager
def _workspace(folder: Path, people: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    manifest, crowd = folder / "manifest.json", folder / "people.json"
    manifest.write_text(_said("manifest"))
    crowd.write_text(json.dumps(people))
    files = ["--manifest", str(manifest), "--people", str(crowd)]
    with (folder / "workspace.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "practice", "--port", "0", *files],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _said(*words: str) -> str:
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def luck(*parts: object) -> random.Random:
    """Return the luck of something, the same for the same names."""
    return random.Random(" ".join(map(str, parts)))
