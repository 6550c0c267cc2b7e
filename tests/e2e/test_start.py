"""What a start does without is not in it."""

import subprocess
import sys
import tomllib
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.workspace import READY, environment
from bot.manifest import manifest
from bot.words import Words
from practice.server import Practice
from storage import migrate

SELDOM = {
    "PIL",
    "aiohttp",
    "alembic",
    "babel",
    "dateutil",
    "holidays",
    "icalendar",
    "mako",
    "practice",
    "prometheus_client",
    "psycopg",
    "pytz",
    "rich",
    "waitress",
}
"""Packages for what most hours, or most installations, do without."""
ONLY_THERE = {"bot.http_face", "bot.doctor", "sqlalchemy.dialects.postgresql"}


@pytest.fixture(scope="module")
def practice():
    with Practice(manifest(Words())) as workspace:
        yield workspace


@contextmanager
def started(practice, folder):
    """Give the modules that a bot has imported by the time it says that it is ready."""
    settings = {
        "DATA_FOLDER": str(folder),
        "SLACK_API_URL": practice.api_url,
        "SLACK_BOT_TOKEN": practice.bot_token,
        "SLACK_APP_TOKEN": practice.app_token,
    }
    with (folder / "errors").open("w") as errors:
        bot = subprocess.Popen(
            [sys.executable, "-X", "importtime", "-m", "bot", "run"],
            cwd=folder,
            env=environment() | settings,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert bot.stdout is not None
        assert bot.stdout.readline().startswith(READY), (folder / "errors").read_text()
        lines = (folder / "errors").read_text().splitlines()
        yield {line.split("|")[2].strip() for line in lines if line.startswith("import time:")}
    finally:
        bot.kill()
        bot.communicate()


def packages(modules):
    return {name.split(".")[0] for name in modules}


def test_a_start_imports_nothing_that_it_does_without(practice, tmp_path):
    migrate.upgrade(f"sqlite:///{tmp_path}/alongside.db")
    with started(practice, tmp_path) as modules:
        assert {"bot.app", "sqlalchemy.dialects.sqlite"} <= modules, "it is a whole bot"
        assert packages(modules) & SELDOM == set()
        assert modules & ONLY_THERE == set()


def test_the_first_start_makes_the_tables_with_what_that_takes(practice, tmp_path):
    with started(practice, tmp_path) as modules:
        assert "alembic" in packages(modules)


def test_the_collector_waits_for_the_imports_and_runs_from_then_on(tmp_path):
    look = (
        "import gc, sys\n"
        "from bot.__main__ import main\n"
        "sys.argv = ['alongside', '--version']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 50_000, gc.get_stats()[2]['collections'])"
    )
    said = subprocess.run(
        [sys.executable, "-c", look],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert said[0].startswith("alongside ")
    assert said[1] == "True True 0"


def test_the_installed_command_begins_where_the_collector_is_told_to_wait():
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert project["scripts"]["alongside"] == "bot.__main__:main"
    assert Path("bot/__main__.py").exists()


def test_babel_is_for_the_tests_only():
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    assert not [name for name in project["dependencies"] if name.startswith("babel")]
