"""The master key is changed while people write and read, and the change is killed half-way.

The bot runs in a process of its own, with both keys in its ring. `alongside keys rewrap` is another
process. Judged at the end: with the newest key alone, every value opens.
"""

import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from domain.ids import new_id
from practice.world import Settings
from storage.all_tables import metadata
from storage.engine import open_database
from storage.master_keys import MasterKeys
from storage.vault import Place, Vault
from tests.alongside import Alongside, connected_to, enrol
from tests.faults.judge import Outcome
from tests.faults.places import Places
from tests.faults.test_old_database import sit_down
from tests.holdings import START, rows
from tests.workspace import Control, Someone, start_practice

MANY = 3000
WRITERS = ("ada", "bilal")
PATIENCE_SECONDS = 60
"""The rewrap is looked at until it is half-way; a busy computer takes its time to begin."""


class Writer(threading.Thread):
    """Somebody who writes in their journal and reads what they wrote, until they are stopped."""

    def __init__(self, control, handle):
        super().__init__()
        self.control, self.handle = control, handle
        self.person = Someone(control, handle)
        self.written, self.trouble, self.stopped = [], [], threading.Event()

    def run(self):
        while not self.stopped.is_set():
            words = f"{self.handle} writes for the {len(self.written) + 1}th time"
            self._writes(words)
            self._reads(words)

    def _writes(self, words):
        person = self.person
        person.close() if person.modal else None
        person.command("/reflect").press("Write about something else")
        person.submit(values={"What you want to write": words})
        if "Your words are in your journal." in person.reads:
            self.written.append(words)
        else:
            self.trouble.append(f"{words}: {person.reads} {person.modal and person.errors}")

    def _reads(self, words):
        person = self.person
        person.press("See my journal").press("Open") if "See my journal" in person.reads else None
        if f"{self.handle} writes for the" not in person.reads:
            self.trouble.append(f"{words} is not read: {person.reads}")


def rotation_under_load(
    places: Places, count: int, seed: int, *, kind: str = "sqlite", many: int = MANY
) -> Outcome:
    """Change the key so often, each time killed half-way; what does not open counts as lost."""
    outcome = Outcome(f"keys_under_load_{kind}", seed)
    url = places.new(kind)
    practice = start_practice(settings=Settings(settle_ms=5))
    try:
        with tempfile.TemporaryDirectory() as folder:
            _story(Control(practice), practice, Path(folder), url, many, count, outcome)
    finally:
        practice.stop()
        places.drop(url)
    return outcome


def _story(control, practice, folder, url, many, count, outcome) -> None:
    old = MasterKeys.generate()
    with closing(open_database(url)) as database:
        sealed = _many_keys(database, Vault(old), many)
    alongside = connected_to(
        practice, folder / "home", sweep_seconds=1, database_url=url, master_keys=_as_setting(old)
    )
    try:
        alongside.start().until_ready()
        enrol(sit_down(control), *WRITERS)
        for _ in range(count):
            old = _changed(control, alongside, url, old, outcome)
        alongside.stop()
        _everything_opens(url, old, sealed, outcome)
        alongside.settings["master_keys"] = _as_setting(old)
        alongside.start().until_ready()
        for handle in WRITERS:
            person = Someone(control, handle).close().home()
            person.press("See my journal", home=True).press("Open")
            assert f"{handle} writes for the" in person.reads, "with the newest key alone"
    finally:
        alongside.kill()


def _changed(control, alongside, url, old, outcome) -> MasterKeys:
    """Put a key in front, restart, and rewrap under load, killed half-way; return it alone."""
    ring = old.with_new()
    alongside.stop()
    alongside.settings["master_keys"] = _as_setting(ring)
    alongside.start().until_ready()
    writers = [Writer(control, handle) for handle in WRITERS]
    for writer in writers:
        writer.start()
    try:
        _killed_half_way(alongside, url, ring, outcome)
        last = Alongside(alongside.folder, "keys", "rewrap", **alongside.settings)
        last.said_file = last.log_file = alongside.folder.parent / "rewrap.log"
        assert last.run() == 0, last.log
        alongside.wait(lambda: all(len(writer.written) >= 2 for writer in writers))
    finally:
        for writer in writers:
            writer.stopped.set()
            writer.join()
            outcome.accepted += len(writer.written)
            outcome.untrue += len(writer.trouble)
            outcome.notes += writer.trouble[:3]
    return MasterKeys.parse(ring.text().splitlines()[0])


def _killed_half_way(alongside, url, ring, outcome) -> None:
    command = Alongside(alongside.folder, "keys", "rewrap", **alongside.settings)
    command.said_file = command.log_file = alongside.folder.parent / "killed.log"
    with closing(open_database(url, wait_seconds=20)) as database:
        command.start()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _wrapped_with(database, ring.newest) < 2 * len(WRITERS) + 2:
            assert command.process.poll() is None, command.log
            assert time.monotonic() < deadline, "it did not begin"
        command.kill()
        outcome.kills += 1
        outcome.trials += 1
        # A computer so busy that all was done by then says nothing of a kill half-way.
        outcome.explained += (half := _wrapped_with(database, ring.ids[1]) > 0)
        outcome.uncertain += half


def _everything_opens(url, newest, sealed, outcome) -> None:
    words = 0
    with closing(open_database(url)) as database:
        with database.write() as conn:
            Vault(newest).check(conn)
        with database.read() as conn:
            for person_id, value in sealed:
                assert Vault(newest).open(conn, person_id, _place(person_id), value) == person_id
            for row in rows(database, "journal"):
                place = Place("journal", "words", row["id"])
                text = Vault(newest).open(conn, row["person_id"], place, row["words"])
                words += "writes for the" in text
    outcome.lost += max(0, outcome.accepted - words)


def _many_keys(database, vault, many) -> list[tuple[str, bytes]]:
    """Make people with keys of their own; return something that each has sealed."""
    table, sealed = metadata.tables["people"], []
    ids = [new_id() for _ in range(many)]
    with database.engine.begin() as there:
        there.execute(table.insert(), [_row(table, person_id) for person_id in ids])
    with database.write() as conn:
        vault.check(conn)
        for person_id in ids:
            sealed.append((person_id, vault.seal(conn, person_id, _place(person_id), person_id)))
    return sealed


def _row(table, person_id):
    return {column.name: None for column in table.columns} | {
        "id": person_id,
        "team": "T0PRACTICE",
        "account": f"U{person_id[:12].upper()}",
        "tz": "Europe/London",
        "is_guest": False,
        "deactivated": False,
        "created_at": START,
        "updated_at": START,
    }


def _place(person_id):
    return Place("sessions", "note", person_id)


def _wrapped_with(database, key_id) -> int:
    keys = metadata.tables["person_keys"]
    with database.engine.connect() as there:
        found = there.execute(select(func.count()).where(keys.c.master_key_id == key_id))
        return found.scalar_one()


def _as_setting(ring) -> str:
    return ring.text().strip().replace("\n", ",")
