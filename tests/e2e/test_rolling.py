"""Two neighbouring versions run side by side, forwards and back; others are turned away."""

import re
import shutil
import time
from pathlib import Path

import pytest

from storage.migrations import HEAD
from tests.alongside import HERE
from tests.databases import postgres_server  # noqa: F401 - a fixture
from tests.e2e.several import pressing, until_each_has_saved
from tests.e2e.test_several import (
    HANDLES,
    a_week_later,
    database_url,  # noqa: F401 - a fixture
    partners,
    several,
    stop,
)

ROOMS = ("bot", "domain", "practice", "storage")
STEP = '''"""What the next version brings."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
neighbours = "{kind}"


def upgrade() -> None:
    """Go there."""
    {upgrade}


def downgrade() -> None:
    """Take it back."""
'''
ADDS = """op.add_column("sessions", sa.Column("weather", sa.String(length=40)))
    op.create_table("kites", sa.Column("id", sa.String(length=32), primary_key=True))"""
TAKES_AWAY = 'op.drop_column("sessions", "action_on")'
NEXT = f"{int(HEAD) + 1:04}"


def version_with(folder, upgrade, kind):
    """The code of a version that is one step ahead of ours."""
    for room in ROOMS:
        shutil.copytree(
            Path(HERE) / room, folder / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    steps = folder / "storage/migrations"
    head = (steps / "__init__.py").read_text()
    assert f'HEAD = "{HEAD}"' in head
    (steps / "__init__.py").write_text(head.replace(f'HEAD = "{HEAD}"', f'HEAD = "{NEXT}"'))
    text = STEP.format(revision=NEXT, before=HEAD, kind=kind, upgrade=upgrade)
    (steps / "versions" / f"{NEXT}_next.py").write_text(text)
    return folder


def answered(one):
    """How many sessions this process has saved, as its own figures have it."""
    _, page = one.asked("/metrics")
    found = re.search(r'answer_seconds_count{listener="sessions.form_submitted"} (\d+)', page)
    return int(found[1]) if found else 0


def questions_by_person(control):
    """How many messages each person had from the bot by itself."""
    posts = [e for e in control.ledger("chat.postMessage") if e["ok"]]
    return sorted(e["user"] or e["channel"] for e in posts)


@pytest.mark.timeout(400)
def test_two_neighbouring_versions_serve_side_by_side_and_the_older_one_comes_back(
    tmp_path,
    database_url,  # noqa: F811
):
    newer_code = version_with(tmp_path / "code", ADDS, "expand")
    with several(tmp_path, database_url) as (group, control):
        older = group.member("older").start().until_ready().until("/ready", "ready")
        presses = pressing(partners(control))
        until_each_has_saved(presses, 2)

        newer = group.member("newer", code=newer_code).start().until_ready()
        newer.until("/ready", "ready")
        assert group.rows("SELECT version_num FROM alembic_version") == [(NEXT,)]
        before = answered(older)
        until_each_has_saved(presses, 4)
        older.wait(lambda: answered(older) > before and answered(newer) > 0)

        assert stop(older)[0] == 0
        older.start().until_ready().until("/ready", "ready")
        until_each_has_saved(presses, 2)
        for person in presses:
            person.stop()
        a_week_later(control)
        sent = "SELECT count(*) FROM deliveries WHERE kind = 'prompt' AND state = 'sent'"
        older.wait(lambda: group.rows(sent) == [(len(HANDLES),)])

        assert stop(newer)[0] == 0
        again = pressing([person.person for person in presses])
        until_each_has_saved(again, 2)
        for person in again:
            person.stop()

        # Two are stopped: to each a Slack that is slow to hear its goodbye may hand one more press.
        assert len([told for p in presses + again for told in p.trouble]) <= 2
        told = sorted(code for p in presses + again for code in p.saved)
        kept = group.rows("SELECT client_code FROM sessions ORDER BY client_code")
        assert [code for (code,) in kept] == told
        asked = questions_by_person(control)
        assert len(asked) == len(set(asked)) == len(HANDLES), asked

        backup = group.member("backup", "backup", str(tmp_path / "a.backup"))
        assert backup.run() == 2
        assert "Make the backup with the newer version." in backup.log


@pytest.mark.timeout(200)
def test_an_older_version_leaves_when_something_it_needs_is_taken_away_and_says_so(
    tmp_path,
    database_url,  # noqa: F811
):
    later_code = version_with(tmp_path / "code", TAKES_AWAY, "contract")
    with several(tmp_path, database_url) as (group, _):
        older = group.member("older").start().until_ready().until("/ready", "ready")
        group.member("later", "migrate", code=later_code).run()
        assert group.rows("SELECT version_num FROM alembic_version") == [(NEXT,)]

        deadline = time.monotonic() + 10
        while (answer := older.asked("/ready")) not in (None, (503, "tables\n")):
            assert time.monotonic() < deadline, answer
        assert older.end() == 2
        assert "Another version of Alongside has changed the tables" in older.log

        started = older.log
        assert older.run() == 2
        [said] = [x for x in older.log[len(started) :].splitlines() if not x.startswith("{")]
        assert said.startswith("The database was made by another version of Alongside")
