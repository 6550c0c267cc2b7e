"""Yesterday's database is put back under a bot that had gone on: nobody hears anything twice.

Judged by what the workspace accepted. The file is copied back by hand, as whoever has no backup of
ours would do it.
"""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.alongside import connected_to, enrol
from tests.workspace import Control, Someone, start_practice

TUESDAY, WEDNESDAY = "2026-03-03T12:00:00Z", "2026-03-04T09:31:00Z"
NEXT_WEDNESDAY = "2026-03-11T09:31:00Z"
PEOPLE = ("ada", "bilal", "cerys")


@pytest.fixture
def practice():
    started = start_practice()
    yield started
    started.stop()


@pytest.fixture
def alongside(practice, tmp_path):
    bot = connected_to(practice, tmp_path / "home", sweep_seconds=1)
    yield bot
    bot.kill()


def posts(control):
    """What the workspace took of what the bot says by itself."""
    return len(control.ledger("chat.postMessage"))


def rows(alongside, sql):
    [file] = alongside.folder.rglob("alongside.db")
    with closing(sqlite3.connect(file)) as there:
        return there.execute(sql).fetchall()


def quiet(alongside, control, sql):
    """Wait until this is so in the database; return how many posts there are then."""
    alongside.wait(lambda: rows(alongside, sql) == [(0,)])
    return posts(control)


WAITING = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
ROUND = "SELECT count(*) FROM schedules WHERE next_on <= '2026-03-04'"


def sit_down(control):
    def someone(handle):
        person = Someone(control, handle).home()
        if "I have read this" in person.home_tab:
            person.press("I have read this", home=True)
        return person

    return someone


@pytest.mark.timeout(180)
def test_questions_that_were_sent_are_not_sent_again_and_the_next_ones_are(
    practice, alongside, tmp_path
):
    control = Control(practice)
    control.post("clock", now=TUESDAY)
    alongside.start().until_ready()
    enrol(sit_down(control), *PEOPLE)
    alongside.wait(lambda: rows(alongside, "SELECT count(*) FROM retention_runs") != [(0,)])
    alongside.stop()
    [file] = alongside.folder.rglob("alongside.db")
    shutil.copyfile(file, tmp_path / "yesterday.db")

    alongside.start().until_ready()
    control.post("clock", now=WEDNESDAY)
    alongside.wait(lambda: posts(control) >= len(PEOPLE))
    sent = quiet(alongside, control, WAITING)
    alongside.kill()

    for old in alongside.folder.rglob("alongside.db*"):
        old.unlink()
    shutil.copyfile(tmp_path / "yesterday.db", file)
    alongside.start().until_ready()
    assert quiet(alongside, control, ROUND) == sent
    assert quiet(alongside, control, WAITING) == sent
    reasons = rows(alongside, "SELECT DISTINCT state, reason FROM deliveries")
    assert reasons == [("skipped", "restored")]
    assert "older_database" in alongside.log

    control.post("clock", now=NEXT_WEDNESDAY)
    alongside.wait(lambda: posts(control) >= sent + len(PEOPLE))
    assert quiet(alongside, control, WAITING) == sent + len(PEOPLE)
