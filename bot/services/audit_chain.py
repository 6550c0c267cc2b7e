"""Chains the lines of the audit a little after they are written, and looks them over."""

from domain.values import dataclass
from storage import audit_chain as store
from storage.audit_chain import ChainBroken, Looked
from storage.engine import Database
from storage.vault import Vault

__all__ = ["AuditChain", "ChainBroken", "Looked"]

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditChain:
    """The chain, given a database and a vault."""

    database: Database
    vault: Vault

    def link(self) -> int:
        """Link every line that is not linked yet; return how many.

        It goes in batches, each a transaction. Several processes may do so at the same time.

        Raises:
            ChainBroken: The chain was changed; nothing more is linked to it.
        """
        with self.database.write() as conn:
            upto = store.newest(conn)
        done = 0
        while True:
            with self.database.write() as conn:
                key = self.vault.house_key(conn, store.KEY)
                assert key is not None, "made when it is first needed"
                linked = store.link(conn, key, upto=upto, size=AT_ONCE)
            done += linked
            if linked < AT_ONCE:
                return done

    def examine(self) -> Looked:
        """Look over every line.

        Raises:
            ChainBroken: Naming the first line that is not as it was written, by its number.
        """
        with self.database.read() as conn:
            return store.examine(conn, self.vault.house_key(conn, store.KEY))
