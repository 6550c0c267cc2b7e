"""Queries on what everybody logged, for co-leads and for totals. Facts alone: nothing sealed.

Whoever is not enrolled any more is in none of the lists. Totals name nobody, and are of all that
is kept.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from domain.people import Account
from domain.sessions import Mode, Outcome, Pay, SessionFacts, SessionType, TypeTotal
from domain.work import Group, Logged, Sums
from storage.connection import Connection, Row
from storage.person_rows import ENROLLED
from storage.session_rows import FACTS, THERE, first_of_next, month_of
from storage.tables import cohort_members, people, session_totals, sessions

_c = sessions.c
_ALL = "all"
_IN_COHORT = people.c.id.in_(
    select(cohort_members.c.person_id).where(cohort_members.c.cohort_id == bindparam("cohort_id"))
)
_OF_MONTH = (
    ENROLLED,
    THERE,
    _c.on_date >= bindparam("start"),
    _c.on_date < bindparam("end"),
)


def _list(*where: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(_c.person_id, people.c.team, people.c.account, *(_c[name] for name in FACTS))
        .select_from(people.join(sessions, _c.person_id == people.c.id))
        .where(*_OF_MONTH, *where)
        .order_by(people.c.created_at, people.c.id, _c.on_date, _c.created_at, _c.id)
        .limit(bindparam("size"))
        .offset(bindparam("offset"))
    )


def _sums(*where: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    return (
        select(
            _c.type,
            _c.outcome,
            _c.pay,
            func.count(),
            func.sum(_c.minutes),
            func.sum(_c.preparation_minutes),
            func.sum(_c.travel_minutes),
        )
        .select_from(people.join(sessions, _c.person_id == people.c.id))
        .where(*_OF_MONTH, *where)
        .group_by(_c.type, _c.outcome, _c.pay)
    )


_LIST, _LIST_OF_COHORT = _list(), _list(_IN_COHORT)
_SUMS, _SUMS_OF_COHORT = _sums(), _sums(_IN_COHORT)
# One look into the index for each person, not one at each session.
_firsts = select(
    select(_c.on_date)
    .where(_c.person_id == people.c.id, THERE)
    .order_by(_c.on_date)
    .limit(1)
    .scalar_subquery()
    .label("first")
).where(ENROLLED)
_FIRST = select(func.min(_firsts.subquery().c.first))
_t = session_totals.c
_GROUPS = (
    select(_t.month, _t.type, func.count(), func.sum(_t.minutes))
    .where(_t.month != _ALL, _t.month < bindparam("before"), _t.sessions > 0)
    .group_by(_t.month, _t.type)
)


def month_of_work(
    conn: Connection, month: date, *, cohort_id: str | None, size: int, offset: int
) -> list[Logged]:
    """Return some sessions of a month, by who became known first and then by date.

    Args:
        conn: Any transaction.
        month: Its first day.
        cohort_id: Of whose members; None for everyone.
        size: How many at most.
        offset: How many to leave out before.
    """
    period = _period(month, cohort_id) | {"size": size, "offset": offset}
    statement = _LIST if cohort_id is None else _LIST_OF_COHORT
    return [_logged(row) for row in conn.all(statement, **period)]


def sums_of_work(conn: Connection, month: date, *, cohort_id: str | None) -> Sums:
    """Return what the same month comes to."""
    statement = _SUMS if cohort_id is None else _SUMS_OF_COHORT
    return _added(conn.all(statement, **_period(month, cohort_id)))


def first_date(conn: Connection) -> date | None:
    """Return the date of the first session of anybody who is enrolled; None before there is one."""
    first: date | None = conn.value(_FIRST)
    return first


def groups(conn: Connection, *, before: date) -> list[Group]:
    """Return the work of each type in each month before that of a day, of everybody together."""
    return [
        Group(
            month=date.fromisoformat(f"{month}-01"),
            type=SessionType(kind),
            people=people,
            minutes=int(minutes),
        )
        for month, kind, people, minutes in conn.all(_GROUPS, before=month_of(before))
    ]


def _period(month: date, cohort_id: str | None) -> dict[str, object]:
    period: dict[str, object] = {"start": month, "end": first_of_next(month)}
    return period if cohort_id is None else period | {"cohort_id": cohort_id}


def _logged(row: Row) -> Logged:
    person_id, team, account, on, kind, minutes, before, travel, mode, client, outcome, pay = row
    return Logged(
        person_id=person_id,
        account=Account(team, account),
        facts=SessionFacts(
            on_date=on,
            type=SessionType(kind),
            minutes=minutes,
            preparation_minutes=before,
            travel_minutes=travel,
            mode=Mode(mode),
            client_code=client,
            outcome=Outcome(outcome),
            pay=Pay(pay),
        ),
    )


def _added(rows: Iterable[Row]) -> Sums:
    by_type: dict[SessionType, TypeTotal] = {}
    outcomes: Counter[Outcome] = Counter()
    pay: Counter[Pay] = Counter()
    for kind, outcome, paid, number, *minutes in rows:
        outcomes[Outcome(outcome)] += number
        pay[Pay(paid)] += number
        if outcome == Outcome.HAPPENED:
            by_type[SessionType(kind)] = _plus(by_type.get(SessionType(kind)), number, minutes)
    return Sums(
        by_type={kind: by_type[kind] for kind in SessionType if kind in by_type},
        outcomes={one: outcomes[one] for one in Outcome if outcomes[one]},
        pay={one: pay[one] for one in Pay if pay[one]},
    )


def _plus(before: TypeTotal | None, number: int, minutes: Iterable[int]) -> TypeTotal:
    old = before or TypeTotal()
    session, preparation, travel = map(int, minutes)
    return TypeTotal(
        old.sessions + number,
        old.minutes + session,
        old.preparation_minutes + preparation,
        old.travel_minutes + travel,
    )
