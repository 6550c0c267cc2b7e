import multiprocessing
import os
import signal
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.people import Person
from storage import sessions
from storage.connection import Connection
from storage.engine import Database, open_database
from storage.sessions import Sealed
from storage.vault import (
    CannotOpen,
    MasterKeys,
    Place,
    Vault,
    WrongMasterKey,
    _pad,
    _unpad,
    rotate,
)
from tests.storage.conftest import a_session, someone

Enrol = Callable[..., Person]

NOTE = Place("sessions", "note", "a1")
WORDS = "What I heard today stays with me. Ŵyth o'r gloch \N{SLIGHTLY SMILING FACE}"


@pytest.fixture
def vault() -> Vault:
    return Vault(MasterKeys.generate())


def test_what_was_sealed_opens_in_its_place(database: Database, enrol: Enrol, vault: Vault) -> None:
    ada = enrol()
    with database.write() as conn:
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        assert vault.open(conn, ada.id, NOTE, sealed) == WORDS
    with database.read() as conn:
        assert vault.open(conn, ada.id, NOTE, sealed) == WORDS
    assert sealed[:1] == b"\x01"


def test_the_length_tells_only_how_many_times_256_bytes(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada = enrol()
    with database.write() as conn:
        sizes = {n: len(vault.seal(conn, ada.id, NOTE, "a" * n)) for n in (0, 1, 255, 256, 511)}
    assert sizes[0] == sizes[1] == sizes[255] == 256 + 1 + 8 + 12 + 16
    assert sizes[256] == sizes[511] == sizes[0] + 256


@given(st.text())
def test_padding_comes_off_whatever_the_text(words: str) -> None:
    assert len(_pad(words)) % 256 == 0
    assert _unpad(_pad(words)) == words


def test_no_changed_byte_goes_unnoticed(database: Database, enrol: Enrol, vault: Vault) -> None:
    ada = enrol()
    with database.write() as conn:
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(CannotOpen):
                vault.open(conn, ada.id, NOTE, bytes(changed))
        for length in range(0, len(sealed), 7):
            with pytest.raises(CannotOpen):
                vault.open(conn, ada.id, NOTE, sealed[:length])
        with pytest.raises(CannotOpen):
            vault.open(conn, ada.id, NOTE, sealed + b"\0")


@pytest.mark.parametrize(
    "elsewhere",
    [
        NOTE._replace(table="preferences"),
        NOTE._replace(column="action"),
        NOTE._replace(row="a2"),
        Place("sessions", "a1", "note"),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(
    database: Database, enrol: Enrol, vault: Vault, elsewhere: Place
) -> None:
    ada = enrol()
    with database.write() as conn:
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        with pytest.raises(CannotOpen):
            vault.open(conn, ada.id, elsewhere, sealed)


def test_a_value_given_to_somebody_else_does_not_open(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada, bilal, cerys = enrol("U1"), enrol("U2"), enrol("U3")
    with database.write() as conn:
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        vault.seal(conn, bilal.id, NOTE, WORDS)
        for other in (bilal, cerys):
            with pytest.raises(CannotOpen):
                vault.open(conn, other.id, NOTE, sealed)


def test_somebody_elses_key_put_in_place_of_ones_own_opens_nothing(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    copy = text(
        "UPDATE person_keys SET wrapped = (SELECT wrapped FROM person_keys WHERE person_id = :one)"
        " WHERE person_id = :other"
    )
    with database.write() as conn:
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        vault.seal(conn, bilal.id, NOTE, WORDS)
        conn.execute(copy, one=ada.id, other=bilal.id)
        with pytest.raises(CannotOpen):
            vault.open(conn, bilal.id, NOTE, sealed)


def test_a_bar_in_a_name_cannot_make_two_places_one(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada = enrol()
    with database.write() as conn, pytest.raises(ValueError, match="with a"):
        vault.seal(conn, ada.id, Place("sessions", "note|a", "1"), WORDS)


def test_a_hundred_thousand_values_have_as_many_nonces(tmp_path: Path, migrated_file: Path) -> None:
    (tmp_path / "a.db").write_bytes(migrated_file.read_bytes())
    vault = Vault(MasterKeys.generate())
    with (
        closing(open_database(f"sqlite:///{tmp_path}/a.db")) as database,
        database.write() as conn,
    ):
        ada = someone(conn).id
        nonces = {vault.seal(conn, ada, NOTE, "x")[9:21] for _ in range(100_000)}
    assert len(nonces) == 100_000


def test_erasing_someone_shuts_what_was_theirs_for_good(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        hers = vault.seal(conn, ada.id, NOTE, WORDS)
        his = vault.seal(conn, bilal.id, NOTE, WORDS)
        assert vault.erase(conn, ada.id)
        assert not vault.erase(conn, ada.id)
    with database.write() as conn:
        with pytest.raises(CannotOpen):
            vault.open(conn, ada.id, NOTE, hers)
        vault.seal(conn, ada.id, NOTE, "a new start")
        with pytest.raises(CannotOpen):
            vault.open(conn, ada.id, NOTE, hers)
        assert vault.open(conn, bilal.id, NOTE, his) == WORDS


def test_a_key_made_in_a_transaction_that_failed_is_not_there(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada = enrol()
    with pytest.raises(ZeroDivisionError), database.write() as conn:  # noqa: PT012
        sealed = vault.seal(conn, ada.id, NOTE, WORDS)
        raise ZeroDivisionError
    with database.read() as conn, pytest.raises(CannotOpen):
        vault.open(conn, ada.id, NOTE, sealed)


def test_first_words_written_at_the_same_time_share_one_key(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada = enrol()

    def write(_: int) -> bytes:
        with database.write() as conn:
            return vault.seal(conn, ada.id, NOTE, WORDS)

    with ThreadPoolExecutor(8) as threads:
        everything = list(threads.map(write, range(16)))
    with database.read() as conn:
        assert {vault.open(conn, ada.id, NOTE, sealed) for sealed in everything} == {WORDS}


def test_nobody_erases_a_key_while_something_is_sealed_with_it(
    database: Database, enrol: Enrol, vault: Vault
) -> None:
    ada = enrol()
    with database.write() as conn:
        vault.seal(conn, ada.id, NOTE, WORDS)

    def erase() -> None:
        with database.write() as conn:
            vault.erase(conn, ada.id)

    with ThreadPoolExecutor(1) as threads:
        with database.write() as conn:
            vault.seal(conn, ada.id, NOTE, WORDS)
            erasing = threads.submit(erase)
            with pytest.raises(TimeoutError):
                erasing.result(timeout=0.2)
        erasing.result(timeout=5)


def test_the_files_of_the_database_hold_no_words(tmp_path: Path, migrated_file: Path) -> None:
    file = tmp_path / "a.db"
    file.write_bytes(migrated_file.read_bytes())
    vault = Vault(MasterKeys.generate())

    def found(words: str) -> bool:
        return any(words.encode() in part.read_bytes() for part in tmp_path.iterdir())

    with closing(open_database(f"sqlite:///{file}")) as database:
        for action, words in (("canary-plain", ""), ("log", "canary-sealed")):
            with database.write() as conn:
                ada = someone(conn)
                session = a_session(ada)
                place = Place("sessions", "note", session.id)
                note = vault.seal(conn, ada.id, place, words * 20)
                sessions.add(conn, session, Sealed(note=note))
                conn.execute(text("INSERT INTO heartbeats VALUES (:n, 'now')"), n=action)
        assert found("canary-plain"), "what is not sealed is found, so the search works"
        assert not found("canary-sealed")
    assert found("canary-plain")
    assert not found("canary-sealed")


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


def test_keys_are_read_in_any_form_they_are_kept_in() -> None:
    one, two = MasterKeys.generate(), MasterKeys.generate()
    ring = MasterKeys.parse(f"\n {one.text()}\n,{two.text()}")
    assert ring.ids == (one.newest, two.newest)
    assert MasterKeys.parse(ring.text()) == ring
    assert MasterKeys.parse(ring.text().strip().replace("\n", ",")) == ring


def test_a_new_key_goes_in_front() -> None:
    old = MasterKeys.generate()
    ring = old.with_new()
    assert ring.newest != old.newest
    assert ring.ids == (ring.newest, old.newest)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "There is no master key"),
        (" \n,", "There is no master key"),
        ("s3cret", "Master key 1 is not 32 bytes"),
        (f":{'A' * 43}", "Master key 1 needs a name"),
        (f"a|b:{'A' * 43}", "Master key 1 needs a name"),
        (f"a:{'A' * 43},a:{'B' * 43}", "Master key 2 needs a name"),
        (f"a:{'A' * 43},b:s3cret", "Master key 2 is not 32 bytes"),
        ("a:", "Master key 1 is not 32 bytes"),
        (f"a:{'£' * 43}", "Master key 1 is not 32 bytes"),
        (f"a:{'A' * 44}", "Master key 1 is not 32 bytes"),
    ],
)
def test_a_key_that_cannot_be_read_is_named_by_its_place_only(given: str, says: str) -> None:
    with pytest.raises(WrongMasterKey, match=says) as caught:
        MasterKeys.parse(given)
    assert "s3cret" not in str(caught.value)


def test_keys_do_not_show_when_they_are_printed() -> None:
    keys = MasterKeys.generate()
    secret = keys.text().partition(":")[2].strip()
    for shown in (repr(keys), str(keys), f"{keys}", repr(Vault(keys)), repr([keys])):
        assert secret not in shown
        assert "b'" not in shown
