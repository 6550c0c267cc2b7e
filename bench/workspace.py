"""Practice workspaces, and the bot as a process of its own that is connected to one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from bot.manifest import manifest
from bot.practice_process import PracticeProcess, start_practice
from bot.words import Words
from practice.people import user_id

ADA = user_id("ada")
HANDLE = "ada"
READY = "Alongside is connected"


@contextmanager
def running_practice(folder: Path) -> Iterator[PracticeProcess]:
    """Give a practice workspace in a process of its own."""
    practice = start_practice(folder / "practice", 0, manifest(Words()))
    try:
        yield practice
    finally:
        practice.stop()


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where a workspace is and what opens it."""

    api_url: str
    bot_token: str
    app_token: str


class Bot:
    """The bot, or another program in its place, as a process; ready once it says so."""

    def __init__(self, command: list[str], tokens: Tokens, folder: Path, ready: str) -> None:
        """Start it and wait for a line of its output that begins with `ready`."""
        kept = ("PATH", "HOME", "LANG", "PYTHONPATH", "TMPDIR")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {
            "SLACK_API_URL": tokens.api_url,
            "SLACK_BOT_TOKEN": tokens.bot_token,
            "SLACK_APP_TOKEN": tokens.app_token,
            "DATA_FOLDER": str(folder),
            "LOG_LEVEL": "WARNING",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", *command],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        wait_for(self.process, ready)

    def stop(self) -> None:
        """Stop it and wait for its end."""
        self.process.terminate()
        self.process.communicate()


def wait_for(process: "subprocess.Popen[str]", ready: str) -> None:
    """Read a process's output up to the line that begins with `ready`."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(ready):
            return
    raise RuntimeError(f"{process.args!r} ended with status {process.wait()}")


def kilobytes(process: "subprocess.Popen[str]") -> int:
    """Return how much of the memory is a process's own and in use (its resident set)."""
    command = ["ps", "-o", "rss=", "-p", str(process.pid)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person does in a practice workspace, through its control API."""

    control_url: str
    control_token: str

    def do(self, what: str, **body: Any) -> dict[str, Any]:
        """Do something as Ada and return what the workspace answers."""
        request = Request(
            f"{self.control_url}/{what}",
            data=json.dumps({"person": HANDLE, **body}).encode(),
            headers={
                "Authorization": f"Bearer {self.control_token}",
                "Content-Type": "application/json",
            },
            method="POST",
        )
        with urlopen(request, timeout=30) as answer:
            said: dict[str, Any] = json.load(answer)
        assert said["ok"], said
        return said
