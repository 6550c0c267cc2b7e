"""A set as whoever looks sees it: which places, meetings and names, by the policy's table."""

from collections.abc import Iterable

from bot.services.set_access import persons, viewers_of, with_people
from bot.services.set_places import Stands, stands
from domain.learning_sets import LearningSet, Member, Standing, taken
from domain.people import Person, Role
from domain.policy import Act, Sight, Thing, Viewer, allows, seen_by, shows
from domain.refusals import Refused
from domain.set_meetings import Meeting
from domain.values import dataclass
from storage import cohorts, set_meetings, set_members
from storage.engine import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRow:
    """A set as one line: places taken, how many wait, and where the person who looks stands."""

    learning_set: LearningSet
    taken: int
    waiting: int
    mine: Stands
    leads: bool

    @property
    def own(self) -> bool:
        """Whether whoever looks is in the set, waits for it or leads it."""
        return self.leads or self.mine.member is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPage:
    """A set. `members` with everybody who waits for co-leads; only who is in for those inside.

    For whoever is neither, nobody is named. `inside` are members and the facilitator. `joins` where
    a place, or the wait for one, is for this person.
    """

    row: SetRow
    facilitator: Person | None
    members: tuple[tuple[Member, Person], ...]
    meetings: tuple[Meeting, ...]
    inside: bool
    runs: bool
    joins: bool


def set_row(conn: Connection, learning_set: LearningSet, me: Person) -> SetRow:
    """Return a set as one line for whoever looks."""
    members = set_members.of_set(conn, learning_set.id)
    counted = seen_by(Thing.SET_PLACE, _WHOEVER_LOOKS, Sight.COUNT)
    return SetRow(
        learning_set=learning_set,
        taken=taken(members) if counted else 0,
        waiting=_line_of(members),
        mine=stands(conn, learning_set, me.id),
        leads=learning_set.facilitator_id == me.id,
    )


_WHOEVER_LOOKS = frozenset({Viewer.SET, Viewer.FACILITATOR, Viewer.PARTNERS})
"""Whoever sees a set at all sees how many places are taken, and how many wait."""


def _line_of(members: Iterable[Member]) -> int:
    counted = seen_by(Thing.SET_LINE, _WHOEVER_LOOKS, Sight.COUNT)
    return sum(m.standing is Standing.WAITING for m in members) if counted else 0


def may_see(conn: Connection, row: SetRow, me: Person) -> bool:
    """Whether somebody sees a set at all: theirs, one they lead, run or may join."""
    if row.mine.member is not None or seen_by(
        Thing.SET_PLAN, viewers_of(conn, row.learning_set, me), Sight.YES
    ):
        return True
    # Whoever may join sees the set before they do.
    joins = _may_join(conn, row.learning_set, me)
    return joins and shows(Thing.SET_PLAN, Viewer.PARTNERS, Sight.YES)


def _may_join(conn: Connection, learning_set: LearningSet, me: Person) -> bool:
    cohort_id = learning_set.plan.cohort_id
    if not allows(Act.JOIN_SET, me) or learning_set.closed:
        return False
    return cohort_id is None or cohorts.is_member(conn, cohort_id, me.id)


def set_page(conn: Connection, learning_set: LearningSet, me: Person) -> SetPage:
    """Return a set for whoever looks.

    Raises:
        Refused: `not_found` for whoever does not see it.
    """
    row = set_row(conn, learning_set, me)
    meetings = tuple(set_meetings.of_set(conn, learning_set.id))
    led = next((m for m in meetings if m.ahead and m.facilitator_id == me.id), None)
    if not (led or may_see(conn, row, me)):
        raise Refused("not_found")
    runs = Role.CO_LEAD in me.roles
    viewers = viewers_of(conn, learning_set, me, led)
    places = seen_by(Thing.SET_PLACE, viewers, Sight.YES)
    line = seen_by(Thing.SET_LINE, viewers, Sight.YES)
    shown = [
        m
        for m in set_members.of_set(conn, learning_set.id)
        if (places if m.standing is Standing.IN else line)
    ]
    return SetPage(
        row=row,
        facilitator=next(iter(persons(conn, [learning_set.facilitator_id])), None),
        members=with_people(conn, shown),
        meetings=meetings if seen_by(Thing.SET_MEETING, viewers, Sight.YES) else (),
        inside=bool(viewers - {Viewer.CO_LEADS}),
        runs=runs,
        joins=_may_join(conn, learning_set, me),
    )
