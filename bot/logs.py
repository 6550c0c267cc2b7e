"""The log: one JSON object a line, with names and numbers and never with words of a person."""

import json
import logging
import os
import socket
import sys
from datetime import UTC, datetime
from typing import TextIO

FIELDS = (
    "event",
    "reason",
    "error_type",
    "place",
    "request",
    "count",
    "seconds",
    "address",
    "waiting",
    "lag_seconds",
)
"""What a line may hold beside time, level, process and logger. Anything else is left out."""

LIBRARY = "library"
"""The event of a line that a library wrote: only that something was said."""

OURS = ("bot", "storage", "domain")
QUIET = (
    "slack_bolt",
    "slack_sdk",
    "apscheduler",
    "sqlalchemy",
    "alembic",
    "urllib3",
    "waitress",
    "asyncio",
)
"""Libraries whose own messages may hold what people typed: only that something was said."""


class JsonLines(logging.Formatter):
    """Formats a record as JSON from the allowed fields alone.

    The message of our own records is a fixed word; a library's message is left out, because
    Slack's clients print whole requests. Each line says which of several processes wrote it.
    """

    def __init__(self, instance: str = "") -> None:
        """Take the name of this process among others; the computer's own by default."""
        super().__init__()
        self._instance = instance or socket.gethostname()

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "instance": self._instance,
            "pid": os.getpid(),
            "logger": record.name,
        }
        for name in FIELDS:
            value = getattr(record, name, None)
            if value is not None:
                line[name] = value
        line.setdefault("event", LIBRARY)
        if record.exc_info and record.exc_info[0] is not None:
            line.setdefault("error_type", record.exc_info[0].__name__)
        return json.dumps(line)


def start_logging(level: str, stream: TextIO | None = None, *, instance: str = "") -> None:
    """Send every record through `JsonLines`; call again after Bolt's `App` is made.

    Bolt gives its loggers a level and handlers of its own when the app is made, so libraries are
    held to WARNING here, also at DEBUG: there they print whole requests.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(instance))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    known = [name for name in logging.root.manager.loggerDict if name.startswith(QUIET)]
    for name in (*QUIET, *known):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.handlers = []
        logger.propagate = True
