"""What is pushed about supervision: that there is something to open, and nothing of what."""

from bot import ids
from bot.services.supervision_watch import Told
from bot.views import kit
from bot.views.kit import Message
from bot.words import Words
from domain.deliveries import Kind

_OPENS = {
    Kind.SUPERVISION_ALERT: ids.OPEN_QUEUE,
    Kind.SUPERVISION_REMINDER: ids.OPEN_QUEUE,
    Kind.SUPERVISION_HELD: ids.OPEN_QUEUE,
    Kind.SUPERVISION_LATE: ids.OPEN_SUPERVISION_PLAN,
    Kind.SUPERVISION_NEWS: ids.OPEN_REQUESTS,
}


def push(words: Words, told: Told) -> Message:
    """Say that there is something to open. Its words are the same for every request."""
    button = kit.button(words(f"push.{told.kind}.open"), _OPENS[told.kind], primary=True)
    return kit.message([words(f"push.{told.kind}")], [button])
