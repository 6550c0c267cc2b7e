"""The road out, as the sender walks it: claim, send, settle. Nothing here calls Slack."""

from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta

from bot.services.planning import Reached, nowhere
from domain.clock import Clock
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.values import dataclass
from storage import outbox as store
from storage import outbox_figures, pace, people, programme
from storage.engine import Connection, Database
from storage.outbox_figures import Waiting

POST = "chat.postMessage"
UNREACHABLE_FOR = timedelta(seconds=5)
NOT_BROUGHT_FOR = timedelta(minutes=1)
BROKEN_FOR = timedelta(minutes=1)
TOKEN_REFUSED_FOR = timedelta(minutes=1)
UNANSWERED_FOR = (
    timedelta(seconds=5),
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=15),
    timedelta(hours=1),
)
"""How long what is repeatable waits after its first answer that was lost, its second and so on."""
SOON = timedelta(minutes=1)
"""What is due by then is come back for at its time, and not at the next tick."""
SAME_RECIPIENT = timedelta(seconds=1)
"""Slack takes about one message a second in one place."""

Settled = Callable[[Kind, State], None]


def to_nobody(kind: Kind, state: State) -> None:
    """Count nothing."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What to send now, and when to ask again where something waits for leave to call.

    The pace of all leaves no room, something was said in the same place just now, or something is
    due soon, such as what had no answer a moment ago.
    """

    deliveries: tuple[Delivery, ...]
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of one process, known by an id that is made when it starts."""

    database: Database
    clock: Clock
    reached: Reached = nowhere
    between: timedelta = pace.BETWEEN
    settled: Settled = to_nobody
    by: str = field(default_factory=new_id)

    def claim(self, size: int) -> Claimed:
        """Take some of what is due, no more than the pace allows, and none twice in one place.

        Whoever claims holds the row of the pace: from there on it is one process at a time.
        """
        now = self.clock()
        with self.database.write() as conn:
            next_at = store.next_due(conn)
            if next_at is None or next_at > now:
                soon = next_at is not None and next_at <= now + SOON
                return Claimed((), next_at if soon else None)
            leave = pace.room(conn, POST, now=now, wanted=size, between=self.between)
            if not leave.calls:
                return Claimed((), leave.again_at)
            told = store.told_since(conn, now - SAME_RECIPIENT, now=now)
            found = store.claim(conn, self.by, now=now, size=leave.calls)
            first: dict[str, Delivery] = {}
            again_at: datetime | None = None
            fence = programme.not_before(conn)
            for delivery in found:
                old = fence is not None and delivery.not_before < fence
                if old and not delivery.kind.repeatable:
                    # A backup was put back since: it may have been sent before.
                    self._left_out(conn, delivery, now)
                    continue
                there = delivery.recipient
                if there in told or first.setdefault(there, delivery) is not delivery:
                    again_at = now + SAME_RECIPIENT
                    store.put_back(conn, delivery.id, self.by, not_before=again_at)
            if first:
                pace.spend(conn, POST, now=now, calls=len(first), between=self.between)
            self.reached("claim.before_commit")
        self.reached("claim.after_commit")
        return Claimed(tuple(first.values()), again_at)

    def address(self, delivery: Delivery) -> str:
        """Return where Slack is to bring it: a channel's id, or the account of a person."""
        if delivery.person_id is None:
            return delivery.recipient
        with self.database.read() as conn:
            person = people.person(conn, delivery.person_id)
        return person.account.user if person is not None else ""

    def may_send(self, delivery: Delivery) -> bool:
        """Whether it may go now, looked at last of all; if not, it waits again.

        This process may have stood still since it was claimed, or Slack been busy for another.
        """
        now = self.clock()
        with self.database.read() as conn:
            held = store.holds(conn, delivery.id, self.by, now=now)
            if held and not pace.closed(conn, POST, now=now):
                return True
        self.wait(delivery, delivery.not_before)
        return False

    def settle(
        self,
        delivery: Delivery,
        state: State,
        reason: str | None = None,
        *,
        channel: str | None = None,
        ts: str | None = None,
    ) -> None:
        """Write down how a delivery ended."""
        with self.database.write() as conn:
            mine = store.settle(
                conn,
                delivery.id,
                self.by,
                state,
                now=self.clock(),
                reason=reason,
                channel=channel,
                ts=ts,
            )
            self.reached("settle.before_commit")
        self.reached("settle.after_commit")
        if mine:
            self.settled(delivery.kind, state)

    def wait(self, delivery: Delivery, until: datetime) -> None:
        """Let it wait; it was not tried."""
        with self.database.write() as conn:
            store.put_back(conn, delivery.id, self.by, not_before=until)

    def busy(self, delivery: Delivery, retry_after: float) -> None:
        """Let it wait, and nobody call before Slack wants to be called, here or elsewhere."""
        self._closed(delivery, timedelta(seconds=retry_after))

    def unreachable(self, delivery: Delivery) -> None:
        """Let it wait until Slack can be reached: it surely was not sent."""
        self._closed(delivery, UNREACHABLE_FOR)

    def token_refused(self, delivery: Delivery) -> None:
        """Let everything wait a minute: Slack takes nothing from us until the token is mended.

        What has had its time by then is late, as after any other stop.
        """
        self._closed(delivery, TOKEN_REFUSED_FOR)

    def not_brought(self, delivery: Delivery) -> None:
        """Let it alone wait: what it brings could not be handed over, and nothing of it was said.

        Files go to another address than messages do, and need a leave of their own. While they
        cannot be handed over, messages still can.
        """
        self.wait(delivery, self.clock() + NOT_BROUGHT_FOR)

    def unanswered(self, delivery: Delivery) -> None:
        """Let what is repeatable wait, alone, a little longer each time: it may be there already.

        Others go meanwhile. After so many tries nobody knows, and it is not said once more. Whoever
        looks after what it is about reminds of it.
        """
        if delivery.tries >= delivery.kind.most_tries:
            self.settle(delivery, State.UNCERTAIN, "never_answered")
            return
        self._tried(delivery, UNANSWERED_FOR[min(delivery.tries, len(UNANSWERED_FOR)) - 1])

    def broke(self, delivery: Delivery) -> None:
        """Let it wait after a fault of our own; after so many tries, let it go."""
        if delivery.tries >= delivery.kind.most_tries:
            self.settle(delivery, State.FAILED, "broken")
            return
        self._tried(delivery, BROKEN_FOR)

    def expire(self) -> list[Delivery]:
        """Settle what processes that are gone had under way."""
        with self.database.write() as conn:
            found = store.expired(conn, now=self.clock())
        for delivery in found:
            if not delivery.kind.repeatable:
                self.settled(delivery.kind, State.UNCERTAIN)
        return found

    def waiting(self) -> Waiting:
        """Return how much is due and not sent, and since when."""
        with self.database.read() as conn:
            return outbox_figures.waiting(conn, now=self.clock())

    def outcomes(self, since: datetime) -> list[tuple[Kind, State, str | None, int]]:
        """Return how many deliveries ended how since then."""
        with self.database.read() as conn:
            return outbox_figures.outcomes(conn, since=since)

    def _left_out(self, conn: Connection, delivery: Delivery, now: datetime) -> None:
        store.settle(conn, delivery.id, self.by, State.SKIPPED, now=now, reason="restored")
        self.settled(delivery.kind, State.SKIPPED)

    def _tried(self, delivery: Delivery, wait: timedelta) -> None:
        with self.database.write() as conn:
            until = self.clock() + wait
            store.put_back(conn, delivery.id, self.by, not_before=until, tried=True)

    def _closed(self, delivery: Delivery, wait: timedelta) -> None:
        now = self.clock()
        with self.database.write() as conn:
            store.put_back(conn, delivery.id, self.by, not_before=delivery.not_before)
            pace.close(conn, POST, now=now, until=now + wait)
