"""response_url: five uses in thirty minutes, to whoever acted."""

import json
from typing import Any

from aiohttp import web

from practice.blocks import Invalid, check_message, fill_ids
from practice.interact import show_answer
from practice.things import Channel, Json, Message, ResponseUrl
from practice.world import World

MOST_USES = 5
LIFETIME_SECONDS = 30 * 60


async def serve(world: World, request: web.Request) -> web.Response:
    """Take one answer."""
    world.activity.begin()
    try:
        key = request.match_info["key"]
        said = await _read(request)
        error = _use(world, key, said)
    finally:
        world.activity.end()
    ticket = world.workspace.response_urls.get(key)
    world.ledger.write(
        "response_url",
        ok=error is None,
        error=error,
        channel=ticket.channel if ticket else None,
        user=ticket.person if ticket else None,
        text=said.get("text") if isinstance(said, dict) else None,
        payload=said,
    )
    if error is None:
        return web.json_response({"ok": True})
    status = 404 if error in ("invalid_token", "used_url", "expired_url") else 400
    return web.json_response({"ok": False, "error": error}, status=status)


async def _read(request: web.Request) -> Any:
    if request.content_type == "application/x-www-form-urlencoded":
        form = await request.post()
        raw = form.get("payload", "")
        text = raw if isinstance(raw, str) else ""
    else:
        text = await request.text()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _use(world: World, key: str, said: Any) -> str | None:
    """Do what the answer says; the name of the refusal, or None."""
    ticket = world.workspace.response_urls.get(key)
    if ticket is None:
        return "invalid_token"
    if world.clock.now() - ticket.made_at > LIFETIME_SECONDS:
        return "expired_url"
    if ticket.uses >= MOST_USES:
        return "used_url"
    if not isinstance(said, dict):
        return "invalid_payload"
    try:
        error = _apply(world, ticket, said)
    except Invalid as invalid:
        return invalid.error
    if error is None:
        ticket.uses += 1
    return error


def _apply(world: World, ticket: ResponseUrl, said: Json) -> str | None:
    channel = world.workspace.channels[ticket.channel]
    who = world.workspace.people[ticket.person]
    source = channel.find(ticket.message_ts) if ticket.message_ts else None
    if said.get("delete_original"):
        if source is None:
            return "no_original"
        world.workspace.drop_message(channel, source)
        return None
    if said.get("replace_original") and source is not None:
        _replace(world, channel, source, said)
        return None
    if not any(said.get(k) for k in ("text", "blocks", "attachments")):
        return "no_text"
    show_answer(world, who, channel, said)
    return None


def _replace(world: World, channel: Channel, source: Message, said: Json) -> None:
    content = {k: said[k] for k in ("text", "blocks", "attachments") if said.get(k)}
    check_message(content, all_together=False)
    if content.get("blocks"):
        content["blocks"] = fill_ids(content["blocks"])
    kept = {k: v for k, v in source.body.items() if k not in ("text", "blocks", "attachments")}
    source.body = {**kept, "text": "", **content}
    world.workspace.keep_message(channel, source)
