"""Ten processes start together: the tables are made once, whatever was there and whoever dies."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import TextClause, inspect, text

from storage import idempotency, migrate
from storage.all_tables import metadata
from storage.engine import Database, DatabaseAway, DatabaseProblem, open_database
from tests.databases import PostgresServer, running_postgres
from tests.storage.conftest import NOW

HERE = Path(__file__).parents[2]
MANY = 10
OLDER = "0005"
PATIENCE_SECONDS = 100

# Says that it is there, waits for the word to go, and says whether it had to do the steps itself.
STARTS = """
import sys
from storage import migrate
print("here", flush=True)
sys.stdin.readline()
migrate.upgrade(sys.argv[1])
print("did it" if "alembic" in sys.modules else "found it done", flush=True)
"""
# Has done every step and dies before it can say that it is done.
DIES = """
import os, signal, sys
from storage import alembic_steps, migrate
with migrate._held(sys.argv[1]) as connection:
    alembic_steps.upgrade(connection, "head")
    print("half-way", flush=True)
    sys.stdin.readline()
    os.kill(os.getpid(), signal.SIGKILL)
"""
# Waits for its turn, as a bot does that starts.
WAITS = """
import logging, sys
from bot.stopping import Stopping
from bot.waiting import wait_for_database
from storage.master_keys import MasterKeys
logging.basicConfig(level="WARNING", format="%(message)s %(event)s", stream=sys.stdout)
print("here", flush=True)
wait_for_database(sys.argv[1], MasterKeys.generate(), Stopping()).close()
print("ready", flush=True)
"""
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
END_THEM = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    url = postgres_server.empty()
    yield url
    postgres_server.drop(url)


def starts(program: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, url],
        cwd=HERE,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def ended(*processes: subprocess.Popen[str]) -> list[str]:
    lines = [said(process) for process in processes]
    for process in processes:
        process.communicate(timeout=PATIENCE_SECONDS)
    assert [process.returncode for process in processes] == [0] * len(processes)
    return lines


def tables(url: str) -> set[str]:
    with closing(open_database(url)) as database:
        return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.parametrize("before", [None, OLDER], ids=["an empty one", "an older one"])
def test_of_ten_that_start_together_one_makes_the_tables(empty: str, before: str | None) -> None:
    if before is not None:
        migrate.upgrade(empty, before)
        with closing(open_database(empty)) as database, database.write() as conn:
            idempotency.once(conn, "kept", "somebody", now=NOW, result="as it was")
    ten = [starts(STARTS, empty) for _ in range(MANY)]
    assert [said(one) for one in ten] == ["here"] * MANY
    go(*ten)

    assert sorted(ended(*ten)) == ["did it"] + ["found it done"] * (MANY - 1)
    assert migrate.current(empty) == migrate.head()
    assert tables(empty) == set(metadata.tables)
    if before is not None:
        with closing(open_database(empty)) as database, database.read() as conn:
            assert idempotency.known(conn, "kept", "somebody") == "as it was"


def test_where_one_dies_half_way_the_next_goes_on(empty: str) -> None:
    migrate.upgrade(empty, OLDER)
    dying = starts(DIES, empty)
    assert said(dying) == "half-way"
    others = [starts(STARTS, empty) for _ in range(3)]
    assert [said(one) for one in others] == ["here"] * 3
    go(*others)
    go(dying)
    dying.communicate(timeout=PATIENCE_SECONDS)
    assert dying.returncode == -signal.SIGKILL

    assert sorted(ended(*others)) == ["did it", "found it done", "found it done"]
    assert migrate.current(empty) == migrate.head()


def until_somebody_waits(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    with closing(open_database(url)) as database:
        while not asked(database, WAITING):
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.05)


def asked(database: Database, statement: TextClause) -> object:
    with database.engine.connect() as there:
        return there.scalar(statement)


def test_whoever_waits_while_the_server_starts_anew_goes_on_waiting() -> None:
    with running_postgres() as server:
        url = server.empty()
        with pytest.raises(DatabaseAway), migrate._held(url) as connection:  # noqa: PT012
            waits = starts(WAITS, url)
            assert said(waits) == "here"
            until_somebody_waits(url)
            server.stop()
            assert said(waits) == "database database_away"
            server.start()
            connection.execute(text("SELECT 1"))
        heard = said(waits)
        while heard == "database database_away":
            heard = said(waits)
        assert heard == "ready"
        waits.communicate(timeout=PATIENCE_SECONDS)
        assert waits.returncode == 0
        assert migrate.current(url) == migrate.head()


def test_whoever_is_cut_off_while_it_waits_for_its_turn_asks_again(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.empty()
    with migrate._held(url), closing(open_database(url)) as database:
        waits = starts(WAITS, url)
        assert said(waits) == "here"
        until_somebody_waits(url)
        asked(database, END_THEM)
        assert said(waits) == "database database_away"
    assert said(waits) == "ready"
    waits.communicate(timeout=PATIENCE_SECONDS)
    postgres_server.drop(url)


def test_what_a_server_says_no_to_is_not_waited_for(postgres_server: PostgresServer) -> None:
    url = postgres_server.empty()
    with pytest.raises(DatabaseProblem) as caught, migrate._held(url) as connection:
        connection.execute(text("CREATE TABLE no_such_schema.a (b integer)"))
    assert not isinstance(caught.value, DatabaseAway)
    postgres_server.drop(url)
