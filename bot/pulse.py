"""Whether this process is alive, and whether it may be given work: one word each."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass as changing
from dataclasses import field

from domain.refusals import StorageUnavailable
from domain.values import dataclass

ALIVE, READY = "alive", "ready"
MAIN_SECONDS = 15.0
"""The main loop turns five times a second, and looks at the tables now and then."""
TICK_SECONDS = 60.0
"""How much longer than between two of them a tick may take: it may have a lot to plan."""
_LOOKED_SECONDS = 1.0
"""For so long an answer of the database counts, however often somebody asks."""

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Organs:
    """What a running bot is looked at by. `fits` says whether the tables are ours."""

    fits: Callable[[], bool]
    connected: Callable[[], bool]
    since_tick: Seconds
    sends: Callable[[], bool]


@changing(slots=True)
class Pulse:
    """The state of this process; any thread may ask. A bot without `organs` is starting still."""

    sweep_seconds: int
    organs: Organs | None = None
    stopping: bool = False
    _beat_at: float = field(default_factory=time.monotonic)
    _looked: tuple[float, str] | None = None
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def beat(self) -> None:
        """The main loop turns."""
        self._beat_at = time.monotonic()

    def stop(self) -> None:
        """From now on no new work is wanted."""
        self.stopping = True

    def life(self) -> str:
        """Return `alive`, or which part stands still. At the start nothing has to move yet."""
        organs = self.organs
        if organs is None or self.stopping:
            return ALIVE
        if time.monotonic() - self._beat_at > MAIN_SECONDS:
            return "main"
        if organs.since_tick() > 2 * self.sweep_seconds + TICK_SECONDS:
            return "tick"
        return ALIVE if organs.sends() else "sender"

    def readiness(self) -> str:
        """Return `ready`, or what is missing."""
        organs = self.organs
        if self.stopping:
            return "stopping"
        if organs is None:
            return "starting"
        if not organs.connected():
            return "slack"
        return self._tables(organs)

    def _tables(self, organs: Organs) -> str:
        with self._looking:
            now = time.monotonic()
            if self._looked is None or now - self._looked[0] > _LOOKED_SECONDS:
                self._looked = now, _look(organs)
            return self._looked[1]


def _look(organs: Organs) -> str:
    try:
        return READY if organs.fits() else "tables"
    except StorageUnavailable:
        return "database"
