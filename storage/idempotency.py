"""Makes the effect of a request that arrives several times happen once.

The key is written in the transaction of the effect: both are kept or neither. A second request
with the same key that comes while the first is under way waits for it.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.connection import Connection
from storage.problems import Conflict
from storage.statements import changing, upsert
from storage.tables import idempotency

_IS = idempotency.c.key == bindparam("key")
_CLAIM = upsert(idempotency).on_conflict_do_nothing()
_RESULT = select(idempotency.c.person_id, idempotency.c.result).where(_IS)
_REMEMBER = changing(idempotency, "result").where(_IS)

_FORGET = delete(idempotency).where(_IS, idempotency.c.result == bindparam("result"))


def once(
    conn: Connection, key: str, person_id: str, *, now: datetime, result: str = ""
) -> str | None:
    """Take the key and return None, or return the result of the request that had it first.

    Args:
        conn: The writing transaction of the effect; go on only where this returns None.
        key: What all deliveries of one request have in common, 200 characters at most.
        person_id: Who asks.
        now: The current time.
        result: What a second request will be told, such as the id about to be used. Where it is
            known only later, call `remember`.

    Raises:
        Conflict: Somebody else used this key.
    """
    if conn.execute(_CLAIM, key=key, person_id=person_id, result=result, at=now):
        return None
    row = conn.first(_RESULT, key=key)
    if row is None or row[0] != person_id:
        raise Conflict("idempotency key")
    return str(row[1])


def known(conn: Connection, key: str, person_id: str) -> str | None:
    """Return the result of a request of theirs that had the key; None before the first."""
    row = conn.first(_RESULT, key=key)
    return str(row[1]) if row is not None and row[0] == person_id else None


def remember(conn: Connection, key: str, result: str) -> None:
    """Keep what a second request with the key will be told, in the same transaction as `once`."""
    conn.execute(_REMEMBER, key=key, result=result)


def forget(conn: Connection, key: str, result: str) -> None:
    """Let the key be taken anew, where what it told is this: the effect did not come about."""
    conn.execute(_FORGET, key=key, result=result)
