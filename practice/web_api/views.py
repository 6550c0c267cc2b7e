"""views.*: modals and Home tabs."""

from functools import partial
from typing import Literal

from practice import people
from practice.blocks import check_view, initial_state, keep_state
from practice.things import Json, OpenView, Trigger
from practice.web_api.call import Call, Refused, checked, missing
from practice.world import World

ViewKind = Literal["modal", "home"]
TRIGGER_SECONDS = 3.0
DEEPEST_STACK = 3


def open_(call: Call) -> Json:
    """Open a modal for the person a trigger belongs to."""
    trigger = take_trigger(call)
    view = read_view(call, "modal")
    stack = call.world.workspace.modals.setdefault(trigger.person, [])
    if len(stack) >= DEEPEST_STACK:
        raise Refused("push_limit_reached")
    trigger.used = True
    return _shown(put_on_top(call.world, trigger.person, view, trigger.channel))


def push(call: Call) -> Json:
    """Put a modal on top of the one the trigger came from."""
    trigger = take_trigger(call)
    view = read_view(call, "modal")
    stack = call.world.workspace.modals.setdefault(trigger.person, [])
    if not stack or trigger.view_id not in [v.id for v in stack]:
        raise Refused("not_found")
    if len(stack) >= DEEPEST_STACK:
        raise Refused("push_limit_reached")
    trigger.used = True
    return _shown(put_on_top(call.world, trigger.person, view))


def update(call: Call) -> Json:
    """Replace an open view, keeping what was typed where ids stay the same."""
    shown = _wanted(call)
    if shown is None:
        raise Refused("not_found")
    kind: ViewKind = "home" if shown.view["type"] == "home" else "modal"
    view = read_view(call, kind, except_id=shown.id)
    _check_hash(call, shown)
    replace(call.world, shown, view)
    return _shown(shown)


def publish(call: Call) -> Json:
    """Set someone's Home tab."""
    world = call.world
    if not world.manifest.home_tab:
        raise Refused("not_enabled")
    who = world.workspace.people.get(call.need("user_id"))
    if who is None or who.is_bot:
        raise Refused("invalid_arguments", ["invalid `user_id`"])
    home = world.workspace.homes.get(who.id)
    view = read_view(call, "home", except_id=home.id if home else None)
    if home is None:
        home = OpenView(_dress(world, view, view_id=world.workspace.new_id("V")), who.id)
        home.state = initial_state(home.view)
    else:
        _check_hash(call, home)
        replace(world, home, view)
    world.workspace.keep_home(home)
    return _shown(home)


def take_trigger(call: Call) -> Trigger:
    """The trigger named by the call, if it is one, unused and young enough."""
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if trigger_id is None:
        raise missing("trigger_id")
    trigger = call.world.workspace.triggers.get(trigger_id)
    if trigger is None:
        raise Refused("invalid_trigger_id")
    if trigger.used:
        raise Refused("exchanged_trigger_id")
    if call.world.clock.now() - trigger.made_at > TRIGGER_SECONDS:
        raise Refused("expired_trigger_id")
    return trigger


def read_view(call: Call, wanted: ViewKind, except_id: str | None = None) -> Json:
    """The view of the call as Slack returns it, or the refusal."""
    view = call.structure("view")
    if view is None:
        raise missing("view")
    if not isinstance(view, dict):
        raise Refused("invalid_arguments", ["[ERROR] must be an object [json-pointer:/view]"])
    return check_whole(call.world, view, wanted, except_id)


def check_whole(world: World, view: Json, wanted: ViewKind, except_id: str | None = None) -> Json:
    """Block Kit and external_id of a view."""
    whole: Json = checked(partial(check_view, kind=wanted), view)
    external = whole.get("external_id")
    if external and _by_external_id(world, external) not in (None, except_id):
        raise Refused("duplicate_external_id")
    return whole


def put_on_top(world: World, person: str, view: Json, channel: str | None = None) -> OpenView:
    """Show a modal above what is open; `channel` is where the person was."""
    stack = world.workspace.modals.setdefault(person, [])
    view_id = world.workspace.new_id("V")
    shown = OpenView(_dress(world, view, view_id=view_id, below=stack), person)
    shown.state = initial_state(shown.view, conversation=channel)
    stack.append(shown)
    world.workspace.touch(person)
    return shown


def replace(world: World, shown: OpenView, view: Json) -> None:
    """Change what an open view shows."""
    fixed = {k: shown.view[k] for k in ("id", "root_view_id", "previous_view_id")}
    new = {**_dress(world, view, view_id=shown.id), **fixed}
    shown.state = keep_state(shown.view, shown.state, new)
    shown.view = new
    shown.errors = {}
    shown.seen_as = None
    world.workspace.touch(shown.person)


def _dress(world: World, view: Json, *, view_id: str, below: list[OpenView] | None = None) -> Json:
    """Add what Slack adds to a view."""
    return {
        **view,
        "external_id": view.get("external_id") or "",
        "id": view_id,
        "team_id": people.TEAM_ID,
        "app_id": people.APP_ID,
        "app_installed_team_id": people.TEAM_ID,
        "bot_id": people.BOT_ID,
        "hash": world.workspace.new_hash(),
        "root_view_id": below[0].id if below else view_id,
        "previous_view_id": below[-1].id if below else None,
    }


def _wanted(call: Call) -> OpenView | None:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if view_id is None and external_id is None:
        raise missing("view_id")
    if view_id is None:
        view_id = _by_external_id(call.world, str(external_id))
    return call.world.workspace.find_view(view_id) if view_id else None


def _by_external_id(world: World, external_id: str) -> str | None:
    stacks = world.workspace.modals.values()
    everything = [*(v for stack in stacks for v in stack), *world.workspace.homes.values()]
    return next((v.id for v in everything if v.view.get("external_id") == external_id), None)


def _check_hash(call: Call, shown: OpenView) -> None:
    wanted = call.text("hash")
    if wanted is not None and wanted != shown.view["hash"]:
        raise Refused("hash_conflict")


def _shown(shown: OpenView) -> Json:
    return {"view": shown.as_sent()}
