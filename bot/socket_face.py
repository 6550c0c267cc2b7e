"""The Socket Mode connection, for `SLACK_MODE=socket`: let go of as soon as Slack is gone."""

import logging
import os
import select
import socket
import threading
import time
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack_calls import SlackUnreachable, call

logger = logging.getLogger(__name__)

WORKERS = 32
PING_SECONDS = 2
"""How often the library looks at its connection; one it holds for closed is then replaced."""
LOOK_SECONDS = 0.5
LEAVE_SECONDS = 4.0
"""Slack waits three seconds for an answer; nobody waits for a later one."""
_QUIET_SECONDS = 1.0
_GOODBYE_SECONDS = 1.0
_ROUNDS = 4
_END_SECONDS = 1.0

_HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)
_ENVELOPE = '"envelope_id"'
_CLOSE = b"\x88\x80"
"""The head of a WebSocket frame: the last and only one, "close", masked, empty (RFC 6455, 5.2)."""


class SocketFace(SocketModeHandler):
    """Bolt's handler, but quick to come back, and it leaves without losing anybody.

    When a connection ends without a word, slack_sdk 3.47 reads nothing from it in a loop that
    takes a whole processor, and comes back only after five pings could not be sent: measured,
    60 seconds at Bolt's own ping interval. Meanwhile Slack cannot reach anyone.
    """

    def __init__(self, app: App, app_token: str | None) -> None:
        """Nothing is connected before `connect`."""
        super().__init__(app, app_token, concurrency=WORKERS, ping_interval=PING_SECONDS)
        self._closed = threading.Event()
        self._changed = threading.Condition()
        self._came = self._seen_to = 0
        self._held: list[SocketModeRequest] | None = None
        # Until it has connected once, whoever calls `connect` says when to try again.
        self.client.default_auto_reconnect_enabled = False
        self.client.on_message_listeners.append(self._count)

    def connect(self) -> None:
        """Connect, and watch from then on.

        The library says nothing where the connection itself is turned away, as a firewall does.

        Raises:
            SlackProblem: It is not connected.
        """
        call(self._connect)
        if not self.connected():
            raise SlackUnreachable("websocket")
        self.client.default_auto_reconnect_enabled = True
        self.client.auto_reconnect_enabled = True
        threading.Thread(target=self._watch, daemon=True, name="socket-watch").start()

    def connected(self) -> bool:
        """Whether Slack can reach us, as far as is known."""
        return self.client.is_connected()

    def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        """Answer a request; while we leave, keep it for a moment."""
        with self._changed:
            if self._held is not None:
                self._held.append(req)
                self._one_more_seen_to()
                return
        try:
            super().handle(client, req)
        finally:
            with self._changed:
                self._one_more_seen_to()

    def close(self, seconds: float = LEAVE_SECONDS, /) -> None:
        """Answer what is under way, say goodbye, then disconnect for good.

        From our goodbye until Slack has read it, Slack may hand us another request, and nobody else
        gets that one. It is answered over a new connection, and then we leave that one.
        """
        self._closed.set()
        self.client.default_auto_reconnect_enabled = False
        self.client.auto_reconnect_enabled = False
        until = time.monotonic() + min(seconds, LEAVE_SECONDS)
        for _ in range(_ROUNDS):
            left = self._leave(until)
            if not left or time.monotonic() > until or not self._come_back(left):
                break
        self.client.message_workers.shutdown()
        self._hang_up()
        # A client that was just coming back can miss that it is to end, and would be waited for.
        ending = threading.Thread(target=super().close, daemon=True, name="socket-end")
        ending.start()
        ending.join(_END_SECONDS)

    def _connect(self) -> None:
        """Connect at a new address, because each of them is good for one try."""
        client = self.client
        # Not by the library, which sleeps where Slack asks to slow down, and cannot be stopped.
        given = client.web_client.apps_connections_open(app_token=client.app_token)
        client.wss_uri = given["url"]
        super().connect()  # type: ignore[no-untyped-call]

    def _leave(self, until: float) -> list[SocketModeRequest]:
        """Say goodbye at a quiet moment, and return what came after it."""
        if not self.connected():
            return []
        self._wait(_QUIET_SECONDS, until)
        with self._changed:
            self._held = []
        # What is under way may still be answered here; what comes from now on may not.
        self._wait(LEAVE_SECONDS, until)
        self._say_goodbye(max(until, time.monotonic() + _GOODBYE_SECONDS))
        self._wait(_GOODBYE_SECONDS, until)
        with self._changed:
            left, self._held = self._held, None
        return left

    def _come_back(self, left: list[SocketModeRequest]) -> bool:
        """Connect once more, to answer these."""
        try:
            self.client.connect_to_new_endpoint(force=True)
        except (SlackApiError, SlackClientError, OSError):
            logger.warning("slack", extra={"event": "left_unanswered", "count": len(left)})
            return False
        with self._changed:
            self._came += len(left)
        for request in left:
            self.client.message_workers.submit(self.handle, self.client, request)
        return True

    def _say_goodbye(self, until: float) -> None:
        """Send a close frame, and read on until Slack has sent its own."""
        session = self.client.current_session
        sock = session.sock if session is not None else None
        if session is None or sock is None:
            return
        with suppress(OSError), session.sock_send_lock:
            sock.sendall(_CLOSE + os.urandom(4))
        # Slack closes within moments, if it is not very busy; what it sent before is to be read.
        while session.is_active() and time.monotonic() < until:
            time.sleep(0.005)

    def _hang_up(self) -> None:
        session = self.client.current_session
        sock = session.sock if session is not None else None
        if sock is not None:
            # Else the library waits up to three seconds for something to read.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _count(self, message: str) -> None:
        if _ENVELOPE in message:
            with self._changed:
                self._came += 1

    def _one_more_seen_to(self) -> None:
        self._seen_to += 1
        self._changed.notify_all()

    def _wait(self, seconds: float, until: float) -> None:
        """Wait until all that came is answered or kept."""
        seconds = max(0.0, min(seconds, until - time.monotonic()))
        with self._changed:
            self._changed.wait_for(lambda: self._came <= self._seen_to, seconds)

    def _watch(self) -> None:
        while not self._closed.wait(LOOK_SECONDS):
            if _hung_up(self.client):
                # The library's own look then finds it closed, and connects anew.
                self.client.disconnect()


def _hung_up(client: SocketModeClient) -> bool:
    session = client.current_session
    sock = session.sock if session is not None else None
    if sock is None:
        return False
    poll = select.poll()
    try:
        poll.register(sock.fileno(), _HUNG_UP)
        return bool(poll.poll(0))
    except (ValueError, OSError):
        # It was closed just now, by the library.
        return False
