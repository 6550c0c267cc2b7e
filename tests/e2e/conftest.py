import pytest

from tests.workspace import Bot, Control, Someone, start_practice


@pytest.fixture
def practice():
    workspace = start_practice()
    yield workspace
    workspace.stop()


@pytest.fixture
def control(practice):
    return Control(practice)


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'alongside.db'}"


@pytest.fixture
def bot(practice, database_url):
    running = Bot(practice, database_url)
    yield running
    running.stop()


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
