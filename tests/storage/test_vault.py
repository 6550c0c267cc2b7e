from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from domain.people import Person
from storage import sessions
from storage.engine import Database, open_database
from storage.sessions import Sealed
from storage.vault import (
    CannotOpen,
    MasterKeys,
    Place,
    Vault,
    _pad,
    _unpad,
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
