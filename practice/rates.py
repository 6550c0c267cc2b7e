"""Slack's rate limits, by tier; off until asked for."""

import math
from dataclasses import dataclass, field

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
POSTS_PER_MINUTE = 300
BURST_PER_CHANNEL = 4


@dataclass
class Bucket:
    """A bucket of `size` calls that fills again at `per_second`."""

    size: float
    per_second: float
    left: float
    at: float

    def take(self, now: float) -> int:
        """Take one; 0 if there was one, else the whole seconds to wait."""
        if now > self.at:
            self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0
        return max(1, math.ceil((1 - self.left) / self.per_second))


@dataclass
class Rates:
    """One bucket per method and, for messages, per channel. Times are practice seconds."""

    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)

    def wait(self, method: str, tier: int | None, channel: str, now: float) -> int:
        """Seconds to wait before this call, 0 if it may pass."""
        if method in ("chat.postMessage", "chat.postEphemeral"):
            whole = self._take((method, ""), POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60, now)
            return whole or self._take((method, channel), BURST_PER_CHANNEL, 1.0, now)
        if tier is None:
            return 0
        limit = PER_MINUTE[tier]
        return self._take((method, ""), limit, limit / 60, now)

    def _take(self, key: tuple[str, str], size: float, per_second: float, now: float) -> int:
        bucket = self.buckets.setdefault(key, Bucket(size, per_second, size, now))
        return bucket.take(now)
