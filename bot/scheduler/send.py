"""Sends what is due: claims a little, sends it, writes down what became of it, and goes on.

A crash after the claim and before Slack's answer leaves a delivery under way; its lease ends and it
becomes uncertain. A crash after the answer does the same: it was sent, and is not sent again.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from bot.house import House
from bot.scheduler.pushes import PUSHES, Push
from bot.services.planning import Reached, nowhere
from bot.services.reach import Skip, Wait
from bot.slack_calls import (
    SlackBusy,
    SlackRefused,
    SlackSilent,
    SlackUnreachable,
    TokenRefused,
)
from bot.views.kit import Message
from domain.deliveries import Delivery, Kind, State
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)

WORKERS = 4
REASON_LENGTH = 40
_SHORT = timedelta(seconds=1)
_SURELY_SECONDS = 30.0
_AGAIN_SECONDS = 0.5
_SURELY_AT_THE_END_SECONDS = 3.0


class Sender:
    """Sends with a few threads of its own; `reached` is told of the places between the steps."""

    def __init__(
        self, house: House, reached: Reached = nowhere, pushes: Mapping[Kind, Push] = PUSHES
    ) -> None:
        """Start with nothing under way."""
        self._house = house
        self._pushes = pushes
        self._reached = reached
        self._one_at_a_time = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Begin nothing more, and give back what was claimed and not handed over.

        What is being handed over goes on to its end.
        """
        self._stopped.set()

    def send(self) -> datetime | None:
        """Send until nothing is due; return when to come again where Slack wants to be left alone.

        Where another thread of this process sends already, it goes on with what is new as well.
        """
        if not self._one_at_a_time.acquire(blocking=False):
            return None
        try:
            with ThreadPoolExecutor(WORKERS, "sender") as pool:
                return self._send_all(pool)
        finally:
            self._one_at_a_time.release()

    def _send_all(self, pool: ThreadPoolExecutor) -> datetime | None:
        again_at: datetime | None = None
        while not self._stopped.is_set():
            claimed = self._house.outbox.claim(WORKERS)
            again_at = claimed.again_at or again_at
            if claimed.deliveries:
                list(pool.map(self._send, claimed.deliveries))
            elif claimed.again_at is None:
                return again_at
            elif claimed.again_at - self._house.clock() > _SHORT:
                return claimed.again_at
            else:
                self._stopped.wait(_AGAIN_SECONDS / 4)
        return None

    def _send(self, delivery: Delivery) -> None:
        if self._stopped.is_set():
            self._give_back(delivery)
            return
        outbox = self._house.outbox
        try:
            message = self._message(delivery)
        except StorageUnavailable:
            self._surely(lambda: outbox.wait(delivery, delivery.not_before))
        except Exception as surprise:  # noqa: BLE001 - one that breaks must not stop the others
            logger.error(
                "push",
                extra={"event": "push_broke", "error_type": type(surprise).__name__},
            )
            self._surely(lambda: outbox.broke(delivery))
        else:
            if message is not None and self._may_still(delivery):
                self._hand_over(delivery, message)

    def _give_back(self, delivery: Delivery) -> None:
        """Let another process send it, or this one when it is back: it is not uncertain."""
        self._surely(lambda: self._house.outbox.wait(delivery, delivery.not_before))

    def _may_still(self, delivery: Delivery) -> bool:
        self._reached("send.before")
        if self._stopped.is_set():
            self._give_back(delivery)
            return False
        outbox = self._house.outbox
        try:
            return outbox.may_send(delivery)
        except StorageUnavailable:
            self._surely(lambda: outbox.wait(delivery, delivery.not_before))
            return False

    def _message(self, delivery: Delivery) -> tuple[str, Message] | None:
        """Return where it goes and what it says; None where it is settled without."""
        push, outbox = self._pushes[delivery.kind], self._house.outbox
        data = push.prepare(self._house, delivery)
        self._reached("send.prepared")
        if isinstance(data, Skip):
            outbox.settle(delivery, State.SKIPPED, data.reason)
            return None
        if isinstance(data, Wait):
            outbox.wait(delivery, data.until)
            return None
        return outbox.address(delivery), push.show(self._house.words, data)

    def _hand_over(self, delivery: Delivery, addressed: tuple[str, Message]) -> None:
        settle = self._posted(delivery, addressed)
        self._reached("send.after")
        self._surely(settle)
        self._reached("send.settled")

    def _posted(self, delivery: Delivery, addressed: tuple[str, Message]) -> Callable[[], None]:
        """Post, and return what is to be written down."""
        try:
            sent = self._house.slack.post(*addressed)
        except SlackBusy as problem:
            return partial(self._house.outbox.busy, delivery, problem.retry_after)
        except SlackSilent as problem:
            return self._unanswered(delivery, problem, alone=addressed[1].picture is not None)
        except SlackRefused as problem:
            return self._refused(delivery, problem, alone=addressed[1].picture is not None)
        settle = self._house.outbox.settle
        return partial(settle, delivery, State.SENT, channel=sent.channel, ts=sent.ts)

    def _unanswered(
        self, delivery: Delivery, problem: SlackSilent, *, alone: bool
    ) -> Callable[[], None]:
        """Return what is to be written down where Slack did not take it, or did not say so."""
        outbox = self._house.outbox
        if isinstance(problem, SlackUnreachable):
            _note("push_put_off", str(problem))
            return partial(outbox.not_brought if alone else outbox.unreachable, delivery)
        _note("push_uncertain", str(problem))
        if delivery.kind.repeatable:
            return partial(outbox.unanswered, delivery)
        return partial(outbox.settle, delivery, State.UNCERTAIN, "no_answer")

    def _refused(
        self, delivery: Delivery, problem: SlackRefused, *, alone: bool
    ) -> Callable[[], None]:
        """Return what is to be written down where Slack said no: to this one, or to our token."""
        outbox = self._house.outbox
        if isinstance(problem, TokenRefused):
            _note("token_trouble", str(problem), level=logging.ERROR)
            return partial(outbox.not_brought if alone else outbox.token_refused, delivery)
        _note("push_refused", str(problem))
        return partial(outbox.settle, delivery, State.FAILED, str(problem)[:REASON_LENGTH])

    def _surely(self, write: Callable[[], None]) -> None:
        """Write down what became of it, also where the database is away for a moment.

        After 30 seconds it is given up, and sooner where the program ends: the lease then says
        that it is uncertain.
        """
        began = time.monotonic()
        while True:
            try:
                return write()
            except StorageUnavailable as trouble:
                tried = time.monotonic() - began
                ending = self._stopped.is_set() and tried > _SURELY_AT_THE_END_SECONDS
                if ending or tried > _SURELY_SECONDS:
                    _note("not_settled", type(trouble).__name__)
                    return None
                time.sleep(_AGAIN_SECONDS)


def _note(event: str, reason: str, *, level: int = logging.WARNING) -> None:
    logger.log(level, "push", extra={"event": event, "reason": reason})
