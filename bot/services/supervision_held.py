"""A request as whoever has it sees it: what its person chose to show, and no more."""

from dataclasses import replace
from datetime import datetime

from bot.services.choices import choices_of
from bot.services.session_words import details_of
from bot.services.settings import preferences_of
from bot.services.supervision_desk import Desk
from bot.services.supervision_pages import Held, HeldPage, Other
from domain.people import Person
from domain.policy import Sight, Thing, Viewer, check_shows, shows
from domain.preferences import Works
from domain.refusals import Refused
from domain.sessions import Heaviness, Session, SessionFacts
from domain.supervision import Request, Shared, Wishes, may_take
from storage import people, sessions, supervision_records
from storage.engine import Connection


def held_row(conn: Connection, request: Request) -> Held:
    """Return one line of what a supervisor has. None of its words is opened for that."""
    check_shows(Thing.REQUEST_EXISTS, Viewer.ACCEPTING, Sight.YES)
    return Held(request=request, user=_owner(conn, request).account.user)


def held_page(
    desk: Desk, conn: Connection, me: Person, request: Request, now: datetime
) -> HeldPage:
    """Return its page."""
    check_shows(Thing.BOOKED_TIME, Viewer.ACCEPTING, Sight.THAT_ONE)
    wishes = _wishes(desk, conn, request)
    session = _session(conn, request, wishes)
    wanted = shows(Thing.REQUEST_NOTE, Viewer.ACCEPTING, Sight.THAT_ONE)
    met = shows(Thing.MEETING_RECORD, Viewer.ACCEPTING, Sight.THAT_ONE)
    return HeldPage(
        held=held_row(conn, request),
        category=wishes.category,
        mode=wishes.mode if wanted else None,
        when=wishes.when if wanted else None,
        works=_works(desk, conn, request, wishes),
        session=_facts(session, wishes),
        heaviness=_heaviness(desk, conn, session, wishes),
        record=supervision_records.one(conn, request.id) if met else None,
        others=_others(desk, conn, me, request, wishes, now),
        zone=me.tz,
        times=choices_of(conn, me.id).times,
        now=now,
    )


def _works(
    desk: Desk, conn: Connection, request: Request, wishes: Wishes
) -> frozenset[Works] | None:
    chosen = Shared.WORKS in wishes.shares
    if not chosen or not shows(Thing.ACCESS, Viewer.ACCEPTING, Sight.WHAT_I_CHOOSE):
        return None
    return preferences_of(conn, desk.vault, _owner(conn, request)).works


def _facts(session: Session | None, wishes: Wishes) -> SessionFacts | None:
    """Return what a session was, where it was shared; the client's code by its own cell."""
    shared = Shared.SESSION in wishes.shares
    if session is None or not shared:
        return None
    if not shows(Thing.SESSION_FACTS, Viewer.ACCEPTING, Sight.IF_SHARED):
        return None
    if not shows(Thing.CLIENT_CODE, Viewer.ACCEPTING, Sight.IF_SHARED):
        return replace(session.facts, client_code=None)
    return session.facts


def _heaviness(
    desk: Desk, conn: Connection, session: Session | None, wishes: Wishes
) -> Heaviness | None:
    attached = Shared.HEAVINESS in wishes.shares
    if session is None or not attached:
        return None
    if not shows(Thing.HEAVINESS, Viewer.ACCEPTING, Sight.IF_ATTACHED):
        return None
    return details_of(conn, desk.vault, session).heaviness


def _wishes(desk: Desk, conn: Connection, request: Request) -> Wishes:
    check_shows(Thing.REQUEST_PURPOSE, Viewer.ACCEPTING, Sight.THAT_ONE)
    wishes = desk.wishes(conn, request)
    if wishes is None:
        raise Refused(f"request_{request.state}")
    return wishes


def _owner(conn: Connection, request: Request) -> Person:
    owner = people.person(conn, request.person_id)
    assert owner is not None, "a request has a person"
    return owner


def _session(conn: Connection, request: Request, wishes: Wishes) -> Session | None:
    """Return the session that the person came from, as long as it is there and theirs."""
    session = sessions.one(conn, wishes.session_id) if wishes.session_id else None
    there = session is not None and session.deleted_at is None
    return session if there and session and session.person_id == request.person_id else None


def _others(
    desk: Desk, conn: Connection, me: Person, request: Request, wishes: Wishes, now: datetime
) -> list[Other]:
    """Return those who could take it over: there, free, and not unwanted."""
    able = (
        one
        for one in desk.pool(conn, now)
        if one.id != me.id and one.there(now) and one.free and may_take(one.id, request, wishes)
    )
    found = (people.person(conn, one.id) for one in able)
    return [Other(one.id, one.account.user) for one in found if one is not None]
