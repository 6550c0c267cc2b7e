"""What a person does in a modal: fill in, submit, close."""

from typing import Any

from practice import payloads
from practice.blocks import Invalid, find_inputs, put_value, submission_errors
from practice.blocks.walk import fields
from practice.deliver import Answer
from practice.finding import view_of
from practice.interact import TROUBLE, Cannot, Outcome
from practice.things import Json, OpenView, Person
from practice.web_api import views
from practice.web_api.call import Refused
from practice.web_api.files import file_object
from practice.world import World


def fill(world: World, shown: OpenView, block_id: str, action_id: str, value: Any) -> Json:
    """Keep what is typed or chosen. A value the element does not offer is refused."""
    value = _whole_files(world, shown, (block_id, action_id), value)
    try:
        typed = put_value(shown.view, shown.state, block_id, action_id, value)
    except Invalid as invalid:
        raise Cannot("invalid_value", "; ".join(invalid.messages) or invalid.error) from None
    if action_id in shown.state.get(block_id, {}):
        shown.state[block_id][action_id] = typed
    shown.errors.pop(block_id, None)
    shown.seen_as = None
    if shown.view["type"] == "home":
        world.workspace.keep_home(shown)
    world.workspace.touch(shown.person)
    return typed


def _whole_files(world: World, shown: OpenView, ids: tuple[str, str], value: Any) -> Any:
    """A file field takes the person's own uploads, by id or as objects; the app gets it all."""
    kind = next((e["type"] for b, e in fields(shown.view["blocks"]) if ids == _ids(b, e)), None)
    if kind != "file_input" or not value:
        return value
    named = [v.get("id") if isinstance(v, dict) else v for v in _as_list(value)]
    found = [world.workspace.files.get(str(name)) for name in named]
    for file, name in zip(found, named, strict=True):
        if file is None or file.user != shown.person:
            raise Cannot("file_not_found", f"{name} is not a file this person uploaded.")
    return [file_object(world, file) for file in found if file]


def _ids(block: Json, element: Json) -> tuple[str, str]:
    return block["block_id"], element["action_id"]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def fill_all(world: World, shown: OpenView, values: Json) -> None:
    """Values by label, or by block and action id."""
    inputs = find_inputs(shown.view)
    by_block = {(f.block_id, f.action_id) for f in inputs}
    for name, value in values.items():
        inner = value if isinstance(value, dict) else {}
        if inner and all((name, action_id) in by_block for action_id in inner):
            for action_id, plain in inner.items():
                fill(world, shown, name, action_id, plain)
            continue
        field = next((f for f in inputs if name.casefold() == f.label.casefold()), None)
        field = field or next((f for f in inputs if name == f.block_id), None)
        if field is None:
            labels = ", ".join(f.label for f in inputs) or "none"
            raise Cannot("field_not_found", f"There is no field {name!r}. There are: {labels}.")
        fill(world, shown, field.block_id, field.action_id, value)


async def submit(world: World, who: Person, view_id: str | None, values: Json) -> Outcome:
    """Fill in and press the submit button."""
    shown = view_of(world, who, view_id)
    if shown.view["type"] != "modal":
        raise Cannot("not_a_modal", "Only a modal can be submitted.")
    fill_all(world, shown, values)
    if not shown.view.get("submit"):
        raise Cannot("no_submit_button", "This modal has no submit button.")
    if errors := submission_errors(shown.view, shown.state):
        _show_errors(world, shown, errors)
        return Outcome(False, "not_submitted", {"errors": errors})
    shown.errors = {}
    _busy(world, shown, True)
    try:
        payload = payloads.view_submission(world, who, shown)
        answer = await world.courier.ask("interactive", payload, world.manifest.interactivity_url)
    finally:
        _busy(world, shown, False)
    if not answer.ok:
        return trouble(world, shown, answer.error)
    return respond(world, shown, answer)


def respond(world: World, shown: OpenView, answer: Answer) -> Outcome:
    """Do what the app's acknowledgement says."""
    said = answer.payload if isinstance(answer.payload, dict) else {}
    action = said.get("response_action")
    if action is None:
        return trouble(world, shown, "invalid_response") if said else _take_off(world, shown)
    try:
        if action == "errors":
            return _refused(world, shown, said.get("errors"))
        if action == "clear":
            clear(world, shown.person)
            return Outcome()
        if action in ("update", "push") and isinstance(said.get("view"), dict):
            return _show(world, shown, action, said["view"])
    except Refused as refused:
        messages = refused.more.get("response_metadata", {}).get("messages", [])
        return trouble(world, shown, refused.error, messages=messages)
    return trouble(world, shown, "invalid_response_action")


def _show(world: World, shown: OpenView, action: str, view: Json) -> Outcome:
    external = view.get("external_id")
    keep = shown.id if external == shown.view.get("external_id") else None
    whole = views.check_whole(world, view, "modal", except_id=keep)
    if action == "update":
        views.replace(world, shown, whole)
        return Outcome()
    if len(world.workspace.modals.get(shown.person, [])) >= views.DEEPEST_STACK:
        raise Refused("push_limit_reached")
    views.put_on_top(world, shown.person, whole)
    return Outcome()


def _refused(world: World, shown: OpenView, errors: Any) -> Outcome:
    inputs = {b["block_id"] for b in shown.view["blocks"] if b["type"] == "input"}
    good = isinstance(errors, dict) and bool(errors)
    if not good or not all(isinstance(e, str) and e for e in errors.values()):
        return trouble(world, shown, "invalid_errors")
    if unknown := sorted(set(errors) - inputs):
        return trouble(world, shown, "unknown_block_in_errors", messages=unknown)
    _show_errors(world, shown, errors)
    return Outcome(False, "refused_by_app", {"errors": errors})


def trouble(world: World, shown: OpenView, error: str | None, **facts: Any) -> Outcome:
    """Slack's own words on the modal; what was typed stays."""
    world.workspace.notice(shown.person, TROUBLE, shown.id)
    world.ledger.write("failure", ok=False, error=error, user=shown.person, **facts)
    return Outcome(False, error, dict(facts))


def _show_errors(world: World, shown: OpenView, errors: dict[str, str]) -> None:
    shown.errors = dict(errors)
    shown.seen_as = None
    world.workspace.touch(shown.person)


def _busy(world: World, shown: OpenView, busy: bool) -> None:
    shown.submitting = busy
    world.workspace.touch(shown.person)


def _take_off(world: World, shown: OpenView) -> Outcome:
    stack = world.workspace.modals.get(shown.person, [])
    if shown in stack:
        stack.remove(shown)
        world.workspace.touch(shown.person)
    return Outcome()


def clear(world: World, person: str) -> None:
    """Close all of someone's modals."""
    world.workspace.modals.pop(person, None)
    world.workspace.touch(person)


async def close(world: World, who: Person, view_id: str | None, everything: bool) -> Outcome:
    """Press Cancel on a modal, or close the whole stack."""
    shown = view_of(world, who, view_id)
    if shown.view["type"] != "modal":
        raise Cannot("not_a_modal", "Only a modal can be closed.")
    stack = world.workspace.modals[who.id]
    everything = everything or bool(shown.view.get("clear_on_close"))
    gone = list(reversed(stack)) if everything else [shown]
    for view in gone:
        stack.remove(view)
    world.workspace.touch(who.id)
    for view in gone:
        if view.view.get("notify_on_close"):
            payload = payloads.view_closed(world, who, view, cleared=everything)
            await world.courier.ask("interactive", payload, world.manifest.interactivity_url)
    return Outcome()
