"""A supervisor's own settings: how many requests they hold at once, and when they are away."""

from datetime import date, datetime

from bot.services.gate import admit
from bot.services.supervision_desk import Desk
from domain.clock import local_date
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.supervisors import Supervisor, TimeOff, check_most, check_time_off
from domain.values import dataclass
from storage import audit, idempotency
from storage import supervisors as store
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Supervisors:
    """The use cases. A change counts from the next request on."""

    desk: Desk

    def mine(self, by: Account) -> tuple[Supervisor, date]:
        """Return how somebody is set, and their own date."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            return self._mine(conn, me, now)

    def hold_at_most(self, by: Account, most: int) -> tuple[Supervisor, date]:
        """Set how many requests they hold at once.

        Raises:
            NotValid: `most_held`.
        """
        check_most(most)
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            store.set_most(conn, me.id, most, now=now)
            self._done(conn, me, "most_held_set", now)
            return self._mine(conn, me, now)

    def be_away(
        self, by: Account, first_on: date, last_on: date, *, form: str
    ) -> tuple[Supervisor, date]:
        """Add time off; a second `form` changes nothing.

        Raises:
            NotValid: By `domain.supervisors`.
        """
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            if idempotency.once(conn, form, me.id, now=now) is None:
                check_time_off(first_on, last_on, today=local_date(now, me.tz))
                store.add_time_off(conn, me.id, TimeOff(new_id(), first_on, last_on))
                self._done(conn, me, "time_off_added", now)
            return self._mine(conn, me, now)

    def be_there(self, by: Account, off_id: str) -> tuple[Supervisor, date]:
        """Take time off away again. Once more changes nothing."""
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.TAKE_REQUESTS)
            if store.remove_time_off(conn, me.id, off_id):
                self._done(conn, me, "time_off_removed", now)
            return self._mine(conn, me, now)

    def _mine(self, conn: Connection, me: Person, now: datetime) -> tuple[Supervisor, date]:
        return self.desk.supervisor(conn, me, now), local_date(now, me.tz)

    def _done(self, conn: Connection, me: Person, action: str, now: datetime) -> None:
        audit.write(conn, at=now, actor=me.id, action=action, kind="supervisor", object_id=me.id)
