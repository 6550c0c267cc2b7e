"""Queries on action-learning sets themselves."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from domain.agendas import Agenda, AgendaKind
from domain.ids import new_id
from domain.learning_sets import LearningSet, SetPlan
from storage.connection import Connection, Row
from storage.learning_set_tables import learning_sets
from storage.statements import changing

_c = learning_sets.c
_PLAN = (
    "name",
    "cohort_id",
    "size",
    "quorum",
    "every_weeks",
    "meetings",
    "agenda",
    "minutes",
    "turns",
    "channel",
)
_IS = _c.id == bindparam("set")
_SELECT = select(
    _c.id,
    _c.zone,
    _c.facilitator_id,
    _c.link.is_not(None),
    _c.closed_at,
    *(_c[name] for name in _PLAN),
)
_NEWEST_FIRST = (_c.created_at.desc(), _c.id)

_ADD = insert(learning_sets)
_CHANGE = changing(learning_sets, *_PLAN).where(_IS)
_ONE = _SELECT.where(_IS)
_HELD = _ONE.with_for_update()
_EVERY = _SELECT.where(_c.closed_at.is_(None)).order_by(*_NEWEST_FIRST)
_LED_BY = _EVERY.where(_c.facilitator_id == bindparam("person"))
_SET_FACILITATOR = changing(learning_sets, "facilitator_id").where(_IS)
_LINK = select(_c.link).where(_IS)
_SET_LINK = changing(learning_sets, "link").where(_IS)
_CLOSE = changing(learning_sets, "closed_at").where(_IS)
_ARRIVE = update(learning_sets).where(_IS).values(arrivals=_c.arrivals + 1).returning(_c.arrivals)


def add(
    conn: Connection,
    plan: SetPlan,
    *,
    zone: str,
    facilitator_id: str | None,
    by: str | None,
    now: datetime,
) -> LearningSet:
    """Make a set without members."""
    made = LearningSet(id=new_id(), plan=plan, zone=zone, facilitator_id=facilitator_id)
    conn.execute(
        _ADD,
        id=made.id,
        zone=zone,
        facilitator_id=facilitator_id,
        link=None,
        arrivals=0,
        created_at=now,
        created_by=by,
        closed_at=None,
        **_values(plan),
    )
    return made


def change(conn: Connection, set_id: str, plan: SetPlan) -> None:
    """Put this plan in place of the one before."""
    conn.execute(_CHANGE, set=set_id, **_values(plan))


def one(conn: Connection, set_id: str) -> LearningSet | None:
    """Return one set."""
    row = conn.first(_ONE, set=set_id)
    return None if row is None else _learning_set(row)


def held(conn: Connection, set_id: str) -> LearningSet | None:
    """Return one set, and let nobody else hold it until this transaction ends.

    Whatever changes a set's places or meetings holds it first: so they come one after the other.
    """
    row = conn.first(_HELD, set=set_id)
    return None if row is None else _learning_set(row)


def every(conn: Connection) -> list[LearningSet]:
    """Return the sets that have not ended, the newest first."""
    return [_learning_set(row) for row in conn.all(_EVERY)]


def led_by(conn: Connection, person_id: str) -> list[LearningSet]:
    """Return the sets that have not ended and have this facilitator."""
    return [_learning_set(row) for row in conn.all(_LED_BY, person=person_id)]


def set_facilitator(conn: Connection, set_id: str, person_id: str | None) -> None:
    """Let somebody be the facilitator, or nobody."""
    conn.execute(_SET_FACILITATOR, set=set_id, facilitator_id=person_id)


def link(conn: Connection, set_id: str) -> bytes | None:
    """Return the sealed joining link."""
    found: bytes | None = conn.value(_LINK, set=set_id)
    return found


def set_link(conn: Connection, set_id: str, sealed: bytes | None) -> None:
    """Keep this sealed link in place of the one before."""
    conn.execute(_SET_LINK, set=set_id, link=sealed)


def close(conn: Connection, set_id: str, *, now: datetime) -> None:
    """End a set."""
    conn.execute(_CLOSE, set=set_id, closed_at=now)


def next_arrival(conn: Connection, set_id: str) -> int:
    """Return the number of whoever presses Join now: one more than the one before."""
    number: int = conn.value(_ARRIVE, set=set_id)
    return number


def _values(plan: SetPlan) -> dict[str, object]:
    return {
        "name": plan.name,
        "cohort_id": plan.cohort_id,
        "size": plan.size,
        "quorum": plan.quorum,
        "every_weeks": plan.every_weeks,
        "meetings": plan.meetings,
        "agenda": plan.agenda.kind.value,
        "minutes": plan.agenda.minutes,
        "turns": plan.agenda.turns,
        "channel": plan.channel,
    }


def _learning_set(row: Row) -> LearningSet:
    set_id, zone, facilitator_id, has_link, closed_at, *plan = row
    values = dict(zip(_PLAN, plan, strict=True))
    agenda = Agenda(
        kind=AgendaKind(values.pop("agenda")),
        minutes=values.pop("minutes"),
        turns=values.pop("turns"),
    )
    return LearningSet(
        id=set_id,
        plan=SetPlan(agenda=agenda, **values),
        zone=zone,
        facilitator_id=facilitator_id,
        has_link=bool(has_link),
        closed_at=closed_at,
    )
