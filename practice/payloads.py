"""What the app receives, with every field Slack sends."""

import secrets
from collections.abc import Iterator
from typing import Any

from practice import people
from practice.blocks.walk import fields
from practice.things import Channel, Json, Message, OpenView, Person, ResponseUrl, Trigger
from practice.world import World


def new_trigger(
    world: World, person: Person, view: OpenView | None = None, channel: Channel | None = None
) -> str:
    """A fresh trigger_id for someone, remembering the modal or channel it came from."""
    now = world.clock.now()
    triggers = world.workspace.triggers
    for old in [k for k, t in triggers.items() if now - t.made_at > 3600]:
        del triggers[old]
    number = 10**12 + secrets.randbelow(9 * 10**12)
    trigger_id = f"{number}.{secrets.randbelow(10**12):012d}.{secrets.token_hex(16)}"
    in_modal = view is not None and view.view["type"] == "modal"
    source = view.id if view and in_modal else None
    triggers[trigger_id] = Trigger(person.id, now, source, channel.id if channel else None)
    return trigger_id


def new_response_url(
    world: World, person: Person, channel: Channel, message_ts: str | None = None
) -> str:
    """An address for five answers in thirty minutes."""
    key = secrets.token_urlsafe(24)
    made = ResponseUrl(key, person.id, channel.id, world.clock.now(), message_ts)
    world.workspace.response_urls[key] = made
    return f"{world.base_url}response/{key}"


def slash_command(world: World, person: Person, channel: Channel, command: str, text: str) -> Json:
    """A slash command's fields."""
    return {
        "token": world.tokens.verification,
        "team_id": people.TEAM_ID,
        "team_domain": people.TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": payload_channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": people.APP_ID,
        "is_enterprise_install": "false",
        "response_url": new_response_url(world, person, channel),
        "trigger_id": new_trigger(world, person, channel=channel),
    }


def payload_channel_name(channel: Channel) -> str:
    """The name payloads give a channel: private ones and direct messages have none."""
    if channel.kind == "channel":
        return channel.name
    return "directmessage" if channel.kind in ("dm", "app") else "privategroup"


def _frame(world: World, kind: str, person: Person) -> Json:
    return {
        "type": kind,
        "team": {"id": people.TEAM_ID, "domain": people.TEAM_DOMAIN},
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team_id,
        },
        "api_app_id": people.APP_ID,
        "token": world.tokens.verification,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def view_submission(world: World, person: Person, view: OpenView) -> Json:
    """The submit button of a modal was pressed."""
    return _frame(world, "view_submission", person) | {
        "trigger_id": new_trigger(world, person, view),
        "view": view.as_sent(),
        "response_urls": list(_response_urls(world, person, view)),
    }


def _response_urls(world: World, person: Person, view: OpenView) -> Iterator[Json]:
    """An address for each chosen conversation whose select asked for one."""
    for block, element in fields(view.view["blocks"]):
        if not element.get("response_url_enabled"):
            continue
        ids = block["block_id"], element["action_id"]
        held = view.state.get(ids[0], {}).get(ids[1], {})
        chosen = held.get("selected_conversation") or held.get("selected_channel")
        channel = world.workspace.channels.get(chosen or "")
        if channel is not None:
            url = new_response_url(world, person, channel)
            yield {
                "block_id": ids[0],
                "action_id": ids[1],
                "channel_id": channel.id,
                "response_url": url,
            }


def view_closed(world: World, person: Person, view: OpenView, *, cleared: bool) -> Json:
    """A modal that asked for it was closed."""
    return _frame(world, "view_closed", person) | {
        "view": view.as_sent(),
        "is_cleared": cleared,
    }


def view_action(world: World, person: Person, view: OpenView, action: Json) -> Json:
    """Something was pressed or chosen in a modal or on the Home tab."""
    return _frame(world, "block_actions", person) | {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": new_trigger(world, person, view),
        "view": view.as_sent(),
        "state": {"values": view.state},
        "actions": [action],
    }


def message_action(
    world: World,
    person: Person,
    place: tuple[Channel, Message],
    action: Json,
    state: Json,
) -> Json:
    """Something was pressed or chosen in a message."""
    channel, message = place
    ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    payload = _frame(world, "block_actions", person) | {
        "container": container,
        "trigger_id": new_trigger(world, person, channel=channel),
        "channel": {"id": channel.id, "name": payload_channel_name(channel)},
        "state": {"values": state},
        "response_url": new_response_url(world, person, channel, message.ts),
        "actions": [action],
    }
    return payload if ephemeral else payload | {"message": message.body}


def suggestion(world: World, person: Person, holder: Json, ids: tuple[str, str], text: str) -> Json:
    """An external select asks for options; `holder` names the view or message it stands in."""
    block_id, action_id = ids
    return _frame(world, "block_suggestion", person) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": text,
        **holder,
    }


def global_shortcut(world: World, person: Person, callback_id: str) -> Json:
    """A global shortcut was chosen."""
    return _frame(world, "shortcut", person) | {
        "action_ts": world.workspace.event_ts(),
        "callback_id": callback_id,
        "trigger_id": new_trigger(world, person),
    }


def message_shortcut(
    world: World, person: Person, callback_id: str, channel: Channel, message: Message
) -> Json:
    """A message shortcut was chosen."""
    return _frame(world, "message_action", person) | {
        "action_ts": world.workspace.event_ts(),
        "callback_id": callback_id,
        "trigger_id": new_trigger(world, person, channel=channel),
        "response_url": new_response_url(world, person, channel, message.ts),
        "channel": {"id": channel.id, "name": payload_channel_name(channel)},
        "message_ts": message.ts,
        "message": message.body,
    }


def event_callback(world: World, event: dict[str, Any]) -> Json:
    """The wrapper around every event."""
    now = world.clock.now()
    event.setdefault("event_ts", world.workspace.event_ts())
    return {
        "token": world.tokens.verification,
        "team_id": people.TEAM_ID,
        "context_team_id": people.TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": people.APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": world.workspace.new_id("Ev"),
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": people.TEAM_ID,
                "user_id": world.bot_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": secrets.token_urlsafe(24),
    }
