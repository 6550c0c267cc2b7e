"""A person in the practice workspace, as the tests see one: what they do and what they read."""

import json
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.parse import urljoin

from bot import app as composition
from bot import scheduler
from bot.app import IN_BACKGROUND
from bot.logs import start_logging
from bot.manifest import manifest
from bot.running import Stopping, Workspace, connect, first_people
from bot.services.outbox import SAME_RECIPIENT
from bot.settings import Settings
from bot.waiting import prepare_database, wait_for_slack
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from practice.server import Practice
from storage import all_tables as tables
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.master_keys import MasterKeys
from storage.vault import Vault

metadata = tables.metadata
MISTAKES = frozenset(
    {"action_not_found", "bad_request", "field_not_found", "no_submit_button"}
    | {"shortcut_not_found", "person_not_found"}
)
KEYS = MasterKeys.generate()


class Control:
    """The workspace's control API."""

    def __init__(self, practice):
        self.url, self.token = practice.control_url, practice.control_token

    def get(self, path):
        return self._ask(urllib.request.Request(f"{self.url}/{path}"))

    def post(self, path, **body):
        data = json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/{path}", data=data, method="POST")
        request.add_header("Content-Type", "application/json")
        return self._ask(request)

    def _ask(self, request):
        request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            return json.load(error)

    def fault(self, **fault):
        answer = self.post("fault", **fault)
        assert answer["ok"], answer

    def ledger(self, method=None):
        return self.get("ledger" + (f"?method={method}" if method else ""))["entries"]

    def download(self, url):
        with urllib.request.urlopen(urljoin(self.url, url), timeout=10) as answer:
            return answer.read()

    def move_clock(self, **delta):
        answer = self.post("clock", **delta)
        assert "offset_seconds" in answer, answer


@dataclass
class Someone:
    """One person at their screen."""

    control: Control
    handle: str
    last: dict = field(default_factory=dict)

    def command(self, command, text=""):
        return self._do("command", command=command, text=text)

    def shortcut(self, name):
        return self._do("shortcut", name=name)

    def home(self):
        return self._do("home")

    def press(self, label, **where):
        return self._do("action", label=label, **where)

    def submit(self, **values):
        return self._do("submit", values=values.pop("values", values))

    def close(self):
        return self._do("close", all=True)

    def _do(self, path, **body):
        self.last = self.control.post(path, person=self.handle, **body)
        # A button that is not there is a mistake of the story, not something that was tried.
        trouble = self.last.get("error") or ""
        assert trouble not in MISTAKES, (path, body, self.last.get("message"))
        return self

    @property
    def sees(self):
        return self.control.get(f"state?person={self.handle}")

    @property
    def modal(self):
        """The modal on top, or None."""
        modals = self.sees["modals"]
        return modals[-1] if modals else None

    @property
    def title(self):
        return self.modal and self.modal["title"]["text"]

    @property
    def reads(self):
        """Every text of the modal on top; of the Home tab where none is open."""
        state = self.sees
        view = state["modals"][-1] if state["modals"] else state["home"]
        return texts(view or {})

    @property
    def home_tab(self):
        return texts(self.sees["home"] or {})

    @property
    def errors(self):
        return self.modal["errors"]

    @property
    def whispers(self):
        """What only this person was told in a conversation."""
        return [
            m["text"] for c in self.sees["channels"] for m in c["messages"] if m.get("ephemeral")
        ]

    @property
    def notices(self):
        return [n["text"] for n in self.sees["notices"]]

    @property
    def files(self):
        return [f for c in self.sees["channels"] for m in c["messages"] for f in m.get("files", ())]

    def typed(self, block_id):
        """What stands in a field of the modal on top."""
        return self.modal["state"]["values"][block_id][block_id]


def texts(part):
    """Every text a person reads in a view, joined by new lines."""
    found = []

    def walk(node):
        if isinstance(node, dict):
            if node.get("type") in {"plain_text", "mrkdwn"} and isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk({k: v for k, v in part.items() if k != "state"})
    return "\n".join(found)


class Bot:
    """The real bot, connected to a practice workspace over Socket Mode, in this process."""

    def __init__(self, practice, database_url, *, keys=KEYS, seeded=True, log=None):
        self.stack = ExitStack()
        self.clock = WorkspaceClock(practice.api_url)
        self.clock.start()
        self.stack.callback(self.clock.stop)
        self.database = prepare_database(database_url, keys)
        self.stack.callback(self.database.close)
        slack = composition.make_slack(practice.bot_token, practice.api_url)
        self.stack.callback(slack.background.shutdown)
        stopping = Stopping()
        identity = wait_for_slack(slack, stopping)
        folder = Path(self.stack.enter_context(TemporaryDirectory()))
        self.house = composition.make_house(
            self.database,
            Vault(keys),
            self.clock,
            slack,
            words=Words(),
            practice=True,
            ledger=Ledger(folder / "erasures.ledger", keys),
            mark=MarkFile(folder / "database.mark"),
        )
        workspace = Workspace(
            practice.api_url, practice.bot_token, practice.app_token, made_up=seeded
        )
        self._people = lambda: first_people(
            self.house, identity, Settings(_env_file=None), workspace
        )
        self._people()
        # Vaults remember keys; after `start_over` those of old people are of no use to anyone.
        self.parts = composition.build(self.house, identity, practice.bot_token)
        start_logging("DEBUG", log)
        self.stack.callback(self.parts.app.listener_runner.listener_executor.shutdown)
        self.stack.callback(connect(self.parts, workspace, stopping))
        # Pushed last, so done first: the workspace hangs up, or the client would wait for it.
        self.stack.callback(Control(practice).post, "fault", socket="cut")

    def start_over(self):
        """Empty the database and enrol the made-up people again."""
        with self.database.engine.begin() as conn:
            for table in reversed(metadata.sorted_tables):
                if table.name != "vault_sentinel":
                    conn.execute(table.delete())
        self._people()

    def rows(self, table):
        """What stands in a table, as a list of dictionaries."""
        with self.database.engine.connect() as conn:
            return [dict(row._mapping) for row in conn.execute(metadata.tables[table].select())]

    def settle(self):
        """Wait for what runs in the background."""
        executor = self.house.slack.background
        for done in [executor.submit(int) for _ in range(IN_BACKGROUND)]:
            done.result()
        deadline = time.monotonic() + 10
        while executor._work_queue.qsize() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)

    def tick(self):
        """Do what the clock's side does, now; what comes to one place comes a second apart."""
        scheduler.tick(self.house)
        while self._held_back():
            time.sleep(0.1)
            scheduler.tick(self.house)

    def _held_back(self):
        now = self.house.clock()
        return any(
            row["state"] == "pending" and now < row["not_before"] <= now + SAME_RECIPIENT
            for row in self.rows("deliveries")
        )

    def stop(self):
        self.stack.close()


def start_practice(**settings):
    return Practice(manifest(Words()), **settings).start()
