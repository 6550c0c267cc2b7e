"""What of supervision waits on somebody's Home tab. Nothing here says what a request is for."""

from collections.abc import Collection
from datetime import datetime

from bot.services.choices import choices_of
from bot.services.supervision_desk import Desk, promises_of
from bot.services.supervision_tally import tally_of
from domain.clock import local_date
from domain.people import Person
from domain.policy import Act, Sight, Thing, Viewer, shows
from domain.preferences import Times
from domain.response_clock import Tally
from domain.supervision import ENDED, Request, State, sees
from domain.values import dataclass
from storage import supervision as store
from storage.engine import Connection

NEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionAtHome:
    """Own requests under way and the tally; what waits for a supervisor and what they have; what
    waits longer than was promised, for co-leads. None where it is not for this person.
    """

    requests: tuple[Request, ...] = ()
    tally: Tally | None = None
    due: bool = False
    waiting: int | None = None
    held: int = 0
    late: int | None = None
    now: datetime
    zone: str
    times: Times


def supervision_at_home(
    desk: Desk, conn: Connection, me: Person, may: Collection[Act]
) -> SupervisionAtHome:
    """Return it, by what the person may do. The cost does not grow with the history."""
    now = desk.clock()
    tally = None
    requests: tuple[Request, ...] = ()
    if Act.ASK_SUPERVISION in may:
        tally = tally_of(conn, me, promises_of(conn))
        newest = store.of_person(conn, me.id, size=NEWEST)
        requests = tuple(one for one in newest if one.state not in ENDED)
    waiting, held = None, 0
    if Act.TAKE_REQUESTS in may:
        if shows(Thing.REQUEST_EXISTS, Viewer.SUPERVISORS, Sight.WITHOUT_NAME):
            waiting = _waiting(desk, conn, me)
        held = sum(one.state is not State.MET for one in store.held_by(conn, me.id))
    return SupervisionAtHome(
        requests=requests,
        tally=tally,
        due=tally is not None and tally.due(local_date(now, me.tz)),
        waiting=waiting,
        held=held,
        late=desk.late_for(conn, me, now) if Act.RUN_SUPERVISION in may else None,
        now=now,
        zone=me.tz,
        times=choices_of(conn, me.id).times,
    )


def _waiting(desk: Desk, conn: Connection, me: Person) -> int:
    """Count what this supervisor may see; what they may not is in no count."""
    now = desk.clock()
    found = ((one, desk.readable_wishes(conn, one)) for one in store.waiting(conn))
    return sum(wishes is not None and sees(me.id, one, wishes, now) for one, wishes in found)
