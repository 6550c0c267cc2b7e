"""How a cohort is doing (to be written by Part C, who overwrites this file)."""

from dataclasses import dataclass
from datetime import datetime

from domain.clock import Clock
from domain.schedules import Occurrence, Schedule
from storage.engine import Connection, Database
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def open(
        self, conn: Connection, schedule: Schedule, occurrence: Occurrence, now: datetime
    ) -> None:
        """Open one."""

    def close_due(self, now: datetime) -> None:
        """Close those that are over."""

    def forget_words(self, now: datetime) -> None:
        """Forget words after 90 days."""

    def scrub(self) -> None:
        """Leave no old copies."""
