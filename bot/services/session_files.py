"""Files a partner can take away: every session as rows, and a letter of hours without names."""

from datetime import date, timedelta

from bot.services.gate import admit
from bot.services.session_access import done, today
from domain.clock import Clock
from domain.people import Account
from domain.policy import Act
from domain.refusals import NotValid
from domain.sessions import Session, Totals
from domain.values import dataclass
from storage import files, idempotency, session_totals
from storage import sessions as store
from storage.engine import Database

KEPT_IN_SLACK = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursLetter:
    """What a coaching body wants to know of a period, both days included: no names, no codes."""

    start: date
    end: date
    written_on: date
    totals: Totals
    clients: int


@dataclass(frozen=True, slots=True)
class SessionFiles:
    """The use cases of files, given a database and a clock. Making one is written down."""

    database: Database
    clock: Clock

    def everything(self, by: Account, *, form: str) -> list[Session] | None:
        """Return all sessions of the person, oldest first; None where `form` had them before."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.EXPORT_SESSIONS)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is not None:
                return None
            done(conn, me, "sessions_exported", me.id, now)
            return [session for session, _ in store.all_of(conn, me.id)]

    def letter(self, by: Account, start: date, end: date, *, form: str) -> HoursLetter | None:
        """Return the sums of a period; None where `form` had them before.

        Raises:
            NotValid: The end is before the start.
        """
        if end < start:
            raise NotValid({"end": "period_backwards"})
        with self.database.write() as conn:
            me = admit(conn, by, Act.EXPORT_SESSIONS)
            now = self.clock()
            if idempotency.once(conn, form, me.id, now=now) is not None:
                return None
            done(conn, me, "hours_letter_made", me.id, now)
            return HoursLetter(
                start=start,
                end=end,
                written_on=today(self.clock, me),
                totals=session_totals.totals_between(conn, me.id, start, end),
                clients=store.clients_count(conn, me.id, start, end),
            )

    def sent(self, by: Account, file_id: str) -> None:
        """Remember a file that is about to go out, so that it is taken back after 24 hours."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.EXPORT_SESSIONS)
            files.add(conn, file_id, me.id, delete_after=self.clock() + KEPT_IN_SLACK)

    def taken_back(self, file_id: str) -> None:
        """Forget a file that is gone from Slack."""
        with self.database.write() as conn:
            files.deleted(conn, file_id)

    def try_again(self, file_id: str, tries: int) -> None:
        """Put off taking a file back: a minute at first, up to an hour."""
        wait = min(timedelta(minutes=2**tries), timedelta(hours=1))
        with self.database.write() as conn:
            files.failed(conn, file_id, next_try=self.clock() + wait)
