"""Brings what happened to the app, by Socket Mode or HTTP, and brings its answer back."""

import asyncio
import json
import uuid
from dataclasses import dataclass
from typing import Any, Literal

from practice.http_mode import HttpFailed, HttpSender
from practice.sockets import NotConnected
from practice.things import Json
from practice.world import World

Kind = Literal["slash_commands", "interactive", "events_api"]
VERIFY_AGAIN_SECONDS = 0.5
ANSWERED_WITH_PAYLOAD = ("view_submission", "block_suggestion")


@dataclass(frozen=True)
class Answer:
    """What the app acknowledged with, or Slack's name for why it did not."""

    ok: bool
    payload: Any = None
    error: str | None = None
    no_retry: bool = False


class Courier:
    """One for the whole workspace."""

    def __init__(self, world: World, sender: HttpSender) -> None:
        """`sender` is used in HTTP mode only."""
        self.world = world
        self.sender = sender
        self.sent = 0

    @property
    def connected(self) -> bool:
        """Whether the app can be reached, as far as is known."""
        if self.world.manifest.socket_mode:
            return self.world.hub.connected
        return self.sender.reached

    async def ask(self, kind: Kind, payload: Json, url: str | None = None) -> Answer:
        """Deliver a command or an interaction, once, and wait three seconds for the answer."""
        if kind == "interactive" and not self.world.manifest.interactivity:
            return Answer(False, error="interactivity_not_enabled")
        if self.world.faults.take_duplicate():
            self._keep(self._again(kind, payload, url))
        return await self._deliver(kind, payload, url, attempt=0, reason="")

    async def _again(self, kind: Kind, payload: Json, url: str | None) -> None:
        await self._deliver(kind, payload, url, attempt=0, reason="")

    async def tell(self, payload: Json) -> Answer:
        """Deliver an event; the answer is the first attempt's, retries go on by themselves."""
        url = self.world.manifest.events_url
        if self.world.faults.take_duplicate():
            self._keep(self._again("events_api", payload, url))
        first = await self._deliver("events_api", payload, url, attempt=0, reason="")
        if not first.ok and not first.no_retry:
            self._keep(self._retry(payload, url, first))
        return first

    async def _retry(self, payload: Json, url: str | None, last: Answer) -> None:
        """At once, after one and after five minutes of practice time."""
        started = self.world.clock.now()
        for attempt, delay in enumerate(self.world.settings.retry_delays, start=1):
            await self.world.clock.until(started + delay)
            reason = _retry_reason(last.error)
            last = await self._deliver("events_api", payload, url, attempt=attempt, reason=reason)
            if last.ok or last.no_retry:
                return

    def verify_url(self) -> None:
        """Ask the events address to prove itself, as soon as something answers there."""
        if self.world.manifest.events_url:
            self._keep(self._verify(self.world.manifest.events_url))

    async def _verify(self, url: str) -> None:
        challenge = uuid.uuid4().hex
        payload = {
            "type": "url_verification",
            "token": self.world.tokens.verification,
            "challenge": challenge,
        }
        seconds = self.world.settings.ack_seconds
        error: str | None = "connection_failed"
        while error == "connection_failed":
            try:
                said = await self.sender.post_json(url, payload, seconds, {})
                error = None if _challenge_in(said) == challenge else "challenge_failed"
            except HttpFailed as failed:
                error = failed.reason
                await asyncio.sleep(VERIFY_AGAIN_SECONDS)
        self.world.ledger.write("url_verification", ok=error is None, error=error)
        self.world.workspace.touch()

    def _keep(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.world.background.add(task)
        task.add_done_callback(self.world.background.discard)

    async def _deliver(
        self, kind: Kind, payload: Json, url: str | None, *, attempt: int, reason: str
    ) -> Answer:
        envelope_id = str(uuid.uuid4())
        self.sent += 1
        facts: Json = {
            "envelope_id": envelope_id,
            "type": _kind_of(kind, payload),
            "attempt": attempt,
        }
        self.world.ledger.write(
            "envelope", **facts, user=_user_of(payload), payload=payload, mode=self._mode
        )
        if self.world.manifest.socket_mode:
            answer = await self._by_socket(kind, payload, envelope_id, attempt, reason)
        else:
            answer = await self._by_http(kind, payload, url, attempt, reason)
        self.world.ledger.write(
            "ack", ok=answer.ok, error=answer.error, payload=answer.payload, **facts
        )
        return answer

    @property
    def _mode(self) -> str:
        return "socket" if self.world.manifest.socket_mode else "http"

    async def _by_socket(
        self, kind: Kind, payload: Json, envelope_id: str, attempt: int, reason: str
    ) -> Answer:
        envelope: Json = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": kind == "slash_commands"
            or payload.get("type") in ANSWERED_WITH_PAYLOAD,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        try:
            ack = await self.world.hub.send(envelope, self.world.settings.ack_seconds)
        except NotConnected:
            return Answer(False, error="dispatch_failed")
        except TimeoutError:
            return Answer(False, error="operation_timeout")
        return Answer(True, ack.get("payload") or None)

    async def _by_http(
        self, kind: Kind, payload: Json, url: str | None, attempt: int, reason: str
    ) -> Answer:
        seconds = self.world.settings.ack_seconds
        if not url:
            return Answer(False, error="dispatch_failed")
        try:
            if kind == "events_api":
                retry = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
                headers = retry if attempt else {}
                return Answer(True, await self.sender.post_json(url, payload, seconds, headers))
            fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
            return Answer(True, await self.sender.post_form(url, fields, seconds))
        except HttpFailed as failed:
            return Answer(False, error=_http_error(kind, failed.reason), no_retry=failed.no_retry)


def _challenge_in(said: Any) -> Any:
    return said.get("challenge", said.get("text")) if isinstance(said, dict) else None


def _http_error(kind: Kind, reason: str) -> str:
    if kind == "events_api":
        return reason
    return "operation_timeout" if reason == "http_timeout" else "dispatch_failed"


def _retry_reason(error: str | None) -> str:
    names = {"operation_timeout": "timeout", "dispatch_failed": "connection_failed"}
    return names.get(error or "", error or "unknown_error")


def _kind_of(kind: Kind, payload: Json) -> str:
    if kind == "slash_commands":
        return "slash_commands"
    if kind == "interactive":
        return str(payload.get("type"))
    return str(payload.get("event", {}).get("type"))


def _user_of(payload: Json) -> str | None:
    user = payload.get("user_id") or payload.get("user") or payload.get("event", {}).get("user")
    return user.get("id") if isinstance(user, dict) else user
