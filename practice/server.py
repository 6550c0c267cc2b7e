"""Puts a practice workspace together and runs it: the only place that knows every part."""

import asyncio
import copy
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from practice import control, manifest, pages, people, responses, security, uploads
from practice.clock import Clock
from practice.deliver import Courier
from practice.http_mode import HttpSender
from practice.ledger import Ledger
from practice.manifest import Manifest
from practice.sockets import SocketHub
from practice.store import Store
from practice.things import Person
from practice.web_api import dispatch
from practice.workspace import Workspace
from practice.world import Settings, World, make_tokens

LARGEST_BODY = 1024 * 1024
HERE = "127.0.0.1"
STOP_SECONDS = 1.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def build_world(
    read: manifest.Manifest, store: Store, seeds: list[Person], settings: Settings
) -> World:
    """All parts, wired, before anything listens."""
    kept = store.get("clock", "offset") or {"offset": 0.0}
    clock = Clock(float(kept["offset"]))
    ledger = Ledger(clock, store)
    ledger.load()
    workspace = Workspace(clock, store, read.bot_name or read.name)
    workspace.fill(copy.deepcopy(seeds))
    world = World(
        manifest=read,
        settings=settings,
        clock=clock,
        store=store,
        ledger=ledger,
        workspace=workspace,
        tokens=make_tokens(store),
        seeds=seeds,
    )
    world.hub = SocketHub(workspace)
    world.courier = Courier(world, HttpSender(world.tokens.signing_secret, clock))
    return world


def build_app(world: World, port: int) -> web.Application:
    """The routes."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[security.guard(world, port)])
    app.on_response_prepare.append(security.add_headers)
    page = pages.pages_in(world, Path(__file__).parent / "page")
    app.add_routes(
        [
            web.route("*", "/api/{method}", _with(world, dispatch.serve)),
            web.get("/link/", world.hub.serve),
            web.post("/upload/v1/{key}", _with(world, uploads.from_app)),
            web.post("/response/{key}", _with(world, responses.serve)),
            web.get("/files/{id}/{name}", _with(world, pages.download)),
            web.get("/control/health", _with(world, control.health)),
            web.get("/control/clock", _with(world, control.clock)),
            web.get("/control/state", _with(world, control.state)),
            web.get("/control/ledger", _with(world, control.ledger)),
            web.get("/control/stream", _with(world, control.stream)),
            web.post("/control/upload", _with(world, control.upload)),
            web.post("/control/{what}", _with(world, control.post)),
            web.get("/", page.index),
            web.get("/{name}", page.asset),
        ]
    )
    return app


def _with(world: World, handler: Callable[[World, web.Request], Awaitable[Any]]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(world, request)
        return answer

    return handle


def listen(port: int) -> socket.socket:
    """A listening socket on this computer only. Raises OSError when the port is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HERE, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


class Running:
    """A workspace that listens; made and stopped on its event loop."""

    def __init__(self, world: World, listening: socket.socket) -> None:
        """Nothing answers before `start`."""
        self.world = world
        self._listening = listening
        port = listening.getsockname()[1]
        world.base_url = f"http://{HERE}:{port}/"
        surprises = logging.getLogger("practice")
        surprises.setLevel(logging.ERROR)
        self._runner = web.AppRunner(
            build_app(world, port), access_log=None, logger=surprises, shutdown_timeout=STOP_SECONDS
        )

    async def start(self) -> None:
        """Begin to answer."""
        await self._runner.setup()
        await web.SockSite(self._runner, self._listening).start()
        if not self.world.manifest.socket_mode:
            self.world.courier.verify_url()

    async def stop(self) -> None:
        """Say goodbye to everyone and let go of everything."""
        self.world.stopping = True
        self.world.workspace.touch()
        self.world.clock.wake()
        for task in list(self.world.background):
            task.cancel()
        await self.world.hub.close()
        await self._runner.cleanup()
        await self.world.courier.sender.close()
        self.world.store.close()

    def facts(self) -> dict[str, str]:
        """What a starter needs to know, and prints."""
        world = self.world
        return {
            "url": world.base_url,
            "api_url": f"{world.base_url}api/",
            "control_url": f"{world.base_url}control",
            "control_token": world.tokens.control,
            "bot_token": world.tokens.bot,
            "app_token": world.tokens.app,
            "signing_secret": world.tokens.signing_secret,
        }


class Practice:
    """A workspace on a thread of its own, for tests: `with Practice(manifest) as practice:`."""

    url: str
    api_url: str
    control_url: str
    control_token: str
    bot_token: str
    app_token: str
    signing_secret: str

    def __init__(
        self,
        manifest: "dict[str, Any] | Manifest",
        port: int = 0,
        data: Path | str | None = None,
        *,
        settings: Settings | None = None,
        seeds: list[Person] | None = None,
    ) -> None:
        """Nothing happens before `start`; port 0 picks a free one."""
        self._manifest = manifest
        self._port = port
        self._data = Path(data) if data else None
        self._settings = settings or Settings()
        self._seeds = seeds
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> "Practice":
        """Return when it listens. Raises what `__main__` would report in words."""
        given = self._manifest
        read = given if isinstance(given, Manifest) else manifest.read(given)
        seeds = self._seeds if self._seeds is not None else people.seeds()
        world = build_world(read, Store(self._data), seeds, self._settings)
        running = Running(world, listen(self._port))
        for name, value in running.facts().items():
            setattr(self, name, value)
        ready = threading.Event()

        def run() -> None:
            asyncio.run(self._run(running, ready))

        self._thread = threading.Thread(target=run, name="practice", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    async def _run(self, running: "Running", ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            await running.start()
        finally:
            ready.set()
        await self._stopping.wait()
        await running.stop()

    def stop(self) -> None:
        """Stop, and return when everything is let go of."""
        if self._thread and self._loop and self._stopping and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    def __enter__(self) -> "Practice":
        """Start."""
        return self.start()

    def __exit__(self, *what: object) -> None:
        """Stop."""
        self.stop()
