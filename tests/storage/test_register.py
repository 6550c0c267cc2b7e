"""The reviewed file speaks of everything that is held, and what it says can be kept to."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import LargeBinary, String

from bot.services.sweeps import by_hand
from domain.retention import LEFT, Period
from domain.sessions import NOTE_KEPT
from storage.all_tables import metadata
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START


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
