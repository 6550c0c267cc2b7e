"""files.*: the three steps of an upload, looking and deleting."""

import mimetypes
import secrets
from typing import Any
from urllib.parse import quote

from practice import people
from practice.things import Channel, File, Json
from practice.web_api.call import Call, Refused, missing
from practice.web_api.chat import share
from practice.world import World

LARGEST_FILE = 5 * 1024 * 1024
LONGEST_ALT = 1000


def get_upload_url(call: Call) -> Json:
    """Step one: a place to send the content to."""
    name, length = call.need("filename"), int(call.need("length") and call.number("length", 0))
    if length <= 0:
        raise Refused("missing_argument")
    if length > LARGEST_FILE:
        raise Refused("file_upload_size_restricted")
    if len(call.text("alt_txt") or "") > LONGEST_ALT:
        raise Refused("alt_txt_too_large")
    world = call.world
    file = File(
        id=world.workspace.new_id("F"),
        name=name,
        title=name,
        length=length,
        user=world.bot_id,
        created=int(world.clock.now()),
        token=secrets.token_urlsafe(16),
        upload_key=secrets.token_urlsafe(24),
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        alt=call.text("alt_txt") or "",
    )
    world.workspace.files[file.id] = file
    url = f"{world.base_url}upload/v1/{file.upload_key}"
    return {"upload_url": url, "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """Step three: keep the files and share them."""
    wanted = call.structure("files")
    if not isinstance(wanted, list) or not wanted:
        raise missing("files")
    files = [_uploaded(call, row) for row in wanted]
    channels = _channels(call)
    for file, row in zip(files, wanted, strict=True):
        file.title = str(row.get("title") or file.name)
        file.completed = True
        call.world.workspace.keep_file(file)
    shown = [file_object(call.world, f) for f in files]
    for channel in channels:
        message = share(call, channel, call.text("initial_comment") or "", shown)
        for file in files:
            file.channels.append(channel.id)
            file.shares.setdefault(channel.id, []).append(message.ts)
            call.world.workspace.keep_file(file)
        message.body["files"] = [file_object(call.world, f) for f in files]
        call.world.workspace.keep_message(channel, message)
    return {"files": [file_object(call.world, f) for f in files]}


def info(call: Call) -> Json:
    """One file."""
    return {"file": file_object(call.world, _file(call)), "comments": []}


def delete(call: Call) -> Json:
    """Delete a file of the app's own."""
    file = _file(call)
    if file.user != call.world.bot_id:
        raise Refused("cant_delete_file")
    call.world.workspace.drop_file(file)
    return {}


def file_address(world: World, file: File) -> str:
    """Where a person downloads a file."""
    name = quote(file.name, safe="")
    return f"{world.base_url}files/{file.id}/{name}?t={file.token}"


def file_object(world: World, file: File) -> Json:
    """Slack's file object."""
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    ims = [c for c in file.channels if c.startswith("D")]
    shares: dict[str, Any] = {}
    for channel_id, stamps in file.shares.items():
        kind = "public" if _is_public(world, channel_id) else "private"
        shares.setdefault(kind, {})[channel_id] = [{"ts": ts} for ts in stamps]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": extension or "binary",
        "pretty_type": extension.upper() or "Binary",
        "user": file.user,
        "user_team": people.TEAM_ID,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": "public" in shares,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": file_address(world, file),
        "url_private_download": file_address(world, file),
        "permalink": file_address(world, file),
        "alt_txt": file.alt,
        "channels": [c for c in file.channels if c.startswith("C") and _is_public(world, c)],
        "groups": [c for c in file.channels if c.startswith("C") and not _is_public(world, c)],
        "ims": ims,
        "shares": shares,
        "has_rich_preview": False,
        "file_access": "visible",
    }


def _is_public(world: World, channel_id: str) -> bool:
    channel = world.workspace.channels.get(channel_id)
    return channel is not None and channel.kind == "channel"


def _file(call: Call) -> File:
    file = call.world.workspace.files.get(call.need("file"))
    if file is None or not file.completed:
        raise Refused("file_not_found")
    return file


def _uploaded(call: Call, row: Any) -> File:
    if not isinstance(row, dict) or "id" not in row:
        raise Refused("invalid_arguments", ["[ERROR] missing required field: id"])
    file = call.world.workspace.files.get(str(row["id"]))
    if file is None or file.content is None or file.completed:
        raise Refused("file_not_found")
    return file


def _channels(call: Call) -> list[Channel]:
    one, several = call.text("channel_id"), call.text("channels") or ""
    named = [one, *several.split(",")] if one else several.split(",")
    return [_channel(call, name.strip()) for name in named if name and name.strip()]


def _channel(call: Call, name: str) -> Channel:
    """`channels` takes people too, for their direct messages; `channel_id` only channels."""
    world = call.world
    if name.startswith(("U", "W")) and call.text("channel_id") != name:
        who = world.workspace.people.get(name)
        if who is None or who.is_bot:
            raise Refused("invalid_channel")
        return world.workspace.app_dm(who.id)
    try:
        channel = call.channel(name)
    except Refused:
        raise Refused("invalid_channel") from None
    if world.bot_id not in channel.members or channel.archived:
        raise Refused("posting_to_channel_denied")
    return channel
