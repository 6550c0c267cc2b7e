"""A private journal: what someone wrote for themselves, and with whom they share it."""

from dataclasses import field
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.refusals import NotValid
from domain.values import dataclass

ANSWER_LENGTH = 3000
NUDGE_LENGTH = 200
PROMPT_WAITS = timedelta(days=14)
"""How long a prompt waits on the Home tab; then it goes quietly."""
NUDGE_WAITS = timedelta(days=2)
"""How long a nudge that could not be sent waits on the Home tab; then it goes quietly."""
SILENCES = 2
"""After so many prompts in a row without a word, the bot goes quiet."""


class Audience(StrEnum):
    """With whom an item can be shared."""

    SUPERVISOR = "supervisor"
    SET = "set"
    LEARNING_PARTNER = "learning_partner"


class GivenState(StrEnum):
    """What became of a prompt that somebody was given."""

    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    SNOOZED = "snoozed"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A prompt that somebody was given on a local date. `pushed` where it was sent to them."""

    id: str
    person_id: str
    prompt_id: str
    on_date: date
    state: GivenState = GivenState.OPEN
    pushed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """With whom an item is shared. `target` is a person's id, or a set's; empty for all who hold
    the role. `named` says whether the reader learns whose it is. `since` is known of what is kept.
    """

    audience: Audience
    target: str = ""
    named: bool = True
    since: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A journal item without its words, which are sealed and opened on request."""

    id: str
    person_id: str
    on_date: date
    created_at: datetime
    prompted: bool
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The words of an item: the question as it was asked, if there was one, and the answer."""

    answer: str
    question: str | None = None


def check_answer(answer: str) -> None:
    """Refuse an answer that is empty or too long.

    Raises:
        NotValid: `answer_empty` or `answer_long`.
    """
    if not answer.strip():
        raise NotValid({"answer": "answer_empty"})
    if len(answer) > ANSWER_LENGTH:
        raise NotValid({"answer": "answer_long"})


def check_nudge(text: str) -> None:
    """Refuse a nudge that is empty or too long.

    Raises:
        NotValid: `nudge_empty` or `nudge_long`.
    """
    if not text.strip():
        raise NotValid({"nudge": "nudge_empty"})
    if len(text) > NUDGE_LENGTH:
        raise NotValid({"nudge": "nudge_long"})
