"""A check-in comes round: it opens and everybody is asked, or it is written down why not."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.services.check_in_bag import Bag, seal_bag
from bot.services.choices import choices_of
from bot.services.planning import spread_of
from domain.check_ins import OPEN_FOR, CheckIn
from domain.cohorts import Cohort
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.people import Person
from domain.phases import resting
from domain.preferences import Place
from domain.schedules import Occurrence, Schedule, end_of_day, instant
from storage import check_ins, cohorts, outbox, phases, programme
from storage.engine import Connection
from storage.vault import Vault

LATEST = time(18, 0)
"""From this hour on, what was to open earlier that day does not open any more."""
AT_LEAST = timedelta(hours=1)
"""How late it may open where its own hour is a late one."""


def open_check_in(
    conn: Connection, vault: Vault, schedule: Schedule, occurrence: Occurrence, now: datetime
) -> None:
    """Open a check-in and plan who is told of it. There is one for each cohort and local date."""
    cohort = cohorts.one(conn, schedule.cohort_id or "")
    if cohort is None:
        return
    reason = _why_not(conn, schedule, cohort, occurrence, now)
    if reason is not None:
        outbox.plan(conn, _skipped(schedule, cohort, occurrence, reason), now=now)
        return
    check_in = CheckIn(
        id=new_id(),
        cohort_id=cohort.id,
        on_date=occurrence.on,
        opens_at=now,
        closes_at=max(now, occurrence.at) + OPEN_FOR,
    )
    if not check_ins.add(conn, check_in):
        return
    # A bag that came with the first answer would tell that there was one.
    check_ins.set_bag(conn, check_in.id, seal_bag(conn, vault, check_in.id, Bag()))
    if cohort.channel is not None:
        outbox.plan(
            conn,
            _delivery(check_in, Kind.CHECK_IN_POST, cohort.channel, None, occurrence.at),
            now=now,
        )
    people = _asked_directly(conn, cohort)
    spread = spread_of(len(people))
    for person in people:
        at = occurrence.at + random.random() * spread
        outbox.plan(conn, _delivery(check_in, Kind.CHECK_IN, person.id, person.id, at), now=now)


def _why_not(
    conn: Connection, schedule: Schedule, cohort: Cohort, occurrence: Occurrence, now: datetime
) -> str | None:
    if programme.paused(conn):
        return "paused"
    if resting(cohort, phases.of(conn, cohort.id), occurrence.on):
        return "rest"
    return "late" if now >= _too_late_from(schedule, occurrence) else None


def _too_late_from(schedule: Schedule, occurrence: Occurrence) -> datetime:
    """Return the moment from which it is too late to ask a whole group."""
    evening = instant(occurrence.on, LATEST, schedule.zone) or occurrence.at
    return min(max(evening, occurrence.at + AT_LEAST), end_of_day(occurrence.on, schedule.zone))


def _asked_directly(conn: Connection, cohort: Cohort) -> Sequence[Person]:
    members = cohorts.everyone(conn, cohort.id)
    if cohort.channel is None:
        return members
    return [p for p in members if choices_of(conn, p.id).check_ins is Place.DIRECT]


def _delivery(
    check_in: CheckIn, kind: Kind, recipient: str, person_id: str | None, at: datetime
) -> Delivery:
    return Delivery(
        id=new_id(),
        cause=check_in.id,
        on_date=check_in.on_date,
        recipient=recipient,
        kind=kind,
        person_id=person_id,
        subject=check_in.id,
        not_before=min(at, check_in.closes_at),
        ends_at=check_in.closes_at,
    )


def _skipped(schedule: Schedule, cohort: Cohort, occurrence: Occurrence, reason: str) -> Delivery:
    return Delivery(
        id=new_id(),
        cause=schedule.id,
        on_date=occurrence.on,
        recipient=cohort.id,
        kind=Kind.CHECK_IN_POST,
        not_before=occurrence.at,
        ends_at=end_of_day(occurrence.on, schedule.zone),
        state=State.SKIPPED,
        reason=reason,
    )
