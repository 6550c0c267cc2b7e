"""Leaving Socket Mode: Slack may hand over a request while our goodbye is on its way."""

import asyncio
import json
import threading

import pytest
from aiohttp import WSMsgType, web
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.app import make_client
from bot.socket_face import SocketFace

PATIENCE_SECONDS = 20


class Slack:
    """Hands over `late` requests, one at each goodbye that it reads, before it says its own."""

    def __init__(self, late):
        self.late = late
        self.acks, self.connections, self.sent = [], 0, 0
        self.connected, self.acked = threading.Semaphore(0), threading.Semaphore(0)
        self.sockets = []
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(started,))
        self.thread.start()
        assert started.wait(PATIENCE_SECONDS)

    def _run(self, started):
        asyncio.set_event_loop(self.loop)
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", self._open)
        app.router.add_get("/link", self._link)
        self.runner = web.AppRunner(app, shutdown_timeout=1)
        self.loop.run_until_complete(self.runner.setup())
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        self.loop.run_until_complete(site.start())
        self.port = site._server.sockets[0].getsockname()[1]
        started.set()
        self.loop.run_forever()
        self.loop.run_until_complete(self.runner.cleanup())
        self.loop.close()

    def stop(self):
        if self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_SECONDS)

    async def _open(self, _):
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"})

    async def _link(self, request):
        socket = web.WebSocketResponse(autoclose=False, heartbeat=None)
        await socket.prepare(request)
        self.connections += 1
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.connected.release()
        while True:
            message = await socket.receive()
            if message.type is WSMsgType.TEXT:
                self.acks.append(json.loads(message.data)["envelope_id"])
                self.acked.release()
            if message.type is WSMsgType.CLOSE:
                if self.sent < self.late:
                    await self._hand_over(socket)
                await socket.close()
                return socket
            if message.type in (WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSING):
                return socket

    async def _hand_over(self, socket):
        self.sent += 1
        payload = {"command": "/there", "team_id": "T1", "user_id": "U1", "text": ""}
        await socket.send_json(
            {
                "type": "slash_commands",
                "envelope_id": f"late {self.sent}",
                "payload": payload,
                "accepts_response_payload": True,
            }
        )

    def hand_over(self):
        """Send a request over the connection that is there."""
        asyncio.run_coroutine_threadsafe(self._hand_over(self.sockets[-1]), self.loop).result(5)


@pytest.fixture
def slack():
    made = []

    def handing_over(late):
        made.append(Slack(late))
        return made[-1]

    yield handing_over
    for one in made:
        one.stop()


class Bot:
    """A face with one listener, which may be made to wait."""

    def __init__(self, slack):
        self.heard, self.may, self.begun = 0, threading.Event(), threading.Semaphore(0)
        self.may.set()
        app = App(
            name="face",
            client=make_client("", f"http://127.0.0.1:{slack.port}/api/", 5),
            authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
            signing_secret="",
            request_verification_enabled=False,
            process_before_response=True,
        )
        app.command("/there")(self.there)
        self.face = SocketFace(app, "xapp-1")
        self.face.connect()
        assert slack.connected.acquire(timeout=PATIENCE_SECONDS)

    def there(self, ack):
        self.heard += 1
        self.begun.release()
        assert self.may.wait(PATIENCE_SECONDS)
        ack()


def test_with_nothing_under_way_it_says_goodbye_once(slack):
    there = slack(0)
    bot = Bot(there)
    bot.face.close(PATIENCE_SECONDS)

    assert there.connections == 1
    assert not bot.face.connected()


@pytest.mark.parametrize("late", [1, 2])
def test_what_slack_hands_over_while_it_leaves_is_answered_over_a_new_connection(slack, late):
    there = slack(late)
    bot = Bot(there)
    bot.face.close(PATIENCE_SECONDS)

    assert there.acks == [f"late {n + 1}" for n in range(late)]
    assert bot.heard == late
    assert there.connections == 1 + late
    assert not bot.face.connected()


def test_what_is_under_way_is_answered_before_it_says_goodbye(slack):
    there = slack(0)
    bot = Bot(there)
    bot.may.clear()
    there.hand_over()
    assert bot.begun.acquire(timeout=PATIENCE_SECONDS)
    leaving = threading.Thread(target=bot.face.close, args=(PATIENCE_SECONDS,))
    leaving.start()
    # Longer than it waits for a quiet moment.
    assert not there.acked.acquire(timeout=1.5)
    assert bot.face.connected()
    bot.may.set()
    leaving.join(PATIENCE_SECONDS)

    assert there.acks == ["late 1"]
    assert there.connections == 1


def test_slack_that_is_gone_is_not_waited_for(slack):
    there = slack(0)
    bot = Bot(there)
    there.stop()
    leaving = threading.Thread(target=bot.face.close, args=(5.0,))
    leaving.start()
    leaving.join(PATIENCE_SECONDS)

    assert not leaving.is_alive()
