"""After something went wrong: whose data of which kinds a stretch of time touched. No words."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.incident_in_words import as_text, read_span
from bot.services.incidents import Incidents
from bot.settings import BadSettings
from domain.ids import new_id
from storage import audit
from storage.all_tables import metadata
from storage.incidents import Span
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.supervision_rows import Pool

HOUR = timedelta(hours=1)
NOW = START + timedelta(days=1)
AROUND = Span(START - HOUR, START + HOUR)
LATER = Span(START + HOUR, START + 2 * HOUR)
BEFORE = Span(START - 2 * HOUR, START - HOUR)
OWNED = [e.name for e in REGISTER.tables if e.owner and e.name not in {"departures", "person_keys"}]
TIMED = [name for name in OWNED if REGISTER.entries[name].made]


@pytest.fixture
def vault():
    return Vault(MasterKeys.generate())


@pytest.fixture
def incidents(database):
    return Incidents(database, lambda: NOW, REGISTER)


@pytest.fixture
def bilal(database, vault):
    """Somebody who was there long before, with a row everywhere."""
    return somebody_everywhere(database, vault, at=START - timedelta(days=20))


@pytest.fixture
def ada(database, vault, bilal):
    return somebody_everywhere(database, vault, at=START, other=bilal.id)


def of(report, who):
    [person] = [one for one in report.people if one.user == who.account]
    return person


def test_every_table_with_rows_of_a_person_is_looked_at(incidents, ada, bilal):
    report = incidents.report(AROUND)
    for who in (ada, bilal):
        kinds = of(report, who).kinds
        assert [name for name in OWNED if name not in kinds or kinds[name].held < 1] == []


def test_what_was_made_in_it_is_told_from_what_was_there_and_from_what_came_later(
    incidents, ada, bilal
):
    around, later, before = map(incidents.report, (AROUND, LATER, BEFORE))
    assert len(TIMED) > 8
    for name in TIMED:
        assert of(around, ada).kinds[name].made == 1, name
        assert of(around, bilal).kinds[name].made == 0, name
        found = of(later, ada).kinds[name]
        assert (found.held, found.made) == (1, 0), name
    assert [one.user for one in before.people] == [bilal.account], "Ada was not there yet"


def test_a_moment_at_the_end_is_not_in_it_and_one_at_the_beginning_is(
    database, incidents, ada, bilal
):
    begins, ends = Span(START, START + HOUR), Span(START - HOUR, START)
    with database.write() as conn:
        audit.write(conn, at=START, actor=bilal.id, action="act", kind="k", object_id="o")
    begun, ended = incidents.report(begins), incidents.report(ends)
    assert of(begun, ada).kinds["sessions"].made == 1
    assert ada.account not in {one.user for one in ended.people}
    assert (of(begun, bilal).did["act"], of(ended, bilal).did["act"]) == (1, 0)


def test_what_came_after_it_is_not_held_in_it(database, incidents, bilal):
    journal = metadata.tables["journal"]
    with database.engine.begin() as there:
        there.execute(journal.update().values(created_at=AROUND.until))
    assert "journal" not in of(incidents.report(AROUND), bilal).kinds
    assert of(incidents.report(LATER), bilal).kinds["journal"].held == 1


def test_a_sealed_column_counts_where_it_is_filled(database, incidents, ada):
    sealed = [e.name for e in REGISTER.entries.values() if e.column and e.table in OWNED]
    kinds = of(incidents.report(AROUND), ada).kinds
    assert [name for name in sealed if kinds[name].held != 1] == []
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE sessions SET note = NULL")
    assert "sessions.note" not in of(incidents.report(AROUND), ada).kinds


def test_what_was_changed_in_it_is_told_from_what_was_only_made(database, incidents, ada, bilal):
    with database.engine.begin() as there:
        there.exec_driver_sql(
            "UPDATE journal SET updated_at = (SELECT max(created_at) FROM journal)"
        )
    report = incidents.report(AROUND)
    assert of(report, ada).kinds["journal"].changed == 0
    assert of(report, bilal).kinds["journal"].changed == 1
    assert of(report, bilal).kinds["sessions"].changed == 0


def test_whom_other_peoples_rows_name_is_said(incidents, ada, bilal):
    report = incidents.report(AROUND)
    assert of(report, bilal).kinds["supervision_records"].named >= 1
    assert of(report, ada).kinds["supervision_records"].named == 0


def test_who_opened_what_somebody_shared_and_who_tried(database):
    pool = Pool(database, supervisors=2)
    first, second = pool.pool
    request = pool.ask(note="a note of mine")
    pool.claim(first, request)
    pool.queue.read_note(first.account, request.id)
    with database.write() as conn:
        for outcome, reader in (("done", new_id()), ("refused", second.id)):
            audit.write(
                conn,
                at=pool.now,
                actor=reader,
                action="request_note_read",
                kind="request",
                object_id=request.id,
                outcome=outcome,
            )
    span = Span(pool.now - HOUR, pool.now + HOUR)
    report = Incidents(database, lambda: pool.now, REGISTER).report(span)
    [ada] = [one for one in report.people if one.user == pool.ada.account.user]
    assert ada.kinds["supervision_requests"].opened == {first.account.user: 1, None: 1}
    by = {one.user: one.did for one in report.people}
    assert by[first.account.user]["request_note_read"] == 1
    assert by[second.account.user] == {"request_note_read (refused)": 1}
    assert report.gone == {"request_note_read": 1}
    assert "a note of mine" not in as_text(report) + report.as_json()


def test_what_others_did_to_somebody_is_said_and_what_they_did_to_themselves_is_not(
    database, incidents, ada, bilal
):
    with database.write() as conn:
        for actor in (bilal.id, ada.id, None):
            audit.write(
                conn,
                at=START,
                actor=actor,
                action="role_given_partner",
                kind="person",
                object_id=ada.id,
            )
    report = incidents.report(AROUND)
    assert of(report, ada).done_to["role_given_partner"] == 2
    assert of(report, bilal).did["role_given_partner"] == 1
    assert report.program["role_given_partner"] == 1


def test_what_was_sent_to_whom_and_into_which_channel(database, incidents, ada, bilal):
    with database.engine.begin() as there:
        there.exec_driver_sql(
            f"UPDATE deliveries SET state = 'skipped' WHERE recipient = '{ada.id}'"
        )
    assert of(incidents.report(AROUND), ada).sent == {}
    with database.engine.begin() as there:
        there.exec_driver_sql(
            f"UPDATE deliveries SET state = 'uncertain' WHERE recipient = '{ada.id}'"
        )
    assert of(incidents.report(AROUND), ada).sent == {"prompt": 1}
    assert of(incidents.report(AROUND), bilal).sent == {}
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE deliveries SET person_id = NULL, channel = 'C0LARCH'")
    report = incidents.report(AROUND)
    assert report.channels == {"C0LARCH": {"prompt": 1}}
    assert "Sent into C0LARCH: prompt 1" in as_text(report)


def test_no_word_of_anybody_and_no_inner_id_is_in_either_form(database, incidents, ada, bilal):
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE sessions SET client_code = 'C-07'")
        there.exec_driver_sql("UPDATE learning_sets SET name = 'Larch'")
    report = incidents.report(AROUND)
    for form in (as_text(report), report.as_json()):
        for who in (ada, bilal):
            assert who.account in form
            assert who.id not in form
        for word in ("canary", "C-07", "Larch"):
            assert word not in form


def test_both_forms_say_the_same(incidents, ada):
    report = incidents.report(AROUND)
    whole, text = json.loads(report.as_json()), as_text(report)
    [person] = [one for one in whole["people"] if one["member"] == ada.account]
    assert person["kinds"]["journal.words"]["held"] == 1
    part = text.partition(f"{ada.account} (workspace T1)")[2].partition("\n\n")[0]
    for name, kind in person["kinds"].items():
        marks = ", sealed" * kind["sealed"] + ", can tell of health" * kind["may_tell_of_health"]
        line = re.search(rf"  {kind['title']} \({re.escape(name + marks)}\): (.*)", part)
        assert line is not None, name
        assert (f"held {kind['held']}" in line[1]) == (kind["held"] > 0)
    assert "      2 people        2 rows  Private notes (sessions.note, sealed, can tell" in text
    assert "      2 people        2 rows  Choices (preferences)" in text
    assert person["kinds"]["sessions.note"]["sealed"]
    assert not person["kinds"]["preferences"]["may_tell_of_health"]
    assert "Incident list: from 2026-03-03 13:00 UTC until 2026-03-03 15:00 UTC." in text


def test_it_says_what_it_cannot_show(incidents, ada):
    text = as_text(incidents.report(AROUND))
    assert "since when these are there, so they count as held: " in text
    assert "set_ticks" in text.partition("count as held: ")[2].partition(".")[0]
    assert "deliveries is kept" not in text
    old = Span(NOW - timedelta(days=31), NOW)
    assert "deliveries is kept 30 days after it was settled" in as_text(incidents.report(old))


def test_that_it_was_made_is_written_down(database, incidents, ada):
    before = len(rows(database, "audit"))
    incidents.report(AROUND)
    [line] = rows(database, "audit")[before:]
    assert (line["actor"], line["action"], line["at"]) == (None, "incident_listed", NOW)


# How the times are typed


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "zone", "found"),
    [
        (
            "2026-03-03T14:00Z",
            "2026-03-03T15:30Z",
            None,
            (utc(2026, 3, 3, 14), utc(2026, 3, 3, 15, 30)),
        ),
        (
            "2026-07-03T14:00+01:00",
            "2026-07-04",
            "Europe/London",
            (utc(2026, 7, 3, 13), utc(2026, 7, 3, 23)),
        ),
        # The clock shows half past one twice on that night, and never on this one.
        (
            "2026-10-25T01:30",
            "2026-10-25T01:30",
            "Europe/London",
            (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        ),
        (
            "2026-03-29T01:30",
            "2026-03-29T01:30",
            "Europe/London",
            (utc(2026, 3, 29, 0, 30), utc(2026, 3, 29, 1, 30)),
        ),
    ],
    ids=["utc", "summer", "twice", "never"],
)
def test_times_are_read_and_where_a_clock_is_unclear_the_wider_span_is_meant(
    since, until, zone, found
):
    assert read_span(since, until, zone) == Span(*found)


@pytest.mark.parametrize(
    ("since", "until", "zone", "said"),
    [
        ("yesterday", "2026-03-03T14:00Z", None, "--from yesterday is not a time."),
        ("2026-03-03T14:00Z", "2026-02-30T14:00Z", None, "--to 2026-02-30T14:00Z is not a time."),
        ("2026-03-03T14:00", "2026-03-03T15:00Z", None, "does not say by which clock"),
        (
            "2026-03-03T14:00",
            "2026-03-03T15:00",
            "Mars/Base",
            "--zone Mars/Base is not a time zone.",
        ),
        ("2026-03-03T14:00", "2026-03-03T15:00", "/etc/passwd", "is not a time zone."),
        ("2026-03-03T14:00Z", "2026-03-03T14:00Z", None, "--to has to be later than --from."),
        ("0001-01-01T00:00+14:00", "2026-03-03T14:00Z", None, "is not a time."),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(since, until, zone, said):
    with pytest.raises(BadSettings, match=re.escape(said)) as told:
        read_span(since, until, zone)
    assert "\n" not in str(told.value)
