"""Where the master keys come from."""

import os
from pathlib import Path

from bot.settings import BadSettings, Settings
from storage.master_keys import MasterKeys

_MISSING = (
    "There is no master key, so nothing that people write could be kept safe.\n"
    "Make one with: alongside keys new\n"
    "Then keep a copy of {file} somewhere else: without it, what people wrote is lost."
)


def read_keys(settings: Settings, *, may_make: bool) -> MasterKeys:
    """Return the ring from MASTER_KEYS or from the key file.

    `may_make` lets a first key be made where there is none; only for made-up people.

    Raises:
        BadSettings: There is none, or the file cannot be read.
        WrongMasterKey: What is there is no key.
    """
    if settings.master_keys is not None:
        return MasterKeys.parse(settings.master_keys.get_secret_value())
    file = settings.key_file
    try:
        return MasterKeys.parse(file.read_text())
    except FileNotFoundError:
        if not may_make:
            raise BadSettings(_MISSING.format(file=file)) from None
    except OSError as error:
        raise BadSettings(f"The key file {file} cannot be read: {error.strerror}.") from None
    keys = MasterKeys.generate()
    write_keys(file, keys)
    return keys


def write_keys(file: Path, keys: MasterKeys) -> None:
    """Put the ring into a file that only its owner can read, whole or not at all.

    Raises:
        BadSettings: The file cannot be written.
    """
    new = file.with_suffix(".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(keys.text())
            out.flush()
            os.fsync(out.fileno())
        new.replace(file)
    except OSError as error:
        raise BadSettings(f"The key file {file} cannot be written: {error.strerror}.") from None
