"""The file of a backup: one stream of bytes, packed and sealed in pieces.

`magic | header, a line of JSON | pieces`. The header names the master key and holds the file's own
random key, wrapped by it. Each piece is its length in four bytes and AES-256-GCM over packed bytes,
bound to the header, its number and whether it is the last: none can be changed, left out, moved or
cut off, and none of another file put in.
"""

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.values import dataclass
from storage.master_keys import MasterKeys

_MAGIC = b"alongside backup 1\n"
_CONTEXT = "backup|key"
_PIECE = 256 * 1024
_LONGEST_HEADER = 4096
_LONGEST_PIECE = _PIECE + 64
_NO_BACKUP = "{} is not a backup of Alongside."
_DAMAGED = "The backup {} is damaged or not whole. Nothing was changed. Take another copy of it."


class BackupProblem(Exception):
    """A backup cannot be written or read. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """When it was made, and which version the tables had."""

    made_at: datetime
    revision: str


def write(file: Path, keys: MasterKeys, header: Header, lines: Iterable[bytes]) -> None:
    """Write a new file that only its owner can read, whole or not at all.

    Raises:
        BackupProblem: It is there already, or cannot be written.
    """
    if file.exists():
        raise BackupProblem(f"{file} is there already. Give the backup another name.")
    part = file.with_name(f"{file.name}.part")
    try:
        there = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(there, "wb") as out:
            os.fchmod(out.fileno(), 0o600)
            _write(out, keys, header, lines)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as error:
        raise BackupProblem(f"The backup {file} cannot be written: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            part.unlink()


def _write(out: BinaryIO, keys: MasterKeys, header: Header, lines: Iterable[bytes]) -> None:
    secret = AESGCM.generate_key(256)
    head = json.dumps(
        {
            "master_key": keys.newest,
            "wrapped": b64encode(keys.wrap(secret, _CONTEXT)).decode(),
            "made_at": header.made_at.isoformat(),
            "revision": header.revision,
        }
    ).encode()
    out.write(_MAGIC + head + b"\n")
    sealer = AESGCM(secret)
    pieces = _pieces(lines)
    number, piece = 0, next(pieces)
    for following in pieces:
        _write_piece(out, sealer, head, number, piece, last=False)
        number, piece = number + 1, following
    _write_piece(out, sealer, head, number, piece, last=True)


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pack the lines, and yield pieces of one size; the last one may be shorter."""
    packer, packed = zlib.compressobj(), bytearray()
    for line in lines:
        packed += packer.compress(line)
        while len(packed) >= _PIECE:
            yield bytes(packed[:_PIECE])
            del packed[:_PIECE]
    packed += packer.flush()
    while len(packed) > _PIECE:
        yield bytes(packed[:_PIECE])
        del packed[:_PIECE]
    yield bytes(packed)


def _write_piece(
    out: BinaryIO, sealer: AESGCM, head: bytes, number: int, piece: bytes, *, last: bool
) -> None:
    sealed = sealer.encrypt(_nonce(number), piece, _bound(head, number, last=last))
    out.write(len(sealed).to_bytes(4) + sealed)


def read_header(file: Path, keys: MasterKeys) -> Header:
    """Return what stands at the head of a backup.

    Raises:
        BackupProblem: As in `read`.
    """
    with _opened(file) as there:
        return _head(there, file, keys)[0]


def read(file: Path, keys: MasterKeys) -> Iterator[bytes]:
    """Yield the lines of a backup. What is yielded is not yet known to be whole until the end.

    Raises:
        BackupProblem: It is no backup, needs another key, or was changed or cut off.
    """
    with _opened(file) as there:
        _, head, sealer = _head(there, file, keys)
        unpacker, text = zlib.decompressobj(), b""
        for piece in _opened_pieces(there, file, head, sealer):
            try:
                text += unpacker.decompress(piece)
            except zlib.error:
                raise BackupProblem(_DAMAGED.format(file)) from None
            *lines, text = text.split(b"\n")
            yield from lines
        if text or not unpacker.eof:
            raise BackupProblem(_DAMAGED.format(file))


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise BackupProblem(f"The backup {file} cannot be read: {error.strerror}.") from None


def _head(there: BinaryIO, file: Path, keys: MasterKeys) -> tuple[Header, bytes, AESGCM]:
    if there.read(len(_MAGIC)) != _MAGIC:
        raise BackupProblem(_NO_BACKUP.format(file))
    head = there.readline(_LONGEST_HEADER).removesuffix(b"\n")
    try:
        kept = json.loads(head)
        header = Header(datetime.fromisoformat(kept["made_at"]), str(kept["revision"]))
        key_id, wrapped = str(kept["master_key"]), b64decode(kept["wrapped"])
    except (ValueError, KeyError, TypeError):
        raise BackupProblem(_DAMAGED.format(file)) from None
    if key_id not in keys.ids:
        raise BackupProblem(
            f"The backup {file} needs the master key {key_id[:32]!a}, and it is not among yours. "
            "Add its line again, below the newest."
        )
    try:
        return header, head, AESGCM(keys.unwrap(wrapped, _CONTEXT, key_id))
    except (InvalidTag, ValueError):
        raise BackupProblem(
            f"The backup {file} is damaged, or your master key {key_id} is another one "
            "of that name. Nothing was changed."
        ) from None


def _opened_pieces(
    there: BufferedReader, file: Path, head: bytes, sealer: AESGCM
) -> Iterator[bytes]:
    number, last = 0, False
    while not last:
        length = int.from_bytes(there.read(4))
        sealed = there.read(length) if length <= _LONGEST_PIECE else b""
        last = there.peek(1) == b""
        try:
            if len(sealed) != length:
                raise ValueError("cut off, or not its length")
            yield sealer.decrypt(_nonce(number), sealed, _bound(head, number, last=last))
        except (InvalidTag, ValueError):
            raise BackupProblem(_DAMAGED.format(file)) from None
        number += 1


def _nonce(number: int) -> bytes:
    """The key is this file's alone, so that a number serves."""
    return number.to_bytes(12)


def _bound(head: bytes, number: int, *, last: bool) -> bytes:
    return b"%b|%d|%d" % (head, number, last)
