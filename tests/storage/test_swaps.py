"""Of every sealed column there is: no byte is changed and no value is moved without being noticed.

Everything is done to the real database behind the program's back, and then asked for as the program
does. What opens is the person's own words in their place, or nothing.
"""

import pytest

from bot.services.audit_chain import AuditChain
from bot.services.my_data import CANNOT_BE_OPENED, MyData
from bot.services.my_data_text import as_text
from bot.words import Words
from domain.ids import new_id
from domain.people import Account
from storage.all_tables import metadata
from storage.master_keys import MasterKeys
from storage.vault import (
    CHECK_INS,
    HOUSE,
    LEARNING_SETS,
    PEOPLE,
    CannotOpen,
    Place,
    Vault,
    WrongMasterKey,
)
from tests.holdings import REGISTER, START, rows, somebody_everywhere

OWNERS = {"person": PEOPLE, "check_in": CHECK_INS, "learning_set": LEARNING_SETS}
SEALED = [e for e in REGISTER.entries.values() if e.column and str(e.sealed_for) in OWNERS]
FILLED = [entry for entry in SEALED if entry.name != "check_ins.bag"]
"""The bag of a check-in is there while it is open; its key and its place are those of the words."""
PERSONS = [entry for entry in SEALED if str(entry.sealed_for) == "person"]
KEYS = (PEOPLE, CHECK_INS, LEARNING_SETS, HOUSE)


@pytest.fixture
def vault():
    return Vault(MasterKeys.generate())


@pytest.fixture
def two(database, vault):
    """Two people with something of theirs in every column."""
    found = [somebody_everywhere(database, vault, at=START) for _ in range(2)]
    AuditChain(database, vault).link()
    return found


def test_these_are_all_sealed_columns_there_are():
    keys = {f"{table.name}.wrapped" for table in KEYS} | {"vault_sentinel.sealed"}
    named = {entry.name for entry in REGISTER.entries.values() if entry.column}
    assert {entry.name for entry in SEALED} | keys == named
    assert len(SEALED) >= 14


def owner_of(entry, person):
    """Whose key seals it: theirs, or that of their check-in or set."""
    if str(entry.sealed_for) == "person":
        return person.id
    return person.rows[entry.table]["id"]


def place_of(entry, person):
    return Place(entry.table, entry.column, str(person.rows[entry.table][entry.row]))


def of_row(entry, person):
    """The condition that finds their row."""
    table, row = metadata.tables[entry.table], person.rows[entry.table]
    first, *others = table.primary_key.columns
    found = first == row[first.name]
    for column in others:
        found &= column == row[column.name]
    return found


def stored(database, entry, person):
    table = metadata.tables[entry.table]
    with database.engine.connect() as there:
        found = there.execute(table.select().where(of_row(entry, person))).one()
    return bytes(found._mapping[entry.column])


def put(database, entry, person, value):
    """Write it behind the program's back."""
    table = metadata.tables[entry.table]
    with database.engine.begin() as there:
        changed = table.update().where(of_row(entry, person)).values({entry.column: value})
        assert there.execute(changed).rowcount == 1


@pytest.mark.parametrize("entry", FILLED, ids=lambda entry: entry.name)
def test_every_byte_of_it_counts(database, vault, two, entry):
    ada, _ = two
    own = Vault(vault.keys, OWNERS[str(entry.sealed_for)])
    owner, place, sealed = owner_of(entry, ada), place_of(entry, ada), stored(database, entry, ada)
    with database.read() as conn:
        assert own.open(conn, owner, place, sealed)
        for at in range(len(sealed)):
            for bit in (1, 128):
                changed = bytearray(sealed)
                changed[at] ^= bit
                with pytest.raises(CannotOpen):
                    own.open(conn, owner, place, bytes(changed))
        for length in range(len(sealed)):
            with pytest.raises(CannotOpen):
                own.open(conn, owner, place, sealed[:length])


@pytest.mark.parametrize("entry", FILLED, ids=lambda entry: entry.name)
def test_it_opens_in_no_other_column_row_or_hands(database, vault, two, entry):
    ada, _ = two
    sealed = stored(database, entry, ada)
    with database.read() as conn:
        opened = []
        for other in SEALED:
            own = Vault(vault.keys, OWNERS[str(other.sealed_for)])
            for person in two:
                places = [place_of(other, person), place_of(other, person)._replace(row=new_id())]
                for place in places:
                    try:
                        own.open(conn, owner_of(other, person), place, sealed)
                        opened.append((other.name, person.id, place))
                    except CannotOpen:
                        continue
    assert opened == [(entry.name, ada.id, place_of(entry, ada))]


def exported(database, vault, person):
    my_data = MyData(database, vault, lambda: START, REGISTER)
    export = my_data.export(Account("T1", person.account))
    return export, as_text(export, Words()) + export.as_json()


@pytest.mark.parametrize("entry", PERSONS, ids=lambda entry: entry.name)
def test_moved_in_the_database_a_person_reads_that_it_does_not_open_and_never_others_words(
    database, vault, two, entry
):
    """By owner, by row and by column, each asked for through what people read of their own."""
    ada, bilal = two
    mine = stored(database, entry, ada)
    with database.write() as conn:
        elsewhere = place_of(entry, ada)._replace(row=new_id())
        other_row = vault.seal(conn, ada.id, elsewhere, '"words of another row"')
    other = next(one for one in PERSONS if one.name != entry.name)
    moved = {
        "owner": stored(database, entry, bilal),
        "row": other_row,
        "column": stored(database, other, ada),
        "a byte": bytes([*mine[:-1], mine[-1] ^ 1]),
    }
    for how, value in moved.items():
        put(database, entry, ada, value)
        export, said = exported(database, vault, ada)
        [part] = [part for part in export.parts if part.name == entry.table]
        assert CANNOT_BE_OPENED in {row.get(entry.column) for row in part.rows}, how
        assert bilal.texts[entry.name] not in said, how
        assert f"of {bilal.id}" not in said, how
        assert "words of another row" not in said, how
    put(database, entry, ada, mine)
    _, said = exported(database, vault, ada)
    assert CANNOT_BE_OPENED not in said
    assert f"canary of {entry.name} of {ada.id}" in said


@pytest.mark.parametrize("table", KEYS, ids=lambda table: table.name)
def test_a_wrapped_key_is_bound_to_its_owner_and_every_byte_of_it_counts(
    database, vault, two, table
):
    here = metadata.tables[table.name]
    own = Vault(vault.keys, table)
    found = {row[table.owner]: bytes(row["wrapped"]) for row in rows(database, table.name)}
    owner, wrapped = next(iter(found.items()))

    def shut_with(value):
        with database.engine.begin() as there:
            there.execute(here.update().where(here.c[table.owner] == owner).values(wrapped=value))
        with database.read() as conn:
            try:
                own._secret(conn, owner)
            except CannotOpen:
                return True
        return False

    assert not shut_with(wrapped)
    for at in range(0, len(wrapped)):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        assert shut_with(bytes(changed)), at
    others = [
        bytes(row["wrapped"])
        for one in KEYS
        for row in rows(database, one.name)
        if (one.name, row[one.owner]) != (table.name, owner)
    ]
    assert len(others) >= 4
    for value in others:
        assert shut_with(value)
    assert not shut_with(wrapped)


def test_the_mark_of_the_master_key_is_seen_when_a_byte_of_it_is_changed(database, vault):
    table = metadata.tables["vault_sentinel"]
    with database.write() as conn:
        vault.check(conn)
    [mark] = [bytes(row["sealed"]) for row in rows(database, "vault_sentinel")]
    for at in range(len(mark)):
        changed = bytearray(mark)
        changed[at] ^= 1
        with database.engine.begin() as there:
            there.execute(table.update().values(sealed=bytes(changed)))
        with pytest.raises(WrongMasterKey), database.write() as conn:
            vault.check(conn)
