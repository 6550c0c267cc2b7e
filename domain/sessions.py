"""What a partner logs about a piece of work, and which values make sense."""

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from domain.refusals import NotValid
from domain.values import dataclass

STEP = 15
LONGEST_SESSION = 12 * 60
LONGEST_EXTRA = 12 * 60
EARLIEST = date(2015, 1, 1)
DAYS_AHEAD = 1
NOTE_LENGTH = 1000
ACTION_LENGTH = 140
NOTE_KEPT = timedelta(days=90)
UNDO_WINDOW = timedelta(minutes=1)
PEACE_AFTER_HEAVY = timedelta(hours=48)

T = TypeVar("T")

_CODE = re.compile(r"([A-Za-z]{1,3})[\s-]?([0-9]{1,4})")


class SessionType(StrEnum):
    """Kinds of work."""

    COACHING = "coaching"
    MENTORING = "mentoring"
    CHEMISTRY = "chemistry"
    TRAINING = "training"
    SUPERVISION = "supervision"
    LEARNING_SET = "learning_set"
    PREPARATION = "preparation"
    OTHER = "other"


PRACTICE = frozenset({SessionType.COACHING, SessionType.MENTORING, SessionType.CHEMISTRY})
"""The types that are practice with a client, counted between two supervisions."""


class Mode(StrEnum):
    """How people met."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"
    TEXT = "text"


class Outcome(StrEnum):
    """What became of it."""

    HAPPENED = "happened"
    MOVED = "moved"
    CANCELLED_LATE = "cancelled_late"
    DID_NOT_ATTEND = "did_not_attend"


class Pay(StrEnum):
    """Whether the time is paid."""

    PAID = "paid"
    UNPAID = "unpaid"
    NOT_CLAIMED = "not_claimed"


class Heaviness(StrEnum):
    """How heavy it was, for the person alone."""

    LIGHT = "light"
    MIDDLING = "middling"
    HEAVY = "heavy"


class Wish(StrEnum):
    """What someone would like after a session."""

    NOTHING = "nothing"
    PEER = "peer"
    SUPERVISOR = "supervisor"


class Cornerstone(StrEnum):
    """The four cornerstones of Co-Active coaching."""

    WHOLE = "naturally_whole"
    MOMENT = "dance_in_this_moment"
    PERSON = "focus_on_the_whole_person"
    TRANSFORMATION = "evoke_transformation"


class Skill(StrEnum):
    """Coaching skills a partner may tick."""

    LISTENING = "listening"
    OPEN_QUESTIONS = "open_questions"
    REFLECTING_BACK = "reflecting_back"
    CHALLENGING = "challenging"
    ENCOURAGING = "encouraging"
    GOALS = "goals"
    LIVED_EXPERIENCE = "lived_experience"
    BOUNDARIES = "boundaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """The facts of a session. Minutes come in steps of 15; `client_code` is like `C-07`."""

    on_date: date
    type: SessionType
    minutes: int
    mode: Mode
    preparation_minutes: int = 0
    travel_minutes: int = 0
    client_code: str | None = None
    outcome: Outcome = Outcome.HAPPENED
    pay: Pay = Pay.PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDraft:
    """Facts from a form. What the form kept folded away is None; see `complete`."""

    on_date: date
    type: SessionType
    minutes: int
    mode: Mode
    client_code: str | None = None
    outcome: Outcome | None = None
    preparation_minutes: int | None = None
    travel_minutes: int | None = None
    pay: Pay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDetails:
    """What only the person themselves can see; sealed where it is kept."""

    heaviness: Heaviness | None = None
    wish: Wish | None = None
    cornerstone: Cornerstone | None = None
    skills: frozenset[Skill] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWords:
    """What a person wrote; None where they wrote nothing. Sealed where it is kept."""

    action: str | None = None
    action_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged session. Words and details are not part of it: they are opened on request."""

    id: str
    person_id: str
    facts: SessionFacts
    created_at: datetime
    updated_at: datetime
    action_on: date | None = None
    note_expires_on: date | None = None
    has_details: bool = False
    has_action: bool = False
    has_note: bool = False
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TypeTotal:
    """Sums over sessions of one type that happened; all in minutes but `sessions`."""

    sessions: int = 0
    minutes: int = 0
    preparation_minutes: int = 0
    travel_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a period, by type; types without sessions are left out."""

    by_type: Mapping[SessionType, TypeTotal] = field(default_factory=dict)

    @property
    def sessions(self) -> int:
        """Number of sessions."""
        return sum(t.sessions for t in self.by_type.values())

    @property
    def minutes(self) -> int:
        """Minutes in sessions, without preparation and travel."""
        return sum(t.minutes for t in self.by_type.values())

    @property
    def preparation_minutes(self) -> int:
        """Minutes of preparation."""
        return sum(t.preparation_minutes for t in self.by_type.values())

    @property
    def travel_minutes(self) -> int:
        """Minutes of travel."""
        return sum(t.travel_minutes for t in self.by_type.values())

    @property
    def practice_minutes(self) -> int:
        """Minutes with clients."""
        return sum(t.minutes for kind, t in self.by_type.items() if kind in PRACTICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A person's sums: this month, since the start, and by month, newest first.

    `month` and the keys of `by_month` are first days of months. `since_supervision` is minutes
    of practice after the day of the last supervision, or all of them where there was none.
    """

    month: date
    this_month: Totals
    since_start: Totals
    by_month: tuple[tuple[date, Totals], ...]
    since_supervision: int
    last_supervision: date | None


def read_client_code(typed: str | None) -> str | None:
    """Return a client code in its one form, `C-07`; None where nothing was typed.

    Up to three letters and up to four digits, with or without a dash.

    Raises:
        NotValid: For anything else. A name would tell who the client is.
    """
    text = (typed or "").strip()
    if not text:
        return None
    match = _CODE.fullmatch(text)
    if match is None:
        raise NotValid({"client_code": "client_name"})
    letters, digits = match.groups()
    return f"{letters.upper()}-{digits.zfill(2)}"


def check_facts(facts: SessionFacts, *, today: date) -> None:
    """Refuse values that cannot be right.

    Args:
        facts: As typed.
        today: The person's own date.

    Raises:
        NotValid: One reason a field.
    """
    problems: dict[str, str] = {}
    if facts.on_date > today + timedelta(days=DAYS_AHEAD):
        problems["on_date"] = "date_ahead"
    elif facts.on_date < EARLIEST:
        problems["on_date"] = "date_long_ago"
    if not STEP <= facts.minutes <= LONGEST_SESSION or facts.minutes % STEP:
        problems["minutes"] = "minutes_step"
    for name in ("preparation_minutes", "travel_minutes"):
        value = getattr(facts, name)
        if not 0 <= value <= LONGEST_EXTRA or value % STEP:
            problems[name] = "minutes_step"
    if problems:
        raise NotValid(problems)


def check_words(words: SessionWords) -> None:
    """Refuse words longer than the form allows.

    Raises:
        NotValid: `note_long` or `action_long`.
    """
    problems: dict[str, str] = {}
    if words.note and len(words.note) > NOTE_LENGTH:
        problems["note"] = "note_long"
    if words.action and len(words.action) > ACTION_LENGTH:
        problems["action"] = "action_long"
    if problems:
        raise NotValid(problems)


def counts(session: Session) -> bool:
    """Whether a session stands in the totals: it happened, and was not deleted."""
    return session.facts.outcome is Outcome.HAPPENED and session.deleted_at is None


def first_values(last: SessionFacts | None, *, today: date) -> SessionFacts:
    """Return what a new form starts from: the last session's values, dated today.

    A session that was moved or cancelled is not what usually happens, so the outcome starts
    as `happened`.
    """
    if last is None:
        return SessionFacts(on_date=today, type=SessionType.COACHING, minutes=60, mode=Mode.VIDEO)
    return SessionFacts(
        on_date=today,
        type=last.type,
        minutes=last.minutes,
        mode=last.mode,
        preparation_minutes=last.preparation_minutes,
        travel_minutes=last.travel_minutes,
        client_code=last.client_code,
        pay=last.pay,
    )


def complete(draft: SessionDraft, like: SessionFacts) -> SessionFacts:
    """Return the facts of a draft, with what was folded away taken from `like`."""

    return SessionFacts(
        on_date=draft.on_date,
        type=draft.type,
        minutes=draft.minutes,
        mode=draft.mode,
        client_code=draft.client_code,
        outcome=_either(draft.outcome, like.outcome),
        preparation_minutes=_either(draft.preparation_minutes, like.preparation_minutes),
        travel_minutes=_either(draft.travel_minutes, like.travel_minutes),
        pay=_either(draft.pay, like.pay),
    )


def _either(given: T | None, otherwise: T) -> T:
    return otherwise if given is None else given
