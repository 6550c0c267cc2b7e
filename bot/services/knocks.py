"""Requests over HTTP that have been let in: none gets in twice, whichever process it knocks at."""

from domain.clock import Clock
from domain.values import dataclass
from storage import idempotency
from storage.engine import Database

_NOBODY = ""


@dataclass(frozen=True, slots=True)
class Knocks:
    """The doors of every process of one database. A row is kept for 48 hours, as for forms."""

    database: Database
    clock: Clock

    def first(self, signature: str) -> bool:
        """Whether no process has let this request in yet; from now on one has.

        A signature says nothing about what was signed.

        Raises:
            StorageUnavailable: Nobody can know.
        """
        with self.database.write() as conn:
            key = f"request {signature}"
            return idempotency.once(conn, key, _NOBODY, now=self.clock()) is None
