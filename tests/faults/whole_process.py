"""The whole bot in a process of its own: it answers people and follows the clock, to be killed.

It dies at the labelled place that stands in a file. So somebody can first go where they want to
press, and what the bot does until then kills nobody.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot import app as composition
from bot.logs import start_logging
from bot.running import Stopping, Workspace, connect, first_people
from bot.scheduler import ClockSide
from bot.settings import Settings
from bot.waiting import wait_for_slack
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.faults import broken

LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class WholeConfig:
    """What a process is told; `order` is the file that names where to die."""

    url: str
    api_url: str
    bot_token: str
    app_token: str
    keys: str
    order: str
    log: str
    bug: str | None = None


@dataclass(frozen=True)
class Order:
    """Kills the process at the place that the file names."""

    file: Path

    def __call__(self, label: str) -> None:
        if self.file.exists() and self.file.read_text() == label:
            # To this very thread: it is handled before the call returns, not a moment later.
            signal.pthread_kill(threading.get_ident(), signal.SIGKILL)


def run(config: WholeConfig) -> None:
    """Answer, tick and send until killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(config.log).open("a") as log:
        os.dup2(log.fileno(), 2)
    clock = WorkspaceClock(config.api_url)
    clock.start()
    reached = Order(Path(config.order))
    slack = composition.make_slack(config.bot_token, config.api_url)
    house = composition.make_house(
        open_database(config.url, wait_seconds=1.4),
        Vault(MasterKeys.parse(config.keys)),
        clock,
        slack,
        words=Words(),
        practice=True,
        between=timedelta(seconds=0.001),
        reached=reached,
    )
    stopping = Stopping()
    identity = wait_for_slack(slack, stopping)
    workspace = Workspace(config.api_url, config.bot_token, config.app_token, made_up=True)
    first_people(house, identity, Settings(_env_file=None), workspace)
    house = broken.plant(config.bug, house)
    parts = composition.build(house, identity, config.bot_token)
    start_logging("WARNING")
    side = ClockSide(house, seconds=1, reached=reached).start()
    clock.tell(side.tick)
    connect(parts, workspace, stopping)
    parent = os.getppid()
    while os.getppid() == parent:
        side.tick()
        time.sleep(LOOK_SECONDS)
