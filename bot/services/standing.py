"""How things stand just now, in numbers, for whoever watches over the programme's server."""

from datetime import datetime

from domain.clock import Clock
from domain.values import dataclass
from storage import erasures, outbox_figures, retention
from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Numbers:
    """Counts and seconds; the age of the last retention is None where there was none yet."""

    waiting: int
    lag_seconds: float
    erasures: int
    retention_seconds: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Looks at a database, given a clock."""

    database: Database
    clock: Clock

    def numbers(self) -> Numbers:
        """Return how much waits and for how long, as of one moment.

        Raises:
            StorageUnavailable: It cannot be read now.
        """
        now = self.clock()
        with self.database.read() as conn:
            waiting = outbox_figures.waiting(conn, now=now)
            swept = retention.last_run(conn)
            return Numbers(
                waiting=waiting.count,
                lag_seconds=_since(waiting.since, now) or 0.0,
                erasures=len(erasures.under_way(conn)),
                retention_seconds=_since(swept[0] if swept else None, now),
            )


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
