"""How a row is measured and printed."""

import gc
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter_ns

_PARTS = 10
_CLEAN_EVERY = 200

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured: ours and the floor, in `unit`, taken in turns.

    `facts` are whatever else a reader needs, such as sizes.
    """

    name: str
    goal: float
    ours: Sequence[float]
    floor: Sequence[float]
    unit: str = "us"
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """The median of ours over the median of the floor."""
        return median(self.ours) / median(self.floor)

    @property
    def quiet_ratio(self) -> float:
        """The same of the fastest tenth, where other programs of the machine disturbed least."""
        return fast(self.ours) / fast(self.floor)

    def spread(self) -> tuple[float, float]:
        """Return the lowest and the highest ratio of ten successive parts of the run."""
        length = max(1, len(self.ours) // _PARTS)
        starts = range(0, len(self.ours) - length + 1, length)
        ratios = [
            median(self.ours[s : s + length]) / median(self.floor[s : s + length]) for s in starts
        ]
        return min(ratios), max(ratios)

    def line(self) -> str:
        """Return the row as one line of JSON."""
        low, high = self.spread()
        return json.dumps(
            {
                "name": self.name,
                "ratio": _short(self.ratio),
                "goal": self.goal,
                "met": self.ratio <= self.goal,
                f"ours_{self.unit}": round(median(self.ours), 1),
                f"floor_{self.unit}": round(median(self.floor), 1),
                "rounds": len(self.ours),
                "ratio_low": _short(low),
                "ratio_high": _short(high),
                "ratio_quiet": _short(self.quiet_ratio),
                **self.facts,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured where nothing is a floor: figures, and what is wanted of them."""

    name: str
    wanted: str
    met: bool
    facts: dict[str, object]

    def line(self) -> str:
        """Return the figures as one line of JSON."""
        return json.dumps({"name": self.name, "wanted": self.wanted, "met": self.met, **self.facts})


def within(times: Sequence[float], share: float) -> float:
    """Return the time within which that share of them lies: 0.99 for all but one in a hundred."""
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def in_turns(
    *works: Work, rounds: int, warm_up: int = 20, between: Work = int
) -> list[list[float]]:
    """Return the microseconds of each of the works, run one after the other, round by round.

    The garbage collector waits while they run, and runs now and then after a round. `between`
    prepares the next round outside the measured time.
    """
    for _ in range(warm_up):
        between()
        for work in works:
            work()
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.disable()
    try:
        for n in range(rounds):
            between()
            for work, taken in zip(works, times, strict=True):
                taken.append(microseconds(work))
            if n % _CLEAN_EVERY == _CLEAN_EVERY - 1:
                gc.collect()
    finally:
        gc.enable()
    return times


def microseconds(work: Work) -> float:
    """Return how long one call takes."""
    start = perf_counter_ns()
    work()
    return (perf_counter_ns() - start) / 1000


def _short(ratio: float) -> float:
    return round(ratio, 2 if ratio >= 0.2 else 4)


def fast(times: Sequence[float]) -> float:
    """Return the slowest of the fastest tenth, where other programs disturbed least."""
    return sorted(times)[len(times) // 10]
