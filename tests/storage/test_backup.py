"""A backup is everything of one moment, opens with its key alone, and brings nobody back."""

import secrets
import stat
from contextlib import closing

import pytest
from sqlalchemy import Integer, LargeBinary

from bot.running import erase_again
from bot.services.audit_chain import AuditChain
from bot.services.backups import BackupProblem, Backups
from bot.services.erasure import Erasing
from domain.ids import new_id
from domain.people import Account
from storage import backup, backup_file, migrate, sessions
from storage.all_tables import metadata
from storage.engine import open_database
from storage.ledger import Ledger
from storage.master_keys import MasterKeys
from storage.vault import Place, Vault, rotate
from tests.databases import PostgresServer
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.storage.conftest import a_session

BACK = ["sqlite", "postgresql"]


@pytest.fixture
def keys():
    return MasterKeys.generate()


@pytest.fixture
def vault(keys):
    return Vault(keys)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "night.backup"


@pytest.fixture
def backups(url, keys):
    return Backups(url, keys, lambda: START)


@pytest.fixture(params=BACK)
def empty(request, tmp_path, postgres_server: PostgresServer):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    address = postgres_server.empty()
    yield address
    postgres_server.drop(address)


@pytest.fixture
def elsewhere(tmp_path):
    return f"sqlite:///{tmp_path}/elsewhere.db"


@pytest.fixture
def ada(database, vault):
    with database.write() as conn:
        vault.check(conn)
    return somebody_everywhere(database, vault, at=START)


def everything(database):
    kept = {name: rows(database, name) for name in metadata.tables}
    kept["programme"] = [row for row in kept["programme"] if row["name"] != "restored_at"]
    return {name: sorted(found, key=str) for name, found in kept.items()}


def put_back(url, keys, file):
    Backups(url, keys, lambda: START).put_back(file)
    return open_database(url)


def test_everything_is_there_again_in_either_kind_of_database(
    database, backups, keys, vault, ada, file, empty
):
    AuditChain(database, vault).link()
    backups.write(file)
    with closing(put_back(empty, keys, file)) as restored:
        assert everything(restored) == everything(database)
        AuditChain(restored, vault).examine()
        opened = 0
        with restored.write() as conn:
            vault.check(conn)
            for name, text in ada.texts.items():
                entry = REGISTER.entries[name]
                if entry.sealed_for == "person":
                    [row] = rows(restored, entry.table)
                    place = Place(entry.table, entry.column, row[entry.row])
                    assert vault.open(conn, ada.id, place, row[entry.column]) == text
                    opened += 1
        assert opened >= 6


def test_the_audit_counts_on_where_it_was(database, backups, keys, vault, ada, file, empty):
    chain = AuditChain(database, vault)
    chain.link()
    with database.engine.begin() as there:
        there.exec_driver_sql("DELETE FROM audit")
    backups.write(file)
    with closing(put_back(empty, keys, file)) as restored:
        somebody_everywhere(restored, vault, at=START)
        [line] = rows(restored, "audit")
        assert line["id"] == 2


def test_only_its_owner_can_read_it_and_no_word_stands_in_it(backups, ada, file):
    backups.write(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_bytes()
    for words in (ada.account, ada.id, "Europe/London", "journal"):
        assert words.encode() not in content
    assert [one.name for one in file.parent.glob("*.part")] == []


def test_one_that_is_there_is_not_overwritten(backups, ada, file):
    file.write_text("mine")
    with pytest.raises(BackupProblem, match="is there already"):
        backups.write(file)
    assert file.read_text() == "mine"


def test_it_goes_into_an_empty_database_only(database, backups, keys, ada, file):
    backups.write(file)
    before = everything(database)
    with pytest.raises(BackupProblem, match="is not empty"):
        backups.put_back(file)
    assert everything(database) == before


def test_another_key_opens_nothing_and_says_which_one_is_needed(
    backups, keys, ada, file, elsewhere
):
    backups.write(file)
    for ring, said in (
        (MasterKeys.generate(), keys.newest),
        (MasterKeys.parse(f"{keys.newest}:{'A' * 43}"), "another one"),
    ):
        with pytest.raises(BackupProblem, match=said):
            Backups(elsewhere, ring, lambda: START).put_back(file)
    assert migrate.current(elsewhere) is None, "nothing was changed"


def test_an_older_key_of_the_ring_opens_it(backups, keys, ada, file, elsewhere):
    backups.write(file)
    put_back(elsewhere, keys.with_new(), file).close()


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_no_byte_can_be_changed_and_none_cut_off_or_added(backups, keys, ada, file, elsewhere):
    backups.write(file)
    whole = file.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1)
    places = [*range(0, head + 6), *range(head + 6, len(whole), 97), len(whole) - 1]
    broken = [flipped(whole, at) for at in places]
    broken += [whole[:cut] for cut in (0, 10, head, head + 1, head + 3, len(whole) // 2, -1)]
    broken += [whole + b"\0", whole + whole[head + 1 :]]
    for content in broken:
        file.write_bytes(content)
        with pytest.raises(BackupProblem):
            list(backup_file.read(file, keys))
    with pytest.raises(BackupProblem):
        Backups(elsewhere, keys, lambda: START).put_back(file)
    assert migrate.current(elsewhere) is None
    file.write_bytes(whole)
    put_back(elsewhere, keys, file).close()


def test_pieces_cannot_be_left_out_or_moved(keys, file):
    lines = [secrets.token_hex(600).encode() + b"\n" for _ in range(2000)]
    backup_file.write(file, keys, backup_file.Header(START, "0005"), lines)
    assert list(backup_file.read(file, keys)) == [line[:-1] for line in lines]
    whole = file.read_bytes()
    at = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    head, pieces = whole[:at], []
    while at < len(whole):
        size = 4 + int.from_bytes(whole[at : at + 4])
        pieces.append(whole[at : at + size])
        at += size
    assert len(pieces) > 2
    for changed in (pieces[:-1], pieces[1:], pieces[::-1], [pieces[1], pieces[0], *pieces[2:]]):
        file.write_bytes(head + b"".join(changed))
        with pytest.raises(BackupProblem, match="damaged or not whole"):
            list(backup_file.read(file, keys))


def test_it_is_of_one_moment_while_people_go_on(url, keys, enrol, file, elsewhere):
    ada = enrol()

    def log(busy):
        with busy.write() as conn:
            sessions.add(conn, a_session(ada, minutes=15))

    def while_somebody_logs(lines, busy):
        """Between any two tables somebody logs a session, which changes two of them."""
        for line in lines:
            if line.startswith(b'{"table"'):
                log(busy)
            yield line

    with closing(open_database(url, wait_seconds=20)) as busy:
        log(busy)
        with busy.read() as conn:
            lines = while_somebody_logs(backup.lines(conn), busy)
            backup_file.write(file, keys, backup_file.Header(START, migrate.head()), lines)
    with closing(put_back(elsewhere, keys, file)) as restored:
        logged = len(rows(restored, "sessions"))
        with restored.read() as conn:
            assert sessions.totals(conn, ada.id).minutes == 15 * logged, "both of one moment"
    assert 0 < logged <= 2


def test_whoever_was_deleted_since_is_not_brought_back(
    database, backups, keys, vault, ada, file, empty, tmp_path
):
    bilal = somebody_everywhere(database, vault, at=START)
    backups.write(file)
    ledger = Ledger(tmp_path / "list", keys)
    erasing = Erasing(database, vault, lambda: START, REGISTER, ledger)
    erasing.erase(Account("T1", ada.account), form=new_id())

    with closing(put_back(empty, keys, file)) as restored:
        assert any(row["id"] == ada.id for row in rows(restored, "people"))
        assert erase_again(restored, keys, lambda: START, ledger) == 1
        for name, found in everything(restored).items():
            left = [row for row in found if ada.id in map(str, row.values())]
            assert left == [] or name == "audit", name
        assert [row["id"] for row in rows(restored, "people")] == [bilal.id]


def test_after_new_master_keys_old_backups_need_the_old_one(
    database, backups, keys, ada, file, elsewhere
):
    backups.write(file)
    ring = keys.with_new()
    rotate(database, ring)
    only_new = MasterKeys.parse(ring.text().splitlines()[0])
    with pytest.raises(BackupProblem, match=keys.newest):
        Backups(elsewhere, only_new, lambda: START).put_back(file)
    with closing(put_back(elsewhere, ring, file)) as restored:
        rotate(restored, ring)
        with restored.write() as conn:
            Vault(only_new).check(conn)


def test_every_kind_of_column_that_there_is_can_be_kept():
    kinds = {type(c.type) for t in metadata.tables.values() for c in t.columns}
    assert {k.__name__ for k in kinds} == {
        "String",
        "Text",
        "Integer",
        "Boolean",
        "Date",
        "UtcDateTime",
        "LargeBinary",
    }
    assert {Integer, LargeBinary} <= kinds


def test_a_database_that_was_put_back_says_so_until_it_is_settled(
    backups, keys, ada, file, elsewhere
):
    backups.write(file)
    with closing(put_back(elsewhere, keys, file)) as restored:
        names = {row["name"] for row in rows(restored, "programme")}
    assert "restored_at" in names
