"""Queries on what has had its time: how much there is, and taking some of it away.

Nothing remembers how far it came: what is taken away is not found again, so whoever is stopped
half-way goes on by beginning anew.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    tuple_,
    update,
)

from domain.ids import new_id
from domain.values import dataclass
from storage.connection import Connection
from storage.holdings import in_order, table, theirs
from storage.my_data_tables import departures, retention_runs
from storage.person_rows import ENROLLED
from storage.statements import upsert
from storage.tables import people

__all__ = [
    "Expiring",
    "add_run",
    "anybody_moved",
    "by_column",
    "by_leaving",
    "count",
    "ending",
    "ending_with",
    "gone_for_long",
    "gone_for_long_count",
    "in_order",
    "known_since",
    "last_run",
    "note_departures",
    "parent",
    "take",
]

_LEFT_BEFORE = select(departures.c.person_id).where(
    departures.c.left_at <= bindparam("cutoff"),
    # Who came back a moment ago is not gone, whatever the note says.
    departures.c.person_id.in_(select(people.c.id).where(~ENROLLED)),
)
_GONE_FOR_LONG = _LEFT_BEFORE.order_by(departures.c.left_at).limit(bindparam("size"))
_GONE_FOR_LONG_COUNT = select(func.count()).select_from(_LEFT_BEFORE.subquery())
_LEFT_NOW = (
    select(people.c.id)
    .where(
        ~ENROLLED,
        ~select(departures.c.person_id).where(departures.c.person_id == people.c.id).exists(),
    )
    .limit(bindparam("size"))
)
_LEAVE = upsert(departures).on_conflict_do_nothing()
_BACK = delete(departures).where(departures.c.person_id.in_(select(people.c.id).where(ENROLLED)))
_BACK_NOW = (
    select(departures.c.person_id)
    .where(departures.c.person_id.in_(select(people.c.id).where(ENROLLED)))
    .limit(1)
)
_ADD_RUN = insert(retention_runs)
_LAST_RUN = (
    select(retention_runs.c.ended_at, retention_runs.c.counts)
    .order_by(retention_runs.c.ended_at.desc())
    .limit(1)
)
_A_DAY = timedelta(days=1)
_KNOWN_SINCE = select(func.min(people.c.created_at))


@dataclass(frozen=True, slots=True)
class Expiring:
    """Rows of one table whose time is over at a cutoff; `emptied` are columns, else rows go."""

    table: str
    over: ColumnElement[bool]
    by_day: bool = False
    emptied: tuple[str, ...] = ()


def by_column(name: str, column: str, *, emptied: Sequence[str] = ()) -> Expiring:
    """Return the rows whose moment or day in this column is at the cutoff or before."""
    found = table(name).c[column]
    by_day = isinstance(found.type, Date)
    cutoff = bindparam("cutoff", type_=found.type)
    over = found.is_not(None) & (found <= cutoff)
    if emptied:
        over &= or_(*(table(name).c[one].is_not(None) for one in emptied))
    return Expiring(name, over, by_day, (*emptied, column) if emptied else ())


def by_leaving(name: str, owners: Mapping[str, str]) -> Expiring:
    """Return the rows of people who left at the cutoff or before."""

    def left(column: Column[Any]) -> ColumnElement[bool]:
        return column.in_(_LEFT_BEFORE)

    return Expiring(name, theirs(owners, name, left))


def count(conn: Connection, what: Expiring, *, cutoff: datetime) -> int:
    """Return how many there are."""
    rows = select(func.count()).select_from(table(what.table)).where(what.over)
    return int(conn.value(rows, cutoff=_as_kept(what, cutoff)))


def take(conn: Connection, what: Expiring, *, cutoff: datetime, size: int) -> int:
    """Take some away; return how many. None are left where it is fewer than asked."""
    there = table(what.table)
    key = tuple(there.primary_key.columns)
    some = select(*key).where(what.over).limit(bindparam("size"))
    chosen = key[0].in_(some) if len(key) == 1 else tuple_(*key).in_(some)
    if what.emptied:
        gone = update(there).where(chosen).values({one: null() for one in what.emptied})
        return conn.execute(gone, cutoff=_as_kept(what, cutoff), size=size)
    return conn.execute(delete(there).where(chosen), cutoff=_as_kept(what, cutoff), size=size)


def ending(
    conn: Connection,
    name: str,
    owner: str,
    column: str,
    *,
    after: date,
    until: date,
    filled: Sequence[str] = (),
) -> dict[str, date]:
    """Return people with a day in this column, of this time, and the last of those days.

    Where columns are named, one of them at least has to be `filled`.
    """
    there = table(name).c
    found = (
        select(there[owner], func.max(there[column]))
        .where(there[column] > bindparam("after"), there[column] <= bindparam("until"))
        .group_by(there[owner])
    )
    if filled:
        found = found.where(or_(*(there[one].is_not(None) for one in filled)))
    return {person: day for person, day in conn.all(found, after=after, until=until)}


def ending_with(
    conn: Connection, name: str, owner: str, leads_to: str, column: str, *, after: date, until: date
) -> dict[str, date]:
    """Return the same of what goes with the row that `leads_to` names, by a column of that row."""
    there = table(name).c
    [key] = there[leads_to].foreign_keys
    ends = key.column.table.c[column]
    found = (
        select(there[owner], func.max(ends))
        .join_from(table(name), key.column.table, key.column == there[leads_to])
        .where(ends >= bindparam("after"), ends < bindparam("until"))
        .group_by(there[owner])
    )
    days = {"after": _first_moment(after + _A_DAY), "until": _first_moment(until + _A_DAY)}
    return {person: moment.date() for person, moment in conn.all(found, **days)}


def parent(name: str, column: str) -> str:
    """Return the table to whose rows this column leads."""
    [key] = table(name).c[column].foreign_keys
    return key.column.table.name


def anybody_moved(conn: Connection) -> bool:
    """Whether somebody left, or came back, and it is not noted yet."""
    return conn.first(_LEFT_NOW, size=1) is not None or conn.first(_BACK_NOW) is not None


def note_departures(conn: Connection, *, now: datetime, size: int) -> int:
    """Note since when people are not enrolled any more; forget it of those who are back."""
    conn.execute(_BACK)
    gone = [person_id for (person_id,) in conn.all(_LEFT_NOW, size=size)]
    for person_id in gone:
        conn.execute(_LEAVE, person_id=person_id, left_at=now)
    return len(gone)


def gone_for_long(conn: Connection, *, cutoff: datetime, size: int) -> list[str]:
    """Return some who left at the cutoff or before."""
    return [person_id for (person_id,) in conn.all(_GONE_FOR_LONG, cutoff=cutoff, size=size)]


def gone_for_long_count(conn: Connection, *, cutoff: datetime) -> int:
    """Return how many left at the cutoff or before."""
    return int(conn.value(_GONE_FOR_LONG_COUNT, cutoff=cutoff))


def add_run(
    conn: Connection, counts: Mapping[str, int], *, began_at: datetime, ended_at: datetime
) -> None:
    """Write down that everything was gone through, with numbers alone."""
    text = json.dumps(dict(counts), sort_keys=True)
    conn.execute(_ADD_RUN, id=new_id(), began_at=began_at, ended_at=ended_at, counts=text)


def last_run(conn: Connection) -> tuple[datetime, dict[str, int]] | None:
    """Return when it last ended, and the numbers."""
    row = conn.first(_LAST_RUN)
    return None if row is None else (row[0], json.loads(row[1]))


def known_since(conn: Connection) -> datetime | None:
    """Return since when there has been anybody."""
    found: datetime | None = conn.value(_KNOWN_SINCE)
    return found


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _as_kept(what: Expiring, cutoff: datetime) -> datetime | date:
    return cutoff.date() if what.by_day else cutoff
