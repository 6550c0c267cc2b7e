"""Opens every sealed value of a row, as the reviewed file says where they are, to hold two
databases against each other. What was opened stays in memory and goes nowhere else.
"""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag

from domain.retention import Entry, Register, SealedFor
from storage.connection import Connection
from storage.master_keys import MasterKeys
from storage.vault import CHECK_INS, HOUSE, LEARNING_SETS, PEOPLE, CannotOpen, Place, Vault

_KEY_TABLES = {one.name: one for one in (PEOPLE, CHECK_INS, LEARNING_SETS, HOUSE)}
_OWNERS = {
    SealedFor.PERSON: PEOPLE,
    SealedFor.CHECK_IN: CHECK_INS,
    SealedFor.LEARNING_SET: LEARNING_SETS,
}


class Opening:
    """Opens what is sealed in these tables, with this ring of keys."""

    def __init__(self, register: Register, keys: MasterKeys) -> None:
        """The mark of the master key is left out: `Vault.check` opens it."""
        self._keys = keys
        self._columns: dict[str, tuple[Entry, ...]] = {
            one.table: register.sealed_columns(one.table)
            for one in register.tables
            if one.table != "vault_sentinel"
        }

    def of(self, table: str) -> tuple[Entry, ...]:
        """Return the entries of a table's sealed columns."""
        return self._columns.get(table, ())

    def values(self, conn: Connection, table: str, row: Mapping[str, Any]) -> list[bytes | None]:
        """Return what each sealed value of a row opens to; None where it does not open."""
        columns = (entry for entry in self.of(table) if row[str(entry.column)] is not None)
        return [self._opened(conn, entry, row) for entry in columns]

    def _opened(self, conn: Connection, entry: Entry, row: Mapping[str, Any]) -> bytes | None:
        """Open a value with the keys that stand in this database."""
        assert entry.column is not None
        assert entry.sealed_for is not None
        try:
            if entry.sealed_for is SealedFor.KEY:
                return self._data_key(entry.table, row)
            vault = Vault(self._keys, _OWNERS[entry.sealed_for])
            place = Place(entry.table, entry.column, row[entry.row])
            owner = row[entry.owner or "id"]
            return vault.open(conn, owner, place, row[entry.column]).encode()
        except CannotOpen:
            return None

    def _data_key(self, table: str, row: Mapping[str, Any]) -> bytes | None:
        found = _KEY_TABLES[table]
        context = found.context(row[found.owner])
        if row["master_key_id"] not in self._keys.ids:
            return None
        try:
            return self._keys.unwrap(row["wrapped"], context, row["master_key_id"])
        except InvalidTag:
            return None
