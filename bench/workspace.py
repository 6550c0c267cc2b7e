"""Practice workspaces, and the bot as a process of its own that is connected to one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from urllib.request import Request, urlopen

from bot.manifest import manifest
from bot.words import Words
from practice.people import user_id

ADA = user_id("ada")
HANDLE = "ada"
READY = "Alongside is connected"


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a practice workspace is, and what opens it."""

    api_url: str
    bot_token: str
    app_token: str
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


@contextmanager
def running_practice(folder: Path) -> Iterator[Workspace]:
    """Give a practice workspace in a process of its own."""
    file = folder / "manifest.json"
    file.write_text(json.dumps(manifest(Words())))
    command = [sys.executable, "-m", "practice", "--port", "0", "--manifest", str(file)]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        names = [field.name for field in fields(Workspace)]
        yield Workspace(**{name: facts[name] for name in names})
    finally:
        stop(process)


def start_bot(workspace: Workspace, folder: Path, **settings: str) -> "subprocess.Popen[str]":
    """Start the bot, connected to a workspace, and return once it is ready.

    The folder holds its database and its keys. `settings` are further ones of its environment.
    """
    return start(["-m", "bot", "run"], READY, folder, workspace, settings)


def start(
    command: list[str],
    ready: str,
    folder: Path,
    workspace: Workspace | None = None,
    more: Mapping[str, str] | None = None,
) -> "subprocess.Popen[str]":
    """Start a Python program in a folder; return once it prints a line that begins with `ready`.

    It finds no `.env` there: nothing here ever touches the database of somebody's own bot.
    """
    settings = environment() | {"LOG_LEVEL": "WARNING", "DATA_FOLDER": str(folder)}
    if workspace is not None:
        settings["SLACK_API_URL"] = workspace.api_url
        settings["SLACK_BOT_TOKEN"] = workspace.bot_token
        settings["SLACK_APP_TOKEN"] = workspace.app_token
    settings |= more or {}
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(ready):
                return process
        errors.seek(0)
        raise RuntimeError(f"status {process.wait()} of {command}:\n{errors.read()}")


def stop(process: "subprocess.Popen[str]") -> None:
    """End a program at once; what it had to keep is kept."""
    process.kill()
    process.communicate()


def environment() -> dict[str, str]:
    """Return what every program needs, without the settings of whoever measures."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    here = {"PYTHONPATH": str(Path(__file__).parents[1])}
    return here | {name: os.environ[name] for name in kept if name in os.environ}


def kilobytes(process: "subprocess.Popen[str]") -> int:
    """Return how much memory a process has in use (its resident set)."""
    command = ["ps", "-o", "rss=", "-p", str(process.pid)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
