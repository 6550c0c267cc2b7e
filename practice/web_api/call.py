"""One call of a Web API method: its arguments, and how it is refused."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from practice.blocks import Invalid
from practice.things import Channel, Json, Person
from practice.world import World

DEEPEST = 40
TokenKind = Literal["bot", "app"]


class Refused(Exception):
    """An `ok: false` answer: Slack's error name, and what else stands in the answer."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        """`messages` go into `response_metadata`, `more` beside `error`."""
        self.error = error
        self.more = dict(more)
        if messages:
            self.more["response_metadata"] = {"messages": messages}
        super().__init__(error)


@dataclass(frozen=True)
class Call:
    """A call that has passed authentication."""

    world: World
    method: str
    args: Json

    def text(self, name: str) -> str | None:
        """An argument as text, None when it is absent or empty."""
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, (dict, list)):
            raise Refused("invalid_arguments", [f"[ERROR] must be a string [json-pointer:/{name}]"])
        return str(value)

    def need(self, name: str) -> str:
        """An argument that must be there."""
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def flag(self, name: str) -> bool:
        """A boolean argument."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.text(name)
        try:
            return default if value is None else int(value)
        except ValueError:
            raise Refused(
                "invalid_arguments", [f"[ERROR] must be an integer [json-pointer:/{name}]"]
            ) from None

    def structure(self, name: str) -> Any:
        """An argument that is JSON: as such in a JSON body, as text in a form."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(
                "invalid_arguments", [f"[ERROR] must be valid JSON [json-pointer:/{name}]"]
            ) from None

    def person(self, person_id: str) -> Person:
        """Someone by id; the Web API knows no handles."""
        who = self.world.workspace.people.get(person_id)
        if who is None:
            raise Refused("user_not_found")
        return who

    def channel(self, channel_id: str) -> Channel:
        """A channel the app can know of: public, or with the app in it."""
        channel = self.world.workspace.channels.get(channel_id)
        bot = self.world.bot_id
        if channel is None or (channel.kind != "channel" and bot not in channel.members):
            raise Refused("channel_not_found")
        return channel


def missing(name: str) -> Refused:
    """The refusal of a call without a required argument."""
    return Refused("invalid_arguments", [f"[ERROR] missing required field: {name}"])


def too_deep(value: Any) -> bool:
    """Whether JSON is nested deeper than anything Slack takes."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for held in level
            if isinstance(held, (dict, list))
            for inner in (held.values() if isinstance(held, dict) else held)
        ]
        if not level:
            return False
    return True


def checked(check: Callable[[Json], Any], value: Json) -> Any:
    """Run a Block Kit check; what it raises becomes Slack's answer."""
    try:
        return check(value)
    except Invalid as invalid:
        raise Refused(invalid.error, invalid.messages) from None
