"""What Slack's client checks before it sends a submission."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from practice.blocks.elements import as_decimal
from practice.blocks.values import held_in
from practice.blocks.walk import all_blocks

_REQUIRED = "Please complete this required field."
_Test = Callable[[dict[str, Any], Any], str | None]


def submission_errors(view: dict[str, Any], state: dict[str, Any]) -> dict[str, str]:
    """What stands in the way of submitting: `{block_id: words}`, empty if nothing does.

    Only `input` blocks are looked at, as nothing else can be required.
    """
    errors: dict[str, str] = {}
    for _, block in all_blocks(view["blocks"]):
        if block["type"] != "input":
            continue
        words = _problem(block, state.get(block["block_id"], {}))
        if words:
            errors[block["block_id"]] = words
    return errors


def _problem(block: dict[str, Any], held: dict[str, Any]) -> str | None:
    element = block["element"]
    name = held_in(element["type"])
    value = held.get(element["action_id"], {}).get(name)
    if value is None or value in ("", []):
        return None if block.get("optional") else _REQUIRED
    test = _TESTS.get(element["type"])
    return test(element, value) if test else None


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _text(element: dict[str, Any], value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please use at least {_count(least, 'character')}."
    if len(value) > most:
        return f"Please use {_count(most, 'character')} or fewer (you have used {len(value)})."
    return None


def _email(_element: dict[str, Any], value: str) -> str | None:
    found = re.fullmatch(r"[^\s@<>()\[\],;:\"]+@[^\s@.]+(\.[^\s@.]+)+", value)
    return None if found else "Please enter a valid email address."


def _url(_element: dict[str, Any], value: str) -> str | None:
    found = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]+\S*", value)
    return None if found else "Please enter a valid URL."


def _number(element: dict[str, Any], value: str) -> str | None:
    number = as_decimal(value)
    if number is None:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None


def _several(element: dict[str, Any], value: list[Any]) -> str | None:
    most = element.get("max_selected_items")
    return f"Please choose {most} at most." if most is not None and len(value) > most else None


def _files(element: dict[str, Any], value: list[dict[str, Any]]) -> str | None:
    most = element.get("max_files", 10)
    if len(value) > most:
        return f"Please add {_count(most, 'file')} at most."
    kinds = element.get("filetypes")
    names = [file["name"] for file in value if "name" in file]
    if kinds and any(name.rpartition(".")[2].lower() not in kinds for name in names):
        return f"Please add files of these types only: {', '.join(kinds)}."
    return None


_TESTS: dict[str, _Test] = {
    "plain_text_input": _text,
    "email_text_input": _email,
    "url_text_input": _url,
    "number_input": _number,
    "file_input": _files,
    "multi_static_select": _several,
    "multi_external_select": _several,
    "multi_users_select": _several,
    "multi_conversations_select": _several,
    "multi_channels_select": _several,
}
