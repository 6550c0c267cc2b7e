"""Reads a lock file: what is pinned, by which hashes, and for whose sake."""

import re
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==(?P<version>\S+)(?P<rest>.*)$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_FOR = re.compile(r"^ +# +(?:via +)?([A-Za-z0-9._-]+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One library. `wanted_by` are the libraries that need it, or this program itself."""

    name: str
    version: str
    hashes: tuple[str, ...]
    wanted_by: tuple[str, ...]


def read_pins(file: Path) -> tuple[Pin, ...]:
    """Return every pin of a lock file as `uv pip compile` writes it.

    Raises:
        ValueError: A pin has no hash.
    """
    pins = []
    for block in re.split(r"^(?=[A-Za-z0-9])", file.read_text(), flags=re.MULTILINE):
        lines = block.splitlines()
        if not lines or not (found := _PIN.match(lines[0])):
            continue
        hashes = tuple(_HASH.findall(block))
        if not hashes:
            raise ValueError(f"{found['name']} has no hash in {file.name}")
        wanted = [m[1] for line in lines[1:] if (m := _FOR.match(line)) and m[1] != "via"]
        pins.append(Pin(found["name"], found["version"], hashes, tuple(wanted)))
    return tuple(pins)
