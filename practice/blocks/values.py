"""What an element holds: Slack's `state.values`, and plain values turned into it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from practice.blocks.elements import is_date, offered
from practice.blocks.fill import filled_text
from practice.blocks.invalid import Invalid, Report
from practice.blocks.objects import OPTION
from practice.blocks.rich_text import RICH_TEXT
from practice.blocks.walk import fields

# Where the value of each type of element stands in its entry of `state.values`.
_HELD_IN = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}


def held_in(kind: str) -> str | None:
    """The name under which this type of element reports its value; None if it holds none."""
    return _HELD_IN.get(kind)


def holds_many(kind: str) -> bool:
    """Whether this type of element holds a list."""
    return _HELD_IN.get(kind, "").endswith("s")


def _entry(element: dict[str, Any], value: Any) -> dict[str, Any]:
    entry = {"type": element["type"], _HELD_IN[element["type"]]: value}
    if element["type"] == "timepicker" and "timezone" in element:
        entry["timezone"] = element["timezone"]
    return entry


def initial_entry(element: dict[str, Any], conversation: str | None = None) -> dict[str, Any]:
    """What an element reports before anyone has touched it."""
    kind = element["type"]
    name = _HELD_IN[kind].removeprefix("selected_")
    initial = {"rich_text_value": "initial_value", "files": ""}.get(name, f"initial_{name}")
    value = element.get(initial)
    if value is None and conversation and element.get("default_to_current_conversation"):
        value = [conversation] if holds_many(kind) else conversation
    if value is None and holds_many(kind):
        value = []
    return _entry(element, None if value == "" else value)


def initial_state(view: dict[str, Any], *, conversation: str | None = None) -> dict[str, Any]:
    """Slack's `view.state.values`: `{block_id: {action_id: entry}}` from the initial values.

    Elements in `section` and `actions` blocks count as well; buttons and overflow menus hold
    nothing. `conversation` is where the person was when the view opened.
    """
    state: dict[str, Any] = {}
    for block, element in fields(view["blocks"]):
        if element["type"] in _HELD_IN:
            entry = initial_entry(element, conversation)
            state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return state


def keep_state(
    old_view: dict[str, Any], old_state: dict[str, Any], new_view: dict[str, Any]
) -> dict[str, Any]:
    """The state after an update: what the person entered stays where both ids stay.

    A choice the new element no longer offers falls back to the initial value.
    """
    before = {
        (block["block_id"], element["action_id"]): element["type"]
        for block, element in fields(old_view["blocks"])
    }
    state = initial_state(new_view)
    for block, element in fields(new_view["blocks"]):
        ids = block["block_id"], element["action_id"]
        entry = old_state.get(ids[0], {}).get(ids[1])
        if entry and before.get(ids) == element["type"] and _still_offered(element, entry):
            state[ids[0]][ids[1]] = entry
    return state


def _still_offered(element: dict[str, Any], entry: dict[str, Any]) -> bool:
    if "options" not in element and "option_groups" not in element:
        return True
    chosen = entry.get("selected_options", [entry.get("selected_option")])
    known = {option["value"] for option in offered(element)}
    return all(option is None or option["value"] in known for option in chosen)


def put_value(
    view: dict[str, Any], state: dict[str, Any], block_id: str, action_id: str, value: Any
) -> dict[str, Any]:
    """The entry of `state.values` for a plain value; `state` itself is left alone.

    Texts, dates and ids are strings, several choices a list, None clears. An option is named by
    its value or by its visible text. Raises `Invalid("invalid_value")` in words for what the
    element does not offer; what can be typed but not submitted is left to `submission_errors`.
    """
    for block, element in fields(view["blocks"]):
        if (block["block_id"], element["action_id"]) == (block_id, action_id):
            if element["type"] in _PRESSED:
                pressed: dict[str, Any] = _PRESSED[element["type"]](element, value)
                return pressed
            if element["type"] in _HELD_IN:
                before = state.get(block_id, {}).get(action_id)
                return _entry(element, _plain_value(element, value, before))
            return {"type": element["type"]}
    raise _refusal(f"There is no element {action_id!r} in a block {block_id!r}.")


def _refusal(words: str) -> Invalid:
    return Invalid("invalid_value", [words])


def _plain_value(element: dict[str, Any], value: Any, before: dict[str, Any] | None) -> Any:
    kind = element["type"]
    if holds_many(kind):
        many = [] if value in (None, "") else value if isinstance(value, list) else [value]
        one = _READERS[kind.removeprefix("multi_")]
        read = [one(element, each) for each in many]
        return [each for index, each in enumerate(read) if each not in read[:index]]
    if value is None or value == "":
        return None
    if isinstance(value, dict) and before and value == before.get(_HELD_IN[kind]):
        return value
    return _READERS[kind](element, value)


def _text(element: dict[str, Any], value: Any) -> str:
    if element["type"] == "number_input" and isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        raise _refusal(f"This field takes text, not {value!r}.")
    several_lines = element.get("multiline") or element["type"] == "rich_text_input"
    return value if several_lines else " ".join(value.splitlines()) if "\n" in value else value


def _date(_element: dict[str, Any], value: Any) -> str:
    if not isinstance(value, str) or not is_date(value):
        raise _refusal(f"{value!r} is not a date. Write it like 2030-01-31.")
    return value


def _time(_element: dict[str, Any], value: Any) -> str:
    try:
        return datetime.strptime(value, "%H:%M").strftime("%H:%M")  # noqa: DTZ007
    except (TypeError, ValueError):
        raise _refusal(f"{value!r} is not a time. Write it like 09:30.") from None


def _moment(_element: dict[str, Any], value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9_999_999_999:
        example = int(datetime(2030, 1, 31, tzinfo=UTC).timestamp())
        raise _refusal(f"{value!r} is not a moment. Write it in Unix seconds like {example}.")
    return value


def _choice(element: dict[str, Any], value: Any) -> dict[str, Any]:
    named = value.get("value") if isinstance(value, dict) else value
    options = offered(element)
    tests: list[Callable[[dict[str, Any]], bool]] = [
        lambda option: bool(option["value"] == named),
        lambda option: bool(option["text"]["text"] == named),
        lambda option: option["text"]["text"].casefold() == str(named).casefold(),
    ]
    for test in tests:
        for option in options:
            if test(option):
                return option
    names = ", ".join(option["text"]["text"] for option in options)
    raise _refusal(f"{named!r} is not among the options: {names}.")


def _loaded_choice(_element: dict[str, Any], value: Any) -> dict[str, Any]:
    """An option that came from the app while the menu was open; a plain string makes its own."""
    option = value
    if isinstance(value, str):
        option = {"text": {"type": "plain_text", "text": value}, "value": value}
    report = Report()
    OPTION(option, "/option", report)
    if report.messages:
        raise Invalid("invalid_value", report.messages)
    return {**option, "text": filled_text(option["text"])}


def _slack_id(_element: dict[str, Any], value: Any) -> str:
    if not (isinstance(value, str) and value.isascii() and value.isalnum() and value.isupper()):
        raise _refusal(f"{value!r} is not an id.")
    return value


def _file(_element: dict[str, Any], value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"id": _slack_id(_element, value)}


def _rich_text(element: dict[str, Any], value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        report = Report()
        RICH_TEXT(value, "/rich_text_value", report)
        if report.messages:
            raise Invalid("invalid_value", report.messages)
        return value
    run = {"type": "text", "text": _text(element, value)}
    section = {"type": "rich_text_section", "elements": [run]}
    return {"type": "rich_text", "elements": [section]}


def _menu_item(element: dict[str, Any], value: Any) -> dict[str, Any]:
    return {"type": "overflow", "selected_option": _choice(element, value)}


def _feedback(element: dict[str, Any], value: Any) -> dict[str, Any]:
    for name in ("positive_button", "negative_button"):
        button = element[name]
        if value in (button["value"], button["text"]["text"], name):
            return {
                "type": "feedback_buttons",
                "value": button["value"],
                "text": button["text"],
            }
    raise _refusal(f"{value!r} is neither of the two buttons.")


_Reader = Callable[[dict[str, Any], Any], Any]
_PRESSED: dict[str, _Reader] = {"overflow": _menu_item, "feedback_buttons": _feedback}
_READERS: dict[str, _Reader] = {
    "plain_text_input": _text,
    "email_text_input": _text,
    "url_text_input": _text,
    "number_input": _text,
    "rich_text_input": _rich_text,
    "file_input": _file,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
    "radio_buttons": _choice,
    "checkboxes": _choice,
    "static_select": _choice,
    "external_select": _loaded_choice,
    "users_select": _slack_id,
    "conversations_select": _slack_id,
    "channels_select": _slack_id,
}
