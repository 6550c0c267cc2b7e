"""Fills in what Slack adds to blocks before it shows them or hands them back."""

import random
import string
from typing import Any

from practice.blocks.walk import all_blocks, elements

_LETTERS = string.ascii_letters + string.digits
_TYPED_IN = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})


def filled_text(text: dict[str, Any]) -> dict[str, Any]:
    """A text object with the default Slack adds to it."""
    name, default = ("emoji", True) if text["type"] == "plain_text" else ("verbatim", False)
    return text if name in text else {**text, name: default}


def _copy(value: Any) -> Any:
    """A deep copy in which every text object carries its default."""
    if isinstance(value, dict):
        copied = {name: _copy(each) for name, each in value.items()}
        return filled_text(copied) if value.get("type") in ("plain_text", "mrkdwn") else copied
    if isinstance(value, list):
        return [_copy(each) for each in value]
    return value


def _new_id(taken: set[str]) -> str:
    while True:
        made = "".join(random.choices(_LETTERS, k=5))
        if made not in taken:
            taken.add(made)
            return made


def fill_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy of checked blocks with a `block_id`, `action_id` and defaults everywhere."""
    copied: list[dict[str, Any]] = _copy(blocks)
    everything = [block for _, block in all_blocks(copied)]
    taken = {block["block_id"] for block in everything if block.get("block_id")}
    for block in everything:
        if not block.get("block_id"):
            block["block_id"] = _new_id(taken)
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        used = {e["action_id"] for _, e in elements(block) if e.get("action_id")}
        for _, element in elements(block):
            if not element.get("action_id"):
                element["action_id"] = _new_id(used)
            if element["type"] in _TYPED_IN:
                element.setdefault(
                    "dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]}
                )
    return copied
