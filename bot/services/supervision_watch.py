"""The clock's side of supervision: nothing that waits is forgotten.

Every request that has not ended is looked at again. Each look is one transaction: killed half-way,
it is due still. What it plans goes out on the one road.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.services.reach import Skip, Wait, may_reach
from bot.services.supervision_desk import Desk, takes_part
from bot.services.supervision_offer import offer
from bot.services.supervision_queue import give_back, holders_look
from domain.deliveries import Delivery, Kind
from domain.deliveries import State as Sent
from domain.people import Role
from domain.refusals import StorageUnavailable
from domain.response_clock import ResponseClock
from domain.supervision import (
    HELD,
    KEPT_FOR_THE_AWAY,
    Move,
    Request,
    Side,
    State,
    moved,
    sees,
)
from domain.values import dataclass
from storage import outbox_about, people
from storage import supervision as store
from storage.engine import Connection

logger = logging.getLogger(__name__)

BROKEN_FOR = timedelta(minutes=15)
UNHEARD_AFTER = timedelta(minutes=10)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Told:
    """That there is something to tell; nothing of it is in what is pushed."""

    kind: Kind
    request_id: str


@dataclass(frozen=True, slots=True)
class SupervisionWatch:
    """Looks after requests, and prepares what is sent about them."""

    desk: Desk

    def look(self) -> None:
        """Look at what is due, one after the other. One that breaks waits; the others go on."""
        now = self.desk.clock()
        seen: set[str] = set()
        while True:
            with self.desk.database.read() as conn:
                found = set(store.to_look_at(conn, now=now, size=AT_ONCE)) - seen
            for request_id in sorted(found):
                self._one(request_id, now)
            seen |= found
            if len(found) < AT_ONCE:
                return

    def prepare(self, delivery: Delivery) -> Told | Skip | Wait:
        """Look at everything again at the moment of sending."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            request = store.one(conn, delivery.subject or "")
            still = (
                _went_with_its_person(conn, delivery)
                if request is None
                else self._still(conn, delivery, request, now)
            )
            if not still:
                return Skip("closed")
            reached = may_reach(conn, delivery, now=now)
            if isinstance(reached, Skip | Wait):
                return reached
            return Told(delivery.kind, delivery.subject or "")

    def unheard(self) -> int:
        """Return how many requests wait of which nobody could be told; for the operator.

        What was said before it was handed back does not count: it waits anew.
        """
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            return sum(self._is_unheard(conn, one, now) for one in store.waiting(conn))

    def _one(self, request_id: str, now: datetime) -> None:
        """Look at one, in a transaction of its own, if it is still to be looked at."""
        try:
            with self.desk.writing() as conn:
                request = store.one(conn, request_id)
                if request is not None and _to_look_at(conn, request, now):
                    self._look_at(conn, request, now)
        except StorageUnavailable:
            raise
        except Exception as surprise:  # noqa: BLE001 - one that breaks must not stop the others
            kind = type(surprise).__name__
            logger.error("look", extra={"event": "look_broke", "error_type": kind})
            with self.desk.database.write() as conn:
                store.put_off(conn, request_id, now + BROKEN_FOR)

    def _look_at(self, conn: Connection, request: Request, now: datetime) -> None:
        clock = self.desk.response_clock(conn, now)
        if request.state is State.MET:
            state = moved(request.state, Move.CLOSE, Side.PROGRAM)
            ended = replace(request, state=state, ended_at=now, looks_at=None)
            self.desk.change(conn, None, ended, "request_closed")
        elif request.state in HELD and not _is_supervisor(conn, request.supervisor_id):
            give_back(self.desk, conn, None, Side.PROGRAM, request, clock, now)
        elif not takes_part(conn, request):
            self._left(conn, request, clock, now)
        elif request.state is State.OPEN:
            self._waits(conn, replace(request, left_at=None), clock, now)
        else:
            self._held(conn, replace(request, left_at=None), clock, now)

    def _left(
        self, conn: Connection, request: Request, clock: ResponseClock, now: datetime
    ) -> None:
        """Keep a request for somebody who may come back; after 30 days it is withdrawn."""
        since = request.left_at or now
        if now >= since + KEPT_FOR_THE_AWAY:
            state = moved(request.state, Move.WITHDRAW, Side.PROGRAM)
            ended = replace(request, state=state, ended_at=now, looks_at=None)
            self.desk.change(conn, None, ended, "request_withdrawn")
            if request.supervisor_id is not None:
                self.desk.alert(conn, Kind.SUPERVISION_HELD, ended, [request.supervisor_id])
            return
        waits = replace(request, left_at=since, looks_at=clock.next_morning(now))
        store.change(conn, waits)
        if request.left_at is None:
            self.desk.done(conn, None, waits, "request_person_left")

    def _waits(
        self, conn: Connection, request: Request, clock: ResponseClock, now: datetime
    ) -> None:
        """Remind those who can take it; past its promise, tell co-leads that one waits."""
        kind = Kind.SUPERVISION_REMINDER
        chance = offer(self.desk, conn, None, request, clock, "request_reminded", kind=kind)
        if now >= request.reply_by and _leads_hear(conn, request, clock, now):
            leads = people.people_with_role(conn, Role.CO_LEAD)
            self.desk.alert(conn, Kind.SUPERVISION_LATE, request, [one.id for one in leads])
        if chance.nobody is not None and request.nobody_since is None:
            self.desk.tell_partner(conn, request)

    def _held(
        self, conn: Connection, request: Request, clock: ResponseClock, now: datetime
    ) -> None:
        """Ask whoever has it whether there is a time yet, or how it went."""
        after = replace(request, looks_at=holders_look(request, clock, now))
        self.desk.change(conn, None, after, "request_asked_after")
        self.desk.alert(conn, Kind.SUPERVISION_HELD, after, [request.supervisor_id or ""])

    def _still(self, conn: Connection, delivery: Delivery, request: Request, now: datetime) -> bool:
        """Whether what was planned is so still, for this recipient."""
        me = delivery.person_id or ""
        if delivery.kind is Kind.SUPERVISION_NEWS:
            return request.person_id == me
        if delivery.kind is Kind.SUPERVISION_HELD:
            changed = request.state in HELD - {State.MET} or request.state is State.WITHDRAWN
            return request.supervisor_id == me and changed and _is_supervisor(conn, me)
        if request.state is not State.OPEN or not takes_part(conn, request):
            return False
        person = people.person(conn, me)
        if person is None:
            return False
        if delivery.kind is Kind.SUPERVISION_LATE:
            known = Role.CO_LEAD in person.roles and self.desk.may_know(conn, person, request)
            return known and now >= request.reply_by
        wishes = self.desk.readable_wishes(conn, request)
        if wishes is None:
            return False
        since = request.handed_back_at or request.sent_at
        if delivery.kind is Kind.SUPERVISION_ALERT and outbox_about.hears(
            conn, request.id, Kind.SUPERVISION_REMINDER, me, since=since
        ):
            return False  # one of the two is enough
        supervisor = self.desk.supervisor(conn, person, now)
        able = supervisor.there(now) and supervisor.free
        return _is_supervisor(conn, me) and able and sees(me, request, wishes, now)

    def _is_unheard(self, conn: Connection, request: Request, now: datetime) -> bool:
        since = request.handed_back_at or request.sent_at
        states = outbox_about.alerts_about(conn, request.id, since=since)
        tried = {Sent.FAILED, Sent.UNCERTAIN, Sent.PENDING} & set(states)
        old = now - since > UNHEARD_AFTER
        return old and bool(tried) and Sent.SENT not in states


def _to_look_at(conn: Connection, request: Request, now: datetime) -> bool:
    if request.looks_at is not None and request.looks_at <= now:
        return True
    stray = request.state in HELD - {State.MET}
    return stray and not _is_supervisor(conn, request.supervisor_id)


def _leads_hear(conn: Connection, request: Request, clock: ResponseClock, now: datetime) -> bool:
    """Whether co-leads hear of one past its promise: at once, then once each working morning.

    Where nobody can take it, it is looked at more often than that.
    """
    last = outbox_about.last_about(
        conn, request.id, Kind.SUPERVISION_LATE, since=request.waits_since
    )
    return last is None or now >= clock.morning_after(last)


def _went_with_its_person(conn: Connection, delivery: Delivery) -> bool:
    """Whether a supervisor hears that a request is gone: its person had everything deleted."""
    return delivery.kind is Kind.SUPERVISION_HELD and _is_supervisor(conn, delivery.person_id)


def _is_supervisor(conn: Connection, person_id: str | None) -> bool:
    person = people.person(conn, person_id) if person_id else None
    return person is not None and person.enrolled and Role.SUPERVISOR in person.roles
