"""Requests over HTTP, for `SLACK_MODE=http`: checked before Bolt sees them."""

import logging
import re
import select
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from bot.manifest import HTTP_PATH
from bot.services.knocks import Knocks
from bot.settings import BadSettings, Settings
from domain.clock import Clock
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)

BODY_LIMIT = 1_000_000
AHEAD = timedelta(seconds=60)
REMEMBERED = timedelta(minutes=10)
THREADS = 32
CONNECTIONS = 500
"""Kept open at once. Whoever comes beyond that waits until another leaves, so it is far more than
a crowd needs, and less than the 1,024 open files that many systems allow a process."""
FINISH_SECONDS = 4.0
"""Slack waits three seconds for an answer; nobody waits for a later one."""
_LOOK_SECONDS = 0.01
_JUST_NOW_SECONDS = 0.3
_CLOSE_SECONDS = 1.0

StartResponse = Callable[..., Any]
Environ = dict[str, Any]

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Doorkeeper:
    """Turns away what Bolt would stumble over.

    A time stamp that is no number, a signature beyond ASCII or a body that is no UTF-8 makes Bolt
    fail; a time stamp ahead of us passes, and the same signed request twice within five minutes.
    What this process let in it knows by itself; what others did, the database knows. While that
    cannot be asked, nothing can be changed either, and numbers to call in need are still shown.
    """

    def __init__(
        self,
        inner: Callable[[Environ, StartResponse], Iterable[bytes]],
        secret: str,
        clock: Clock,
        knocks: Knocks,
    ) -> None:
        """Stand before `inner`; `secret` is Slack's signing secret."""
        self._inner = inner
        self._knocks = knocks
        self._clock = clock
        self._verifier = SignatureVerifier(secret, clock=_Seconds(clock))
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, or answer 4xx with an empty body."""
        status = self._trouble(environ)
        if status is None:
            return self._inner(environ, start_response)
        start_response(status, [("Content-Length", "0")])
        return [b""]

    def _trouble(self, environ: Environ) -> str | None:
        if environ.get("PATH_INFO") != HTTP_PATH:
            return "404 Not Found"
        if environ.get("REQUEST_METHOD") != "POST":
            return "405 Method Not Allowed"
        if int(environ.get("CONTENT_LENGTH") or 0) > BODY_LIMIT:
            return "413 Content Too Large"
        return None if self._is_new_from_slack(environ) else "401 Unauthorized"

    def _is_new_from_slack(self, environ: Environ) -> bool:
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        now = self._clock().timestamp()
        if not _TIMESTAMP.fullmatch(stamp) or int(stamp) > now + AHEAD.total_seconds():
            return False
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        if not _SIGNATURE.fullmatch(signature) or not self._is_signed(body, stamp, signature):
            return False
        return not self._again(signature, now) and self._first(signature)

    def _first(self, signature: str) -> bool:
        try:
            return self._knocks.first(signature)
        except StorageUnavailable as error:
            kind = type(error).__name__
            logger.warning("http", extra={"event": "knock_not_kept", "error_type": kind})
            return True

    def _is_signed(self, body: bytes, stamp: str, signature: str) -> bool:
        try:
            return self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return False

    def _again(self, signature: str, now: float) -> bool:
        with self._lock:
            old = now - REMEMBERED.total_seconds()
            while self._seen and next(iter(self._seen.values())) < old:
                del self._seen[next(iter(self._seen))]
            if signature in self._seen:
                return True
            self._seen[signature] = now
            return False


class _Seconds(SdkClock):
    """Our clock as the verifier wants it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


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
