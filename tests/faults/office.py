"""A workspace in which people ask for supervision, and the whole bot there, which is killed."""

import os
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import NullPool, create_engine

from bot.manifest import manifest
from bot.words import Words
from domain.deliveries import LEASE
from practice.people import user_id
from practice.server import Practice
from practice.world import Settings
from storage.engine import open_database
from storage.vault import Vault
from tests.faults import whole_process
from tests.faults.judge import POST
from tests.faults.places import Places
from tests.faults.stage import KEYS, Stage, processes, sweep
from tests.faults.whole_process import WholeConfig
from tests.workspace import Someone

START = datetime(2027, 3, 2, 15, 0, tzinfo=UTC)
"""A Tuesday, at an hour at which somebody in London and somebody in New York can be told."""
ADA, FARAH, GWEN = "ada", "farah", "gwen"


class Office(Stage):
    """A workspace of made-up people, and the whole bot that is killed."""

    def start(self, count: int = 1, **more):
        """Start it, and wait until it is connected."""
        config = WholeConfig(
            url=self.url,
            api_url=self.practice.api_url,
            bot_token=self.practice.bot_token,
            app_token=self.practice.app_token,
            keys=KEYS.text(),
            order=str(self.order),
            log=str(self.log_file),
            **self.defaults | more,
        )
        self.order.unlink(missing_ok=True)
        child = processes().Process(target=whole_process.run, args=(config,), daemon=True)
        child.start()
        self.running.append(child)
        self.owners[child.pid] = "%"
        self.wait(self._connected)
        return child

    @property
    def order(self):
        """The file that says where the bot dies."""
        return self.log_file.with_suffix(".order")

    def dies(self, label: str) -> None:
        """Let it die at its next arrival there."""
        written = self.order.with_suffix(".new")
        written.write_text(label)
        os.replace(written, self.order)

    def until_dead(self) -> None:
        """Wait for its end, and until the workspace has seen it."""
        self.ended(self.running[-1])
        self.wait(lambda: not self._connected())

    def until_quiet(self) -> None:
        """Wait until nothing is due or under way; leases of the dead are moved out of the way."""
        began = time.monotonic()
        while self.due_now():
            assert time.monotonic() < began + 60, f"stuck: {self.log[-3000:]}"
            if self.under_way() and time.monotonic() > began + 1:
                self.move(LEASE + timedelta(seconds=1))
            time.sleep(0.05)

    def posts(self, since: int, handle: str, text: str) -> int:
        """Return how often the workspace took this message to somebody."""
        entries = self.control.get(f"ledger?since={since}&method={POST}")["entries"]
        found = (e for e in entries if e["ok"] and e["text"] == text)
        return sum(user_id(handle) in (e["user"], e["channel"]) for e in found)

    @property
    def seq(self) -> int:
        return self.control.get("ledger")["seq"]

    def someone(self, handle: str) -> Someone:
        """Give somebody at a clean screen."""
        person = Someone(self.control, handle)
        if person.modal:
            person.close()
        return person

    def request(self, request_id: str) -> dict:
        """Return a request as it stands."""
        names = ("state", "account", "note", "wishes")
        [row] = self.rows(
            "SELECT r.state, p.account, r.note, r.wishes FROM supervision_requests r"
            " LEFT JOIN people p ON p.id = r.supervisor_id WHERE r.id = :id",
            id=request_id,
        )
        return dict(zip(names, row, strict=True))

    def ids(self) -> list[str]:
        """Return every request, the newest last."""
        found = self.rows("SELECT id FROM supervision_requests ORDER BY sent_at, id")
        return [one for (one,) in found]

    def lines(self, request_id: str, action: str) -> int:
        """Return how often the audit trail says that this was done."""
        sql = "SELECT count(*) FROM audit WHERE object_id = :id AND action = :action"
        return self.rows(sql, id=request_id, action=action)[0][0]

    def planned(self, request_id: str, kind: str) -> int:
        """Return how many of this kind were put on the road about it."""
        sql = "SELECT count(*) FROM deliveries WHERE subject = :id AND kind = :kind"
        return self.rows(sql, id=request_id, kind=kind)[0][0]

    def _connected(self) -> bool:
        return self.control.get("health")["bot"] == "connected"


@contextmanager
def office(places: Places, *, kind: str = "sqlite", **defaults):
    """Give the workspace on a Tuesday afternoon, with its bot running."""
    with ExitStack() as stack:
        url = places.new(kind)
        stack.callback(places.drop, url)
        with closing(open_database(url)) as database, database.write() as conn:
            Vault(KEYS).check(conn)
        log_file = places.folder / f"bot-{time.monotonic_ns()}.log"
        stack.callback(log_file.unlink, missing_ok=True)
        settings = Settings(ack_seconds=2.0, settle_ms=5)
        practice = Practice(manifest(Words()), settings=settings).start()
        stack.callback(practice.stop)
        engine = create_engine(
            url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool
        )
        stack.callback(engine.dispose)
        ready = Office(practice, url, engine, [], log_file, defaults=defaults)
        stack.callback(lambda: ready.order.unlink(missing_ok=True))
        stack.callback(sweep, ready)
        ready.move_to(START)
        ready.start()
        for handle in (ADA, FARAH, GWEN):
            ready.someone(handle).home().press("I have read this", home=True)
        yield ready
