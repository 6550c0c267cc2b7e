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
from domain.ids import new_id
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
    What was answered with 5xx had no effect, and Slack sends the very same once more at once: it is
    forgotten by both. If the database cannot forget it now, it does when the request comes again.
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
        self._name = new_id()
        self._seen: dict[str, float] = {}
        self._owed: dict[str, float] = {}
        self._lock = threading.Lock()
        self._turned_away = _TurnedAway(clock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, or answer 4xx with an empty body."""
        status = self._trouble(environ)
        if status is None:
            return self._let_in(environ, start_response)
        start_response(status, [("Content-Length", "0")])
        return [b""]

    def _let_in(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        statuses: list[str] = []

        def answer(status: str, *more: Any) -> Any:
            statuses.append(status)
            return start_response(status, *more)

        try:
            return self._inner(environ, answer)
        finally:
            if not statuses or statuses[-1].startswith("5"):
                self._forget(environ["HTTP_X_SLACK_SIGNATURE"])

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
            if signature in self._owed:
                self._knocks.forget(signature, self._name)
                with self._lock:
                    self._owed.pop(signature, None)
            return self._knocks.first(signature, self._name)
        except StorageUnavailable as error:
            kind = type(error).__name__
            logger.warning("http", extra={"event": "knock_not_kept", "error_type": kind})
            self._owe(signature)
            return True

    def _forget(self, signature: str) -> None:
        """Take the very same once more. The database is not waited for twice in one request."""
        if signature not in self._owed:
            try:
                self._knocks.forget(signature, self._name)
            except StorageUnavailable:
                self._owe(signature)
        with self._lock:
            self._seen.pop(signature, None)

    def _owe(self, signature: str) -> None:
        with self._lock:
            self._owed[signature] = self._clock().timestamp()

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
            for known in (self._seen, self._owed):
                _drop(known, before=now - REMEMBERED.total_seconds())
            if signature in self._seen:
                return True
            self._seen[signature] = now
            return False


def _drop(known: dict[str, float], *, before: float) -> None:
    while known and next(iter(known.values())) < before:
        del known[next(iter(known))]


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
