import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.addresses import shown
from storage.engine import Database, open_database
from storage.problems import DatabaseProblem
from tests.databases import PostgresServer


@pytest.mark.parametrize(
    "url", ["", "alongside.db", "sqlite://", "sqlite:///:memory:", "mysql://h/x", "postgresql://h"]
)
def test_an_address_that_makes_no_sense_is_refused_with_examples(url: str) -> None:
    with pytest.raises(DatabaseProblem, match=r"sqlite:///alongside\.db or postgresql://"):
        open_database(url)


def test_the_older_name_of_postgresql_in_an_address_will_do(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.url("migrated").replace("postgresql://", "postgres://")
    with closing(open_database(url)) as database:
        database.check()
        assert database.dialect == "postgresql"


def test_a_good_database_passes_the_check(database: Database) -> None:
    database.check()


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("missing/a.db", "is not there. Make it first"),
        ("folder.db", "is a folder"),
        ("letter.db", "not a database"),
    ],
)
def test_a_file_that_cannot_be_a_database_is_explained(
    tmp_path: Path, file: str, says: str
) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "letter.db").write_text("Dear all, this is a letter. " * 100)
    with (
        closing(open_database(f"sqlite:///{tmp_path / file}")) as database,
        pytest.raises(DatabaseProblem, match=says),
    ):
        database.check()


AS_SOMEBODY_ELSE = """
import os, sys
from storage.engine import DatabaseProblem, open_database
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
try:
    open_database(sys.argv[1]).check()
except DatabaseProblem as problem:
    print(problem)
"""


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "names"),
    [
        (0o555, 0o666, "The folder"),
        (0o777, 0o444, "The database file"),
        (0o000, 0o666, "The folder"),
    ],
)
def test_a_file_of_somebody_else_is_explained(folder_mode: int, file_mode: int, names: str) -> None:
    # Below the common folder: as root, the user that the test turns into may not enter pytest's.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "a.db"
        file.touch()
        file.chmod(file_mode)
        folder.chmod(folder_mode)
        said = subprocess.run(
            [sys.executable, "-c", AS_SOMEBODY_ELSE, f"sqlite:///{file}"],
            capture_output=True,
            text=True,
            check=True,
        )
        folder.chmod(0o700)
    assert said.stdout.startswith(names)
    assert "cannot be written by the user who runs this program" in said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:s3cret-word@127.0.0.1:9/alongside",
        "postgresql://ada@127.0.0.1:9/alongside?password=s3cret-word",
        "postgresql://ada@127.0.0.1:9/alongside?sslmode=prefer&sslpassword=s3cret-word",
    ],
)
def test_a_server_that_is_not_there_is_explained_without_the_password(url: str) -> None:
    with closing(open_database(url)) as database, pytest.raises(DatabaseProblem) as caught:
        database.check()
    assert "127.0.0.1" in str(caught.value)
    assert "Check that the server runs" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_an_address_is_shown_with_all_but_its_passwords() -> None:
    url = "postgresql://ada:one@h:5433/name?sslmode=require&password=two&sslpassword=three"
    assert shown(url) == "postgresql://ada:***@h:5433/name?sslmode=require"
    assert shown("postgresql://ada@h/name?passfile=/x") == "postgresql://ada@h/name?passfile=%2Fx"
    assert shown("sqlite:////srv/alongside.db") == "sqlite:////srv/alongside.db"
    assert "one" not in repr(open_database("postgresql://ada:one@h/name").engine)


def test_a_server_is_spoken_to_in_utf_8_whatever_it_or_the_environment_would_rather(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    url = postgres_server.url("migrated")
    with closing(open_database(url)) as database, database.engine.connect() as there:
        assert there.scalar(text("SHOW client_encoding")) == "UTF8"
        assert there.scalar(text("SELECT '\u2192'")) == "\u2192"


def test_a_database_that_is_not_on_the_server_is_explained(
    postgres_server: PostgresServer,
) -> None:
    url = postgres_server.url("nowhere")
    with (
        closing(open_database(url)) as database,
        pytest.raises(DatabaseProblem, match='"nowhere" does not exist'),
    ):
        database.check()
