"""A soak in little: a dozen people, three days, two processes, two kills. At length: `make faults`.

Its judge is tried in `test_soak_judge.py`; `python -m tests.faults.soak --planted all` plants bugs.
"""

import os
import time

import pytest

from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.faults.soak.soak import Plan, run

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
TINY = Plan(
    people=12,
    days=3,
    processes=2,
    seed=SEED,
    per_day=2.0,
    every=2.0,
    kills=2,
    hours=(10, 14),
)


@pytest.mark.timeout(300)
def test_a_few_days_of_a_few_people_keep_every_promise(postgres_server):  # noqa: F811
    result = run(TINY, postgres_server)

    assert result.kills == TINY.kills
    assert result.deeds > TINY.people
    assert result.verdict.judged["C1"]
    assert result.verdict.judged["C4"]
    assert result.month.errors == []
    assert result.verdict.violations == [], (result.line(), result.verdict.violations[:5])
