"""Queries on the private journal and on what is shared of it. Words go in and out sealed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    bindparam,
    delete,
    insert,
    literal_column,
    or_,
    select,
)

from domain.journal import Audience, Item, Share
from domain.learning_sets import Standing
from domain.policy import RULES, Act
from storage.connection import Connection, Row
from storage.learning_set_tables import set_members
from storage.statements import changing, earlier_than, stands
from storage.tables import journal, journal_shares, people, roles

_c = journal.c
_s = journal_shares.c
_IS = _c.id == bindparam("id")
_OWN = _c.person_id == bindparam("person_id")
_OF_ITEM = _s.item_id == bindparam("item_id")
_NEWEST_FIRST = (_c.created_at.desc(), _c.id.desc())


def _with_shares(*where: ColumnElement[bool], limited: bool = False) -> Select[*tuple[Any, ...]]:
    """Return the statement whose rows `_items` reads: a row for each share, newest item first."""
    wanted = select(_c.id, _c.person_id, _c.on_date, _c.created_at, _c.prompted).where(*where)
    if limited:
        wanted = wanted.order_by(*_NEWEST_FIRST).limit(bindparam("size"))
    found = wanted.subquery("found")
    return (
        select(*found.c, _s.audience, _s.target, _s.named, _s.since)
        .select_from(found.outerjoin(journal_shares, _s.item_id == found.c.id))
        .order_by(found.c.created_at.desc(), found.c.id.desc(), _s.audience)
    )


_ADD = insert(journal)
_ONE = _with_shares(_IS)
_HOLD = select(_c.id).where(_IS).with_for_update()
_WORDS = select(_c.words).where(_IS)
_CHANGE = changing(journal, "words", "updated_at").where(_IS)
_DELETE = delete(journal).where(_IS)
_PAGE = _with_shares(_OWN, limited=True)
_NEXT_PAGE = _with_shares(_OWN, earlier_than(_c.created_at, _c.id), limited=True)
_SHARE = insert(journal_shares)
_UNSHARE = delete(journal_shares).where(_OF_ITEM)

# Whoever cannot get at their journal cannot take anything back; so nothing of theirs is shown.
_writes = or_(*(stands(roles.c.role, role) for role in sorted(RULES[Act.CHANGE_JOURNAL].roles)))
_CAN_TAKE_BACK = (
    people.c.deactivated.is_(False)
    & select(roles.c.role).where(roles.c.person_id == people.c.id, _writes).exists()
)
_supervises = bindparam("supervises", type_=Boolean)
_learns = bindparam("learns", type_=Boolean)
_in_sets = bindparam("in_sets", type_=Boolean)
_other = journal_shares.alias("other").c


def _to_supervisor(shares: Any) -> ColumnElement[bool]:
    to_me: ColumnElement[bool] = shares.target == bindparam("reader")
    return stands(shares.audience, Audience.SUPERVISOR) & to_me & _supervises


def _to_set(shares: Any) -> ColumnElement[bool]:
    """Shared with a set in which both have a place: whoever wrote it, and whoever reads."""
    mine, theirs = set_members.alias("mine"), set_members.alias("theirs")
    is_in: ColumnElement[str] = literal_column(f"'{Standing.IN.value}'")
    both = (
        select(mine.c.set_id)
        .select_from(mine.join(theirs, mine.c.set_id == theirs.c.set_id))
        .where(
            mine.c.set_id == shares.target,
            mine.c.person_id == bindparam("reader"),
            mine.c.standing == is_in,
            theirs.c.person_id == _c.person_id,
            theirs.c.standing == is_in,
        )
    )
    return stands(shares.audience, Audience.SET) & both.exists() & _in_sets


def _other_share(*ways: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(_other.item_id).where(_other.item_id == _s.item_id, or_(*ways)).exists()


_TO_READER = (
    _to_supervisor(_s)
    | (_to_set(_s) & ~_other_share(_to_supervisor(_other)))
    | (
        stands(_s.audience, Audience.LEARNING_PARTNER)
        & _learns
        & ~_other_share(_to_supervisor(_other), _to_set(_other))
    )
)


def _received(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(_s.item_id, _c.person_id, people.c.account, _c.on_date, _s.named, _s.since)
        .select_from(journal_shares.join(journal).join(people, people.c.id == _c.person_id))
        .where(_TO_READER, _c.person_id != bindparam("reader"), _CAN_TAKE_BACK, *where)
        .order_by(_s.since.desc(), _s.item_id.desc())
    )


_RECEIVED_ONE = _received(_OF_ITEM)
_RECEIVED = _received().limit(bindparam("size"))
_RECEIVED_NEXT = _received(earlier_than(_s.since, _s.item_id)).limit(bindparam("size"))


class Reader(NamedTuple):
    """Who reads, and as what."""

    id: str
    supervises: bool
    learns: bool
    in_sets: bool = True


class Received(NamedTuple):
    """What somebody shared with a reader. `user` is whose it is, as the chat workspace names them.

    Where it is not `named`, `person_id`, `user` and the day are not the reader's to know.
    """

    item_id: str
    person_id: str
    user: str
    on_date: date
    named: bool
    since: datetime


def add(conn: Connection, item: Item, words: bytes) -> None:
    """Keep a new item with its sealed words, and share it as it says."""
    conn.execute(
        _ADD,
        id=item.id,
        person_id=item.person_id,
        on_date=item.on_date,
        prompted=item.prompted,
        words=words,
        created_at=item.created_at,
        updated_at=item.created_at,
    )
    share(conn, item.id, item.shares, now=item.created_at)


def one(conn: Connection, item_id: str) -> Item | None:
    """Return one item with its shares.

    In a writing transaction it is held: nobody else changes it until the end.
    """
    if conn.writes and conn.first(_HOLD, id=item_id) is None:
        return None
    return next(iter(_items(conn.all(_ONE, id=item_id))), None)


def sealed(conn: Connection, item_id: str) -> bytes | None:
    """Return the sealed words of an item."""
    found: bytes | None = conn.value(_WORDS, id=item_id)
    return found


def change(conn: Connection, item_id: str, words: bytes, *, now: datetime) -> bool:
    """Put sealed words in place of the old ones; False where the item is gone."""
    return conn.execute(_CHANGE, id=item_id, words=words, updated_at=now) == 1


def share(conn: Connection, item_id: str, shares: Iterable[Share], *, now: datetime) -> None:
    """Share an item with exactly these; what stays as it was keeps its date."""
    before = one(conn, item_id)
    since = {known: known.since for known in before.shares} if before else {}
    conn.execute(_UNSHARE, item_id=item_id)
    for wanted in shares:
        conn.execute(
            _SHARE,
            item_id=item_id,
            audience=wanted.audience.value,
            target=wanted.target,
            named=wanted.named,
            since=since.get(wanted) or now,
        )


def remove(conn: Connection, item_id: str) -> bool:
    """Delete an item and whatever was shared of it; False where it was gone."""
    conn.execute(_UNSHARE, item_id=item_id)
    return conn.execute(_DELETE, id=item_id) == 1


def page(conn: Connection, person_id: str, *, size: int, after: str | None = None) -> list[Item]:
    """Return some of a person's items, newest first.

    Args:
        conn: Any transaction.
        person_id: Whose.
        size: How many at most.
        after: The id of the last item of the page before; None for the first page. Where that item
            is gone since, or is not theirs, the first page.
    """
    shown = None if after is None else one(conn, after)
    if shown is None or shown.person_id != person_id:
        return _items(conn.all(_PAGE, person_id=person_id, size=size))
    rows = conn.all(
        _NEXT_PAGE,
        person_id=person_id,
        size=size,
        created_at_before=shown.created_at,
        id_before=shown.id,
    )
    return _items(rows)


def received(
    conn: Connection, reader: Reader, *, size: int, after: str | None = None
) -> list[Received]:
    """Return some of what is shared with a reader now, what was shared last first.

    Of somebody whose journal is closed to them, because they left or changed their role, nothing.
    What is shared with a reader twice comes once, by name. `after` as in `page`.
    """
    shown = None if after is None else received_one(conn, reader, after)
    if shown is None:
        rows = conn.all(_RECEIVED, **_as(reader), size=size)
    else:
        rows = conn.all(
            _RECEIVED_NEXT,
            **_as(reader),
            size=size,
            since_before=shown.since,
            item_id_before=shown.item_id,
        )
    return [Received(*row) for row in rows]


def received_one(conn: Connection, reader: Reader, item_id: str) -> Received | None:
    """Return one item if it is shared with the reader now."""
    row = conn.first(_RECEIVED_ONE, **_as(reader), item_id=item_id)
    return None if row is None else Received(*row)


def _as(reader: Reader) -> dict[str, Any]:
    return {
        "reader": reader.id,
        "supervises": reader.supervises,
        "learns": reader.learns,
        "in_sets": reader.in_sets,
    }


def _items(rows: Sequence[Row]) -> list[Item]:
    """Return the items of rows in which one stands once for each of its shares."""
    found: dict[str, Item] = {}
    shares: dict[str, list[Share]] = {}
    for item_id, person_id, on_date, created_at, prompted, audience, target, named, since in rows:
        shares.setdefault(item_id, [])
        if audience is not None:
            known = Share(audience=Audience(audience), target=target, named=named, since=since)
            shares[item_id].append(known)
        found[item_id] = Item(
            id=item_id,
            person_id=person_id,
            on_date=on_date,
            created_at=created_at,
            prompted=prompted,
            shares=tuple(shares[item_id]),
        )
    return list(found.values())
