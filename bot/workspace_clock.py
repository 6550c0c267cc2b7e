"""Follows the clock of a workspace on this computer, which can be moved ahead.

Against Slack itself the clock is the computer's own. A workspace on this computer that has no such
clock leaves it so, too.
"""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from domain.clock import Clock, utc_now

_HELD_SECONDS = 25
_PAUSE_SECONDS = 2.0


class WorkspaceClock:
    """A clock that asks the workspace how far ahead it is and is told of every change."""

    def __init__(self, api_url: str, now: Clock = utc_now) -> None:
        """Take the address of the workspace's methods; `start` begins to follow it."""
        address = urlsplit(api_url)
        self._url = f"{address.scheme}://{address.netloc}/control/clock"
        self._now = now
        self._ahead = timedelta()
        self._stopped = threading.Event()
        self._open = build_opener(ProxyHandler({})).open
        self._told: Callable[[], None] = lambda: None

    def tell(self, moved: Callable[[], None]) -> None:
        """Call this whenever the clock was moved; the workspace waits for it up to a second."""
        self._told = moved

    def __call__(self) -> datetime:
        """Return the workspace's time, aware, in UTC."""
        return self._now() + self._ahead

    def start(self) -> None:
        """Follow the clock in a thread of its own, from the first answer on."""
        version = self._ask(None)
        if version is not None:
            threading.Thread(target=self._follow, args=(version,), daemon=True).start()

    def stop(self) -> None:
        """Stop following."""
        self._stopped.set()

    def _follow(self, version: int) -> None:
        while not self._stopped.is_set():
            answer = self._ask(version)
            if answer is None:
                self._stopped.wait(_PAUSE_SECONDS)
            else:
                if answer != version:
                    self._told()
                version = answer

    def _ask(self, seen: int | None) -> int | None:
        url = self._url if seen is None else f"{self._url}?seen={seen}"
        try:
            with self._open(url, timeout=_HELD_SECONDS) as answer:
                clock = json.load(answer)
            self._ahead = timedelta(seconds=float(clock["offset_seconds"]))
            return int(clock["version"])
        except (URLError, OSError, ValueError, KeyError, TypeError):
            return None
