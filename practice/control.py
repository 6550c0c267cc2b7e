"""The control API: what the page does, and what tests do and look at."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from practice import actions, asked, interact, modals, payloads, uploads
from practice.interact import Cannot, Outcome
from practice.sees import everything, forget_ephemerals, sees
from practice.settings_asked import fault_asked, move_clock, reset
from practice.things import Json, Person
from practice.world import World

STREAM_HEARTBEAT_SECONDS = 15.0
PEOPLE_NAMED = 30
Run = Callable[[World, Person, Any], Awaitable[Outcome]]


@dataclass(frozen=True)
class Deed:
    """One POST in which a person acts."""

    model: type[asked.Acting]
    run: Run


async def _command(world: World, who: Person, ask: asked.Command) -> Outcome:
    return await interact.command(world, who, ask.command, ask.text, ask.channel)


async def _action(world: World, who: Person, ask: asked.Action) -> Outcome:
    if ask.action_id is None and ask.label is None:
        raise Cannot("bad_request", "Name what to press: action_id or label.")
    if ask.ts is not None and ask.channel is None:
        raise Cannot("bad_request", "A ts needs its channel.")
    wanted = ask.model_dump(include={"action_id", "label", "block_id", "view_id", "channel", "ts"})
    value = ask.value if "value" in ask.model_fields_set else actions.AS_IT_IS
    return await actions.press(world, who, wanted | {"home": ask.home}, value)


async def _submit(world: World, who: Person, ask: asked.Submit) -> Outcome:
    return await modals.submit(world, who, ask.view_id, ask.values)


async def _close(world: World, who: Person, ask: asked.Close) -> Outcome:
    return await modals.close(world, who, ask.view_id, ask.all)


async def _home(world: World, who: Person, ask: asked.Home) -> Outcome:
    return await interact.open_home(world, who, ask.tab)


async def _message(world: World, who: Person, ask: asked.Say) -> Outcome:
    return await interact.say(world, who, ask.channel, ask.text)


async def _read(world: World, who: Person, ask: asked.Read) -> Outcome:
    interact.mark_read(world, who, interact.place_named(world, who, ask.channel))
    return Outcome()


async def _shortcut(world: World, who: Person, ask: asked.Shortcut) -> Outcome:
    wanted = ask.callback_id or ask.name
    if wanted is None:
        raise Cannot("bad_request", "Name the shortcut: callback_id or name.")
    message = None
    if ask.ts is not None and ask.channel is not None:
        message = (ask.channel, ask.ts)
    return await interact.shortcut(world, who, wanted, message)


async def _trigger(world: World, who: Person, ask: asked.TriggerAsk) -> Outcome:
    return Outcome(facts={"trigger_id": payloads.new_trigger(world, who)})


async def _input(world: World, who: Person, ask: asked.Input) -> Outcome:
    ids = (ask.block_id, ask.action_id)
    return await actions.type_in(world, who, ask.view_id, ids, ask.value)


async def _options(world: World, who: Person, ask: asked.Options) -> Outcome:
    wanted = ask.model_dump(include={"action_id", "block_id", "view_id", "channel", "ts"})
    return await actions.options(world, who, wanted, ask.text)


DEEDS: dict[str, Deed] = {
    "command": Deed(asked.Command, _command),
    "action": Deed(asked.Action, _action),
    "submit": Deed(asked.Submit, _submit),
    "close": Deed(asked.Close, _close),
    "home": Deed(asked.Home, _home),
    "message": Deed(asked.Say, _message),
    "read": Deed(asked.Read, _read),
    "shortcut": Deed(asked.Shortcut, _shortcut),
    "trigger": Deed(asked.TriggerAsk, _trigger),
    "input": Deed(asked.Input, _input),
    "options": Deed(asked.Options, _options),
}


async def post(world: World, request: web.Request) -> web.Response:
    """Any POST of the control API but uploads."""
    name = request.match_info["what"]
    try:
        body = await _body(request)
        if name in DEEDS:
            return await _act(world, DEEDS[name], body)
        if name == "event":
            return await _event(world, asked.read_as(asked.Event, body))
        if name == "fault":
            return _plain(await fault_asked(world, asked.read_as(asked.FaultAsk, body)))
        if name == "clock":
            return _plain(await move_clock(world, asked.read_as(asked.ClockAsk, body)))
        if name == "reset":
            asked.read_as(asked.Reset, body)
            return _plain(reset(world))
    except Cannot as cannot:
        return _cannot(cannot)
    known = ", ".join([*DEEDS, "event", "fault", "clock", "reset", "upload"])
    text = f"There is no POST /control/{name}. There are: {known}."
    return _cannot(Cannot("not_found", text), status=404)


async def _act(world: World, deed: Deed, body: Any) -> web.Response:
    ask = asked.read_as(deed.model, body)
    who = named(world, ask.person)
    if who.deleted:
        raise Cannot("account_inactive", f"{who.real_name}'s account is deactivated.")
    before = world.courier.sent
    try:
        outcome = await deed.run(world, who, ask)
    except Cannot as cannot:
        return _cannot(cannot, sees=sees(world, who))
    if world.courier.sent != before:
        await world.settle(ask.settle_ms)
    return _answer(outcome, sees(world, who))


async def _event(world: World, ask: asked.Event) -> web.Response:
    who = named(world, ask.person) if ask.person else None
    if ask.change is not None:
        if who is None:
            raise Cannot("bad_request", "A change needs the person it happens to.")
        change = ask.change.model_dump(exclude_none=True)
        outcome = await interact.change_person(world, who, change)
    elif ask.event is not None and "type" in ask.event:
        event = ({"user": who.id} if who else {}) | ask.event
        answer = await interact.send_event(world, event)
        outcome = Outcome(answer.ok, answer.error)
    else:
        raise Cannot("bad_request", "Give an event with a type, or a person and a change.")
    await world.settle(ask.settle_ms)
    return _answer(outcome, sees(world, who) if who else None)


async def upload(world: World, request: web.Request) -> web.Response:
    """A file for a file field: a form with `person` and `file`."""
    if request.content_type != "multipart/form-data":
        return _cannot(Cannot("bad_request", "Send a form with person and file."))
    try:
        fields, name, content = await uploads.read_form(request)
        who = named(world, fields.get("person", ""))
    except uploads.TooLarge:
        return _cannot(Cannot("file_too_large", "A file may have 5 MB at most."), status=413)
    except Cannot as cannot:
        return _cannot(cannot)
    if not name or not content:
        return _cannot(Cannot("bad_request", "There is no file in the form."))
    return _plain({"ok": True, "file": await uploads.from_person(world, who.id, name, content)})


def named(world: World, name: str) -> Person:
    """Someone by handle, full name or id; an unknown name is answered with the known ones."""
    who = world.workspace.find_person(name)
    if who is None or who.is_bot:
        handles = [p.name for p in world.workspace.people.values() if not p.is_bot]
        known = ", ".join(handles[:PEOPLE_NAMED])
        more = len(handles) - PEOPLE_NAMED
        rest = f" and {more} more" if more > 0 else ""
        raise Cannot("person_not_found", f"Nobody is called {name!r}. There are: {known}{rest}.")
    return who


async def health(world: World, request: web.Request) -> web.Response:
    """Whether the app is connected, and the time."""
    bot = "connected" if world.courier.connected else "waiting"
    return _plain({"ok": True, "bot": bot, "clock": world.clock.face()})


async def clock(world: World, request: web.Request) -> web.Response:
    """The time; with `seen` only once it is not that version any more."""
    seen = request.query.get("seen")
    if seen is None:
        return _plain(world.clock.face())
    version = int(seen) if seen.isdigit() else None
    return _plain(await world.clock.follow(version, lambda: _listens(request)))


def _listens(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def state(world: World, request: web.Request) -> web.Response:
    """What a person sees, or everything."""
    name = request.query.get("person")
    try:
        if name is None:
            return _plain(everything(world))
        who = named(world, name)
    except Cannot as cannot:
        return _cannot(cannot)
    if request.query.get("fresh") == "1":
        forget_ephemerals(world, who)
    return _plain(sees(world, who))


async def ledger(world: World, request: web.Request) -> web.Response:
    """What was accepted, refused, sent and acknowledged."""
    since = request.query.get("since", "0")
    entries = world.ledger.since(
        int(since) if since.isdigit() else 0, request.query.get("method"), request.query.get("kind")
    )
    return _plain({"entries": entries, "seq": world.ledger.seq})


async def stream(world: World, request: web.Request) -> web.StreamResponse:
    """Server-sent events: a version number whenever something this person sees has changed."""
    try:
        who = named(world, request.query.get("person", ""))
    except Cannot as cannot:
        return _cannot(cannot)
    answer = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await answer.prepare(request)
    told = 0
    with contextlib.suppress(ConnectionError):
        while not world.stopping:
            changed = world.workspace.changed
            version = world.workspace.version_of(who.id)
            if version != told:
                told = version
                await answer.write(b'data: {"version": %d}\n\n' % version)
            if not await wait_for_change(changed):
                await answer.write(b": still here\n\n")
    return answer


async def wait_for_change(changed: Any) -> bool:
    """Whether something changed before the heartbeat is due."""
    try:
        await asyncio.wait_for(changed.wait(), STREAM_HEARTBEAT_SECONDS)
    except TimeoutError:
        return False
    return True


async def _body(request: web.Request) -> Any:
    if not request.can_read_body:
        return {}
    try:
        return await request.json()
    except (ValueError, RecursionError):
        raise Cannot("bad_request", "The body must be JSON.") from None


def _answer(outcome: Outcome, seen: Json | None) -> web.Response:
    body: Json = {"ok": outcome.ok, **outcome.facts}
    if outcome.error:
        body["error"] = outcome.error
    if seen is not None:
        body["sees"] = seen
    return _plain(body)


def _cannot(cannot: Cannot, status: int | None = None, **more: Any) -> web.Response:
    body = {"ok": False, "error": cannot.error, "message": str(cannot), **cannot.more, **more}
    wanted = 400 if cannot.error in ("bad_request", "person_not_found") else 200
    return _plain(body, status or wanted)


def _plain(body: Json, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)
