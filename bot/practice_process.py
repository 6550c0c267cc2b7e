"""Starts the practice workspace beside the bot. The two meet on the wire only."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.settings import BadSettings
from domain.values import dataclass

_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class PracticeProcess:
    """A running practice workspace: where it is, and the tokens it takes."""

    process: subprocess.Popen[str]
    url: str
    api_url: str
    bot_token: str
    app_token: str

    def stop(self) -> None:
        """Let it put its things away, and wait for it."""
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_practice(folder: Path, port: int, manifest: dict[str, Any]) -> PracticeProcess:
    """Start the workspace in a process of its own; it ends when this one does.

    Raises:
        BadSettings: It cannot start, in its own words.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2))
    except OSError as error:
        raise BadSettings(f"The folder {folder} cannot be written: {error.strerror}.") from None
    command = [
        sys.executable,
        "-m",
        "practice",
        "--port",
        str(port),
        "--manifest",
        str(folder / "manifest.json"),
        "--data",
        str(folder / "workspace.db"),
        "--until-stdin-closes",
    ]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=_environment(),
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise BadSettings(_why(process))
    facts = json.loads(line)
    return PracticeProcess(
        process, facts["url"], facts["api_url"], facts["bot_token"], facts["app_token"]
    )


def _environment() -> dict[str, str]:
    """Nothing of the bot's own settings: the workspace has none of its secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "SYSTEMROOT")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _why(process: subprocess.Popen[str]) -> str:
    _, errors = process.communicate()
    lines = [line for line in errors.splitlines() if line.strip()]
    reason = lines[-1] if lines else f"it ended with status {process.returncode}"
    if "ort" in reason and "cannot be used" in reason:
        return f"{reason.replace('--port', 'PRACTICE_PORT')}"
    return f"The practice workspace did not start: {reason}"
