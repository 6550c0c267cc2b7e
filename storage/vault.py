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
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql

from storage.connection import Connection
from storage.engine import Database
from storage.master_keys import NONCE, MasterKeys, WrongMasterKey
from storage.statements import changing
from storage.tables import person_keys, vault_sentinel

__all__ = ["CannotOpen", "MasterKeys", "Place", "Vault", "WrongMasterKey", "rotate"]

_VERSION = b"\x01"
_KEY_ID = 8
_HEAD = len(_VERSION) + _KEY_ID + NONCE
_STEP = 256
_END = b"\x80"
_SENTINEL = b"the vault of alongside"
_SENTINEL_CONTEXT = "vault_sentinel|sealed|1"
_BATCH = 100

_of_person = person_keys.c.person_id == bindparam("person_id")
_KEY = select(person_keys.c.wrapped, person_keys.c.master_key_id).where(_of_person)
# Nobody erases the key between sealing with it and the end of the transaction.
_HELD_KEY = _KEY.with_for_update(read=True)
# PostgreSQL's class compiles for SQLite too.
_ADD_KEY = postgresql.insert(person_keys).on_conflict_do_nothing()
_ERASE = delete(person_keys).where(_of_person)
_MASTER_KEYS = select(person_keys.c.master_key_id).distinct()
_OLD = (
    select(person_keys.c.person_id, person_keys.c.wrapped, person_keys.c.master_key_id)
    .where(person_keys.c.master_key_id != bindparam("newest"))
    .limit(_BATCH)
    .with_for_update()
)
_REWRAP = changing(person_keys, "wrapped", "master_key_id").where(_of_person)
_READ_SENTINEL = select(vault_sentinel.c.sealed, vault_sentinel.c.master_key_id)
_ADD_SENTINEL = postgresql.insert(vault_sentinel).on_conflict_do_nothing()
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
    """Seals and opens with these master keys."""

    keys: MasterKeys

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
        return conn.execute(_ERASE, person_id=owner_id) == 1

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
        missing = {key_id for (key_id,) in conn.all(_MASTER_KEYS)} - set(self.keys.ids)
        if missing:
            raise WrongMasterKey(_MISSING.format(", ".join(sorted(missing))))

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
        row = conn.first(_HELD_KEY if conn.writes else _KEY, person_id=owner_id)
        if row is None:
            return None
        try:
            secret = self.keys.unwrap(row[0], _context(owner_id), row[1])
        except (KeyError, InvalidTag):
            raise CannotOpen from None
        return _DataKey(secret[:_KEY_ID], AESGCM(secret[_KEY_ID:]))

    def _new_data_key(self, conn: Connection, owner_id: str) -> _DataKey:
        secret = secrets.token_bytes(_KEY_ID) + AESGCM.generate_key(256)
        conn.execute(
            _ADD_KEY,
            person_id=owner_id,
            wrapped=self.keys.wrap(secret, _context(owner_id)),
            master_key_id=self.keys.newest,
        )
        # Another transaction may have made one just before: then that one stands.
        made = self._data_key(conn, owner_id)
        assert made is not None
        return made


def rotate(database: Database, keys: MasterKeys) -> int:
    """Wrap every data key with the newest master key; return how many were wrapped anew.

    Give every running process the new ring first. What people wrote is not touched. It goes in
    batches, each a transaction: stopped half-way, calling it again goes on. When it has ended, and
    not before, older keys may leave the ring. Old backups need them still.
    """
    done = 0
    while True:
        with database.write() as conn:
            rows = conn.all(_OLD, newest=keys.newest)
            for owner_id, wrapped, key_id in rows:
                secret = _unwrapped(keys, wrapped, owner_id, key_id)
                conn.execute(
                    _REWRAP,
                    person_id=owner_id,
                    wrapped=keys.wrap(secret, _context(owner_id)),
                    master_key_id=keys.newest,
                )
            if not rows:
                conn.execute(
                    _CHANGE_SENTINEL,
                    sealed=keys.wrap(_SENTINEL, _SENTINEL_CONTEXT),
                    master_key_id=keys.newest,
                )
                return done
            done += len(rows)


_MISSING = (
    "The master key {} is needed and is not in MASTER_KEYS. "
    "Add its line again; without it words that people wrote stay shut."
)


def _unwrapped(keys: MasterKeys, wrapped: bytes, owner_id: str, key_id: str) -> bytes:
    try:
        return keys.unwrap(wrapped, _context(owner_id), key_id)
    except (KeyError, InvalidTag):
        raise WrongMasterKey(_MISSING.format(key_id)) from None


def _context(owner_id: str) -> str:
    return f"person_keys|wrapped|{owner_id}"


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
