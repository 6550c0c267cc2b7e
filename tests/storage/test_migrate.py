import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, inspect, text

from storage import alembic_steps, heartbeats, migrate
from storage.all_tables import metadata
from storage.engine import open_database
from storage.migrations import CONTRACT, EXPAND
from storage.problems import DatabaseProblem
from tests.databases import PostgresServer
from tests.storage.conftest import NOW


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


def tables(url: str) -> set[str]:
    with closing(open_database(url)) as database:
        return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(empty: str) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()
    assert tables(empty) == set(metadata.tables)
    migrate.downgrade(empty, "base")
    assert migrate.current(empty) is None
    assert tables(empty) == set()
    migrate.upgrade(empty)
    assert tables(empty) == set(metadata.tables)


def test_the_newest_step_is_known_without_asking_alembic() -> None:
    steps = ScriptDirectory.from_config(alembic_steps.config(None))
    assert migrate.head() == steps.get_current_head()


def test_what_the_steps_make_is_what_the_queries_expect(url: str) -> None:
    with migrate._held(url) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


IDENTIFY = {
    ("people", "account"),
    ("sessions", "client_code"),
    ("deliveries", "recipient"),
    ("idempotency", "result"),
}


def test_a_postgresql_server_keeps_no_statistics_of_what_is_sealed_or_names_somebody(
    postgres_server: PostgresServer,
) -> None:
    """Values that stand in there outlive the rows, and whoever had everything deleted."""
    kept = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    none = text(
        "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
        " WHERE attstattarget = 0 AND attnum > 0"
    )
    url = postgres_server.migrated()
    with closing(open_database(url)) as database, database.engine.connect() as there:
        assert {(table, column) for table, column in there.execute(none)} == kept | IDENTIFY
    postgres_server.drop(url)


def test_a_database_that_is_up_to_date_stays_as_it_is(url: str) -> None:
    with closing(open_database(url)) as database, database.write() as conn:
        heartbeats.beat(conn, "tick", now=NOW)
    migrate.upgrade(url)
    with closing(open_database(url)) as database, database.read() as conn:
        assert heartbeats.last(conn, "tick") == NOW


def test_stopped_half_way_nothing_is_left_behind(empty: str) -> None:
    with pytest.raises(KeyboardInterrupt), migrate._held(empty) as connection:  # noqa: PT012
        command.upgrade(alembic_steps.config(connection), "head")
        raise KeyboardInterrupt
    assert tables(empty) == set()
    assert migrate.current(empty) is None


def ahead(url: str, revision: str, before: str | None, neighbours: str | None) -> None:
    """Leave the database as a later version of this program would."""
    with closing(open_database(url)) as database, database.write() as conn:
        conn.execute(
            text(
                f"UPDATE alembic_version SET version_num = '{revision}', "
                f"before = '{before}', neighbours = '{neighbours}'"
            )
        )


def test_tables_say_which_version_came_before_and_whether_it_may_still_use_them(
    empty: str,
) -> None:
    for _ in range(2):
        migrate.upgrade(empty)
        with migrate._held(empty) as connection:
            found = connection.execute(migrate._STANDING).one()
        assert tuple(found) == (migrate.head(), "0007", "expand")
        migrate.downgrade(empty, "0005")


def test_tables_of_the_next_version_that_only_added_to_them_are_used_as_they_are(url: str) -> None:
    ahead(url, "next", migrate.head(), "expand")

    migrate.upgrade(url)

    assert migrate.current(url) == "next"
    assert migrate.made_by_the_next_version(url)
    with closing(open_database(url)) as database:
        assert migrate.fits(database)


@pytest.mark.parametrize(
    ("before", "neighbours"),
    [("head", "contract"), ("one between", "expand"), ("None", "None")],
    ids=["took something away", "two steps ahead", "says nothing"],
)
def test_tables_of_any_other_later_version_are_left_alone_and_explained(
    url: str, before: str, neighbours: str
) -> None:
    ahead(url, "later", migrate.head() if before == "head" else before, neighbours)

    with pytest.raises(DatabaseProblem, match="another version of Alongside"):
        migrate.upgrade(url)
    assert migrate.current(url) == "later"
    with closing(open_database(url)) as database:
        assert not migrate.fits(database)


def test_older_tables_do_not_fit_until_they_are_brought_up_to_date(url: str) -> None:
    with closing(open_database(url)) as database:
        assert migrate.fits(database)
        migrate.downgrade(url, "0004")
        assert not migrate.fits(database)
        migrate.upgrade(url)
        assert migrate.fits(database)


def test_every_step_from_here_on_says_whether_neighbours_may_stay() -> None:
    steps = ScriptDirectory.from_config(alembic_steps.config(None)).walk_revisions()
    said = {step.revision: getattr(step.module, "neighbours", None) for step in steps}
    later = {revision: kind for revision, kind in said.items() if revision >= "0006"}
    assert later
    assert set(later.values()) <= {EXPAND, CONTRACT}, later


def test_a_database_of_a_newer_version_is_left_alone_and_explained(url: str) -> None:
    with closing(open_database(url)) as database, database.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseProblem, match="another version of Alongside"):
        migrate.upgrade(url)
    assert migrate.current(url) == "9999"


def test_a_database_that_cannot_be_used_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="Make it first"):
        migrate.upgrade(f"sqlite:///{tmp_path}/missing/a.db")


def test_the_embedded_database_needs_neither_alembic_nor_the_driver_of_another(
    migrated_file: Path,
) -> None:
    program = (
        "import sys; from storage import migrate; migrate.upgrade(sys.argv[1]); "
        "print({'alembic', 'psycopg'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, f"sqlite:///{migrated_file}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "set()\n"


def test_an_index_of_some_rows_is_one_of_the_same_rows_on_both_databases(url: str) -> None:
    meant = {
        index.name: index.dialect_options["sqlite"]["where"] is not None
        for table in metadata.tables.values()
        for index in table.indexes
    }
    with closing(open_database(url)) as database:
        found = {
            index["name"]: f"{database.dialect}_where" in index.get("dialect_options", {})
            for name in metadata.tables
            for index in inspect(database.engine).get_indexes(name)
            if not index.get("duplicates_constraint") and index["name"] in meant
        }
    assert found == meant
    assert sum(meant.values()) > 15
