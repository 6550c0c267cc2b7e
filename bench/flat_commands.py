"""Each command and the Home tab, after 10 rows of history, after 1,000 and after 100,000.

In process, from what Slack sends to the view that would go out: Slack itself answers at once here.
The three take turns. What grows with the history is what a charity would feel after years.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bench import made_up
from bench.bare import BOT_ID, BOT_USER
from bench.history import ADA, DILYS, FARAH, fill
from bench.measure import Figures, Work, fast, in_turns
from bot import app as composition
from bot import ids
from bot.slack import Identity, Slack
from bot.words import Words
from storage.engine import Database
from storage.master_keys import MasterKeys
from storage.vault import Vault

NAME = "flat_commands"
GOAL = 1.3
COUNTED_WITHIN_MS = 1_000

_HOME = "home"
WHAT = [
    *(
        (name, ADA)
        for name in (
            _HOME,
            ids.ALONGSIDE,
            ids.SESSION,
            ids.SUPERVISION,
            ids.LEARNING_SET,
            ids.REFLECT,
            ids.SUPPORT,
            ids.MY_DATA,
        )
    ),
    *((name, DILYS) for name in (_HOME, ids.COHORT, ids.LEARNING_SET)),
    *((name, FARAH) for name in (_HOME, ids.SUPERVISION, ids.LEARNING_SET)),
]
_WHO = {ADA: "partner", DILYS: "co-lead", FARAH: "supervisor"}


def measure(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 100,000 rows of each kind and 40 rounds of each command."""
    sizes = [10, max(10, int(1_000 * scale)), max(20, int(100_000 * scale))]
    rounds = max(3, int(40 * min(1.0, scale * 10)))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        desks = [Desk(folder / str(n), size, stack) for n, size in enumerate(sizes)]
        costs = {
            f"{what} ({_WHO[user]})": [
                round(fast(times), 1)
                for times in in_turns(
                    *(desk.ask(what, user) for desk in desks),
                    # What counts everything takes its time.
                    rounds=rounds if what != ids.MY_DATA else max(3, rounds // 6),
                    warm_up=3,
                )
            ]
            for what, user in WHAT
        }
    ratios = {what: round(took[-1] / took[0], 2) for what, took in costs.items()}
    counting = f"{ids.MY_DATA} ({_WHO[ADA]})"
    steepest = max(ratios.keys() - {counting}, key=lambda what: ratios[what])
    longest_ms = round(costs[counting][-1] / 1000, 1)
    return Figures(
        name=NAME,
        wanted=f"{GOAL} times as much at most with the longest history; "
        f"{ids.MY_DATA}, which counts all of it, within a second",
        met=ratios[steepest] <= GOAL and longest_ms < COUNTED_WITHIN_MS,
        facts={
            "rows": sizes,
            "steepest": steepest,
            "steepest_ratio": ratios[steepest],
            "my_data_ms": longest_ms,
            "us": costs,
            "ratios": ratios,
        },
    )


class _Quiet(WebClient):
    """Slack, which takes everything at once. Keeps what it was asked last."""

    asked = ""

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:
        self.asked = api_method
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url=api_method,
            req_args={},
            data={"ok": True},
            headers={},
            status_code=200,
        )


class Desk:
    """The bot over a database with so many rows of each kind."""

    def __init__(self, folder: Path, rows: int, stack: ExitStack) -> None:
        """Make the database and fill it; `stack` takes all of it away again."""
        folder.mkdir()
        database = stack.enter_context(made_up.empty_database(folder))
        fill(database, rows)
        self._slack = _Quiet()
        self._app = self._put_together(database, stack)
        self._numbers = iter(range(10**9))

    def _put_together(self, database: Database, stack: ExitStack) -> App:
        waiting = composition.make_slack("xoxb-nobody", "http://127.0.0.1:9/")
        stack.callback(waiting.background.shutdown, wait=False, cancel_futures=True)
        slack = Slack(client=self._slack, patient=self._slack, background=waiting.background)
        house = composition.make_house(
            database,
            Vault(MasterKeys.generate()),
            lambda: made_up.NOW,
            slack,
            words=Words(),
            practice=False,
        )
        identity = Identity(team=made_up.TEAM, bot_user=BOT_USER, bot_id=BOT_ID)
        return composition.build(house, identity, "xoxb-nobody").app

    def ask(self, what: str, user: str) -> Work:
        """Return what asks for it, and makes sure that it is shown."""
        shown = "views.publish" if what == _HOME else "views.open"

        def ask() -> None:
            self._slack.asked = ""
            answer = self._app.dispatch(self._request(what, user))
            assert answer.status == 200, answer.body
            assert self._slack.asked == shown, f"{what}: {self._slack.asked}"

        return ask

    def _request(self, what: str, user: str) -> BoltRequest:
        n = next(self._numbers)
        body = _home_opened(user, n) if what == _HOME else _command(what, user, n)
        return BoltRequest(body=body, mode="socket_mode")


def _command(name: str, user: str, n: int) -> dict[str, Any]:
    return {
        "command": name,
        "text": "",
        "team_id": made_up.TEAM,
        "channel_id": "D0PLACE0000",
        "user_id": user,
        "trigger_id": f"{n}.{n}",
        "response_url": "http://127.0.0.1:9/",
    }


def _home_opened(user: str, n: int) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": made_up.TEAM,
        "event_id": f"Ev{n:010}",
        "event": {"type": "app_home_opened", "user": user, "tab": "home", "channel": "D0PLACE0000"},
        "authorizations": [{"team_id": made_up.TEAM, "user_id": BOT_USER, "is_bot": True}],
    }
