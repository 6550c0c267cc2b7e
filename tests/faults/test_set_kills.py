"""The clock's side dies while a set of eight and those who wait are told that it ends.

`FAULT_SEED` repeats a run. The second half plants bugs on purpose: a judge that does not see them
sees nothing.
"""

import os
import time

import pytest

from tests.faults.places import Places
from tests.faults.sets import notices, random_kills

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))

pytestmark = [
    pytest.mark.timeout(180),
    # A process that is killed hangs up in the middle of a call.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path)


def test_killed_while_a_set_is_told_nobody_hears_it_twice_and_nobody_is_forgotten(places):
    outcome = notices(places, 1, SEED, several=2)

    assert outcome.due
    assert outcome.violations == 0, outcome.line()


def test_killed_at_any_instant_nobody_hears_it_twice_and_nobody_is_forgotten(places):
    outcome = random_kills(places, 4, SEED)

    assert outcome.due
    assert outcome.violations == 0, outcome.line()


# Bugs planted on purpose


@pytest.mark.parametrize(
    ("bug", "label", "counted"),
    [
        ("settles_before_sending", "send.before", "lost"),
        ("commits_after_sending", "send.after", "duplicates"),
        ("sends_expired_ones_again", "send.after", "duplicates"),
    ],
)
def test_a_planted_bug_is_caught(places, bug, label, counted):
    found = notices(places, 1, SEED, labels=(label,), bug=bug)

    assert getattr(found, counted), found.line()
