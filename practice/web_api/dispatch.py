"""The door of the Web API: who calls, what for, and what goes wrong on request."""

import asyncio
import json
import secrets
from email.utils import formatdate
from typing import Any

from aiohttp import web

from practice.faults import Fault
from practice.things import Json
from practice.web_api.call import Call, Refused
from practice.web_api.methods import ELSEWHERE, METHODS, Method
from practice.world import World

_NO_TYPE = "missing_post_type"


async def serve(world: World, request: web.Request) -> web.StreamResponse:
    """Answer one call of `/api/<method>`."""
    name = request.match_info["method"]
    world.activity.begin()
    try:
        faults = world.faults.strike(name)
        for fault in faults:
            if fault.kind == "latency":
                await asyncio.sleep(fault.delay())
        trouble = next((f for f in faults if f.kind != "latency"), None)
        if trouble and not trouble.processed:
            return await _broken(world, request, name, trouble)
        answer = await _answer(world, request, name, trouble)
        return answer if trouble is None else await _spoilt(world, request, trouble, answer)
    finally:
        world.activity.end()


async def _answer(
    world: World, request: web.Request, name: str, trouble: Fault | None
) -> web.Response:
    args: Json = {}
    status, headers = 200, {}
    wait = None
    try:
        args = await _arguments(request)
        result: Json = {"ok": True, **_run(world, request, name, args)}
    except Refused as refused:
        result = {"ok": False, "error": refused.error, **refused.more}
        if wait := result.pop("retry_after", None):
            status, headers = 429, {"Retry-After": str(wait)}
    _note(world, name, args, result, trouble, wait)
    return _reply(world, name, result, status, headers)


def _run(world: World, request: web.Request, name: str, args: Json) -> Json:
    method = METHODS.get(name)
    if method is None and name not in ELSEWHERE:
        raise Refused("unknown_method", req_method=name)
    if request.method not in ("GET", "POST") or (request.method == "GET" and not _reads(method)):
        raise Refused("insecure_request")
    in_body = name != "apps.connections.open"
    kind = _authenticate(world, request, args if in_body else {})
    if method is None:
        _check_scopes(world, ELSEWHERE[name])
        raise Refused("unknown_method", req_method=name)
    if method.token is not None and kind is None:
        raise Refused("not_authed")
    if method.token is not None and kind != method.token:
        raise Refused("not_allowed_token_type")
    if method.token == "bot":
        _check_scopes(world, method.scopes)
    _check_rate(world, name, method, args)
    return method.run(Call(world, name, args))


def _reads(method: Method | None) -> bool:
    return method is None or method.reads


def _authenticate(world: World, request: web.Request, args: Json) -> str | None:
    """Whose token this is: the app's or the bot's; None without one."""
    scheme, _, header = request.headers.get("Authorization", "").partition(" ")
    token = header.strip() if scheme.lower() == "bearer" else ""
    token = token or str(args.get("token") or "")
    if not token:
        return None
    if secrets.compare_digest(token.encode(), world.tokens.bot.encode()):
        return "bot"
    if secrets.compare_digest(token.encode(), world.tokens.app.encode()):
        return "app"
    raise Refused("invalid_auth")


def _check_scopes(world: World, alternatives: tuple[str, ...]) -> None:
    granted = world.manifest.scopes
    if alternatives and not granted.intersection(alternatives):
        provided = ",".join(sorted(granted))
        raise Refused("missing_scope", needed=",".join(alternatives), provided=provided)


def _check_rate(world: World, name: str, method: Method, args: Json) -> None:
    if not world.faults.rate_limits:
        return
    channel = str(args.get("channel", ""))
    place = _reader(world, channel) or channel.removeprefix("#")
    wait = world.rates.wait(name, method.tier, place, world.clock.now())
    if wait:
        raise Refused("ratelimited", retry_after=wait)


async def _arguments(request: web.Request) -> Json:
    """Arguments from the address, and from a form or JSON body."""
    args: Json = dict(request.query)
    if request.method == "GET":
        return args
    kind = request.content_type
    if kind == "application/json":
        return args | await _json_body(request)
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.post()
        return args | {k: v for k, v in form.items() if isinstance(v, str)}
    if kind == "text/plain":
        return args
    if await request.read():
        raise Refused("invalid_post_type" if request.headers.get("Content-Type") else _NO_TYPE)
    return args


async def _json_body(request: web.Request) -> Json:
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def _note(
    world: World,
    name: str,
    args: Json,
    result: Json,
    trouble: Fault | None,
    wait: int | None = None,
) -> None:
    """Write the call down; `wait` is what a 429 told the app to wait, in seconds."""
    shown = {k: v for k, v in args.items() if k != "token"}
    channel, message = result.get("channel"), result.get("message")
    where = channel if isinstance(channel, str) else shown.get("channel", shown.get("channel_id"))
    facts: Json = {} if trouble is None else {"fault": trouble.kind}
    if wait is None and trouble is not None and trouble.kind == "429":
        wait = trouble.retry_after
    if wait is not None:
        facts["retry_after"] = wait
    world.ledger.write(
        "api",
        method=name,
        ok=result["ok"],
        error=result.get("error"),
        channel=where,
        user=_reader(world, where) or shown.get("user") or shown.get("user_id"),
        ts=_stamp(result) or shown.get("ts"),
        text=message.get("text") if isinstance(message, dict) else _words(shown),
        payload=shown,
        **facts,
    )


def _stamp(result: Json) -> Any:
    """The `ts` of the message a call made or changed, also one that carries files."""
    for file in result.get("files", []):
        for places in file["shares"].values():
            for shares in places.values():
                return shares[0]["ts"]
    return result.get("ts") or result.get("message_ts")


def _words(args: Json) -> Any:
    return args.get("text", args.get("initial_comment"))


def _reader(world: World, where: Any) -> str | None:
    """Who reads the app's direct messages named here."""
    if isinstance(where, str) and where in world.workspace.people:
        return where
    channel = world.workspace.channels.get(str(where))
    if channel is None or channel.kind != "app":
        return None
    return next(iter(channel.members - {world.bot_id}), None)


def _reply(
    world: World, name: str, result: Json, status: int, headers: dict[str, str]
) -> web.Response:
    method = METHODS.get(name)
    accepted = method.scopes if method else ELSEWHERE.get(name, ())
    return web.Response(
        text=json.dumps(result),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={
            "x-slack-req-id": secrets.token_hex(16),
            "x-oauth-scopes": ",".join(sorted(world.manifest.scopes)),
            "x-accepted-oauth-scopes": ",".join(accepted),
            "Date": formatdate(world.clock.now(), usegmt=True),
            **headers,
        },
    )


async def _broken(
    world: World, request: web.Request, name: str, fault: Fault
) -> web.StreamResponse:
    """Trouble before anything was done."""
    try:
        args = await _arguments(request)
    except Refused:
        args = {}
    error = {"429": "ratelimited", "error": fault.error}.get(fault.kind, fault.kind)
    _note(world, name, args, {"ok": False, "error": error}, fault)
    return await _spoilt(world, request, fault, None)


async def _spoilt(
    world: World, request: web.Request, fault: Fault, answer: web.Response | None
) -> web.StreamResponse:
    """What the caller gets instead of the answer."""
    if fault.kind == "429":
        wait = {"Retry-After": str(fault.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=wait)
    if fault.kind == "500":
        return web.Response(status=500, text="Internal Server Error")
    if fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind == "timeout":
        await hold(world, request)
    hang_up(request)
    return answer or web.Response(status=500)


async def hold(world: World, request: web.Request) -> None:
    """Say nothing until the caller gives up."""
    for _ in range(int(world.settings.slow_answer_seconds * 20)):
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)


def hang_up(request: web.Request) -> None:
    """Close the connection without a reply."""
    if request.transport is not None:
        request.transport.close()
