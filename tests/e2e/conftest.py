import io
import logging
import signal

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import Settings as BotSettings
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
def cerys(someone):
    return someone("cerys")


@pytest.fixture
def dilys(someone):
    return someone("dilys")


@pytest.fixture
def emeka(someone):
    return someone("emeka")


@pytest.fixture
def farah(someone):
    return someone("farah")


@pytest.fixture
def gwen(someone):
    return someone("gwen")


@pytest.fixture
def ada(someone):
    return someone("ada")


@pytest.fixture
def bilal(someone):
    return someone("bilal")


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Types a command in an empty folder, with these settings and no others."""
    monkeypatch.chdir(tmp_path)
    for name in BotSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def type_in(*words, **settings):
        environment = {name.upper(): str(value) for name, value in settings.items()}
        ended = CliRunner().invoke(app, list(words), env=environment)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended

    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = logging.getLogger().handlers
    yield type_in
    logging.getLogger().handlers = handlers
    for number, handler in signals.items():
        signal.signal(number, handler)
