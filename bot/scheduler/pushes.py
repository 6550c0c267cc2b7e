"""What is prepared and shown for each kind of thing that the bot sends by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.house import House
from bot.services.reach import Skip, Wait
from bot.views import check_in_results, check_ins, nudges, reflections, supervision_pushes
from bot.views.kit import Message
from bot.words import Words
from domain.deliveries import Delivery, Kind


@dataclass(frozen=True, slots=True)
class Push:
    """`prepare` looks at everything again at the moment of sending; `show` makes the message."""

    prepare: Callable[[House, Delivery], Any | Skip | Wait]
    show: Callable[[Words, Any], Message]


_SUPERVISION = Push(
    lambda house, delivery: house.supervision_watch.prepare(delivery), supervision_pushes.push
)

PUSHES: Mapping[Kind, Push] = {
    Kind.PROMPT: Push(
        lambda house, delivery: house.reflections.prepare(delivery), reflections.prompt_message
    ),
    Kind.NUDGE: Push(lambda house, delivery: house.nudges.prepare(delivery), nudges.push),
    Kind.CHECK_IN: Push(
        lambda house, delivery: house.check_ins.prepare_direct(delivery), check_ins.direct
    ),
    Kind.CHECK_IN_POST: Push(
        lambda house, delivery: house.check_ins.prepare_post(delivery), check_ins.post
    ),
    Kind.CHECK_IN_RESULT: Push(
        lambda house, delivery: house.check_ins.prepare_result(delivery), check_in_results.post
    ),
    Kind.SUPERVISION_ALERT: _SUPERVISION,
    Kind.SUPERVISION_REMINDER: _SUPERVISION,
    Kind.SUPERVISION_HELD: _SUPERVISION,
    Kind.SUPERVISION_LATE: _SUPERVISION,
    Kind.SUPERVISION_NEWS: _SUPERVISION,
}
