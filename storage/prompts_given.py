"""The questions that people were given, and what became of each. Never what they answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select

from domain.deliveries import Kind, State
from domain.journal import Given, GivenState
from domain.values import dataclass
from storage.connection import Connection, Row
from storage.statements import changing, stands
from storage.tables import deliveries, prompts_given, schedules

_c = prompts_given.c
_COLUMNS = ("id", "person_id", "prompt_id", "on_date", "state", "pushed")
_MINE = _c.person_id == bindparam("person_id")
_NEWEST_FIRST = (_c.given_at.desc(), _c.id)


def _select() -> Select[*tuple[Any, ...]]:
    return select(*(_c[name] for name in _COLUMNS))


_ADD = insert(prompts_given).values({name: bindparam(name) for name in (*_COLUMNS, "given_at")})
_ONE = _select().where(_c.id == bindparam("id"))
_SET_STATE = changing(prompts_given, "state").where(_c.id == bindparam("given"))
_NEWEST_OPEN = (
    _select()
    .where(_MINE, _c.given_at > bindparam("since"), stands(_c.state, GivenState.OPEN))
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_LAST_DATES = select(_c.prompt_id, func.max(_c.on_date)).where(_MINE).group_by(_c.prompt_id)
_NEVER = select(_c.prompt_id).where(_MINE, stands(_c.state, GivenState.NEVER)).distinct()
_NEWEST = _select().where(_MINE).order_by(*_NEWEST_FIRST).limit(bindparam("size"))
# One look for the Home tab: the latest deliveries, the question that each brought or is to bring
# again, the newest question of all, and until when the person is left alone.
_LATEST_FEW = 8
_d, _brought, _newest = deliveries.c, prompts_given.alias("brought"), prompts_given.alias("newest")
_again = prompts_given.alias("again")
_NEWEST_ID = (
    select(_c.id)
    .where(_c.person_id == _d.person_id)
    .order_by(*_NEWEST_FIRST)
    .limit(1)
    .correlate(deliveries)
    .scalar_subquery()
)
_LATEST = (
    select(
        _d.on_date,
        _d.not_before,
        _d.state,
        _d.reason,
        _d.subject,
        _again.c.state,
        _brought.c.state,
        _newest.c.state,
        _newest.c.given_at,
        schedules.c.peace,
    )
    .select_from(deliveries)
    .outerjoin(_brought, _brought.c.id == _d.id)
    .outerjoin(_again, _again.c.id == _d.subject)
    .outerjoin(_newest, _newest.c.id == _NEWEST_ID)
    .outerjoin(schedules, schedules.c.id == _d.cause)
    .where(_d.person_id == bindparam("person_id"), _d.kind == Kind.PROMPT.value)
    .order_by(_d.on_date.desc(), _d.not_before.desc())
    .limit(_LATEST_FEW)
)


def add(conn: Connection, given: Given, *, now: datetime) -> None:
    """Write down that somebody was given a question."""
    conn.execute(
        _ADD,
        id=given.id,
        person_id=given.person_id,
        prompt_id=given.prompt_id,
        on_date=given.on_date,
        state=given.state.value,
        pushed=given.pushed,
        given_at=now,
    )


def one(conn: Connection, given_id: str) -> Given | None:
    """Return one of them."""
    row = conn.first(_ONE, id=given_id)
    return None if row is None else _given(row)


def set_state(conn: Connection, given_id: str, state: GivenState) -> None:
    """Note what became of one."""
    conn.execute(_SET_STATE, given=given_id, state=state.value)


def newest_open(conn: Connection, person_id: str, *, since: datetime) -> Given | None:
    """Return the newest that is not answered and not set aside, of those given after `since`."""
    row = conn.first(_NEWEST_OPEN, person_id=person_id, since=since)
    return None if row is None else _given(row)


def last_dates(conn: Connection, person_id: str) -> dict[str, date]:
    """Return when somebody was last given each question, by the question's id."""
    return {prompt_id: on_date for prompt_id, on_date in conn.all(_LAST_DATES, person_id=person_id)}


def never(conn: Connection, person_id: str) -> frozenset[str]:
    """Return the ids of the questions that somebody does not want to be given again."""
    return frozenset(prompt_id for (prompt_id,) in conn.all(_NEVER, person_id=person_id))


def newest(conn: Connection, person_id: str, *, size: int) -> list[Given]:
    """Return the latest that somebody was given, newest first."""
    return [_given(row) for row in conn.all(_NEWEST, person_id=person_id, size=size)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """One of the latest deliveries of a question to somebody.

    `subject` is the id of the question that was put off until then, and `put_off` what has become
    of it. `brought` is what became of the question that it brought, if it brought one; `newest`
    what became of the newest question of all, by whichever way it came, and `newest_at` its time.
    `peace` is sealed.
    """

    on_date: date
    not_before: datetime
    state: State
    reason: str | None
    subject: str | None
    put_off: GivenState | None
    brought: GivenState | None
    newest: GivenState | None
    newest_at: datetime | None
    peace: bytes | None


def latest(conn: Connection, person_id: str) -> list[Latest]:
    """Return the latest few deliveries of questions with what became of each, the last day first.

    Questions that are put off are among them: nothing is planned for a later day.
    """
    return [_latest(row) for row in conn.all(_LATEST, person_id=person_id)]


def _latest(row: Row) -> Latest:
    on_date, not_before, state, reason, subject, put_off, brought, newest_state, *rest = row
    newest_at, peace = rest
    return Latest(
        on_date=on_date,
        not_before=not_before,
        state=State(state),
        reason=reason,
        subject=subject,
        put_off=GivenState(put_off) if put_off else None,
        brought=GivenState(brought) if brought else None,
        newest=GivenState(newest_state) if newest_state else None,
        newest_at=newest_at,
        peace=peace,
    )


def _given(row: Row) -> Given:
    given_id, person_id, prompt_id, on_date, state, pushed = row
    return Given(
        id=given_id,
        person_id=person_id,
        prompt_id=prompt_id,
        on_date=on_date,
        state=GivenState(state),
        pushed=bool(pushed),
    )
