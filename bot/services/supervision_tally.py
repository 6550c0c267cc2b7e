"""Somebody's own tally of practice since their last supervision."""

from datetime import datetime

from bot.services.supervision_desk import promises_of
from domain.clock import local_date
from domain.people import Person, Role
from domain.policy import Sight, Thing, Viewer, check_shows
from domain.response_clock import Promises, Tally
from storage import people, session_totals
from storage.engine import Connection


def tally_of(conn: Connection, person: Person, promises: Promises) -> Tally:
    """Return somebody's tally by what the programme promises."""
    minutes, last = session_totals.practice_minutes_since_supervision(conn, person.id)
    return Tally(
        practice_minutes=minutes,
        since=last or session_totals.first_date(conn, person.id),
        supervised=last is not None,
        promises=promises,
    )


def how_many_are_due(conn: Connection, now: datetime) -> int:
    """Return how many partners are due supervision; nobody learns who."""
    check_shows(Thing.TALLY, Viewer.CO_LEADS, Sight.COUNT)
    promises = promises_of(conn)
    partners = people.people_with_role(conn, Role.PARTNER)
    return sum(tally_of(conn, one, promises).due(local_date(now, one.tz)) for one in partners)
