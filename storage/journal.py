"""Queries on journals and with whom their items are shared. Words go in and out sealed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql

from domain.journal import Audience, Item, Share
from storage.connection import Connection, Row
from storage.person_rows import ENROLLED
from storage.statements import changing, earlier_than
from storage.tables import journal, journal_shares, people

_c = journal.c
_s = journal_shares.c
_IS = _c.id == bindparam("id")
_OWN = _c.person_id == bindparam("person_id")
_OF_ITEM = _s.item_id == bindparam("item_id")
_NEWEST_FIRST = (_c.created_at.desc(), _c.id.desc())


def _select(*more: Any) -> Select[*tuple[Any, ...]]:
    return select(_c.id, _c.person_id, _c.on_date, _c.created_at, _c.prompted, *more)


_ADD = insert(journal)
_ONE = _select().where(_IS)
_HELD = _ONE.with_for_update()
_WORDS = select(_c.words).where(_IS)
_CHANGE = changing(journal, "words", "updated_at").where(_IS)
_DELETE = delete(journal).where(_IS)
_COUNT = select(func.count()).select_from(journal).where(_OWN)
_FIRST_PAGE = _select().where(_OWN).order_by(*_NEWEST_FIRST).limit(bindparam("size"))
_NEXT_PAGE = _FIRST_PAGE.where(earlier_than(_c.created_at, _c.id))
_LATEST = select(_c.created_at).where(_OWN).order_by(*_NEWEST_FIRST).limit(1)
_SHARES = (
    select(_s.audience, _s.target, _s.named, _s.since).where(_OF_ITEM).order_by(_s.audience.desc())
)
# PostgreSQL's class compiles for SQLite too.
_insert = postgresql.insert(journal_shares)
_SHARE = _insert.on_conflict_do_update(
    index_elements=[_s.item_id, _s.audience],
    set_={name: _insert.excluded[name] for name in ("target", "named", "since")},
)
_UNSHARE = delete(journal_shares).where(_OF_ITEM, _s.audience == bindparam("from_audience"))
_UNSHARE_ALL = delete(journal_shares).where(_OF_ITEM)
# Two pairs, the second for a second role; an audience that is no word matches nothing.
_WITH_READER = or_(
    and_(_s.audience == bindparam("one_audience"), _s.target == bindparam("one_target")),
    and_(_s.audience == bindparam("other_audience"), _s.target == bindparam("other_target")),
)
_shared = _select(_s.audience, _s.target, _s.named, _s.since).select_from(
    journal_shares.join(journal).join(people, people.c.id == _c.person_id)
)
_SHARED_PAGE = (
    _shared.where(_WITH_READER, ENROLLED)
    .order_by(_s.since.desc(), _s.item_id, _s.audience.desc())
    .limit(bindparam("size"))
    .offset(bindparam("skipped"))
)
_SHARED_COUNT = (
    select(func.count())
    .select_from(journal_shares.join(journal).join(people, people.c.id == _c.person_id))
    .where(_WITH_READER, ENROLLED)
)
_SHARED_ONE = _shared.where(_WITH_READER, ENROLLED, _OF_ITEM).order_by(_s.named.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class SharedItem:
    """An item as it is shared with a reader, by which share and since when."""

    item: Item
    share: Share
    since: datetime


def add(conn: Connection, item: Item, words: bytes) -> None:
    """Keep a new item with its sealed words; its shares are kept by `share`."""
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


def one(conn: Connection, item_id: str) -> Item | None:
    """Return one item with its shares; in a writing transaction it is held until the end."""
    row = conn.first(_HELD if conn.writes else _ONE, id=item_id)
    if row is None:
        return None
    return replace(_item(row), shares=tuple(share for share, _ in shares(conn, item_id)))


def sealed(conn: Connection, item_id: str) -> bytes | None:
    """Return the sealed words of an item."""
    found: bytes | None = conn.value(_WORDS, id=item_id)
    return found


def change(conn: Connection, item_id: str, words: bytes, *, now: datetime) -> bool:
    """Put other sealed words in place of what was there; False where there is no such item."""
    return conn.execute(_CHANGE, id=item_id, words=words, updated_at=now) == 1


def remove(conn: Connection, item_id: str) -> bool:
    """Take an item away, with its words and its shares; False where there was none."""
    conn.execute(_UNSHARE_ALL, item_id=item_id)
    return conn.execute(_DELETE, id=item_id) == 1


def page(
    conn: Connection, person_id: str, *, size: int, after: str | None = None
) -> tuple[list[Item], int]:
    """Return some of somebody's items, the newest first and without shares, and how many there are.

    Args:
        conn: Any transaction.
        person_id: Whose.
        size: How many at most.
        after: The id of the last item of the page before; of nobody else's and of none that is
            gone, which give the first page.
    """
    total = conn.value(_COUNT, person_id=person_id)
    last = conn.first(_ONE, id=after) if after else None
    if last is None or last[1] != person_id:
        rows = conn.all(_FIRST_PAGE, person_id=person_id, size=size)
    else:
        rows = conn.all(
            _NEXT_PAGE,
            person_id=person_id,
            size=size,
            created_at_before=last[3],
            id_before=last[0],
        )
    return [_item(row) for row in rows], total


def latest_at(conn: Connection, person_id: str) -> datetime | None:
    """Return when somebody last wrote an item."""
    found: datetime | None = conn.value(_LATEST, person_id=person_id)
    return found


def shares(conn: Connection, item_id: str) -> list[tuple[Share, datetime]]:
    """Return with whom an item is shared, and since when."""
    return [(_share(*row[:3]), row[3]) for row in conn.all(_SHARES, item_id=item_id)]


def share(conn: Connection, item_id: str, with_whom: Share, *, now: datetime) -> None:
    """Share an item, in place of an earlier share with the same audience."""
    conn.execute(
        _SHARE,
        item_id=item_id,
        audience=with_whom.audience.value,
        target=with_whom.target,
        named=with_whom.named,
        since=now,
    )


def unshare(conn: Connection, item_id: str, audience: Audience) -> None:
    """Take a share back."""
    conn.execute(_UNSHARE, item_id=item_id, from_audience=audience.value)


Reads = tuple[tuple[Audience, str], ...]
"""What a reader may see, at most two: an audience, and the target that the share must name."""


def shared_page(
    conn: Connection, reads: Reads, *, size: int, skipped: int = 0
) -> tuple[list[SharedItem], int]:
    """Return some of what is shared with a reader, the latest share first, and how much there is.

    What belongs to somebody who is not enrolled any more is not among it.
    """
    reader = _reader(reads)
    rows = conn.all(_SHARED_PAGE, size=size, skipped=skipped, **reader)
    return [_shared_item(row) for row in rows], int(conn.value(_SHARED_COUNT, **reader))


def shared_one(conn: Connection, reads: Reads, item_id: str) -> SharedItem | None:
    """Return an item if it is shared with this reader; by name, where it is so twice."""
    row = conn.first(_SHARED_ONE, item_id=item_id, **_reader(reads))
    return None if row is None else _shared_item(row)


def _reader(reads: Reads) -> dict[str, str]:
    (one_audience, one_target), (other_audience, other_target), *_ = (*reads, ("", ""), ("", ""))
    return {
        "one_audience": str(one_audience),
        "one_target": one_target,
        "other_audience": str(other_audience),
        "other_target": other_target,
    }


def _shared_item(row: Row) -> SharedItem:
    return SharedItem(_item(row[:5]), _share(*row[5:8]), row[8])


def _share(audience: str, target: str, named: bool) -> Share:
    return Share(audience=Audience(audience), target=target, named=named)


def _item(row: Row) -> Item:
    item_id, person_id, on_date, created_at, prompted = row
    return Item(
        id=item_id,
        person_id=person_id,
        on_date=on_date,
        created_at=created_at,
        prompted=prompted,
    )
