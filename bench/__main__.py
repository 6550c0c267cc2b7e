"""`python -m bench [ROW ...] [--scale 0.1]`: one line of JSON for the machine, and one a row.

Exit status 0 also where a goal is not met; the line says so.
"""

import argparse
import json
import os
import platform
import sqlite3
from collections.abc import Callable

from bench import (
    claims,
    crowd,
    flat_commands,
    home_after_ten_years,
    idle_tick,
    memory,
    memory_over_time,
    open_form_socket_mode,
    plan_against_jobs,
    plan_and_claim,
    start_to_ready,
    submit_session,
    submit_session_parts,
    submit_session_socket_mode,
)
from bench.measure import Figures, Row

ROWS: dict[str, Callable[[float], Row | Figures]] = {
    submit_session.NAME: submit_session.measure,
    submit_session_parts.NAME: submit_session_parts.measure,
    submit_session_socket_mode.NAME: submit_session_socket_mode.measure,
    open_form_socket_mode.NAME: open_form_socket_mode.measure,
    home_after_ten_years.NAME: home_after_ten_years.measure,
    plan_and_claim.NAME: plan_and_claim.measure,
    plan_against_jobs.NAME: plan_against_jobs.measure,
    idle_tick.NAME: idle_tick.measure,
    memory.NAME: memory.measure,
    memory_over_time.NAME: memory_over_time.measure,
    start_to_ready.NAME: start_to_ready.measure,
    claims.NAME: claims.measure,
    crowd.BY_SOCKET: crowd.by_socket,
    crowd.BY_HTTP: crowd.by_http,
    flat_commands.NAME: flat_commands.measure,
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
    print(json.dumps(_machine()), flush=True)
    for name in asked.rows or ROWS:
        print(ROWS[name](asked.scale).line(), flush=True)


def _machine() -> dict[str, object]:
    """Return what the figures depend on, and nothing that names the machine."""
    return {
        "name": "machine",
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


if __name__ == "__main__":
    main()
