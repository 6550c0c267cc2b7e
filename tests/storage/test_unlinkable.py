"""Nobody can find out from what is kept who answered a check-in, or who said what.

Eight of ten people answer through the real service. Somebody who holds the database and the master
key looks on from the closing on: at every row, every sealed value and every file. Here is what
they find, and that they would find it if the program gave it away.
"""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import inspect, text

from bot.services.check_in_bag import Bag
from bot.services.check_ins import CheckIns
from bot.services.outbox import Outbox
from bot.services.reach import Skip, Wait
from domain.check_ins import Answer, Level, Question
from domain.deliveries import State
from domain.ids import new_id
from domain.preferences import Place as Reaches
from domain.schedules import Quiet
from storage import audit, people
from storage.engine import Database
from storage.master_keys import NONCE
from storage.vault import CHECK_INS, PEOPLE, CannotOpen, Place, Vault
from tests.check_in_rows import OPENS, Group

HOUR = timedelta(hours=1)
ANSWERING = 8
WORDS = [f"zebra{n}quagga{n}" for n in range(ANSWERING)]
GIVEN = [(1 + n % 5, 1 + n // 2, 5 - n % 3) for n in range(ANSWERING)]

Rows = dict[str, list[dict]]


@dataclass
class Look:
    """What was seen: while it was open, and after it had closed."""

    group: Group
    keys: list[bytes] = field(default_factory=list)
    bags: list[bytes] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    after: Rows = field(default_factory=dict)

    @property
    def answered(self):
        return self.group.everyone[:ANSWERING]

    @property
    def silent(self):
        return self.group.everyone[ANSWERING:]


def dump(database: Database) -> Rows:
    """Every row of every table there is, known to the program or not."""
    with database.engine.connect() as conn:
        return {
            name: sorted(
                (dict(row._mapping) for row in conn.execute(text(f'SELECT * FROM "{name}"'))),
                key=repr,
            )
            for name in inspect(database.engine).get_table_names()
        }


def cells(rows: Rows) -> Iterator[tuple[str, str, dict, object]]:
    for table, found in rows.items():
        for row in found:
            for column, value in row.items():
                yield table, column, row, bytes(value) if isinstance(value, memoryview) else value


def go(database: Database, service: type[CheckIns] = CheckIns) -> Look:
    """Live through a check-in, and look on."""
    group = Group(database, size=ANSWERING + 2)
    group.check_ins = service(database, group.check_ins.vault, lambda: group.now)
    look = Look(group)
    # One who answers and one who does not are asked alike, and so late that it is all over.
    for member in (group.everyone[0], group.everyone[-1]):
        group.chooses(
            member,
            check_ins=Reaches.DIRECT,
            quiet=Quiet(start=OPENS.time(), end=(OPENS + 12 * HOUR).time(), days_off=frozenset()),
        )
    group.plan()
    for number, member in enumerate(look.answered):
        group.now = OPENS + timedelta(hours=1, minutes=7 * number, seconds=13, microseconds=71)
        look.times.append(group.now)
        before = dump(database)
        group.answer(member, *GIVEN[number], word=WORDS[number])
        after = dump(database)
        look.changed += differences(before, after)
        look.bags.append(bytes(after["check_ins"][0]["bag"]))
        look.keys = [bytes(row["wrapped"]) for row in after["check_in_keys"]]
    group.now = OPENS + 13 * HOUR
    send(group)
    group.close()
    group.check_ins.scrub()
    look.after = dump(database)
    return look


def differences(before: Rows, after: Rows) -> list[str]:
    """The places that are not as they were, apart from the bag itself."""
    found = [f"a table {name}" for name in set(before) ^ set(after)]
    for name in set(before) & set(after):
        if len(before[name]) != len(after[name]):
            found.append(f"a row of {name}")
        for old, new in zip(before[name], after[name], strict=False):
            found += [f"{name}.{c}" for c in new if old[c] != new[c]]
    return [place for place in found if place != "check_ins.bag"]


def send(group: Group) -> None:
    """Do with what is due what the sender does."""
    outbox = Outbox(group.database, lambda: group.now, between=timedelta(milliseconds=1))
    while due := outbox.claim(4).deliveries:
        for delivery in due:
            service = group.check_ins
            prepare = service.prepare_direct if delivery.person_id else service.prepare_post
            found = prepare(delivery)
            if isinstance(found, Skip):
                outbox.settle(delivery, State.SKIPPED, found.reason)
            elif isinstance(found, Wait):
                outbox.wait(delivery, found.until)
            else:
                outbox.settle(delivery, State.SENT, channel="C1", ts="1.0")


# What somebody finds who looks


def by_row(look: Look) -> list[str]:
    """Whatever answering left behind in any table but the bag."""
    return look.changed


def by_time(look: Look) -> list[str]:
    """Any time at which somebody answered."""
    marks = {t.isoformat(sep)[:19] for t in look.times for sep in " T"}
    return [
        f"{table}.{column}"
        for table, column, _, value in cells(look.after)
        if any(mark in str(value) for mark in marks)
    ]


def by_footprint(look: Look) -> list[str]:
    """Anything by which the rows of one who answered differ from those of one who did not."""
    pairs = [(look.answered[0], look.silent[-1]), (look.answered[1], look.silent[0])]
    return [
        table
        for one, other in pairs
        for table in look.after
        if footprint(look.after[table], one) != footprint(look.after[table], other)
    ]


def footprint(rows: list[dict], person) -> list[str]:
    """The rows that name somebody, without what names them, ids and the spread of a message."""
    own = {person.id: "me", person.account.user: "my account"}
    left_out = {"id", "not_before", "wrapped", "owner"}
    found = [
        {c: own.get(v, v) for c, v in row.items() if c not in left_out or v in own}
        for row in rows
        if set(own) & {v for v in row.values() if isinstance(v, str)}
    ]
    return sorted(map(repr, found))


def by_opening(look: Look) -> list[str]:
    """Whatever opens with the master key and every key that is left, but the words as told."""
    database, ring = look.group.database, look.group.keys
    owners = {v for *_, v in cells(look.after) if isinstance(v, str) and len(v) == 32}
    sealed = [
        (Place(table, column, str(row.get("id") or row.get("person_id"))), value)
        for table, column, row, value in cells(look.after)
        if isinstance(value, bytes)
    ]
    sealed += [(Place("check_ins", "bag", look.group.check_in_id), bag) for bag in look.bags]
    found = []
    with database.read() as conn:
        for table in (PEOPLE, CHECK_INS):
            for owner in owners:
                for place, value in sealed:
                    with suppress(CannotOpen):
                        opened = Vault(ring, table).open(conn, owner, place, value)
                        found.append((place.column, opened))
    told = ("words", json.dumps(sorted(WORDS, key=str.casefold)))
    return [column for column, opened in found if (column, opened) != told]


def by_force(look: Look) -> list[str]:
    """A bag copied while it was open, which opens under the cipher of any key that is left."""
    group, found = look.group, []
    secrets = [
        group.keys.unwrap(row["wrapped"], table.context(row[table.owner]), row["master_key_id"])
        for table in (PEOPLE, CHECK_INS)
        for row in look.after[table.name]
    ]
    for bag in look.bags:
        head, nonce, ciphertext = bag[1:9], bag[9 : 9 + NONCE], bag[9 + NONCE :]
        bound = f"v1|check_ins|bag|{group.check_in_id}|{group.check_in_id}|{head.hex()}"
        for secret in secrets:
            with suppress(InvalidTag):
                AESGCM(secret[8:]).decrypt(nonce, ciphertext, bound.encode())
                found.append("a copied bag")
    return found


def by_file(look: Look) -> list[str]:
    """The key, any part of a bag, or any word, in the files of the database."""
    parts = {
        "a key": [key[at : at + 24] for key in look.keys for at in range(0, 48, 24)],
        "a bag": [bag[at : at + 32] for bag in look.bags for at in range(0, len(bag) - 32, 96)],
        "a word": [word.encode() for word in WORDS],
    }
    found = []
    for file in files(look.group.database):
        kept = b""
        with suppress(FileNotFoundError):  # PostgreSQL makes some of its files anew meanwhile
            kept = file.read_bytes()
        found += [f"{what} in {file.name}" for what in parts if any(p in kept for p in parts[what])]
    return found


def files(database: Database) -> list[Path]:
    """The file and its write-ahead log; of PostgreSQL, the files of this database."""
    if database.file is not None:
        return sorted(database.file.parent.glob(f"{database.file.name}*"))
    pooled = database.engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    connection.autocommit = True
    connection.execute("CHECKPOINT")
    [folder] = connection.execute("SHOW data_directory").fetchone()
    query = "SELECT oid FROM pg_database WHERE datname = current_database()"
    [oid] = connection.execute(query).fetchone()
    pooled.close()
    return [f for f in Path(folder, "base", str(oid)).iterdir() if f.is_file()]


LOOKS = (by_row, by_time, by_footprint, by_opening, by_force, by_file)


@pytest.fixture
def look(database: Database) -> Look:
    return go(database)


@pytest.mark.parametrize("way", LOOKS, ids=lambda way: way.__name__)
def test_nothing_is_found(look: Look, way: Callable[[Look], list[str]]) -> None:
    assert way(look) == []


def test_what_is_told_is_the_group_and_the_words_in_the_order_of_the_alphabet(look: Look) -> None:
    told = look.group.check_ins.results(look.silent[0].account, look.group.cohort.id)

    assert told.result is not None
    assert told.result.answers == ANSWERING
    assert sum(told.result.bands[Question.ENERGY].values()) == ANSWERING
    assert told.result.words == tuple(sorted(WORDS))


def test_while_it_is_open_the_bag_tells_neither_order_nor_whose(database: Database) -> None:
    """Who holds the master key can open it then; answers stand apart from people all the same."""
    group = Group(database, size=ANSWERING)
    group.plan()
    for number, member in enumerate(group.everyone):
        group.answer(member, *GIVEN[number], word=WORDS[number])
    [row] = group.rows("check_ins")
    place = Place("check_ins", "bag", row["id"])
    with database.read() as conn:
        kept = json.loads(Vault(group.keys, CHECK_INS).open(conn, row["id"], place, row["bag"]))

    assert set(kept) == {"answered", "answers"}
    assert kept["answered"] == sorted(m.id for m in group.everyone)
    assert sorted(word for _, word in kept["answers"]) == sorted(WORDS)
    assert not any(m.id in json.dumps(kept["answers"]) for m in group.everyone)


def test_answers_lie_in_no_order() -> None:
    """That 40 come out in any one order by chance is less likely than a broken computer."""
    bag, given = Bag(), []
    for number in range(40):
        answer = Answer(levels=dict.fromkeys(Question, Level.GOOD), word=f"{number:02}")
        bag = bag.with_answer(new_id(), answer)
        given.append(answer.word)
    lying = [answer.word for answer in bag.answers]

    assert sorted(lying) == given
    assert lying not in (given, given[::-1])


def test_the_length_of_the_bag_does_not_tell_how_many_answered(look: Look) -> None:
    assert len({len(bag) for bag in look.bags}) == 1


def test_answering_is_not_logged(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    group = Group(database)
    group.plan()
    caplog.clear()
    group.answer(group.everyone[0], 1, 1, 1, word="alone")

    assert caplog.records == []


@pytest.mark.parametrize("table", ["check_ins", "people"])
def test_somebody_in_the_way_is_waited_for_till_the_next_time(
    database: Database, table: str
) -> None:
    """A backup that began before the closing may still look at what was there, in any table."""
    group = Group(database)
    group.plan()
    group.answer(group.everyone[0])
    bag = bytes(group.rows("check_ins")[0]["bag"])
    with looking_back(database, table):
        group.close()
        group.check_ins.scrub()
        assert "check_ins_scrubbed" not in {row["name"] for row in group.rows("heartbeats")}
    group.check_ins.scrub()
    group.check_ins.scrub()

    assert "check_ins_scrubbed" in {row["name"] for row in group.rows("heartbeats")}
    assert not any(bag[30:90] in file.read_bytes() for file in files(database))


def test_a_key_is_overwritten_also_beside_one_that_stays(database: Database) -> None:
    group = Group(database)
    for week, words in enumerate((WORDS, WORDS[:4])):
        group.plan(OPENS + week * timedelta(days=7))
        [key] = [k for k in group.rows("check_in_keys") if k["check_in_id"] == group.check_in_id]
        for member, word in zip(group.everyone, words, strict=False):
            group.answer(member, word=word)
        group.close(OPENS + timedelta(days=2 + 7 * week))
        group.check_ins.scrub()

    assert len(group.rows("check_in_keys")) == 1, "of the words of the first week"
    assert not any(bytes(key["wrapped"]) in file.read_bytes() for file in files(database))


@contextmanager
def looking_back(database: Database, table: str) -> Iterator[None]:
    """Somebody sees one moment of the whole database for a while, as a backup does."""
    if database.file is not None:
        with database.read() as reader:
            reader.all(text(f"SELECT * FROM {table}"))
            yield
        return
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(text(f"SELECT * FROM {table}"))
        yield


# Programs that give it away


class WithAudit(CheckIns):
    """Writes down that somebody answered."""

    def answer(self, by, check_in_id, levels, word, *, confirmed):
        done = super().answer(by, check_in_id, levels, word, confirmed=confirmed)
        with self.database.write() as conn:
            me = people.actor(conn, by)
            audit.write(
                conn,
                at=self.clock(),
                actor=me.id,
                action="answered",
                kind="check_in",
                object_id=check_in_id,
            )
        return done


class WithTable(CheckIns):
    """Keeps each answer in a row with its time."""

    def answer(self, by, check_in_id, levels, word, *, confirmed):
        done = super().answer(by, check_in_id, levels, word, confirmed=confirmed)
        with self.database.engine.begin() as conn:
            conn.execute(
                text("CREATE TABLE IF NOT EXISTS answers (energy INTEGER, created_at TEXT)")
            )
            conn.execute(
                text("INSERT INTO answers VALUES (:energy, :at)"),
                {"energy": levels[Question.ENERGY], "at": self.clock().isoformat(" ")},
            )
        return done


class WithKey(CheckIns):
    """Closes, and puts the key back."""

    def close_due(self, now):
        with self.database.engine.connect() as conn:
            kept = [dict(r._mapping) for r in conn.execute(text("SELECT * FROM check_in_keys"))]
        super().close_due(now)
        with self.database.engine.begin() as conn:
            conn.execute(text("DELETE FROM check_in_keys"))
            for row in kept:
                conn.execute(
                    text(
                        "INSERT INTO check_in_keys (check_in_id, wrapped, master_key_id)"
                        " VALUES (:check_in_id, :wrapped, :master_key_id)"
                    ),
                    row,
                )


class WithOldCopies(CheckIns):
    """Forgets to take old copies away."""

    def scrub(self):
        pass


class WithSkippedMessage(CheckIns):
    """Does not ask somebody who has answered already."""

    def prepare_direct(self, delivery):
        with self.database.read() as conn:
            me = people.person(conn, delivery.person_id)
        if self.form(me.account, delivery.subject) is None:
            return Skip("closed")
        return super().prepare_direct(delivery)


@pytest.mark.parametrize(
    ("service", "ways"),
    [
        (WithAudit, {by_row, by_time, by_footprint}),
        (WithTable, {by_row, by_time}),
        (WithKey, {by_opening, by_force, by_file}),
        (WithOldCopies, {by_file}),
        (WithSkippedMessage, {by_footprint}),
    ],
    ids=lambda given: given.__name__ if isinstance(given, type) else None,
)
def test_a_program_that_gives_it_away_is_found_out(
    database: Database, service: type[CheckIns], ways: set[Callable[[Look], list[str]]]
) -> None:
    look = go(database, service)

    assert {way for way in LOOKS if way(look)} >= ways
