"""What people and channels of a set are told, looked at again at the moment of sending.

Nothing here holds words that somebody wrote for a few: no offer, no action, no joining link.
"""

from collections.abc import Callable
from datetime import datetime

from bot.services.reach import Reached, Skip, Wait, may_reach
from bot.services.set_access import has_place
from bot.services.set_again import asked_together
from bot.services.set_news import SetNews, set_news
from bot.services.set_notices import is_of_now, reminds_of
from bot.services.set_proposals import expected
from domain.agendas import Part, parts_of
from domain.clock import Clock, local_date
from domain.deliveries import Delivery, Kind
from domain.learning_sets import LearningSet
from domain.meeting_times import superseded
from domain.people import Person, Role
from domain.preferences import Remind, Times
from domain.set_meetings import Meeting, MeetingState
from domain.set_roles import RoleState, SetRole
from domain.values import dataclass
from storage import (
    learning_sets,
    set_answers,
    set_meetings,
    set_roles,
    set_words,
)
from storage.engine import Connection, Database

CHANGED = Skip("changed")
OWN_CHOICE = Skip("own_choice")
TOGETHER = Skip("together")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNews:
    """What somebody is told of a meeting; `kind` says what. `zone` and `times` are theirs.

    `roles` are those they are down for. `remind` says which reminder it is. `again` where they
    knew the date, and heard meanwhile that too few can come. `has_actions` where they took
    something away earlier that the meeting asks about. `expected` is how many may come.
    `days_left` are from their own date to the meeting's: a reminder may be late.
    """

    kind: Kind
    learning_set: LearningSet
    meeting: Meeting
    zone: str
    times: Times
    leads: bool
    member: bool
    roles: frozenset[SetRole] = frozenset()
    remind: Remind | None = None
    again: bool = False
    has_actions: bool = False
    expected: int = 0
    days_left: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPost:
    """What the channel of a set is told while the agenda is run; `kind` says what.

    `part` is the one under way, `paused` where its clock stands. At the end there is no part;
    `following` is the next meeting, where one is booked.
    """

    kind: Kind
    learning_set: LearningSet
    meeting: Meeting
    parts: tuple[Part, ...]
    part: Part | None = None
    paused: bool = False
    following: Meeting | None = None


@dataclass(frozen=True, slots=True)
class SetPushes:
    """Prepares what is to be sent, given a database and a clock."""

    database: Database
    clock: Clock

    def prepare_meeting(self, delivery: Delivery) -> MeetingNews | Skip | Wait:
        """Return what somebody is told of a meeting, if it is still so and for them."""
        now = self.clock()
        with self.database.read() as conn:
            reached = may_reach(conn, delivery, now=now)
            if isinstance(reached, Skip | Wait):
                return reached
            meeting = set_meetings.one(conn, delivery.subject or "")
            if meeting is None or not is_of_now(delivery, meeting):
                return CHANGED
            news = _news(conn, delivery, meeting, reached, now)
            if not (news.leads or news.member or _asked_as_co_lead(news, reached.person)):
                return Skip("left")
            return _CHECKS[delivery.kind](conn, news, reached, now) or news

    def prepare_set(self, delivery: Delivery) -> SetNews | Skip | Wait:
        """Return what somebody is told of a set, if it is still so."""
        with self.database.read() as conn:
            reached = may_reach(conn, delivery, now=self.clock())
            if isinstance(reached, Skip | Wait):
                return reached
            subject = delivery.subject or ""
            meeting = set_meetings.one(conn, subject)
            found = learning_sets.one(conn, meeting.set_id if meeting else subject)
            if found is None:
                return CHANGED
            return set_news(conn, delivery, found, meeting, reached)

    def prepare_agenda(self, delivery: Delivery) -> AgendaPost | Skip | Wait:
        """Return what the channel is told, if nothing has been said since."""
        if self.clock() >= delivery.ends_at:
            return Skip("late")
        with self.database.read() as conn:
            meeting = set_meetings.one(conn, delivery.subject or "")
            if meeting is None or meeting.step != delivery.cause:
                return CHANGED
            found = learning_sets.one(conn, meeting.set_id)
            if found is None or found.plan.channel != delivery.recipient:
                return CHANGED
            return _agenda_post(conn, delivery.kind, found, meeting)


def _news(
    conn: Connection, delivery: Delivery, meeting: Meeting, reached: Reached, now: datetime
) -> MeetingNews:
    found = learning_sets.one(conn, meeting.set_id)
    assert found is not None, "a meeting has a set"
    me = reached.person
    roles = set_roles.of_meeting(conn, meeting.id)
    return MeetingNews(
        kind=delivery.kind,
        learning_set=found,
        meeting=meeting,
        zone=me.tz,
        times=reached.choices.times,
        leads=meeting.facilitator_id == me.id,
        member=has_place(conn, found.id, me.id),
        roles=frozenset(t.role for t in roles if t.person_id == me.id and t.holds),
        remind=reminds_of(meeting, delivery.on_date)
        if delivery.kind is Kind.SET_REMINDER
        else None,
        again=delivery.kind is Kind.SET_CHOSEN and delivery.cause != meeting.edition,
        has_actions=_has_actions(conn, meeting, me),
        expected=len(expected(conn, meeting)),
        days_left=_days_left(meeting, me, now),
    )


def _days_left(meeting: Meeting, me: Person, now: datetime) -> int | None:
    if meeting.date is None:
        return None
    return (local_date(meeting.date.starts_at, me.tz) - local_date(now, me.tz)).days


def _has_actions(conn: Connection, meeting: Meeting, me: Person) -> bool:
    return any(
        action.state.goes_on and action.set_id == meeting.set_id and action.meeting_id != meeting.id
        for action, _ in set_words.actions_of(conn, me.id)
    )


def _asked_as_co_lead(news: MeetingNews, person: Person) -> bool:
    wanted = news.kind is Kind.SET_QUORUM and news.meeting.facilitator_id is None
    return wanted and Role.CO_LEAD in person.roles


_Check = Callable[[Connection, MeetingNews, Reached, datetime], Skip | Wait | None]


def _while(*states: MeetingState) -> _Check:
    def check(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
        return None if news.meeting.state in states else CHANGED

    return check


def _dates(
    conn: Connection, news: MeetingNews, reached: Reached, now: datetime
) -> Skip | Wait | None:
    me = reached.person.id
    said = set_answers.answers(conn, news.meeting.id).get(me)
    if news.meeting.state is not MeetingState.POLLING or not news.member:
        return CHANGED
    if said is not None and said.ticked:
        return OWN_CHOICE
    return asked_together(conn, news.meeting, me, now)


def _chosen(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
    booked = news.meeting.state is MeetingState.BOOKED
    return None if booked and not (news.again and news.meeting.few) else CHANGED


def _reminder(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
    """Which reminders come is each person's choice; of several that fall together, the nearest."""
    meeting, remind, wanted = news.meeting, news.remind, reached.choices.reminders
    if meeting.state is not MeetingState.BOOKED or meeting.date is None or remind is None:
        return CHANGED
    said = set_answers.answers(conn, meeting.id).get(reached.person.id)
    if remind not in wanted or (said is not None and said.coming is False):
        return OWN_CHOICE
    if superseded(remind, wanted, meeting.date, meeting.zone, now=now):
        return TOGETHER
    return None


def _few(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
    meeting = news.meeting
    too_few = meeting.few and news.expected < news.learning_set.plan.quorum
    still = meeting.state is MeetingState.BOOKED and too_few and meeting.run is None
    return None if still else CHANGED


def _actions(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
    if news.meeting.state is not MeetingState.BOOKED:
        return CHANGED
    return None if news.has_actions else OWN_CHOICE


def _role(conn: Connection, news: MeetingNews, reached: Reached, now: datetime) -> Skip | None:
    mine = (
        t for t in set_roles.of_meeting(conn, news.meeting.id) if t.person_id == reached.person.id
    )
    return None if any(t.state is RoleState.PROPOSED for t in mine) else CHANGED


_CHECKS: dict[Kind, _Check] = {
    Kind.SET_DATES: _dates,
    Kind.SET_CHOSEN: _chosen,
    Kind.SET_MOVED: _while(MeetingState.BOOKED),
    Kind.SET_CANCELLED: _while(MeetingState.CANCELLED, MeetingState.POLLING),
    Kind.SET_REMINDER: _reminder,
    Kind.SET_FEW: _few,
    Kind.SET_QUORUM: _few,
    Kind.SET_ACTIONS: _actions,
    Kind.SET_ROLE: _role,
}


def _agenda_post(
    conn: Connection, kind: Kind, learning_set: LearningSet, meeting: Meeting
) -> AgendaPost | Skip:
    run, parts = meeting.run, parts_of(meeting.agenda)
    if kind is Kind.SET_END:
        booked = (
            m
            for m in set_meetings.of_set(conn, learning_set.id)
            if m.state is MeetingState.BOOKED and m.date is not None
        )
        nearest = min(booked, key=lambda m: m.date.starts_at if m.date else m.told_at, default=None)
        return AgendaPost(
            kind=kind, learning_set=learning_set, meeting=meeting, parts=parts, following=nearest
        )
    if run is None or (run.paused and kind is not Kind.SET_PART):
        return CHANGED
    return AgendaPost(
        kind=kind,
        learning_set=learning_set,
        meeting=meeting,
        parts=parts,
        part=parts[run.part],
        paused=run.paused,
    )
