"""Marks in a database that is moved, or that another one was moved into.

They stand among what holds for the whole programme, and are the only rows that a move leaves out.
"""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, select

from domain.values import dataclass
from storage.connection import Connection
from storage.problems import DatabaseProblem
from storage.statements import changing, upsert
from storage.tables import programme

OUT = "moved_out"
IN = "moved_in"

_IS = programme.c.name == bindparam("which")
_OF = select(programme.c.value).where(_IS)
_insert = upsert(programme)
_PUT = _insert.on_conflict_do_update(
    index_elements=[programme.c.name],
    set_={name: _insert.excluded[name] for name in ("value", "updated_at")},
)
_GO_ON = changing(programme, "value", "updated_at").where(
    _IS, programme.c.value == bindparam("before")
)
_DROP = delete(programme).where(_IS)


class Stage(StrEnum):
    """How far a move has come. Anew: what was copied is no good, and is taken away first."""

    UNDER_WAY = "under_way"
    ANEW = "anew"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Out:
    """In the old database: where it moves to. `move` is the id of the move, the same in both."""

    move: str
    to: str
    stage: Stage
    at: datetime


@dataclass(frozen=True, slots=True)
class In:
    """In the new database: where it comes from, and how far the copying is.

    `after` is the key of the last row of `table` that was copied, `rows` how many of it were.
    """

    move: str
    came_from: str
    stage: Stage
    at: datetime
    table: str | None = None
    after: tuple[str | int, ...] = ()
    rows: int = 0


class Elsewhere(Exception):
    """Somebody else moved into the new database meanwhile."""


def out(conn: Connection) -> Out | None:
    """Return the mark of a database that moves, or has moved, to another one."""
    kept = _kept(conn, OUT)
    return None if kept is None else Out(**kept)


def into(conn: Connection) -> In | None:
    """Return the mark of a database that is filled, or was filled, from another one."""
    kept = _kept(conn, IN)
    return None if kept is None else In(**kept | {"after": tuple(kept["after"])})


def set_out(conn: Connection, mark: Out) -> None:
    """Mark the old database: no bot starts on it from here on."""
    conn.execute(_PUT, name=OUT, value=_text(mark), updated_at=mark.at)


def set_into(conn: Connection, mark: In) -> None:
    """Mark the new database, whatever stood there."""
    conn.execute(_PUT, name=IN, value=_text(mark), updated_at=mark.at)


def go_on(conn: Connection, before: In, mark: In) -> None:
    """Put a mark in place of the one that was read before.

    Raises:
        Elsewhere: Another one stands there by now: two move at the same time.
    """
    if not conn.execute(
        _GO_ON, which=IN, before=_text(before), value=_text(mark), updated_at=mark.at
    ):
        raise Elsewhere


def forget(conn: Connection) -> None:
    """Take both marks away: the database stands for itself again."""
    for name in (OUT, IN):
        conn.execute(_DROP, which=name)


def refuse_what_moved(conn: Connection) -> None:
    """Make sure that a bot may work on this database.

    Raises:
        DatabaseProblem: It has moved, is being moved, or is not whole yet; with what to do.
    """
    gone = out(conn)
    if gone is not None:
        text = _MOVED if gone.stage is Stage.MOVED else _MOVES
        raise DatabaseProblem(text.format(to=gone.to, at=f"{gone.at:%Y-%m-%d %H:%M}"))
    coming = into(conn)
    if coming is not None and coming.stage is not Stage.MOVED:
        raise DatabaseProblem(_NOT_WHOLE.format(coming.came_from))


_MOVED = (
    "This database has moved: since {at} UTC everything is in {to}. Name that one in DATABASE_URL. "
    "To use this one all the same, without what was done since, run: alongside migrate --take-back"
)
_MOVES = (
    "This database is being moved to {to}, since {at} UTC. Run the same move again to finish it. "
    "To stay here and give the move up, run: alongside migrate --take-back"
)
_NOT_WHOLE = (
    "This database is being filled from {}, and is not whole yet. "
    "Run the same move again to finish it."
)


def _kept(conn: Connection, name: str) -> dict[str, Any] | None:
    found = conn.value(_OF, which=name)
    if found is None:
        return None
    kept: dict[str, Any] = json.loads(found)
    kept["stage"], kept["at"] = Stage(kept["stage"]), datetime.fromisoformat(kept["at"])
    return kept


def _text(mark: Out | In) -> str:
    kept = {name: getattr(mark, name) for name in mark.__slots__}
    return json.dumps(kept | {"at": mark.at.isoformat()})
