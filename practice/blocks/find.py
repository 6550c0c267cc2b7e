"""Names things as a person sees them: a field by its label, a button by what stands on it."""

from dataclasses import dataclass
from typing import Any

from practice.blocks.elements import offered
from practice.blocks.values import held_in, holds_many
from practice.blocks.walk import fields


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is read and what is sent."""

    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a person can fill in; `options` is empty where they come from elsewhere."""

    label: str
    block_id: str
    action_id: str
    type: str
    optional: bool
    multiple: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """One thing a person can press, an item of an overflow menu included."""

    text: str
    block_id: str
    action_id: str
    value: str | None
    element: dict[str, Any]


def find_inputs(view: dict[str, Any]) -> list[Field]:
    """Every field of a view, in reading order.

    An element outside an `input` block has no label of its own: it goes by the text beside it,
    else by its placeholder.
    """
    return [
        Field(
            label=_label(block, element),
            block_id=block["block_id"],
            action_id=element["action_id"],
            type=element["type"],
            optional=block["type"] != "input" or bool(block.get("optional")),
            multiple=holds_many(element["type"]),
            options=tuple(Option(o["text"]["text"], o["value"]) for o in offered(element)),
        )
        for block, element in fields(view["blocks"])
        if held_in(element["type"])
    ]


def _label(block: dict[str, Any], element: dict[str, Any]) -> str:
    named = block.get("label") or (block.get("text") if "accessory" in block else None)
    text: str = (named or element.get("placeholder") or {}).get("text", "")
    return text


def find_buttons(blocks: list[dict[str, Any]]) -> list[Button]:
    """Everything that can be pressed, in reading order."""
    found: list[Button] = []
    for block, element in fields(blocks):
        ids = block["block_id"], element["action_id"]
        if element["type"] == "overflow":
            faces = element["options"]
        elif element["type"] == "feedback_buttons":
            faces = [element["positive_button"], element["negative_button"]]
        else:
            faces = [] if held_in(element["type"]) else [element]
        found += [Button(f["text"]["text"], *ids, f.get("value"), element) for f in faces]
    return found
