"""What a set does in a meeting, part by part, and how the parts are run by the clock."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.values import dataclass

TURNS = range(1, 9)
LONGEST = 480
SHORTEST_TURN = 15
WARNED_BEFORE = timedelta(minutes=2)
SHORTEST_WARNED = 5
"""Minutes. In a part shorter than this nobody is told that two minutes are left."""
_MINUTE = timedelta(minutes=1)


class AgendaKind(StrEnum):
    """The programme's three agendas."""

    NINETY_MINUTES = "ninety_minutes"
    TWO_HOURS = "two_hours"
    HALF_DAY = "half_day"


class PartKind(StrEnum):
    """What a part of a meeting is for."""

    CHECK_IN = "check_in"
    ACTIONS = "actions"
    OFFERS = "offers"
    TURN = "turn"
    BREAK = "break"
    REVIEW = "review"
    CLOSE = "close"


class StepKind(StrEnum):
    """What a turn is made of."""

    PRESENT = "present"
    CLARIFY = "clarify"
    QUESTIONS = "questions"
    HEARING = "hearing"
    RESOURCES = "resources"
    ACTIONS = "actions"


@dataclass(frozen=True, slots=True)
class Usual:
    """How an agenda usually is: its length, its turns, and the minutes of all that is no turn."""

    minutes: int
    turns: int
    parts: dict[PartKind, int]


_P = PartKind
USUAL = {
    AgendaKind.NINETY_MINUTES: Usual(
        90,
        2,
        {_P.CHECK_IN: 8, _P.ACTIONS: 7, _P.OFFERS: 5, _P.BREAK: 6, _P.REVIEW: 6, _P.CLOSE: 4},
    ),
    AgendaKind.TWO_HOURS: Usual(
        120,
        3,
        {_P.CHECK_IN: 10, _P.ACTIONS: 10, _P.OFFERS: 5, _P.BREAK: 10, _P.REVIEW: 6, _P.CLOSE: 4},
    ),
    AgendaKind.HALF_DAY: Usual(
        220,
        4,
        {_P.CHECK_IN: 15, _P.ACTIONS: 15, _P.OFFERS: 10, _P.BREAK: 20, _P.REVIEW: 10, _P.CLOSE: 10},
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """Which agenda; how long it is in minutes, and how many turns, where not the usual ones."""

    kind: AgendaKind = AgendaKind.NINETY_MINUTES
    minutes: int = 0
    turns: int = 0

    def __post_init__(self) -> None:
        """Put in what is usual where nothing else is said."""
        usual = USUAL[self.kind]
        object.__setattr__(self, "minutes", self.minutes or usual.minutes)
        object.__setattr__(self, "turns", self.turns or usual.turns)

    @property
    def length(self) -> timedelta:
        """How long the meeting is."""
        return self.minutes * _MINUTE


@dataclass(frozen=True, slots=True)
class Part:
    """A part: from which minute of the meeting, and how many. `turn` numbers turns from 1."""

    kind: PartKind
    starts: int
    minutes: int
    turn: int | None = None

    @property
    def steps(self) -> tuple[tuple[StepKind, int], ...]:
        """What a turn is made of, with the minutes of each; nothing for any other part."""
        return turn_steps(self.minutes) if self.kind is PartKind.TURN else ()


def check_agenda(agenda: Agenda) -> dict[str, str]:
    """Return what cannot be right, a reason a field; nothing where it can be held."""
    if agenda.turns not in TURNS:
        return {"turns": "agenda_turns"}
    if not 0 < agenda.minutes <= LONGEST:
        return {"minutes": "agenda_minutes"}
    if _turn_minutes(agenda) < SHORTEST_TURN:
        return {"minutes": "agenda_short"}
    return {}


def parts_of(agenda: Agenda) -> tuple[Part, ...]:
    """Return the parts in order; their minutes add up to the meeting's.

    Turns are as long as each other, and the review has what cannot be shared out. The break is in
    the middle of the turns.
    """
    fixed, each = USUAL[agenda.kind].parts, _turn_minutes(agenda)
    left = agenda.minutes - sum(fixed.values()) - each * agenda.turns
    first_half = (agenda.turns + 1) // 2
    turns = [(PartKind.TURN, each, n) for n in range(1, agenda.turns + 1)]
    wanted: list[tuple[PartKind, int, int | None]] = [
        *((kind, fixed[kind], None) for kind in (_P.CHECK_IN, _P.ACTIONS, _P.OFFERS)),
        *turns[:first_half],
        (PartKind.BREAK, fixed[PartKind.BREAK], None),
        *turns[first_half:],
        (PartKind.REVIEW, fixed[PartKind.REVIEW] + left, None),
        (PartKind.CLOSE, fixed[PartKind.CLOSE], None),
    ]
    parts, starts = [], 0
    for kind, minutes, turn in wanted:
        parts.append(Part(kind, starts, minutes, turn))
        starts += minutes
    return tuple(parts)


def turn_steps(minutes: int) -> tuple[tuple[StepKind, int], ...]:
    """Return how a turn goes: 3, 5, 13, 2, 2 and 2 minutes of 27, and more questions in more."""
    free = minutes - 9
    clarify = max(1, free * 5 // 18)
    return (
        (StepKind.PRESENT, 3),
        (StepKind.CLARIFY, clarify),
        (StepKind.QUESTIONS, free - clarify),
        (StepKind.HEARING, 2),
        (StepKind.RESOURCES, 2),
        (StepKind.ACTIONS, 2),
    )


def _turn_minutes(agenda: Agenda) -> int:
    return (agenda.minutes - sum(USUAL[agenda.kind].parts.values())) // agenda.turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A meeting under way: in which part, until when; or, paused, how much of the part is left."""

    part: int
    ends_at: datetime | None = None
    left: timedelta | None = None

    @property
    def paused(self) -> bool:
        """Whether the clock of this part stands."""
        return self.ends_at is None

    @property
    def warned_at(self) -> datetime | None:
        """When two minutes of this part are left; None while it stands."""
        return None if self.ends_at is None else self.ends_at - WARNED_BEFORE


def begin(agenda: Agenda, now: datetime, part: int = 0) -> Run | None:
    """Return the run as this part begins; None where there is no such part."""
    parts = parts_of(agenda)
    if part >= len(parts):
        return None
    return Run(part=part, ends_at=now + parts[part].minutes * _MINUTE)


def following(agenda: Agenda, run: Run, now: datetime) -> Run | None:
    """Return the run as the next part begins; None after the last one."""
    return begin(agenda, now, run.part + 1)


def paused(run: Run, now: datetime) -> Run:
    """Return the run standing still. Paused once more it is the same."""
    if run.ends_at is None:
        return run
    return replace(run, ends_at=None, left=max(timedelta(), run.ends_at - now))


def resumed(run: Run, now: datetime) -> Run:
    """Return the run going on with what was left. Resumed once more it is the same."""
    if run.ends_at is not None:
        return run
    return replace(run, ends_at=now + (run.left or timedelta()), left=None)
