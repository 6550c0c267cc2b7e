"""HTTP mode: signed requests to the addresses in the manifest."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from practice.clock import Clock
from practice.things import Json


class HttpFailed(Exception):
    """The app could not be reached, or did not answer with 2xx. `reason` is Slack's name."""

    def __init__(self, reason: str, no_retry: bool = False) -> None:
        """`no_retry`: the app said X-Slack-No-Retry."""
        self.reason = reason
        self.no_retry = no_retry
        super().__init__(reason)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpSender:
    """Posts to the app, signed with the practice clock's time."""

    def __init__(self, secret: str, clock: Clock) -> None:
        """`secret` is the app's signing secret."""
        self.secret = secret
        self.clock = clock
        self.reached = False
        self._session: aiohttp.ClientSession | None = None

    async def post_form(self, url: str, fields: dict[str, Any], seconds: float) -> Any:
        """A slash command or an interaction; returns the decoded answer."""
        body = urlencode({k: "" if v is None else v for k, v in fields.items()}).encode()
        return await self._post(url, body, "application/x-www-form-urlencoded", {}, seconds)

    async def post_json(
        self, url: str, payload: Json, seconds: float, headers: dict[str, str]
    ) -> Any:
        """An event."""
        body = json.dumps(payload).encode()
        return await self._post(url, body, "application/json", headers, seconds)

    async def _post(
        self, url: str, body: bytes, kind: str, headers: dict[str, str], seconds: float
    ) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),  # Slack does not wait for a free one.
                headers={"User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"},
            )
        stamp = str(int(self.clock.now()))
        signed = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(self.secret, stamp, body),
            **headers,
        }
        limit = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.post(
                url, data=body, headers=signed, timeout=limit, allow_redirects=False
            ) as answer:
                self.reached = True
                content = await answer.read()
                if not 200 <= answer.status < 300:
                    no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
                    raise HttpFailed("http_error", no_retry)
                return _decode(content, answer.content_type)
        except TimeoutError:
            raise HttpFailed("http_timeout") from None
        except (aiohttp.ClientError, ValueError):
            self.reached = False
            raise HttpFailed("connection_failed") from None

    async def close(self) -> None:
        """Let go of open connections."""
        if self._session is not None:
            await self._session.close()


def _decode(content: bytes, kind: str) -> Any:
    text = content.decode("utf-8", "replace")
    if not text.strip():
        return None
    if kind == "application/json":
        return json.loads(text)
    return {"text": text}
