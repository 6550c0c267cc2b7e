"""What keeps the house in order and shows that the clock's side is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import Clock
from storage import heartbeats, idempotency
from storage.engine import Database

TICK = "tick"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Upkeep, given a database and a clock."""

    database: Database
    clock: Clock

    def beat(self, *, forget_keys_after: timedelta) -> None:
        """Note that the tick ran, and forget idempotency keys that nothing can come back with."""
        now = self.clock()
        with self.database.write() as conn:
            idempotency.forget(conn, before=now - forget_keys_after)
            heartbeats.beat(conn, TICK, now=now)

    def last_tick(self) -> datetime | None:
        """Return when the tick last ran."""
        with self.database.read() as conn:
            return heartbeats.last(conn, TICK)
