"""Whatever goes wrong while many are sent their question: nobody gets it twice, none is lost.

Judged by what the workspace accepted. Here each trial is short; `make faults` runs them at length.
The second half plants bugs on purpose: a judge that does not see them sees nothing.
"""

import os
import time

import pytest

from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.faults import deaths, storms, times
from tests.faults.broken import without_unique_key
from tests.faults.places import Places
from tests.faults.trials import TRIALS

SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
QUICK = [name for name, trial in TRIALS.items() if trial.quick]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("faults")


@pytest.fixture
def places(folder):
    return Places(folder)


# A workspace that is stopped in the middle of an answer leaves its sockets to be collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", QUICK)
def test_nothing_is_lost_nothing_comes_twice_and_nothing_at_a_quiet_hour(name, folder, request):
    trial = TRIALS[name]
    server = request.getfixturevalue("postgres_server") if trial.postgres else None

    outcome = trial.run(Places(folder, server), trial.quick, SEED)

    assert outcome.due, "nothing was due: the trial tried nothing"
    assert outcome.violations == 0, outcome.line()


# Bugs planted on purpose


def test_a_client_that_asks_again_by_itself_is_caught(places):
    found = storms.broken_calls(
        places, 1, SEED, fault={"kind": "drop"}, rate=0.3, people=40, bug="sdk_retries"
    )
    assert found.duplicates, found.line()


def test_saying_sent_before_it_is_sent_is_caught(places):
    labels = ("send.before",)
    found = deaths.every_label(places, 1, SEED, labels=labels, bug="settles_before_sending")
    assert found.lost, found.line()


def test_sending_before_it_is_written_down_is_caught(places):
    labels = ("send.after",)
    found = deaths.every_label(places, 1, SEED, labels=labels, bug="commits_after_sending")
    assert found.duplicates, found.line()


def test_sending_again_what_a_dead_process_had_under_way_is_caught(places):
    labels = ("send.after",)
    found = deaths.every_label(places, 1, SEED, labels=labels, bug="sends_expired_ones_again")
    assert found.duplicates, found.line()


def test_sending_again_what_lost_its_answer_is_caught(places):
    found = storms.broken_calls(
        places,
        1,
        SEED,
        fault={"kind": "drop"},
        rate=0.3,
        people=40,
        bug="sends_uncertain_ones_again",
    )
    assert found.duplicates, found.line()


def test_asking_slack_again_before_its_time_is_caught(places):
    found = storms.too_many_requests(
        places, 1, SEED, rate=0.9, seconds=4.0, bug="ignores_retry_after"
    )
    assert found.early_calls, found.line()


def test_catching_up_with_everything_after_a_long_time_is_caught(places):
    found = times.outages(places, 1, SEED, which=times.OUTAGES[-1:], bug="unbounded_catch_up")
    assert found.duplicates or found.late or found.quiet, found.line()


def test_going_by_one_clock_for_the_whole_world_is_caught(places):
    def one_clock(here):
        here.change("UPDATE schedules SET zone = 'Europe/London', next_at = :at", at=_IN_LONDON)

    found = times.around_the_world(places, 1, SEED, bug="no_second_look", before=one_clock)
    assert found.late or found.quiet or found.lost, found.line()


_IN_LONDON = "2026-12-02 09:30:00.000000"


class WithoutKey(Places):
    def new(self, kind):
        url = super().new(kind)
        without_unique_key(url)
        return url


@pytest.mark.parametrize("key", [True, False], ids=["with the key", "without"])
def test_planning_in_two_steps_is_caught_and_the_unique_key_alone_helps(folder, key):
    places = Places(folder) if key else WithoutKey(folder)
    labels = ("plan.before_commit",)
    found = deaths.every_label(places, 1, SEED, labels=labels, bug="plans_in_two_steps")
    assert bool(found.duplicates) is not key, found.line()


def test_not_looking_again_before_sending_is_caught(places):
    found = deaths.stands_still(places, 1, SEED, bug="never_looks_again", label="send.prepared")
    assert found.after_opt_out, found.line()


def test_not_looking_again_at_what_somebody_chose_is_caught(places):
    found = storms.opt_out_race(places, 1, SEED, bug="no_second_look")
    assert found.after_opt_out, found.line()
