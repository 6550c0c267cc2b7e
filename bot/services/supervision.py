"""Asking for supervision: what the person whose request it is does, and sees of it.

The request, its audit line and the alerts that tell supervisors are one transaction. So whoever
reads that it was sent will be heard.
"""

from dataclasses import replace

from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.supervision_desk import Desk, promises_of
from bot.services.supervision_draft import new_request, session_of, timed, wishes_of
from bot.services.supervision_pages import (
    Asked,
    BeforeAsking,
    Draft,
    Meeting,
    Mine,
    Opening,
    RequestPage,
)
from bot.services.supervision_record import keep_record, open_next_step, seal_next_step
from bot.services.supervision_tally import tally_of
from domain import policy
from domain.clock import local_date
from domain.deliveries import Kind
from domain.identifiers import kinds_in
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows, shows
from domain.refusals import Refused
from domain.supervision import (
    ENDED,
    MOST_OPEN,
    Chance,
    Level,
    Move,
    Nobody,
    Request,
    Side,
    State,
    can,
    chance_of,
    check_ask,
    moved,
    sees,
)
from domain.values import dataclass
from storage import idempotency, people, supervision_records
from storage import supervision as store
from storage.engine import Connection

REQUESTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Supervision:
    """The use cases of a partner."""

    desk: Desk

    def before_asking(self, by: Account, session_id: str | None = None) -> BeforeAsking:
        """Return what is said before sending; with one of their sessions, where they come from."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            check_shows(Thing.PROMISES, Viewer.PARTNERS, Sight.YES)
            clock = self.desk.response_clock(conn, now)
            session = session_of(conn, me, session_id)
            return BeforeAsking(
                now=now,
                opens_at=clock.hours.next_open(now),
                replies={level: clock.reply_by(level, now) for level in Level},
                promises=clock.promises,
                zone=me.tz,
                times=choices_of(conn, me.id).times,
                session_id=session_id if session else None,
                session=session,
            )

    def ask(self, by: Account, draft: Draft, *, form: str, confirmed: bool, even_so: bool) -> Asked:
        """Send a request. The same form once more gets the answer of the first.

        Args:
            by: Who asks.
            draft: What they filled in.
            form: The form instance.
            confirmed: They have seen that the words may say who somebody is.
            even_so: They have seen that nobody can take it now. Where nobody ever could, it is not
                sent all the same.

        Raises:
            NotValid: By `domain.supervision`, or `not_a_supervisor` or `not_supervisors`.
            Refused: `requests_enough`, five being under way.
        """
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            earlier = idempotency.known(conn, form, me.id)
            if earlier is not None:
                return Asked(page=self._page(conn, me, _own(conn, me, earlier)))
            wishes = wishes_of(conn, me, draft)
            check_ask(wishes, draft.note)
            identifiers = kinds_in(" \n ".join(t for t in (draft.note, draft.when) if t))
            if identifiers and not confirmed:
                return Asked(identifiers=identifiers)
            clock = self.desk.response_clock(conn, now)
            request = new_request(me, draft.level, clock, now)
            pool = self.desk.pool(conn, now)
            chance = chance_of(pool, request, wishes, now)
            request = timed(request, wishes, chance, clock, now)
            if chance.nobody is Nobody.NO_ONE or (chance.nobody and not even_so):
                return Asked(chance=_shown(chance), reply_by=request.reply_by)
            # The same form may have come twice at the same moment: the second waited here.
            earlier = idempotency.once(conn, form, me.id, now=now, result=request.id)
            if earlier is not None:
                return Asked(page=self._page(conn, me, _own(conn, me, earlier)))
            people.hold(conn, me.id)
            if len(_under_way(conn, me)) >= MOST_OPEN:
                raise Refused("requests_enough")
            sealed = self.desk.seal(conn, me.id, request.id, wishes, draft.note)
            store.add(conn, replace(request, has_note=draft.note is not None), sealed)
            self.desk.done(conn, me, request, "request_sent")
            told = [one.id for one in chance.able if sees(one.id, request, wishes, now)]
            self.desk.alert(conn, Kind.SUPERVISION_ALERT, request, told)
            return Asked(page=self._page(conn, me, _own(conn, me, request.id)))

    def mine(self, by: Account) -> Mine:
        """Return the person's own requests and tally."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            return Mine(
                requests=store.of_person(conn, me.id, size=REQUESTS_SHOWN),
                tally=tally_of(conn, me, promises_of(conn)),
                zone=me.tz,
                times=choices_of(conn, me.id).times,
                today=local_date(now, me.tz),
            )

    def one(self, by: Account, request_id: str) -> RequestPage:
        """Return one of the person's own requests as it truly stands."""
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            return self._page(conn, me, _own(conn, me, request_id))

    def own_note(self, by: Account, request_id: str) -> str:
        """Return what the person wrote with a request, as long as it has not ended.

        Raises:
            Refused: `not_found`; `no_note`.
        """
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            note = self.desk.note(conn, _own(conn, me, request_id))
            if note is None:
                raise Refused("no_note")
            return note

    def withdraw(self, by: Account, request_id: str) -> RequestPage:
        """Take a request back: its note and its wishes are gone. Once more changes nothing.

        Raises:
            Refused: Its meeting is recorded, or it has ended otherwise.
        """
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            before = _own(conn, me, request_id)
            if before.state is State.WITHDRAWN:
                return self._page(conn, me, before)
            state = moved(before.state, Move.WITHDRAW, Side.PARTNER)
            after = replace(before, state=state, ended_at=now, looks_at=None, left_at=None)
            self.desk.change(conn, me, after, "request_withdrawn")
            if before.supervisor_id is not None:
                self.desk.alert(conn, Kind.SUPERVISION_HELD, after, [before.supervisor_id])
            return self._page(conn, me, _own(conn, me, request_id))

    def say_done(
        self,
        by: Account,
        request_id: str,
        meeting: Meeting | None,
        next_step: str | None,
        *,
        confirmed: bool,
    ) -> Asked:
        """Say that it is done: record the meeting where it is not yet, and close.

        Saying it once more changes the next step, the person's own words. With identifiers in
        them that are not `confirmed`, nothing is kept.

        Raises:
            NotValid: By `domain.supervision`.
            Refused: Nobody had picked it up, or it was withdrawn.
        """
        identifiers = kinds_in(next_step or "")
        if identifiers and not confirmed:
            return Asked(identifiers=identifiers)
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.ASK_SUPERVISION)
            request = _own(conn, me, request_id)
            if meeting is not None and can(request.state, Move.MEET, Side.PARTNER):
                request = keep_record(self.desk, conn, me, Side.PARTNER, request, meeting, now)
            if request.state is not State.CLOSED:
                state = moved(request.state, Move.CLOSE, Side.PARTNER)
                request = replace(request, state=state, ended_at=now, looks_at=None)
                self.desk.change(conn, me, request, "request_closed")
            seal_next_step(self.desk, conn, request, next_step, now)
            return Asked(page=self._page(conn, me, _own(conn, me, request_id)))

    def _page(self, conn: Connection, me: Person, request: Request) -> RequestPage:
        now = self.desk.clock()
        chance = None
        if request.state is State.OPEN:
            wishes = self.desk.wishes(conn, request)
            assert wishes is not None, "an open request has its wishes"
            chance = _shown(chance_of(self.desk.pool(conn, now), request, wishes, now))
        return RequestPage(
            request=request,
            zone=me.tz,
            times=choices_of(conn, me.id).times,
            now=now,
            supervisor=_account(conn, request.supervisor_id),
            chance=chance,
            record=supervision_records.one(conn, request.id),
            next_step=open_next_step(self.desk, conn, request),
            openings=_openings(conn, request),
        )


def _own(conn: Connection, me: Person, request_id: str) -> Request:
    """Return the request if it is theirs.

    Raises:
        Refused: `not_found`, for one that is not there and for somebody else's alike.
    """
    request = store.one(conn, request_id)
    if request is None:
        raise Refused("not_found")
    policy.check(Act.ASK_SUPERVISION, me, owner_id=request.person_id)
    return request


def _shown(chance: Chance) -> Chance:
    """Return what its person may know of when a supervisor is back; never which of them."""
    told = shows(Thing.TIME_OFF, Viewer.PARTNERS, Sight.WITHOUT_NAME)
    return chance if told else replace(chance, back_at=None)


def _under_way(conn: Connection, me: Person) -> list[Request]:
    """Return their requests that have not ended; they cannot have many."""
    newest = store.of_person(conn, me.id, size=100)
    return [one for one in newest if one.state not in ENDED]


def _account(conn: Connection, person_id: str | None) -> str | None:
    person = people.person(conn, person_id) if person_id else None
    return person.account.user if person else None


def _openings(conn: Connection, request: Request) -> tuple[Opening, ...]:
    """Return who opened the note and when, the latest first; None for who is not known any more."""
    return tuple(
        Opening(_account(conn, reader), at) for reader, at in store.openings(conn, request.id)
    )
