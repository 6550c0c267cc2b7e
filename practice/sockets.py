"""Socket Mode: up to ten connections, each envelope to one of them."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from practice import people
from practice.things import Json
from practice.workspace import Workspace

MOST_CONNECTIONS = 10
HEARTBEAT_SECONDS = 30.0
GOODBYE_SECONDS = 1.0
LARGEST_MESSAGE = 1024 * 1024


class NotConnected(Exception):
    """No app is connected."""


@dataclass
class Link:
    """One connection of the app."""

    number: int
    socket: web.WebSocketResponse
    line: asyncio.Transport | None


@dataclass
class SocketHub:
    """Tickets, connections, and acknowledgements waited for."""

    workspace: Workspace
    tickets: set[str] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    waiting: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)
    opened: int = 0
    refusals: int = 0
    turn: int = 0

    @property
    def connected(self) -> bool:
        """Whether any connection is up."""
        return bool(self.links)

    def new_address(self, base_url: str) -> str:
        """A WebSocket address that works once."""
        ticket = secrets.token_urlsafe(24)
        self.tickets.add(ticket)
        host = base_url.removeprefix("http://")
        return f"ws://{host}link/?ticket={ticket}&app_id={people.APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to close."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403, text="This address was used or never given out.\n")
        self.tickets.discard(ticket)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=403, text="No connection is let in for now.\n")
        socket = web.WebSocketResponse(
            timeout=GOODBYE_SECONDS,
            heartbeat=HEARTBEAT_SECONDS,
            max_msg_size=LARGEST_MESSAGE,
            compress=False,
        )
        await socket.prepare(request)
        if len(self.links) >= MOST_CONNECTIONS:
            await self._say_disconnect(socket, "too_many_websockets")
            await socket.close()
            return socket
        self.opened += 1
        link = Link(self.opened, socket, request.transport)
        await socket.send_json(self._hello(link))
        self.links.append(link)
        self.workspace.touch()
        try:
            await self._listen(link)
        finally:
            self._forget(link)
        return socket

    async def _listen(self, link: Link) -> None:
        async for message in link.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                ack = json.loads(message.data)
            except ValueError:
                continue
            envelope_id = ack.get("envelope_id") if isinstance(ack, dict) else None
            future = self.waiting.get(str(envelope_id))
            if future and not future.done():
                future.set_result(ack)

    def _forget(self, link: Link) -> None:
        if link in self.links:
            self.links.remove(link)
            self.workspace.touch()

    def _hello(self, link: Link) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.links) + 1,
            "debug_info": {
                "host": f"applink-practice-{link.number}",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": people.APP_ID},
        }

    async def send(self, envelope: Json, seconds: float) -> Json:
        """Hand an envelope to one connection and wait for its acknowledgement.

        Raises NotConnected without a connection and TimeoutError without an answer.
        """
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self.waiting[envelope["envelope_id"]] = future
        try:
            async with asyncio.timeout(seconds):
                await self._hand_over(envelope)
                return await future
        finally:
            del self.waiting[envelope["envelope_id"]]

    async def _hand_over(self, envelope: Json) -> None:
        """Send on the connection whose turn it is; one found broken is forgotten."""
        while True:
            link = self._next()
            try:
                return await link.socket.send_json(envelope)
            except (ConnectionError, RuntimeError):
                self._forget(link)

    def _next(self) -> Link:
        self.links = [link for link in self.links if not link.socket.closed]
        if not self.links:
            raise NotConnected
        self.turn += 1
        return self.links[self.turn % len(self.links)]

    async def ask_to_refresh(self) -> None:
        """Warn every connection, then ask it to come back on a new one."""
        for link in list(self.links):
            await self._say_disconnect(link.socket, "warning", link.number)
            await self._say_disconnect(link.socket, "refresh_requested", link.number)

    def cut(self) -> None:
        """Drop every connection without a word."""
        for link in list(self.links):
            self._forget(link)
            if link.line is not None:
                link.line.abort()

    async def close(self) -> None:
        """Close every connection, at the end."""
        said = b"the workspace stops"
        await asyncio.gather(*(link.socket.close(code=1001, message=said) for link in self.links))

    async def _say_disconnect(
        self, socket: web.WebSocketResponse, reason: str, number: int = 0
    ) -> None:
        await socket.send_json(
            {
                "type": "disconnect",
                "reason": reason,
                "debug_info": {"host": f"applink-practice-{number}"},
            }
        )
