"""From the start of the process until the bot is ready; the floor imports four libraries.

The practice workspace runs and the database has its tables. `-c` and `-m` start alike: both are
timed from the start of the process to a line on standard output.
"""

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench import made_up, workspace
from bench.measure import Row

NAME = "start_to_ready"
GOAL = 2.0

_FLOOR = """
import slack_bolt, sqlalchemy, apscheduler.schedulers.background, pydantic
print("ready", flush=True)
input()
"""

Start = Callable[[], "subprocess.Popen[str]"]


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 15 rounds."""
    floors: list[float] = []
    times: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with made_up.empty_database(folder) as database, database.write() as conn:
            made_up.enrol_partner(conn, workspace.ADA)
        with workspace.running_practice(folder) as practice:
            # The first time, files are read from disk and compiled.
            for _ in range(1 + max(1, int(15 * scale))):
                floors.append(
                    _until_ready(lambda: workspace.start(["-c", _FLOOR], "ready", folder))
                )
                times.append(_until_ready(lambda: workspace.start_bot(practice, folder)))
    return Row(name=NAME, goal=GOAL, ours=times[1:], floor=floors[1:])


def _until_ready(start: Start) -> float:
    began = perf_counter()
    process = start()
    microseconds = (perf_counter() - began) * 1e6
    workspace.stop(process)
    return microseconds
