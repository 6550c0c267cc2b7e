"""Whole payloads: a message, a view.

Slack answers in two steps: first whether the payload has the right shape, and only then whether
its parts agree (ids used once, a submit button where there are inputs).
"""

import json
from typing import Any, Literal

from practice.blocks.fill import fill_ids, filled_text
from practice.blocks.invalid import Invalid, Report
from practice.blocks.layout import HOME, MESSAGE, MODAL
from practice.blocks.objects import ID, plain
from practice.blocks.rules import Check, array, boolean, one_of, string, typed
from practice.blocks.surfaces import BLOCKS
from practice.blocks.walk import all_blocks, elements

_MOST_BLOCKS = 50
_MOST_ATTACHMENTS = 100
_LONGEST_MARKDOWN = 12_000
_LONGEST_TABLE = 10_000
_LARGEST_VIEW = 250_000
# chat.postMessage counts all text of all blocks, with about 100 for each block around it:
# github.com/slackapi/bolt-js/issues/2509 (13,297 in a markdown block was the last accepted).
_LONGEST_TOGETHER = 13_400
_AROUND_A_BLOCK = 100

_MESSAGE_BLOCKS = array(BLOCKS[MESSAGE], most=_MOST_BLOCKS)
_TITLE = plain(24)
_COMMON: dict[str, Check] = {
    "private_metadata": string(3000),
    "callback_id": ID,
    "external_id": ID,
}
_VIEWS: dict[str, Check] = {
    MODAL: typed(
        {"title": _TITLE, "blocks": array(BLOCKS[MODAL], most=100)},
        {
            **_COMMON,
            "submit": _TITLE,
            "close": _TITLE,
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        },
    ),
    # The page on views names no title here, yet Slack's own samples send one.
    HOME: typed({"blocks": array(BLOCKS[HOME], most=100)}, {**_COMMON, "title": _TITLE}),
}


def check_message(payload: dict[str, Any], *, all_together: bool = True) -> None:
    """Raise `Invalid` for what chat.postMessage, update or postEphemeral would refuse.

    Looks at `blocks`, `attachments`, `text` and `markdown_text`, as decoded from JSON.
    `all_together` is the limit on the text of all blocks, which a `response_url` does not have.
    """
    blocks, attachments = payload.get("blocks"), payload.get("attachments")
    text, markdown = payload.get("text"), payload.get("markdown_text")
    for name in ("text", "markdown_text"):
        if not isinstance(payload.get(name) or "", str):
            raise Invalid(
                "invalid_arguments", [f"[ERROR] must provide a string [json-pointer:/{name}]"]
            )
    if markdown and (text or blocks):
        raise Invalid("markdown_text_conflict")
    if markdown and len(markdown) > _LONGEST_MARKDOWN:
        raise Invalid("msg_too_long")
    if blocks is not None:
        _check_message_blocks(blocks, "/blocks", "invalid_blocks", all_together)
    if attachments is not None:
        _check_attachments(attachments)
    if not (blocks or attachments or markdown or (text and text.strip())):
        raise Invalid("no_text")


def _check_message_blocks(blocks: Any, at: str, error: str, all_together: bool) -> None:
    if not isinstance(blocks, list):
        raise Invalid("invalid_blocks_format")
    report = Report()
    _MESSAGE_BLOCKS(blocks, at, report)
    if not report.messages:
        _ids_once(blocks, at, report)
        _message_totals(blocks, at, report)
    if report.messages:
        raise Invalid(error, report.messages)
    if all_together and _counted(blocks) > _LONGEST_TOGETHER:
        raise Invalid("msg_blocks_too_long")


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
        raise Invalid("invalid_attachments")
    if len(attachments) > _MOST_ATTACHMENTS:
        raise Invalid("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if "blocks" in attachment:
            at = f"/attachments/{index}/blocks"
            _check_message_blocks(attachment["blocks"], at, "invalid_attachments", True)


def _message_totals(blocks: list[dict[str, Any]], at: str, report: Report) -> None:
    markdown = [b["text"] for b in blocks if b["type"] == "markdown"]
    if sum(map(len, markdown)) > _LONGEST_MARKDOWN:
        report.add(f"must be less than {_LONGEST_MARKDOWN + 1} characters", at)
    for kind, longest in (("table", _LONGEST_TABLE), ("data_table", 2 * _LONGEST_TABLE)):
        if sum(_text_length(b["rows"]) for b in blocks if b["type"] == kind) > longest:
            report.add(f"must be less than {longest + 1} characters", at)
    if sum(b["type"] == "data_visualization" for b in blocks) > 2:
        report.add("too many data_visualization blocks", at)


def _text_length(value: Any) -> int:
    """Characters of every `text` string within; Slack counts `&`, `<` and `>` escaped."""
    if isinstance(value, list):
        return sum(_text_length(each) for each in value)
    if not isinstance(value, dict):
        return 0
    total = 0
    for name, each in value.items():
        if name == "text" and isinstance(each, str):
            total += len(each)
        elif isinstance(each, dict | list):
            total += _text_length(each)
    return total


def _counted(blocks: list[dict[str, Any]]) -> int:
    return sum(
        _AROUND_A_BLOCK + (0 if b["type"] in ("table", "data_table") else _text_length(b))
        for b in blocks
    )


def check_view(
    view: dict[str, Any], *, kind: Literal["modal", "home"] | None = None
) -> dict[str, Any]:
    """Return the view as Slack returns it (ids and defaults filled in), or raise `Invalid`.

    `kind` is the only type the method takes: views.open wants a modal, views.publish a home.
    """
    report = Report()
    _check_view_shape(view, kind, report)
    if not report.messages:
        _check_view_parts(view, report)
    if report.messages:
        raise Invalid("invalid_arguments", report.messages)
    written = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    if len(written.encode(errors="surrogatepass")) > _LARGEST_VIEW:
        raise Invalid("view_too_large")
    return _normal_view(view)


def _check_view_shape(view: Any, kind: str | None, report: Report) -> None:
    if not isinstance(view, dict):
        report.add("must provide an object", "/view")
        return
    if "type" not in view:
        for name in ("title", "blocks", "type"):
            if name not in view:
                report.missing(name, "/view")
        return
    one_of(*([kind] if kind else _VIEWS))(view["type"], "/view/type", report)
    if not report.messages:
        _VIEWS[view["type"]](view, "/view", report)
        if report.messages:
            report.messages.insert(
                0, "[ERROR] failed to match all allowed schemas [json-pointer:/view]"
            )


def _check_view_parts(view: dict[str, Any], report: Report) -> None:
    if view["type"] == MODAL and "submit" not in view:
        for at, block in all_blocks(view["blocks"], "/view/blocks"):
            if block["type"] == "input":
                report.add("must define `submit` to use an `input` block in modals", f"{at}/input")
                break
    _ids_once(view["blocks"], "/view/blocks", report)
    _focus_once(view["blocks"], report)


def _ids_once(blocks: list[dict[str, Any]], start: str, report: Report) -> None:
    """A `block_id` is used once in all, an `action_id` once in its block."""
    seen: set[str] = set()
    for at, block in all_blocks(blocks, start):
        block_id = block.get("block_id")
        if block_id and block["type"] != "markdown":
            if block_id in seen:
                report.add(f'`block_id` "{block_id}" already exists', f"{at}/block_id")
            seen.add(block_id)
        actions: set[str] = set()
        for place, element in elements(block):
            action_id = element.get("action_id")
            if action_id and action_id in actions:
                report.add(f'`action_id` "{action_id}" already exists', f"{at}{place}/action_id")
            actions.add(action_id or "")


def _focus_once(blocks: list[dict[str, Any]], report: Report) -> None:
    focused = [
        f"{at}{place}/focus_on_load"
        for at, block in all_blocks(blocks, "/view/blocks")
        for place, element in elements(block)
        if element.get("focus_on_load")
    ]
    for at in focused[1:]:
        report.add("only one element can have `focus_on_load` set to true", at)


def _normal_view(view: dict[str, Any]) -> dict[str, Any]:
    """The view with every field Slack puts into its answer, in Slack's own order."""
    modal = view["type"] == MODAL
    shown = {
        name: filled_text(view[name]) if name in view else None
        for name in ("title", "close", "submit")
    }
    if not modal and shown["title"] is None:
        shown["title"] = {"type": "plain_text", "text": "View Title", "emoji": True}
    return {
        "type": view["type"],
        "blocks": fill_ids(view["blocks"]),
        "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""),
        **shown,
        "clear_on_close": view.get("clear_on_close", False),
        "notify_on_close": view.get("notify_on_close", False),
        "external_id": view.get("external_id", ""),
    }
