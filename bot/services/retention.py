"""Takes away what has had its time, by the reviewed file, and tells people before their words go.

Each batch is a transaction. Nothing remembers how far it came: killed half-way, the next run finds
what is left. It runs every twelve hours, so that nothing outlives its time by a day, also where one
run is left out.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from bot.services.reach import Reached, Skip, Wait, may_reach
from bot.services.sweeps import cutoff_of, in_order, sweeps
from domain.clock import Clock
from domain.deliveries import Delivery, Kind
from domain.ids import new_id
from domain.retention import LOOKED_AHEAD, NOTICE, RUN_EVERY, Entry, Period, Register
from domain.values import dataclass
from storage import heartbeats, outbox
from storage import retention as store
from storage.audit_chain import ChainBroken
from storage.engine import Connection, Database
from storage.vault import Vault

logger = logging.getLogger(__name__)

RETENTION = "retention"
AT_ONCE = 200
NOTICE_WAITS = timedelta(days=7)
"""How long a notice may wait for a moment at which something may reach the person."""


@dataclass(frozen=True, slots=True)
class GoesSoon:
    """That words of somebody's go in the next weeks: nothing of what they are."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Retention, given a database, a vault, a clock and the reviewed file."""

    database: Database
    vault: Vault
    clock: Clock
    register: Register

    def run_if_due(self) -> Mapping[str, int] | None:
        """Run where the last one that came to its end is long enough ago."""
        now = self.clock()
        with self.database.read() as conn:
            last = heartbeats.last(conn, RETENTION)
        if last is not None and timedelta(0) <= now - last < RUN_EVERY:
            return None
        return self.run()

    def run(self) -> Mapping[str, int]:
        """Take away whatever is over, and return how much of what. Once more changes nothing.

        An audit that was changed is left as it is: `alongside doctor` names the line.
        """
        now = self.clock()
        self.note_departures()
        counts = {}
        ways = sweeps(self.register, self.vault, self.clock)
        for entry in in_order(self.register):
            counts[entry.name] = self._take_all(ways[entry.name].take, cutoff_of(entry, now))
        self._tell(now)
        with self.database.write() as conn:
            store.add_run(conn, counts, began_at=now, ended_at=self.clock())
            heartbeats.beat(conn, RETENTION, now=now)
        logger.info("retention", extra={"event": "retention_ran", "count": sum(counts.values())})
        return counts

    def dry_run(self) -> Mapping[str, int]:
        """Return how much of what `run` would take away now; nothing is changed."""
        now = self.clock()
        ways = sweeps(self.register, self.vault, self.clock)
        with self.database.read() as conn:
            return {
                entry.name: ways[entry.name].count(conn, cutoff_of(entry, now))
                for entry in in_order(self.register)
            }

    def note_departures(self) -> None:
        """Note who is not enrolled any more, since now, and who is back."""
        now = self.clock()
        with self.database.read() as conn:
            if not store.anybody_moved(conn):
                return
        while True:
            with self.database.write() as conn:
                if store.note_departures(conn, now=now, size=AT_ONCE) < AT_ONCE:
                    return

    def prepare(self, delivery: Delivery) -> GoesSoon | Skip | Wait:
        """Return whether somebody is told now that something goes soon."""
        now = self.clock()
        with self.database.read() as conn:
            reached = may_reach(conn, delivery, now=now)
            if not isinstance(reached, Reached):
                return reached
            speaks_for = delivery.on_date + LOOKED_AHEAD - now.date()
            if reached.person.id not in self._ending(conn, now.date(), speaks_for):
                return Skip("gone_already")
        return GoesSoon()

    def _take_all(self, take: Callable[[Connection, datetime, int], int], cutoff: datetime) -> int:
        done = 0
        while True:
            try:
                with self.database.write() as conn:
                    taken = take(conn, cutoff, AT_ONCE)
            except ChainBroken:
                logger.error("retention", extra={"event": "audit_chain_broken"})
                return done
            done += taken
            if taken < AT_ONCE:
                return done

    def _tell(self, now: datetime) -> None:
        """Plan a notice for everyone of whom something goes in 14 days or less.

        One notice speaks for three weeks, so nobody gets more than one a week. What it does not
        speak for gets one of its own, 14 days ahead, also where the rest has not gone yet.
        """
        with self.database.write() as conn:
            for person_id, ends in self._ending(conn, now.date(), NOTICE).items():
                told = outbox.latest_of(conn, person_id, Kind.GOES_SOON)
                if told is None or ends > told.on_date + LOOKED_AHEAD:
                    outbox.plan(conn, _notice(person_id, now), now=now)

    def _ending(self, conn: Connection, today: date, ahead: timedelta) -> Mapping[str, date]:
        """Return people with words that end in this time, and the last day of that."""
        found: dict[str, date] = {}
        for entry in self.register.entries.values():
            if entry.notice:
                for person_id, day in self._ending_of(conn, entry, today, ahead).items():
                    found[person_id] = max(day, found.get(person_id, day))
        return found

    def _ending_of(
        self, conn: Connection, entry: Entry, today: date, ahead: timedelta
    ) -> Mapping[str, date]:
        """Return the same of one entry. Of whole rows, only those that hold words count."""
        assert entry.owner is not None, "a test holds that notices are of people's own words"
        if entry.ends is not None:
            return store.ending(
                conn, entry.table, entry.owner, entry.ends, after=today, until=today + ahead
            )
        if entry.goes_with is not None:
            return self._ending_with(conn, entry, entry.owner, today, ahead)
        period, begins = entry.period, entry.begins
        assert period is not None, "a test holds that it has one"
        assert begins is not None, "a test holds that it has one"
        began = store.ending(
            conn,
            entry.table,
            entry.owner,
            begins,
            after=_began(period, today),
            until=_began(period, today + ahead),
            filled=[c.column for c in self.register.sealed_columns(entry.table) if c.column],
        )
        return {person_id: period.after(day) for person_id, day in began.items()}

    def _ending_with(
        self, conn: Connection, entry: Entry, owner: str, today: date, ahead: timedelta
    ) -> Mapping[str, date]:
        """Return the same of what goes with another row: of a set that ended long ago.

        Whoever left loses it before that, and is not written to any more.
        """
        assert entry.goes_with is not None
        with_what = self.register.entries[store.parent(entry.table, entry.goes_with)]
        period, begins = with_what.period, with_what.begins
        assert period is not None, "a test holds that it has one"
        assert begins is not None, "a test holds that it has one"
        began = store.ending_with(
            conn,
            entry.table,
            owner,
            entry.goes_with,
            begins,
            after=_began(period, today),
            until=_began(period, today + ahead),
        )
        return {person_id: period.after(day) for person_id, day in began.items()}


def _began(period: Period, day: date) -> date:
    """Return the day such that what began on it is over on this day."""
    return period.before(datetime.combine(day, time(), UTC)).date()


def _notice(person_id: str, now: datetime) -> Delivery:
    return Delivery(
        id=new_id(),
        cause=person_id,
        on_date=now.date(),
        recipient=person_id,
        kind=Kind.GOES_SOON,
        person_id=person_id,
        not_before=now,
        ends_at=now + NOTICE_WAITS,
    )
