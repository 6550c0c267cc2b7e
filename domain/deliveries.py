"""What the bot sends by itself: its kinds, what becomes of each, and what may follow what."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.values import dataclass

LEASE = timedelta(seconds=60)
"""How long a claimed delivery is its sender's: longer than any call to Slack waits."""
MOST_TRIES = 3
"""How often something that breaks on our own side before it is sent is tried."""
MOST_TRIES_OF_REPEATABLE = 6
"""The same for what is better sent twice than never. It counts as well how often it was handed to
Slack, and no answer said whether it is there."""


class Kind(StrEnum):
    """What is sent."""

    PROMPT = "prompt"
    NUDGE = "nudge"
    CHECK_IN = "check_in"
    CHECK_IN_POST = "check_in_post"
    CHECK_IN_RESULT = "check_in_result"
    GOES_SOON = "goes_soon"
    SUPERVISION_ALERT = "supervision_alert"
    SUPERVISION_REMINDER = "supervision_reminder"
    SUPERVISION_HELD = "supervision_held"
    SUPERVISION_LATE = "supervision_late"
    SUPERVISION_NEWS = "supervision_news"
    SET_DATES = "set_dates"
    SET_CHOSEN = "set_chosen"
    SET_MOVED = "set_moved"
    SET_CANCELLED = "set_cancelled"
    SET_REMINDER = "set_reminder"
    SET_FEW = "set_few"
    SET_QUORUM = "set_quorum"
    SET_ACTIONS = "set_actions"
    SET_ROLE = "set_role"
    SET_PLACE = "set_place"
    SET_PLACE_OVER = "set_place_over"
    SET_FACILITATOR = "set_facilitator"
    SET_NO_FACILITATOR = "set_no_facilitator"
    SET_CLOSED = "set_closed"
    SET_PART = "set_part"
    SET_TWO_MINUTES = "set_two_minutes"
    SET_TIME_UP = "set_time_up"
    SET_END = "set_end"

    @property
    def repeatable(self) -> bool:
        """Whether twice is better than never: what says that somebody waits for an answer."""
        return self in _REPEATABLE

    @property
    def most_tries(self) -> int:
        """How often it is tried before it is left as it is."""
        return MOST_TRIES_OF_REPEATABLE if self.repeatable else MOST_TRIES


_REPEATABLE = frozenset(
    {
        Kind.SUPERVISION_ALERT,
        Kind.SUPERVISION_REMINDER,
        Kind.SUPERVISION_HELD,
        Kind.SUPERVISION_LATE,
    }
)
NOT_PAUSED = (
    _REPEATABLE
    | {Kind.SUPERVISION_NEWS}
    | {Kind.SET_CHOSEN, Kind.SET_MOVED, Kind.SET_CANCELLED, Kind.SET_CLOSED}
    | {Kind.SET_FEW, Kind.SET_QUORUM, Kind.SET_FACILITATOR, Kind.SET_NO_FACILITATOR}
    | {Kind.SET_PLACE, Kind.SET_PLACE_OVER}
)
"""What goes on while a co-lead has paused everything.

Somebody asked for it and waits, or would else come to a meeting that is not there.
"""


class State(StrEnum):
    """Where a delivery stands.

    Pending waits; sending is under way; sent, failed, skipped and uncertain are ends. Uncertain:
    Slack may have taken it or not, and sending again could say it twice.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"


def left_behind(state: State, reason: str | None) -> bool:
    """Whether it was to come, and may not have for a reason that is not the person's own."""
    late = state is State.SKIPPED and reason == "late"
    return late or state in {State.FAILED, State.UNCERTAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing for one person, or for one channel.

    `cause` is the id of what it comes from, such as a schedule; `on_date` the local date it is for.
    `recipient` is a person's id, or a channel's as Slack names it. There is never a second one of
    the same cause, date, recipient and kind. `subject` is the id of what it is about. It is not
    sent before `not_before`, and not from `ends_at` on.
    """

    id: str
    cause: str
    on_date: date
    recipient: str
    kind: Kind
    not_before: datetime
    ends_at: datetime
    person_id: str | None = None
    subject: str | None = None
    state: State = State.PENDING
    reason: str | None = None
    tries: int = 0
    channel: str | None = None
    ts: str | None = None
