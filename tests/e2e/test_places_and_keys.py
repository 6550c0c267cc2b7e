"""What an operator is kept from: mixing made-up people with real ones, changing keys too soon."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot import running
from bot.cli import app
from bot.manifest import COMMANDS
from bot.settings import BadSettings, Settings
from bot.slack import Identity
from domain.clock import utc_now
from storage import heartbeats
from storage.engine import open_database
from tests.workspace import Bot, start_practice


@pytest.fixture
def operator(tmp_path, monkeypatch):
    """Runs `alongside` in an empty folder with the settings given."""
    monkeypatch.chdir(tmp_path)

    def runs(*words, **settings):
        environment = {"DATA_FOLDER": str(tmp_path / "data")} | settings
        return CliRunner().invoke(app, list(words), env=environment)

    return runs


@pytest.fixture
def started(tmp_path):
    practice = start_practice()
    bot = Bot(practice, f"sqlite:///{tmp_path / 'real.db'}")
    yield bot
    bot.stop()
    practice.stop()


def test_the_practice_workspace_does_not_touch_a_database_of_real_people(started):
    with pytest.raises(BadSettings, match="does not touch it"):
        running.refuse_real_people(started.house, Identity(team="T1", bot_user="U1", bot_id="B1"))


def test_keys_are_not_changed_while_the_bot_runs(operator, tmp_path):
    assert operator("keys", "new").exit_code == 0
    assert operator("migrate").exit_code == 0
    before = (tmp_path / "data/master.keys").read_text()
    url = f"sqlite:///{tmp_path / 'data/alongside.db'}"
    database = open_database(url)

    def ticked(ago):
        with database.write() as conn:
            heartbeats.beat(conn, "tick", now=utc_now() - ago)

    ticked(timedelta(seconds=5))
    refused = operator("keys", "rotate")
    assert refused.exit_code == 2
    assert "The bot seems to be running" in refused.stderr
    assert (tmp_path / "data/master.keys").read_text() == before

    ticked(Settings(_env_file=None).tick_is_fresh)
    assert operator("keys", "rotate").exit_code == 0
    assert (tmp_path / "data/master.keys").read_text().endswith(before)
    database.close()


def test_a_first_key_is_never_made_over_another(operator):
    assert operator("keys", "new").exit_code == 0
    again = operator("keys", "new")
    assert again.exit_code == 2
    assert "There is a master key already." in again.stderr


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://alongside.example.org", "https://alongside.example.org/slack/events"),
        ("https://alongside.example.org/", "https://alongside.example.org/slack/events"),
        ("https://alongside.example.org/x/events", "https://alongside.example.org/x/events"),
    ],
)
def test_the_manifest_names_the_address_that_the_bot_answers_on(operator, given, url):
    printed = operator("manifest", "--http", given)

    assert printed.exit_code == 0
    # Each command, what is pressed, and the events.
    assert printed.stdout.count(f'"{url}"') == len(COMMANDS) + 2


def test_a_manifest_for_an_open_address_is_refused(operator):
    refused = operator("manifest", "--http", "http://alongside.example.org")
    assert refused.exit_code == 2
    assert "https://" in refused.stderr
