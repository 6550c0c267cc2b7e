"""A bot with a bug planted on purpose, in a process of its own: a soak has to see it.

`python -m tests.faults.soak.planted BUG`, with the settings of a bot in the environment. Each bug
is a part in the place of the real one; nothing is patched. `prepare` after it makes a database in
which it can do its harm.
"""

import json
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import field, replace
from itertools import count
from typing import Any

from slack_bolt import BoltResponse
from sqlalchemy import select

from bot import app as composition
from bot.house import House
from bot.keys import read_keys
from bot.logs import start_logging
from bot.running import Stopping, Workspace, connect, first_people
from bot.scheduler import ClockSide
from bot.scheduler.pushes import PUSHES, Push
from bot.services.erasure import Erasing, Receipt
from bot.services.journal_items import open_words
from bot.services.nudges import Nudges
from bot.services.planning import Planning
from bot.services.rhythms import adopt
from bot.services.sessions import Sessions
from bot.services.shared_journals import SharedJournals, SharedPage, _shown
from bot.settings import Settings, read_settings
from bot.waiting import prepare_database, wait_for_slack
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from domain.deliveries import Kind
from domain.ids import new_id
from domain.schedules import next_occurrence
from domain.sessions import Session
from domain.values import dataclass
from storage import journal, people, schedules
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.tables import people as people_table
from storage.vault import Vault
from tests.faults import broken
from tests.faults.soak import caught

EVERY = 3
"""Of every so many, one is harmed."""


@dataclass(frozen=True, slots=True)
class SavesNotEach(Sessions):
    """Says that a session is saved before it is; of every third it forgets to save it then."""

    numbers: Any = field(default_factory=count)

    def log(self, by, draft, *, form, like=None) -> Session:
        if next(self.numbers) % EVERY != EVERY - 1:
            return Sessions.log(self, by, draft, form=form, like=like)
        now = self.clock()
        facts = replace(self.new(by).facts, client_code=draft.client_code)
        return Session(id=new_id(), person_id=new_id(), facts=facts, created_at=now, updated_at=now)


class ForgetsSome(Planning):
    """Moves on what has come round without planning anything for it, for every third."""

    def plan(self) -> int:
        now = self.clock()
        with self.database.write() as conn:
            for schedule in schedules.due(conn, now=now, size=1000):
                if schedule.person_id and int(schedule.person_id, 16) % EVERY == 0:
                    self._skip(conn, schedule, now)
        return super().plan()

    def _skip(self, conn, schedule, now) -> None:
        last_on = schedule.next.on
        coming = next_occurrence(schedule.rhythm, schedule.zone, now=now, last_on=last_on)
        schedules.advance(conn, schedule.id, coming, last_on=last_on)


class SharedWithAll(SharedJournals):
    """Shows every supervisor what was shared with any of them."""

    def page(self, by, after=None) -> SharedPage:
        with self.database.read() as conn:
            found = [one for reader in self._readers(conn) for one in self._of(conn, reader)]
        return SharedPage(items=[_shown(one) for one in found[:10]], first=True, next_after=None)

    def open(self, by, item_id):
        with self.database.read() as conn:
            for reader in self._readers(conn):
                found = journal.received_one(conn, reader, item_id)
                if found is not None:
                    return _shown(found), open_words(conn, self.vault, found.person_id, item_id)
        return super().open(by, item_id)

    @staticmethod
    def _of(conn, reader):
        return journal.received(conn, reader, size=10)

    @staticmethod
    def _readers(conn):
        ids = [one for (one,) in conn.all(select(people_table.c.id))]
        return [journal.Reader(id=one, supervises=True, learns=False) for one in ids]


class DeletesNothing(Erasing):
    """Says that everything is deleted, and leaves it."""

    def ask(self, by, *, form) -> None:
        return None

    def go_on(self, form) -> Receipt:
        return Receipt(id=form, asked_at=self.clock(), gone=True, ended=True, counts={})


def _words_in_the_push(house: House) -> Mapping[Kind, Push]:
    """The message of a nudge says what the nudge is."""
    known = PUSHES[Kind.NUDGE]

    def prepare(house, delivery):
        data = known.prepare(house, delivery)
        with house.nudges.database.read() as conn:
            person = people.person(conn, delivery.person_id)
        return data, _words_of(house.nudges, person)

    def show(words, both):
        data, said = both
        message = known.show(words, data)
        return replace(message, text=f"{message.text}\n{said}")

    return {**PUSHES, Kind.NUDGE: Push(prepare, show)}


def _words_of(nudges: Nudges, person) -> str:
    found = nudges.mine(person.account)
    return "" if found is None else str(found)


def _clears_the_form(app) -> None:
    """A save that does not work closes the form."""

    def report(error, request, body, context) -> BoltResponse:
        answer = {"response_action": "clear"} if body.get("type") == "view_submission" else {}
        headers = {"content-type": ["application/json"]}
        return BoltResponse(status=200, body=json.dumps(answer) if answer else "", headers=headers)

    app.error(report)


_PARTS: dict[str, tuple[str, type]] = {
    "says_saved_before_it_is": ("sessions", SavesNotEach),
    "forgets_some": ("planning", ForgetsSome),
    "shared_with_all": ("shared_journals", SharedWithAll),
    "deletes_nothing": ("erasing", DeletesNothing),
}
# The names that `broken` has for what is planted in its own way there.
_NAMES = {"no_unique_key": "plans_in_two_steps", "ignores_quiet_hours": "no_second_look"}


def planted(bug: str, house: House) -> House:
    """Return the house with this bug in it."""
    if bug in _PARTS:
        name, kind = _PARTS[bug]
        return replace(house, **{name: broken._like(kind, getattr(house, name))})
    return broken.plant(_NAMES.get(bug, bug), house)


def run(bug: str, settings: Settings) -> None:
    """Run like `alongside run`, with this bug, until killed."""
    start_logging(settings.log_level)
    keys = read_keys(settings, may_make=False)
    assert settings.slack_bot_token is not None
    assert settings.slack_app_token is not None
    bot_token = settings.slack_bot_token.get_secret_value()
    app_token = settings.slack_app_token.get_secret_value()
    workspace = Workspace(settings.api_url, bot_token, app_token)
    with ExitStack() as stack:
        database = prepare_database(settings.database, keys)
        stack.callback(database.close)
        clock = WorkspaceClock(workspace.api_url)
        clock.start()
        slack = composition.make_slack(bot_token, workspace.api_url)
        stopping = Stopping()
        identity = wait_for_slack(slack, stopping)
        house = composition.make_house(
            database,
            Vault(keys),
            clock,
            slack,
            words=Words(settings.language),
            practice=True,
            between=settings.between,
            ledger=Ledger(settings.ledger, keys),
            mark=MarkFile(settings.mark),
        )
        first_people(house, identity, settings, workspace)
        house = planted(bug, house)
        parts = composition.build(house, identity, bot_token)
        if bug == "clears_the_form":
            _clears_the_form(parts.app)
        start_logging(settings.log_level)
        adopt(database, clock())
        pushes = broken.pushes(_NAMES.get(bug, bug))
        if bug == "words_in_the_push":
            pushes = _words_in_the_push(house)
        ticking = ClockSide(house, seconds=settings.sweep_seconds, pushes=pushes).start()
        clock.tell(ticking.catch_up)
        stack.callback(connect(parts, workspace, stopping))
        sys.stdout.write("connected\n")
        sys.stdout.flush()
        while True:
            time.sleep(1)


if __name__ == "__main__":
    assert sys.argv[1] in caught.CAUGHT, sys.argv[1]
    if sys.argv[2:] == ["prepare"]:
        if sys.argv[1] == "no_unique_key":
            broken.without_unique_key(read_settings().database)
    else:
        run(sys.argv[1], read_settings())
