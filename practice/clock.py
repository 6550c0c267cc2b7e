"""The practice workspace's time: real time plus an offset that people and tests may move."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime

LONG_POLL_SECONDS = 20.0
LOOK_SECONDS = 0.25
FOLLOWERS_GRACE_SECONDS = 1.0


class Clock:
    """Seconds since the epoch, moved by an offset. Lives on one event loop."""

    def __init__(self, offset: float = 0.0) -> None:
        """`offset` in seconds, ahead of real time when positive."""
        self.offset = offset
        self.version = 1
        self._moved = asyncio.Event()
        self._followers = 0
        self._back = asyncio.Event()

    def now(self) -> float:
        """Practice time, in seconds since the epoch."""
        return time.time() + self.offset

    def iso(self) -> str:
        """Practice time as ISO 8601 in UTC."""
        return iso(self.now())

    def face(self) -> dict[str, object]:
        """What `GET /control/clock` answers."""
        return {
            "now": self.iso(),
            "offset_seconds": round(self.offset, 3),
            "version": self.version,
        }

    def move_to(self, offset: float) -> None:
        """Set the offset and wake everyone who sleeps on this clock."""
        self.offset = offset
        self.version += 1
        self.wake()

    def wake(self) -> None:
        """Let everyone who waits for this clock look again."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, instant: float) -> None:
        """Sleep until practice time has reached `instant`, however the clock is moved."""
        while (left := instant - self.now()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    async def follow(self, seen: int | None, there: Callable[[], bool]) -> dict[str, object]:
        """Answer at once for a new version, else when the clock moves or after 20 seconds.

        `there` tells whether the follower still listens: one that hung up is not waited for.
        """
        if seen == self.version:
            self._followers += 1
            self._back.set()
            try:
                await self._until_moved(there)
            finally:
                if seen == self.version:
                    self._followers -= 1
        return self.face()

    async def _until_moved(self, there: Callable[[], bool]) -> None:
        moved, deadline = self._moved, time.monotonic() + LONG_POLL_SECONDS
        while there() and not moved.is_set() and (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), min(LOOK_SECONDS, left))

    async def move_and_wait(self, offset: float) -> dict[str, object]:
        """Move, then wait up to a second for everyone who followed to come back asking."""
        expected = self._followers
        # From here on only those who have seen the new version are counted.
        self._followers = 0
        self.move_to(offset)
        deadline = time.monotonic() + FOLLOWERS_GRACE_SECONDS
        while self._followers < expected and (left := deadline - time.monotonic()) > 0:
            self._back = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._back.wait(), left)
        return self.face()


def iso(instant: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC with milliseconds."""
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds")


def read_iso(text: str) -> float:
    """ISO 8601 as seconds since the epoch; without a zone it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
