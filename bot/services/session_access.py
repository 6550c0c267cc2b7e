"""How every session use case finds the person, the session and the audit line."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from bot.services.gate import admit
from domain import policy
from domain.clock import Clock, local_date
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused
from domain.sessions import Session
from domain.values import dataclass
from storage import audit
from storage import sessions as store
from storage.engine import Connection, Database


@dataclass(frozen=True, slots=True)
class Changing:
    """A write transaction on one of the person's own sessions."""

    conn: Connection
    me: Person
    session: Session
    now: datetime

    def done(self, action: str) -> None:
        """Write down what was done; never with words."""
        done(self.conn, self.me, action, self.session.id, self.now)


@contextmanager
def changing(database: Database, clock: Clock, by: Account, session_id: str) -> Iterator[Changing]:
    """Open a transaction that changes one of the person's own sessions."""
    with database.write() as conn:
        me = admit(conn, by, Act.CHANGE_SESSION)
        yield Changing(conn, me, own(conn, me, session_id, Act.CHANGE_SESSION), clock())


def own(conn: Connection, me: Person, session_id: str, act: Act) -> Session:
    """Return the session if it is theirs.

    Raises:
        Refused: `not_found`, for one that is not there and for somebody else's alike.
    """
    session = store.one(conn, session_id)
    if session is None or session.deleted_at is not None:
        raise Refused("not_found")
    policy.check(act, me, owner_id=session.person_id)
    return session


def done(conn: Connection, me: Person, action: str, on: str, now: datetime) -> None:
    """Write an audit line about a session."""
    audit.write(conn, at=now, actor=me.id, action=action, kind="session", object_id=on)


def today(clock: Clock, me: Person) -> date:
    """Return the person's own date."""
    return local_date(clock(), me.tz)
