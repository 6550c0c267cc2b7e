"""What holds for the whole programme."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql

from storage.connection import Connection
from storage.tables import programme

_IS = programme.c.name == bindparam("name")
_OF = select(programme.c.value).where(_IS)
# PostgreSQL's class compiles for SQLite too.
_insert = postgresql.insert(programme)
_PUT = _insert.on_conflict_do_update(
    index_elements=[programme.c.name],
    set_={name: _insert.excluded[name] for name in ("value", "updated_at")},
)
_DROP = delete(programme).where(programme.c.name == bindparam("which"))

_PAUSED = "paused"
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
