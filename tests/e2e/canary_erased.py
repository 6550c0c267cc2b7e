"""Somebody has everything deleted; then whatever is left is tried with every key there is."""

import json
from contextlib import closing
from dataclasses import dataclass

from practice.people import user_id
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import CHECK_INS, LEARNING_SETS, PEOPLE, CannotOpen, Place, Vault
from tests.alongside import Alongside
from tests.holdings import REGISTER, rows
from tests.workspace import Someone

GONE = "Everything about you is deleted."
OPENED_BY = {"person": PEOPLE, "check_in": CHECK_INS, "learning_set": LEARNING_SETS}


@dataclass
class Before:
    """What there was of Ada and of others before she had everything deleted."""

    opened: dict
    sealed: list
    others: dict


def everything_of_ada(evidence, *, others=()):
    """Ada has everything deleted, and another backup is made; return what there was before."""
    kept, ring = evidence.kept, ring_of(evidence.alongside)
    with database_of(kept) as database:
        words = opened(database, ring)
        hers, _ = held_of(database, ring, "ada")
        sealed = [
            bytes(value)
            for found in hers.values()
            for row in found
            for value in row.values()
            if isinstance(value, bytes)
        ]
        [ada] = [p for p in rows(database, "people") if p["account"] == user_id("ada")]
        sealed.append(wrapped_keys(database)["person_keys", ada["id"]])
        before = Before(words, sealed, {h: held_of(database, ring, h) for h in others})
    deletes_everything(evidence.control, kept, "ada")
    evidence.also_said.append(backed_up(evidence.alongside, "after"))
    return before


def words_of_ada(given):
    """Everything that was typed, but what co-leads and Bilal did, and names that are open."""
    others = {"a cohort", "a cohort's new name", "a set", "a set's new name", "a joining link"}
    others |= {"a question for everybody", "an entry of Bilal's", "a nudge of Bilal's"}
    return [word for what, word in given.items() if what not in others]


def backed_up(alongside, name):
    """Type `alongside backup` while the bot runs; what it says goes to files of its own."""
    command = Alongside(alongside.folder, "backup", f"{name}.backup", **alongside.settings)
    command.said_file = alongside.folder.parent / f"{name}.said"
    command.log_file = alongside.folder.parent / f"{name}.log"
    assert command.run() == 0, command.log
    return command.said + command.log


def deletes_everything(control, kept, handle):
    """By the screens, until the program says that it has ended."""
    person = Someone(control, handle).close().command("/my-data").press("Delete everything")
    person.submit(values={"To delete everything, type delete": "delete"})
    done = "SELECT count(*) FROM erasures WHERE done_at IS NOT NULL"
    kept.alongside.wait(lambda: kept.query(done)[0][0] == 1)
    kept.alongside.wait(lambda: GONE in json.dumps(control.ledger("views.update")))
    person.close()


def ring_of(alongside):
    """The keys as the bot has them."""
    [file] = alongside.folder.rglob("master.keys")
    return MasterKeys.parse(file.read_text())


def sealed_blobs(database):
    """Every sealed value there is, as entry, row and bytes; wrapped keys are not among them."""
    for entry in REGISTER.entries.values():
        if entry.column is not None and str(entry.sealed_for) in OPENED_BY:
            for row in rows(database, entry.table):
                if row[entry.column] is not None:
                    yield entry, row, bytes(row[entry.column])


def wrapped_keys(database):
    """Every wrapped key there is, by whose it is."""
    return {
        (table.name, row[table.owner]): bytes(row["wrapped"])
        for table in OPENED_BY.values()
        for row in rows(database, table.name)
    }


def opened(database, ring):
    """Try every sealed value with every key of everybody; return what opened, by its place."""
    owners = list(wrapped_keys(database))
    found = {}
    with database.read() as conn:
        for entry, row, sealed in sealed_blobs(database):
            place = Place(entry.table, entry.column, str(row[entry.row]))
            for table in OPENED_BY.values():
                for owner in (one for name, one in owners if name == table.name):
                    try:
                        found[place] = Vault(ring, table).open(conn, owner, place, sealed)
                    except CannotOpen:
                        continue
    return found


def held_of(database, ring, handle):
    """Rows and words of somebody in every table in which their words are."""
    [person] = [p for p in rows(database, "people") if p["account"] == user_id(handle)]
    tables = {e.table for e in REGISTER.entries.values() if str(e.sealed_for) == "person"}
    theirs = {
        name: [
            row for row in rows(database, name) if row.get(REGISTER.owners[name]) == person["id"]
        ]
        for name in tables - {"schedules"}
    }
    words = opened(database, ring)
    places = {
        Place(entry.table, entry.column, str(row[entry.row]))
        for entry, row, _ in sealed_blobs(database)
        if row in theirs.get(entry.table, ())
    }
    return theirs, {place: words.get(place) for place in places}


def database_of(kept):
    """The bot's own database, opened beside it."""
    url = getattr(kept, "url", None) or f"sqlite:///{kept.file}"
    return closing(open_database(url))


def everything_in(kept):
    """Every byte of the files of this database."""
    return b"\n".join(file.read_bytes() for file in kept.own_files())
