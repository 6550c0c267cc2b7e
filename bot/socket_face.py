"""The Socket Mode connection, for `SLACK_MODE=socket`: let go of as soon as Slack is gone."""

import select
import socket
import threading
from contextlib import suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

WORKERS = 32
PING_SECONDS = 2
"""How often the library looks at its connection; one it holds for closed is then replaced."""
LOOK_SECONDS = 0.5

_HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)


class SocketFace(SocketModeHandler):
    """Bolt's handler, but quick to come back.

    When a connection ends without a word, slack_sdk 3.47 reads nothing from it in a loop that
    takes a whole processor, and comes back only after five pings could not be sent: measured,
    60 seconds at Bolt's own ping interval. Meanwhile Slack cannot reach anyone.
    """

    def __init__(self, app: App, app_token: str | None) -> None:
        """Nothing is connected before `connect`."""
        super().__init__(app, app_token, concurrency=WORKERS, ping_interval=PING_SECONDS)
        self._closed = threading.Event()

    def connect(self) -> None:
        """Connect, and watch from then on."""
        super().connect()  # type: ignore[no-untyped-call]
        threading.Thread(target=self._watch, daemon=True, name="socket-watch").start()

    def close(self) -> None:
        """Answer what is under way, then disconnect for good."""
        self._closed.set()
        self.client.message_workers.shutdown()
        session = self.client.current_session
        sock = session.sock if session is not None else None
        if sock is not None:
            # Else the library waits up to three seconds for something to read.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        super().close()  # type: ignore[no-untyped-call]

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
