"""Peace after something heavy: for 48 hours nothing is pushed that asks for thought.

Until when is sealed, and it is written whatever was said, so that the database does not tell a
heavy session from a light one. Where it cannot be opened, nobody knows: then somebody is left alone
until they say again how a session was, and everything else they see is as ever.
"""

from datetime import UTC, datetime

from bot.services import rhythms
from domain.people import Person
from domain.schedules import What
from domain.sessions import PEACE_AFTER_HEAVY, Heaviness
from storage import schedules
from storage.engine import Connection
from storage.vault import CannotOpen, Place, Vault

NOBODY_KNOWS = datetime.max.replace(tzinfo=UTC)


def in_peace(conn: Connection, vault: Vault, person_id: str, now: datetime) -> bool:
    """Whether somebody is left alone at this moment."""
    schedule = schedules.of_person(conn, What.PROMPT, person_id)
    if schedule is None:
        return False
    until = peace_until(conn, vault, person_id, schedule.id)
    return until is not None and now < until


def peace_until(
    conn: Connection, vault: Vault, person_id: str, schedule_id: str
) -> datetime | None:
    """Return until when somebody is left alone; None where they never said how heavy one was."""
    sealed = schedules.peace(conn, schedule_id)
    return None if sealed is None else peace_of(conn, vault, person_id, schedule_id, sealed)


def keep_peace(
    conn: Connection, vault: Vault, person: Person, heaviness: Heaviness, *, now: datetime
) -> None:
    """Leave somebody alone after a heavy session; after any other, as long as before."""
    schedule = schedules.of_person(conn, What.PROMPT, person.id)
    if schedule is None:
        rhythms.refit(conn, person, now=now)
        schedule = schedules.of_person(conn, What.PROMPT, person.id)
    if schedule is None:
        return
    sealed = schedules.peace(conn, schedule.id)
    before = None if sealed is None else peace_of(conn, vault, person.id, schedule.id, sealed)
    until = now if before in (None, NOBODY_KNOWS) else before
    if heaviness is Heaviness.HEAVY:
        until = max(until, now + PEACE_AFTER_HEAVY)
    place = _place(schedule.id)
    schedules.set_peace(conn, schedule.id, vault.seal(conn, person.id, place, until.isoformat()))


def peace_of(
    conn: Connection, vault: Vault, person_id: str, schedule_id: str, sealed: bytes
) -> datetime:
    """Return until when somebody is left alone; `NOBODY_KNOWS` where it cannot be opened."""
    try:
        return datetime.fromisoformat(vault.open(conn, person_id, _place(schedule_id), sealed))
    except CannotOpen:
        return NOBODY_KNOWS


def _place(schedule_id: str) -> Place:
    return Place("schedules", "peace", schedule_id)
