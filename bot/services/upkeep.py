"""What keeps the house in order and shows that the clock's side is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.clock import Clock
from domain.people import Account
from storage import audit, heartbeats, idempotency, people
from storage.engine import Database

TICK = "tick"
ACTION_LENGTH = 40


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

    def refused(self, by: Account, action: str, reason: str) -> None:
        """Write down that somebody known was refused; of strangers nothing is kept.

        `action` is the id of a command, a button or a form.
        """
        with self.database.write() as conn:
            person = people.actor(conn, by)
            if person is not None:
                audit.write(
                    conn,
                    at=self.clock(),
                    actor=person.id,
                    action=action[:ACTION_LENGTH],
                    kind="request",
                    object_id=person.id,
                    outcome="refused",
                    reason=reason,
                )

    def last_tick(self) -> datetime | None:
        """Return when the tick last ran."""
        with self.database.read() as conn:
            return heartbeats.last(conn, TICK)
