"""Queries on the questions that people were given, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update

from domain.deliveries import Kind, State
from domain.journal import Given, GivenState
from storage.connection import Connection, Row
from storage.statements import changing
from storage.tables import deliveries, prompts_given

_c = prompts_given.c
_d = deliveries.c
_IS = _c.id == bindparam("id")
_OWN = _c.person_id == bindparam("person_id")
_OPEN = _c.state == GivenState.OPEN.value
_NEWEST_FIRST = (_c.given_at.desc(), _c.id.desc())


def _select(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(_c.id, _c.person_id, _c.prompt_id, _c.on_date, _c.state, _c.pushed, *more)


_ADD = insert(prompts_given)
_ONE = _select().where(_IS)
_HELD = _ONE.with_for_update()
_SET_STATE = changing(prompts_given, "state").where(_IS)
_LAST_DATES = (
    select(_c.prompt_id, func.max(_c.on_date, type_=_c.on_date.type))
    .where(_OWN)
    .group_by(_c.prompt_id)
)
_NEVER = select(_c.prompt_id).where(_OWN, _c.state == GivenState.NEVER.value).distinct()
_NEWEST = (
    _select(_c.given_at, _d.state)
    .select_from(prompts_given.outerjoin(deliveries, _d.id == _c.id))
    .where(_OWN)
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("size"))
)
_NEWEST_OPEN = (
    _select()
    .where(_OWN, _OPEN, _c.given_at > bindparam("since"))
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_LET_GO = (
    update(prompts_given)
    .where(_OWN, _OPEN, _c.pushed)
    .values(state=GivenState.SKIPPED.value)
)
_later_one = prompts_given.alias()
_WAITING = select(
    select(_c.id)
    .where(_OWN, _OPEN, _c.pushed, _c.given_at > bindparam("since"))
    .exists()
    | select(_d.id)
    .where(
        _d.person_id == bindparam("person_id"),
        _d.kind == Kind.PROMPT.value,
        _d.on_date > bindparam("since_date", type_=_d.on_date.type),
        _d.state == State.SKIPPED.value,
        _d.reason == "late",
        ~select(_later_one.c.id)
        .where(
            _later_one.c.person_id == _d.person_id,
            _later_one.c.given_at > bindparam("since"),
            _later_one.c.on_date >= _d.on_date,
        )
        .exists(),
    )
    .exists()
)


def add(conn: Connection, given: Given, *, now: datetime) -> None:
    """Write down that somebody is given a question."""
    conn.execute(
        _ADD,
        id=given.id,
        person_id=given.person_id,
        prompt_id=given.prompt_id,
        on_date=given.on_date,
        given_at=now,
        state=given.state.value,
        pushed=given.pushed,
    )


def one(conn: Connection, given_id: str) -> Given | None:
    """Return one of them; in a writing transaction nobody else changes it until the end."""
    row = conn.first(_HELD if conn.writes else _ONE, id=given_id)
    return None if row is None else _given(row)


def set_state(conn: Connection, given_id: str, state: GivenState) -> None:
    """Keep what became of it."""
    conn.execute(_SET_STATE, id=given_id, state=state.value)


def last_dates(conn: Connection, person_id: str) -> dict[str, date]:
    """Return when somebody was last given each question, by the question's id."""
    return {prompt_id: on for prompt_id, on in conn.all(_LAST_DATES, person_id=person_id)}


def never_again(conn: Connection, person_id: str) -> frozenset[str]:
    """Return the ids of what somebody does not want to be asked again."""
    return frozenset(prompt_id for (prompt_id,) in conn.all(_NEVER, person_id=person_id))


@dataclass(frozen=True, slots=True)
class Past:
    """A question somebody was given, when, and what became of its delivery as far as is known."""

    given: Given
    at: datetime
    sent: State | None


def newest(conn: Connection, person_id: str, *, size: int) -> list[Past]:
    """Return the questions that somebody was given last, the newest first."""
    rows = conn.all(_NEWEST, person_id=person_id, size=size)
    return [Past(_given(row[:6]), row[6], State(row[7]) if row[7] else None) for row in rows]


def newest_open(conn: Connection, person_id: str, *, since: datetime) -> Given | None:
    """Return the newest question given after `since` about which nothing was said yet."""
    row = conn.first(_NEWEST_OPEN, person_id=person_id, since=since)
    return None if row is None else _given(row)


def let_go(conn: Connection, person_id: str) -> None:
    """Set aside every question that was sent to somebody and that they did not answer."""
    conn.execute(_LET_GO, person_id=person_id)


def waits(conn: Connection, person_id: str, *, since: datetime, since_date: date) -> bool:
    """Whether a question was for somebody after `since` and they have said nothing about it.

    It was sent, or it came too late to be sent and they were given no other since.
    """
    found = conn.value(_WAITING, person_id=person_id, since=since, since_date=since_date)
    return bool(found)


def _given(row: Row) -> Given:
    given_id, person_id, prompt_id, on_date, state, pushed = row
    return Given(
        id=given_id,
        person_id=person_id,
        prompt_id=prompt_id,
        on_date=on_date,
        state=GivenState(state),
        pushed=pushed,
    )
