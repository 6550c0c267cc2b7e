"""From a filled-in form to a request: whom it names, what it shares, and by when it is answered."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.services.supervision_pages import Draft
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.refusals import NotValid
from domain.response_clock import ResponseClock
from domain.sessions import SessionFacts
from domain.supervision import Chance, Level, Request, Shared, Wishes
from storage import people, sessions
from storage.engine import Connection

LOOK_AGAIN = timedelta(hours=1)
"""How soon it is looked again for somebody who can take a request, where nobody can."""


def new_request(me: Person, level: Level, clock: ResponseClock, now: datetime) -> Request:
    """Return a request that begins to wait now."""
    return Request(
        id=new_id(),
        person_id=me.id,
        level=level,
        sent_at=now,
        waits_since=now,
        reply_by=clock.reply_by(level, now),
    )


def timed(
    request: Request, wishes: Wishes, chance: Chance, clock: ResponseClock, now: datetime
) -> Request:
    """Return the request with its promise, counted from when somebody is back.

    The preferred supervisor has it alone until the first reminder, unless it is for today or they
    cannot take it.
    """
    since = max(now, chance.back_at or now)
    request = replace(
        request,
        waits_since=since,
        reply_by=clock.reply_by(request.level, since),
        nobody_since=now if chance.nobody else None,
    )
    looks_at = next_look(request, chance, clock, now)
    able = {one.id for one in chance.able}
    alone = wishes.preferred in able and request.level is not Level.TODAY
    return replace(request, looks_at=looks_at, first_until=looks_at if alone else None)


def next_look(request: Request, chance: Chance, clock: ResponseClock, now: datetime) -> datetime:
    """Return when an open request is looked at next: sooner, where nobody can take it now.

    When somebody is back is looked for at that moment, and before it as well: time off can end
    early, and there can be a new supervisor.
    """
    usual = clock.looks_at(request, now)
    if chance.nobody is None:
        return usual
    back_at = chance.back_at if chance.back_at and chance.back_at > now else usual
    return min(usual, back_at, now + LOOK_AGAIN)


def wishes_of(conn: Connection, me: Person, draft: Draft) -> Wishes:
    """Return what a request asks for.

    Raises:
        NotValid: `not_a_supervisor` or `not_supervisors`.
    """
    preferred = _supervisors(conn, me, [draft.preferred] if draft.preferred else [], "preferred")
    session = session_of(conn, me, draft.session_id)
    of_session = {Shared.SESSION, Shared.HEAVINESS}
    return Wishes(
        category=draft.category,
        mode=draft.mode,
        when=draft.when,
        preferred=next(iter(preferred), None),
        excluded=_supervisors(conn, me, sorted(draft.excluded), "excluded"),
        shares=draft.shares if session else draft.shares - of_session,
        session_id=draft.session_id if session else None,
    )


def _supervisors(conn: Connection, me: Person, users: Iterable[str], field: str) -> frozenset[str]:
    """Return the ids of supervisors that somebody chose.

    Raises:
        NotValid: Somebody is not one, or is the person themselves.
    """
    found = [people.actor(conn, Account(me.account.team, user)) for user in users]
    chosen = frozenset(
        one.id for one in found if one and one.enrolled and Role.SUPERVISOR in one.roles
    )
    if len(chosen) < len(found) or me.id in chosen:
        raise NotValid({field: "not_a_supervisor" if field == "preferred" else "not_supervisors"})
    return chosen


def session_of(conn: Connection, me: Person, session_id: str | None) -> SessionFacts | None:
    """Return the facts of their own session; nothing of any other."""
    session = sessions.one(conn, session_id) if session_id else None
    if session is None or session.person_id != me.id or session.deleted_at is not None:
        return None
    return session.facts
