"""What somebody reads the first time: what this is, who sees what, and what it is not."""

from bot import ids
from bot.views import kit
from bot.views.forms import Meta
from bot.views.kit import Json
from bot.views.sights import line
from bot.words import Words
from domain.policy import Thing

_FIRST = (Thing.SESSION_FACTS, Thing.HEAVINESS, Thing.PRIVATE_NOTE, Thing.JOURNAL)


def welcome_blocks(words: Words) -> list[Json]:
    """Return the welcome as it stands on the Home tab and in the modal."""
    return [
        kit.heading(words("welcome.heading")),
        kit.say(words("welcome.what")),
        told_first(words),
        kit.say(words("welcome.not_emergency")),
    ]


def told_first(words: Words) -> Json:
    """Say who can see what, of what people write most."""
    return kit.say("\n".join([*line(words, *_FIRST), words("welcome.each_form")]))


def welcome(words: Words, *, then: str) -> Json:
    """Render the welcome before the first form; `then` names the form that follows."""
    return kit.modal(
        words("welcome.title"),
        [*welcome_blocks(words), kit.buttons(kit.button(words("support.open"), ids.OPEN_SUPPORT))],
        callback_id=ids.WELCOME_VIEW,
        submit=words("welcome.go_on"),
        close=words("close.not_now"),
        metadata=Meta(then=then).pack(),
    )
