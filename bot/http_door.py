"""The door of HTTP mode: what comes is checked before Bolt sees it."""

import hmac
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from slack_sdk.signature import SignatureVerifier

from bot.manifest import HTTP_PATH
from bot.services.knocks import Knocks
from domain.clock import Clock
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)

BODY_LIMIT = 1_000_000
AHEAD = timedelta(seconds=60)
LATE = timedelta(minutes=5)
REMEMBERED = timedelta(minutes=10)
SAID_AGAIN = timedelta(minutes=5)
"""Between two lines of the log for one reason, however many knock meanwhile."""

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
        self._verifier = SignatureVerifier(secret)
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()
        self._turned_away = _TurnedAway(clock)

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
        reason = self._why_not(environ)
        if reason is None:
            return None
        self._turned_away.write_down(reason)
        return "401 Unauthorized"

    def _why_not(self, environ: Environ) -> str | None:
        """Return why this is not a new request from Slack, in a word; None where it is one.

        Only what Slack signed is called late or ahead, so that these words speak of a clock.
        """
        stamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
        signature = environ.get("HTTP_X_SLACK_SIGNATURE", "")
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        if not self._is_signed(body, stamp, signature):
            return "signature"
        now = self._clock().timestamp()
        if int(stamp) < now - LATE.total_seconds():
            return "late"
        if int(stamp) > now + AHEAD.total_seconds():
            return "ahead"
        return None if not self._again(signature, now) and self._first(signature) else "again"

    def _first(self, signature: str) -> bool:
        try:
            return self._knocks.first(signature)
        except StorageUnavailable as error:
            kind = type(error).__name__
            logger.warning("http", extra={"event": "knock_not_kept", "error_type": kind})
            return True

    def _is_signed(self, body: bytes, stamp: str, signature: str) -> bool:
        if not _TIMESTAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            return False
        try:
            right = self._verifier.generate_signature(timestamp=stamp, body=body)
        except UnicodeDecodeError:
            return False
        return right is not None and hmac.compare_digest(right, signature)

    def _again(self, signature: str, now: float) -> bool:
        with self._lock:
            old = now - REMEMBERED.total_seconds()
            while self._seen and next(iter(self._seen.values())) < old:
                del self._seen[next(iter(self._seen))]
            if signature in self._seen:
                return True
            self._seen[signature] = now
            return False


class _TurnedAway:
    """Writes down why requests are turned away: now and then, because anybody can knock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._said: dict[str, datetime] = {}

    def write_down(self, reason: str) -> None:
        """Count it; a line says how many there were since the one before, with this one."""
        now = self._clock()
        with self._lock:
            self._counts[reason] += 1
            said = self._said.get(reason)
            if said is not None and abs(now - said) < SAID_AGAIN:
                return
            self._said[reason] = now
            count = self._counts.pop(reason)
        logger.warning("http", extra={"event": "turned_away", "reason": reason, "count": count})
