import multiprocessing
import os
import signal
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import text

from bot.services.audit_chain import AuditChain
from domain.people import Person
from storage.all_tables import metadata
from storage.connection import Connection
from storage.engine import Database, open_database
from storage.vault import (
    MasterKeys,
    Place,
    Vault,
    WrongMasterKey,
    rotate,
)
from tests.holdings import START, rows, somebody_everywhere
from tests.storage.conftest import someone

Enrol = Callable[..., Person]

NOTE = Place("sessions", "note", "a1")
WORDS = "What I heard today stays with me."


@pytest.fixture
def vault() -> Vault:
    return Vault(MasterKeys.generate())


def test_the_first_start_leaves_a_mark_that_only_the_same_key_opens(database: Database) -> None:
    keys = MasterKeys.generate()
    for _ in range(2):
        with database.write() as conn:
            Vault(keys).check(conn)
    same_name = MasterKeys.parse(f"{keys.newest}:{urlsafe_b64encode(bytes(32)).decode()}")
    for wrong in (MasterKeys.generate(), same_name):
        with pytest.raises(WrongMasterKey, match=keys.newest), database.write() as conn:
            Vault(wrong).check(conn)


def test_programs_that_start_together_leave_one_mark(database: Database, vault: Vault) -> None:
    def start(_: int) -> None:
        with database.write() as conn:
            vault.check(conn)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(start, range(4)))


def test_a_ring_that_lacks_a_key_in_use_does_not_start(database: Database) -> None:
    old = MasterKeys.generate()
    both = old.with_new()
    with database.write() as conn:
        Vault(old).check(conn)
        Vault(both).seal(conn, someone(conn).id, NOTE, WORDS)
    with pytest.raises(WrongMasterKey, match=both.newest), database.write() as conn:
        Vault(old).check(conn)


def keys_of(database: Database) -> set[str]:
    with database.read() as conn:
        return {key for (key,) in conn.stream(text("SELECT master_key_id FROM person_keys"))}


@pytest.fixture
def sealed_by_many(database: Database, vault: Vault) -> list[tuple[str, bytes]]:
    with database.write() as conn:
        vault.check(conn)
        people = [someone(conn).id for _ in range(350)]
        return [(person, vault.seal(conn, person, NOTE, WORDS)) for person in people]


def test_rotation_wraps_every_key_anew_and_touches_no_words(
    database: Database, vault: Vault, sealed_by_many: list[tuple[str, bytes]]
) -> None:
    ring = vault.keys.with_new()
    assert rotate(database, ring) == 350
    assert rotate(database, ring) == 0
    only_new = Vault(MasterKeys.parse(ring.text().splitlines()[0]))
    with database.write() as conn:
        only_new.check(conn)
        for person, sealed in sealed_by_many:
            assert only_new.open(conn, person, NOTE, sealed) == WORDS
        with pytest.raises(WrongMasterKey):
            vault.check(conn)


class _KilledInThirdBatch(Database):
    """A database whose process dies at the end of the third transaction, before it is kept."""

    writes = 0

    @contextmanager
    def _dying(self) -> Iterator[Connection]:
        with super().write() as conn:
            yield conn
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self) -> AbstractContextManager[Connection]:
        self.writes += 1
        return self._dying() if self.writes == 3 else super().write()


def _rotate_until_killed(url: str, ring: str) -> None:
    database = open_database(url)
    database.__class__ = _KilledInThirdBatch
    rotate(database, MasterKeys.parse(ring))


def test_rotation_reaches_the_key_of_everything_that_has_one(database: Database) -> None:
    """What stays with the old master key is lost with it: of people, check-ins, sets, the house."""
    old = MasterKeys.generate()
    both = old.with_new()
    with database.write() as conn:
        Vault(old).check(conn)
    somebody_everywhere(database, Vault(old), at=START)
    AuditChain(database, Vault(old)).link()
    with_keys = [table.name for table in metadata.sorted_tables if "master_key_id" in table.c]
    assert len(with_keys) >= 5
    rotate(database, both)
    for name in with_keys:
        assert {row["master_key_id"] for row in rows(database, name)} == {both.newest}, name


def test_a_rotation_killed_half_way_goes_on_where_it_was(
    url: str, database: Database, vault: Vault, sealed_by_many: list[tuple[str, bytes]]
) -> None:
    ring = vault.keys.with_new()
    worker = multiprocessing.get_context("spawn").Process(
        target=_rotate_until_killed, args=(url, ring.text())
    )
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert keys_of(database) == set(ring.ids), "some are wrapped anew, some are not"
    with database.write() as conn:
        Vault(ring).check(conn)
        for person, sealed in sealed_by_many:
            assert Vault(ring).open(conn, person, NOTE, sealed) == WORDS
    assert rotate(database, ring) == 150
    assert keys_of(database) == {ring.newest}


def test_words_are_written_and_read_while_keys_rotate(
    database: Database, vault: Vault, sealed_by_many: list[tuple[str, bytes]]
) -> None:
    ring = vault.keys.with_new()
    with ThreadPoolExecutor(2) as threads:
        rotating = threads.submit(rotate, database, ring)
        for person, sealed in sealed_by_many:
            with database.write() as conn:
                assert Vault(ring).open(conn, person, NOTE, sealed) == WORDS
                again = Vault(ring).seal(conn, person, NOTE, WORDS)
                assert Vault(ring).open(conn, person, NOTE, again) == WORDS
        assert rotating.result() == 350
