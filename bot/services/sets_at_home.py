"""What Home shows of sets."""

from datetime import datetime

from bot.services.choices import choices_of
from domain.learning_sets import LearningSet, Member, Standing
from domain.people import Person
from domain.policy import Act, allows
from domain.preferences import Times
from domain.set_meetings import Meeting, MeetingState
from domain.values import dataclass
from storage import learning_sets, set_answers, set_meetings, set_members, set_words
from storage.engine import Connection

MEETINGS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SetsAtHome:
    """Meetings to come, places that are offered, and whether an action of one's own goes on.

    `in_one` where somebody has a place in a set. `to_tick` are meetings whose dates they have not
    ticked yet.
    """

    meetings: tuple[tuple[LearningSet, Meeting], ...] = ()
    to_tick: tuple[tuple[LearningSet, Meeting], ...] = ()
    offered: tuple[tuple[LearningSet, Member], ...] = ()
    has_actions: bool = False
    in_one: bool = False
    times: Times = Times.TWELVE


def sets_at_home(conn: Connection, me: Person, now: datetime) -> SetsAtHome:
    """Return what Home shows: three queries, and more only for whoever is in a set."""
    if not allows(Act.SEE_SETS, me):
        return SetsAtHome()
    ahead = set_meetings.ahead_of(conn, me.id)
    standing = set_members.of_person(conn, me.id)
    has_actions = set_words.has_going_on(conn, me.id)
    if not (ahead or standing or has_actions):
        return SetsAtHome()
    booked = [m for m in ahead if m.state is MeetingState.BOOKED and m.ends_at and m.ends_at > now]
    polling = [m for m in ahead if m.state is MeetingState.POLLING]
    mine = {m.set_id for m in standing if m.standing is Standing.IN}
    offered = [
        m
        for m in standing
        if m.standing is Standing.OFFERED and m.offered_until and m.offered_until > now
    ]
    return SetsAtHome(
        meetings=tuple((_set(conn, m.set_id), m) for m in booked[:MEETINGS_SHOWN]),
        to_tick=tuple(
            (_set(conn, m.set_id), m)
            for m in polling
            if m.set_id in mine and not _ticked(conn, m, me)
        ),
        offered=tuple((_set(conn, m.set_id), m) for m in offered),
        in_one=bool(mine),
        has_actions=has_actions,
        times=choices_of(conn, me.id).times,
    )


def _ticked(conn: Connection, meeting: Meeting, me: Person) -> bool:
    said = set_answers.answers(conn, meeting.id).get(me.id)
    return said is not None and said.ticked


def _set(conn: Connection, set_id: str) -> LearningSet:
    found = learning_sets.one(conn, set_id)
    assert found is not None, "a meeting and a member have a set"
    return found
