"""A mark outside the database of how far it had come: so an older one is known when it is back.

One small file, put in place of the one before it as a whole.
"""

import json
import os
from datetime import datetime
from pathlib import Path

from domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """`turn` only grows. `line` and `link` are the end of the chain of the audit at that time."""

    turn: int
    at: datetime
    line: int
    link: str


@dataclass(frozen=True, slots=True)
class MarkFile:
    """The mark in this file."""

    file: Path

    def read(self) -> Mark | None:
        """Return the mark; None where there is none, or none that can be read."""
        try:
            kept = json.loads(self.file.read_text())
            at = datetime.fromisoformat(kept["at"])
            return Mark(int(kept["turn"]), at, int(kept["line"]), str(kept["link"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, mark: Mark) -> None:
        """Put this mark in place of the one before.

        Raises:
            OSError: It cannot be written.
        """
        new = self.file.with_suffix(f".{os.getpid()}.new")
        text = json.dumps(
            {"turn": mark.turn, "at": mark.at.isoformat(), "line": mark.line, "link": mark.link}
        )
        there = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(there, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        new.replace(self.file)
