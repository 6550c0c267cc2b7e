import os
import socket
import sqlite3
import stat
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from domain.people import Account, Person, Profile
from domain.refusals import StorageUnavailable
from storage import audit, heartbeats, people
from storage.engine import Database, open_database
from storage.migrate import upgrade
from storage.problems import Conflict
from tests.databases import PostgresServer
from tests.storage.conftest import NOW

Enrol = Callable[..., Person]


def test_a_block_that_ends_well_is_kept_and_one_that_fails_is_not(database: Database) -> None:
    with database.write() as conn:
        heartbeats.beat(conn, "kept", now=NOW)
    with pytest.raises(ZeroDivisionError), database.write() as conn:  # noqa: PT012
        heartbeats.beat(conn, "lost", now=NOW)
        raise ZeroDivisionError
    with database.read() as conn:
        assert heartbeats.last(conn, "kept") == NOW
        assert heartbeats.last(conn, "lost") is None


def test_threads_that_write_together_lose_nothing(database: Database, enrol: Enrol) -> None:
    enrol("U1")

    def lines(_: int) -> None:
        for _ in range(25):
            with database.write() as conn:
                last = conn.value(text("SELECT coalesce(max(id), 0) FROM audit")) or 0
                audit.write(
                    conn, at=NOW, actor=None, action="a", kind="k", object_id=str(last), outcome="o"
                )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lines, range(8)))
    with database.read() as conn:
        seen = [line[4] for line in audit.latest(conn, size=1000)]
    assert len(seen) == 200
    if database.dialect == "sqlite":
        # Each saw all that was written before: nobody read before another's write was kept.
        assert len(set(seen)) == 200


def test_a_reader_sees_what_was_kept_and_waits_for_no_writer(database: Database) -> None:
    with database.write() as writing:
        heartbeats.beat(writing, "tick", now=NOW)
        with database.read() as reading:
            assert heartbeats.last(reading, "tick") is None


def test_two_programs_on_one_file_write_in_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    upgrade(url)

    def lines(database: Database) -> None:
        for _ in range(50):
            with database.write() as conn:
                # Who reads first and writes then would be refused, if another wrote in between.
                last = len(audit.latest(conn, size=1000))
                audit.write(
                    conn, at=NOW, actor=None, action="a", kind="k", object_id=str(last), outcome="o"
                )

    with closing(open_database(url)) as one, closing(open_database(url)) as other:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lines, (one, other)))
        with one.read() as conn:
            seen = [int(line[4]) for line in audit.latest(conn, size=1000)]
    assert sorted(seen) == list(range(100))


def test_programs_that_open_a_new_file_at_the_same_moment_wait_for_each_other(
    tmp_path: Path,
) -> None:
    together = threading.Barrier(8)

    def opens(file: Path) -> None:
        with closing(open_database(f"sqlite:///{file}")) as database:
            together.wait()
            database.check()

    with ThreadPoolExecutor(8) as threads:
        for new in range(200):  # one in forty went wrong before
            list(threads.map(opens, [tmp_path / f"{new}.db"] * 8))


def test_sqlite_keeps_what_was_committed_and_wipes_what_was_deleted(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path}/a.db")) as database:
        for begin in (database.write, database.read):
            with begin() as conn:
                pragmas = {
                    name: conn.value(text(f"PRAGMA {name}"))
                    for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
                }
                assert list(pragmas.values()) == ["wal", 2, 1, 1]
                assert conn.value(text("PRAGMA busy_timeout")) == 5000


def test_only_the_owner_can_read_the_files_of_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    old = os.umask(0)
    try:
        upgrade(url)
        with closing(open_database(url)) as database:
            with database.write() as conn:
                heartbeats.beat(conn, "tick", now=NOW)
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_a_full_disk_keeps_nothing_and_heals_when_there_is_room(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    upgrade(url)
    with closing(open_database(url)) as database:
        with database.write() as conn:
            pages = conn.value(text("PRAGMA page_count"))
            conn.execute(text(f"PRAGMA max_page_count={pages}"))
        with pytest.raises(StorageUnavailable, match="full"), database.write() as conn:  # noqa: PT012
            for n in range(500):
                audit.write(
                    conn, at=NOW, actor=None, action="a", kind="k", object_id=str(n), outcome="o"
                )
        with database.write() as conn:
            assert audit.latest(conn, size=5) == []
            conn.execute(text("PRAGMA max_page_count=100000"))
            heartbeats.beat(conn, "tick", now=NOW)


def test_a_file_that_another_program_holds_is_said_to_be_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    upgrade(url)
    with closing(open_database(url, wait_seconds=0.02)) as database:
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageUnavailable, match="locked"), database.write() as conn:
                heartbeats.beat(conn, "tick", now=NOW)
        with database.write() as conn:
            heartbeats.beat(conn, "tick", now=NOW)


def test_after_a_restart_of_the_server_it_works_again_by_itself(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.migrated()
    with closing(open_database(url)) as database, closing(open_database(url)) as idle:
        for known in (database, idle):
            with known.write() as conn:
                heartbeats.beat(conn, "before", now=NOW)
        with pytest.raises(StorageUnavailable), database.write() as conn:  # noqa: PT012
            heartbeats.beat(conn, "under way", now=NOW)
            postgres_server.stop()
            heartbeats.beat(conn, "under way", now=NOW)
        with pytest.raises(StorageUnavailable), database.write():
            pass
        postgres_server.start()
        with database.write() as conn:
            assert heartbeats.last(conn, "before") == NOW
            assert heartbeats.last(conn, "under way") is None
            heartbeats.beat(conn, "after", now=NOW)
        with idle.read() as conn:
            assert heartbeats.last(conn, "after") == NOW
    postgres_server.drop(url)


def test_a_connection_cut_by_the_server_costs_one_transaction(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.migrated()
    with closing(open_database(url)) as database:
        with pytest.raises(StorageUnavailable), database.write() as conn:
            conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        with database.write() as conn:
            heartbeats.beat(conn, "after", now=NOW)
    postgres_server.drop(url)


def test_waiting_for_a_connection_ends(postgres_server: PostgresServer) -> None:
    url = postgres_server.migrated()
    with (
        closing(open_database(url, connections=1, wait_seconds=0.05)) as database,
        database.read(),
        pytest.raises(StorageUnavailable),
        database.read(),
    ):
        pass
    postgres_server.drop(url)


def test_a_conflict_names_the_rule_and_never_the_values(database: Database, enrol: Enrol) -> None:
    ada = enrol("U-secret")
    with pytest.raises(Conflict) as caught, database.write() as conn:
        conn.execute(
            people._ADD,
            id=ada.id,
            team="T1",
            account="U-secret",
            tz="UTC",
            is_guest=False,
            deactivated=False,
            nation=None,
            welcomed_at=None,
            created_at=NOW,
            updated_at=NOW,
        )
    assert "secret" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.args[0]


def test_a_mistake_in_our_own_words_is_not_blamed_on_the_database(database: Database) -> None:
    with (
        pytest.raises((sqlite3.OperationalError, psycopg.ProgrammingError)),
        database.read() as conn,
    ):
        conn.value(text("SELECT nothing FROM nowhere"))


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="naive"), database.write() as conn:
        heartbeats.beat(conn, "tick", now=datetime(2026, 3, 3))  # noqa: DTZ001


def test_a_thread_that_never_ends_its_transaction_does_not_stop_the_others_for_good(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    upgrade(url)
    go_on, begun = threading.Event(), threading.Event()
    with closing(open_database(url, wait_seconds=0.05)) as database:

        def hold() -> None:
            with database.write():
                begun.set()
                go_on.wait(10)

        holder = threading.Thread(target=hold)
        holder.start()
        begun.wait(10)
        with pytest.raises(StorageUnavailable), database.write():
            pass
        go_on.set()
        holder.join()
        with database.write() as conn:
            heartbeats.beat(conn, "tick", now=NOW)


def test_a_person_of_an_account_is_unique(database: Database, enrol: Enrol) -> None:
    enrol("U1")
    with database.write() as conn:
        again = people.enrol(
            conn, Profile(account=Account("T1", "U1"), tz="UTC"), set(), by=None, now=NOW
        )
        assert people.actor(conn, Account("T1", "U1")) == again


@contextmanager
def over_the_network(url: str) -> Iterator[str]:
    """Give the address of the same database by TCP, as of one on another computer."""
    address = make_url(url)
    there = f"{address.query['host']}/.s.PGSQL.5432"
    with closing(socket.create_server(("127.0.0.1", 0))) as door:

        def pass_on(one: socket.socket, other: socket.socket) -> None:
            with suppress(OSError):
                while part := one.recv(65536):
                    other.sendall(part)
            with suppress(OSError):
                other.shutdown(socket.SHUT_WR)

        def let_in() -> None:
            with suppress(OSError):
                while True:
                    outside, _ = door.accept()
                    inside = socket.socket(socket.AF_UNIX)
                    inside.connect(there)
                    for pair in ((outside, inside), (inside, outside)):
                        threading.Thread(target=pass_on, args=pair, daemon=True).start()

        threading.Thread(target=let_in, daemon=True).start()
        by_tcp = address.set(host="127.0.0.1", port=door.getsockname()[1], query={})
        yield by_tcp.render_as_string(hide_password=False)


def test_a_database_that_falls_silent_is_noticed_soon(postgres_server: PostgresServer) -> None:
    """Nothing here can cut a network: the clocks of the system on the connection are looked at."""
    url = postgres_server.migrated()
    with (
        over_the_network(url) as by_tcp,
        closing(open_database(by_tcp)) as database,
        database.engine.connect() as there,
    ):
        driver = there.connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        with closing(socket.socket(fileno=os.dup(driver.fileno()))) as wire:
            unanswered = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
            looks_after = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
            looks_every = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
            times = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
    postgres_server.drop(url)
    assert 0 < unanswered <= 5_000
    assert looks_after + looks_every * times <= 12
