"""What goes wrong meanwhile, in real time: kills, restarts of the database, a Slack in trouble.

The next thing breaks when every process is up again, so that there is something to break.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.faults.soak.rig import Rig
from tests.faults.soak.told import Crash, History

GIVE_UP_SECONDS = 90.0
EVERY_DATABASE = 6
EVERY_ALL = 5
LATENCY_MS = (5, 50)


@dataclass
class Chaos:
    """Breaks things every few seconds until it is stopped; after each it asks for an answer."""

    rig: Rig
    history: History
    probe: str
    luck: Random
    every: float
    kills: int | None = None
    storm: int = 15
    drops: float = 0.0
    """The share of messages that Slack takes and whose answer is lost, all the time."""
    stopped: threading.Event = field(default_factory=threading.Event)
    trouble: list[BaseException] = field(default_factory=list)
    faults: int = 0
    thread: threading.Thread | None = None

    def start(self) -> "Chaos":
        """Begin."""
        self.calm()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def calm(self) -> None:
        """Let Slack be in no trouble, but as strict and as far away as it is."""
        self.rig.wire.fault(clear=True, rate_limits=True)
        self.rig.wire.fault(kind="latency", times=None, latency_ms=list(LATENCY_MS), seed=1)
        if self.drops:
            post = {"method": "chat.postMessage", "kind": "drop", "times": None}
            self.rig.wire.fault(**post, rate=self.drops, seed=2)

    def stop(self) -> None:
        """Break nothing more."""
        self.stopped.set()
        assert self.thread is not None
        self.thread.join()
        self.rig.wire.fault(clear=True, rate_limits=True)
        if self.trouble:
            raise self.trouble[0]

    @property
    def enough(self) -> bool:
        """Whether everything that was to be broken is broken."""
        return self.kills is not None and self.rig.kills >= self.kills

    def _run(self) -> None:
        number = 0
        try:
            while not self.enough and not self.stopped.wait(self._until_the_next()):
                self._trouble_with_slack()
                self.rig.revive()
                if self.rig.all_ready:
                    number += 1
                    self._break(number)
        except BaseException as error:  # noqa: BLE001 - said where the soak ends
            self.trouble.append(error)

    def _until_the_next(self) -> float:
        return self.every * self.luck.uniform(0.5, 1.5)

    def _break(self, number: int) -> None:
        if number % EVERY_DATABASE == 3 % EVERY_DATABASE:
            mode = self.luck.choice(["fast", "immediate"])
            self._after(f"database {mode}", lambda: self.rig.restart_database(mode))
        elif number % EVERY_ALL == 0:
            self._after("all killed", self._kill_all)
        else:
            which = self.luck.randrange(len(self.rig.bots))
            self._after("one killed", lambda: self.rig.kill(which))

    def _kill_all(self) -> None:
        for which in range(len(self.rig.bots)):
            self.rig.kill(which)

    def _after(self, what: str, broken: Callable[[], None]) -> None:
        began = time.monotonic()
        broken()
        while not self._answers() and time.monotonic() < began + GIVE_UP_SECONDS:
            time.sleep(0.2)
        self.history.crashes.append(Crash(what, time.monotonic() - began))

    def _answers(self) -> bool:
        """Somebody opens a form that is filled from the database."""
        wire = self.rig.wire
        answer = wire.post("command", person=self.probe, command="/session", settle_ms=0)
        modals = answer.get("sees", {}).get("modals", [])
        opened = bool(answer.get("ok")) and any(
            m["title"]["text"] == "Log a session" for m in modals
        )
        wire.post("close", person=self.probe, all=True, settle_ms=0)
        return opened

    def _trouble_with_slack(self) -> None:
        """One kind of trouble, for a few calls."""
        self.faults += 1
        post, luck = "chat.postMessage", self.luck
        self.rig.wire.fault(
            **luck.choice(
                [
                    {
                        "method": post,
                        "kind": "429",
                        "times": self.storm,
                        "retry_after": luck.randint(1, 3),
                    },
                    {"method": "views.open", "kind": "429", "times": 2, "retry_after": 1},
                    {"method": post, "kind": "drop", "times": 3},
                    {"method": post, "kind": "drop", "times": 2},
                    {"method": "*", "kind": "drop", "times": 2},
                    {"method": "*", "kind": "500", "times": 2},
                    {"method": post, "kind": "500", "times": 2, "accept": True},
                    {"socket": "cut"},
                    {"socket": "disconnect"},
                    {"delivery": "duplicate", "times": 3},
                ]
            )
        )
