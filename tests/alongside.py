"""The bot as an operator runs it: the `alongside` command in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent.parent
PATIENCE_SECONDS = 30
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


class Alongside:
    """One command, with settings of its own and nothing of the developer's; a folder is its home.

    What it says is kept in two files beside the folder, over restarts.
    """

    def __init__(self, folder, *arguments, **settings):
        self.folder = Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.arguments = arguments or ("run",)
        self.settings = settings
        self.said_file = self.folder.parent / f"{self.folder.name}.said"
        self.log_file = self.folder.parent / f"{self.folder.name}.log"
        self.process = None

    @property
    def said(self):
        """What it printed for the operator."""
        return self.said_file.read_text()

    @property
    def log(self):
        """What it wrote to standard error: its log, or its one line of trouble."""
        return self.log_file.read_text()

    def start(self, **popen):
        self.said_file.write_text("")
        self.said_file.chmod(0o666)
        with self.said_file.open("a") as said, self.log_file.open("a") as log:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=log,
                **popen,
            )
        return self

    def run(self, **popen):
        """Start it and wait for its end; return the exit status."""
        return self.start(**popen).end()

    def until_ready(self):
        """Wait until it says that it is ready."""
        self.wait(lambda: "Ctrl-C stops it." in self.said)
        return self

    def wait(self, true):
        """Wait for something that comes while it runs."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := true()):
            assert self.process.poll() is None, f"it ended: {self.log[-2000:]}"
            assert time.monotonic() < deadline, f"it did not come: {self.log[-2000:]}"
            time.sleep(0.02)
        return found

    def end(self, seconds=PATIENCE_SECONDS):
        """Wait for it to end by itself; return the exit status."""
        try:
            return self.process.wait(seconds)
        finally:
            self.kill()

    def stop(self, number=signal.SIGINT):
        """Press Ctrl-C; return the exit status and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.end(), time.monotonic() - began

    def kill(self):
        """Pull the plug."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()

    def _command(self):
        return [sys.executable, "-m", "bot", *self.arguments]

    def _environment(self):
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        temp = self.folder.parent / f"{self.folder.name}.tmp"
        temp.mkdir(exist_ok=True)
        ours = {
            "HOME": str(self.folder),
            "TMPDIR": str(temp),
            "PYTHONPATH": str(HERE),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return kept | ours | {name.upper(): str(value) for name, value in self.settings.items()}


def connected_to(practice, folder, **settings):
    """The bot with the tokens of this workspace; not started yet."""
    tokens = {
        "slack_bot_token": practice.bot_token,
        "slack_app_token": practice.app_token,
        "slack_api_url": practice.api_url,
    }
    return Alongside(folder, **tokens | settings)


def enrol(someone, *handles, role="Partner"):
    """A co-lead, who is the first to open Home, enrols people; return them at their screens."""
    from practice.people import user_id

    dilys = someone("dilys")
    dilys.command("/cohort")
    dilys.press("Enrol people")
    dilys.submit(values={"People": [user_id(h) for h in handles], "Roles": [role]})
    assert dilys.title == "Enrolment", dilys.last
    dilys.close()
    return [someone(handle) for handle in handles]
