"""When to stop, and how much time is left for it."""

import signal
import threading
import time
from dataclasses import dataclass, field

STOP_SECONDS = 7.0
"""From the signal until everything is closed, whatever hangs. Who stops us waits for ten."""


@dataclass(slots=True)
class Stopping:
    """Is set once by Ctrl-C or SIGTERM."""

    event: threading.Event = field(default_factory=threading.Event)
    _until: float | None = None

    def listen(self) -> None:
        """Take over both signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.event.set())

    def left(self) -> float:
        """Return how many seconds are left, counted from when this is first asked."""
        if self._until is None:
            self._until = time.monotonic() + STOP_SECONDS
        return max(0.1, self._until - time.monotonic())
