"""Seals what people write, so that the database alone tells nobody.

Each person has a random data key; the master keys wrap it. A sealed value is
`version (1 byte) | id of the data key (8) | nonce (12) | ciphertext and tag`, AES-256-GCM over the
text padded to steps of 256 bytes, bound to its table, column, row and owner: moved anywhere else
it does not open. Erasing somebody is deleting their data key.

Data keys are not kept in memory. Unwrapping one costs about as much as reading the clock, and a
process that kept them could seal with a key that another process has erased.
"""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, bindparam, delete, select

from storage.connection import Connection
from storage.engine import Database
from storage.learning_set_tables import learning_set_keys
from storage.master_keys import NONCE, MasterKeys, WrongMasterKey
from storage.my_data_tables import house_keys
from storage.statements import changing, upsert
from storage.tables import check_in_keys, person_keys, vault_sentinel

__all__ = ["CannotOpen", "KeyTable", "MasterKeys", "Place", "Vault", "WrongMasterKey", "rotate"]

_VERSION = b"\x01"
_KEY_ID = 8
_HEAD = len(_VERSION) + _KEY_ID + NONCE
_STEP = 256
_END = b"\x80"
_SENTINEL = b"the vault of alongside"
_SENTINEL_CONTEXT = "vault_sentinel|sealed|1"
_BATCH = 100


class KeyTable:
    """A table of data keys: one for each owner, wrapped by a master key.

    `owner` names its key column; the others are `wrapped` and `master_key_id`.
    """

    def __init__(self, table: Table, owner: str) -> None:
        """Write the statements, once."""
        is_owner = table.c[owner] == bindparam("owner")
        self.name = table.name
        self.owner = owner
        self.key = select(table.c.wrapped, table.c.master_key_id).where(is_owner)
        # Nobody erases the key between sealing with it and the end of the transaction.
        self.held_key = self.key.with_for_update(read=True)
        self.add = upsert(table).on_conflict_do_nothing()
        self.erase = delete(table).where(is_owner)
        self.master_keys = select(table.c.master_key_id).distinct()
        self.old = (
            select(table.c[owner], table.c.wrapped, table.c.master_key_id)
            .where(table.c.master_key_id != bindparam("newest"))
            .limit(_BATCH)
            .with_for_update()
        )
        self.rewrap = changing(table, "wrapped", "master_key_id").where(is_owner)

    def context(self, owner_id: str) -> str:
        """Return what a wrapped key is bound to."""
        return f"{self.name}|wrapped|{owner_id}"


PEOPLE = KeyTable(person_keys, "person_id")
CHECK_INS = KeyTable(check_in_keys, "check_in_id")
HOUSE = KeyTable(house_keys, "name")
LEARNING_SETS = KeyTable(learning_set_keys, "set_id")
_KEY_TABLES = (PEOPLE, CHECK_INS, LEARNING_SETS, HOUSE)

_READ_SENTINEL = select(vault_sentinel.c.sealed, vault_sentinel.c.master_key_id)
_ADD_SENTINEL = upsert(vault_sentinel).on_conflict_do_nothing()
_CHANGE_SENTINEL = changing(vault_sentinel, "sealed", "master_key_id")


class CannotOpen(Exception):
    """A sealed value is damaged, was moved, or its owner's key is gone."""


class Place(NamedTuple):
    """Where a sealed value stands: the column `column` of the row with the id `row`."""

    table: str
    column: str
    row: str


class _DataKey(NamedTuple):
    id: bytes
    key: AESGCM


@dataclass(frozen=True)
class Vault:
    """Seals and opens with these master keys, for the owners of one table of data keys."""

    keys: MasterKeys
    owners: KeyTable = PEOPLE

    def of_check_ins(self) -> "Vault":
        """Return a vault in which each check-in has a key of its own, to be destroyed."""
        return Vault(self.keys, CHECK_INS)

    def of_learning_sets(self) -> "Vault":
        """Return a vault in which each action-learning set has a key of its own."""
        return Vault(self.keys, LEARNING_SETS)

    def house_key(self, conn: Connection, name: str) -> bytes | None:
        """Return a key of the house itself, 32 bytes; in a write it is made when first needed.

        It stays the same when the master keys change. In a read it is None before it was made.

        Raises:
            CannotOpen: It is there and these master keys do not open it.
        """
        house = Vault(self.keys, HOUSE)
        secret = house._secret(conn, name)
        if secret is None and conn.writes:
            secret = house._new_secret(conn, name)
        return None if secret is None else secret[_KEY_ID:]

    def seal(self, conn: Connection, owner_id: str, place: Place, text: str) -> bytes:
        """Return the text sealed for its place and owner.

        The owner's data key is made when it is first needed, in the same transaction.
        """
        data_key = self._data_key(conn, owner_id) or self._new_data_key(conn, owner_id)
        nonce = secrets.token_bytes(NONCE)
        sealed = data_key.key.encrypt(nonce, _pad(text), _bound(place, owner_id, data_key.id))
        return _VERSION + data_key.id + nonce + sealed

    def open(self, conn: Connection, owner_id: str, place: Place, sealed: bytes) -> str:
        """Return the text.

        Raises:
            CannotOpen: It was changed, moved or sealed for somebody else, or the key is erased.
        """
        data_key = self._data_key(conn, owner_id)
        key_id, nonce = sealed[1 : 1 + _KEY_ID], sealed[1 + _KEY_ID : _HEAD]
        if data_key is None or sealed[:1] != _VERSION or key_id != data_key.id:
            raise CannotOpen
        try:
            return _unpad(
                data_key.key.decrypt(nonce, sealed[_HEAD:], _bound(place, owner_id, key_id))
            )
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def erase(self, conn: Connection, owner_id: str) -> bool:
        """Delete someone's data key: nothing sealed for them opens again. False without one."""
        return conn.execute(self.owners.erase, owner=owner_id) == 1

    def check(self, conn: Connection) -> None:
        """Make sure in a writing transaction that these are the keys of this database.

        On an empty database it leaves a mark, which later starts must be able to open.

        Raises:
            WrongMasterKey: With what to do.
        """
        if conn.first(_READ_SENTINEL) is None:
            conn.execute(
                _ADD_SENTINEL,
                id=1,
                sealed=self.keys.wrap(_SENTINEL, _SENTINEL_CONTEXT),
                master_key_id=self.keys.newest,
            )
        # Read again: another process may have left the mark just before.
        sealed, key_id = conn.first(_READ_SENTINEL) or (b"", "")
        self._check_sentinel(sealed, key_id)
        used = {key_id for table in _KEY_TABLES for (key_id,) in conn.all(table.master_keys)}
        missing = used - set(self.keys.ids)
        if missing:
            raise WrongMasterKey(_MISSING.format(", ".join(sorted(missing))))

    def check_if_marked(self, conn: Connection) -> None:
        """Make sure of the same while only reading; a database without the mark passes.

        Raises:
            WrongMasterKey: With what to do.
        """
        row = conn.first(_READ_SENTINEL)
        if row is not None:
            self._check_sentinel(*row)

    def _check_sentinel(self, sealed: bytes, key_id: str) -> None:
        if key_id not in self.keys.ids:
            raise WrongMasterKey(_MISSING.format(key_id))
        try:
            self.keys.unwrap(sealed, _SENTINEL_CONTEXT, key_id)
        except InvalidTag:
            raise WrongMasterKey(
                f"The master key {key_id} is not the one this database was made with. "
                "Put the right key in MASTER_KEYS; without it the words people wrote stay shut."
            ) from None

    def _data_key(self, conn: Connection, owner_id: str) -> _DataKey | None:
        secret = self._secret(conn, owner_id)
        return None if secret is None else _parted(secret)

    def _new_data_key(self, conn: Connection, owner_id: str) -> _DataKey:
        return _parted(self._new_secret(conn, owner_id))

    def _secret(self, conn: Connection, owner_id: str) -> bytes | None:
        statement = self.owners.held_key if conn.writes else self.owners.key
        row = conn.first(statement, owner=owner_id)
        if row is None:
            return None
        try:
            return self.keys.unwrap(row[0], self.owners.context(owner_id), row[1])
        except (KeyError, InvalidTag):
            raise CannotOpen from None

    def _new_secret(self, conn: Connection, owner_id: str) -> bytes:
        secret = secrets.token_bytes(_KEY_ID) + AESGCM.generate_key(256)
        made_for: dict[str, str] = {self.owners.owner: owner_id}
        conn.execute(
            self.owners.add,
            wrapped=self.keys.wrap(secret, self.owners.context(owner_id)),
            master_key_id=self.keys.newest,
            **made_for,
        )
        # Another transaction may have made one just before: then that one stands.
        made = self._secret(conn, owner_id)
        assert made is not None
        return made


def _parted(secret: bytes) -> _DataKey:
    return _DataKey(secret[:_KEY_ID], AESGCM(secret[_KEY_ID:]))


def rotate(database: Database, keys: MasterKeys) -> int:
    """Wrap every data key with the newest master key; return how many were wrapped anew.

    Give every running process the new ring first. What people wrote is not touched. It goes in
    batches, each a transaction: stopped half-way, calling it again goes on. When it has ended, and
    not before, older keys may leave the ring. Old backups need them still.
    """
    done = sum(_rotate(database, keys, table) for table in _KEY_TABLES)
    with database.write() as conn:
        conn.execute(
            _CHANGE_SENTINEL,
            sealed=keys.wrap(_SENTINEL, _SENTINEL_CONTEXT),
            master_key_id=keys.newest,
        )
    return done


def _rotate(database: Database, keys: MasterKeys, table: KeyTable) -> int:
    done = 0
    while True:
        with database.write() as conn:
            rows = conn.all(table.old, newest=keys.newest)
            if not rows:
                return done
            for owner_id, wrapped, key_id in rows:
                secret = _unwrapped(keys, wrapped, table.context(owner_id), key_id)
                conn.execute(
                    table.rewrap,
                    owner=owner_id,
                    wrapped=keys.wrap(secret, table.context(owner_id)),
                    master_key_id=keys.newest,
                )
            done += len(rows)


_MISSING = (
    "The master key {} is needed and is not in MASTER_KEYS. "
    "Add its line again; without it words that people wrote stay shut."
)


def _unwrapped(keys: MasterKeys, wrapped: bytes, context: str, key_id: str) -> bytes:
    try:
        return keys.unwrap(wrapped, context, key_id)
    except (KeyError, InvalidTag):
        raise WrongMasterKey(_MISSING.format(key_id)) from None


def _bound(place: Place, owner_id: str, key_id: bytes) -> bytes:
    parts = ("v1", *place, owner_id, key_id.hex())
    if any("|" in part for part in parts):
        raise ValueError("an id or a name with a | in it")
    return "|".join(parts).encode()


def _pad(text: str) -> bytes:
    data = text.encode() + _END
    return data + bytes(-len(data) % _STEP)


def _unpad(data: bytes) -> str:
    return data.rstrip(b"\0").removesuffix(_END).decode()
