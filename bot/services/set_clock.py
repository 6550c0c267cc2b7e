"""What the clock brings to sets: reminders, calls of the time, places that are passed on."""

import logging
from datetime import datetime

from bot.services.scrubbing import scrub
from bot.services.set_access import known_meeting
from bot.services.set_proposals import OFFERS
from bot.services.set_stepping import step
from domain.clock import Clock
from domain.refusals import StorageUnavailable
from domain.values import dataclass
from storage import set_meetings
from storage.engine import Database

logger = logging.getLogger(__name__)

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class SetClock:
    """The clock's side of sets, given a database and a clock."""

    database: Database
    clock: Clock

    def step_due(self, now: datetime) -> None:
        """Do what is due around meetings, each in a transaction of its own.

        Once more changes nothing. One that breaks does not stop the others; it is tried again at
        the next tick.
        """
        while True:
            with self.database.read() as conn:
                found = set_meetings.due(conn, now=now, size=AT_ONCE)
            broken = sum(not self._step(meeting_id, now) for meeting_id, _ in found)
            if broken or len(found) < AT_ONCE:
                return

    def scrub(self) -> None:
        """Take away old copies of offers that are gone."""
        scrub(self.database, OFFERS, OFFERS)

    def _step(self, meeting_id: str, now: datetime) -> bool:
        try:
            with self.database.write() as conn:
                learning_set, meeting = known_meeting(conn, meeting_id)
                step(conn, learning_set, meeting, now)
        except StorageUnavailable:
            raise
        except Exception as surprise:  # noqa: BLE001 - said in the log; the others go on
            kind = type(surprise).__name__
            logger.error("sets", extra={"event": "set_step_broke", "error_type": kind})
            return False
        return True
