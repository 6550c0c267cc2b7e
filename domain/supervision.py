"""A request for supervision: what it holds, which moves it can make, and who may know of it.

When it is answered is in `domain.response_clock`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.refusals import NotValid, Refused
from domain.sessions import STEP, Mode
from domain.supervisors import Supervisor
from domain.values import dataclass

NOTE_LENGTH = 280
WHEN_LENGTH = 140
NEXT_STEP_LENGTH = 280
MOST_OPEN = 5
"""How many requests somebody can have under way at once."""
LONGEST_MEETING = 8 * 60
LARGEST_GROUP = 30
BOOKED_AHEAD = timedelta(days=183)
CLOSES_AFTER = timedelta(days=14)
"""A request whose meeting is recorded closes by itself after this time."""
KEPT_FOR_THE_AWAY = timedelta(days=30)
"""How long a request waits for somebody who has left the programme, then it is withdrawn."""


class Category(StrEnum):
    """What it is for. Nobody has to say more."""

    FOR_ME = "for_me"
    PRACTICE = "practice"
    DOING_RIGHT = "doing_right"
    ARRANGEMENT = "arrangement"
    IN_PERSON = "in_person"


class Level(StrEnum):
    """How soon."""

    ROUTINE = "routine"
    SOON = "soon"
    TODAY = "today"


class State(StrEnum):
    """Where a request stands. Closed and withdrawn are ends."""

    OPEN = "open"
    CLAIMED = "claimed"
    BOOKED = "booked"
    MET = "met"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


HELD = frozenset({State.CLAIMED, State.BOOKED, State.MET})
"""The states in which one supervisor has it."""
ENDED = frozenset({State.CLOSED, State.WITHDRAWN})


class Move(StrEnum):
    """What can be done with a request."""

    CLAIM = "claim"
    HAND_BACK = "hand_back"
    HAND_OVER = "hand_over"
    BOOK = "book"
    MEET = "meet"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Side(StrEnum):
    """Who makes a move: whose request it is, who holds it, or the program by itself."""

    PARTNER = "partner"
    SUPERVISOR = "supervisor"
    PROGRAM = "program"


_COURSE: Mapping[Move, tuple[frozenset[State], State, frozenset[Side]]] = {
    Move.CLAIM: (frozenset({State.OPEN}), State.CLAIMED, frozenset({Side.SUPERVISOR})),
    Move.HAND_BACK: (
        frozenset({State.CLAIMED, State.BOOKED}),
        State.OPEN,
        frozenset({Side.SUPERVISOR, Side.PROGRAM}),
    ),
    Move.HAND_OVER: (
        frozenset({State.CLAIMED, State.BOOKED}),
        State.CLAIMED,
        frozenset({Side.SUPERVISOR}),
    ),
    Move.BOOK: (
        frozenset({State.CLAIMED, State.BOOKED}),
        State.BOOKED,
        frozenset({Side.SUPERVISOR}),
    ),
    Move.MEET: (
        frozenset({State.CLAIMED, State.BOOKED}),
        State.MET,
        frozenset({Side.SUPERVISOR, Side.PARTNER}),
    ),
    Move.CLOSE: (frozenset({State.MET}), State.CLOSED, frozenset(Side)),
    Move.WITHDRAW: (
        frozenset({State.OPEN, State.CLAIMED, State.BOOKED}),
        State.WITHDRAWN,
        frozenset({Side.PARTNER, Side.PROGRAM}),
    ),
}
_WHY_NOT = {
    State.OPEN: "request_waits",
    State.CLAIMED: "request_taken",
    State.BOOKED: "request_taken",
    State.MET: "request_met",
    State.CLOSED: "request_closed",
    State.WITHDRAWN: "request_withdrawn",
}


def moved(state: State, move: Move, side: Side) -> State:
    """Return the state after a move.

    Raises:
        Refused: It cannot be made from here, with how the request stands as the reason.
    """
    possible, to, sides = _COURSE[move]
    if state not in possible or side not in sides:
        raise Refused(_WHY_NOT[state])
    return to


def can(state: State, move: Move, side: Side) -> bool:
    """Whether `moved` would let the move pass; for views that offer only what works."""
    possible, _, sides = _COURSE[move]
    return state in possible and side in sides


class Shared(StrEnum):
    """What somebody lets the one who accepts see besides."""

    WORKS = "works"
    SESSION = "session"
    HEAVINESS = "heaviness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a request asks for; sealed where it is kept, and gone when the request has ended.

    `preferred` and `excluded` are ids of supervisors. `session_id` is a session it came from.
    """

    category: Category
    mode: Mode | None = None
    when: str | None = None
    preferred: str | None = None
    excluded: frozenset[str] = frozenset()
    shares: frozenset[Shared] = frozenset()
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request without its words. Times are instants in UTC.

    The clock of its promise runs from `waits_since`: when it was sent, or handed back after the
    promise was over. `reply_by` is what the person was told. `looks_at` is when the program looks
    at it next. Until `first_until` it is offered to the preferred supervisor alone.
    `left_at` is when it was first seen that its person is not in the programme now;
    `nobody_since` when its person was told that nobody can take it.
    """

    id: str
    person_id: str
    level: Level
    state: State = State.OPEN
    sent_at: datetime
    waits_since: datetime
    reply_by: datetime
    looks_at: datetime | None = None
    first_until: datetime | None = None
    supervisor_id: str | None = None
    claimed_at: datetime | None = None
    handed_back_at: datetime | None = None
    booked_at: datetime | None = None
    mode: Mode | None = None
    met_at: datetime | None = None
    ended_at: datetime | None = None
    left_at: datetime | None = None
    nobody_since: datetime | None = None
    has_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The small record of a meeting: no word of what was said. `people` is 1 for one to one."""

    request_id: str
    person_id: str
    supervisor_id: str | None
    on_date: date
    minutes: int
    people: int = 1
    mode: Mode = Mode.VIDEO
    has_next_step: bool = False


def may_take(supervisor_id: str, request: Request, wishes: Wishes) -> bool:
    """Whether a supervisor may know of a request at all: not one's own, not against the wishes."""
    return supervisor_id != request.person_id and supervisor_id not in wishes.excluded


def sees(supervisor_id: str, request: Request, wishes: Wishes, now: datetime) -> bool:
    """Whether an open request is in this supervisor's queue now."""
    if not may_take(supervisor_id, request, wishes):
        return False
    alone = request.first_until is not None and now < request.first_until
    return not alone or supervisor_id == wishes.preferred


def check_ask(wishes: Wishes, note: str | None) -> None:
    """Refuse words that are too long, and somebody both wanted and not.

    Raises:
        NotValid: `note_280`, `when_long` or `wanted_and_not`.
    """
    problems: dict[str, str] = {}
    if note and len(note) > NOTE_LENGTH:
        problems["note"] = "note_280"
    if wishes.when and len(wishes.when) > WHEN_LENGTH:
        problems["when"] = "when_long"
    if wishes.preferred in wishes.excluded:
        problems["excluded"] = "wanted_and_not"
    if problems:
        raise NotValid(problems)


def check_booking_day(on: date, *, today: date) -> None:
    """Refuse a date that is over or too far away to be looked at more closely.

    Raises:
        NotValid: `booking_past` or `booking_far`.
    """
    if on < today:
        raise NotValid({"on_date": "booking_past"})
    if on > today + BOOKED_AHEAD:
        raise NotValid({"on_date": "booking_far"})


def check_booking(at: datetime, *, now: datetime) -> None:
    """Refuse a time that is over or more than half a year away.

    Raises:
        NotValid: `booking_past` or `booking_far`.
    """
    if at <= now:
        raise NotValid({"on_date": "booking_past"})
    if at > now + BOOKED_AHEAD:
        raise NotValid({"on_date": "booking_far"})


def check_record(record: Record, *, sent_on: date, today: date) -> None:
    """Refuse a meeting before it was asked for or still to come, and sizes that cannot be right.

    Args:
        record: As filled in.
        sent_on: The local date of the request, for whoever records it.
        today: Their own date.

    Raises:
        NotValid: `met_ahead`, `met_before`, `minutes_step` or `group_size`.
    """
    problems: dict[str, str] = {}
    if record.on_date > today:
        problems["on_date"] = "met_ahead"
    elif record.on_date < sent_on:
        problems["on_date"] = "met_before"
    if not STEP <= record.minutes <= LONGEST_MEETING or record.minutes % STEP:
        problems["minutes"] = "minutes_step"
    if not 1 <= record.people <= LARGEST_GROUP:
        problems["people"] = "group_size"
    if problems:
        raise NotValid(problems)


class Nobody(StrEnum):
    """Why nobody can take a request: there is no one, all are away, or all hold enough."""

    NO_ONE = "no_one"
    AWAY = "away"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Chance:
    """Who could take a request now; where nobody could, why, and from when somebody is back."""

    able: tuple[Supervisor, ...] = ()
    nobody: Nobody | None = None
    back_at: datetime | None = None


def chance_of(
    pool: Iterable[Supervisor], request: Request, wishes: Wishes, now: datetime
) -> Chance:
    """Return who of the programme's supervisors could take a request now."""
    possible = [one for one in pool if may_take(one.id, request, wishes)]
    if not possible:
        return Chance(nobody=Nobody.NO_ONE)
    there = [one for one in possible if one.there(now)]
    able = tuple(one for one in there if one.free)
    if able:
        return Chance(able=able)
    if there:
        return Chance(nobody=Nobody.FULL)
    return Chance(nobody=Nobody.AWAY, back_at=min(one.back_at(now) for one in possible))
