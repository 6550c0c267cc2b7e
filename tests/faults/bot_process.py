"""The clock's side of the bot in a process of its own, to be killed.

`python -m tests.faults.bot_process '{"url": ..., "api_url": ..., "token": ..., "keys": ...}'`
"""

import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot import app as composition
from bot.logs import start_logging
from bot.scheduler import ClockSide
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.faults import broken

LABELS = (
    "plan.before_commit",
    "plan.after_commit",
    "claim.before_commit",
    "claim.after_commit",
    "send.prepared",
    "send.before",
    "send.after",
    "settle.before_commit",
    "settle.after_commit",
    "send.settled",
)
TICK_SECONDS = 0.05


@dataclass(frozen=True)
class Config:
    """What a process is told; `die` is a label and how many arrivals there it survives, less one.

    `bug` names a planted one of `tests.faults.broken`.
    """

    url: str
    api_url: str
    token: str
    keys: str
    die: tuple[str, int] | None = None
    freeze: tuple[str, int] | None = None
    bug: str | None = None
    between: float = 0.001
    by: str | None = None
    log: str | None = None


@dataclass
class Fate:
    """Stops the process at the n-th arrival at a labelled place: for good, or until SIGCONT."""

    at: tuple[str, int] | None
    number: signal.Signals
    arrivals: Counter = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, label: str) -> None:
        if self.at is None:
            return
        with self.lock:
            self.arrivals[label] += 1
            if (label, self.arrivals[label]) == self.at:
                # To this very thread: it is handled before the call returns, not a moment later.
                signal.pthread_kill(threading.get_ident(), self.number)


def compose(config: Config, reached):
    """Return the house as `bot.running` makes it, and the clock it follows."""
    clock = WorkspaceClock(config.api_url)
    clock.start()
    database = open_database(config.url, wait_seconds=1.4)
    house = composition.make_house(
        database,
        Vault(MasterKeys.parse(config.keys)),
        clock,
        composition.make_slack(config.token, config.api_url),
        words=Words(),
        practice=True,
        between=timedelta(seconds=config.between),
        reached=reached,
    )
    if config.by is not None:
        house = replace(house, outbox=replace(house.outbox, by=config.by))
    return broken.plant(config.bug, house), clock


def run(config: Config) -> None:
    """Tick and send until killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if config.log is not None:
        with Path(config.log).open("a") as log:
            os.dup2(log.fileno(), 2)
    start_logging("WARNING")
    if config.die is not None:
        reached = Fate(config.die, signal.SIGKILL)
    else:
        reached = Fate(config.freeze, signal.SIGSTOP)
    house, clock = compose(config, reached)
    side = ClockSide(house, seconds=1, reached=reached, pushes=broken.pushes(config.bug)).start()
    clock.tell(side.tick)
    parent = os.getppid()
    while os.getppid() == parent:
        side.tick()
        time.sleep(TICK_SECONDS)


if __name__ == "__main__":
    run(Config(**json.loads(sys.argv[1])))
