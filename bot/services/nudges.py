"""A person's own nudge: their words to themselves, at a time they chose. One a person."""

from dataclasses import replace
from datetime import date, datetime

from bot.services import rhythms
from bot.services.choices import choices_of
from bot.services.gate import admit
from bot.services.landing import after_landing
from bot.services.peace import in_peace
from bot.services.reach import Skip, Wait, may_reach
from domain.clock import Clock, local_date
from domain.deliveries import Delivery, left_behind
from domain.identifiers import kinds_in
from domain.journal import NUDGE_WAITS, check_nudge
from domain.people import Account, Person
from domain.policy import Act, allows
from domain.preferences import check_rhythm
from domain.schedules import Cadence, Rhythm, What, instant
from domain.values import dataclass
from storage import audit, schedules
from storage import nudges as store
from storage.engine import Connection, Database
from storage.idempotency import once
from storage.vault import Place, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNudge:
    """Someone's nudge; `text` is None where they have none.

    `kept` where there is one. `under_way` where something was on its way to them and did not land
    in time.
    """

    text: str | None
    rhythm: Rhythm
    kept: bool = False
    under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNudge:
    """What became of it: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email` or `phone`.
    """

    nudge: OwnNudge | None
    asks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NudgeToSend:
    """That a nudge comes now. What it says is not in it."""


@dataclass(frozen=True, slots=True)
class Nudges:
    """The use cases, given a database, a vault and a clock."""

    database: Database
    vault: Vault
    clock: Clock

    def mine(self, by: Account) -> OwnNudge:
        """Return the person's own nudge with its words."""
        with self.database.read() as conn:
            return self._nudge(conn, admit(conn, by, Act.REFLECT))

    def save(
        self, by: Account, text: str, wanted: Rhythm, *, form: str, confirmed: bool
    ) -> KeptNudge:
        """Keep a nudge in place of the one before.

        Args:
            by: Who asks.
            text: Their words to themselves.
            wanted: How often, on which day and at which time.
            form: The form instance; a second submission changes nothing.
            confirmed: The person has seen that the words may say who somebody is.

        Raises:
            NotValid: By `check_nudge`, and by `check_rhythm` for their quiet times.
        """
        check_nudge(text)
        kinds = kinds_in(text)
        if kinds and not confirmed:
            return KeptNudge(nudge=None, asks=kinds)

        def keep(conn: Connection, me: Person, under_way: bool) -> KeptNudge:
            now = self.clock()
            if once(conn, form, me.id, now=now) is None:
                check_rhythm(wanted, choices_of(conn, me.id).quiet)
                before = schedules.of_person(conn, What.NUDGE, me.id)
                today = local_date(now, me.tz)
                rhythm = rhythms.anchored(wanted, before.rhythm if before else None, today)
                store.put(conn, me.id, self.vault.seal(conn, me.id, _place(me), text), now=now)
                rhythms.set_nudge(conn, me, rhythm, now=now)
                _done(conn, me, "nudge_kept", now)
            return KeptNudge(nudge=replace(self._nudge(conn, me), under_way=under_way))

        return after_landing(self.database, by, Act.REFLECT, keep)

    def stop(self, by: Account) -> OwnNudge:
        """Delete the person's nudge, and let nothing come round; done twice, it is the same."""

        def remove(conn: Connection, me: Person, under_way: bool) -> OwnNudge:
            now = self.clock()
            schedule = schedules.of_person(conn, What.NUDGE, me.id)
            if schedule is not None:
                off = replace(schedule.rhythm, cadence=Cadence.OFF)
                rhythms.set_nudge(conn, me, off, now=now)
            if store.remove(conn, me.id):
                _done(conn, me, "nudge_deleted", now)
            return replace(self._nudge(conn, me), under_way=under_way)

        return after_landing(self.database, by, Act.REFLECT, remove)

    def prepare(self, delivery: Delivery) -> NudgeToSend | Skip | Wait:
        """Say whether a nudge that came round is to be sent at this moment.

        It is for one date at its own time, as the person chose these by now. After something heavy
        it is left out.
        """
        now = self.clock()
        with self.database.read() as conn:
            reached = may_reach(conn, delivery, now=now)
            if isinstance(reached, Skip | Wait):
                return reached
            me = reached.person
            if not allows(Act.REFLECT, me):
                return Skip("left")
            at = _time_of(conn, me, delivery)
            if at is None or in_peace(conn, self.vault, me.id, now):
                return Skip("own_choice")
            return Wait(at) if now < at else NudgeToSend()

    def _nudge(self, conn: Connection, me: Person) -> OwnNudge:
        sealed = store.sealed(conn, me.id)
        schedule = schedules.of_person(conn, What.NUDGE, me.id)
        if sealed is None or schedule is None:
            return OwnNudge(text=None, rhythm=rhythms.USUAL)
        text = self.vault.open(conn, me.id, _place(me), sealed)
        return OwnNudge(text=text, rhythm=schedule.rhythm, kept=True)


def nudge_at_home(conn: Connection, vault: Vault, me: Person, *, now: datetime) -> date | None:
    """Return the date of a nudge that may not have reached somebody, while it waits for them.

    It waits two days, unless the person writes it anew; and after something heavy it keeps still.
    """
    latest = store.latest(conn, me.id)
    if latest is None or latest.settled_at is None:
        return None
    anew = latest.written_at >= latest.settled_at
    if anew or not left_behind(latest.state, latest.reason):
        return None
    over = now >= latest.settled_at + NUDGE_WAITS
    return None if over or in_peace(conn, vault, me.id, now) else latest.on_date


def _time_of(conn: Connection, me: Person, delivery: Delivery) -> datetime | None:
    """Return when the person wants the nudge on its date, as they chose by now; None for never."""
    schedule = schedules.one(conn, delivery.cause)
    if schedule is None or not schedule.rhythm.names(delivery.on_date):
        return None
    if store.sealed(conn, me.id) is None:
        return None
    return instant(delivery.on_date, schedule.rhythm.at, me.tz)


def _place(me: Person) -> Place:
    return Place("nudges", "words", me.id)


def _done(conn: Connection, me: Person, action: str, now: datetime) -> None:
    """Write down what was done; never with words."""
    audit.write(conn, at=now, actor=me.id, action=action, kind="nudge", object_id=me.id)
