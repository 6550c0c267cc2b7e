"""The keys of the installation, which never stand in the database."""

import binascii
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12

_KEY = 32
_ID = re.compile(r"[A-Za-z0-9-]{1,32}")


class WrongMasterKey(Exception):
    """The keys given are not keys, or not those of this database. The message says what to do."""


@dataclass(frozen=True)
class MasterKeys:
    """A ring of master keys, newest first: the first one wraps, all of them unwrap.

    A key's text never shows in its `repr`.
    """

    _keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def generate(cls) -> "MasterKeys":
        """Return a ring with one new random key."""
        return cls({secrets.token_hex(4): secrets.token_bytes(_KEY)})

    @classmethod
    def parse(cls, text: str) -> "MasterKeys":
        """Read `id:key` entries, newest first, between commas or on lines of their own.

        An id is up to 32 letters, digits and dashes; a key is 32 bytes in URL-safe base64.

        Raises:
            WrongMasterKey: Naming the entry by its place, never by what it holds.
        """
        keys: dict[str, bytes] = {}
        entries = [entry.strip() for entry in text.replace(",", "\n").splitlines()]
        for place, entry in enumerate((entry for entry in entries if entry), start=1):
            key_id, _, encoded = entry.partition(":")
            if not _ID.fullmatch(key_id) or key_id in keys:
                raise WrongMasterKey(
                    f"Master key {place} needs a name of its own before the colon: "
                    "up to 32 letters, digits and dashes."
                )
            keys[key_id] = _read(encoded, place)
        if not keys:
            raise WrongMasterKey("There is no master key. Make one with: alongside keys new")
        return cls(keys)

    def __str__(self) -> str:
        """Say how many there are and nothing else."""
        return f"{len(self._keys)} master keys"

    def text(self) -> str:
        """Return what `parse` reads, one key a line. It is secret."""
        return "".join(
            f"{key_id}:{urlsafe_b64encode(key).decode().rstrip('=')}\n"
            for key_id, key in self._keys.items()
        )

    def with_new(self) -> "MasterKeys":
        """Return the ring with a new key in front."""
        return MasterKeys({**MasterKeys.generate()._keys, **self._keys})

    @property
    def newest(self) -> str:
        """The id of the key that wraps."""
        return next(iter(self._keys))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, newest first."""
        return tuple(self._keys)

    def wrap(self, secret: bytes, context: str) -> bytes:
        """Seal a secret with the newest key, for this context only."""
        nonce = secrets.token_bytes(NONCE)
        key = AESGCM(self._keys[self.newest])
        return nonce + key.encrypt(nonce, secret, _bound(context, self.newest))

    def unwrap(self, wrapped: bytes, context: str, key_id: str) -> bytes:
        """Return the secret.

        Raises:
            KeyError: The key is not in the ring.
            cryptography.exceptions.InvalidTag: It is another key, or the context another.
        """
        key = AESGCM(self._keys[key_id])
        return key.decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(context, key_id))


def _bound(context: str, key_id: str) -> bytes:
    return f"v1|{context}|{key_id}".encode()


def _read(encoded: str, place: int) -> bytes:
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        key = urlsafe_b64decode(padded.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        key = b""
    if len(key) != _KEY:
        raise WrongMasterKey(
            f"Master key {place} is not 32 bytes in URL-safe base64. Copy the whole line again."
        )
    return key
