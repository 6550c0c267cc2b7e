"""Supervision for whoever has several roles: a door for each."""

from collections.abc import Sequence

from bot import ids
from bot.views import kit
from bot.views.kit import Json
from bot.views.supervision_queue import page
from bot.words import Words
from domain.people import Role

_DOORS = {
    Role.PARTNER: ids.OPEN_REQUESTS,
    Role.SUPERVISOR: ids.OPEN_QUEUE,
    Role.CO_LEAD: ids.OPEN_SUPERVISION_PLAN,
    Role.LEARNING_PARTNER: ids.OPEN_SENT_COUNT,
}


def front(words: Words, roles: Sequence[Role]) -> Json:
    """Render the doors."""
    blocks = [kit.say(words("front.about"))]
    blocks += [
        kit.say(
            words(f"front.{role}"),
            accessory=kit.button(words(f"front.open.{role}"), _DOORS[role]),
        )
        for role in roles
    ]
    return page(words, "front.title", blocks)
