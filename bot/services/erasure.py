"""Everything about somebody is deleted, and stays deleted.

What is asked for is written down first; then their mark is put on the list outside the database;
then their rows and their key go, in one transaction; then the old copies that the database keeps.
Each step may be done again. A process that dies between two of them leaves the rest to the next
tick, or to the next start.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime

from bot.services import farewells as partings
from bot.services.farewells import FAREWELLS, Farewell
from bot.services.gate import admit
from bot.services.planning import Reached, nowhere
from bot.services.supervision_desk import Desk
from domain.clock import Clock
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.policy import Act
from domain.refusals import Refused
from domain.retention import OnErasure, Register
from domain.values import dataclass
from storage import audit, erasing, people
from storage import erasures as store
from storage.engine import Connection, Database
from storage.ledger import Ledger
from storage.vault import Vault

logger = logging.getLogger(__name__)

PAY = "kept_pay"
_TRIES = 20
_BETWEEN_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How much of one kind there is. `stays` says in words what stays of it and why."""

    name: str
    title: str
    count: int
    stays: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be deleted, kind by kind; of `paid` sessions the facts of pay would stay."""

    held: tuple[Held, ...]
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of it. `counts` are rows by table, without names.

    Once it is `gone`, nobody can read it any more. It has `ended` when the old copies that the
    database itself keeps are gone as well.
    """

    id: str
    asked_at: datetime
    gone: bool
    ended: bool
    counts: Mapping[str, int]

    @property
    def pay_facts(self) -> int:
        """How many paid sessions stay, without the person."""
        return self.counts.get(PAY, 0)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erasure, given a database, a vault, a clock, the reviewed file and the list outside."""

    database: Database
    vault: Vault
    clock: Clock
    register: Register
    ledger: Ledger | None
    farewells: tuple[Farewell, ...] = FAREWELLS
    reached: Reached = nowhere

    def preview(self, by: Account) -> Preview:
        """Return what is held of the person, as it would be deleted. Nothing is changed."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.ERASE_MY_DATA)
            found = erasing.counts(conn, self.register, me.id)
            return Preview(held=self._held(found), paid=erasing.paid_count(conn, me.id))

    def erase(self, by: Account, *, form: str) -> Receipt:
        """Delete everything about the person; whoever calls this has made sure that they mean it.

        Args:
            by: Who asks.
            form: The form instance; a second submission gets the receipt of the first.

        Raises:
            Refused: `last_co_lead`: nobody could run the programme.
            LedgerUnavailable: Nothing was deleted yet; it is when the list can be written again.
        """
        self.ask(by, form=form)
        return self.go_on(form)

    def ask(self, by: Account, *, form: str) -> None:
        """Write down that everything about the person is to be deleted; from here it will be.

        Raises:
            Refused: `last_co_lead`: nobody could run the programme.
        """
        with self.database.write() as conn:
            if store.one(conn, form) is None:
                me = admit(conn, by, Act.ERASE_MY_DATA)
                _not_the_last(conn, me)
                now = self.clock()
                store.ask(conn, form, me.id, now=now)
                _asked(conn, me.id, me.id, now)

    def go_on(self, form: str) -> Receipt:
        """Do what is left of a deletion that was asked for, and return how far it came.

        Raises:
            LedgerUnavailable: Nothing was deleted yet; it is when the list can be written again.
        """
        self._finish(form)
        return self.receipt(form)

    def receipt(self, form: str) -> Receipt:
        """Return how far a deletion came."""
        with self.database.read() as conn:
            found = store.one(conn, form)
        if found is None:
            raise Refused("not_found")
        return Receipt(
            id=found.id,
            asked_at=found.asked_at,
            gone=found.gone_at is not None,
            ended=found.done_at is not None,
            counts=found.counts,
        )

    def finish(self) -> int:
        """Go on with whatever was begun; return how many have ended now."""
        with self.database.read() as conn:
            under_way = [one.id for one in store.under_way(conn)]
        return sum(self._finish(one) for one in under_way)

    def replay(self) -> int:
        """Delete again whoever is on the list and in the database; return how many that were.

        An old backup has brought them back. Nothing else may run before this.
        """
        if self.ledger is None:
            return 0
        self.ledger.rewrap()
        with self.database.read() as conn:
            back = self.ledger.those_gone(erasing.everybody(conn))
        now = self.clock()
        for person_id in back:
            with self.database.write() as conn:
                if not store.asked_for(conn, person_id):
                    store.ask(conn, new_id(), person_id, now=now)
                    _asked(conn, None, person_id, now)
        self.finish()
        return len(back)

    def _finish(self, erasure_id: str) -> bool:
        """Do what is left of one; False where old copies cannot be taken away at this moment."""
        with self.database.read() as conn:
            job = store.one(conn, erasure_id)
        if job is None or job.done_at is not None or job.person_id is None:
            return job is not None
        self.reached("erasure.asked")
        assert self.ledger is not None, "without the list nothing is deleted"
        self.ledger.add(job.person_id, at=job.asked_at)
        self.reached("erasure.in_ledger")
        if job.gone_at is None:
            self._remove(job.id, job.person_id)
        self.reached("erasure.gone")
        if not self._scrub():
            return False
        self.reached("erasure.scrubbed")
        with self.database.write() as conn:
            if store.done(conn, job.id, now=self.clock()):
                logger.info("erasure", extra={"event": "erasure_ended"})
        return True

    def _remove(self, erasure_id: str, person_id: str) -> None:
        now = self.clock()
        period = self.register.entries[PAY].period
        assert period is not None, "a test holds that pay facts have one"
        with self.database.write() as conn:
            partings.hold(conn, person_id)
            account = erasing.hold(conn, person_id)
            me = people.person(conn, person_id)
            counts: Mapping[str, int] = {}
            if account is not None and me is not None:
                desk = Desk(self.database, self.vault, self.clock)
                for farewell in self.farewells:
                    farewell(conn, desk, me, now)
                counts = erasing.remove(
                    conn,
                    self.register,
                    person_id,
                    account,
                    pay_since=period.before(now).date(),
                    now=now,
                )
                _gone(conn, person_id, now)
            store.gone(conn, erasure_id, counts, now=now)
            self.reached("erasure.before_commit")

    def _scrub(self) -> bool:
        """Take away old copies, which whoever reads or writes just now may keep us from."""
        tables = [
            entry.table
            for entry in self.register.tables
            if entry.erasure in {OnErasure.DELETED, OnErasure.FREED}
        ]
        for _ in range(_TRIES):
            if self.database.scrub(*tables):
                return True
            time.sleep(_BETWEEN_SECONDS)
        logger.warning("erasure", extra={"event": "scrub_put_off"})
        return False

    def _held(self, found: Mapping[str, int]) -> tuple[Held, ...]:
        entries = self.register.entries
        return tuple(
            Held(
                name=name,
                title=entries[name].yours.title,
                count=count,
                stays=entries[name].yours.erasure_because,
            )
            for name, count in found.items()
        )


def _not_the_last(conn: Connection, me: Person) -> None:
    """Refuse the last co-lead: nobody could let anybody in, or run anything, after them."""
    if people.co_leads_count(conn) <= 1 and Role.CO_LEAD in me.roles:
        raise Refused("last_co_lead")


def _asked(conn: Connection, actor: str | None, person_id: str, now: datetime) -> None:
    audit.write(
        conn, at=now, actor=actor, action="erasure_asked", kind="person", object_id=person_id
    )


def _gone(conn: Connection, person_id: str, now: datetime) -> None:
    audit.write(conn, at=now, actor=None, action="erased", kind="person", object_id=person_id)
