"""Chains the lines of the audit, so that a change afterwards shows.

Each line is linked to the one before it, in the order of their ids, by an HMAC over that link and
all that stands in the line. Lines are written without a link, so that nobody who acts waits for
another, and linked a little later. What this shows and what not:
docs/decisions/0019-the-audit-is-chained-by-the-tick.md.
"""

import hmac
import json
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Integer, bindparam, delete, func, select, text, update

from domain.values import dataclass
from storage.connection import Connection, Row
from storage.my_data_tables import audit_chain
from storage.statements import changing, upsert
from storage.tables import audit

KEY = "audit"
_NOTHING = "0" * 64
_LINE = ("id", "at", "actor", "action", "kind", "object_id", "outcome", "reason", "link")
_c = audit.c
_SOME = (
    select(*(_c[name] for name in _LINE))
    .where(_c.id > bindparam("after"), _c.id <= bindparam("upto"))
    .order_by(_c.id)
    .limit(bindparam("size"))
)
_FROM = select(*(_c[name] for name in _LINE)).where(_c.id > bindparam("after")).order_by(_c.id)
_LINK = update(audit).where(_c.id == bindparam("line")).values(link=bindparam("now_linked"))
_REMOVE = delete(audit).where(_c.id <= bindparam("upto"))
_OLDEST_LEFT_OVER = select(_c.id).where(_c.id <= bindparam("upto")).order_by(_c.id).limit(1)
_LAST = select(func.coalesce(func.max(_c.id), 0, type_=Integer))
_OVER = select(func.count()).select_from(audit).where(_c.at <= bindparam("cutoff"))
_LINK_OF = select(_c.link).where(_c.id == bindparam("line"))
_ANY_LINKED = select(_c.id).where(_c.link.is_not(None)).limit(1)
_STATE = ("anchor_id", "anchor_link", "head_id", "head_link", "proof")
_READ = select(*(audit_chain.c[name] for name in _STATE))
_HOLD = _READ.with_for_update()
_BEGIN = upsert(audit_chain).on_conflict_do_nothing()
_CHANGE = changing(audit_chain, *_STATE)
_WAIT_A_SECOND = text("SET LOCAL lock_timeout = '1s'")
_LET_WRITERS_END = text("LOCK TABLE audit IN SHARE MODE")


class ChainBroken(Exception):
    """The audit is not what was written. The message names the first line, by its number."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Where the chain begins, after `anchor_id`, and where it ends, with `head_id`."""

    anchor_id: int
    anchor_link: str
    head_id: int
    head_link: str

    def proof(self, key: bytes) -> str:
        """Return what shows that somebody with the key wrote this."""
        return _hmac(
            key, f"chain|{self.anchor_id}|{self.anchor_link}|{self.head_id}|{self.head_link}"
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found: how many lines are linked, and how many wait to be."""

    linked: int
    waiting: int
    head_id: int = 0
    head_link: str = _NOTHING


def newest(conn: Connection) -> int:
    """Return the number of the last line such that no lower one can come any more.

    On PostgreSQL a lower number may be kept later than a higher one. So it waits until everyone who
    writes lines just now has ended, for a second at most; those who begin meanwhile wait as well.

    Raises:
        StorageUnavailable: Somebody takes longer.
    """
    if conn.dialect == "postgresql":
        conn.execute(_WAIT_A_SECOND)
        conn.execute(_LET_WRITERS_END)
    return int(conn.value(_LAST))


def link(conn: Connection, key: bytes, *, upto: int, size: int) -> int:
    """Link some lines that are not linked yet, up to this number; return how many.

    Raises:
        ChainBroken: What says where the chain ends was changed. Nothing more is linked to it.
    """
    chain = _held(conn, key)
    last, number = chain.head_link, chain.head_id
    lines = conn.all(_SOME, after=chain.head_id, upto=upto, size=size)
    for line in lines:
        number, last = line[0], _link_of(key, last, line)
        conn.execute(_LINK, line=number, now_linked=last)
    if lines:
        _keep(conn, key, Chain(chain.anchor_id, chain.anchor_link, number, last))
    return len(lines)


def examine(conn: Connection, key: bytes | None) -> Looked:
    """Go through every line.

    Raises:
        ChainBroken: Naming the first line that is not as it was written.
    """
    row = conn.first(_READ)
    if row is None or key is None:
        if row is not None or key is not None or conn.first(_ANY_LINKED) is not None:
            raise ChainBroken("What says where the chain of the audit begins is gone.")
        return Looked(0, int(conn.value(select(func.count()).select_from(audit))))
    chain = _proved(row, key)
    left_over = conn.value(_OLDEST_LEFT_OVER, upto=chain.anchor_id)
    if left_over is not None:
        raise ChainBroken(f"Line {left_over} of the audit was put in afterwards.")
    linked, waiting, last = 0, 0, chain.anchor_link
    found = chain.anchor_id
    for line in conn.stream(_FROM, after=chain.anchor_id):
        if line[0] > chain.head_id:
            waiting += 1
            continue
        last = _link_of(key, last, line)
        if line[-1] is None or not hmac.compare_digest(last, line[-1]):
            raise ChainBroken(_CHANGED.format(line[0]))
        linked, found = linked + 1, line[0]
    if found != chain.head_id or last != chain.head_link:
        raise ChainBroken(f"Line {chain.head_id} of the audit is gone, and maybe others with it.")
    return Looked(linked, waiting, chain.head_id, chain.head_link)


def over(conn: Connection, *, cutoff: datetime) -> int:
    """Return how many lines are from the cutoff or before."""
    return int(conn.value(_OVER, cutoff=cutoff))


def sweep(conn: Connection, key: bytes, *, cutoff: datetime, size: int) -> int:
    """Remove some of the first lines, as long as they are from the cutoff or before.

    They are looked at first: lines that were changed stay, so that it can still be seen. What is
    left begins at an anchor in their place.

    Raises:
        ChainBroken: As in `examine`.
    """
    chain = _held(conn, key)
    last, number = chain.anchor_link, chain.anchor_id
    gone = 0
    for line in conn.all(_SOME, after=chain.anchor_id, upto=chain.head_id, size=size):
        if line[1] > cutoff:
            break
        last = _link_of(key, last, line)
        if line[-1] is None or not hmac.compare_digest(last, line[-1]):
            raise ChainBroken(_CHANGED.format(line[0]))
        number, gone = line[0], gone + 1
    if gone:
        conn.execute(_REMOVE, upto=number)
        _keep(conn, key, Chain(number, last, chain.head_id, chain.head_link))
    return gone


def head(conn: Connection) -> tuple[int, str] | None:
    """Return the number of the last linked line and its link; None before the first."""
    row = conn.first(_READ)
    return None if row is None else (row[2], row[3])


def stands(conn: Connection, number: int, link: str) -> bool:
    """Whether this line is there with this link, or had its time and is gone."""
    row = conn.first(_READ)
    if row is None:
        return number == 0
    if number <= row[0]:
        return number < int(row[0]) or link == str(row[1])
    return bool(conn.value(_LINK_OF, line=number) == link)


def _held(conn: Connection, key: bytes) -> Chain:
    """Return the chain, which nobody else goes on with until the end of the transaction."""
    row = conn.first(_HOLD)
    if row is None:
        if conn.first(_ANY_LINKED) is not None:
            raise ChainBroken("What says where the chain of the audit begins is gone.")
        begun = Chain(0, _NOTHING, 0, _NOTHING)
        conn.execute(_BEGIN, id=1, **_values(begun, key))
        row = conn.first(_HOLD)
        assert row is not None
    return _proved(row, key)


def _proved(row: Row, key: bytes) -> Chain:
    chain = Chain(*row[:4])
    if not hmac.compare_digest(chain.proof(key), row[4]):
        raise ChainBroken("What says where the chain of the audit begins and ends was changed.")
    return chain


def _keep(conn: Connection, key: bytes, chain: Chain) -> None:
    conn.execute(_CHANGE, **_values(chain, key))


def _values(chain: Chain, key: bytes) -> dict[str, object]:
    return {
        "anchor_id": chain.anchor_id,
        "anchor_link": chain.anchor_link,
        "head_id": chain.head_id,
        "head_link": chain.head_link,
        "proof": chain.proof(key),
    }


def _link_of(key: bytes, before: str, line: Row) -> str:
    """Return the link of a line: over the one before it and everything that stands in it."""
    number, at, *words = line[:-1]
    return _hmac(key, json.dumps([before, number, at.isoformat(), *words]))


def _hmac(key: bytes, words: str) -> str:
    return hmac.new(key, words.encode(), sha256).hexdigest()


_CHANGED = "Line {} of the audit was changed or put in, or a line just before it was taken out."
