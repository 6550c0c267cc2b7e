"""The list of people who are gone: outside the database, on the disc, and closed to other keys."""

import multiprocessing
import stat
from datetime import UTC, datetime

import pytest

from domain.ids import new_id
from storage.ledger import Ledger, LedgerUnavailable
from storage.master_keys import MasterKeys, WrongMasterKey

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
ADA, BILAL = new_id(), new_id()


@pytest.fixture
def keys():
    return MasterKeys.generate()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "erasures.ledger"


def test_somebody_is_on_it_once_and_nobody_can_read_who(file, keys):
    ledger = Ledger(file, keys)
    assert ledger.those_gone([ADA, BILAL]) == []
    assert not file.exists(), "nothing is made before somebody is gone"
    ledger.add(ADA, at=NOW)
    ledger.add(ADA, at=NOW)
    assert Ledger(file, keys).those_gone([BILAL, ADA]) == [ADA]
    assert ledger.count() == 1
    assert ADA not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_line_is_added_and_none_is_changed(file, keys):
    ledger = Ledger(file, keys)
    ledger.add(ADA, at=NOW)
    before = file.read_bytes()
    ledger.add(BILAL, at=NOW)
    Ledger(file, keys.with_new()).rewrap()
    assert file.read_bytes().startswith(before)


def test_other_keys_do_not_open_it_and_it_is_not_begun_anew(file, keys):
    Ledger(file, keys).add(ADA, at=NOW)
    other = Ledger(file, MasterKeys.generate())
    for call in (lambda: other.those_gone([ADA]), lambda: other.add(BILAL, at=NOW), other.rewrap):
        with pytest.raises(WrongMasterKey, match="people who are gone"):
            call()


def test_after_new_master_keys_the_old_one_is_not_needed(file, keys):
    Ledger(file, keys).add(ADA, at=NOW)
    ring = keys.with_new()
    Ledger(file, ring).rewrap()
    Ledger(file, ring).rewrap()
    assert len(file.read_text().splitlines()) == 3
    newest = MasterKeys.parse(ring.text().splitlines()[0])
    assert Ledger(file, newest).those_gone([ADA]) == [ADA]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_was_cut_off_hides_no_other(file, keys, cut):
    ledger = Ledger(file, keys)
    ledger.add(ADA, at=NOW)
    ledger.add(BILAL, at=NOW)
    file.write_bytes(file.read_bytes()[:-cut])
    assert ledger.those_gone([ADA]) == [ADA]
    ledger.add(BILAL, at=NOW)
    assert ledger.those_gone([ADA, BILAL]) == [ADA, BILAL]


def test_a_list_that_cannot_be_written_is_explained(tmp_path, keys):
    with pytest.raises(LedgerUnavailable, match="cannot be used"):
        Ledger(tmp_path / "missing" / "list", keys).add(ADA, at=NOW)
    with pytest.raises(LedgerUnavailable, match="cannot be used"):
        Ledger(tmp_path, keys).add(ADA, at=NOW)


def test_it_is_known_before_anybody_goes_whether_they_can_be_put_on_it(tmp_path, file, keys):
    ledger = Ledger(file, keys)
    ledger.check()
    assert list(tmp_path.iterdir()) == [], "nothing is made before somebody is gone"
    ledger.add(ADA, at=NOW)
    before = file.read_bytes()
    ledger.check()
    assert file.read_bytes() == before
    with pytest.raises(LedgerUnavailable, match="Make its folder, or name another place"):
        Ledger(tmp_path / "missing" / "list", keys).check()
    with pytest.raises(LedgerUnavailable, match="cannot be used"):
        Ledger(tmp_path, keys).check()


def _add_some(file, keys, people, barrier):
    barrier.wait()
    for person in people:
        Ledger(file, MasterKeys.parse(keys)).add(person, at=NOW)


def test_processes_that_begin_it_together_lose_nobody(file, keys):
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(3)
    groups = [[new_id() for _ in range(15)] for _ in range(3)]
    workers = [
        spawn.Process(target=_add_some, args=(file, keys.text(), group, barrier))
        for group in groups
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    everyone = [person for group in groups for person in group]
    assert Ledger(file, keys).those_gone(everyone) == everyone
