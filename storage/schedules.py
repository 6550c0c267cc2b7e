"""Queries on what comes round, for people and for cohorts."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from domain.people import Role
from domain.schedules import Cadence, Occurrence, Rhythm, Schedule, What
from storage.connection import Connection, Row
from storage.statements import changing, upsert
from storage.tables import people, roles, schedules

_c = schedules.c
_IS = _c.id == bindparam("id")
_DUE = _c.next_at.is_not(None) & (_c.next_at <= bindparam("now"))


def _select() -> Select[*tuple[Any, ...]]:
    return select(
        _c.id,
        _c.kind,
        _c.person_id,
        _c.cohort_id,
        _c.cadence,
        _c.weekday,
        _c.minute,
        _c.anchor,
        _c.zone,
        _c.next_on,
        _c.next_at,
        _c.last_on,
        _c.quiet_since,
    )


_OF_PERSON = _select().where(_c.person_id == bindparam("owner"), _c.kind == bindparam("kind"))
_OF_COHORT = _select().where(_c.cohort_id == bindparam("owner"), _c.kind == bindparam("kind"))
_ALL_OF_COHORTS = _select().where(_c.cohort_id.is_not(None))
_ONE = _select().where(_IS)
_DUE_ONES = (
    _select()
    .where(_DUE)
    .order_by(_c.next_at, _c.id)
    .limit(bindparam("size"))
    .with_for_update(skip_locked=True)
)
_DUE_COUNT = select(func.count()).select_from(schedules).where(_DUE)
_SET = (
    "cadence",
    "weekday",
    "minute",
    "anchor",
    "zone",
    "next_on",
    "next_at",
    "last_on",
    "quiet_since",
)
_insert = upsert(schedules)
_PUT = _insert.on_conflict_do_update(
    index_elements=[_c.id], set_={name: _insert.excluded[name] for name in _SET}
)
_ADVANCE = changing(schedules, "next_on", "next_at", "last_on").where(_IS)
_PUT_OFF = changing(schedules, "next_at").where(_IS)
_PEACE = select(_c.peace).where(_IS)
_SET_PEACE = changing(schedules, "peace").where(_IS)
_PARTNERS_WITHOUT = (
    select(people.c.id)
    .join(roles)
    .where(
        roles.c.role == Role.PARTNER.value,
        people.c.deactivated.is_(False),
        ~select(_c.id).where(_c.person_id == people.c.id, _c.kind == What.PROMPT.value).exists(),
    )
    .limit(bindparam("size"))
)


def of_person(conn: Connection, what: What, person_id: str) -> Schedule | None:
    """Return what comes round for someone."""
    row = conn.first(_OF_PERSON, owner=person_id, kind=what.value)
    return None if row is None else _schedule(row)


def of_cohort(conn: Connection, what: What, cohort_id: str) -> Schedule | None:
    """Return what comes round for a cohort; of prompts, the rhythm its members start from."""
    row = conn.first(_OF_COHORT, owner=cohort_id, kind=what.value)
    return None if row is None else _schedule(row)


def of_cohorts(conn: Connection) -> list[Schedule]:
    """Return what comes round for any cohort."""
    return [_schedule(row) for row in conn.all(_ALL_OF_COHORTS)]


def one(conn: Connection, schedule_id: str) -> Schedule | None:
    """Return one schedule."""
    row = conn.first(_ONE, id=schedule_id)
    return None if row is None else _schedule(row)


def put(conn: Connection, schedule: Schedule) -> None:
    """Keep a schedule, in place of the one with its id. Peace stays as it was."""
    coming = schedule.next
    conn.execute(
        _PUT,
        id=schedule.id,
        kind=schedule.what.value,
        person_id=schedule.person_id,
        cohort_id=schedule.cohort_id,
        cadence=schedule.rhythm.cadence.value,
        weekday=schedule.rhythm.weekday,
        minute=schedule.rhythm.at.hour * 60 + schedule.rhythm.at.minute,
        anchor=schedule.rhythm.anchor,
        zone=schedule.zone,
        next_on=coming.on if coming else None,
        next_at=coming.at if coming else None,
        last_on=schedule.last_on,
        quiet_since=schedule.quiet_since,
        peace=None,
    )


def due(conn: Connection, *, now: datetime, size: int) -> list[Schedule]:
    """Return what has come round, the earliest first; in a write nobody else gets the same."""
    return [_schedule(row) for row in conn.all(_DUE_ONES, now=now, size=size)]


def due_count(conn: Connection, *, now: datetime) -> int:
    """Return how many have come round."""
    return int(conn.value(_DUE_COUNT, now=now))


def advance(
    conn: Connection, schedule_id: str, coming: Occurrence | None, *, last_on: date
) -> None:
    """Note that everything up to `last_on` is planned, and what comes next."""
    conn.execute(
        _ADVANCE,
        id=schedule_id,
        next_on=coming.on if coming else None,
        next_at=coming.at if coming else None,
        last_on=last_on,
    )


def put_off(conn: Connection, schedule_id: str, until: datetime) -> None:
    """Look at what has come round again at this time; nothing of it counts as planned."""
    conn.execute(_PUT_OFF, id=schedule_id, next_at=until)


def peace(conn: Connection, schedule_id: str) -> bytes | None:
    """Return the sealed moment until which someone is left alone."""
    found: bytes | None = conn.value(_PEACE, id=schedule_id)
    return found


def set_peace(conn: Connection, schedule_id: str, sealed: bytes) -> None:
    """Keep the sealed moment until which someone is left alone."""
    conn.execute(_SET_PEACE, id=schedule_id, peace=sealed)


def partners_without(conn: Connection, *, size: int) -> list[str]:
    """Return some partners for whom no prompts come round at all."""
    return [person_id for (person_id,) in conn.all(_PARTNERS_WITHOUT, size=size)]


def _schedule(row: Row) -> Schedule:
    (
        schedule_id,
        kind,
        person_id,
        cohort_id,
        cadence,
        weekday,
        minute,
        anchor,
        zone,
        next_on,
        next_at,
        last_on,
        quiet_since,
    ) = row
    return Schedule(
        id=schedule_id,
        what=What(kind),
        person_id=person_id,
        cohort_id=cohort_id,
        rhythm=Rhythm(
            cadence=Cadence(cadence),
            weekday=weekday,
            at=time(*divmod(minute, 60)),
            anchor=anchor,
        ),
        zone=zone,
        next=Occurrence(next_on, next_at) if next_at is not None else None,
        last_on=last_on,
        quiet_since=quiet_since,
    )
