"""Takes in the content of files, from the app and from people."""

import mimetypes
import secrets

from aiohttp import BodyPartReader, web

from practice.things import File, Json
from practice.web_api.files import LARGEST_FILE, file_object
from practice.world import World


class TooLarge(ValueError):
    """More than a file may hold."""


async def from_app(world: World, request: web.Request) -> web.Response:
    """Step two of an upload: the content, raw or as a form."""
    world.activity.begin()
    try:
        key = request.match_info["key"]
        file = next((f for f in world.workspace.files.values() if f.upload_key == key), None)
        if file is None or file.content is not None:
            return _refuse(world, file, 404, "not_found")
        try:
            content = await _content(request)
        except TooLarge:
            return _refuse(world, file, 413, "file_too_large")
        if content is None or len(content) != file.length:
            return _refuse(world, file, 400, "length_mismatch")
        file.content = content
        world.ledger.write("upload", payload={"file": file.id, "name": file.name})
        return web.Response(text=f"OK - {len(content)}")
    finally:
        world.activity.end()


async def from_person(world: World, person_id: str, name: str, content: bytes) -> Json:
    """A file someone puts into a form."""
    now = int(world.clock.now())
    file = File(
        id=world.workspace.new_id("F"),
        name=name,
        title=name,
        length=len(content),
        user=person_id,
        created=now,
        token=secrets.token_urlsafe(16),
        upload_key=secrets.token_urlsafe(24),
        content=content,
        completed=True,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
    world.workspace.keep_file(file)
    return file_object(world, file)


async def read_form(request: web.Request) -> tuple[dict[str, str], str, bytes]:
    """The fields, and the name and content of the one file of a form."""
    fields: dict[str, str] = {}
    name, content = "", b""
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.filename:
            name, content = part.filename, await _read_part(part)
        else:
            fields[part.name or ""] = (await _read_part(part)).decode("utf-8", "replace")
    return fields, name, content


def _refuse(world: World, file: File | None, status: int, error: str) -> web.Response:
    facts = {"file": file.id} if file else {}
    world.ledger.write("upload", ok=False, error=error, payload=facts)
    return web.Response(status=status, text=error)


async def _content(request: web.Request) -> bytes | None:
    if request.content_type == "multipart/form-data":
        _, _, content = await read_form(request)
        return content
    found = bytearray()
    async for piece in request.content.iter_chunked(65536):
        found += piece
        if len(found) > LARGEST_FILE:
            raise TooLarge
    return bytes(found)


async def _read_part(part: BodyPartReader) -> bytes:
    found = bytearray()
    while piece := await part.read_chunk():
        found += piece
        if len(found) > LARGEST_FILE:
            raise TooLarge
    return bytes(found)
