"""What is counted, for an operator's own watch: nothing, unless somebody asks for it.

A name beside a number is always one of a fixed list. So no figure can hold an id, a name or a word.
"""

from collections.abc import Callable, Iterable

from bot.services.standing import Numbers
from domain.deliveries import Kind, State

METHODS = (
    "apps.connections.open",
    "auth.test",
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.open",
    "files.completeUploadExternal",
    "files.delete",
    "files.getUploadURLExternal",
    "users.info",
    "users.list",
    "views.open",
    "views.publish",
    "views.push",
    "views.update",
)
"""What the bot calls of Slack."""

CALLED = ("ok", "refused", "busy", "silent")
"""What becomes of a call: done; no, and no again; later; no answer, so it may have happened."""

ENDS = (State.SENT, State.FAILED, State.UNCERTAIN, State.SKIPPED)
OTHER = "other"
"""Stands for whatever is in no list."""


class Figures:
    """Counts nothing. `bot.prometheus` counts."""

    counts = False
    """Whether it is worth taking the time of anything."""

    def watch(
        self,
        listeners: Iterable[str],
        numbers: Callable[[], Numbers],
        since_tick: Callable[[], float],
    ) -> None:
        """Know what is there to be counted."""

    def answered(self, listener: str, seconds: float) -> None:
        """Somebody has their answer from a listener."""

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Slack was called."""

    def settled(self, kind: Kind, state: State) -> None:
        """A delivery has come to its end."""

    def transaction(self, writes: bool, seconds: float) -> None:
        """The database was asked."""
