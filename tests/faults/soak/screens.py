"""What is on a screen: the texts, the buttons and the fields of a view, and the tags in them."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
TAG = re.compile(r"zq[0-9a-f]{6}")
_SUMS = re.compile(r"in ([0-9,]+) sessions?\.")
_ROW = re.compile(r"^\w+ \d+ \w+ \d{4}: .*", re.MULTILINE)


def tags(text: str) -> set[str]:
    """Return the marks of people's own words that stand in a text."""
    return set(TAG.findall(text))


def texts(part: Any) -> str:
    """Return every text that a person reads in a view or a message, joined by new lines."""
    return "\n".join(_texts(part))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") in {"plain_text", "mrkdwn", "text"} and isinstance(
            node.get("text"), str
        ):
            yield node["text"]
        for name, value in node.items():
            if name not in {"state", "tokens", "text_tokens"}:
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def top(sees: Json) -> Json | None:
    """Return the modal on top of a person's screen."""
    modals = sees.get("modals") or []
    return modals[-1] if modals else None


def typed(view: Json) -> str:
    """Return what stands in the fields of an open view, as text."""
    return str(view.get("state", {}).get("values", {}))


def buttons(blocks: list[Json]) -> Iterator[Json]:
    """Yield every button of a view or a message, with the block it stands in."""
    for block in blocks:
        found = [*block.get("elements", ()), block.get("accessory") or {}]
        for element in found:
            if element.get("type") == "button":
                yield element | {"block_id": block.get("block_id")}


def labels(blocks: list[Json]) -> list[str]:
    """Return the words on the buttons."""
    return [button["text"]["text"] for button in buttons(blocks)]


def sessions_on_home(text: str) -> int | None:
    """Return how many sessions the Home tab says that there are; None where it does not say."""
    if "You have not logged a session yet." in text:
        return 0
    line = next((one for one in text.splitlines() if one.startswith("Since you started")), None)
    found = _SUMS.search(line or "")
    return int(found[1].replace(",", "")) if found else None
