"""A grown installation: people with a year behind them, and a row in every table there is."""

from contextlib import closing
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bench.made_up import add_check_ins, add_history, add_reflections
from bot.services.audit_chain import AuditChain
from domain.ids import new_id
from domain.people import Account, Profile, Role
from storage import heartbeats, people, sessions, tables
from storage.all_tables import metadata
from storage.engine import Database, open_database
from storage.master_keys import MasterKeys
from storage.vault import Place, Vault
from tests.holdings import START, put, rows, somebody_everywhere
from tests.storage.conftest import a_session

AT = START.replace(minute=7, second=9, microsecond=123457)
"""Not a round moment: whoever loses a part of a second is seen."""
LONG_AGO = AT - timedelta(days=30)
OWN_WORDS = "Quieter than I feared, and \u2603 in Cwm Rhondda."


def grow(url: str, keys: MasterKeys, *, partners: int = 3, weeks: int = 20) -> int:
    """Fill a database; return how many sealed values there are."""
    vault = Vault(keys)
    with closing(open_database(url, wait_seconds=20)) as database:
        with database.write() as conn:
            vault.check(conn)
            heartbeats.beat(conn, "tick", now=LONG_AGO)
        gone = [somebody_everywhere(database, vault, at=AT + timedelta(hours=n)) for n in range(2)]
        _booleans(database)
        members = [_a_year(database, vault, f"U0YEAR{n:03}", weeks) for n in range(partners)]
        with database.write() as conn:
            add_check_ins(conn, members, weeks // 2)
            put(
                conn, tables.metadata.tables["departures"], {"person_id": gone[0].id, "left_at": AT}
            )
        AuditChain(database, vault).link()
        return sealed_count(database)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table but the marks of a move, in one order for all databases."""
    found = {name: rows(database, name) for name in metadata.tables}
    found["programme"] = [r for r in found["programme"] if not r["name"].startswith("moved_")]
    return {name: sorted(some, key=repr) for name, some in found.items()}


def sealed_count(database: Database) -> int:
    """Return how many sealed values and wrapped keys there are, without the mark of the ring."""
    values = (
        value
        for name, some in everything(database).items()
        for row in some
        for value in row.values()
        if name != "vault_sentinel"
    )
    return sum(isinstance(value, bytes) for value in values)


def _a_year(database: Database, vault: Vault, user: str, weeks: int) -> str:
    profile = Profile(account=Account("T1", user), tz="Europe/London")
    with database.write() as conn:
        me = people.enrol(conn, profile, {Role.PARTNER, Role.SUPERVISOR}, by=None, now=AT)
        add_history(conn, me.id, weeks * 3, weeks * 7)
        for n in range(weeks):
            at = AT - timedelta(days=7 * n, microseconds=n)
            one = a_session(me, at.date(), created_at=at, client_code=f"C-{n}")
            place = Place("sessions", "note", one.id)
            note = vault.seal(conn, me.id, place, f"{OWN_WORDS} {n}")
            sessions.add(conn, one, sessions.Sealed(note=note))
        _reflect(database, conn, vault, me.id, weeks)
    return me.id


def _reflect(database, conn, vault: Vault, person_id: str, weeks: int) -> None:
    """What the benchmarks write is no sealed value; it is sealed anew as one."""
    add_reflections(conn, person_id, weeks)
    journal = tables.journal
    for (item,) in conn.all(journal.select().with_only_columns(journal.c.id)):
        place = Place("journal", "words", item)
        mine = journal.c.id == item
        owner = conn.value(journal.select().with_only_columns(journal.c.person_id).where(mine))
        if owner == person_id:
            sealed = vault.seal(conn, owner, place, f'{{"words": "{new_id()}"}}')
            conn.execute(update(journal).where(mine).values(words=sealed))


def _booleans(database: Database) -> None:
    """Let there be a yes among the noes."""
    with database.write() as conn:
        for table in metadata.sorted_tables:
            found = [c for c in table.columns if c.type.__class__.__name__ == "Boolean"]
            if found and table.name != "check_ins":
                [first, *_] = conn.all(table.select().limit(1))
                key = list(table.primary_key.columns)
                names = [c.name for c in table.columns]
                mine = [c == first[names.index(c.name)] for c in key]
                conn.execute(update(table).where(*mine).values({found[0].name: True}))
