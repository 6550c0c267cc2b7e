"""Finds what a person means on their screen: by id, by label, or by what stands on a button."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from practice.blocks import find_buttons, find_inputs
from practice.blocks.walk import fields
from practice.interact import Cannot, message_named
from practice.things import Channel, Json, Message, OpenView, Person
from practice.world import World

MESSAGES_SEARCHED = 50


@dataclass(frozen=True)
class Spot:
    """An interactive element, where it stands, and the value its label implies, if any."""

    block: Json
    element: Json
    view: OpenView | None = None
    message: tuple[Channel, Message] | None = None
    implied: Any = None


@dataclass(frozen=True)
class Place:
    """Blocks to look through, and what they belong to."""

    blocks: list[Json]
    view: OpenView | None = None
    message: tuple[Channel, Message] | None = None


def spot(world: World, who: Person, wanted: Json) -> Spot:
    """The element meant: where it says, else top modal, Home, then the latest messages."""
    for place in _places(world, who, wanted):
        for block, element in fields(place.blocks):
            fits, implied = _fits(place.blocks, block, element, wanted)
            if fits:
                return Spot(block, element, place.view, place.message, implied)
    named = wanted.get("label") or wanted.get("action_id")
    raise Cannot("action_not_found", f"{who.real_name} sees nothing called {named!r} to press.")


def _fits(blocks: list[Json], block: Json, element: Json, wanted: Json) -> tuple[bool, Any]:
    """Whether this element is meant; with the value, where the label names a part of it."""
    if wanted.get("block_id") not in (None, block.get("block_id")):
        return False, None
    if wanted.get("action_id") not in (None, element["action_id"]):
        return False, None
    if wanted.get("label") is None:
        return True, None
    label = str(wanted["label"]).strip().casefold()
    for button in find_buttons([block]):
        if button.element is element and button.text.strip().casefold() == label:
            return True, None if element["type"] == "button" else button.value
    if str(element.get("accessibility_label", "")).strip().casefold() == label:
        return True, None
    named = [f for f in find_inputs({"blocks": [block]}) if f.action_id == element["action_id"]]
    return any(f.label.strip().casefold() == label for f in named), None


def _places(world: World, who: Person, wanted: Json) -> Iterator[Place]:
    if wanted.get("ts") is not None:
        yield _message_place(message_named(world, who, str(wanted["channel"]), wanted["ts"]))
        return
    for view in _views(world, who, wanted):
        yield Place(view.view["blocks"], view)
    if wanted.get("view_id") is None and not wanted.get("home"):
        for pair in _latest(world, who):
            yield _message_place(pair)


def _message_place(pair: tuple[Channel, Message]) -> Place:
    return Place(pair[1].body.get("blocks", []), None, pair)


def _views(world: World, who: Person, wanted: Json) -> list[OpenView]:
    ws = world.workspace
    home = [ws.homes[who.id]] if who.id in ws.homes else []
    if wanted.get("home"):
        return home
    if wanted.get("view_id") is None:
        return [*ws.modals.get(who.id, [])[-1:], *home]
    return [view_of(world, who, wanted["view_id"])]


def view_of(world: World, who: Person, view_id: str | None) -> OpenView:
    """One of this person's open views; without an id, the modal on top."""
    ws = world.workspace
    stack = ws.modals.get(who.id, [])
    if view_id is None and stack:
        return stack[-1]
    mine = [*stack, *([ws.homes[who.id]] if who.id in ws.homes else [])]
    found = next((v for v in mine if v.id == view_id), None)
    if found is None:
        raise Cannot("view_not_found", f"{who.real_name} has no such view open.")
    return found


def _latest(world: World, who: Person) -> list[tuple[Channel, Message]]:
    """The newest messages this person sees, newest first."""
    ws = world.workspace
    found = [
        (channel, message)
        for channel in ws.channels.values()
        if ws.sees_channel(who, channel)
        for message in channel.messages[-MESSAGES_SEARCHED:]
        if message.only_for in (None, who.id)
    ]
    return sorted(found, key=lambda pair: pair[1].ts, reverse=True)
