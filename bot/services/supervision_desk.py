"""What the three sides of supervision share: the response clock, the pool, words and alerts."""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, time, timedelta

from bot.bank_holidays import bank_holidays
from bot.services.choices import choices_of
from bot.services.planning import Reached, nowhere
from bot.services.scrubbing import note_change, scrub
from domain.clock import HOME_ZONE, Clock, local_date
from domain.deliveries import Delivery, Kind
from domain.ids import new_id
from domain.people import Nation, Person, Role
from domain.policy import Sight, Thing, Viewer, shows
from domain.response_clock import Promises, ResponseClock
from domain.sessions import Mode
from domain.supervision import ENDED, Category, Request, Shared, Wishes, may_take
from domain.supervisors import Supervisor
from domain.values import dataclass
from storage import audit, outbox, outbox_about, people, programme, supervisors
from storage import supervision as store
from storage.engine import Connection, Database
from storage.supervision import Sealed
from storage.vault import CannotOpen, Place, Vault

logger = logging.getLogger(__name__)

TABLE = "supervision_requests"
ALERT_KEPT = timedelta(days=14)
"""How long something about a request may wait to be sent; it is looked at again before that."""
_AGAIN_AND_AGAIN = frozenset(
    {Kind.SUPERVISION_REMINDER, Kind.SUPERVISION_LATE, Kind.SUPERVISION_NEWS}
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A database, a vault and a clock, for everything that has to do with requests."""

    database: Database
    vault: Vault
    clock: Clock
    reached: Reached = nowhere

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction; its ends are places at which a crash is tried."""
        with self.database.write() as conn:
            yield conn
            self.reached("supervision.before_commit")
        self.reached("supervision.after_commit")

    def response_clock(self, conn: Connection, now: datetime) -> ResponseClock:
        """Return the programme's promises and hours; bank holidays are those of England and Wales.

        A supervisor's own nation counts for when they hear of it.
        """
        promises = promises_of(conn)
        year = local_date(now, HOME_ZONE).year
        return ResponseClock(promises, promises.hours(bank_holidays(Nation.ENGLAND, year)))

    def pool(self, conn: Connection, now: datetime) -> list[Supervisor]:
        """Return everyone who is a supervisor now."""
        held = store.counts_held(conn)
        found = people.people_with_role(conn, Role.SUPERVISOR)
        return [_supervisor(conn, one, held.get(one.id, 0), now) for one in found]

    def supervisor(self, conn: Connection, me: Person, now: datetime) -> Supervisor:
        """Return somebody as a supervisor."""
        return _supervisor(conn, me, store.counts_held(conn).get(me.id, 0), now)

    def late_for(self, conn: Connection, me: Person, now: datetime) -> int:
        """Return how many requests wait past their promise, of which somebody may know.

        Whoever a request would rather not have learns nothing of it, in no other role either.
        """
        if not shows(Thing.REQUEST_EXISTS, Viewer.CO_LEADS, Sight.PAST_PROMISE):
            return 0
        late = (one for one in store.waiting(conn) if one.reply_by <= now)
        return sum(self.may_know(conn, me, one) for one in late)

    def may_know(self, conn: Connection, me: Person, request: Request) -> bool:
        """Whether somebody may know that a request waits, by whom it would rather not have.

        Where its wishes cannot be opened, whoever is no supervisor may: only supervisors can be
        those whom it would rather not have.
        """
        wishes = self.readable_wishes(conn, request)
        if wishes is None:
            return me.id != request.person_id and Role.SUPERVISOR not in me.roles
        return may_take(me.id, request, wishes)

    def seal(
        self, conn: Connection, owner_id: str, request_id: str, wishes: Wishes, note: str | None
    ) -> Sealed:
        """Return the words of a request sealed for their places."""
        return Sealed(
            wishes=self.seal_wishes(conn, owner_id, request_id, wishes),
            note=self.vault.seal(conn, owner_id, _place("note", request_id), note)
            if note
            else None,
        )

    def seal_wishes(
        self, conn: Connection, owner_id: str, request_id: str, wishes: Wishes
    ) -> bytes:
        """Return the wishes of a request sealed for their place."""
        return self.vault.seal(conn, owner_id, _place("wishes", request_id), _pack(wishes))

    def wishes(self, conn: Connection, request: Request) -> Wishes | None:
        """Return what a request asks for; None of one that has ended."""
        sealed = store.sealed(conn, request.id).wishes
        if sealed is None:
            return None
        place = _place("wishes", request.id)
        return _unpack(self.vault.open(conn, request.person_id, place, sealed))

    def readable_wishes(self, conn: Connection, request: Request) -> Wishes | None:
        """Return the same for a list or a count; None also where it cannot be opened.

        One that is damaged must not shut what is shown of the others. The operator finds it in
        the log.
        """
        try:
            return self.wishes(conn, request)
        except CannotOpen:
            logger.error("supervision", extra={"event": "wishes_not_opened"})
            return None

    def note(self, conn: Connection, request: Request) -> str | None:
        """Return the note of a request."""
        sealed = store.sealed(conn, request.id).note
        if sealed is None:
            return None
        return self.vault.open(conn, request.person_id, _place("note", request.id), sealed)

    def change(self, conn: Connection, actor: Person | None, request: Request, action: str) -> None:
        """Keep a request as it is now, and write down who did what. Ended, its words are gone."""
        store.change(conn, request)
        self.done(conn, actor, request, action)
        if request.state in ENDED:
            note_change(conn, TABLE, now=self.clock())

    def done(self, conn: Connection, actor: Person | None, request: Request, action: str) -> None:
        """Write down what was done; never with words."""
        audit.write(
            conn,
            at=self.clock(),
            actor=actor.id if actor else None,
            action=action,
            kind="supervision",
            object_id=request.id,
        )

    def alert(
        self, conn: Connection, kind: Kind, request: Request, recipients: Iterable[str]
    ) -> None:
        """Plan that these people are told; each hears of it in their own hours.

        What is said again and again is not planned for whom the last of it still waits to be sent.
        """
        now = self.clock()
        wave = new_id()
        waits = outbox_about.to_hear(conn, request.id, kind) if kind in _AGAIN_AND_AGAIN else ()
        for person_id in (one for one in recipients if one not in waits):
            delivery = Delivery(
                id=new_id(),
                cause=wave,
                on_date=local_date(now, HOME_ZONE),
                recipient=person_id,
                kind=kind,
                person_id=person_id,
                subject=request.id,
                not_before=now,
                ends_at=now + ALERT_KEPT,
            )
            outbox.plan(conn, delivery, now=now)

    def tell_partner(self, conn: Connection, request: Request) -> None:
        """Plan that its person hears that there is news."""
        self.alert(conn, Kind.SUPERVISION_NEWS, request, [request.person_id])

    def scrub(self) -> None:
        """Take away old copies of words that are gone."""
        scrub(self.database, TABLE, TABLE)


def promises_of(conn: Connection) -> Promises:
    """Return what the programme promises."""
    kept = programme.supervision(conn)
    if kept is None:
        return Promises()
    values = json.loads(kept)
    for name in ("start", "end", "morning"):
        values[name] = time.fromisoformat(values[name])
    values["days"] = frozenset(values["days"])
    return Promises(**values)


def keep_promises(conn: Connection, promises: Promises, *, now: datetime) -> None:
    """Keep what the programme promises. What was promised before stays as it was said."""
    values = asdict(promises)
    for name in ("start", "end", "morning"):
        values[name] = values[name].isoformat("minutes")
    values["days"] = sorted(values["days"])
    programme.set_supervision(conn, json.dumps(values, sort_keys=True), now=now)


def takes_part(conn: Connection, request: Request) -> bool:
    """Whether the person of a request is a partner in the programme now."""
    owner = people.person(conn, request.person_id)
    return owner is not None and owner.enrolled and Role.PARTNER in owner.roles


def _supervisor(conn: Connection, person: Person, held: int, now: datetime) -> Supervisor:
    today = local_date(now, person.tz)
    away = supervisors.away(conn, person.id, since=today)
    until = choices_of(conn, person.id).paused_until
    return Supervisor(
        id=person.id,
        tz=person.tz,
        most=supervisors.most(conn, person.id),
        held=held,
        away=away,
        paused_until=until if until is not None and until > today else None,
    )


def _place(column: str, request_id: str) -> Place:
    return Place(TABLE, column, request_id)


def _pack(wishes: Wishes) -> str:
    return json.dumps(
        {
            "category": wishes.category.value,
            "mode": wishes.mode.value if wishes.mode else None,
            "when": wishes.when,
            "preferred": wishes.preferred,
            "excluded": sorted(wishes.excluded),
            "shares": sorted(wishes.shares),
            "session_id": wishes.session_id,
        }
    )


def _unpack(text: str) -> Wishes:
    kept = json.loads(text)
    return Wishes(
        category=Category(kept["category"]),
        mode=Mode(kept["mode"]) if kept["mode"] else None,
        when=kept["when"],
        preferred=kept["preferred"],
        excluded=frozenset(kept["excluded"]),
        shares=frozenset(map(Shared, kept["shares"])),
        session_id=kept["session_id"],
    )
