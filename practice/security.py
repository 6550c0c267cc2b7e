"""Who may reach the workspace: this computer only, and no other site through a browser."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from practice.world import World

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; font-src 'self'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OPEN_CONTROL = ("/control/health", "/control/clock")


def guard(world: World, port: int) -> Middleware:
    """Middleware that holds what the docstring of this module says."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        refusal = _refusal(world, request, hosts)
        if refusal is not None:
            refusal.headers.update(HEADERS)
            return refusal
        return await handler(request)

    return check


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every answer that has none of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _refusal(world: World, request: web.Request, hosts: set[str]) -> web.Response | None:
    # slack_sdk's own Socket Mode client leaves the port out of Host; its address works once.
    named = hosts | {"127.0.0.1", "localhost"} if request.path == "/link/" else hosts
    if request.headers.get("Host", "") not in named:
        return _no(421, "This workspace answers only to 127.0.0.1 and localhost with its port.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {f"http://{host}" for host in hosts}:
        return _no(403, "Other sites may not use this workspace.")
    site = request.headers.get("Sec-Fetch-Site")
    if site not in (None, "same-origin", "none") and not _visits_page(request):
        return _no(403, "Other sites may not use this workspace.")
    if request.path.startswith("/control/") and not _may_control(world, request):
        return _no(401, "The control API needs the token printed at the start.")
    return None


def _visits_page(request: web.Request) -> bool:
    """Following a link to the page itself changes nothing and shows the other site nothing."""
    return (
        request.method == "GET"
        and request.path == "/"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


def _may_control(world: World, request: web.Request) -> bool:
    if request.method == "GET" and request.path in OPEN_CONTROL:
        return True
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(
        token.strip().encode(), world.tokens.control.encode()
    )


def _no(status: int, text: str) -> web.Response:
    return web.json_response({"ok": False, "error": "refused", "message": text}, status=status)
