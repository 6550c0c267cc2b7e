"""What people are told before words of theirs go."""

from bot.services.retention import GoesSoon
from bot.views import kit
from bot.views.kit import Message
from bot.words import Words


def goes_soon(words: Words, data: GoesSoon) -> Message:
    """Say that something goes, and nothing of what it is."""
    return kit.message([words("retention.goes_soon"), words("retention.goes_soon_how")], [])
