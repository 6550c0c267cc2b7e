"""What one person would now see, as the page shows it."""

from typing import Any

from practice import mrkdwn, people
from practice.pictures import picture_in
from practice.things import Channel, Json, Message, OpenView, Person
from practice.web_api.files import file_address
from practice.world import World

MESSAGES_SHOWN = 100


def sees(world: World, who: Person) -> Json:
    """Everything on this person's screen."""
    ws = world.workspace
    home = ws.homes.get(who.id)
    return {
        "version": ws.version_of(who.id),
        "clock": world.clock.face(),
        "workspace": _workspace(world),
        "me": brief(who),
        "people": [brief(p) for p in ws.people.values()],
        "channels": [
            _channel(world, who, c) for c in ws.channels.values() if ws.sees_channel(who, c)
        ],
        "home": _view(home) if home else None,
        "modals": [_view(v) for v in ws.modals.get(who.id, [])],
        "notices": [vars(n) for n in ws.notices.get(who.id, [])],
    }


def everything(world: World) -> Json:
    """The whole workspace, for tests."""
    ws = world.workspace
    return {
        "version": ws.version,
        "clock": world.clock.face(),
        "workspace": _workspace(world),
        "people": [brief(p) | {"team_id": p.team_id} for p in ws.people.values()],
        "channels": [_whole_channel(world, c) for c in ws.channels.values()],
        "homes": {k: _view(v) for k, v in ws.homes.items()},
        "modals": {k: [_view(v) for v in stack] for k, stack in ws.modals.items()},
        "notices": {k: [vars(n) for n in kept] for k, kept in ws.notices.items()},
        "files": [
            {"id": f.id, "name": f.name, "size": f.length, "completed": f.completed}
            for f in ws.files.values()
        ],
    }


def forget_ephemerals(world: World, who: Person) -> None:
    """A page that is loaded again no longer shows what only this person could see."""
    for channel in world.workspace.channels.values():
        for message in [m for m in channel.messages if m.only_for == who.id]:
            world.workspace.drop_message(channel, message)
    world.workspace.notices.pop(who.id, None)


def brief(who: Person) -> Json:
    """Someone in a list."""
    return {
        "id": who.id,
        "name": who.name,
        "real_name": who.real_name,
        "title": who.title,
        "pronouns": who.pronouns,
        "tz": who.tz,
        "deleted": who.deleted,
        "is_bot": who.is_bot,
        "is_guest": who.is_guest,
        "is_stranger": who.is_stranger,
    }


def _workspace(world: World) -> Json:
    manifest = world.manifest
    bot = world.workspace.people[world.bot_id]
    return {
        "name": people.TEAM_NAME,
        "team_id": people.TEAM_ID,
        "bot": {
            "connected": world.courier.connected,
            "name": bot.real_name,
            "description": manifest.description,
            "user_id": bot.id,
            "app_id": people.APP_ID,
            "home_tab": manifest.home_tab,
            "messages_read_only": manifest.messages_tab_read_only,
        },
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint}
            for c in manifest.commands
        ],
        "shortcuts": [
            {
                "callback_id": s.callback_id,
                "name": s.name,
                "description": s.description,
                "type": s.type,
            }
            for s in manifest.shortcuts
        ],
    }


def _channel(world: World, who: Person, channel: Channel) -> Json:
    mine = [m for m in channel.messages if m.only_for in (None, who.id)]
    read = float(channel.read.get(who.id, "0"))
    others = (m for m in mine if m.body.get("user") != who.id)
    return {
        **_place(world, channel),
        "with": next((i for i in channel.members if i != who.id), None)
        if channel.kind in ("dm", "app")
        else None,
        "unread": sum(1 for m in others if float(m.ts) > read),
        "older": max(0, len(mine) - MESSAGES_SHOWN),
        "messages": [_message(world, m) for m in mine[-MESSAGES_SHOWN:]],
    }


def _whole_channel(world: World, channel: Channel) -> Json:
    messages = [_message(world, m) | {"only_for": m.only_for} for m in channel.messages]
    return {**_place(world, channel), "members": sorted(channel.members), "messages": messages}


def _place(world: World, channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "bot_in": world.bot_id in channel.members,
        "archived": channel.archived,
    }


def _message(world: World, message: Message) -> Json:
    if message.seen_as is None:
        body = message.body
        message.seen_as = {
            "ts": message.ts,
            "user": body.get("user"),
            "bot_id": body.get("bot_id"),
            "text": body.get("text", ""),
            "text_tokens": tokens(body.get("text", "")),
            "blocks": with_tokens(body.get("blocks", [])),
            "attachments": with_tokens(body.get("attachments", [])),
            "ephemeral": message.only_for is not None,
            "edited": "edited" in body,
            "thread_ts": body.get("thread_ts"),
            "files": [_file(world, i) for i in message.files if i in world.workspace.files],
        }
    return message.seen_as


def _file(world: World, file_id: str) -> Json:
    file = world.workspace.files[file_id]
    picture = picture_in(file.content)
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title,
        "size": file.length,
        "alt": file.alt,
        "picture": {"width": picture.width, "height": picture.height} if picture else None,
        "url": file_address(world, file).removeprefix(world.base_url.rstrip("/")),
    }


def _view(shown: OpenView) -> Json:
    if shown.seen_as is None:
        shown.seen_as = {k: with_tokens(v) for k, v in shown.view.items()}
    return {
        **shown.seen_as,
        "state": {"values": shown.state},
        "errors": shown.errors,
        "submitting": shown.submitting,
    }


def tokens(text: str, *, verbatim: bool = False) -> list[Json]:
    """A text as the page shows it."""
    return [t.to_dict() for t in mrkdwn.parse(text, verbatim=verbatim)]


def with_tokens(value: Any) -> Any:
    """A copy in which every text object carries its tokens."""
    if isinstance(value, list):
        return [with_tokens(v) for v in value]
    if not isinstance(value, dict):
        return value
    copied = {k: with_tokens(v) for k, v in value.items()}
    if value.get("type") == "plain_text" and isinstance(value.get("text"), str):
        copied["tokens"] = [t.to_dict() for t in mrkdwn.parse_plain(value["text"])]
    if value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
        copied["tokens"] = tokens(value["text"], verbatim=bool(value.get("verbatim")))
    return copied
