"""Memory of the bot over an hour of use, compressed: every command and Home, again and again.

A process of its own, looked at from outside twelve times. What a start leaves and what fills up
once (caches, connections, threads) lies in the first half; what still grows in the second half
would grow for ever.
"""

import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import mean

from bench import made_up, workspace
from bench.measure import Figures
from bench.workspace import Workspace
from bot import ids

NAME = "memory_over_time"
GOAL_KB = 200.0
"""Growth in 1,000 interactions that is allowed: noise of the allocator, a tenth of a megabyte or
two; a view kept from each interaction would be 5,000."""

_SAMPLES = 12
_AN_HOUR = 6_000
"""Interactions: what 100 people who never rest do in an hour."""
_COMMANDS = (
    ids.ALONGSIDE,
    ids.SUPERVISION,
    ids.LEARNING_SET,
    ids.REFLECT,
    ids.SUPPORT,
    ids.MY_DATA,
)
_A_ROUND = 4


def measure(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 6,000 interactions."""
    rounds = max(1, round(_AN_HOUR * scale / _SAMPLES / _A_ROUND))
    commands = cycle(_COMMANDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with made_up.empty_database(folder) as database, database.write() as conn:
            made_up.enrol_partner(conn, workspace.ADA)
        with workspace.running_practice(folder) as practice:
            process = workspace.start_bot(practice, folder)
            try:
                sizes = [workspace.kilobytes(process)]
                for _ in range(_SAMPLES):
                    for command in islice(commands, rounds):
                        _use(practice, command)
                    sizes.append(workspace.kilobytes(process))
            finally:
                workspace.stop(process)
    in_a_sample = rounds * _A_ROUND
    growth = _slope(sizes[_SAMPLES // 2 :]) * 1_000 / in_a_sample
    return Figures(
        name=NAME,
        wanted=f"at most {GOAL_KB:.0f} kB more in 1,000 interactions, in the second half",
        met=growth <= GOAL_KB,
        facts={
            "interactions": in_a_sample * _SAMPLES,
            "growth_kb_in_1000": round(growth, 1),
            "kb": sizes,
        },
    )


def _use(practice: Workspace, command: str) -> None:
    """Log a session, look at something else, and open Home: four interactions."""
    practice.do("command", command=ids.SESSION)
    practice.do("submit")
    practice.do("close", all=True)
    practice.do("command", command=command)
    practice.do("close", all=True)
    practice.do("home")


def _slope(sizes: Sequence[float]) -> float:
    """Return by how much they rise from one to the next, as the straight line through them does."""
    middle, average = (len(sizes) - 1) / 2, mean(sizes)
    across = sum((n - middle) ** 2 for n in range(len(sizes)))
    return sum((n - middle) * (size - average) for n, size in enumerate(sizes)) / across
