"""What was held, done, opened and sent between two moments, by person. Ids, kinds and numbers only.

The statements come from the tables and the reviewed file. They run when an operator asks; nothing
here is on a hot path.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, bindparam, case, false, func, or_, select

from domain.deliveries import State
from domain.retention import Entry, Register
from domain.values import dataclass
from storage.columns import UtcDateTime
from storage.connection import Connection
from storage.holdings import leading_to, table
from storage.my_data_tables import erasures
from storage.tables import audit, deliveries, people

_SINCE = bindparam("since", type_=UtcDateTime)
_UNTIL = bindparam("until", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` until just before `until`, both aware."""

    since: datetime
    until: datetime

    @property
    def bounds(self) -> Mapping[str, datetime]:
        """The same as parameters of a statement."""
        return {"since": self.since, "until": self.until}


@dataclass(frozen=True, slots=True)
class Touched:
    """Of one person and one kind: how much was there, was made in the span, was changed in it."""

    person_id: str
    name: str
    held: int
    made: int
    changed: int


def _within(column: Column[Any]) -> ColumnElement[bool]:
    return and_(column >= _SINCE, column < _UNTIL)


_KNOWN = (
    select(people.c.id, people.c.team, people.c.account)
    .where(people.c.created_at < _UNTIL)
    .order_by(people.c.team, people.c.account)
)
_DONE = (
    select(audit.c.actor, audit.c.action, audit.c.outcome, func.count())
    .where(_within(audit.c.at))
    .group_by(audit.c.actor, audit.c.action, audit.c.outcome)
    .order_by(audit.c.action, audit.c.outcome)
)
_DONE_TO = (
    select(audit.c.object_id, audit.c.action, audit.c.outcome, func.count())
    .select_from(audit.join(people, people.c.id == audit.c.object_id))
    .where(_within(audit.c.at), or_(audit.c.actor.is_(None), audit.c.actor != audit.c.object_id))
    .group_by(audit.c.object_id, audit.c.action, audit.c.outcome)
    .order_by(audit.c.action, audit.c.outcome)
)
_went_out = or_(deliveries.c.state == State.SENT.value, deliveries.c.state == State.UNCERTAIN.value)
_SENT = (
    select(deliveries.c.person_id, deliveries.c.channel, deliveries.c.kind, func.count())
    .where(_within(deliveries.c.settled_at), _went_out)
    .group_by(deliveries.c.person_id, deliveries.c.channel, deliveries.c.kind)
    .order_by(deliveries.c.kind)
)
_ERASED = select(func.count()).select_from(erasures).where(_within(erasures.c.asked_at))


def known(conn: Connection, span: Span) -> Mapping[str, tuple[str, str]]:
    """Return workspace and member id of everyone who was known before the span ended, by id."""
    return {one: (team, user) for one, team, user in conn.all(_KNOWN, until=span.until)}


def done(conn: Connection, span: Span) -> Iterator[tuple[str | None, str, str, int]]:
    """Yield who did what in the span, with what outcome and how often; None is the program."""
    yield from conn.all(_DONE, **span.bounds)


def done_to(conn: Connection, span: Span) -> Iterator[tuple[str, str, str, int]]:
    """Yield to whose account somebody else did what in the span."""
    yield from conn.all(_DONE_TO, **span.bounds)


def sent(conn: Connection, span: Span) -> Iterator[tuple[str | None, str | None, str, int]]:
    """Yield to which person or into which channel what kind of thing was sent, and how often.

    What Slack may have taken counts as sent.
    """
    yield from conn.all(_SENT, **span.bounds)


def erased(conn: Connection, span: Span) -> int:
    """Return how many people had everything deleted in the span."""
    number: int = conn.value(_ERASED, **span.bounds)
    return number


def touched(conn: Connection, register: Register, entry: Entry, span: Span) -> Iterator[Touched]:
    """Yield what a table held of each person, and after it each sealed column of the table.

    Where no column says since when a row is there, it counts as held: rather too much than too
    little. A sealed column counts as held where it is filled.
    """
    there = table(entry.table)
    rows, whose = leading_to(register.owners, entry.table)
    sealed = register.sealed_columns(entry.table)
    filled = [func.count(there.c[one.column or ""]) for one in sealed]
    numbers = (_number(_made(there, entry)), _number(_changed(there, entry)))
    found = (
        select(whose, func.count(), *numbers, *filled)
        .select_from(rows)
        .where(whose.is_not(None), *_by_then(there, entry))
        .group_by(whose)
    )
    for person_id, held, made, changed, *of_columns in conn.all(found, **span.bounds):
        yield Touched(person_id, entry.name, held, made or 0, changed or 0)
        for one, number in zip(sealed, of_columns, strict=True):
            if number:
                yield Touched(person_id, one.name, number, 0, 0)


def naming(conn: Connection, entry: Entry, span: Span) -> Iterator[tuple[str, int]]:
    """Yield whom rows of a table name that are not theirs, and how many rows."""
    there = table(entry.table)
    for name in entry.pointers:
        column = there.c[name]
        found = (
            select(column, func.count())
            .where(column.is_not(None), *_by_then(there, entry))
            .group_by(column)
        )
        yield from conn.all(found, **span.bounds)


def opened(
    conn: Connection, register: Register, entry: Entry, span: Span
) -> Iterator[tuple[str, str | None, int]]:
    """Yield whose things of a kind were opened in the span, by whom, and how often."""
    there = table(entry.table)
    rows, whose = leading_to(register.owners, entry.table)
    found = (
        select(whose, audit.c.actor, func.count())
        .select_from(rows.join(audit, audit.c.object_id == there.c.id))
        .where(
            _within(audit.c.at),
            audit.c.action == bindparam("action"),
            audit.c.outcome == bindparam("outcome"),
        )
        .group_by(whose, audit.c.actor)
    )
    params = {"action": entry.opened, "outcome": "done"}
    yield from conn.all(found, **params, **span.bounds)


def _by_then(there: Table, entry: Entry) -> list[ColumnElement[bool]]:
    return [] if entry.made is None else [there.c[entry.made] < _UNTIL]


def _made(there: Table, entry: Entry) -> ColumnElement[bool]:
    return false() if entry.made is None else _within(there.c[entry.made])


def _changed(there: Table, entry: Entry) -> ColumnElement[bool]:
    """Return the condition that it was changed in the span, and not only made at that moment."""
    times = [there.c[name] for name in entry.changed]
    if entry.made is not None:
        made = there.c[entry.made]
        return or_(false(), *(and_(_within(one), one != made) for one in times))
    return or_(false(), *map(_within, times))


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
