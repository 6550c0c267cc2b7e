"""`make faults`: every trial at length, one line of JSON each. `FAULT_SEED` repeats a run.

`python -m tests.faults NAME ...` runs some; `FAULT_SCALE=0.1` a tenth of each. `soak` runs only if
it is named: it takes up to an hour. `python -m tests.faults.soak` runs it alone, with a report.
"""

import logging
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import running_postgres
from tests.faults.judge import Outcome
from tests.faults.places import Places
from tests.faults.trials import TRIALS

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
SCALE = float(os.environ.get("FAULT_SCALE", "1"))


def main(names: list[str]) -> int:
    """Run them; the exit status says whether any promise was broken."""
    unknown = set(names) - set(TRIALS)
    if unknown:
        sys.stderr.write(f"no such trial: {', '.join(sorted(unknown))}. {', '.join(TRIALS)}\n")
        return 2
    # A process that is killed hangs up in the middle of a call.
    logging.getLogger("practice").addHandler(logging.NullHandler())
    broken = kills = 0
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres:
        places = Places(Path(folder), postgres)
        usual = [name for name, one in TRIALS.items() if one.long and not one.when_named]
        for name in names or usual:
            trial = TRIALS[name]
            began = time.monotonic()
            try:
                count = max(1, round((trial.long or trial.quick) * SCALE))
                outcome = trial.run(places, count, SEED)
            except AssertionError as stuck:
                outcome = Outcome(name, SEED, lost=1, notes=[str(stuck)[-1000:]])
            outcome.name, outcome.seconds = name, time.monotonic() - began
            sys.stdout.write(outcome.line() + "\n")
            sys.stdout.flush()
            broken += outcome.violations
            kills += outcome.kills
    sys.stdout.write(f'{{"name": "all", "kills": {kills}, "violations": {broken}}}\n')
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
