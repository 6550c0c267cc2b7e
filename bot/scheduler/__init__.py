"""The clock's side: what runs by itself. APScheduler ticks; the database knows what is due."""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.house import House
from bot.scheduler.pushes import PUSHES, Push
from bot.scheduler.send import Sender
from bot.scheduler.tick import tick_once
from bot.services.planning import Reached, nowhere
from domain.deliveries import Kind
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)

TICK = "tick"
STOP_SECONDS = 4.0
CATCH_UP_SECONDS = 0.9
_AFTER_A_SURPRISE_SECONDS = 5.0


class ClockSide:
    """Ticks and sends, in threads of its own. Jobs live in memory and nothing is shared.

    The first tick is at once: things came due while the bot was off, and it shows that it is on.
    """

    def __init__(
        self,
        house: House,
        *,
        seconds: int,
        reached: Reached = nowhere,
        pushes: Mapping[Kind, Push] = PUSHES,
    ) -> None:
        """Tick every `seconds`, once it is started."""
        self._house = house
        self._sender = Sender(house, reached, pushes)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._ticking = threading.Lock()
        self._again = threading.Event()
        self._wake = threading.Event()
        self._idle = threading.Event()
        self._stopped = threading.Event()
        self._ticked_at = time.monotonic()
        self._sending = threading.Thread(target=self._send, name="sender", daemon=True)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=seconds,
            id=TICK,
            coalesce=True,
            max_instances=2,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> "ClockSide":
        """Begin."""
        self._sending.start()
        self._scheduler.start()
        return self

    def leave(self) -> None:
        """Begin nothing more, at once: no tick, and nothing that is claimed."""
        self._scheduler.shutdown(wait=False)
        self._stopped.set()
        self._sender.stop()
        self._wake.set()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """End. What is being sent or done may come to its end first, for a few seconds.

        What was claimed and not handed over is given back. What Slack keeps waiting is left: its
        lease ends and says that it is uncertain.
        """
        if not self._stopped.is_set():
            self.leave()
        until = time.monotonic() + seconds
        self._sending.join(seconds)
        if self._ticking.acquire(timeout=max(0.0, until - time.monotonic())):
            self._ticking.release()

    def since_tick(self) -> float:
        """Return for how many seconds no tick has come to its end."""
        return time.monotonic() - self._ticked_at

    def sends(self) -> bool:
        """Whether there is somebody to send."""
        return self._sending.is_alive()

    def tick(self) -> None:
        """Do what is due, and let the sender send. What cannot be done now is left for later.

        One thread at a time: who comes meanwhile leaves word, and the first looks once more.
        """
        self._again.set()
        while self._goes_on() and self._ticking.acquire(blocking=False):
            try:
                self._again.clear()
                if tick_once(self._house):
                    self._idle.clear()
                    self._wake.set()
                self._ticked_at = time.monotonic()
            finally:
                self._ticking.release()

    def _goes_on(self) -> bool:
        return self._again.is_set() and not self._stopped.is_set()

    def catch_up(self) -> None:
        """Tick, and wait a moment for what is due to be sent: the clock was moved."""
        self.tick()
        self._idle.wait(CATCH_UP_SECONDS)

    def _send(self) -> None:
        """Send whenever something may be due; what Slack puts off is waited for without a call."""
        wait: float | None = None
        while not self._stopped.is_set():
            if not self._wake.is_set():
                self._idle.set()
            self._wake.wait(wait)
            self._wake.clear()
            wait = None
            try:
                again_at = self._sender.send()
            except StorageUnavailable as error:
                kind = type(error).__name__
                logger.warning("send", extra={"event": "send_put_off", "error_type": kind})
            except Exception as surprise:  # noqa: BLE001 - nothing would be sent any more
                kind = type(surprise).__name__
                logger.error("send", extra={"event": "send_broke", "error_type": kind})
                wait = _AFTER_A_SURPRISE_SECONDS
            else:
                if again_at is not None:
                    wait = max(0.0, (again_at - self._house.clock()).total_seconds())


def tick(house: House) -> None:
    """Tick and send once, in this thread; for those who wait for it."""
    if tick_once(house):
        sender = Sender(house)
        try:
            sender.send()
        finally:
            sender.stop()
