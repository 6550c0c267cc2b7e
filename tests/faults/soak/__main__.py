"""`python -m tests.faults.soak`: a soak, or small ones with bugs planted on purpose."""

import argparse
import shlex
import sys
from dataclasses import replace
from pathlib import Path

from tests.databases import running_postgres
from tests.faults.soak.caught import CAUGHT
from tests.faults.soak.report import markdown
from tests.faults.soak.soak import Plan, run

SMALL = Plan(people=24, days=4, processes=2, per_day=3.0, every=2.5)


def main(words: list[str]) -> int:
    """Run it; the exit status says whether a promise was broken, or a planted bug was not seen."""
    asked = _asked(words)
    known = {name: getattr(asked, name) for name in ("people", "days", "processes", "seed")}
    known |= {"per_day": asked.per_day, "every": asked.every, "bug": asked.bug}
    plan = Plan(**{name: value for name, value in known.items() if value is not None})
    with running_postgres() as postgres:
        if asked.planted:
            return _planted(asked.planted, asked.seed, postgres)
        result = run(plan, postgres)
    sys.stdout.write(result.line() + "\n")
    for violation in result.verdict.violations[:50]:
        sys.stderr.write(f"{violation}\n")
    if asked.report is not None:
        command = f"python -m tests.faults.soak {shlex.join(words)}"
        asked.report.write_text(markdown(result, command))
    return 1 if result.violations else 0


def _planted(names: list[str], seed: int, postgres: object) -> int:
    missed = 0
    for bug in [name for name in CAUGHT if name in names or "all" in names]:
        result = run(replace(SMALL, bug=bug, seed=seed), postgres)
        seen = result.verdict.names.get(CAUGHT[bug], 0)
        missed += not seen
        result.name = f"soak_{bug}"
        sys.stdout.write(f"{result.line()}\n")
        sys.stdout.write(f"{bug}: {CAUGHT[bug]} {seen} times\n")
        sys.stdout.flush()
    return 1 if missed else 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--people", type=int)
    parser.add_argument("--days", type=int)
    parser.add_argument("--processes", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-day", type=float, help="things that a person does on a day")
    parser.add_argument("--every", type=float, help="seconds from one kill to the next")
    parser.add_argument("--report", type=Path, help="where the report is written")
    parser.add_argument("--bug", choices=list(CAUGHT), help="plant one")
    parser.add_argument("--planted", nargs="+", help="names of bugs to plant in turn, or all")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
