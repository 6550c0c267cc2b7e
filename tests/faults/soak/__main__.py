"""`python -m tests.faults.soak`: a soak, or small ones with bugs planted on purpose.

`FAULT_SCALE=0.1` makes it a tenth, `FAULT_SEED` repeats one.
"""

import argparse
import os
import shlex
import signal
import sys
from dataclasses import replace
from pathlib import Path

from tests.databases import running_postgres
from tests.faults.soak.caught import CAUGHT
from tests.faults.soak.month import FEW_HOURS
from tests.faults.soak.report import markdown
from tests.faults.soak.soak import MOST_PEOPLE, Plan, run, scaled

SEED = int(os.environ.get("FAULT_SEED", "1"))
SCALE = float(os.environ.get("FAULT_SCALE", "1"))
SMALL = Plan(
    people=24,
    days=3,
    processes=2,
    per_day=2.0,
    every=3600.0,
    kills=0,
    hours=FEW_HOURS,
    drops=0.2,
)
"""Of a planted bug, the harm shows without kills, and sooner."""


def main(words: list[str]) -> int:
    """Run it; the exit status says whether a promise was broken, or a planted bug was not seen."""
    asked = _asked(words)
    names = ("people", "days", "processes", "per_day", "every", "bug")
    known = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    known |= {"hours": FEW_HOURS} if asked.few_steps else {}
    plan = replace(scaled(asked.people or round(MOST_PEOPLE * SCALE), asked.seed), **known)
    with running_postgres() as postgres:
        if asked.planted:
            return _planted(asked.planted, asked.seed, postgres)
        result = run(plan, postgres)
    sys.stdout.write(result.line() + "\n")
    for violation in result.verdict.violations[:50]:
        sys.stderr.write(f"{violation}\n")
    for error in result.month.errors[:20] if result.month else ():
        sys.stderr.write(f"a mistake of the play: {error}\n")
    if asked.report is not None:
        command = f"python -m tests.faults.soak {shlex.join(words)}"
        asked.report.write_text(markdown(result, command))
    return 1 if result.violations or result.mistakes_of_the_play else 0


def _planted(names: list[str], seed: int, postgres: object) -> int:
    missed = 0
    for bug in [name for name in CAUGHT if name in names or "all" in names]:
        result = run(replace(SMALL, bug=bug, seed=seed), postgres)
        seen = result.verdict.names.get(CAUGHT[bug], 0)
        missed += not seen
        result.name = f"soak_{bug}"
        sys.stdout.write(f"{result.line()}\n")
        for one in result.verdict.violations[:20]:
            sys.stderr.write(f"{one}\n")
        sys.stdout.write(f"{bug}: {CAUGHT[bug]} {seen} times; {result.verdict.names}\n")
        sys.stdout.flush()
    return 1 if missed else 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--people", type=int)
    parser.add_argument("--days", type=int)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--per-day", type=float, help="things that a person does on a day")
    parser.add_argument("--every", type=float, help="seconds from one kill to the next")
    parser.add_argument("--few-steps", action="store_true", help="five steps a day, not twelve")
    parser.add_argument("--report", type=Path, help="where the report is written")
    parser.add_argument("--bug", choices=list(CAUGHT), help="plant one")
    parser.add_argument("--planted", nargs="+", help="names of bugs to plant in turn, or all")
    return parser.parse_args(words)


if __name__ == "__main__":
    # Asked to end, it takes everything down that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    sys.exit(main(sys.argv[1:]))
