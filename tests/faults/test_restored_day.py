"""A backup of day 1 is put back after somebody had everything deleted and prompts went out.

Real processes, real backups, judged by screens and by what the workspace accepted: nobody who was
deleted is back, their words open with no key, and nothing is sent a second time.
"""

import pytest

from practice.people import user_id
from practice.world import Settings
from tests.alongside import Alongside, connected_to, enrol
from tests.databases import running_postgres
from tests.e2e import canary_erased
from tests.e2e.canary_look import Postgres, Sqlite
from tests.e2e.deeds import FOR_THE_PROGRAMME
from tests.faults.test_old_database import NEXT_WEDNESDAY, TUESDAY, WEDNESDAY, posts, sit_down
from tests.workspace import Control, Someone, start_practice

WAITING = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending')"
ROUND = "SELECT count(*) FROM schedules WHERE next_on <= '2026-03-04'"
GONE, STAYS = "The bus that never came.", "The kettle was still warm."


class Installation:
    """The bot and its database, which can be put on an empty database again."""

    def __init__(self, practice, folder, server=None):
        self.server = server
        self.alongside = connected_to(practice, folder / "home", sweep_seconds=1)
        self.empty()

    def empty(self):
        """Take the database away; the next one is a new one."""
        if self.server is None:
            for old in self.alongside.folder.rglob("alongside.db*"):
                old.unlink()
            self.kept = Sqlite(self.alongside)
        else:
            self.kept = Postgres(self.alongside, self.server, self.server.empty())
            self.alongside.settings["database_url"] = self.kept.url

    def types(self, *words):
        """Type a command while the bot may run; return what it said."""
        command = Alongside(self.alongside.folder, *words, **self.alongside.settings)
        command.said_file = self.alongside.folder.parent / "command.said"
        assert command.run() == 0, command.log[-2000:]
        return command.said

    def quiet(self, control, sql=WAITING):
        """Wait until this is so in the database; return how many posts there are then."""
        self.alongside.wait(lambda: self.kept.query(sql) == [(0,)])
        return posts(control)

    def words(self):
        """Everything that opens, with every key in the ring."""
        with canary_erased.database_of(self.kept) as database:
            ring = canary_erased.ring_of(self.alongside)
            return "\n".join(canary_erased.opened(database, ring).values())


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request, tmp_path):
    practice = start_practice(settings=Settings(settle_ms=5))
    try:
        if request.param == "sqlite":
            installation = Installation(practice, tmp_path)
            yield Control(practice), installation
            installation.alongside.kill()
        else:
            with running_postgres() as server:
                installation = Installation(practice, tmp_path, server)
                yield Control(practice), installation
                installation.alongside.kill()
    finally:
        practice.stop()


def writes(person, words):
    person.close() if person.modal else None
    person.command("/reflect").press("Write about something else")
    person.submit(values={"What you want to write": words})
    assert "Your words are in your journal." in person.reads
    person.close()


@pytest.mark.timeout(240)
def test_nobody_deleted_is_back_nothing_is_sent_again_and_others_have_what_they_had(installed):
    control, installation = installed
    alongside = installation.alongside
    control.post("clock", now=TUESDAY)
    alongside.start().until_ready()
    ada, cerys = enrol(sit_down(control), "ada", "cerys")
    writes(ada, STAYS)
    writes(cerys, GONE)
    runs = "SELECT count(*) FROM retention_runs"
    alongside.wait(lambda: installation.kept.query(runs) != [(0,)])
    assert "The backup is in" in installation.types("backup", "day-1.backup")
    assert GONE in installation.words()

    canary_erased.deletes_everything(control, installation.kept, "cerys")
    control.post("clock", now=WEDNESDAY)
    alongside.wait(lambda: posts(control) >= 1)
    sent = installation.quiet(control, ROUND)
    sent = installation.quiet(control)
    alongside.kill()

    installation.empty()
    said = installation.types("restore", "day-1.backup")
    assert "People who were deleted since, and were deleted again: 1." in said
    assert GONE not in installation.words()
    alongside.start().until_ready()
    assert installation.quiet(control, ROUND) == sent
    assert installation.quiet(control) == sent, "nothing is sent a second time"

    assert user_id("cerys").encode() not in canary_erased.everything_in(installation.kept)
    assert GONE not in installation.words()
    assert STAYS in installation.words()
    assert cerys.home().home_tab.startswith(FOR_THE_PROGRAMME)
    assert cerys.command("/my-data").modal is None
    ada.close() if ada.modal else None
    ada.home().press("See my journal", home=True).press("Open")
    assert STAYS in ada.reads

    control.post("clock", now=NEXT_WEDNESDAY)
    alongside.wait(lambda: posts(control) > sent)
    installation.quiet(control)
    new = control.ledger("chat.postMessage")[sent:]
    asked = {entry["payload"]["channel"] for entry in new}
    assert user_id("cerys") not in asked
    assert user_id("ada") in asked
    assert Someone(control, "cerys").notices == []
