"""Everything that is on anybody's screen, and everything the bot ever sent."""

import json


def everyone_sees(control):
    """Every view, message and notice in the workspace, whoever it is for."""
    state = control.get("state")
    views = [view for stack in state["modals"].values() for view in stack]
    views += state["homes"].values()
    messages = [m for channel in state["channels"] for m in channel["messages"]]
    notices = [notice for kept in state["notices"].values() for notice in kept]
    return [*map(without_state, views), *messages, *notices]


def without_state(view):
    return {name: part for name, part in view.items() if name != "state"}


def said_by_the_bot(control, since=0):
    """The payload of every call and every acknowledgement of the bot, as plain JSON."""
    return [
        unpacked(entry["payload"])
        for entry in control.get(f"ledger?since={since}")["entries"]
        if entry["kind"] in {"api", "ack", "upload", "response"} and entry["payload"]
    ]


def unpacked(payload):
    """The payload with JSON that travelled as text opened up."""
    if not isinstance(payload, dict):
        return payload
    return {name: _opened(value) for name, value in payload.items()}


def _opened(value):
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def text_objects(place):
    """Yield kind, text and whether it is verbatim: of text objects and of top-level texts."""
    if isinstance(place, list):
        for part in place:
            yield from text_objects(part)
    elif isinstance(place, dict):
        if place.get("type") in {"plain_text", "mrkdwn"} and isinstance(place.get("text"), str):
            yield place["type"], place["text"], bool(place.get("verbatim"))
        elif "type" not in place and isinstance(place.get("text"), str):
            yield "mrkdwn", place["text"], False
        for name, part in place.items():
            if name not in {"tokens", "text_tokens"}:
                yield from text_objects(part)
