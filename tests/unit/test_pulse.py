"""One word each: whether a process is alive, and whether it may be given work."""

import pytest

from bot import pulse
from bot.pulse import Organs, Pulse
from domain.refusals import StorageUnavailable


def away():
    raise StorageUnavailable("away")


def well(**ill):
    organs = {"fits": True, "connected": True, "since_tick": 0.0, "sends": True} | ill
    return Organs(
        **{
            name: value if callable(value) else lambda value=value: value
            for name, value in organs.items()
        }
    )


def running(**ill):
    return Pulse(30, well(**ill))


def test_one_that_starts_is_alive_and_not_ready():
    starting = Pulse(30)
    assert (starting.life(), starting.readiness()) == ("alive", "starting")


def test_one_that_runs_is_both():
    assert (running().life(), running().readiness()) == ("alive", "ready")


@pytest.mark.parametrize(
    ("ill", "word"),
    [
        ({"connected": False}, "slack"),
        ({"fits": False}, "tables"),
        ({"fits": away}, "database"),
    ],
)
def test_what_is_missing_is_said_in_one_word_and_it_lives_on(ill, word):
    assert running(**ill).readiness() == word
    assert running(**ill).life() == "alive"


def test_from_the_moment_it_is_told_to_stop_it_wants_no_work_and_is_alive():
    stopping = running(since_tick=10**6, sends=False)
    stopping.stop()
    assert (stopping.life(), stopping.readiness()) == ("alive", "stopping")


@pytest.mark.parametrize(("seconds", "word"), [(119.0, "alive"), (121.0, "tick")])
def test_a_tick_that_does_not_come_back_is_noticed(seconds, word):
    assert running(since_tick=seconds).life() == word


def test_a_sender_that_ended_is_noticed():
    assert running(sends=False).life() == "sender"


def test_a_main_loop_that_hangs_is_noticed():
    hanging = running()
    hanging._beat_at -= pulse.MAIN_SECONDS + 1
    assert hanging.life() == "main"
    hanging.beat()
    assert hanging.life() == "alive"


def test_however_often_somebody_asks_the_database_is_asked_once_a_second():
    asked = []
    busy = running(fits=lambda: asked.append(1) or True)
    for _ in range(50):
        assert busy.readiness() == "ready"
    assert len(asked) <= 2
