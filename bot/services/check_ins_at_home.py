"""What Home shows of check-ins."""

from datetime import datetime

from bot.services.check_in_bag import Bag, readable_bag
from bot.services.check_ins import Asked
from bot.services.choices import choices_of
from domain.people import Person, Role
from domain.values import dataclass
from storage import check_ins
from storage.engine import Connection
from storage.vault import Vault

COHORTS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInsAtHome:
    """What waits for somebody at Home, and ids and names of cohorts with results to see."""

    waiting: tuple[Asked, ...] = ()
    results: tuple[tuple[str, str], ...] = ()


def check_ins_at_home(conn: Connection, vault: Vault, me: Person, now: datetime) -> CheckInsAtHome:
    """Return what Home shows: two queries, and more only where a check-in is open now."""
    found = [
        one
        for one in check_ins.open_for(conn, me.id, now=now)
        if _waits(readable_bag(conn, vault, one.check_in.id, one.bag), me)
    ]
    waiting = []
    if found:
        times = choices_of(conn, me.id).times
        waiting = [
            Asked(check_in=one.check_in, cohort=one.cohort, zone=me.tz, times=times)
            for one in found
        ]
    everyones = Role.LEARNING_PARTNER in me.roles
    results = check_ins.cohorts_with_results(conn, None if everyones else me.id, size=COHORTS_SHOWN)
    return CheckInsAtHome(waiting=tuple(waiting), results=tuple(results))


def _waits(bag: Bag | None, me: Person) -> bool:
    """Whether a check-in waits for somebody; one whose bag is damaged takes no answers."""
    return bag is not None and me.id not in bag.answered
