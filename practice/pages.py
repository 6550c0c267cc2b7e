"""Serves the page, and the files people download."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from practice.pictures import picture_in
from practice.world import World

KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
NO_PAGE = "<!doctype html><title>Practice workspace</title><p>The page is not installed.</p>"


@dataclass(frozen=True)
class Pages:
    """The files of the page, listed once at the start: nothing else is served."""

    world: World
    folder: Path
    names: frozenset[str]

    async def index(self, request: web.Request) -> web.Response:
        """The page itself, with this start's token in it."""
        path = self.folder / "index.html"
        html = path.read_text("utf-8") if path.is_file() else NO_PAGE
        html = html.replace("{{token}}", self.world.tokens.control)
        return web.Response(text=html, content_type="text/html", charset="utf-8")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A style sheet or a script of the page."""
        name = request.match_info["name"]
        if name not in self.names:
            return web.Response(status=404, text="There is no such page.\n")
        path = self.folder / name
        kind = KINDS[path.suffix]
        return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8")


def pages_in(world: World, folder: Path) -> Pages:
    """The page in a folder."""
    found = folder.iterdir() if folder.is_dir() else ()
    return Pages(world, folder, frozenset(p.name for p in found if p.suffix in KINDS))


async def download(world: World, request: web.Request) -> web.Response:
    """A file, to whoever has its own token: a picture to look at, anything else to keep."""
    file = world.workspace.files.get(request.match_info["id"])
    given = request.query.get("t", "")
    if file is None or file.content is None or not file.completed:
        return web.Response(status=404, text="This file was deleted or never existed.\n")
    if not secrets.compare_digest(given.encode(), file.token.encode()):
        return web.Response(status=403, text="This address is not complete.\n")
    picture = picture_in(file.content)
    how = "inline" if picture else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    return web.Response(
        body=file.content,
        content_type=picture.mimetype if picture else file.mimetype,
        headers={"Content-Disposition": disposition},
    )
