"""What a person does outside modals: commands, shortcuts, messages, opening the Home tab."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from practice import payloads
from practice.blocks import Invalid, check_message, fill_ids
from practice.deliver import Answer
from practice.people import BOT_ID, user_object
from practice.things import Channel, Json, Message, Person
from practice.world import World

TROUBLE = "We had some trouble connecting. Try again?"


class Cannot(Exception):
    """Something Slack would not let this person do; `error` names it, the text says why."""

    def __init__(self, error: str, text: str, **more: Any) -> None:
        """`more` stands in the answer beside `error` and `message`."""
        self.error = error
        self.more = more
        super().__init__(text)


@dataclass(frozen=True)
class Outcome:
    """How it went; `facts` go into the answer."""

    ok: bool = True
    error: str | None = None
    facts: Json = field(default_factory=dict)


def place_named(world: World, who: Person, name: str | None) -> Channel:
    """A channel of this person by id, name, or the handle of someone; the app's by default."""
    ws = world.workspace
    if name is None or name in ("app", world.bot_id):
        return ws.app_dm(who.id)
    bare = name.removeprefix("#")
    for channel in ws.channels.values():
        if bare in (channel.id, channel.name) and bare and ws.sees_channel(who, channel):
            return channel
    other = ws.find_person(name)
    if other is not None:
        return ws.app_dm(who.id) if other.id == world.bot_id else ws.dm(who.id, other.id)
    raise Cannot("channel_not_found", f"{who.real_name} sees no channel called {name}.")


async def command(world: World, who: Person, name: str, text: str, where: str | None) -> Outcome:
    """Type a slash command."""
    channel = place_named(world, who, where)
    known = next((c for c in world.manifest.commands if c.command == name), None)
    if known is None:
        return _own_command(world, who, name, text, channel)
    if who.is_stranger:
        raise Cannot("not_offered", "Slack offers commands only to people of its own workspace.")
    if known.should_escape:
        text = _escape_names(world, text)
    payload = payloads.slash_command(world, who, channel, name, text)
    answer = await world.courier.ask("slash_commands", payload, known.url)
    if answer.ok:
        answer = _show_command_answer(world, who, channel, answer)
    if not answer.ok:
        failed = f'{name} failed with the error "{answer.error}"'
        world.workspace.notice(who.id, failed, channel.id)
    return Outcome(answer.ok, answer.error)


def _own_command(world: World, who: Person, name: str, text: str, channel: Channel) -> Outcome:
    """The few commands of Slack itself that matter to apps."""
    ws = world.workspace
    if name == "/archive" and channel.kind in ("channel", "private"):
        channel.archived = True
        ws.keep_channel(channel)
        return Outcome()
    wanted = ws.find_person(re.sub(r"^<@([^|>]+).*>$", r"\1", text.strip()))
    if name in ("/invite", "/remove", "/kick") and wanted is not None:
        if channel.kind in ("dm", "app"):
            raise Cannot("not_a_channel", f"{name} works in channels only.")
        (channel.members.add if name == "/invite" else channel.members.discard)(wanted.id)
        ws.keep_channel(channel)
        ws.touch(wanted.id)
        return Outcome()
    words = (
        f"{name} is not a valid command. In Slack, all messages that start with the"
        ' "/" character are interpreted as commands.'
    )
    ws.notice(who.id, words, channel.id)
    return Outcome(False, "unknown_command")


def _show_command_answer(world: World, who: Person, channel: Channel, answer: Answer) -> Answer:
    """What a command was acknowledged with is shown to the person, or to all."""
    said = answer.payload
    if not said:
        return answer
    if not isinstance(said, dict):
        return Answer(False, error="invalid_command_response")
    try:
        show_answer(world, who, channel, said)
    except Invalid as invalid:
        return Answer(False, error=invalid.error)
    return answer


def show_answer(world: World, who: Person, channel: Channel, said: Json) -> Message | None:
    """Post an answer: to the person alone unless it says `in_channel`. Raises Invalid."""
    content = {k: said[k] for k in ("text", "blocks", "attachments") if said.get(k)}
    if not content:
        return None
    check_message(content, all_together=False)
    if content.get("blocks"):
        content["blocks"] = fill_ids(content["blocks"])
    body = {"user": world.bot_id, "bot_id": BOT_ID, "text": "", **content}
    only_for = None if said.get("response_type") == "in_channel" else who.id
    return world.workspace.post(channel, body, only_for=only_for)


async def shortcut(
    world: World, who: Person, wanted: str, message: tuple[str, str] | None
) -> Outcome:
    """Choose a global shortcut, or one of a message."""
    kind = "global" if message is None else "message"
    known = next((s for s in world.manifest.shortcuts if wanted in (s.callback_id, s.name)), None)
    if known is None or known.type != kind:
        raise Cannot("shortcut_not_found", f"The app has no {kind} shortcut called {wanted}.")
    if message is None:
        payload = payloads.global_shortcut(world, who, known.callback_id)
    else:
        channel, found = message_named(world, who, *message)
        payload = payloads.message_shortcut(world, who, known.callback_id, channel, found)
    answer = await world.courier.ask("interactive", payload, world.manifest.interactivity_url)
    if not answer.ok:
        world.workspace.notice(who.id, TROUBLE, "shortcut")
    return Outcome(answer.ok, answer.error)


def message_named(world: World, who: Person, where: str, ts: str) -> tuple[Channel, Message]:
    """A message this person can see."""
    channel = place_named(world, who, where)
    message = channel.find(ts)
    if message is None or message.only_for not in (None, who.id):
        raise Cannot("message_not_found", "There is no such message for this person.")
    return channel, message


async def say(world: World, who: Person, where: str, text: str) -> Outcome:
    """Write a message."""
    channel = place_named(world, who, where)
    if channel.kind == "app" and world.manifest.messages_tab_read_only:
        raise Cannot("read_only", "Sending messages to this app has been turned off.")
    body = {
        "user": who.id,
        "client_msg_id": str(uuid.uuid4()),
        "text": _escape_names(world, _escape(text)),
    }
    message = world.workspace.post(channel, body)
    await _tell_of_message(world, channel, message)
    return Outcome(facts={"channel": channel.id, "ts": message.ts})


async def _tell_of_message(world: World, channel: Channel, message: Message) -> None:
    """Message events reach the app where it is a member and subscribed."""
    if world.bot_id not in channel.members:
        return
    kinds = {"channel": "channel", "private": "group", "app": "im", "dm": "im"}
    kind = kinds[channel.kind]
    names = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
    event = {**message.body, "channel": channel.id, "event_ts": message.ts}
    if names[kind] in world.manifest.events:
        await send_event(world, {**event, "channel_type": kind})
    if f"<@{world.bot_id}>" in message.body["text"] and "app_mention" in world.manifest.events:
        await send_event(world, {**event, "type": "app_mention"})


async def open_home(world: World, who: Person, tab: str) -> Outcome:
    """Open the app's Home tab or its messages."""
    ws = world.workspace
    channel = ws.app_dm(who.id)
    if tab == "messages":
        mark_read(world, who, channel)
    event: Json = {
        "type": "app_home_opened",
        "user": who.id,
        "channel": channel.id,
        "tab": tab,
    }
    home = ws.homes.get(who.id)
    if tab == "home" and home is not None:
        event["view"] = home.as_sent()
    if "app_home_opened" not in world.manifest.events:
        return Outcome()
    answer = await send_event(world, event)
    return Outcome(answer.ok, answer.error)


def mark_read(world: World, who: Person, channel: Channel) -> None:
    """Nothing in this channel is unread to this person any more."""
    if channel.messages and channel.read.get(who.id) != channel.messages[-1].ts:
        channel.read[who.id] = channel.messages[-1].ts
        world.workspace.keep_read(channel, who.id)


async def send_event(world: World, event: Json) -> Answer:
    """Send an event to the app."""
    return await world.courier.tell(payloads.event_callback(world, event))


async def change_person(world: World, who: Person, change: Json) -> Outcome:
    """Something about a person changes; everyone sees it, the app is told."""
    for name, value in change.items():
        setattr(who, name, value)
    world.workspace.keep_person(who)
    if "user_change" not in world.manifest.events:
        return Outcome()
    now = world.clock.now()
    event = {"type": "user_change", "user": user_object(who, now), "cache_ts": int(now)}
    answer = await send_event(world, event)
    return Outcome(answer.ok, answer.error)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escape_names(world: World, text: str) -> str:
    """`@ada` and `#general` as Slack sends them."""
    ws = world.workspace

    def mention(found: re.Match[str]) -> str:
        who = ws.find_person(found[1])
        return f"<@{who.id}>" if who else found[0]

    def channel(found: re.Match[str]) -> str:
        known = next((c for c in ws.channels.values() if c.name == found[1]), None)
        return f"<#{known.id}|{known.name}>" if known else found[0]

    text = re.sub(r"(?<!\S)@([a-z0-9][a-z0-9._-]*)", mention, text)
    return re.sub(r"(?<!\S)#([a-z0-9][a-z0-9_-]*)", channel, text)
