"""Memory of the bot over an hour of use, compressed: every command and Home, again and again.

A process of its own, looked at from outside twelve times. What a start leaves and what fills up
once (caches, connections, threads) lies in the first half; what still grows in the second half
could grow for ever. From outside that is coarse, in steps of the allocator and of SQLite's caches.
So the same is done in this process too, where Python counts what it still holds, to the byte.
"""

import gc
import tempfile
import tracemalloc
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from statistics import mean

from bench import flat_commands, made_up, workspace
from bench.measure import Figures
from bench.workspace import Workspace
from bot import ids

NAME = "memory_over_time"
GOAL_KB = 500
"""Growth in 1,000 interactions that is allowed from outside: steps of the allocator. If a view were
kept from each interaction, it would be 5,000."""
GOAL_BYTES = 200
"""What may be held from each interaction inside: now and then a line in a cache that has an end."""

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
_ROUNDS_INSIDE = 60
_HISTORY = 200


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
    held = _held(max(5, int(_ROUNDS_INSIDE * min(1.0, scale * 4))))
    return Figures(
        name=NAME,
        wanted=f"{GOAL_KB} kB more at most in 1,000 interactions of the second half, "
        f"and {GOAL_BYTES} bytes held from each",
        met=growth <= GOAL_KB and held <= GOAL_BYTES,
        facts={
            "interactions": in_a_sample * _SAMPLES,
            "growth_kb_in_1000": round(growth, 1),
            "held_bytes_each": round(held, 1),
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


def _held(rounds: int) -> float:
    """Return how many bytes Python holds from each interaction after so many rounds of all."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        desk = flat_commands.Desk(folder / "desk", _HISTORY, stack)
        asks = [desk.ask(what, user) for what, user in flat_commands.WHAT]

        def held_after(times: int) -> int:
            for _ in range(times):
                for ask in asks:
                    ask()
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        held_after(5)
        tracemalloc.start()
        try:
            before = held_after(5)
            return (held_after(rounds) - before) / (rounds * len(asks))
        finally:
            tracemalloc.stop()


def _slope(sizes: Sequence[float]) -> float:
    """Return by how much they rise from one to the next, as the straight line through them does."""
    middle, average = (len(sizes) - 1) / 2, mean(sizes)
    across = sum((n - middle) ** 2 for n in range(len(sizes)))
    return sum((n - middle) * (size - average) for n, size in enumerate(sizes)) / across
