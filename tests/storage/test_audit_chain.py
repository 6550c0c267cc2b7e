"""Whoever changes the audit behind the program's back is found out, by the line's number."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.services.audit_chain import AuditChain, ChainBroken
from domain.ids import new_id
from storage import audit, audit_chain
from storage.engine import Database, open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault, rotate
from tests.storage.conftest import NOW

ADA = new_id()


@pytest.fixture
def vault() -> Vault:
    return Vault(MasterKeys.generate())


@pytest.fixture
def chain(database: Database, vault: Vault) -> AuditChain:
    return AuditChain(database, vault)


def write(database: Database, count: int = 1, *, at=NOW) -> None:
    with database.write() as conn:
        for n in range(count):
            audit.write(conn, at=at, actor=ADA, action=f"act_{n}", kind="session", object_id=ADA)


def behind_its_back(database: Database, sql: str, **values: object) -> None:
    with database.engine.begin() as there:
        assert there.execute(text(sql), values).rowcount


def numbers(database: Database) -> list[int]:
    with database.engine.connect() as there:
        return [n for (n,) in there.execute(text("SELECT id FROM audit ORDER BY id"))]


def test_lines_are_linked_a_little_after_they_are_written(chain, database):
    write(database, 7)
    assert (chain.examine().linked, chain.examine().waiting) == (0, 7)
    assert chain.link() == 7
    assert chain.link() == 0
    write(database, 2)
    looked = chain.examine()
    assert (looked.linked, looked.waiting, looked.head_id) == (7, 2, 7)


COLUMNS = {
    "at": "2026-03-03 14:00:01",
    "actor": new_id(),
    "action": "other",
    "kind": "other",
    "object_id": new_id(),
    "outcome": "refused",
    "reason": "other",
    "link": "f" * 64,
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_line_that_was_changed_is_named(chain, database, column):
    write(database, 9)
    chain.link()
    value = COLUMNS[column]
    if column == "at" and database.dialect == "sqlite":
        value += ".000000"
    behind_its_back(database, f"UPDATE audit SET {column} = :v WHERE id = 5", v=value)
    with pytest.raises(ChainBroken, match="Line 5 "):
        chain.examine()


def test_a_line_that_was_taken_out_is_noticed_at_the_next_one(chain, database):
    write(database, 9)
    chain.link()
    behind_its_back(database, "DELETE FROM audit WHERE id = 4")
    with pytest.raises(ChainBroken, match="Line 5 "):
        chain.examine()


@pytest.mark.parametrize("first", [1, 7, 9])
def test_lines_that_were_cut_off_are_noticed(chain, database, first):
    write(database, 9)
    chain.link()
    behind_its_back(database, "DELETE FROM audit WHERE id >= :first", first=first)
    with pytest.raises(ChainBroken, match="Line 9 "):
        chain.examine()


def test_a_line_that_was_put_in_is_named(chain, database):
    write(database, 9)
    chain.link()
    behind_its_back(database, "UPDATE audit SET id = id + 100 WHERE id > 4")
    behind_its_back(database, "UPDATE audit SET id = id - 99 WHERE id > 100")
    behind_its_back(
        database,
        "INSERT INTO audit (id, at, actor, action, kind, object_id, outcome, link)"
        " SELECT 5, at, actor, action, kind, object_id, outcome, link FROM audit WHERE id = 4",
    )
    with pytest.raises(ChainBroken, match="Line 5 "):
        chain.examine()


def test_lines_that_changed_places_are_noticed(chain, database):
    write(database, 9)
    chain.link()
    for wanted, was in ((1000, 3), (3, 6), (6, 1000)):
        behind_its_back(
            database, "UPDATE audit SET id = :wanted WHERE id = :was", wanted=wanted, was=was
        )
    with pytest.raises(ChainBroken, match="Line 3 "):
        chain.examine()


def test_whoever_has_the_database_alone_cannot_move_the_end_of_the_chain(chain, database):
    write(database, 9)
    chain.link()
    behind_its_back(database, "DELETE FROM audit WHERE id > 5")
    behind_its_back(
        database,
        "UPDATE audit_chain SET head_id = 5, head_link = (SELECT link FROM audit WHERE id = 5)",
    )
    with pytest.raises(ChainBroken, match="begins and ends was changed"):
        chain.examine()
    write(database)
    with pytest.raises(ChainBroken):
        chain.link()


def test_whoever_takes_the_chain_away_is_noticed_and_it_does_not_begin_anew(chain, database):
    write(database, 3)
    chain.link()
    behind_its_back(database, "DELETE FROM audit_chain")
    with pytest.raises(ChainBroken, match="is gone"):
        chain.examine()
    with pytest.raises(ChainBroken, match="is gone"):
        chain.link()


def test_new_master_keys_open_the_old_chain(chain, database, vault):
    write(database, 3)
    chain.link()
    ring = vault.keys.with_new()
    rotate(database, ring)
    only_new = Vault(MasterKeys.parse(ring.text().splitlines()[0]))
    later = AuditChain(database, only_new)
    write(database, 3)
    assert later.link() == 3
    assert later.examine().linked == 6


def swept(database: Database, vault: Vault, cutoff, size=4) -> int:
    with database.write() as conn:
        return audit_chain.sweep(conn, vault.house_key(conn, "audit"), cutoff=cutoff, size=size)


def test_old_lines_go_and_the_rest_of_the_chain_holds(chain, database, vault):
    write(database, 6)
    write(database, 3, at=NOW + timedelta(days=1))
    chain.link()
    assert swept(database, vault, NOW - timedelta(seconds=1)) == 0
    assert swept(database, vault, NOW) == 4
    assert chain.examine().linked == 5
    assert swept(database, vault, NOW) == 2
    assert swept(database, vault, NOW) == 0
    assert numbers(database) == [7, 8, 9]
    assert chain.examine().linked == 3
    swept(database, vault, NOW + timedelta(days=1))
    assert numbers(database) == []
    write(database)
    assert chain.link() == 1
    assert chain.examine().linked == 1
    behind_its_back(database, "UPDATE audit SET action = 'other'")
    with pytest.raises(ChainBroken, match="Line 10 "):
        chain.examine()


def test_lines_that_had_their_time_and_come_back_are_noticed(chain, database, vault):
    write(database, 6)
    chain.link()
    swept(database, vault, NOW)
    behind_its_back(
        database,
        "INSERT INTO audit (id, at, actor, action, kind, object_id, outcome)"
        " SELECT 2, at, actor, action, kind, object_id, outcome FROM audit WHERE id = 6",
    )
    with pytest.raises(ChainBroken, match="Line 2 "):
        chain.examine()


def test_lines_that_were_changed_are_not_swept_away(chain, database, vault):
    write(database, 6)
    chain.link()
    behind_its_back(database, "UPDATE audit SET action = 'other' WHERE id = 2")
    with pytest.raises(ChainBroken, match="Line 2 "):
        swept(database, vault, NOW)
    assert len(numbers(database)) == 6


def test_while_many_write_and_two_link_no_line_is_left_out(url, vault):
    database = open_database(url, wait_seconds=20)
    others = open_database(url, wait_seconds=20)
    stop = threading.Event()
    surprises = []

    def until_stopped(work):
        while not stop.is_set():
            try:
                work()
            except Exception as surprise:  # noqa: BLE001 - counted below
                surprises.append(surprise)

    def write_slowly():
        with database.write() as conn:
            audit.write(conn, at=NOW, actor=ADA, action="act", kind="k", object_id=ADA)
            stop.wait(0.002)

    AuditChain(database, vault).link()
    work = [write_slowly] * 4 + [AuditChain(one, vault).link for one in (database, others)]
    threads = [threading.Thread(target=until_stopped, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    stop.wait(2)
    stop.set()
    for thread in threads:
        thread.join()
    assert surprises == []
    chain = AuditChain(database, vault)
    chain.link()
    looked = chain.examine()
    assert (looked.waiting, looked.linked) == (0, len(numbers(database)))
    assert looked.linked > 20
    database.close()
    others.close()
