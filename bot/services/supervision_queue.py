"""A supervisor's side: what waits, picking it up, and what follows until it is closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time

from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.supervision_desk import Desk, takes_part
from bot.services.supervision_held import held_page, held_row
from bot.services.supervision_offer import offer
from bot.services.supervision_pages import Claimed, HeldPage, Meeting, Queue, Waiting
from bot.services.supervision_record import keep_record
from domain.clock import local_date
from domain.deliveries import Kind
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows, shows
from domain.refusals import NotValid, Refused
from domain.response_clock import ResponseClock
from domain.schedules import instant
from domain.sessions import Mode
from domain.supervision import (
    HELD,
    Level,
    Move,
    Request,
    Side,
    State,
    Wishes,
    check_booking,
    check_booking_day,
    may_take,
    moved,
    sees,
)
from domain.values import dataclass
from storage import audit, people
from storage import supervision as store
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Taking:
    """A writing transaction on a request that its supervisor has."""

    conn: Connection
    me: Person
    request: Request
    clock: ResponseClock
    now: datetime


@dataclass(frozen=True, slots=True)
class SupervisionQueue:
    """The use cases of a supervisor."""

    desk: Desk

    def queue(self, by: Account) -> Queue:
        """Return what waits for this supervisor, and what they have."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            return Queue(
                waiting=self._waiting(conn, me, now),
                held=[held_row(conn, one) for one in store.held_by(conn, me.id)],
                me=self.desk.supervisor(conn, me, now),
                zone=me.tz,
                times=choices_of(conn, me.id).times,
                now=now,
            )

    def claim(self, by: Account, request_id: str) -> Claimed:
        """Pick a request up. Of many who try together, one has it; the others learn who.

        Once more shows its page again.

        Raises:
            Refused: `not_found` for what they may not know of, `holding_enough`, or how it stands.
        """
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            request, wishes = self._known(conn, me, request_id)
            times = choices_of(conn, me.id).times
            if request.state in HELD and request.supervisor_id != me.id:
                holder = people.person(conn, request.supervisor_id or "")
                user = holder.account.user if holder else None
                return Claimed(taken_by=user, at=request.claimed_at, zone=me.tz, times=times)
            if request.state is State.OPEN:
                if wishes is None or not sees(me.id, request, wishes, now):
                    raise Refused("not_found")
                people.hold(conn, me.id)
                if not self.desk.supervisor(conn, me, now).free:
                    raise Refused("holding_enough")
            if request.state not in HELD:
                request = self._claim(conn, me, request, now)
            page = held_page(self.desk, conn, me, request, now)
            return Claimed(page=page, zone=me.tz, times=times)

    def one(self, by: Account, request_id: str) -> HeldPage:
        """Return a request that this supervisor has."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            return held_page(self.desk, conn, me, _mine(conn, me, request_id), now)

    def read_note(self, by: Account, request_id: str) -> str:
        """Return the note of a request they have, and write down for its person that it was opened.

        Raises:
            Refused: `not_found`, for what is not theirs; `no_note`.
        """
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            request = _mine(conn, me, request_id)
            check_shows(Thing.REQUEST_NOTE, Viewer.ACCEPTING, Sight.THAT_ONE)
            note = self.desk.note(conn, request)
            if note is None:
                raise Refused("no_note")
            store.note_opened(conn, request.id, me.id, now=now)
            self.desk.done(conn, me, request, "request_note_read")
            return note

    def hand_back(self, by: Account, request_id: str) -> Queue:
        """Give a request back to the pool, and return the queue."""
        with self._taking(by, request_id) as t:
            give_back(self.desk, t.conn, t.me, Side.SUPERVISOR, t.request, t.clock, t.now)
        return self.queue(by)

    def hand_over(self, by: Account, request_id: str, to_id: str) -> Queue:
        """Give a request to another supervisor, and return the queue.

        Raises:
            Refused: `cannot_take_it`: somebody who is no supervisor, is away, holds enough or whom
                its person would rather not have; it is not said which.
        """
        with self._taking(by, request_id) as t:
            people.hold(t.conn, to_id)
            page = held_page(self.desk, t.conn, t.me, t.request, t.now)
            if to_id not in {one.id for one in page.others}:
                raise Refused("cannot_take_it")
            after = replace(
                t.request,
                state=moved(t.request.state, Move.HAND_OVER, Side.SUPERVISOR),
                supervisor_id=to_id,
                claimed_at=t.now,
                booked_at=None,
                mode=None,
                looks_at=holders_look(t.request, t.clock, t.now),
            )
            self.desk.change(t.conn, t.me, after, "request_handed_over")
            self.desk.alert(t.conn, Kind.SUPERVISION_HELD, after, [to_id])
            self.desk.tell_partner(t.conn, after)
        return self.queue(by)

    def book(self, by: Account, request_id: str, on: date, at: time, mode: Mode) -> HeldPage:
        """Agree a time, by the wall clock of the supervisor. Once more agrees another.

        A time that the clocks jump over becomes the next one that there is.

        Raises:
            NotValid: `booking_past` or `booking_far`.
        """
        with self._taking(by, request_id) as t:
            check_booking_day(on, today=local_date(t.now, t.me.tz))
            booked = instant(on, at, t.me.tz)
            if booked is None:
                raise NotValid({"on_date": "booking_past"})
            check_booking(booked, now=t.now)
            after = replace(
                t.request,
                state=moved(t.request.state, Move.BOOK, Side.SUPERVISOR),
                booked_at=booked,
                mode=mode,
                looks_at=t.clock.next_morning(booked),
            )
            if after != t.request:
                self.desk.change(t.conn, t.me, after, "request_booked")
                self.desk.tell_partner(t.conn, after)
            return held_page(self.desk, t.conn, t.me, after, t.now)

    def record(self, by: Account, request_id: str, meeting: Meeting) -> HeldPage:
        """Keep the small record of a meeting, and say so to its person."""
        with self._taking(by, request_id) as t:
            after = keep_record(self.desk, t.conn, t.me, Side.SUPERVISOR, t.request, meeting, t.now)
            self.desk.tell_partner(t.conn, after)
            return held_page(self.desk, t.conn, t.me, after, t.now)

    def close(self, by: Account, request_id: str) -> Queue:
        """Close a request whose meeting is recorded: its words are gone. Return the queue."""
        with self._taking(by, request_id) as t:
            state = moved(t.request.state, Move.CLOSE, Side.SUPERVISOR)
            after = replace(t.request, state=state, ended_at=t.now, looks_at=None)
            self.desk.change(t.conn, t.me, after, "request_closed")
        return self.queue(by)

    @contextmanager
    def _taking(self, by: Account, request_id: str) -> Iterator[Taking]:
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            request = _mine(conn, me, request_id)
            yield Taking(conn, me, request, self.desk.response_clock(conn, now), now)

    def _waiting(self, conn: Connection, me: Person, now: datetime) -> list[Waiting]:
        found: list[Waiting] = []
        if not shows(Thing.REQUEST_PURPOSE, Viewer.SUPERVISORS, Sight.WITHOUT_NAME):
            return found
        for request in store.waiting(conn):
            # Of one that cannot be opened nobody can tell whom it would rather not have.
            wishes = self.desk.readable_wishes(conn, request)
            if wishes is not None and sees(me.id, request, wishes, now):
                wished = wishes.preferred == me.id
                found.append(Waiting(request=request, category=wishes.category, wished=wished))
        return found

    def _known(
        self, conn: Connection, me: Person, request_id: str
    ) -> tuple[Request, Wishes | None]:
        """Return a request that this supervisor may know of.

        Raises:
            Refused: `not_found`; or that it was withdrawn or closed, which tells nothing more.
        """
        request = store.one(conn, request_id)
        if request is None or not takes_part(conn, request):
            raise Refused("not_found")
        wishes = self.desk.wishes(conn, request)
        if wishes is not None and not may_take(me.id, request, wishes):
            raise Refused("not_found")
        return request, wishes

    def _claim(self, conn: Connection, me: Person, request: Request, now: datetime) -> Request:
        clock = self.desk.response_clock(conn, now)
        after = replace(
            request,
            state=moved(request.state, Move.CLAIM, Side.SUPERVISOR),
            supervisor_id=me.id,
            claimed_at=now,
            nobody_since=None,
            looks_at=holders_look(request, clock, now),
        )
        self.desk.change(conn, me, after, "request_claimed")
        self.desk.tell_partner(conn, after)
        return after


def give_back(
    desk: Desk,
    conn: Connection,
    me: Person | None,
    side: Side,
    request: Request,
    clock: ResponseClock,
    now: datetime,
) -> None:
    """Put a request back into the pool, and tell everyone who can take it.

    What was promised stays as it was said, unless it is over: then its clock begins again.
    """
    over = request.reply_by <= now
    after = replace(
        request,
        state=moved(request.state, Move.HAND_BACK, side),
        supervisor_id=None,
        claimed_at=None,
        booked_at=None,
        mode=None,
        first_until=None,
        handed_back_at=now,
        waits_since=now if over else request.waits_since,
        reply_by=clock.reply_by(request.level, now) if over else request.reply_by,
    )
    # First of all they hold one less, and may be the one who can take it.
    store.change(conn, after)
    offer(desk, conn, me, after, clock, "request_handed_back", but=request.supervisor_id)
    desk.tell_partner(conn, after)


def holders_look(request: Request, clock: ResponseClock, now: datetime) -> datetime:
    """Return when whoever picked it up is asked whether there is a time yet."""
    days = 1 if request.level is Level.TODAY else 2
    return clock.hours.after(now, days * clock.hours.day)


def _mine(conn: Connection, me: Person, request_id: str) -> Request:
    """Return a request that this supervisor has.

    Raises:
        Refused: How it stands, where they had it; `request_given`, where they gave it away, as who
            presses twice did; else `not_found`.
    """
    request = store.one(conn, request_id)
    if request is None or request.supervisor_id != me.id:
        given = request is not None and _gave_away(conn, me, request)
        raise Refused("request_given" if given else "not_found")
    if request.state not in HELD:
        raise Refused(f"request_{request.state}")
    return request


def _gave_away(conn: Connection, me: Person, request: Request) -> bool:
    done = ((actor, action) for _, actor, action, *_ in audit.about(conn, request.id))
    return any(actor == me.id and action in _GIVING for actor, action in done)


_GIVING = frozenset({"request_handed_back", "request_handed_over"})
