"""What is prepared and shown for each kind of thing that the bot sends by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.house import House
from bot.services.reach import Skip, Wait
from bot.views.kit import Message
from bot.words import Words
from domain.deliveries import Delivery, Kind


@dataclass(frozen=True, slots=True)
class Push:
    """`prepare` looks at everything again at the moment of sending; `show` makes the message."""

    prepare: Callable[[House, Delivery], Any | Skip | Wait]
    show: Callable[[Words, Any], Message]


PUSHES: Mapping[Kind, Push] = {}
