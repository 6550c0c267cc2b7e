"""chat.*: what the app says."""

from typing import Any

from practice import people
from practice.blocks import check_message, fill_ids
from practice.things import Channel, Json, Message
from practice.web_api.call import Call, Refused, checked, too_deep

LONGEST_TEXT = 40_000  # docs.slack.dev chat.postMessage, "truncating content"
LONGEST_UPDATE = 4_000  # github.com/seratch/ChatGPT-in-Slack/issues/102


def post_message(call: Call) -> Json:
    """Say something in a channel the app is in, or to a person."""
    channel = _place(call, call.need("channel"))
    body = {**_author(call), **_content(call)}
    whole, body["text"] = body["text"], body["text"][:LONGEST_TEXT]
    message = call.world.workspace.post(channel, body)
    answer = {"channel": channel.id, "ts": message.ts, "message": _as_sent(message)}
    if whole == body["text"]:
        return answer
    warning = "message_truncated"
    return answer | {"warning": warning, "response_metadata": {"warnings": [warning]}}


def post_ephemeral(call: Call) -> Json:
    """Say something to one person in a channel; it is gone when they load the page again."""
    channel = _place(call, call.need("channel"))
    reader = call.need("user")
    if reader not in call.world.workspace.people or reader not in channel.members:
        raise Refused("user_not_in_channel")
    body = {**_author(call), **_content(call)}
    message = call.world.workspace.post(channel, body, only_for=reader)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """Change a message of the app's own. Blocks stay unless others, or `[]`, are given:

    github.com/slackapi/python-slack-sdk/issues/523, github.com/slack-go/slack/issues/1214.
    """
    channel, message = _own(call, "cant_update_message")
    content = _content(call)
    if len(content["text"]) > LONGEST_UPDATE:
        raise Refused("msg_too_long")
    edited = {"user": call.world.bot_id, "ts": call.world.workspace.event_ts()}
    message.body = {**message.body, **content, "edited": edited}
    call.world.workspace.keep_message(channel, message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.body["text"],
        "message": _as_sent(message),
    }


def delete(call: Call) -> Json:
    """Take back a message of the app's own."""
    channel, message = _own(call, "cant_delete_message")
    call.world.workspace.drop_message(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def share(call: Call, channel: Channel, text: str, files: list[Json]) -> Message:
    """A message of the app that carries files."""
    body = {**_author(call), "text": text, "files": files, "upload": True, "display_as_bot": False}
    return call.world.workspace.post(channel, body, files=[str(f["id"]) for f in files])


def _place(call: Call, named: str) -> Channel:
    """Where a message goes: a channel's id or name, or a person's id."""
    world = call.world
    if named not in world.workspace.people and named not in world.workspace.channels:
        by_name = {c.name: c.id for c in world.workspace.channels.values() if c.name}
        named = by_name.get(named.removeprefix("#"), named)
    if named.startswith(("U", "W")):
        who = world.workspace.people.get(named)
        if who is None or who.is_bot:
            raise Refused("channel_not_found")
        channel = _direct(call, who.id)
    else:
        channel = call.channel(named)
    if world.bot_id not in channel.members:
        raise Refused("not_in_channel")
    if channel.archived:
        raise Refused("is_archived")
    return channel


def _direct(call: Call, person_id: str) -> Channel:
    if not call.world.manifest.messages_tab:
        raise Refused("messages_tab_disabled")
    return call.world.workspace.app_dm(person_id)


def _content(call: Call) -> Json:
    """Text, blocks and attachments, checked as Slack checks them."""
    payload: dict[str, Any] = {}
    for name in ("text", "markdown_text"):
        if (text := call.text(name)) is not None:
            payload[name] = text
    for name in ("blocks", "attachments"):
        if (value := call.structure(name)) is not None:
            payload[name] = value
    if too_deep(payload.get("attachments")):
        raise Refused("invalid_attachments")
    checked(check_message, payload)
    if payload.get("blocks"):
        payload["blocks"] = fill_ids(payload["blocks"])
    payload["text"] = payload.get("text") or payload.pop("markdown_text", "")
    return payload | _thread(call)


def _thread(call: Call) -> Json:
    thread_ts = call.text("thread_ts")
    return {} if thread_ts is None else {"thread_ts": thread_ts}


def _own(call: Call, error: str) -> tuple[Channel, Message]:
    channel = call.channel(call.need("channel"))
    message = channel.find(call.need("ts"))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    if message.body.get("bot_id") != people.BOT_ID:
        raise Refused(error)
    if channel.archived:
        raise Refused("is_inactive")
    return channel, message


def _author(call: Call) -> Json:
    bot = call.world.workspace.people[call.world.bot_id]
    return {
        "user": bot.id,
        "bot_id": people.BOT_ID,
        "app_id": people.APP_ID,
        "bot_profile": {
            "id": people.BOT_ID,
            "app_id": people.APP_ID,
            "name": bot.real_name,
            "icons": {},
            "deleted": False,
            "updated": bot.updated,
            "team_id": people.TEAM_ID,
        },
    }


def _as_sent(message: Message) -> Json:
    return dict(message.body)
