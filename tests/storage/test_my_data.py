"""A person's copy holds everything about them, and not one word of anybody else."""

import json
from datetime import date, datetime, timedelta

import pytest

from bot.services.my_data import CANNOT_BE_OPENED, SOMEBODY_ELSE, YOU, MyData
from bot.services.my_data_text import as_text
from bot.words import Words
from domain.ids import new_id
from domain.people import Account
from domain.refusals import Refused
from domain.retention import SealedFor
from storage import audit
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.learning_set_rows import STARTS, Sets
from tests.supervision_rows import TUESDAY, Pool

THEIRS = [
    entry.name
    for entry in REGISTER.tables
    if entry.export and entry.owner is not None and entry.name != "departures"
]
WORDS = Words()


@pytest.fixture
def vault():
    return Vault(MasterKeys.generate())


@pytest.fixture
def my_data(database, vault):
    return MyData(database, vault, lambda: START + timedelta(hours=1), REGISTER)


@pytest.fixture
def bilal(database, vault):
    return somebody_everywhere(database, vault, at=START - timedelta(days=400))


@pytest.fixture
def ada(database, vault, bilal):
    """Somebody with a row everywhere; whoever else such a row names is Bilal."""
    return somebody_everywhere(database, vault, at=START, other=bilal.id)


def account(person):
    return Account("T1", person.account)


def exported(export, name):
    [part] = [part for part in export.parts if part.name == name]
    return part.rows


@pytest.mark.parametrize("name", THEIRS)
def test_every_table_with_something_of_theirs_is_in_it_with_every_value(my_data, ada, name):
    entry = REGISTER.entries[name]
    export = my_data.export(account(ada))
    found = exported(export, name)
    wanted = ada.rows[name]
    match = [row for row in found if all(_same(row, wanted, entry, c) for c in wanted)]
    assert match, (found, wanted)
    whole = json.loads(export.as_json())
    assert len(whole["parts"][name]["rows"]) == len(found)


def _same(row, wanted, entry, column):
    """Whether a value is told as it is, or as what may be told of whom it names."""
    value = wanted[column]
    sealed = f"{entry.table}.{column}" in REGISTER.entries
    if sealed or column in entry.others:
        return True
    if value is None:
        return row[column] is None
    if column in entry.pointers or (column == entry.owner and not entry.owner_is_a_thing):
        return row[column] in {YOU, SOMEBODY_ELSE}
    if column in entry.packed_columns:
        value = json.loads(value)
    return row[column] == value and type(row[column]) in {type(value), int}


def test_every_sealed_word_of_theirs_is_in_both_forms(my_data, ada):
    export = my_data.export(account(ada))
    text, whole = as_text(export, WORDS), export.as_json()
    words = [
        f"canary of {entry.name} of {ada.id}"
        for entry in REGISTER.entries.values()
        if entry.sealed_for is SealedFor.PERSON and entry.export
    ]
    assert len(words) >= 7
    for one in words:
        assert one in text
        assert one in whole


def test_nobody_elses_words_and_ids_are_in_it(my_data, ada, bilal):
    export = my_data.export(account(ada))
    for form in (as_text(export, WORDS), export.as_json()):
        assert bilal.id not in form
        assert bilal.account not in form
        for text in bilal.texts.values():
            assert text not in form
    [role] = exported(export, "roles")
    assert role["given_by"] == SOMEBODY_ELSE
    assert role["person_id"] == YOU


def test_what_is_not_in_it_is_said_with_its_reason(my_data, ada):
    export = my_data.export(account(ada))
    assert {one.title for one in export.left_out} == {"Your key"}
    assert "It is a key and says nothing." in as_text(export, WORDS)
    for entry in REGISTER.tables:
        if entry.owner is not None and not entry.export:
            assert entry.export_because


def test_lines_of_the_audit_about_them_are_in_it_and_do_not_say_who(database, my_data, ada, bilal):
    with database.write() as conn:
        audit.write(
            conn,
            at=START,
            actor=bilal.id,
            action="role_given_partner",
            kind="person",
            object_id=ada.id,
        )
    lines = exported(my_data.export(account(ada)), "audit")
    [given] = [line for line in lines if line["action"] == "role_given_partner"]
    assert (given["actor"], given["object_id"]) == (SOMEBODY_ELSE, YOU)


def opened(database, reader, item_id, *, at=START, outcome="done"):
    with database.write() as conn:
        audit.write(
            conn,
            at=at,
            actor=reader,
            action="journal_opened",
            kind="journal",
            object_id=item_id,
            outcome=outcome,
        )


def test_who_opened_what_they_shared_and_when_the_latest_first(database, my_data, ada, bilal):
    mine, other = ada.rows["journal"]["id"], bilal.rows["journal"]["id"]
    later = START + timedelta(minutes=5)
    opened(database, bilal.id, mine)
    opened(database, "f" * 32, mine, at=later)
    opened(database, bilal.id, mine, outcome="refused")
    opened(database, ada.id, other)
    found = my_data.opened(account(ada))
    assert [(one.user, one.at) for one in found] == [(None, later), (bilal.account, START)]
    export = my_data.export(account(ada))
    assert export.opened == found
    text = as_text(export, WORDS)
    assert f"Your journal: opened by <@{bilal.account}> on Tuesday 3 March 2026, 2pm." in text
    assert "someone who has left" in text
    assert bilal.id not in text


def test_who_opened_the_note_of_a_request_is_told_and_whom_wishes_name_is_not(database):
    pool = Pool(database, supervisors=3)
    first, second, third = pool.pool
    request = pool.ask(preferred=first, excluded=(second, third), note="a note of mine")
    pool.claim(first, request)
    pool.queue.read_note(first.account, request.id)
    my_data = MyData(database, pool.desk.vault, lambda: pool.now, REGISTER)
    export = my_data.export(pool.ada.account)
    assert [(one.item_id, one.user, one.at) for one in export.opened] == [
        (request.id, first.account.user, TUESDAY)
    ]
    [told] = exported(export, "supervision_requests")
    assert told["note"] == "a note of mine"
    assert told["supervisor_id"] == SOMEBODY_ELSE
    assert told["wishes"]["category"] == "for_me"
    assert told["wishes"]["preferred"] == SOMEBODY_ELSE
    assert told["wishes"]["excluded"] == [SOMEBODY_ELSE] * 2
    for person in pool.pool:
        assert person.id not in export.as_json()
    of_a_supervisor = my_data.export(first.account)
    assert exported(of_a_supervisor, "supervision_requests") == ()
    assert "a note of mine" not in of_a_supervisor.as_json()


def test_of_a_set_it_says_which_set_and_when_and_nothing_of_the_others(database):
    sets = Sets(database)
    ada, bilal, *_ = sets.joined(4)
    meeting = sets.booked()
    sets.now = STARTS
    for person in (ada, bilal):
        line = f"a step of {person.account.user}"
        sets.actions.write(person.account, meeting.id, line, form=new_id(), confirmed=True)
        sets.agenda.offer(person.account, meeting.id, line, form=new_id(), confirmed=True)
    my_data = MyData(database, Vault(sets.keys), sets.clock, REGISTER)
    export = my_data.export(ada.account)
    [place] = exported(export, "set_members")
    assert (place["set_name"], place["standing"]) == ("Larch", "in")
    [action], [offered] = exported(export, "set_actions"), exported(export, "set_offers")
    for row in (action, offered):
        assert (row["words"], row["meeting_starts_at"]) == ("a step of U001", STARTS)
    roles = exported(export, "set_roles")
    assert all(row["meeting_starts_at"] == STARTS for row in roles)
    assert "a step of U002" not in export.as_json()
    assert "Set: Larch" in as_text(export, WORDS)
    assert "Meeting: Tuesday 24 March 2026, 2pm" in as_text(export, WORDS)


def test_counts_are_by_kind_and_say_who_sees_it_and_for_how_long(my_data, ada):
    held = {one.name: one for one in my_data.held(account(ada))}
    assert held["sessions"].count == 1
    assert held["sessions.note"].keeps == "90 days after it was written; or until you empty it"
    assert held["journal.words"].seen_by.startswith("You, and whoever")
    assert all(one.count for one in held.values())


def test_taking_a_copy_is_written_down(database, my_data, ada):
    before = len(rows(database, "audit"))
    my_data.export(account(ada))
    [line] = rows(database, "audit")[before:]
    assert (line["actor"], line["action"]) == (ada.id, "my_data_exported")


def test_a_damaged_word_does_not_keep_the_rest_from_them(database, my_data, ada):
    with database.engine.begin() as there:
        there.exec_driver_sql("UPDATE nudges SET words = journal.words FROM journal")
    [nudge] = exported(my_data.export(account(ada)), "nudges")
    assert nudge["words"] == CANNOT_BE_OPENED


def test_whoever_is_not_enrolled_is_refused(my_data, ada):
    for call in (my_data.held, my_data.opened, my_data.export):
        with pytest.raises(Refused, match="not_enrolled"):
            call(Account("T1", "U0NOBODY"))
        with pytest.raises(Refused, match="not_enrolled"):
            call(Account("T2", ada.account))


def test_the_text_writes_days_and_times_as_people_do(my_data, ada):
    text = as_text(my_data.export(account(ada)), WORDS)
    assert "Date: Tuesday 3 March 2026\n" in text
    assert "Written on: Tuesday 3 March 2026, 2pm" in text
    assert "Guest account: no" in text
    for raw in ("2026-03-03", "None", "True", "+00:00"):
        assert raw not in text
    for row in my_data.export(account(ada)).parts:
        for value in (v for found in row.rows for v in found.values()):
            assert not isinstance(value, bytes)
            assert not isinstance(value, (date, datetime)) or value.year >= 2026
