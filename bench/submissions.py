"""What the rows that submit a session share: the bot in this process, forms, and the disk alone."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from sqlalchemy import func, select

from bench import made_up
from bench.bare import BOT_ID, BOT_USER, bare_app
from bench.measure import Row, Work, in_turns
from bench.workspace import ADA, running_practice
from bot import app as composition
from bot import ids
from bot.house import House
from bot.slack import Identity
from bot.views.session_form import FormData, session_form
from bot.words import Words
from domain.clock import utc_now
from domain.ids import new_id
from domain.people import Account
from storage import tables
from storage.engine import Database
from storage.master_keys import MasterKeys
from storage.vault import Vault

_HISTORY = 300
_COUNT = select(func.count()).select_from(tables.sessions)


@dataclass(slots=True)
class Desk:
    """The bot and a bare app in this process, and a place for both on the same disk."""

    house: House
    database: Database
    ours: App
    floor: App
    commit: Work
    """Keeps one small row, through SQLite's own driver."""
    answers: list[BoltResponse] = field(default_factory=list)

    def compare(
        self, name: str, goal: float, rounds: int, requests: Iterator[dict[str, Any]]
    ) -> Row:
        """Measure both on the same requests, which are made before and read within the time.

        `requests` yields the arguments of `BoltRequest`; a `str` body for Socket Mode is read as
        JSON first, as its client does.
        """
        now: list[dict[str, Any]] = []

        def next_request() -> None:
            now[:] = [next(requests)]

        def by_ours() -> None:
            self.answers.append(_dispatch(self.ours, now[0]))

        floors, times, commits = in_turns(
            lambda: _dispatch(self.floor, now[0]),
            by_ours,
            self.commit,
            rounds=rounds,
            between=next_request,
        )
        self.check()
        with_commit = median(times) / (median(floors) + median(commits))
        facts: dict[str, object] = {
            "request_bytes": len(now[0]["body"]),
            "commit_us": round(median(commits), 1),
            "ratio_to_floor_and_commit": round(with_commit, 2),
        }
        return Row(name=name, goal=goal, ours=times, floor=floors, facts=facts)

    def check(self) -> None:
        """Every form was answered with what was saved, and stands in the database once."""
        wrong = [a for a in self.answers if a.status != 200 or "is saved" not in a.body]
        assert not wrong, wrong[0].body
        with self.database.read() as conn:
            stored = conn.value(_COUNT) - _HISTORY
        assert stored == len(self.answers), f"{stored} rows for {len(self.answers)} forms"


@contextmanager
def desk(signing_secret: str | None = None) -> Iterator[Desk]:
    """Give a desk. Home tabs are shown anew in a practice workspace, in the background as ever."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(made_up.empty_database(folder))
        practice = stack.enter_context(running_practice(folder))
        slack = composition.make_slack(practice.bot_token, practice.api_url)
        stack.callback(slack.background.shutdown)
        with database.write() as conn:
            me = made_up.enrol_partner(conn, ADA)
            made_up.add_history(conn, me.id, _HISTORY, days=200)
        house = composition.make_house(
            database, Vault(MasterKeys.generate()), utc_now, slack, words=Words(), practice=True
        )
        identity = Identity(team=made_up.TEAM, bot_user=BOT_USER, bot_id=BOT_ID)
        parts = composition.build(
            house, identity, practice.bot_token, signing_secret=signing_secret
        )
        floor = bare_app(made_up.TEAM, signing_secret=signing_secret)
        floor.view(ids.SESSION_FORM)(_acknowledge)
        commit = stack.enter_context(_commits(folder / "alone.db"))
        yield Desk(house, database, parts.app, floor, commit)


def _acknowledge(ack: Ack) -> None:
    ack()


def _dispatch(app: App, request: dict[str, Any]) -> BoltResponse:
    if request.get("mode") == "socket_mode":
        request = {**request, "body": json.loads(request["body"])}
    return app.dispatch(BoltRequest(**request))


@contextmanager
def _commits(file: Path) -> Iterator[Work]:
    with closing(sqlite3.connect(file, isolation_level=None)) as driver:
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute("PRAGMA synchronous=FULL")
        driver.execute("CREATE TABLE rows (id TEXT PRIMARY KEY)")
        yield lambda: driver.execute("INSERT INTO rows VALUES (?)", (new_id(),))


def payloads(house: House) -> Iterator[str]:
    """Yield forms as somebody sends them who changes nothing: each an instance of its own."""
    new = house.sessions.new(Account(made_up.TEAM, ADA))
    for n in count():
        data = FormData(facts=new.facts, form=new_id(), like=new.like)
        yield json.dumps(_submission(session_form(house.words, data), n))


def _submission(view: dict[str, Any], n: int) -> dict[str, Any]:
    """Return what Slack sends when a modal is submitted, with every field it has."""
    app = {"app_id": "A0ALONGBOT0", "bot_id": BOT_ID}
    return {
        "type": "view_submission",
        "team": {"id": made_up.TEAM, "domain": "practice"},
        "user": {"id": ADA, "username": "ada", "name": "ada", "team_id": made_up.TEAM},
        "api_app_id": app["app_id"],
        "token": "verification-token-00000",
        "trigger_id": f"{10**12 + n}.{n:012d}.{new_id()}",
        "view": {
            **view,
            "id": f"V{n:010}",
            "team_id": made_up.TEAM,
            "state": {"values": _state(view)},
            "hash": f"1772546400.{n:08}",
            "clear_on_close": False,
            "notify_on_close": False,
            "previous_view_id": None,
            "root_view_id": f"V{n:010}",
            "external_id": "",
            "app_installed_team_id": made_up.TEAM,
            **app,
        },
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def _state(view: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in each field while nobody has changed it."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            held = {
                "static_select": {"selected_option": element.get("initial_option")},
                "datepicker": {"selected_date": element.get("initial_date")},
                "plain_text_input": {"value": element.get("initial_value")},
            }[element["type"]]
            state[block["block_id"]] = {block["block_id"]: {"type": element["type"], **held}}
    return state
