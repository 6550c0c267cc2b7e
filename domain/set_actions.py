"""What somebody takes away from a meeting, in their own words, and what became of it."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from domain.refusals import Refused
from domain.values import dataclass

MOST = 2
"""How many actions one person takes away from one meeting."""


class ActionState(StrEnum):
    """What its author says became of it. None of them is better than another."""

    OPEN = "open"
    DONE = "done"
    PART = "part"
    NOT_YET = "not_yet"
    LET_GO = "let_go"

    @property
    def goes_on(self) -> bool:
        """Whether the next meeting asks about it."""
        return self in {ActionState.OPEN, ActionState.PART, ActionState.NOT_YET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action without its words, which are sealed and opened on request.

    `meeting_id` is the meeting it came from, `reviewed_in` the one in which it was last spoken of.
    """

    id: str
    set_id: str
    meeting_id: str
    person_id: str
    made_at: datetime
    state: ActionState = ActionState.OPEN
    reviewed_in: str | None = None


def check_room(actions: Iterable[Action], meeting_id: str, person_id: str) -> None:
    """Refuse a third action from one meeting.

    Raises:
        Refused: `actions_two`.
    """
    mine = [a for a in actions if (a.meeting_id, a.person_id) == (meeting_id, person_id)]
    if len(mine) >= MOST:
        raise Refused("actions_two")
