"""`/session` opens the form over Socket Mode; the floor is bare Bolt opening the same form.

Two practice workspaces, one for each bot, in this process; the bots are processes of their own.
Timed by the workspace, from the envelope to its acknowledgement. In between the bot calls
`views.open`, which the workspace checks and answers; ours reads the person and their last session
from the database first, and fills in the form.
"""

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from bench import bare_bot, made_up, workspace
from bench.measure import Row
from bench.workspace import ADA, Workspace
from bot.manifest import manifest
from bot.services.sessions import Sessions
from bot.views.session_form import FormData, session_form
from bot.words import Words
from domain.ids import new_id
from domain.people import Account
from practice import interact, modals, people
from practice.manifest import read
from practice.server import Running, build_world, listen
from practice.sockets import SocketHub
from practice.store import Store
from practice.things import Json
from practice.world import Settings, World
from storage.engine import Database

NAME = "open_form_socket_mode"
GOAL = 1.3

_HISTORY = 300
_WARM_UP = 30


@dataclass
class TimedHub(SocketHub):
    """Knows how long each envelope waited for its acknowledgement, in microseconds."""

    times: list[float] = field(default_factory=list)

    async def send(self, envelope: Json, seconds: float) -> Json:
        """Hand it over and take the time."""
        start = perf_counter()
        ack = await super().send(envelope, seconds)
        self.times.append((perf_counter() - start) * 1e6)
        return ack


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 500 rounds."""
    return asyncio.run(_measure(max(10, int(500 * scale))))


async def _measure(rounds: int) -> Row:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(made_up.empty_database(folder))
        form = folder / "form.json"
        form.write_text(json.dumps(_filled_form(database)))
        floor = await _practice(stack)
        ours = await _practice(stack)
        command = ["-m", "bench.bare_bot", str(form), made_up.TEAM]
        await _connect(
            stack, lambda: workspace.start(command, bare_bot.READY, folder, _tokens(floor))
        )
        await _connect(stack, lambda: workspace.start_bot(_tokens(ours), folder))
        for _ in range(_WARM_UP + rounds):
            await _open_form(floor)
            await _open_form(ours)
        return Row(name=NAME, goal=GOAL, ours=_times(ours), floor=_times(floor))


def _times(world: World) -> list[float]:
    assert isinstance(world.hub, TimedHub)
    return world.hub.times[_WARM_UP:]


def _filled_form(database: Database) -> Json:
    """Enrol somebody with a history and return the form that they will see."""
    with database.write() as conn:
        me = made_up.enrol_partner(conn, ADA)
        made_up.add_history(conn, me.id, _HISTORY, days=200)
    new = Sessions(database, lambda: made_up.NOW).new(Account(made_up.TEAM, ADA))
    return session_form(Words(), FormData(facts=new.facts, form=new_id(), like=new.like))


async def _practice(stack: AsyncExitStack) -> World:
    world = build_world(read(manifest(Words())), Store(None), people.seeds(), Settings())
    world.hub = TimedHub(world.workspace)
    running = Running(world, listen(0))
    await running.start()
    stack.push_async_callback(running.stop)
    return world


async def _connect(stack: AsyncExitStack, start: Callable[[], "subprocess.Popen[str]"]) -> None:
    """Start a bot while the workspace goes on answering."""
    process = await asyncio.to_thread(start)
    stack.push_async_callback(asyncio.to_thread, workspace.stop, process)


def _tokens(world: World) -> Workspace:
    return Workspace(
        api_url=f"{world.base_url}api/",
        bot_token=world.tokens.bot,
        app_token=world.tokens.app,
        control_url=f"{world.base_url}control",
        control_token=world.tokens.control,
    )


async def _open_form(world: World) -> None:
    """Type the command, see the form and close it."""
    who = world.workspace.people[ADA]
    outcome = await interact.command(world, who, "/session", "", None)
    shown = world.workspace.modals.get(ADA, [])
    assert outcome.ok, outcome
    assert [view.view["title"]["text"] for view in shown] == ["Log a session"]
    modals.clear(world, ADA)
