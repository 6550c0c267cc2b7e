"""What an operator is kept from: mixing made-up people with real ones, changing keys too soon."""

from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import MetaData, select
from typer.testing import CliRunner

from bot.cli import app
from bot.manifest import COMMANDS
from bot.services.erasure import Erasing
from bot.settings import Settings
from domain.clock import utc_now
from domain.ids import new_id
from domain.people import Account
from storage import erasures, heartbeats, migrate
from storage.engine import open_database
from storage.vault import Vault
from tests.alongside import Alongside
from tests.databases import (  # noqa: F401  (fixtures)
    migrated_file,
    migrated_url,
    postgres_server,
)
from tests.holdings import REGISTER, START, somebody_everywhere
from tests.workspace import KEYS


@pytest.fixture
def operator(tmp_path, monkeypatch):
    """Runs `alongside` in an empty folder with the settings given."""
    monkeypatch.chdir(tmp_path)

    def runs(*words, **settings):
        environment = {"DATA_FOLDER": str(tmp_path / "data")} | settings
        return CliRunner().invoke(app, list(words), env=environment)

    return runs


@pytest.fixture(params=["sqlite", "postgresql"])
def real(request, tmp_path):
    """A database of real people, one of whom is being deleted; its address."""
    with migrated_url(request.param, request, tmp_path, "real.db") as url:
        with closing(open_database(url)) as database:
            with database.write() as conn:
                Vault(KEYS).check(conn)
            ada = somebody_everywhere(database, Vault(KEYS), at=START)
            somebody_everywhere(database, Vault(KEYS), at=START)
            erasing = Erasing(database, Vault(KEYS), utc_now, REGISTER, None)
            erasing.ask(Account("T1", ada.account), form=new_id())
            with database.read() as conn:
                assert len(erasures.under_way(conn)) == 1
        yield url


def everything(url):
    """Every row of every table, whichever tables there are."""
    found = MetaData()
    with closing(open_database(url)) as database, database.engine.connect() as there:
        found.reflect(there)
        tables = found.tables.items()
        return {name: sorted(map(repr, there.execute(select(table)))) for name, table in tables}


def practised(folder, url):
    """What the practice workspace says of a database that it does not take."""
    keys = KEYS.text().strip()
    bot = Alongside(folder / "home", "try", database_url=url, master_keys=keys, practice_port=0)
    assert bot.run() == 2
    return bot.log


def test_the_practice_workspace_does_not_touch_a_database_of_real_people(real, tmp_path):
    before = everything(real)
    assert len(before["people"]) == 2
    assert "practice workspace does not touch it" in practised(tmp_path, real)
    assert everything(real) == before


def test_it_leaves_them_the_tables_of_an_older_version(real, tmp_path):
    migrate.downgrade(real, "0006")
    before = everything(real)
    assert before["alembic_version"][0].startswith("('0006'")
    assert "practice workspace does not touch it" in practised(tmp_path, real)
    assert everything(real) == before


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
