"""Where each microsecond of a submitted session form goes, by whose code it is spent in.

In process over HTTP, as in `submit_session`. Python's own profiler makes everything slower, small
functions most; so only the shares are its, and they are laid over the median of an undisturbed run.
"""

import cProfile
import pstats
from collections import Counter
from statistics import median

from slack_bolt import BoltRequest

from bench.measure import Figures, microseconds
from bench.submissions import Desk, desk
from bench.submit_session import SECRET, signed

NAME = "submit_session_parts"

_PARTS = (
    ("SQLite and the disk", ("'sqlite3.",)),
    ("our storage", ("/storage/",)),
    ("our use cases and rules", ("/bot/services/", "/domain/")),
    ("our forms, words and views", ("/bot/views/", "/bot/words", "/bot/catalogue", "pydantic")),
    ("our listeners", ("/bot/",)),
    ("Bolt", ("/slack_bolt/",)),
    ("Slack's client and signature", ("/slack_sdk/", "/hmac", "/hashlib", "_hashlib", "_hmac")),
    ("reading and writing JSON and forms", ("/json/", "_json", "/urllib/", "json")),
    ("logging, locks and threads", ("/logging/", "/threading", "lock", "/concurrent/", "/queue")),
)
_REST = "the rest of Python"


def measure(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 1,000 forms undisturbed and 1,000 looked at."""
    rounds = max(10, int(1_000 * scale))
    with desk(signing_secret=SECRET) as here:
        requests = signed(here)
        times = [
            microseconds(lambda request=request: _answered(here, request))  # type: ignore[misc]
            for request, _ in zip(requests, range(rounds), strict=False)
        ]
        profiler = cProfile.Profile()
        for request, _ in zip(requests, range(rounds), strict=False):
            profiler.enable()
            _answered(here, request)
            profiler.disable()
    spent = _by_part(profiler)
    whole = median(times)
    share = whole / sum(spent.values())
    return Figures(
        name=NAME,
        wanted="every microsecond has an owner",
        met=spent[_REST] < 0.25 * sum(spent.values()),
        facts={
            "whole_us": round(whole, 1),
            "us": {part: round(time * share, 1) for part, time in spent.most_common()},
        },
    )


def _answered(here: Desk, request: dict[str, object]) -> None:
    answer = here.ours.dispatch(BoltRequest(**request))  # type: ignore[arg-type]
    assert "is saved" in answer.body, answer.body


def _by_part(profiler: cProfile.Profile) -> Counter[str]:
    spent: Counter[str] = Counter({_REST: 0})
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        where = f"{file}:{name}"
        part = next((p for p, marks in _PARTS if any(m in where for m in marks)), _REST)
        spent[part] += own
    return spent
