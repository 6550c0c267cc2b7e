"""A process of its own in which people press at the same moment as those of another process."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import Any

from bot.services.supervision import Supervision
from bot.services.supervision_desk import Desk
from bot.services.supervision_queue import SupervisionQueue
from domain.people import Account
from domain.refusals import NotValid, Refused
from storage.engine import open_database
from storage.vault import MasterKeys, Vault
from tests.supervision_rows import TUESDAY, a_meeting

Told = tuple[str, str]
"""How it ended and what was said: `page`, `taken` or `refused`."""


def press(desk: Desk, by: Account, act: str, request_id: str) -> Told:
    """Do one thing and say how it ended."""
    queue, partner = SupervisionQueue(desk), Supervision(desk)
    try:
        if act == "claim":
            claimed = queue.claim(by, request_id)
            if claimed.page is None:
                return "taken", claimed.taken_by or ""
            return "page", claimed.page.request.supervisor_id or ""
        if act == "withdraw":
            return "page", partner.withdraw(by, request_id).request.state
        assert act == "record"
        return "page", queue.record(by, request_id, a_meeting(TUESDAY.date())).request.state
    except (Refused, NotValid) as no:
        return "refused", str(no)


def serve(url: str, keys: str, accounts: Sequence[Account], gate: Any, pipe: Pipe) -> None:
    """Let each account press once a round, all of them through the gate together."""

    def now() -> datetime:
        return TUESDAY

    with closing(open_database(url, wait_seconds=30)) as database:
        desk = Desk(database, Vault(MasterKeys.parse(keys)), now)

        def go(by: Account, act: str, request_id: str) -> Told:
            gate.wait(60)
            return press(desk, by, act, request_id)

        with ThreadPoolExecutor(len(accounts)) as threads:
            while (asked := pipe.recv()) is not None:
                act, request_id = asked
                n = len(accounts)
                pipe.send(list(threads.map(go, accounts, [act] * n, [request_id] * n)))
    pipe.close()


Round = Callable[[Sequence[str], str], list[list[Told]]]


@contextmanager
def processes(url: str, keys: MasterKeys, groups: Sequence[Sequence[Account]]):
    """Give a function that lets each group, a process each, do its act on a request together."""
    context = get_context("spawn")
    gate = context.Barrier(sum(map(len, groups)))
    started = []
    for group in groups:
        ours, theirs = context.Pipe()
        child = context.Process(target=serve, args=(url, keys.text(), group, gate, theirs))
        child.start()
        theirs.close()
        started.append((child, ours))

    def together(acts: Sequence[str], request_id: str) -> list[list[Told]]:
        for (_, pipe), act in zip(started, acts, strict=True):
            pipe.send((act, request_id))
        return [pipe.recv() for _, pipe in started]

    try:
        yield together
    finally:
        for child, pipe in started:
            if child.is_alive():
                pipe.send(None)
            child.join(60)
            pipe.close()
            child.close()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these in threads of this process at one moment; return what came of each."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], Any]) -> Any:
        gate.wait(60)
        try:
            return act()
        except (Refused, NotValid) as no:
            return str(no)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(go, acts))
