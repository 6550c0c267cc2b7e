"""Supervision on the Home tab: that something waits, with its times; never what it is for."""

from collections.abc import Collection

from bot import ids
from bot.services.supervision_at_home import SupervisionAtHome
from bot.views import kit
from bot.views.kit import Json
from bot.views.supervision_requests import tally_in_words
from bot.views.times import Times
from bot.words import Words
from domain.policy import Act
from domain.supervision import Request, State


def at_home(words: Words, data: SupervisionAtHome, may: Collection[Act]) -> list[Json]:
    """Return the part of each role."""
    blocks: list[Json] = []
    if Act.ASK_SUPERVISION in may:
        blocks += _partner(words, data)
    if data.waiting is not None:
        blocks += _supervisor(words, data, data.waiting)
    if data.late is not None:
        blocks += _co_lead(words, data.late)
    return blocks


def _partner(words: Words, data: SupervisionAtHome) -> list[Json]:
    blocks = [
        kit.heading(words("home.supervision")),
        kit.buttons(
            kit.button(words("ask.open"), ids.ASK_SUPERVISION),
            kit.button(words("request.see_mine"), ids.OPEN_REQUESTS),
        ),
    ]
    if data.tally is not None:
        blocks.append(kit.say(tally_in_words(words, data.tally, due=data.due)))
    return [*blocks, *(_request(words, one, data) for one in data.requests)]


def _request(words: Words, request: Request, data: SupervisionAtHome) -> Json:
    times = Times(words, data.zone, data.times)
    said = words(f"request.line.{request.state}", sent=times(request.sent_at))
    if request.state is State.BOOKED and request.booked_at is not None:
        said = words("home.booked", when=times(request.booked_at))
    if request.state is State.OPEN and data.now < request.reply_by:
        said = f"{said} {words('home.reply_by', when=times(request.reply_by))}"
    label = words("request.open_label", date=times.day(request.sent_at))
    button = kit.button(words("request.open"), ids.OPEN_REQUEST, request.id, label=label)
    return kit.say(said, accessory=button)


def _supervisor(words: Words, data: SupervisionAtHome, waiting: int) -> list[Json]:
    lines = [words.count("home.waiting", waiting) if waiting else words("queue.nothing_waits")]
    if data.held:
        lines.append(words.count("home.held", data.held))
    return [
        kit.heading(words("queue.title")),
        kit.say("\n".join(lines), accessory=kit.button(words("queue.open"), ids.OPEN_QUEUE)),
    ]


def _co_lead(words: Words, late: int) -> list[Json]:
    said = words.count("plan.late", late) if late else words("plan.none_late")
    button = kit.button(words("plan.open"), ids.OPEN_SUPERVISION_PLAN)
    return [kit.heading(words("plan.title")), kit.say(said, accessory=button)]
