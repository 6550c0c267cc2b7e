"""The whole bot is killed between any two steps of a request for supervision.

`FAULT_TRIALS` sets how many kills (6 by default, 38 is every place once), `FAULT_SEED` repeats a
run. The second half plants bugs on purpose: a judge that does not see them sees nothing.
"""

import os
import time

import pytest

from tests.faults.places import Places
from tests.faults.supervision import supervision_kills, ways

TRIALS = int(os.environ.get("FAULT_TRIALS", "6"))
SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))

pytestmark = [
    pytest.mark.timeout(120 + TRIALS * 15),
    # A process that is killed hangs up in the middle of a call.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path)


def test_killed_at_any_step_no_request_is_lost_and_nothing_is_done_by_halves(places):
    outcome = supervision_kills(places, TRIALS, SEED)

    assert outcome.kills == outcome.trials == TRIALS
    assert outcome.violations == 0, outcome.line()


# Bugs planted on purpose


@pytest.mark.parametrize(
    ("bug", "way", "label", "counted"),
    [
        ("alerts_after_commit", "ask", "supervision.after_commit", "lost"),
        ("alerts_after_commit", "claim", "supervision.after_commit", "lost"),
        ("forgets_the_form", "ask", "supervision.after_commit", "duplicates"),
        ("says_sent_before_it_is", "ask", "supervision.before_commit", "lost"),
        ("sends_expired_ones_again", "news_goes_out", "send.after", "duplicates"),
        ("settles_before_sending", "alerts_go_out", "send.prepared", "lost"),
    ],
)
def test_a_planted_bug_is_caught(places, bug, way, label, counted):
    # On a busy machine a kill may come at another moment than the one in which the bug shows.
    tries = (
        supervision_kills(places, 1, SEED + n, bug=bug, only=ways(way, label)) for n in range(5)
    )

    assert any(getattr(found, counted) for found in tries)
