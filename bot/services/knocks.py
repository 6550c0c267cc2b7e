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

    def first(self, signature: str, door: str) -> bool:
        """Whether no process has let this request in yet; from now on this door has.

        A signature says nothing about what was signed.

        Raises:
            StorageUnavailable: Nobody can know.
        """
        with self.database.write() as conn:
            return (
                idempotency.once(conn, _key(signature), _NOBODY, now=self.clock(), result=door)
                is None
            )

    def forget(self, signature: str, door: str) -> None:
        """Let the request in once more, where it was this door that let it in.

        Raises:
            StorageUnavailable: It is known still.
        """
        with self.database.write() as conn:
            idempotency.forget(conn, _key(signature), door)


def _key(signature: str) -> str:
    return f"request {signature}"
