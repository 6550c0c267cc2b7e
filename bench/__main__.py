"""`python -m bench [ROW ...] [--scale 0.1]`: one line of JSON a row.

Exit status 0 also where a goal is not met; the line says so.
"""

import argparse
from collections.abc import Callable

from bench import (
    home_after_ten_years,
    idle_tick,
    memory,
    open_form_socket_mode,
    plan_against_jobs,
    plan_and_claim,
    start_to_ready,
    submit_session,
    submit_session_socket_mode,
)
from bench.measure import Row

ROWS: dict[str, Callable[[float], Row]] = {
    submit_session.NAME: submit_session.measure,
    submit_session_socket_mode.NAME: submit_session_socket_mode.measure,
    open_form_socket_mode.NAME: open_form_socket_mode.measure,
    home_after_ten_years.NAME: home_after_ten_years.measure,
    plan_and_claim.NAME: plan_and_claim.measure,
    plan_against_jobs.NAME: plan_against_jobs.measure,
    idle_tick.NAME: idle_tick.measure,
    memory.NAME: memory.measure,
    start_to_ready.NAME: start_to_ready.measure,
}


def main(argv: list[str] | None = None) -> None:
    """Measure the rows named, or all, and print each as it is done."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against floors.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--scale", type=float, default=1.0, help="0.1 for a tenth of the work")
    asked = parser.parse_args(argv)
    unknown = set(asked.rows) - set(ROWS)
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}. There are: {', '.join(ROWS)}")
    for name in asked.rows or ROWS:
        print(ROWS[name](asked.scale).line(), flush=True)


if __name__ == "__main__":
    main()
