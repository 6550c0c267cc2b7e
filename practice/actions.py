"""What a person presses and chooses: block_actions, typed input, options from outside."""

from typing import Any

from practice import payloads
from practice.blocks import Invalid, initial_state, put_value
from practice.finding import Spot, spot
from practice.interact import TROUBLE, Cannot, Outcome
from practice.modals import fill
from practice.things import Channel, Json, Message, OpenView, Person
from practice.world import World

PRESSED = ("button", "workflow_button", "icon_button")
COPIED = ("text", "value", "style", "placeholder", "initial_option", "initial_date", "initial_time")


class AsItIs:
    """The value of a press that changes nothing: what the element holds is sent."""


AS_IT_IS = AsItIs()


async def press(world: World, who: Person, wanted: Json, value: Any) -> Outcome:
    """Press a button or choose in an element, wherever it stands."""
    found = spot(world, who, wanted)
    return await press_at(world, who, found, value)


async def press_at(world: World, who: Person, found: Spot, value: Any) -> Outcome:
    """Press what was found."""
    if isinstance(value, AsItIs) and found.implied is not None:
        value = found.implied
    if found.view is not None:
        typed = _entered(world, found, found.view, value)
        action = _action(world, found, typed)
        payload = payloads.view_action(world, who, found.view, action)
        where = found.view.id
    else:
        payload, where = _in_message(world, who, found, value)
    answer = await world.courier.ask("interactive", payload, world.manifest.interactivity_url)
    if not answer.ok:
        world.workspace.notice(who.id, TROUBLE, where)
    return Outcome(answer.ok, answer.error)


def _entered(world: World, found: Spot, view: OpenView, value: Any) -> Json:
    """What the element holds, once the value is kept."""
    block_id, action_id = found.block["block_id"], found.element["action_id"]
    if found.element["type"] in PRESSED:
        return {}
    if isinstance(value, AsItIs):
        held: Json = view.state.get(block_id, {}).get(action_id, {})
        return held
    return fill(world, view, block_id, action_id, value)


def _in_message(world: World, who: Person, found: Spot, value: Any) -> tuple[Json, str]:
    place = found.message
    if place is None:
        raise Cannot("action_not_found", "There is nothing to press.")
    channel, message = place
    block_id, action_id = found.block["block_id"], found.element["action_id"]
    whole = {"type": "home", "blocks": message.body["blocks"]}
    state = initial_state(whole)
    held = state.get(block_id, {})
    typed: Json = {} if found.element["type"] in PRESSED else held.get(action_id, {})
    if found.element["type"] not in PRESSED and not isinstance(value, AsItIs):
        typed = _typed(whole, state, (block_id, action_id), value)
        if action_id in held:
            held[action_id] = typed
    action = _action(world, found, typed)
    return payloads.message_action(world, who, place, action, state), channel.id


def _typed(view: Json, state: Json, ids: tuple[str, str], value: Any) -> Json:
    try:
        return put_value(view, state, *ids, value)
    except Invalid as invalid:
        raise Cannot("invalid_value", "; ".join(invalid.messages) or invalid.error) from None


def _action(world: World, found: Spot, typed: Json) -> Json:
    """The entry of `actions` for an element."""
    element = found.element
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": found.block["block_id"],
        **{k: element[k] for k in COPIED if k in element},
        **typed,
        "action_ts": world.workspace.event_ts(),
    }


async def type_in(
    world: World, who: Person, view_id: str | None, ids: tuple[str, str], value: Any
) -> Outcome:
    """Keep what is typed; elements that tell at once send block_actions."""
    block_id, action_id = ids
    wanted = {"view_id": view_id, "block_id": block_id, "action_id": action_id}
    found = spot(world, who, wanted)
    if tells_at_once(found.block, found.element):
        return await press_at(world, who, found, value)
    if found.view is None:
        raise Cannot("view_not_found", "There is no such view.")
    fill(world, found.view, block_id, action_id, value)
    return Outcome()


def tells_at_once(block: Json, element: Json) -> bool:
    """Whether a change is sent to the app as it happens."""
    if block["type"] != "input":
        return True
    if not block.get("dispatch_action"):
        return False
    if "plain_text" not in element["type"] and not element["type"].endswith("_text_input"):
        return True
    config = element.get("dispatch_action_config", {})
    return "on_character_entered" in config.get("trigger_actions_on", [])


async def options(world: World, who: Person, wanted: Json, text: str) -> Outcome:
    """What an external select offers for what was typed."""
    found = spot(world, who, wanted)
    ids = (found.block["block_id"], found.element["action_id"])
    holder = _holder(found.view.as_sent() if found.view else None, found.message)
    payload = payloads.suggestion(world, who, holder, ids, text)
    url = world.manifest.options_url or world.manifest.interactivity_url
    answer = await world.courier.ask("interactive", payload, url)
    said = answer.payload if isinstance(answer.payload, dict) else {}
    if not answer.ok or not ("options" in said or "option_groups" in said):
        return Outcome(False, answer.error or "invalid_options")
    return Outcome(facts={k: said[k] for k in ("options", "option_groups") if k in said})


def _holder(view: Json | None, place: tuple[Channel, Message] | None) -> Json:
    if view is not None:
        return {"view": view, "container": {"type": "view", "view_id": view["id"]}}
    if place is None:
        return {}
    channel, message = place
    return {
        "channel": {"id": channel.id, "name": payloads.payload_channel_name(channel)},
        "message": message.body,
        "container": {"type": "message", "message_ts": message.ts, "channel_id": channel.id},
    }
