"""Whoever answers for data protection: the list for an incident, and the papers."""

import json
import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from domain.clock import utc_now
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import rows, somebody_everywhere

KEYS = MasterKeys.generate()


@pytest.fixture
def command(typed):
    """Types a command of an installation with these keys; returns all that it said."""

    def type_in(*words, status=0, **settings):
        ended = typed(*words, **{"master_keys": KEYS.text().strip()} | settings)
        assert ended.exit_code == status, ended.output
        return ended.output

    return type_in


@pytest.fixture
def ada(command):
    command("migrate")
    with closing(open_database("sqlite:///.alongside/alongside.db")) as database:
        with database.write() as conn:
            Vault(KEYS).check(conn)
        yield somebody_everywhere(database, Vault(KEYS), at=utc_now() - timedelta(hours=1))


def test_an_operator_lists_whose_data_the_last_two_hours_touched(command, ada):
    now = utc_now()
    window = ("--from", f"{now - timedelta(hours=2):%Y-%m-%dT%H:%MZ}", "--to", now.isoformat())
    said = command("incident", *window)
    assert "\nPeople: 1. Held in that time:\n" in said
    assert f"\n{ada.account} (workspace T1)\n" in said
    assert re.search(r"^  Journals \(journal\): held 1, made 1$", said, re.MULTILINE)
    whole = json.loads(command("incident", *window, "--json"))
    assert [one["member"] for one in whole["people"]] == [ada.account]
    with closing(open_database("sqlite:///.alongside/alongside.db")) as database:
        acts = [line["action"] for line in rows(database, "audit")]
    assert acts.count("incident_listed") == 2, "that it was looked at is written down"


@pytest.mark.parametrize(
    ("since", "more", "said"),
    [
        ("last Tuesday", (), "--from last Tuesday is not a time. Write it like 2026-03-03T14:00Z."),
        ("2026-03-03T14:00", (), "does not say by which clock."),
        ("2026-03-03T14:00", ("--zone", "Mars"), "--zone Mars is not a time zone."),
    ],
)
def test_a_time_that_cannot_be_read_is_one_clear_line(command, since, more, said):
    answer = command("incident", "--from", since, "--to", "2026-03-04T14:00Z", *more, status=2)
    assert said in answer
    assert len(answer.strip().splitlines()) == 1
    assert not Path(".alongside").exists(), "nothing was begun"


def test_a_charity_writes_its_papers_with_its_answers_and_its_settings(command):
    Path("ours.toml").write_text('charity = "A Made-up Charity"\n')
    said = command("data-protection", "--to", "papers", "--answers", "ours.toml", slack_mode="http")
    written = [line.removeprefix("Written: ") for line in said.splitlines()]
    assert len(written) == 4
    notice, recipients = (
        Path("papers/data-protection", name).read_text()
        for name in ("privacy-notice.md", "recipients.md")
    )
    assert "We are A Made-up Charity." in notice
    assert "Your connection to Slack: HTTP." in recipients
    assert set(map(Path, written)) == set(Path("papers").rglob("*.md"))
    assert not Path(".alongside").exists(), "it needs no database and no key"


def test_answers_that_cannot_be_used_are_one_clear_line(command):
    Path("ours.toml").write_text('laed = "Ada"\n')
    said = command("data-protection", "--to", "papers", "--answers", "ours.toml", status=2)
    assert said == "ours.toml: nothing is called laed. The list of names is in the paper.\n"
