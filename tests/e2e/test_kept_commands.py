"""Whoever runs the server: what has had its time goes, backups, and what the doctor finds."""

import re
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.audit_chain import AuditChain
from bot.services.erasure import Erasing
from bot.services.restored import Restored
from domain.clock import utc_now
from domain.ids import new_id
from domain.people import Account
from storage import audit, heartbeats
from storage.engine import open_database
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START, rows, somebody_everywhere

KEYS = MasterKeys.generate()
HERE = Path(".alongside")
TOKENS = {
    "slack_bot_token": "xoxb-made-up",
    "slack_app_token": "xapp-made-up",
    "slack_api_url": "http://127.0.0.1:9/api/",
    "master_keys": KEYS.text().strip(),
}


@pytest.fixture
def command(typed):
    """Types a command of an installation with these keys; returns all that it said."""

    def type_in(*words, status=0, **settings):
        ended = typed(*words, **TOKENS | settings)
        assert ended.exit_code == status, ended.output
        return ended.output

    type_in("migrate")
    return type_in


@pytest.fixture
def database(command):
    with closing(open_database(f"sqlite:///{HERE}/alongside.db")) as opened:
        with opened.write() as conn:
            Vault(KEYS).check(conn)
        yield opened


def lines(said, about):
    return [line for line in said.splitlines() if f"  {about}: " in line]


def erase(database, person):
    ledger = Ledger(HERE / "erasures.ledger", KEYS)
    erasing = Erasing(database, Vault(KEYS), utc_now, REGISTER, ledger)
    assert erasing.erase(Account("T1", person.account), form=new_id()).ended


# Times


def test_a_dry_run_counts_what_has_had_its_time_and_changes_nothing(command, database):
    somebody_everywhere(database, Vault(KEYS), at=utc_now() - timedelta(days=40))
    said = command("retention", "--dry-run")
    assert re.search(r"^ +1  What the bot sent \(deliveries\)$", said, re.MULTILINE)
    assert re.search(r"^ +0  Sessions \(sessions\)$", said, re.MULTILINE)
    assert "Nothing was taken away." in said
    assert len(rows(database, "deliveries")) == 1
    assert " 1  What the bot sent" in command("retention")
    assert " 0  What the bot sent" in command("retention")


@pytest.mark.parametrize(("hours", "good"), [(47, True), (49, False)])
def test_the_doctor_gives_alarm_where_it_did_not_run_for_two_days(command, database, hours, good):
    with database.write() as conn:
        heartbeats.beat(conn, "retention", now=utc_now() - timedelta(hours=hours))
    [line] = lines(command("doctor", status=1), "Retention")
    assert line.startswith("ok" if good else "MEND")


@pytest.mark.parametrize(("hours", "good"), [(47, True), (49, False)])
def test_and_where_it_never_ran_in_two_days_of_use(command, database, hours, good):
    somebody_everywhere(database, Vault(KEYS), at=utc_now() - timedelta(hours=hours))
    database.engine.connect().close()
    with database.engine.begin() as there:
        there.exec_driver_sql("DELETE FROM retention_runs")
    [line] = lines(command("doctor", status=1), "Retention")
    assert line.startswith("ok" if good else "MEND")


# The audit


def test_the_doctor_names_the_line_of_the_audit_that_was_changed(command, database):
    with database.write() as conn:
        for n in range(5):
            audit.write(conn, at=START, actor=None, action=f"act_{n}", kind="k", object_id="o")
    AuditChain(database, Vault(KEYS)).link()
    [line] = lines(command("doctor", status=1), "Audit")
    assert line == "ok    Audit: 5 lines are as they were written, 0 are not chained yet."
    with sqlite3.connect(database.file) as behind:
        behind.execute("UPDATE audit SET action = 'other' WHERE id = 3")
    [line] = lines(command("doctor", status=1), "Audit")
    assert line.startswith("MEND  Audit: Line 3 ")


TAMPERED = {
    "altered": ["UPDATE audit SET actor = 'somebody' WHERE id = 2"],
    "removed": ["DELETE FROM audit WHERE id = 3"],
    "swapped": [
        "UPDATE audit SET id = 99 WHERE id = 2",
        "UPDATE audit SET id = 2 WHERE id = 4",
        "UPDATE audit SET id = 4 WHERE id = 99",
    ],
    "swapped but for their links": [
        "CREATE TEMP TABLE two AS SELECT id, action FROM audit WHERE id IN (2, 4)",
        "UPDATE audit SET action = (SELECT action FROM two WHERE two.id = 6 - audit.id)"
        " WHERE id IN (2, 4)",
    ],
    "cut at the end": ["DELETE FROM audit WHERE id >= 4"],
    "cut at the end, and the chain said to end there": [
        "DELETE FROM audit WHERE id >= 4",
        "UPDATE audit_chain SET head_id = 3, head_link = (SELECT link FROM audit WHERE id = 3)",
    ],
    "cut at the beginning": ["DELETE FROM audit WHERE id <= 2"],
    "put in": [
        "CREATE TEMP TABLE one AS SELECT * FROM audit WHERE id = 5",
        "UPDATE one SET id = 6",
        "INSERT INTO audit SELECT * FROM one",
        "UPDATE audit SET action = 'act_9' WHERE id = 5",
    ],
    "all of it gone": ["DELETE FROM audit", "DELETE FROM audit_chain"],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_the_doctor_sees_that_the_audit_was_tampered_with(command, database, how):
    """By somebody who has the database and no key, after the bot had chained it."""
    with database.write() as conn:
        for n in range(5):
            audit.write(conn, at=START, actor=None, action=f"act_{n}", kind="k", object_id="o")
    AuditChain(database, Vault(KEYS)).link()
    assert all(line.startswith("ok") for line in lines(command("doctor", status=1), "Audit"))
    with closing(sqlite3.connect(database.file)) as behind, behind:
        for statement in TAMPERED[how]:
            behind.execute(statement)

    found = lines(command("doctor", status=1), "Audit")

    assert any(line.startswith("MEND") for line in found), (how, found)


def test_the_doctor_sees_that_a_whole_chain_was_put_in_place_of_the_one_there_was(
    command, database
):
    """With the master key one can write another chain; the mark outside does not fit it."""

    def write(action):
        with database.write() as conn:
            audit.write(conn, at=START, actor=None, action=action, kind="k", object_id="o")
        AuditChain(database, Vault(KEYS)).link()

    write("act")
    Restored(database, utc_now, MarkFile(HERE / "database.mark")).remember()
    assert all(line.startswith("ok") for line in lines(command("doctor", status=1), "Audit"))
    with database.engine.begin() as there:
        there.exec_driver_sql("DELETE FROM audit")
        there.exec_driver_sql("DELETE FROM audit_chain")
        there.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = 'audit'")
    write("other")
    found = lines(command("doctor", status=1), "Audit")
    assert [line.startswith("MEND") for line in found] == [False, True]
    assert "line 1 is not the one that was there" in found[1]


# Backups


def test_a_backup_is_made_and_put_back_and_says_what_was_lost(command, database, tmp_path):
    vault = Vault(KEYS)
    ada = somebody_everywhere(database, vault, at=START)
    somebody_everywhere(database, vault, at=START)
    AuditChain(database, vault).link()
    with database.write() as conn:
        heartbeats.beat(conn, "tick", now=START)
    said = command("backup", "night.backup")
    assert KEYS.newest in said
    assert stat.S_IMODE(Path("night.backup").stat().st_mode) == 0o600
    with database.write() as conn:
        for _ in range(3):
            audit.write(conn, at=START, actor=None, action="act", kind="k", object_id="o")
    erase(database, ada)
    AuditChain(database, vault).link()
    Restored(database, utc_now, MarkFile(HERE / "database.mark")).remember()
    database.close()

    assert "is not empty" in command("restore", "night.backup", status=2)
    for file in HERE.glob("alongside.db*"):
        file.unlink()
    said = command("restore", "night.backup")

    assert "2 people" in said
    assert "were deleted again: 1." in said
    assert "6 lines of the audit" in said, "three acts, a request taken back, and its deletion"
    with sqlite3.connect(HERE / "alongside.db") as there:
        assert there.execute("SELECT count(*) FROM people").fetchone() == (1,)
        assert there.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert "it is an older one" in command("doctor", status=1)


def test_where_the_list_of_those_who_are_gone_is_away_it_says_so(command, database):
    ada = somebody_everywhere(database, Vault(KEYS), at=START)
    somebody_everywhere(database, Vault(KEYS), at=START)
    with database.engine.begin() as there:
        there.exec_driver_sql("DELETE FROM erasures")
    erase(database, ada)
    command("backup", "night.backup")
    [line] = [li for li in lines(command("doctor", status=1), "Deletions")]
    assert line.startswith("ok")
    (HERE / "erasures.ledger").unlink()
    [line] = [li for li in lines(command("doctor", status=1), "Deletions")]
    assert line.startswith("MEND")
    database.close()
    for file in HERE.glob("alongside.db*"):
        file.unlink()
    assert "There is no list" in command("restore", "night.backup")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"master_keys": MasterKeys.generate().text().strip()}, KEYS.newest),
        ({}, "damaged or not whole"),
    ],
    ids=["another key", "cut off"],
)
def test_a_backup_that_cannot_be_used_is_one_clear_line(command, database, settings, said):
    somebody_everywhere(database, Vault(KEYS), at=START)
    command("backup", "night.backup")
    database.close()
    for file in HERE.glob("alongside.db*"):
        file.unlink()
    if not settings:
        whole = Path("night.backup").read_bytes()
        Path("night.backup").write_bytes(whole[:-9])
    answer = command("restore", "night.backup", status=2, **settings)
    assert said in answer
    assert len(answer.strip().splitlines()) == 1


def test_after_new_keys_the_list_opens_with_the_newest_alone(command, database):
    ada = somebody_everywhere(database, Vault(KEYS), at=START)
    somebody_everywhere(database, Vault(KEYS), at=START)
    erase(database, ada)
    ring = KEYS.with_new()
    command("keys", "rewrap", master_keys=ring.text().strip())
    newest = MasterKeys.parse(ring.text().splitlines()[0])
    assert Ledger(HERE / "erasures.ledger", newest).those_gone([ada.id]) == [ada.id]
