"""The plug is pulled while an installation moves to another database; it is run again and ends.

`FAULT_SEED` repeats a run; `make faults` pulls the plug more often.
"""

import os
import time

import pytest

from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.faults.moving import FROM_SERVER, TO_SERVER, every_label, random_kills
from tests.faults.places import Places

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))

pytestmark = [
    pytest.mark.timeout(300),
    # A process that is killed leaves connections open.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def places(tmp_path, postgres_server):  # noqa: F811
    return Places(tmp_path, postgres_server)


@pytest.mark.parametrize("way", [TO_SERVER, FROM_SERVER], ids="-to-".join)
def test_killed_at_any_instant_it_goes_on_and_everything_arrives_once(places, way):
    outcome = random_kills(places, 6, SEED, way=way)

    assert outcome.kills == 6
    assert outcome.due > 500
    assert outcome.violations == 0, outcome.line()


def test_killed_at_each_step_there_are_never_two_that_a_bot_would_start_on(places):
    outcome = every_label(places, 1, SEED)

    assert outcome.kills == 5
    assert outcome.violations == 0, outcome.line()
