"""The server of `SLACK_MODE=http`, that Slack calls."""

import select
import threading
import time
from collections.abc import Callable

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from bot.http_door import BODY_LIMIT, Doorkeeper
from bot.manifest import HTTP_PATH
from bot.services.knocks import Knocks
from bot.settings import BadSettings, Settings

THREADS = 32
CONNECTIONS = 500
"""Kept open at once. Whoever comes beyond that waits until another leaves, so it is far more than
a crowd needs, and less than the 1,024 open files that many systems allow a process."""
FINISH_SECONDS = 4.0
"""Slack waits three seconds for an answer; nobody waits for a later one."""
_LOOK_SECONDS = 0.01
_JUST_NOW_SECONDS = 0.3
_CLOSE_SECONDS = 1.0


class _LastAnswers(WSGITask):  # type: ignore[misc]
    """Tells whoever asks while we leave that this was the last answer of the connection."""

    def build_response_header(self) -> bytes:
        """Return the head of the answer."""
        if self.channel.server.leaving:
            self.request.headers["CONNECTION"] = "close"
        head: bytes = super().build_response_header()
        return head


class _Channel(HTTPChannel):  # type: ignore[misc]
    task_class = _LastAnswers


class HttpFace:
    """The server that Slack calls, through a proxy or a load balancer with a certificate."""

    def __init__(self, door: Doorkeeper, host: str, port: int, drain_seconds: float) -> None:
        """Listen, in a thread of its own.

        Args:
            door: What stands before Bolt.
            host: The address to listen at.
            port: And its port.
            drain_seconds: How long to go on letting people in when it stops.

        Raises:
            BadSettings: The port cannot be used.
        """
        self._drain_seconds = drain_seconds
        try:
            self._server = create_server(
                door,
                host=host,
                port=port,
                threads=THREADS,
                connection_limit=CONNECTIONS,
                asyncore_use_poll=True,
                max_request_body_size=BODY_LIMIT,
                ident=None,
            )
        except OSError as error:
            raise BadSettings(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                "Stop what uses it, or choose another with HTTP_PORT."
            ) from None
        self._server.channel_class = _Channel
        self._server.leaving = False
        self._thread = threading.Thread(target=self._server.run, daemon=True, name="http")
        self._thread.start()

    def connected(self) -> bool:
        """Whether somebody listens."""
        return self._thread.is_alive()

    def close(self, seconds: float = FINISH_SECONDS, /) -> None:
        """Answer whoever comes for so long, then whoever is here, then go.

        A load balancer needs a moment until it has seen that this process is not ready any more.
        """
        until = time.monotonic() + seconds
        self._server.leaving = True
        time.sleep(self._drain_seconds)
        self._in_the_loop(self._let_nobody_else_in)
        until = min(until, time.monotonic() + FINISH_SECONDS)
        while self._somebody_is_here() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        self._server.task_dispatcher.shutdown(timeout=max(0.1, until - time.monotonic()))
        self._in_the_loop(lambda: wasyncore.close_all(self._server._map, ignore_all=True))
        self._thread.join(timeout=_CLOSE_SECONDS)

    def _in_the_loop(self, do: Callable[[], None]) -> None:
        """Let the server's own thread do it: nobody else may touch what it waits for."""
        done = threading.Event()

        def thunk() -> None:
            try:
                do()
            finally:
                done.set()

        self._server.trigger.pull_trigger(thunk)
        done.wait(_CLOSE_SECONDS)

    def _let_nobody_else_in(self) -> None:
        """Stop listening, once whoever stands in the line has been let in."""
        line = select.poll()
        line.register(self._server.socket.fileno(), select.POLLIN)
        while line.poll(0):
            self._server.handle_accept()
        wasyncore.dispatcher.close(self._server)

    def _somebody_is_here(self) -> bool:
        """Whether anybody waits for an answer, or came in just now and has not asked yet."""
        now = time.time()
        channels = list(self._server.active_channels.values())
        return any(
            one.requests
            or one.request
            or one.total_outbufs_len
            or now - one.last_activity < _JUST_NOW_SECONDS
            for one in channels
        )


def serve(app: App, settings: Settings, secret: str, knocks: Knocks) -> HttpFace:
    """Serve, for a proxy or a load balancer with a certificate in front.

    Only where somebody can see that this process is not ready any more do they get time to see it.

    Raises:
        BadSettings: The port cannot be used.
    """
    inner = SlackRequestHandler(app, path=HTTP_PATH)
    door = Doorkeeper(inner, secret, knocks.clock, knocks)
    drain = settings.drain_seconds if settings.health_port is not None else 0
    return HttpFace(door, str(settings.http_host), settings.http_port, drain)
