"""What partners logged: a month of it for co-leads, and totals for learning partners.

Nothing of it can be changed here. Of words, details and how heavy something was, nothing is read.
"""

from datetime import date, timedelta

from bot.services.cohorts import known_cohort
from bot.services.gate import admit
from domain.clock import Clock, local_date
from domain.cohorts import Cohort
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.sessions import DAYS_AHEAD
from domain.values import dataclass
from domain.work import (
    MONTHS_TOLD,
    Logged,
    ProgrammeTotals,
    Sums,
    month_before,
    months_back,
    totals_to_tell,
)
from storage import audit, cohorts
from storage import work as store
from storage.engine import Connection, Database

PAGE = 20
MOST_MONTHS = 100
"""As many as one list in Slack holds: over eight years, and sessions are kept for seven."""
MOST_COHORTS = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkMonth:
    """A page of a month: what it comes to, and some of its sessions.

    `cohort` is None for everyone. `month` is a first day, and so are `earlier` and `later`, where
    there is such a month to turn to. Pages count from 1.
    """

    cohort: Cohort | None
    month: date
    sums: Sums
    logged: tuple[Logged, ...]
    page: int
    pages: int
    earlier: date | None
    later: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkChoices:
    """What can be chosen: the latest cohorts, and the months from the newest on."""

    cohorts: tuple[Cohort, ...]
    months: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """The use cases, given a database and a clock."""

    database: Database
    clock: Clock

    def month(
        self,
        by: Account,
        cohort_id: str | None = None,
        month: date | None = None,
        page: int = 1,
    ) -> WorkMonth:
        """Return a page of what was logged in a month, for co-leads.

        That it was looked at is written down: who, when, and of which cohort. The partners are not
        shown this line. Each form that asks for these facts says that co-leads see them, always and
        not by anybody's choice, so a list of when would tell them nothing that they can act on.

        Args:
            by: Who asks.
            cohort_id: Whose members; None for everyone.
            month: Any day of it; this month by default. Outside of all months it is the nearest.
            page: Its number; one past the end is the last.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.SEE_WORK)
            check_shows(Thing.SESSION_FACTS, Viewer.CO_LEADS, Sight.YES)
            check_shows(Thing.CLIENT_CODE, Viewer.CO_LEADS, Sight.YES)
            cohort = None if cohort_id is None else known_cohort(conn, cohort_id)
            months = self._months(conn, me)
            today = local_date(self.clock(), me.tz)
            shown = _nearest(months, (month or today).replace(day=1))
            sums = store.sums_of_work(conn, shown, cohort_id=cohort_id)
            pages = max(1, -(-sums.logged // PAGE))
            page = min(max(page, 1), pages)
            logged = store.month_of_work(
                conn, shown, cohort_id=cohort_id, size=PAGE, offset=(page - 1) * PAGE
            )
            self._looked(conn, me, cohort)
        return WorkMonth(
            cohort=cohort,
            month=shown,
            sums=sums,
            logged=tuple(logged),
            page=page,
            pages=pages,
            earlier=month_before(shown) if shown > months[-1] else None,
            later=month_before(shown, -1) if shown < months[0] else None,
        )

    def choices(self, by: Account) -> WorkChoices:
        """Return the cohorts and months that a co-lead can choose from."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_WORK)
            return WorkChoices(
                cohorts=tuple(cohorts.every(conn)[:MOST_COHORTS]), months=self._months(conn, me)
            )

    def totals(self, by: Account) -> ProgrammeTotals:
        """Return what is told of the whole programme, for learning partners.

        It is of months that are over, so that no figure grows while somebody watches.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_TOTALS)
            check_shows(Thing.SESSION_FACTS, Viewer.LEARNING_PARTNERS, Sight.TOTALS)
            today = local_date(self.clock(), me.tz)
            last = month_before(today)
            months = months_back(last, date.min, MONTHS_TOLD)
            return totals_to_tell(store.groups(conn, before=today), months)

    def _months(self, conn: Connection, me: Person) -> tuple[date, ...]:
        """Return the months from the newest that can hold a session, which may be the next one."""
        newest = local_date(self.clock(), me.tz) + timedelta(days=DAYS_AHEAD)
        first = store.first_date(conn) or newest
        return months_back(newest, min(first, newest), MOST_MONTHS)

    def _looked(self, conn: Connection, me: Person, cohort: Cohort | None) -> None:
        audit.write(
            conn,
            at=self.clock(),
            actor=me.id,
            action="work_seen",
            kind="programme" if cohort is None else "cohort",
            object_id="programme" if cohort is None else cohort.id,
        )


def _nearest(months: tuple[date, ...], month: date) -> date:
    return min(max(month, months[-1]), months[0])
