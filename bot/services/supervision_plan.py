"""The co-leads' side: promises, working hours, and two counts. Never whose or what for."""

from datetime import timedelta

from bot.services.gate import admit
from bot.services.supervision_desk import Desk, keep_promises, promises_of
from bot.services.supervision_pages import Programme
from bot.services.supervision_tally import how_many_are_due
from domain.people import Account, Person, Role
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.response_clock import Promises, check_promises
from domain.values import dataclass
from storage import audit, idempotency, people
from storage import supervision as store
from storage.engine import Connection

COUNTED = timedelta(days=90)
FEWEST = 5
"""The fewest requests of which a learning partner is told the number."""


@dataclass(frozen=True, slots=True)
class SupervisionPlan:
    """The use cases of co-leads, and the count for learning partners."""

    desk: Desk

    def programme(self, by: Account) -> Programme:
        """Return what co-leads see."""
        with self.desk.database.read() as conn:
            me = admit(conn, by, Act.RUN_SUPERVISION)
            return self._programme(conn, me)

    def save(self, by: Account, wanted: Promises, *, form: str) -> Programme:
        """Set what is promised from now on. What was promised before stays as it was said.

        Raises:
            NotValid: By `domain.response_clock`.
        """
        check_promises(wanted)
        now = self.desk.clock()
        with self.desk.writing() as conn:
            me = admit(conn, by, Act.RUN_SUPERVISION)
            if idempotency.once(conn, form, me.id, now=now) is None:
                keep_promises(conn, wanted, now=now)
                audit.write(
                    conn,
                    at=now,
                    actor=me.id,
                    action="promises_set",
                    kind="programme",
                    object_id="supervision",
                )
            return self._programme(conn, me)

    def sent_lately(self, by: Account) -> int | None:
        """Return how many requests were sent in the last 90 days; None for fewer than five."""
        now = self.desk.clock()
        with self.desk.database.read() as conn:
            admit(conn, by, Act.COUNT_REQUESTS)
            check_shows(Thing.REQUEST_EXISTS, Viewer.LEARNING_PARTNERS, Sight.COUNT)
            count = store.sent_since(conn, now - COUNTED)
            return count if count >= FEWEST else None

    def _programme(self, conn: Connection, me: Person) -> Programme:
        now = self.desk.clock()
        check_shows(Thing.PROMISES, Viewer.CO_LEADS, Sight.YES)
        return Programme(
            late=self.desk.late_for(conn, me, now),
            due=how_many_are_due(conn, now),
            supervisors=len(people.people_with_role(conn, Role.SUPERVISOR)),
            promises=promises_of(conn),
        )
