"""What holds for the whole programme."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage.connection import Connection
from storage.statements import upsert
from storage.tables import programme

_IS = programme.c.name == bindparam("name")
_OF = select(programme.c.value).where(_IS)
_insert = upsert(programme)
_PUT = _insert.on_conflict_do_update(
    index_elements=[programme.c.name],
    set_={name: _insert.excluded[name] for name in ("value", "updated_at")},
)
_DROP = delete(programme).where(programme.c.name == bindparam("which"))

_HOLD = _OF.with_for_update()

_PAUSED = "paused"
_NOT_BEFORE = "not_before"
_TURN = "turn"
_RESTORED = "restored_at"
_SUPERVISION = "supervision"


def paused(conn: Connection) -> bool:
    """Whether nothing is sent to anybody until a co-lead says so."""
    return conn.first(_OF, name=_PAUSED) is not None


def set_paused(conn: Connection, paused: bool, *, now: datetime) -> None:
    """Pause everything, or let it go on."""
    if paused:
        conn.execute(_PUT, name=_PAUSED, value="yes", updated_at=now)
    else:
        conn.execute(_DROP, which=_PAUSED)


def supervision(conn: Connection) -> str | None:
    """Return what was set for supervision, as it was kept; None where the usual holds."""
    value: str | None = conn.value(_OF, name=_SUPERVISION)
    return value


def set_supervision(conn: Connection, value: str, *, now: datetime) -> None:
    """Keep what is set for supervision."""
    conn.execute(_PUT, name=_SUPERVISION, value=value, updated_at=now)


def not_before(conn: Connection) -> datetime | None:
    """Return the moment such that nothing that was due before it is sent any more."""
    return _moment(conn, _NOT_BEFORE)


def set_not_before(conn: Connection, moment: datetime, *, now: datetime) -> None:
    """Let nothing be sent that was due before this moment."""
    conn.execute(_PUT, name=_NOT_BEFORE, value=moment.isoformat(), updated_at=now)


def turn(conn: Connection, *, held: bool = False) -> int:
    """Return how many turns the upkeep has made; `held`, nobody else changes it until the end."""
    found = conn.value(_HOLD if held else _OF, name=_TURN)
    return 0 if found is None else int(found)


def set_turn(conn: Connection, turn: int, *, now: datetime) -> None:
    """Note how many turns the upkeep has made."""
    conn.execute(_PUT, name=_TURN, value=str(turn), updated_at=now)


def restored_at(conn: Connection) -> datetime | None:
    """Return when a backup was put back into this database, which is not settled yet."""
    return _moment(conn, _RESTORED)


def set_restored(conn: Connection, *, now: datetime) -> None:
    """Note that a backup was put back into this database."""
    conn.execute(_PUT, name=_RESTORED, value=now.isoformat(), updated_at=now)


def forget_restored(conn: Connection) -> None:
    """Note that this is settled."""
    conn.execute(_DROP, which=_RESTORED)


def _moment(conn: Connection, name: str) -> datetime | None:
    found = conn.value(_OF, name=name)
    return None if found is None else datetime.fromisoformat(found)
