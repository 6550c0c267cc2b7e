"""The reviewed file speaks of everything that is held, and what it says can be kept to."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import LargeBinary, String

from bot.services.sweeps import by_hand
from bot.words import Words
from domain.retention import LEFT, Period
from domain.sessions import NOTE_KEPT
from storage.all_tables import metadata
from storage.columns import UtcDateTime
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START

WORDS = Words()


def test_every_table_and_every_sealed_column_has_its_entry_and_nothing_else_has():
    there = set(metadata.tables)
    there |= {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert set(REGISTER.entries) == there


@pytest.mark.parametrize("name", REGISTER.entries)
def test_an_entry_speaks_of_columns_that_are_there_and_of_a_time_that_can_be_counted(name):
    entry = REGISTER.entries[name]
    columns = metadata.tables[entry.table].c
    named = {entry.owner, entry.ends, *entry.pointers, *entry.things, *entry.things} - {None}
    named |= {entry.begins} - {None, LEFT}
    assert named <= set(columns.keys())
    assert entry.swept == bool(entry.begins or entry.ends)
    assert not (entry.begins and entry.ends)
    if entry.begins:
        assert entry.period is not None
    elif not entry.ends:
        assert entry.period is None, "a period that nothing keeps to is a promise that is broken"
    assert entry.by_hand is None or entry.by_hand in by_hand(Vault(MasterKeys.generate()), None)
    assert (entry.sealed_for is not None) == (entry.column is not None)
    assert entry.export or len(entry.export_because) > 10
    for words in (entry.title, entry.what, entry.why, entry.seen_by, entry.keeps):
        assert words.strip()


@pytest.mark.parametrize("name", REGISTER.entries)
def test_an_entry_says_for_how_long_to_both_who_may_read_it(name):
    entry = REGISTER.entries[name]
    assert entry.kept.startswith(entry.keeps)
    if entry.period is not None:
        assert entry.kept.startswith(f"{entry.keeps} after "), "a length of time from when?"
        assert entry.yours.kept.startswith(f"{entry.keeps} after ")
    for said in (entry, entry.yours):
        for words in (said.title, said.what, said.why, said.seen_by, said.kept):
            assert not {"{", "|", "}"} & set(words)
            assert words[:1] == words[:1].upper() or words == said.kept


@pytest.mark.parametrize("table", metadata.tables)
def test_since_when_a_row_is_there_is_said_where_a_column_holds_it(table):
    entry = REGISTER.entries[table]
    times = {c.name for c in metadata.tables[table].columns if isinstance(c.type, UtcDateTime)}
    assert {entry.made, *entry.changed} - {None} <= times
    assert set(entry.sets) <= set(entry.pointers)
    made = times & {"created_at", "given_at", "made_at", "added_at", "since"}
    if entry.owner is not None and made:
        assert {entry.made} == made
    if entry.owner is not None and "updated_at" in times:
        assert "updated_at" in entry.changed


@pytest.mark.parametrize("table", REGISTER.owners)
def test_every_column_of_a_copy_has_a_plain_label(table):
    entry = REGISTER.entries[table]
    if entry.export:
        for column in set(metadata.tables[table].columns.keys()) - set(entry.others):
            assert f"my_data.label.{column}" in WORDS.keys


@pytest.mark.parametrize("table", metadata.tables)
def test_every_column_that_could_name_a_person_says_what_erasing_them_does_with_it(table):
    entry = REGISTER.entries[table]
    decided = {entry.owner, *entry.pointers, *entry.things}
    for column in metadata.tables[table].columns:
        parents = {key.column.table.name for key in column.foreign_keys}
        an_id = isinstance(column.type, String) and column.type.length == 32
        if "people" in parents or (an_id and not parents and column.name != "id"):
            assert column.name in decided, f"{table}.{column.name}"


@pytest.mark.parametrize("table", REGISTER.owners)
def test_every_owner_leads_to_a_person(table):
    column = metadata.tables[table].c[REGISTER.owners[table]]
    parents = {key.column.table.name for key in column.foreign_keys} - {"people"}
    assert parents <= set(REGISTER.owners)
    assert REGISTER.entries[table].owner_is_a_thing == bool(parents)


def test_the_day_of_a_note_is_set_by_the_period_of_the_file():
    assert Period.parse(REGISTER.entries["sessions.note"].keeps) == Period(NOTE_KEPT.days, "days")


def test_a_year_ends_on_the_same_date():
    years = Period.parse("7 years")
    assert years.before(datetime(2033, 3, 3, 14, tzinfo=UTC)) == START.replace(minute=0)
    assert years.before(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2021, 2, 28, tzinfo=UTC)
    assert Period.parse("4 years").before(datetime(2028, 2, 29, tzinfo=UTC)).day == 29
    assert Period.parse("with the row") is None
