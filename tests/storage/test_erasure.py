"""Somebody has everything deleted: it is gone, it stays gone, and nobody else is touched."""

import json
import multiprocessing
import os
import shutil
import signal
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.audit_chain import AuditChain
from bot.services.check_in_bag import open_bag
from bot.services.erasure import Erasing
from domain.ids import new_id
from domain.people import Account, Profile, Role
from domain.refusals import Refused, StorageUnavailable
from domain.retention import OnErasure, Pointer
from domain.sessions import Pay
from storage import check_ins, files, people, sessions
from storage.all_tables import metadata
from storage.engine import open_database
from storage.ledger import Ledger, LedgerUnavailable
from storage.master_keys import MasterKeys
from storage.problems import Conflict
from storage.vault import CannotOpen, Place, Vault
from tests.check_in_rows import OPENS, Group
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.storage.conftest import a_session

LABELS = (
    "erasure.asked",
    "erasure.in_ledger",
    "erasure.before_commit",
    "erasure.gone",
    "erasure.scrubbed",
)
CODE = "C-4711"


@pytest.fixture
def keys():
    return MasterKeys.generate()


@pytest.fixture
def vault(keys):
    return Vault(keys)


@pytest.fixture
def ledger(tmp_path, keys):
    return Ledger(tmp_path / "erasures.ledger", keys)


@pytest.fixture
def erasing(database, vault, ledger):
    return Erasing(database, vault, lambda: START, REGISTER, ledger)


@pytest.fixture
def bilal(database, vault):
    return somebody_everywhere(database, vault, at=START)


@pytest.fixture
def ada(database, vault, bilal):
    """Somebody with a row everywhere, who is named in rows of Bilal's as well."""
    ada = somebody_everywhere(database, vault, at=START)
    pointing = {(entry.table, column) for entry in REGISTER.tables for column in entry.pointers} - {
        ("audit", "object_id")
    }
    with database.engine.begin() as there:
        for table, column in pointing:
            mine = metadata.tables[table]
            [key, *_] = mine.primary_key.columns
            changed = mine.update().where(key == bilal.rows[table][key.name])
            assert there.execute(changed.values({column: ada.id})).rowcount == 1
        there.execute(
            metadata.tables["sessions"]
            .update()
            .where(metadata.tables["sessions"].c.person_id == ada.id)
            .values(client_code=CODE)
        )
        there.execute(
            metadata.tables["idempotency"]
            .update()
            .where(metadata.tables["idempotency"].c.person_id == bilal.id)
            .values(result=json.dumps({"enrolled": [ada.account]}))
        )
    return ada


def account(person):
    return Account("T1", person.account)


def everything(database):
    return {name: rows(database, name) for name in metadata.tables}


def mentions(database, words):
    """The tables in which these words stand anywhere."""
    return {
        name
        for name, found in everything(database).items()
        if any(words in str(value) for row in found for value in row.values())
    }


def belongs_to(person, database):
    """Everything of theirs; whom else it names is left out where erasing that person empties it."""
    theirs = {person.id} | {row["id"] for row in person.rows.values() if "id" in row}
    kept = {}
    for entry in REGISTER.tables:
        emptied = {column for column, what in entry.pointers.items() if what is Pointer.EMPTIED}
        if entry.owner is not None and entry.table != "journal_shares":
            kept[entry.table] = [
                {name: value for name, value in row.items() if name not in emptied}
                for row in rows(database, entry.table)
                if row[entry.owner] in theirs
            ]
    return kept


def test_nothing_of_them_is_left_but_the_audit_and_the_facts_of_pay(database, erasing, ada):
    assert len(mentions(database, ada.id)) > 15
    assert mentions(database, ada.account) == {"people", "idempotency"}

    receipt = erasing.erase(account(ada), form=new_id())

    assert receipt.gone
    assert receipt.ended
    assert mentions(database, ada.id) == {"audit"}
    assert mentions(database, ada.account) == set()
    assert mentions(database, CODE) == set()


def test_what_stays_of_pay_leads_to_nobody(database, erasing, ada):
    with database.write() as conn:
        me = people.person(conn, ada.id)
    with database.write() as conn:
        for pay in (Pay.UNPAID, Pay.NOT_CLAIMED):
            one = a_session(me)
            sessions.add(conn, replace(one, facts=replace(one.facts, pay=pay)))
    receipt = erasing.erase(account(ada), form=new_id())
    before = {row["id"] for row in rows(database, "kept_pay")}
    facts = [row for row in rows(database, "kept_pay") if row["pay"] == "paid"]
    assert receipt.pay_facts == 1
    assert len(before) >= 1
    [fact] = [row for row in facts if row["type"] == "coaching" and row["minutes"] == 15]
    assert fact["on_date"] == START.date()
    assert not set(fact.values()) & {ada.id, ada.account, CODE}


def test_nobody_else_is_touched(database, erasing, ada, bilal, vault):
    before = belongs_to(bilal, database)
    before["idempotency"] = []
    erasing.erase(account(ada), form=new_id())
    after = belongs_to(bilal, database)
    after["idempotency"] = []
    assert after == before
    assert len([name for name, found in after.items() if found]) > 20
    [role] = [row for row in rows(database, "roles") if row["person_id"] == bilal.id]
    assert role["given_by"] is None
    with database.read() as conn:
        for name, text in bilal.texts.items():
            entry = REGISTER.entries[name]
            if entry.sealed_for == "person":
                [row] = [row for row in rows(database, entry.table) if row[entry.owner] == bilal.id]
                place = Place(entry.table, entry.column, row[entry.row])
                assert vault.open(conn, bilal.id, place, row[entry.column]) == text


def test_their_words_do_not_open_any_more_not_even_from_an_old_copy(database, erasing, vault, ada):
    sealed = next(r["words"] for r in rows(database, "journal") if r["person_id"] == ada.id)
    place = Place("journal", "words", ada.rows["journal"]["id"])
    with database.read() as conn:
        assert vault.open(conn, ada.id, place, sealed) == ada.texts["journal.words"]
    erasing.erase(account(ada), form=new_id())
    with pytest.raises(CannotOpen), database.read() as conn:
        vault.open(conn, ada.id, place, sealed)


def test_the_preview_counts_all_that_goes_and_changes_nothing(database, erasing, ada):
    before = everything(database)
    preview = erasing.preview(account(ada))
    assert everything(database) == before
    found = {held.name: held.count for held in preview.held}
    for name in REGISTER.owners:
        if name != "departures":
            assert found[name] >= 1, name
    assert found["sessions.note"] == found["journal.words"] == 1
    assert preview.paid == 1
    stays = {held.name for held in preview.held if held.stays}
    assert stays >= {"sessions", "audit", "sent_files"}


def test_everything_that_stays_says_why():
    for entry in REGISTER.tables:
        if entry.erasure in {OnErasure.KEPT, OnErasure.FREED}:
            assert entry.erasure_because, entry.name


def test_the_same_form_twice_gets_the_same_receipt_and_nobody_else_is_let_in(erasing, ada):
    form = new_id()
    first = erasing.erase(account(ada), form=form)
    assert erasing.erase(account(ada), form=form) == first
    with pytest.raises(Refused, match="not_enrolled"):
        erasing.erase(account(ada), form=new_id())


def test_the_last_co_lead_stays_until_there_is_another(database, erasing, enrol):
    dilys = enrol("U0DILYS", Role.CO_LEAD)
    with pytest.raises(Refused, match="last_co_lead"):
        erasing.erase(dilys.account, form=new_id())
    enrol("U0EMEKA", Role.CO_LEAD)
    assert erasing.erase(dilys.account, form=new_id()).gone


def test_files_in_slack_are_taken_back_at_once(database, erasing, enrol):
    enrol("U0DILYS", Role.CO_LEAD)
    cerys = enrol("U0CERYS")
    with database.write() as conn:
        files.add(conn, "F1", cerys.id, delete_after=START + timedelta(hours=20))
        assert files.due(conn, now=START) == []
    erasing.erase(cerys.account, form=new_id())
    with database.read() as conn:
        assert [file for file, _, _ in files.due(conn, now=START)] == ["F1"]


def test_in_an_open_check_in_the_answer_stays_and_nobody_can_tell_that_they_answered(
    database, keys, ledger
):
    group = Group(database, keys, size=6)
    group.plan(OPENS)
    for member in group.everyone:
        group.answer(member, 1, 1, 1)
    erasing = Erasing(database, Vault(keys), lambda: OPENS, REGISTER, ledger)
    erasing.erase(group.everyone[0].account, form=new_id())
    with database.read() as conn:
        _, sealed = check_ins.with_bag(conn, group.check_in_id)
        bag = open_bag(conn, Vault(keys), group.check_in_id, sealed)
    assert bag.answered == {member.id for member in group.everyone[1:]}
    assert len(bag.answers) == 6


def test_without_the_list_nothing_is_deleted_and_later_it_is(database, vault, ada, tmp_path, keys):
    missing = Ledger(tmp_path / "away" / "list", keys)
    erasing = Erasing(database, vault, lambda: START, REGISTER, missing)
    form = new_id()
    with pytest.raises(LedgerUnavailable):
        erasing.erase(account(ada), form=form)
    assert "journal" in mentions(database, ada.id)
    missing.file.parent.mkdir()
    assert erasing.finish() == 1
    assert erasing.receipt(form).ended
    assert mentions(database, ada.id) == {"audit"}


def test_an_older_database_is_brought_to_where_it_was(erasing, database, vault, ledger, ada):
    """Their account, their key and their words are there again, as an old backup has them."""
    person = next(row for row in rows(database, "people") if row["id"] == ada.id)
    words = next(row for row in rows(database, "journal") if row["person_id"] == ada.id)
    key = next(row for row in rows(database, "person_keys") if row["person_id"] == ada.id)
    erasing.erase(account(ada), form=new_id())
    with database.engine.begin() as there:
        for table, row in (("people", person), ("person_keys", key), ("journal", words)):
            there.execute(metadata.tables[table].insert().values(row))

    assert erasing.replay() == 1

    assert mentions(database, ada.id) == {"audit"}
    assert erasing.replay() == 0


def test_whoever_comes_back_later_is_somebody_new(erasing, database, ada, enrol):
    erasing.erase(account(ada), form=new_id())
    enrol(ada.account)
    assert erasing.replay() == 0
    with database.read() as conn:
        assert people.actor(conn, account(ada)).enrolled


def test_the_audit_says_that_it_was_asked_for_and_done_and_its_chain_holds(
    erasing, database, vault, ada
):
    chain = AuditChain(database, vault)
    chain.link()
    erasing.erase(account(ada), form=new_id())
    chain.link()
    chain.examine()
    about = [row["action"] for row in rows(database, "audit") if row["object_id"] == ada.id]
    assert about[-2:] == ["erasure_asked", "erased"]


# Processes that die


def _erase_until_killed(url, keys, file, account_id, form, label):
    ring = MasterKeys.parse(keys)

    def reached(where):
        if where == label:
            os.kill(os.getpid(), signal.SIGKILL)

    database = open_database(url, wait_seconds=20)
    Erasing(
        database, Vault(ring), lambda: START, REGISTER, Ledger(file, ring), reached=reached
    ).erase(Account("T1", account_id), form=form)


@pytest.mark.parametrize("label", LABELS)
def test_a_process_that_dies_on_the_way_leaves_the_rest_to_the_next(
    url, database, vault, keys, ledger, erasing, ada, bilal, label
):
    before = belongs_to(bilal, database)
    form = new_id()
    worker = multiprocessing.get_context("spawn").Process(
        target=_erase_until_killed,
        args=(url, keys.text(), ledger.file, ada.account, form, label),
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL

    began = time.monotonic()
    assert erasing.finish() == 1
    assert time.monotonic() - began < 60
    receipt = erasing.receipt(form)
    assert receipt.ended
    assert receipt.pay_facts == 1
    assert mentions(database, ada.id) == {"audit"}
    assert ledger.those_gone([ada.id]) == [ada.id]
    for name, kept in belongs_to(bilal, database).items():
        if name != "idempotency":
            assert kept == before[name]


class Busy:
    """Somebody who logs one session after the other, each with a note, until they cannot."""

    def __init__(self, database, vault, person, stop):
        self.told = []
        self.ended = False
        self._thread = threading.Thread(target=self._log, args=(database, vault, person, stop))
        self._thread.start()

    def _log(self, database, vault, person, stop):
        while not stop.is_set():
            one = a_session(person)
            try:
                with database.write() as conn:
                    place = Place("sessions", "note", one.id)
                    sealed = vault.seal(conn, person.id, place, "words")
                    sessions.add(conn, one, sessions.Sealed(note=sealed))
            except (Conflict, StorageUnavailable):
                self.ended = True
                return
            self.told.append(one.id)

    def join(self):
        self._thread.join()


def test_while_they_and_others_go_on_using_it_all_is_gone_and_the_others_keep_theirs(
    url, vault, ledger, enrol, database
):
    enrol("U0DILYS", Role.CO_LEAD)
    ada, cerys = enrol("U0ADA"), enrol("U0CERYS")
    stop = threading.Event()
    with closing(open_database(url, wait_seconds=20)) as busy:
        everyone = [Busy(busy, vault, one, stop) for one in (ada, cerys)]
        stop.wait(0.3)
        began = time.monotonic()
        erasing = Erasing(busy, vault, lambda: START, REGISTER, ledger)
        receipt = erasing.erase(ada.account, form=new_id())
        assert receipt.gone
        stop.wait(0.3)
        stop.set()
        for one in everyone:
            one.join()
        erasing.finish()
        assert erasing.receipt(receipt.id).ended
    assert time.monotonic() - began < 60
    assert [one.ended for one in everyone] == [True, False]
    assert mentions(database, ada.id) == {"audit"}
    assert {row["id"] for row in rows(database, "sessions")} == set(everyone[1].told)


def test_from_the_moment_it_begins_nobody_can_write_for_them(url, vault, ledger, enrol, database):
    enrol("U0DILYS", Role.CO_LEAD)
    ada = enrol("U0ADA")
    stop, threads = threading.Event(), []

    def somebody_writes(conn, desk, me, now):
        threads.append(Busy(busy, vault, ada, stop))
        stop.wait(0.5)
        assert threads[0].told == [], "it waits for the deletion to end"

    with closing(open_database(url, wait_seconds=20)) as busy:
        erasing = Erasing(
            database, vault, lambda: START, REGISTER, ledger, farewells=(somebody_writes,)
        )
        assert erasing.erase(ada.account, form=new_id()).gone
        threads[0].join()
    assert (threads[0].told, threads[0].ended) == ([], True)
    assert mentions(database, ada.id) == {"audit"}


# What is left in files


def test_no_byte_of_them_is_left_in_any_file_of_the_database(tmp_path, migrated_file, keys):
    file = tmp_path / "alongside.db"
    shutil.copyfile(migrated_file, file)
    database = open_database(f"sqlite:///{file}")
    vault, ledger = Vault(keys), Ledger(tmp_path / "erasures.ledger", keys)
    somebody_everywhere(database, vault, at=START)
    a_year = _a_year_of_use(database, vault)
    in_files = lambda: b"".join(  # noqa: E731
        one.read_bytes() for one in tmp_path.iterdir() if one.name.startswith("alongside.db")
    )
    assert in_files().count(b"K-SECRET") > 100
    erasing = Erasing(database, vault, lambda: START, REGISTER, ledger)
    receipt = erasing.erase(a_year.account, form=new_id())
    assert receipt.ended
    left = in_files()
    assert left.count(b"K-SECRET") == 0
    assert left.count(a_year.account.user.encode()) == 0
    database.close()


def _a_year_of_use(database, vault):
    """Somebody who logs, changes and deletes, so that rows move about in the file."""
    with database.write() as conn:
        me = people.enrol(
            conn,
            Profile(account=Account("T1", "U0YEARLONG"), tz="Europe/London"),
            {Role.PARTNER},
            by=None,
            now=START,
        )
    for n in range(300):
        one = a_session(me, START.date() - timedelta(days=n), client_code=f"K-SECRET{n}")
        with database.write() as conn:
            sealed = vault.seal(conn, me.id, Place("sessions", "note", one.id), "words " * (n % 90))
            sessions.add(conn, one, sessions.Sealed(note=sealed))
            if n % 5 == 0:
                sessions.mark_deleted(conn, one.id, now=START)
            if n % 7 == 0:
                sessions.purge_deleted(conn, before=START + timedelta(minutes=2))
    return me
