"""Somebody with a year of use has everything deleted, by processes that are killed at any instant.

`FAULT_TRIALS` sets how often the plug is pulled (6 by default), `FAULT_SEED` repeats a run.
"""

import multiprocessing
import os
import random
import signal
import time
from contextlib import closing
from datetime import timedelta

import pytest

from bot.services.erasure import Erasing
from domain.ids import new_id
from domain.people import Account, Profile, Role
from storage import erasures, people, sessions
from storage.engine import open_database
from storage.ledger import Ledger
from storage.master_keys import MasterKeys
from storage.vault import Place, Vault
from tests.databases import migrated_file, migrated_url, postgres_server  # noqa: F401 - fixtures
from tests.holdings import REGISTER, START, rows, somebody_everywhere
from tests.storage.conftest import a_session

TRIALS = int(os.environ.get("FAULT_TRIALS", "6"))
SEED = int(os.environ.get("FAULT_SEED", time.time_ns() % 10**6))
SESSIONS = 300


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    with migrated_url(request.param, request, tmp_path) as address:
        yield address


def a_year_of_use(database, vault, user):
    profile = Profile(account=Account("T1", user), tz="Europe/London")
    with database.write() as conn:
        me = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=START)
        for n in range(SESSIONS):
            one = a_session(me, START.date() - timedelta(days=n), client_code=f"C-{n}")
            place = Place("sessions", "note", one.id)
            sealed = sessions.Sealed(note=vault.seal(conn, me.id, place, "words of mine"))
            sessions.add(conn, one, sealed)
    return me


def _go_on(url, keys, file, ready):
    """Do whatever is left of deletions, as a bot does that starts."""
    ring = MasterKeys.parse(keys)
    erasing = Erasing(open_database(url), Vault(ring), lambda: START, REGISTER, Ledger(file, ring))
    ready.set()
    erasing.finish()


def pull_the_plug(url, keys, file, after):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    child = context.Process(target=_go_on, args=(url, keys.text(), file, ready))
    child.start()
    ready.wait()
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    child.join()


@pytest.mark.timeout(120 + TRIALS * 20)
def test_killed_at_any_instant_it_is_finished_and_nobody_else_is_touched(url, tmp_path):
    luck, keys = random.Random(SEED), MasterKeys.generate()
    vault, file = Vault(keys), tmp_path / "erasures.ledger"
    with closing(open_database(url, wait_seconds=20)) as database:
        somebody_everywhere(database, vault, at=START)
        stays = a_year_of_use(database, vault, "U0STAYS")
        before = [row for row in rows(database, "sessions") if row["person_id"] == stays.id]
        erasing = Erasing(database, vault, lambda: START, REGISTER, Ledger(file, keys))
        for trial in range(TRIALS):
            me = a_year_of_use(database, vault, f"U0GOES{trial}")
            form = new_id()
            with database.write() as conn:
                erasures.ask(conn, form, me.id, now=START)
            pull_the_plug(url, keys, file, luck.uniform(0, 0.25))

            began = time.monotonic()
            erasing.finish()
            assert time.monotonic() - began < 60
            assert erasing.receipt(form).ended, (trial, SEED)
            assert erasing.receipt(form).pay_facts == SESSIONS, (trial, SEED)
            assert erasing.ledger.those_gone([me.id]) == [me.id]
            for table in REGISTER.owners:
                left = [r for r in rows(database, table) if me.id in map(str, r.values())]
                assert left == [] or table == "audit", (table, trial, SEED)
        kept = [row for row in rows(database, "kept_pay") if row["minutes"] == 60]
        assert len(kept) == TRIALS * SESSIONS, "none is kept twice"
        after = [row for row in rows(database, "sessions") if row["person_id"] == stays.id]
        assert after == before
