"""The list of people who are gone, outside the database: an old backup must not bring them back.

It is a file to which lines are added and nothing else. A line holds an HMAC of a person's id, and
when; or the key of that HMAC, wrapped by a master key, so that the file needs nothing but the ring.
A line is on the disk before its deletion is confirmed to anybody.
"""

import errno
import fcntl
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

from cryptography.exceptions import InvalidTag

from domain.values import dataclass
from storage.master_keys import MasterKeys, WrongMasterKey

_CONTEXT = "ledger|key"
_TROUBLE = (
    "The list of people who are gone, {file}, cannot be opened with these master keys. "
    "Add the key it was made with again; without it, deleted people could come back."
)

_UNUSABLE = (
    "The list of people who are gone, {file}, cannot be used: {reason}. "
    "Without it nobody can be deleted. {mend}"
)
_TO_THE_USER = "Give it and its folder to the user who runs this program, with chown."
_MEND = {
    errno.ENOENT: "Make its folder, or name another place in LEDGER_FILE.",
    errno.EACCES: _TO_THE_USER,
    errno.EPERM: _TO_THE_USER,
    errno.EROFS: "With systemd, name its folder in ReadWritePaths: docs/running/grow.md says how.",
}


class LedgerUnavailable(Exception):
    """The file cannot be read or written. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The list in this file, with these master keys."""

    file: Path
    keys: MasterKeys

    def check(self) -> None:
        """Make sure that somebody can be put on the list. Where there is none, none is made yet.

        Raises:
            LedgerUnavailable: It cannot be written, or not be made.
        """
        try:
            if self.file.exists():
                with self._held():
                    return
            with TemporaryFile(dir=self.file.absolute().parent):
                """It can be made there."""
        except OSError as error:
            raise self._unusable(error) from None

    def add(self, person_id: str, *, at: datetime) -> None:
        """Put somebody on the list; when it returns, the line is on the disk. Twice is as once.

        Raises:
            LedgerUnavailable: It cannot be written.
            WrongMasterKey: It was made with other keys.
        """
        with self._held() as there:
            known, key = self._read(there)
            if key is None:
                key = secrets.token_bytes(32)
                self._append(there, self._wrapped(key))
            gone = _hashed(key, person_id)
            if gone not in known:
                self._append(there, {"gone": gone, "at": at.isoformat()})

    def those_gone(self, people: Iterable[str]) -> list[str]:
        """Return those of these people who are on the list.

        Raises:
            LedgerUnavailable: It is there and cannot be read.
            WrongMasterKey: It was made with other keys.
        """
        if not self.file.exists():
            return []
        with self._held() as there:
            known, key = self._read(there)
        if key is None:
            return []
        return [person_id for person_id in people if _hashed(key, person_id) in known]

    def count(self) -> int:
        """Return how many people are on the list."""
        if not self.file.exists():
            return 0
        with self._held() as there:
            return len(_lines(there)[0])

    def rewrap(self) -> None:
        """Let the newest master key open the list; the older ones may leave the ring after that."""
        if not self.file.exists():
            return
        with self._held() as there:
            _, key = self._read(there)
            _, wrapped = _lines(there)
            if key is not None and self.keys.newest not in wrapped:
                self._append(there, self._wrapped(key))

    @contextmanager
    def _held(self) -> Iterator[int]:
        """Give the file, which no other process changes meanwhile."""
        try:
            there = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            fcntl.flock(there, fcntl.LOCK_EX)
            yield there
        except OSError as error:
            raise self._unusable(error) from None
        finally:
            os.close(there)

    def _unusable(self, error: OSError) -> LedgerUnavailable:
        mend = _MEND.get(error.errno or 0, "Mend that, and start again.")
        text = _UNUSABLE.format(file=self.file, reason=error.strerror, mend=mend)
        return LedgerUnavailable(text)

    def _read(self, there: int) -> tuple[set[str], bytes | None]:
        known, wrapped = _lines(there)
        for key_id, secret in wrapped.items():
            with suppress(KeyError, InvalidTag):
                return known, self.keys.unwrap(b64decode(secret), _CONTEXT, key_id)
        if wrapped or known:
            raise WrongMasterKey(_TROUBLE.format(file=self.file))
        return known, None

    def _wrapped(self, key: bytes) -> dict[str, str]:
        sealed = b64encode(self.keys.wrap(key, _CONTEXT)).decode()
        return {"master_key": self.keys.newest, "wrapped": sealed}

    def _append(self, there: int, line: dict[str, str]) -> None:
        text = json.dumps(line) + "\n"
        size = os.fstat(there).st_size
        if size and os.pread(there, 1, size - 1) != b"\n":
            # A line that was cut off when the power went: what comes begins on one of its own.
            text = "\n" + text
        os.write(there, text.encode())
        os.fsync(there)
        folder = os.open(self.file.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _lines(there: int) -> tuple[set[str], dict[str, str]]:
    """Return the marks of those who are gone, and wrapped keys by the id of their master key."""
    known, wrapped = set(), {}
    text = os.pread(there, os.fstat(there).st_size, 0).decode()
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            if "gone" in entry:
                known.add(entry["gone"])
            else:
                wrapped[entry["master_key"]] = entry["wrapped"]
    return known, wrapped


def _hashed(key: bytes, person_id: str) -> str:
    return hmac.new(key, person_id.encode(), sha256).hexdigest()
