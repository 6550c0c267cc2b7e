"""Walks over blocks that have passed the checks: every element, wherever it stands."""

from collections.abc import Iterator
from typing import Any

# What has an `action_id`; Slack makes one up where the app gave none.
_WITHOUT_ACTION = frozenset({"image", "plain_text", "mrkdwn", "card"})


def all_blocks(blocks: list[dict[str, Any]], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every block with its JSON pointer, those within containers and carousels included."""
    for index, block in enumerate(blocks):
        place = f"{at}/{index}"
        yield place, block
        if block["type"] == "container":
            yield from all_blocks(block["child_blocks"], f"{place}/child_blocks")
        elif block["type"] == "carousel":
            yield from all_blocks(block["elements"], f"{place}/elements")


def elements(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The elements of one block that a person can use, with the pointer within the block."""
    if "element" in block:
        yield "/element", block["element"]
    if "accessory" in block and block["accessory"]["type"] not in _WITHOUT_ACTION:
        yield "/accessory", block["accessory"]
    if block["type"] in ("actions", "context_actions"):
        for index, element in enumerate(block["elements"]):
            yield f"/elements/{index}", element
    if block["type"] == "card":
        for index, element in enumerate(block.get("actions", [])):
            yield f"/actions/{index}", element


def fields(
    blocks: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every block and element pair."""
    for _, block in all_blocks(blocks):
        for _, element in elements(block):
            yield block, element
