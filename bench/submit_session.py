"""A submitted session form, from its text to the answer; the floor only acknowledges it.

Both read the same payload anew each time, as Socket Mode brings it. Ours ends with a commit that
the disk has confirmed. The Home tab is shown anew in the background, as ever.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App, BoltRequest, BoltResponse
from sqlalchemy import func, select

from bench import made_up
from bench.bare import BOT_ID, BOT_USER, bare_app
from bench.measure import Row, in_turns
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

NAME = "submit_session"
GOAL = 2.5

_HISTORY = 300
_COUNT = select(func.count()).select_from(tables.sessions)


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 3,000 rounds."""
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
        ours = composition.build(house, identity, practice.bot_token).app
        floor = bare_app(made_up.TEAM)
        floor.view(ids.SESSION_FORM)(_acknowledge)
        row, answered = _compare(floor, ours, house, rounds=max(10, int(3000 * scale)))
        _check(database, answered)
        return row


def _acknowledge(ack: Ack) -> None:
    ack()


def _compare(floor: App, ours: App, house: House, rounds: int) -> tuple[Row, int]:
    payloads = _payloads(house)
    answers: list[BoltResponse] = []
    one = [next(payloads)]

    def by_floor() -> None:
        _dispatch(floor, one[0])

    def by_ours() -> None:
        answers.append(_dispatch(ours, one[0]))

    def next_form() -> None:
        one[0] = next(payloads)

    floors, times = in_turns(by_floor, by_ours, rounds=rounds, between=next_form)
    wrong = [a.body for a in answers if a.status != 200 or "Your session is saved" not in a.body]
    assert not wrong, wrong[0]
    facts: dict[str, object] = {"payload_bytes": len(one[0])}
    return Row(name=NAME, goal=GOAL, ours=times, floor=floors, facts=facts), len(answers)


def _dispatch(app: App, payload: str) -> BoltResponse:
    return app.dispatch(BoltRequest(mode="socket_mode", body=json.loads(payload)))


def _check(database: Database, answered: int) -> None:
    """Every form that was answered stands in the database, once."""
    with database.read() as conn:
        stored = conn.value(_COUNT)
    assert stored == _HISTORY + answered, f"{stored - _HISTORY} rows for {answered} forms"


def _payloads(house: House) -> Iterator[str]:
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
