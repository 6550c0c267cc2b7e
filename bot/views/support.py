"""The support card."""

from collections.abc import Sequence

from bot import ids
from bot.views import kit
from bot.views.kit import Json
from bot.words import Words
from domain.support import Service


def card(words: Words, services: Sequence[Service]) -> list[Json]:
    """Return the card's blocks: what the bot is not, then the numbers, urgent ones first."""
    blocks = [kit.say(words("support.not_watched")), kit.heading(words("support.urgent"))]
    blocks += [_line(words, s) for s in services if s.urgent]
    others = [s for s in services if not s.urgent]
    if others:
        blocks.append(kit.heading(words("support.others")))
        blocks += [_line(words, s) for s in others]
    blocks.append(kit.small(words("support.programme")))
    return blocks


def support_card(words: Words, services: Sequence[Service]) -> Json:
    """Render the card as a modal."""
    return kit.modal(
        words("support.title"),
        card(words, services),
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )


def as_text(words: Words, services: Sequence[Service]) -> str:
    """Say the urgent numbers in plain text, for when a modal cannot be opened."""
    lines = [words("support.not_watched")]
    lines += [f"{s.name}: {s.contact}." for s in services if s.urgent]
    return "\n".join(lines)


def _line(words: Words, service: Service) -> Json:
    return kit.say_named(
        service.name, words("support.line", contact=service.contact, hours=service.hours)
    )
