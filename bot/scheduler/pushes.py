"""What is prepared and shown for each kind of thing that the bot sends by itself."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.house import House
from bot.services.reach import Skip, Wait
from bot.views import (
    check_in_results,
    check_ins,
    nudges,
    reflections,
    retention,
    set_pushes,
    supervision_pushes,
)
from bot.views.kit import Message
from bot.words import Words
from domain.deliveries import Delivery, Kind
from domain.values import dataclass


@dataclass(frozen=True, slots=True)
class Push:
    """`prepare` looks at everything again at the moment of sending; `show` makes the message."""

    prepare: Callable[[House, Delivery], Any | Skip | Wait]
    show: Callable[[Words, Any], Message]


_SUPERVISION = Push(
    lambda house, delivery: house.supervision_watch.prepare(delivery), supervision_pushes.push
)

_SET_MEETING = Push(
    lambda house, delivery: house.set_pushes.prepare_meeting(delivery), set_pushes.of_meeting
)
_SET = Push(lambda house, delivery: house.set_pushes.prepare_set(delivery), set_pushes.of_set)
_SET_CHANNEL = Push(
    lambda house, delivery: house.set_pushes.prepare_agenda(delivery), set_pushes.in_channel
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
    Kind.GOES_SOON: Push(
        lambda house, delivery: house.retention.prepare(delivery), retention.goes_soon
    ),
    Kind.SUPERVISION_ALERT: _SUPERVISION,
    Kind.SUPERVISION_REMINDER: _SUPERVISION,
    Kind.SUPERVISION_HELD: _SUPERVISION,
    Kind.SUPERVISION_LATE: _SUPERVISION,
    Kind.SUPERVISION_NEWS: _SUPERVISION,
    Kind.SET_DATES: _SET_MEETING,
    Kind.SET_CHOSEN: _SET_MEETING,
    Kind.SET_MOVED: _SET_MEETING,
    Kind.SET_CANCELLED: _SET_MEETING,
    Kind.SET_REMINDER: _SET_MEETING,
    Kind.SET_FEW: _SET_MEETING,
    Kind.SET_QUORUM: _SET_MEETING,
    Kind.SET_ACTIONS: _SET_MEETING,
    Kind.SET_ROLE: _SET_MEETING,
    Kind.SET_PLACE: _SET,
    Kind.SET_PLACE_OVER: _SET,
    Kind.SET_FACILITATOR: _SET,
    Kind.SET_NO_FACILITATOR: _SET,
    Kind.SET_CLOSED: _SET,
    Kind.SET_PART: _SET_CHANNEL,
    Kind.SET_TWO_MINUTES: _SET_CHANNEL,
    Kind.SET_TIME_UP: _SET_CHANNEL,
    Kind.SET_END: _SET_CHANNEL,
}
