"""What keeps the house in order and shows that the clock's side is alive."""

from datetime import datetime, timedelta

from domain.clock import Clock
from domain.people import Account
from domain.sessions import UNDO_WINDOW
from domain.values import dataclass
from storage import audit, due, files, heartbeats, people, sessions
from storage.engine import Connection, Database

TICK = "tick"
BEAT_EVERY = timedelta(minutes=2)
ACTION_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Upkeep, given a database and a clock."""

    database: Database
    clock: Clock

    def due(self) -> frozenset[str]:
        """Return which parts of the clock's side have something to do; `upkeep` now and then."""
        now = self.clock()
        with self.database.read() as conn:
            found = due.what(
                conn,
                now=now,
                deleted_before=now - UNDO_WINDOW,
                beat=TICK,
                beat_after=now - BEAT_EVERY,
            )
        return found if "alive" in found else found | {"upkeep"}

    def tidy(self) -> list[tuple[str, int]]:
        """Remove what has had its time, and return the files that are due back from Slack.

        Gone for good are sessions deleted over a minute ago. Each file comes with how often taking
        it back did not work. Safe to repeat and to interrupt.
        """
        now = self.clock()
        with self.database.write() as conn:
            sessions.purge_deleted(conn, before=now - UNDO_WINDOW)
            self._alive(conn, now)
            return [(file_id, tries) for file_id, _, tries in files.due(conn, now=now)]

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

    def _alive(self, conn: Connection, now: datetime) -> None:
        """Show that ticks run: a write that the disk has to confirm, which not every tick needs."""
        last = heartbeats.last(conn, TICK)
        if last is None or abs(now - last) >= BEAT_EVERY:
            heartbeats.beat(conn, TICK, now=now)
