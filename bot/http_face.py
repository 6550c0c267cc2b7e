"""Requests over HTTP, for `SLACK_MODE=http`: checked before Bolt sees them."""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.signature import Clock as SdkClock
from slack_sdk.signature import SignatureVerifier
from waitress.server import create_server

from bot.manifest import HTTP_PATH
from bot.settings import BadSettings
from domain.clock import Clock

logger = logging.getLogger(__name__)

BODY_LIMIT = 1_000_000
AHEAD = timedelta(seconds=60)
REMEMBERED = timedelta(minutes=10)
THREADS = 32

StartResponse = Callable[..., Any]
Environ = dict[str, Any]

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Doorkeeper:
    """Turns away what Bolt would stumble over.

    A time stamp that is no number, a signature beyond ASCII or a body that is no UTF-8 makes Bolt
    fail; a time stamp ahead of us passes, and the same signed request twice within five minutes.
    """

    def __init__(
        self,
        inner: Callable[[Environ, StartResponse], Iterable[bytes]],
        secret: str,
        clock: Clock,
    ) -> None:
        """Stand before `inner`; `secret` is Slack's signing secret."""
        self._inner = inner
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
        return not self._again(signature, now)

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


def serve(app: App, port: int, secret: str, clock: Clock) -> Callable[[], None]:
    """Serve on this computer, for a proxy with a certificate in front; return how to stop.

    Raises:
        BadSettings: The port cannot be used.
    """
    try:
        server = create_server(
            Doorkeeper(SlackRequestHandler(app, path=HTTP_PATH), secret, clock),
            host="127.0.0.1",
            port=port,
            threads=THREADS,
            max_request_body_size=BODY_LIMIT,
            ident=None,
        )
    except OSError as error:
        raise BadSettings(
            f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). "
            "Stop what uses it, or choose another with HTTP_PORT."
        ) from None
    thread = threading.Thread(target=server.run, daemon=True, name="http")
    thread.start()

    def stop() -> None:
        # Connections that are kept open would keep the thread alive: only requests are waited for.
        server.task_dispatcher.shutdown(timeout=5)
        server.close()
        thread.join(timeout=1)

    return stop
