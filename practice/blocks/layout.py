"""The everyday layout blocks, and which elements each takes.

Fields and limits: docs.slack.dev/reference/block-kit/blocks.
"""

from typing import Any

from practice.blocks.elements import BUTTONS, CHOICES, IMAGE, INPUTS, SELECTS
from practice.blocks.invalid import Report
from practice.blocks.objects import ID, SLACK_FILE, image_url, marked, plain
from practice.blocks.rich_text import RICH_TEXT_SHAPE
from practice.blocks.rules import (
    Check,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    integer,
    nullable,
    number,
    one_of,
    pick,
    shape,
    string,
    typed,
)

BLOCK_ID: dict[str, Check] = {"block_id": ID}

MESSAGE, MODAL, HOME = "message", "modal", "home"
# Pages of the elements name the surfaces: a date and time together has no place on the Home tab,
# workflow buttons only in messages, and these inputs only in modals.
_NOT_ON = {
    MESSAGE: {
        "email_text_input",
        "file_input",
        "number_input",
        "rich_text_input",
        "url_text_input",
    },
    MODAL: {"workflow_button"},
    HOME: {
        "datetimepicker",
        "email_text_input",
        "file_input",
        "number_input",
        "url_text_input",
        "workflow_button",
    },
}

_PRESSED = pick(BUTTONS, ["button", "overflow", "workflow_button"])
_ACCESSORIES: dict[str, Check] = {
    **_PRESSED,
    **pick(CHOICES, ["checkboxes", "radio_buttons", "datepicker", "timepicker"]),
    **SELECTS,
    "image": IMAGE,
}
_ACTIONS: dict[str, Check] = {**_PRESSED, **CHOICES, **SELECTS, **pick(INPUTS, ["rich_text_input"])}
_ENTRIES: dict[str, Check] = {**INPUTS, **CHOICES, **SELECTS}


def _only(shapes: dict[str, Check], surface: str) -> Check:
    return by_type({name: s for name, s in shapes.items() if name not in _NOT_ON[surface]})


def _no_dispatch_of_files(block: Any, at: str, report: Report) -> None:
    if block.get("dispatch_action") and block["element"]["type"] == "file_input":
        report.add("unsupported type: file_input", f"{at}/element/type")


def _response_url_place(block: Any, at: str, report: Report) -> None:
    elements = block.get("elements", [block.get("accessory") or {}])
    for element in elements:
        if element.get("response_url_enabled"):
            report.add("`response_url_enabled` only works in an `input` block of a modal", at)


RAW_CELLS: dict[str, Check] = {
    "raw_text": typed({"text": string(least=1)}),
    "raw_number": typed({"value": number}, {"text": string(least=1)}),
}


_COLUMN = nullable(shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}))

HEADER = typed({"text": plain(150)}, {**BLOCK_ID, "level": integer(1, 4)})
DIVIDER = typed({}, BLOCK_ID)
CONTEXT = typed(
    {
        "elements": array(
            by_type(
                {
                    "image": IMAGE,
                    "plain_text": marked(),
                    "mrkdwn": marked(),
                }
            ),
            least=1,
            most=10,
        )
    },
    BLOCK_ID,
)
IMAGE_BLOCK = typed(
    {"alt_text": string(2000)},
    {**BLOCK_ID, "image_url": image_url, "slack_file": SLACK_FILE, "title": plain(2000)},
    exactly_one("image_url", "slack_file"),
)
TABLE = typed(
    {
        "rows": array(
            array(by_type({**RAW_CELLS, "rich_text": RICH_TEXT_SHAPE}), least=1, most=20),
            least=1,
            most=100,
        )
    },
    {**BLOCK_ID, "column_settings": array(_COLUMN, most=20)},
)
_HTTPS = string(3000, pattern=r"^https://\S+$")
VIDEO = typed(
    {
        "alt_text": string(2000),
        "title": plain(199),
        "thumbnail_url": string(3000, least=1),
        "video_url": _HTTPS,
    },
    {
        **BLOCK_ID,
        "author_name": nullable(string(49)),
        "description": nullable(plain(199)),
        "provider_icon_url": nullable(string(3000)),
        "provider_name": nullable(string()),
        "title_url": nullable(_HTTPS),
    },
)
FILE = typed({"external_id": string(255, least=1), "source": one_of("remote")}, BLOCK_ID)
RICH_TEXT_BLOCK = RICH_TEXT_SHAPE


def section(surface: str) -> Check:
    """Text, fields, and one element beside them."""
    return typed(
        {},
        {
            **BLOCK_ID,
            "text": marked(3000),
            "fields": array(marked(2000), least=1, most=10),
            "accessory": _only(_ACCESSORIES, surface),
            "expand": boolean,
        },
        at_least_one("text", "fields"),
        _response_url_place,
    )


def actions(surface: str) -> Check:
    """A row of elements."""
    return typed(
        {"elements": array(_only(_ACTIONS, surface), least=1, most=25)},
        BLOCK_ID,
        _response_url_place,
    )


def entry(surface: str) -> Check:
    """The `input` block: a label and what the person fills in."""
    return typed(
        {"label": plain(2000), "element": _only(_ENTRIES, surface)},
        {
            **BLOCK_ID,
            "hint": plain(2000),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        _no_dispatch_of_files,
        *(() if surface == MODAL else (_response_url_of_entry,)),
    )


def _response_url_of_entry(block: Any, at: str, report: Report) -> None:
    _response_url_place({"accessory": block["element"]}, f"{at}/element", report)
