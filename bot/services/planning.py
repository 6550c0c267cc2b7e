"""Turns what has come round into deliveries, once for each local date.

The keys of the tables make it once, not a leader: every process may plan at any time.
"""

import logging
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache, partial

from domain.clock import Clock
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.refusals import StorageUnavailable
from domain.schedules import Occurrence, Rhythm, Schedule, What, due, end_of_day, next_occurrence
from domain.values import dataclass
from storage import outbox, schedules
from storage.engine import Connection, Database
from storage.pace import BETWEEN, BURST

logger = logging.getLogger(__name__)

AT_ONCE = 200
LONGEST_SPREAD = timedelta(minutes=10)
BROKEN_FOR = timedelta(hours=1)
"""How long one that breaks on our own side waits until it is tried again."""

_KINDS = {What.PROMPT: Kind.PROMPT, What.NUDGE: Kind.NUDGE}

OpenCheckIn = Callable[[Connection, Schedule, Occurrence, datetime], None]
Reached = Callable[[str], None]


def nowhere(label: str) -> None:
    """Notice nothing. Tests give something else, to stop a process at a named place."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came round, until which date, and what comes next."""

    occurrences: list[Occurrence]
    last_on: date
    coming: Occurrence | None


CameRound = Callable[[Rhythm, str, date], Came]


@dataclass(frozen=True, slots=True)
class Planning:
    """The planner, given a database, a clock and what opens a check-in."""

    database: Database
    clock: Clock
    open_check_in: OpenCheckIn
    reached: Reached = nowhere
    between: timedelta = BETWEEN

    def plan(self) -> int:
        """Plan everything that has come round; return how many schedules that was.

        Each batch is one transaction: killed half-way, the rest comes round again. Many people at
        the same hour are spread over the minutes that Slack needs for them. Where one breaks and
        takes its batch with it, each goes alone from there on, and that one waits.
        """
        now = self.clock()
        with self.database.read() as conn:
            spread = spread_of(schedules.due_count(conn, now=now), self.between)
        # Most people share a rhythm and a zone: what came round is worked out once for them.
        came = lru_cache(AT_ONCE)(partial(_came, now=now))
        planned, size = 0, AT_ONCE
        while True:
            batch: list[Schedule] = []
            try:
                self._plan_some(batch, size, came, now, spread)
            except StorageUnavailable:
                raise
            except Exception as surprise:
                if not batch:
                    raise
                if size == 1:
                    self._put_off(batch[0], surprise, now)
                size = 1
                continue
            planned += len(batch)
            if len(batch) < size:
                return planned

    def _plan_some(
        self, batch: list[Schedule], size: int, came: CameRound, now: datetime, spread: timedelta
    ) -> None:
        """Plan so many in one transaction; `batch` tells which, also where it breaks."""
        with self.database.write() as conn:
            batch += schedules.due(conn, now=now, size=size)
            for schedule in batch:
                assert schedule.next is not None, "only what comes round is due"
                found = came(schedule.rhythm, schedule.zone, schedule.next.on)
                self._plan(conn, schedule, found, now, spread)
            self.reached("plan.before_commit")
        self.reached("plan.after_commit")

    def _put_off(self, schedule: Schedule, surprise: Exception, now: datetime) -> None:
        """Let one that breaks wait, so that the others are planned."""
        kind = type(surprise).__name__
        logger.error("plan", extra={"event": "plan_broke", "error_type": kind})
        with self.database.write() as conn:
            schedules.put_off(conn, schedule.id, now + BROKEN_FOR)

    def _plan(
        self, conn: Connection, schedule: Schedule, came: Came, now: datetime, spread: timedelta
    ) -> None:
        for one in came.occurrences:
            if schedule.what is What.CHECK_IN:
                self.open_check_in(conn, schedule, one, now)
            else:
                last = one is came.occurrences[-1]
                outbox.plan(conn, _personal(schedule, one, now, spread, last=last), now=now)
        schedules.advance(conn, schedule.id, came.coming, last_on=came.last_on)


def _came(rhythm: Rhythm, zone_name: str, first_on: date, *, now: datetime) -> Came:
    """Return what came round from `first_on` until now.

    Nothing, where a newer table of zones has put it later: then it comes at its new time.
    """
    found = due(rhythm, zone_name, first_on=first_on, now=now)
    last_on = found[-1].on if found else first_on - timedelta(days=1)
    return Came(found, last_on, next_occurrence(rhythm, zone_name, now=now, last_on=last_on))


def spread_of(count: int, between: timedelta = BETWEEN) -> timedelta:
    """Return over how long so many messages are spread; the few that fit into a burst are not."""
    return min(max(0, count - BURST) * between, LONGEST_SPREAD)


def _personal(
    schedule: Schedule, one: Occurrence, now: datetime, spread: timedelta, *, last: bool
) -> Delivery:
    """Return the delivery of one occurrence. After time away only the last one may still go."""
    assert schedule.person_id is not None
    ends_at = end_of_day(one.on, schedule.zone)
    late = not last or now >= ends_at
    return Delivery(
        id=new_id(),
        cause=schedule.id,
        on_date=one.on,
        recipient=schedule.person_id,
        kind=_KINDS[schedule.what],
        person_id=schedule.person_id,
        not_before=one.at + random.random() * min(spread, ends_at - one.at),
        ends_at=ends_at,
        state=State.SKIPPED if late else State.PENDING,
        reason="late" if late else None,
    )
