"""What the listener that a request is for is called: a name from a fixed list."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.figures import OTHER
from bot.handlers.listen import Declared, Listener
from bot.manifest import EVENTS

_KINDS = {
    "view_submission": "form",
    "view_closed": "form",
    "block_actions": "click",
    "shortcut": "shortcut",
}


class ListenerNames:
    """The names of registered listeners, such as `sessions.form_submitted`."""

    def __init__(self, declared: Iterable[Declared]) -> None:
        """Know these, and events by what Slack calls them."""
        self._names: dict[tuple[str, str], str] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for one in declared:
            name = _name(one.listener)
            self._names[one.kind, one.id] = name
            if one.kind == "click" and one.id.startswith("^"):
                self._patterns.append((re.compile(one.id), name))
        for event in EVENTS:
            self._names["event", event] = f"event.{event}"

    @property
    def all(self) -> frozenset[str]:
        """Every name there is."""
        return frozenset(self._names.values())

    def of(self, body: Mapping[str, Any]) -> str:
        """Return the name for a request; `other` for what no listener is registered for."""
        kind, id_ = _asked(body)
        found = self._names.get((kind, id_))
        if found is None and kind == "click":
            found = next((name for pattern, name in self._patterns if pattern.search(id_)), None)
        return found or OTHER


def _asked(body: Mapping[str, Any]) -> tuple[str, str]:
    if "command" in body:
        return "command", str(body["command"])
    if isinstance(body.get("event"), Mapping):
        return "event", str(body["event"].get("type"))
    kind = _KINDS.get(str(body.get("type")), "")
    if kind == "click":
        return kind, _first_action(body)
    if kind == "form":
        view = body.get("view")
        return kind, str(view.get("callback_id")) if isinstance(view, Mapping) else ""
    return kind, str(body.get("callback_id"))


def _first_action(body: Mapping[str, Any]) -> str:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    return str(first.get("action_id")) if isinstance(first, Mapping) else ""


def _name(listener: Listener) -> str:
    module = str(listener.__module__).rpartition(".")[2]
    return f"{module}.{getattr(listener, '__name__', OTHER)}"
