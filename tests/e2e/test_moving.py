"""The bot moves to a server, by the command that whoever runs it types: people notice nothing."""

import re
import shlex
from contextlib import closing

import pytest
from sqlalchemy import text

from storage.engine import open_database
from tests.alongside import Alongside, connected_to, enrol
from tests.databases import running_postgres
from tests.workspace import Control, Someone, start_practice

TUESDAY, WEDNESDAY = "2027-03-02T12:00:00Z", "2027-03-10T09:31:00Z"
NOTE = "Quieter than I feared."
JOURNAL = "I can rest, too."
WAITING = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
SINCE_TUESDAY = "SELECT count(*) FROM heartbeats WHERE name = 'tick' AND at > '2027-03-01'"
ROUND = "SELECT count(*) FROM schedules WHERE next_on <= '2027-03-10'"


@pytest.fixture
def practice():
    started = start_practice()
    yield started
    started.stop()


@pytest.fixture
def server():
    with running_postgres() as started:
        yield started


@pytest.fixture
def shell(tmp_path):
    """Types a command where the bot runs; returns its exit status and what it said."""

    def type_in(words, **settings):
        one = Alongside(tmp_path / "home", *shlex.split(words), **settings)
        one.log_file.unlink(missing_ok=True)
        return one.run(), one.said + one.log

    return type_in


def count(url, sql):
    with closing(open_database(url)) as there, there.engine.connect() as conn:
        return conn.scalar(text(sql))


def sits_down(control, handle):
    person = Someone(control, handle).home()
    if "I have read this" in person.home_tab:
        person.press("I have read this", home=True)
    return person


def has_a_past(ada):
    ada.command("/session").submit(values={"Client code": "c7", "How long was it?": "2 hours"})
    ada.press("Heavy").press("Just leave me be").close()
    ada.home().press("Open it").press("Open my private part")
    ada.submit(values={"Private note": NOTE})
    ada.close().command("/reflect").press("Write about something else")
    ada.submit(values={"What you want to write": JOURNAL})
    ada.close()


def opens_words(ada):
    """Read what only she can open."""
    ada.close().home().press("Open it").press("Open my private part")
    assert NOTE in str(ada.modal)
    note = ada.reads
    ada.close().home().press("See my journal", home=True).press("Open")
    return note, ada.reads


@pytest.mark.timeout(240)
def test_after_the_move_people_see_the_same_home_and_open_the_same_words(
    practice, server, shell, tmp_path
):
    control, new = Control(practice), server.empty()
    old = f"sqlite:///{tmp_path}/home/.alongside/alongside.db"
    bot = connected_to(practice, tmp_path / "home", sweep_seconds=1)
    try:
        bot.start().until_ready()
        [ada] = enrol(lambda handle: sits_down(control, handle), "ada")
        status, said = shell(f"migrate --to '{new}'")
        assert status == 2
        assert re.search(r"bot seems to be running.*Stop it, wait until", said)
        control.post("clock", now=TUESDAY)
        bot.wait(lambda: count(old, SINCE_TUESDAY))
        has_a_past(ada)
        control.post("clock", now=WEDNESDAY)
        bot.wait(lambda: control.ledger("chat.postMessage"))
        bot.wait(lambda: count(old, WAITING) == 0 and count(old, ROUND) == 0)
        sent = len(control.ledger("chat.postMessage"))
        home, words = ada.home().home_tab, opens_words(ada)
        assert JOURNAL in words[1]
        assert bot.stop()[0] == 0

        status, said = shell(f"migrate --to '{new}'")
        assert status == 0, said
        assert re.search(r"Compared: \d\d+ rows in \d+ tables.*Opened: \d+ sealed values", said)
        assert "Everything is in the new database now." in said
        assert not any(secret in said for secret in (NOTE, JOURNAL, "C-07"))

        assert bot.run() == 2
        assert "This database has moved" in bot.log
        status, said = shell("doctor", database_url=old)
        assert re.search(r"MEND  Database: This database has moved", said)

        bot.settings["database_url"] = new
        bot.start().until_ready()
        bot.wait(lambda: control.get("health")["bot"] == "connected")
        assert ada.close().home().home_tab == home
        assert opens_words(ada) == words
        ada.close().command("/session").submit(values={"Client code": "c8"})
        assert "Your session is saved." in ada.reads
        bot.wait(lambda: count(new, WAITING) == 0 and count(new, ROUND) == 0)
        assert len(control.ledger("chat.postMessage")) == sent, "nothing is sent twice"
        status, said = shell("doctor", database_url=new)
        assert "MEND  Database" not in said
        assert "MEND  Audit" not in said
    finally:
        bot.kill()


def test_the_command_without_options_is_what_it_was_and_says_what_does_not_go_together(typed):
    assert typed("keys", "new").exit_code == 0
    assert typed("migrate").output == "The database is up to date.\n"
    said = typed("migrate", "--take-back").output
    assert said == "This database has not moved. Nothing was changed.\n"
    ended = typed("migrate", "--take-back", "--to", "sqlite:///a.db")
    assert ended.exit_code == 2
    assert "Give --take-back alone." in ended.stderr


def test_from_one_file_to_another_and_back_to_the_first(typed, tmp_path):
    assert typed("keys", "new").exit_code == 0
    assert typed("migrate").exit_code == 0
    old = f"sqlite:///{tmp_path}/.alongside/alongside.db"
    ended = typed("migrate", "--from", old, "--to", "sqlite:///new.db")
    assert ended.exit_code == 0, ended.stderr
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600
    ended = typed("migrate", "--from", old, "--to", "sqlite:///third.db")
    assert ended.exit_code == 2
    assert re.search(r"moved before.*new\.db.*alongside migrate --take-back", ended.stderr)
    ended = typed("keys", "rotate")
    assert (ended.exit_code, "This database has moved" in ended.stderr) == (2, True)
    assert len((tmp_path / ".alongside/master.keys").read_text().splitlines()) == 1

    said = typed("migrate", "--take-back").output
    assert re.search(r"runs on this database again.*\n.*Run none on sqlite:///new\.db", said)
    ended = typed("migrate", "--from", old, database_url="sqlite:///third.db")
    assert ended.exit_code == 0, ended.stderr
    assert (tmp_path / "third.db").exists()
