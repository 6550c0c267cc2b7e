"""What a partner can do with sessions. Each method is one transaction."""

from dataclasses import replace
from datetime import date

from bot.services.gate import admit
from bot.services.session_access import changing, done, own, today
from domain import sessions as rules
from domain.clock import Clock, local_date
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused
from domain.sessions import Overview, Session, SessionDraft, SessionFacts
from domain.values import dataclass
from storage import idempotency, session_totals
from storage import sessions as store
from storage.engine import Connection, Database
from storage.sessions import Sealed

PAGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What an empty form starts from; `like` is the id of the session that it repeats."""

    facts: SessionFacts
    like: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One page of a month's sessions, newest first, with the months around it.

    `month` is its first day. `earlier` and `later` are the nearest months with sessions.
    """

    month: date
    sessions: tuple[Session, ...]
    total: int
    page: int
    pages: int
    earlier: date | None
    later: date | None


@dataclass(frozen=True, slots=True)
class Sessions:
    """The session use cases, given a database and a clock."""

    database: Database
    clock: Clock

    def new(self, by: Account) -> NewSession:
        """Return what a new form starts from."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.LOG_SESSION)
            last = store.last_of(conn, me.id)
        facts = rules.first_values(last.facts if last else None, today=today(self.clock, me))
        return NewSession(facts=facts, like=last.id if last else None)

    def log(
        self, by: Account, draft: SessionDraft, *, form: str, like: str | None = None
    ) -> Session:
        """Save a session; the same `form` a second time returns the first one's session.

        Args:
            by: Who asks.
            draft: What the form brought.
            form: The form instance.
            like: The session whose values the form said it would repeat where it was folded.

        Raises:
            NotValid: Values that cannot be right.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.LOG_SESSION)
            now = self.clock()
            session_id = new_id()
            before = idempotency.once(conn, form, me.id, now=now, result=session_id)
            if before is not None:
                return own(conn, me, before, Act.SEE_SESSIONS)
            local = local_date(now, me.tz)
            facts = rules.complete(draft, self._usual(conn, me, like, local))
            rules.check_facts(facts, today=local)
            session = Session(
                id=session_id, person_id=me.id, facts=facts, created_at=now, updated_at=now
            )
            store.add(conn, session, Sealed())
            done(conn, me, "session_logged", session.id, now)
        return session

    def edit(self, by: Account, session_id: str, draft: SessionDraft) -> Session:
        """Change the facts of a session. Saying the same twice changes nothing.

        Raises:
            NotValid: Values that cannot be right.
        """
        with changing(self.database, self.clock, by, session_id) as change:
            facts = rules.complete(draft, change.session.facts)
            rules.check_facts(facts, today=today(self.clock, change.me))
            changed = replace(change.session, facts=facts, updated_at=change.now)
            store.update(change.conn, changed, store.sealed(change.conn, session_id))
            change.done("session_edited")
        return changed

    def one(self, by: Account, session_id: str) -> Session:
        """Return one of the person's own sessions, without its words."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SESSIONS)
            return own(conn, me, session_id, Act.SEE_SESSIONS)

    def delete(self, by: Account, session_id: str) -> Session:
        """Take a session away; for one minute it can be had back. Once more changes nothing."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_SESSION)
            session = store.one(conn, session_id)
            if session is not None and session.deleted_at and session.person_id == me.id:
                return session
            session = own(conn, me, session_id, Act.CHANGE_SESSION)
            now = self.clock()
            store.mark_deleted(conn, session_id, now=now)
            done(conn, me, "session_deleted", session_id, now)
        return replace(session, deleted_at=now)

    def undo_delete(self, by: Account, session_id: str) -> Session:
        """Put a deleted session back, within a minute. Once more changes nothing.

        Raises:
            Refused: `undo_too_late`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.CHANGE_SESSION)
            session = store.one(conn, session_id)
            now = self.clock()
            if session is None or session.person_id != me.id:
                raise Refused("undo_too_late")
            if session.deleted_at is None:
                return session
            if now - session.deleted_at > rules.UNDO_WINDOW:
                raise Refused("undo_too_late")
            store.undelete(conn, session_id, now=now)
            done(conn, me, "session_restored", session_id, now)
        return replace(session, deleted_at=None)

    def month(
        self, by: Account, month: date | None = None, page: int = 1, after: str | None = None
    ) -> Month:
        """Return a page of a month's sessions; the newest month with sessions by default.

        Args:
            by: Who asks.
            month: Any day of it.
            page: Its number, for the reader.
            after: The id of the last session on the page before; None for the first page.
        """
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SESSIONS)
            months = session_totals.months_with_sessions(conn, me.id)
            this_month = today(self.clock, me).replace(day=1)
            shown = month or (months[0] if months else this_month)
            sessions, total = store.month_page(conn, me.id, shown, size=PAGE, after=after)
        return Month(
            month=shown,
            sessions=tuple(sessions),
            total=total,
            page=max(page, 1),
            pages=max(1, -(-total // PAGE)),
            earlier=max((m for m in months if m < shown), default=None),
            later=min((m for m in months if m > shown), default=None),
        )

    def overview(self, by: Account) -> Overview:
        """Return the person's sums: this month, since the start, by month."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.SEE_SESSIONS)
            return session_totals.overview(conn, me.id, month=today(self.clock, me))

    def _usual(self, conn: Connection, me: Person, like: str | None, local: date) -> SessionFacts:
        last = store.one(conn, like) if like else None
        mine = last is not None and last.person_id == me.id
        return rules.first_values(last.facts if last and mine else None, today=local)
