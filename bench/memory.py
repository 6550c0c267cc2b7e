"""Memory of the bot while it is connected and in use; the floor is the libraries and a bare app.

Both are processes of their own, looked at from outside.
"""

import tempfile
from pathlib import Path

from bench import made_up, workspace
from bench.measure import Row
from bench.workspace import Workspace

NAME = "memory"
GOAL = 1.5

_FLOOR = """
import slack_bolt, sqlalchemy, apscheduler.schedulers.background, pydantic
from bench.bare import bare_app
app = bare_app("T0PRACTICE0")
print("ready", flush=True)
input()
"""


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 5 processes of each kind and 20 sessions logged in each of ours."""
    processes, logged = max(1, int(5 * scale)), max(1, int(20 * scale))
    floors: list[float] = []
    sizes: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with made_up.empty_database(folder) as database, database.write() as conn:
            made_up.enrol_partner(conn, workspace.ADA)
        with workspace.running_practice(folder) as practice:
            for _ in range(processes):
                floors.append(_of_the_floor(folder))
                sizes.append(_of_the_bot(practice, folder, logged))
    facts: dict[str, object] = {"sessions_logged": logged}
    return Row(name=NAME, goal=GOAL, ours=sizes, floor=floors, unit="kb", facts=facts)


def _of_the_floor(folder: Path) -> float:
    process = workspace.start(["-c", _FLOOR], "ready", folder)
    try:
        return workspace.kilobytes(process)
    finally:
        workspace.stop(process)


def _of_the_bot(practice: Workspace, folder: Path, logged: int) -> float:
    process = workspace.start_bot(practice, folder)
    try:
        for _ in range(logged):
            practice.do("command", command="/session")
            practice.do("submit")
            practice.do("close", all=True)
        practice.do("home")
        return workspace.kilobytes(process)
    finally:
        workspace.stop(process)
