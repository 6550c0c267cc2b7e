"""Many people at once: how long each waits for an answer, over Socket Mode and over HTTP.

All press in the same moment, and go on for a minute: each asks for the session form, fills it in
and saves it, again and again, with a breath in between. Timed by the practice workspace, from what
the person did to the bot's answer; beyond three seconds Slack would say that it went wrong.

The workspace with its people and the bot with its database share this machine, so the bot alone
would do better.
"""

import asyncio
import random
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bench import made_up, workspace
from bench.measure import Figures, within
from bench.workspace import Workspace
from bot.manifest import HTTP_PATH, manifest
from bot.words import Words
from domain.people import Account, Profile, Role
from practice import interact, modals
from practice.deliver import Answer, Courier
from practice.http_mode import HttpSender
from practice.manifest import read
from practice.people import person
from practice.server import Running, build_world, listen
from practice.store import Store
from practice.things import Person
from practice.world import Settings, World
from storage import people

BY_SOCKET = "crowd_socket_mode"
BY_HTTP = "crowd_http"

_PEOPLE = 200
_SECONDS = 60
_BREATH = (1.0, 3.0)
"""From a form to its Save and from there to the next form, in seconds. Real people take 20."""
_SLACK_WAITS = 3.0
_HISTORY = 20


class TimedCourier(Courier):
    """Knows how long each person waited, in seconds, and how many were not answered."""

    def __init__(self, world: World, sender: HttpSender) -> None:
        """Nobody has waited yet."""
        super().__init__(world, sender)
        self.times: list[float] = []
        self.unanswered = 0

    async def ask(self, *args: Any) -> Answer:
        """Deliver it and take the time."""
        start = perf_counter()
        answer = await super().ask(*args)
        self.times.append(perf_counter() - start)
        self.unanswered += not answer.ok
        return answer


def by_socket(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 200 people for a minute."""
    return asyncio.run(_measure(BY_SOCKET, scale, http_port=None))


def by_http(scale: float = 1.0) -> Figures:
    """Measure; `scale` 1 is 200 people for a minute."""
    with closing(socket.socket()) as any_free:
        any_free.bind(("127.0.0.1", 0))
        port: int = any_free.getsockname()[1]
    return asyncio.run(_measure(BY_HTTP, scale, http_port=port))


async def _measure(name: str, scale: float, *, http_port: int | None) -> Figures:
    count, seconds = max(3, round(_PEOPLE * min(1.0, scale * 10))), max(0.5, _SECONDS * scale)
    everyone = [replace(person(f"p{n}", f"Person {n}", "Partner"), updated=0) for n in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        _enrol(Path(folder), everyone)
        async with _bot(Path(folder), everyone, http_port) as world:
            courier = world.courier
            assert isinstance(courier, TimedCourier)
            until = perf_counter() + seconds
            lives = (_live(world, one, until, n) for n, one in enumerate(everyone))
            saved = sum(await asyncio.gather(*lives))
    late = sum(1 for waited in courier.times if waited > _SLACK_WAITS)
    return Figures(
        name=name,
        wanted="everybody answered within 3 seconds",
        met=late == courier.unanswered == 0,
        facts={
            "people": count,
            "seconds": seconds,
            "answers": len(courier.times),
            "answers_a_second": round(len(courier.times) / seconds, 1),
            "sessions_saved": saved,
            "p50_ms": _ms(within(courier.times, 0.5)),
            "p99_ms": _ms(within(courier.times, 0.99)),
            "max_ms": _ms(max(courier.times)),
            "over_3_s": late,
            "unanswered": courier.unanswered,
        },
    )


async def _live(world: World, who: Person, until: float, n: int) -> int:
    """Log sessions until the time is up; return how many were saved."""
    breath, saved = random.Random(n), 0
    while perf_counter() < until:
        opened = await interact.command(world, who, "/session", "", None)
        await asyncio.sleep(breath.uniform(*_BREATH))
        if opened.ok and world.workspace.modals.get(who.id):
            saved += (await modals.submit(world, who, None, {})).ok
            modals.clear(world, who.id)
            await asyncio.sleep(breath.uniform(*_BREATH))
    return saved


def _enrol(folder: Path, everyone: list[Person]) -> None:
    with made_up.empty_database(folder) as database, database.write() as conn:
        for one in everyone:
            profile = Profile(account=Account(made_up.TEAM, one.id), tz="Europe/London")
            known = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=made_up.NOW)
            people.mark_welcomed(conn, known.id, now=made_up.NOW)
            made_up.add_history(conn, known.id, _HISTORY, days=60)


@asynccontextmanager
async def _bot(folder: Path, everyone: list[Person], http_port: int | None) -> AsyncIterator[World]:
    """Give a workspace of these people, with the bot connected to it."""
    there = None if http_port is None else f"http://127.0.0.1:{http_port}{HTTP_PATH}"
    world = build_world(read(manifest(Words(), http_url=there)), Store(None), everyone, Settings())
    world.courier = TimedCourier(world, world.courier.sender)
    running = Running(world, listen(0))
    await running.start()
    process = await asyncio.to_thread(
        lambda: workspace.start_bot(_reached(world), folder, **_face(world, http_port))
    )
    try:
        while not world.courier.connected:
            await asyncio.sleep(0.05)
        yield world
    finally:
        await asyncio.to_thread(workspace.stop, process)
        await running.stop()


def _face(world: World, http_port: int | None) -> dict[str, str]:
    if http_port is None:
        return {}
    return {
        "SLACK_MODE": "http",
        "HTTP_PORT": str(http_port),
        "SLACK_SIGNING_SECRET": world.tokens.signing_secret,
    }


def _reached(world: World) -> Workspace:
    return Workspace(
        api_url=f"{world.base_url}api/",
        bot_token=world.tokens.bot,
        app_token=world.tokens.app,
        control_url=f"{world.base_url}control",
        control_token=world.tokens.control,
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
