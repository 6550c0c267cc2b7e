import io

import pytest

from practice.world import Settings
from tests.workspace import Bot, Control, Someone, start_practice


@pytest.fixture(scope="module")
def practice():
    # The bot acknowledges last, so that an answer need not wait for what might still come.
    workspace = start_practice(settings=Settings(settle_ms=5))
    yield workspace
    workspace.stop()


@pytest.fixture(scope="module")
def running(practice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bot")
    started = Bot(practice, f"sqlite:///{folder / 'alongside.db'}", log=io.StringIO())
    yield started
    started.stop()


@pytest.fixture
def control(practice):
    return Control(practice)


@pytest.fixture
def bot(running, control):
    """The bot on its first day: made-up people enrolled, nothing else there."""
    answer = control.post("reset")
    assert answer["ok"], answer
    running.start_over()
    return running


@pytest.fixture
def someone(bot, control):
    """Makes somebody who has read the welcome."""

    def sit_down(handle, *, welcomed=True):
        person = Someone(control, handle)
        if welcomed:
            person.home()
            if "I have read this" in person.home_tab:
                person.press("I have read this", home=True)
        return person

    return sit_down


@pytest.fixture
def ada(someone):
    return someone("ada")


@pytest.fixture
def bilal(someone):
    return someone("bilal")
