"""`python -m bench.claimant URL`: a process that claims what is due until nothing is left.

It begins when it is told on standard input, and says how many it got and how long that took.
"""

import json
import sys
from contextlib import closing
from datetime import datetime
from time import perf_counter

from bot.services.planning import AT_ONCE
from domain.ids import new_id
from storage import outbox
from storage.engine import open_database

READY = "ready"
_WAIT_SECONDS = 60


def main(url: str, now: str) -> None:
    """Claim, in the batches of the sender."""
    me, moment = new_id(), datetime.fromisoformat(now)
    with closing(open_database(url, wait_seconds=_WAIT_SECONDS)) as database:
        database.check()
        print(READY, flush=True)
        sys.stdin.readline()
        start, claimed, last = perf_counter(), 0, AT_ONCE
        while last:
            with database.write() as conn:
                last = len(outbox.claim(conn, me, now=moment, size=AT_ONCE))
            claimed += last
        print(json.dumps({"claimed": claimed, "seconds": perf_counter() - start}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
