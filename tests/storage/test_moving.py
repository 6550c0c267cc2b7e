"""A grown installation moves to another database: everything is there, once, and opens."""

import shutil
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from bot.services.audit_chain import AuditChain
from bot.services.backups import Backups
from bot.services.moving import Copied, MoveProblem, Moving, take_back
from bot.waiting import prepare_database
from storage import heartbeats, migrate, move_marks
from storage.all_tables import metadata
from storage.engine import DatabaseProblem, open_database
from storage.master_keys import MasterKeys, WrongMasterKey
from storage.moving import Differs, compare_table, copy
from storage.opening import Opening
from storage.vault import Place, Vault
from tests.databases import migrated_url
from tests.grown import AT, OWN_WORDS, everything, grow
from tests.holdings import REGISTER, rows, somebody_everywhere

WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")]
LAST = metadata.sorted_tables[-1].name
FRESH = timedelta(minutes=3)


@pytest.fixture(scope="module")
def keys():
    return MasterKeys.generate()


@pytest.fixture(scope="module")
def grown(keys, tmp_path_factory, migrated_file):
    """A grown installation in a file, to copy; and how many sealed values it has."""
    file = tmp_path_factory.mktemp("grown") / "grown.db"
    shutil.copyfile(migrated_file, file)
    return file, grow(f"sqlite:///{file}", keys)


@pytest.fixture(scope="module")
def grown_on_server(keys, postgres_server):
    url = postgres_server.migrated()
    yield url, grow(url, keys)
    postgres_server.drop(url)


@pytest.fixture(params=WAYS, ids="-to-".join)
def way(request):
    return request.param


@pytest.fixture
def old(way, request, tmp_path):
    """The address of a grown installation."""
    if way[0] == "sqlite":
        shutil.copyfile(request.getfixturevalue("grown")[0], tmp_path / "old.db")
        yield f"sqlite:///{tmp_path}/old.db"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.copy(request.getfixturevalue("grown_on_server")[0])
    yield url
    server.drop(url)


@pytest.fixture
def sealed(way, request):
    """How many sealed values the old one has."""
    return request.getfixturevalue("grown" if way[0] == "sqlite" else "grown_on_server")[1]


@pytest.fixture
def new(way, request, tmp_path):
    """The address of a new database with tables and nothing in them."""
    with migrated_url(way[1], request, tmp_path, "new.db") as url:
        yield url


@pytest.fixture
def bare(way, request, tmp_path):
    """The same without tables; of a file, there is not even the file."""
    if way[1] == "sqlite":
        yield f"sqlite:///{tmp_path}/bare.db"
        return
    server = request.getfixturevalue("postgres_server")
    url = server.empty()
    yield url
    server.drop(url)


def only(*ways):
    """Where the way makes no difference: the ones that a test needs."""
    return pytest.mark.parametrize("way", ways, indirect=True, ids="-to-".join)


def moving(old, new, keys, size=500, now=AT, **others):
    return Moving(old, new, keys, lambda: now, REGISTER, FRESH, size, **others)


def nothing(step):
    """Say nothing."""


def held(url):
    with closing(open_database(url)) as there:
        return everything(there)


def change(url, sql, **values):
    with closing(open_database(url)) as there, there.engine.begin() as conn:
        return conn.execute(text(sql), values).rowcount


class Watching:
    """Keeps each step, and does something when a table has been copied."""

    def __init__(self, table=LAST, then=None):
        self.steps, self.table, self.then = [], table, then

    def __call__(self, step):
        self.steps.append(step)
        over = isinstance(step, Copied) and (step.table, step.rows) == (self.table, step.of)
        if over and self.then:
            then, self.then = self.then, None
            then()


def test_every_table_has_rows_and_all_of_them_are_there_and_open(old, sealed, bare, keys):
    new = bare
    before = held(old)
    assert [name for name, found in before.items() if not found] == []

    moved = moving(old, new, keys, size=50).move(nothing)

    assert held(new) == before == held(old)
    assert moved.rows == sum(map(len, before.values()))
    assert (moved.tables, moved.opened, moved.shut) == (len(before), sealed, 0)
    vault = Vault(keys)
    with closing(prepare_database(new, keys)) as there:
        AuditChain(there, vault).examine()
        opened = []
        with there.read() as conn:
            for row in rows(there, "sessions"):
                if row["note"] is not None and row["client_code"]:
                    place = Place("sessions", "note", row["id"])
                    with suppress(UnicodeError):
                        opened.append(vault.open(conn, row["person_id"], place, row["note"]))
        assert sum(text.startswith(OWN_WORDS) for text in opened) == 60


@only(("sqlite", "postgresql"))
def test_times_keep_their_parts_of_a_second_and_a_yes_stays_a_yes(old, new, keys):
    moving(old, new, keys).move(nothing)
    found = held(new)
    assert {row["created_at"].microsecond for row in found["sessions"]} > {123457, 123456}
    for name, column in (("people", "is_guest"), ("prompts", "learning"), ("set_meetings", "few")):
        assert {row[column] for row in found[name]} == {True, False}, name


@only(("sqlite", "postgresql"), ("postgresql", "sqlite"))
def test_the_audit_counts_on_and_no_other_number_is_counted_by_the_database(old, new, keys):
    moving(old, new, keys).move(nothing)
    last = max(row["id"] for row in held(new)["audit"])
    with closing(open_database(new)) as there:
        somebody_everywhere(there, Vault(keys), at=AT)
        assert max(row["id"] for row in rows(there, "audit")) == last + 1
        sequences = "SELECT sequencename FROM pg_sequences"
        if there.dialect == "postgresql":
            with there.engine.connect() as conn:
                assert [name for (name,) in conn.execute(text(sequences))] == ["audit_id_seq"]


@only(("sqlite", "postgresql"))
def test_deliveries_stay_what_they_were(old, new, keys):
    """Nothing that was sent waits again; what was just being sent is found by its age."""
    assert change(old, "UPDATE deliveries SET state = 'sending', claimed_at = settled_at") > 0
    change(old, "UPDATE deliveries SET state = 'pending' WHERE on_date < '2026-01-01'")
    before = held(old)["deliveries"]
    moving(old, new, keys).move(nothing)
    assert held(new)["deliveries"] == before
    assert {row["state"] for row in before} == {"sending", "pending"}


@only(("sqlite", "postgresql"), ("postgresql", "sqlite"))
def test_afterwards_no_bot_starts_on_the_old_one_until_it_is_taken_back(old, new, keys):
    moving(old, new, keys).move(nothing)
    with pytest.raises(DatabaseProblem, match=r"has moved.*everything is in .*DATABASE_URL"):
        prepare_database(old, keys)
    prepare_database(new, keys).close()

    assert take_back(old).move
    prepare_database(old, keys).close()
    assert take_back(old) is None
    with pytest.raises(MoveProblem, match=r"holds something already.*Name an empty one"):
        moving(old, new, keys).move(nothing)


@only(("sqlite", "postgresql"))
def test_moved_twice_it_is_done_already_and_what_came_since_stays(old, new, keys):
    moving(old, new, keys).move(nothing)
    with closing(open_database(new)) as there, there.write() as conn:
        heartbeats.beat(conn, "tick", now=AT)
    since = held(new)
    assert moving(old, new, keys).move(nothing).already
    assert held(new) == since


@only(("sqlite", "postgresql"))
def test_what_moved_can_move_on_and_back(old, new, keys, tmp_path):
    before, third = held(old), f"sqlite:///{tmp_path}/third.db"
    moving(old, new, keys).move(nothing)
    moving(new, third, keys).move(nothing)
    assert held(third) == before
    prepare_database(third, keys).close()
    with pytest.raises(DatabaseProblem, match="has moved"):
        prepare_database(new, keys)


@only(("sqlite", "postgresql"))
def test_half_way_no_bot_starts_on_either(old, new, keys):
    def look():
        with pytest.raises(DatabaseProblem, match="is being moved to"):
            prepare_database(old, keys)
        with pytest.raises(DatabaseProblem, match="not whole yet"):
            prepare_database(new, keys)
        with pytest.raises(MoveProblem, match="not whole yet"):
            take_back(new)

    watching = Watching("people", look)
    moving(old, new, keys).move(watching)
    assert watching.then is None


@only(("sqlite", "postgresql"), ("postgresql", "sqlite"))
def test_stopped_after_any_batch_it_goes_on_with_the_next_one(old, new, keys):
    class Stopped(Exception):
        pass

    whole, seen, before = Watching(), [], held(old)

    def at_most(count):
        def say(step):
            if isinstance(step, Copied):
                seen.append((step.table, step.rows))
            if len(seen) == count:
                raise Stopped

        return say

    for count in range(7, 400, 31):
        with suppress(Stopped):
            moving(old, new, keys, size=20).move(at_most(count))
    moving(old, new, keys, size=20).move(whole)

    assert seen == sorted(set(seen), key=seen.index), "no batch is copied twice"
    assert held(new) == before
    assert max(len(found) for found in before.values()) > 200
    per_table = {name: [r for t, r in seen if t == name] for name, _ in seen}
    steps = {b - a for found in per_table.values() for a, b in pairwise(found)}
    assert max(steps) <= 20, "never more at once"


# What is refused, and what it says


@only(("sqlite", "postgresql"))
def test_a_bot_that_runs_on_the_old_one_is_stopped_first(old, new, keys):
    with closing(open_database(old)) as there, there.write() as conn:
        heartbeats.beat(conn, "tick", now=AT - timedelta(minutes=2))
    with pytest.raises(MoveProblem, match=r"seems to be running.*Stop it, wait until 14:08:09"):
        moving(old, new, keys).move(nothing)
    prepare_database(old, keys).close()
    moving(old, new, keys, now=AT + timedelta(minutes=2)).move(nothing)


@only(("sqlite", "postgresql"))
def test_what_another_installation_has_is_left_alone(old, new, keys):
    other = MasterKeys.generate()
    with closing(open_database(new)) as there, there.write() as conn:
        Vault(other).check(conn)
    with pytest.raises(MoveProblem, match=r"another installation.*another master key"):
        moving(old, new, keys).move(nothing)
    grow(new, other, partners=1, weeks=2)
    theirs = held(new)
    for ring in (keys, other.with_new()):
        with pytest.raises((MoveProblem, WrongMasterKey)):
            moving(old, new, ring).move(nothing)
    assert held(new) == theirs
    prepare_database(old, keys).close()


@only(("sqlite", "postgresql"))
def test_people_of_another_database_with_the_same_key_are_left_alone(old, new, keys):
    grow(new, keys, partners=1, weeks=2)
    theirs = held(new)
    with pytest.raises(MoveProblem, match=r"holds something already.*Name an empty one"):
        moving(old, new, keys).move(nothing)
    assert held(new) == theirs
    prepare_database(old, keys).close()


@only(("sqlite", "postgresql"))
def test_part_of_another_move_is_left_alone(old, new, keys):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving(old, new, keys).move(Watching("people", stop))
    take_back(old)
    with pytest.raises(MoveProblem, match=r"part of another move.*Name an empty one"):
        moving(old, new, keys).move(nothing)


@only(("sqlite", "postgresql"))
def test_a_new_one_that_was_only_looked_at_with_the_same_key_is_taken(old, new, keys):
    prepare_database(new, keys).close()
    moving(old, new, keys).move(nothing)
    assert held(new) == held(old)


@only(("sqlite", "postgresql"), ("postgresql", "sqlite"))
def test_with_the_wrong_key_nothing_begins(old, new, keys):
    with pytest.raises(WrongMasterKey, match=keys.newest):
        moving(old, new, MasterKeys.generate()).move(nothing)
    prepare_database(old, keys).close()


@only(("sqlite", "sqlite"))
@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("postgresql://nobody@127.0.0.1:1/alongside", r"127\.0\.0\.1:1/alongside cannot be used"),
        ("sqlite:////nowhere/at/all.db", r"folder /nowhere/at for the database is not there"),
        ("mysql://somebody@127.0.0.1/alongside", r"--to is not an address this program knows"),
        ("nonsense", r"--to is not an address this program knows"),
    ],
)
def test_a_new_one_that_cannot_be_reached_is_named(old, keys, target, says):
    with pytest.raises(MoveProblem, match=says) as said:
        moving(old, target, keys).move(nothing)
    assert "DATABASE_URL" not in str(said.value)
    prepare_database(old, keys).close()


@only(("sqlite", "sqlite"))
def test_an_old_one_that_is_not_there_is_not_made(new, keys, tmp_path):
    gone = tmp_path / "gone.db"
    with pytest.raises(MoveProblem, match=r"no database of Alongside at .*gone\.db"):
        moving(f"sqlite:///{gone}", new, keys).move(nothing)
    assert not gone.exists()
    for there in (f"sqlite:///{gone}", f"sqlite:///{tmp_path}/./gone.db"):
        with pytest.raises(MoveProblem, match="are the same database"):
            moving(f"sqlite:///{gone}", there, keys).move(nothing)


@only(("sqlite", "sqlite"))
def test_tables_of_another_version_are_brought_up_to_date_first(old, new, keys):
    migrate.downgrade(old, "0004")
    with pytest.raises(MoveProblem, match=r"another version.*alongside migrate"):
        moving(old, new, keys).move(nothing)


# What goes wrong on the way


@pytest.mark.parametrize(
    "happens",
    [
        "UPDATE people SET nation = 'scotland'",
        "DELETE FROM set_ticks",
        "INSERT INTO pace SELECT 'new', set_at, next_at, closed_until FROM pace LIMIT 1",
    ],
    ids=lambda sql: sql.split()[1] + " " + sql.split()[0],
)
@only(("sqlite", "postgresql"))
def test_an_old_one_that_changes_meanwhile_is_seen_and_moved_anew(old, new, keys, happens):
    watching = Watching(LAST, lambda: change(old, happens))
    with pytest.raises(MoveProblem, match=r"changed while it was moved.*it begins anew"):
        moving(old, new, keys).move(watching)
    moving(old, new, keys).move(nothing)
    assert held(new) == held(old)


@only(("sqlite", "postgresql"))
def test_a_bot_that_shows_life_at_the_very_end_is_seen(old, new, keys):
    """Everything is compared by then: the last look is at signs of life."""

    def late(step):
        if getattr(step, "table", None) == LAST and not isinstance(step, Copied):
            with closing(open_database(old)) as there, there.write() as conn:
                heartbeats.beat(conn, "tick", now=AT)

    with pytest.raises(MoveProblem, match="changed while it was moved"):
        moving(old, new, keys).move(late)
    with pytest.raises(DatabaseProblem):
        prepare_database(new, keys)


@only(("sqlite", "postgresql"))
def test_a_full_server_is_said_and_with_room_it_goes_on(old, new, keys):
    full = (
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE 'could not extend file: no space' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON journal EXECUTE FUNCTION full_disk()",
    )
    for statement in full:
        change(new, statement)
    with pytest.raises(MoveProblem, match=r"no space.*make room.*goes on where it was"):
        moving(old, new, keys).move(nothing)
    change(new, "DROP TRIGGER full_disk ON journal")
    watching = Watching()
    moving(old, new, keys).move(watching)
    assert watching.steps[0].table == "journal"
    assert held(new) == held(old)


@only(("sqlite", "postgresql"))
@pytest.mark.parametrize("value", ["much " * 20, "a\x00b"], ids=["too long", "a zero"])
def test_what_the_new_one_does_not_take_is_named_without_saying_it(old, new, keys, value):
    change(old, "UPDATE sessions SET client_code = :v WHERE client_code = 'C-3'", v=value)
    with pytest.raises(MoveProblem, match=r"does not take .* sessions, rows \d+ to \d+") as said:
        moving(old, new, keys).move(nothing)
    assert value.split()[0] not in str(said.value)
    change(old, "UPDATE sessions SET client_code = 'C-3' WHERE client_code = :v", v=value)
    moving(old, new, keys).move(nothing)
    assert held(new) == held(old)


@only(("sqlite", "postgresql"))
def test_two_moves_at_once_do_not_copy_twice(old, new, keys):
    def other():
        moving(old, new, keys).move(nothing)

    with pytest.raises(MoveProblem, match="Another move goes into the new database"):
        moving(old, new, keys).move(Watching("people", other))
    assert held(new) == held(old)
    prepare_database(new, keys).close()


@only(("sqlite", "sqlite"))
def test_what_did_not_open_before_is_counted_and_moves_as_it_is(old, sealed, new, keys):
    change(old, "UPDATE nudges SET words = x'0102'")
    moved = moving(old, new, keys).move(nothing)
    assert (moved.opened, moved.shut) == (sealed - 2, 2)


@only(("sqlite", "sqlite"))
def test_a_backup_of_an_old_one_that_moved_can_be_used(old, sealed, new, keys, tmp_path):
    moving(old, new, keys).move(nothing)
    file, elsewhere = tmp_path / "night.backup", f"sqlite:///{tmp_path}/elsewhere.db"
    Backups(old, keys, lambda: AT).write(file)
    Backups(elsewhere, keys, lambda: AT).put_back(file)
    prepare_database(elsewhere, keys).close()
    # What holds for the programme has the marks of the move, and since when it may send again.
    assert held(elsewhere) | {"programme": []} == held(old) | {"programme": []}


# Bugs planted on purpose: what was copied badly is seen, and never let in


@only(("sqlite", "postgresql"), ("postgresql", "sqlite"))
def test_a_copy_that_is_not_good_is_never_let_in(old, new, keys):
    with pytest.raises(MoveProblem, match="the copy is not good: the table kept_pay differs"):
        moving(old, new, keys).move(Watching(LAST, lambda: change(new, "DELETE FROM kept_pay")))
    for url in (old, new):
        with pytest.raises(DatabaseProblem):
            prepare_database(url, keys)
    moving(old, new, keys).move(nothing)
    assert held(new) == held(old)


SPOILT = {
    "a batch is left out": ("sessions", "DELETE FROM {} WHERE minutes > 60"),
    "a row too many": (
        "pace",
        "INSERT INTO {} SELECT 'new', set_at, next_at, closed_until FROM pace LIMIT 1",
    ),
    "the wrong owner": ("journal", "UPDATE {} SET person_id = (SELECT max(id) FROM people)"),
    "parts of a second are lost, in a file": (
        "deliveries",
        "UPDATE {} SET not_before = substr(not_before, 1, 19) || '.000000'",
    ),
    "parts of a second are lost, on a server": (
        "deliveries",
        "UPDATE {} SET not_before = date_trunc('second', not_before)",
    ),
    "an hour is added, in a file": (
        "people",
        "UPDATE {} SET created_at = replace(created_at, ' 14:', ' 15:')",
    ),
    "an hour is added, on a server": (
        "people",
        "UPDATE {} SET created_at = created_at + interval '1 hour'",
    ),
    "a table is left out": ("kept_pay", "DELETE FROM {}"),
    "a yes becomes a no": ("prompts", "UPDATE {} SET learning = NOT learning"),
    "empty becomes a word": ("deliveries", "UPDATE {} SET reason = '' WHERE reason IS NULL"),
    "a day is lost": ("time_off", "UPDATE {} SET first_on = '2026-03-02'"),
    "sealed bytes change": (
        "nudges",
        "UPDATE {} SET words = (SELECT max(sealed) FROM vault_sentinel)",
    ),
    "a key is another one": ("person_keys", "UPDATE {} SET master_key_id = 'another'"),
}


def database(stack, url):
    there = open_database(url)
    stack.callback(there.close)
    return there


@pytest.fixture(scope="module")
def pairs(keys, grown, grown_on_server, postgres_server, tmp_path_factory, migrated_file):
    """An old database and its copy, each way, by the kind of the copy."""
    file = tmp_path_factory.mktemp("copied") / "new.db"
    shutil.copyfile(migrated_file, file)
    server = postgres_server.migrated()
    urls = {"postgresql": (f"sqlite:///{grown[0]}", server)}
    urls["sqlite"] = (grown_on_server[0], f"sqlite:///{file}")
    with ExitStack() as stack:
        stack.callback(postgres_server.drop, server)
        found = {}
        for kind, (old, new) in urls.items():
            source, target = database(stack, old), database(stack, new)
            mark = move_marks.In("m1", "old", move_marks.Stage.UNDER_WAY, AT)
            with target.write() as conn:
                move_marks.set_into(conn, mark)
            assert list(copy(source, target, mark))
            found[kind] = (source, target)
        yield found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("bug", SPOILT)
def test_what_is_not_the_same_is_seen(pairs, keys, kind, bug):
    if bug.endswith({"sqlite": "on a server", "postgresql": "in a file"}[kind]):
        kind = {"sqlite": "postgresql", "postgresql": "sqlite"}[kind]
    (old, new), (table, sql) = pairs[kind], SPOILT[bug]
    opening = Opening(REGISTER, keys)
    good = everything(new)[table]
    assert compare_table(old, new, opening, table).rows == len(good)
    with without_rules(new) as there:
        assert there.exec_driver_sql(sql.format(table)).rowcount > 0
    try:
        with pytest.raises(Differs):
            compare_table(old, new, opening, table)
    finally:
        with without_rules(new) as there:
            there.execute(metadata.tables[table].delete())
            there.execute(metadata.tables[table].insert(), good)


@contextmanager
def without_rules(there):
    """A connection that may break what refers to what."""
    off = {
        "sqlite": "PRAGMA foreign_keys = OFF",
        "postgresql": "SET session_replication_role = replica",
    }
    on = {
        "sqlite": "PRAGMA foreign_keys = ON",
        "postgresql": "SET session_replication_role = DEFAULT",
    }
    with there.engine.connect() as conn:
        conn.exec_driver_sql(off[there.dialect])
        yield conn
        conn.commit()
        conn.exec_driver_sql(on[there.dialect])
        conn.commit()
