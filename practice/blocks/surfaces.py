"""Which blocks each surface takes: messages, modals and the Home tab.

The newer blocks (cards, plans, charts) stand here too, as they are few people's daily bread.
Fields and limits: docs.slack.dev/reference/block-kit/blocks.
"""

from typing import Any

from practice.blocks.elements import BUTTONS, IMAGE
from practice.blocks.invalid import Report
from practice.blocks.layout import (
    BLOCK_ID,
    CONTEXT,
    DIVIDER,
    FILE,
    HEADER,
    HOME,
    IMAGE_BLOCK,
    MESSAGE,
    MODAL,
    RAW_CELLS,
    RICH_TEXT_BLOCK,
    TABLE,
    VIDEO,
    actions,
    entry,
    section,
)
from practice.blocks.objects import marked, plain
from practice.blocks.rich_text import RICH_TEXT
from practice.blocks.rules import (
    Check,
    array,
    at_least_one,
    boolean,
    by_type,
    integer,
    not_both,
    number,
    one_of,
    pick,
    shape,
    string,
    typed,
)

# fmt: off
_ICONS = (
    "archive", "book", "bookmark", "bot", "bug", "calendar", "call", "caret-left", "caret-right",
    "check", "clipboard", "code", "comment", "compass", "copy", "cube", "download", "edit",
    "email", "eye-closed", "eye-open", "file", "flag", "folder", "gear", "globe", "heart", "help",
    "image", "info", "key", "lightbulb", "link", "map", "mobile", "new-window", "pin", "plus",
    "refine", "refresh", "rocket", "save", "screen", "share", "sparkle", "star", "star-filled",
    "tag", "thumbs-down", "thumbs-up", "trash", "upload", "user", "warning",
)
# fmt: on

_ALERT = typed(
    {"text": marked(200)},
    {**BLOCK_ID, "level": one_of("default", "info", "warning", "error", "success")},
)
_CARD = typed(
    {},
    {
        **BLOCK_ID,
        "hero_image": by_type({"image": IMAGE}),
        "icon": by_type({"image": IMAGE}),
        "slack_icon": by_type({"icon": typed({"name": one_of(*_ICONS)})}),
        "title": marked(150),
        "subtitle": marked(150),
        "body": marked(200),
        "subtext": marked(200),
        "actions": array(by_type(pick(BUTTONS, ["button"])), least=1, most=3),
    },
    at_least_one("hero_image", "title", "actions", "body"),
    not_both("icon", "slack_icon"),
)
_CAROUSEL = typed({"elements": array(by_type({"card": _CARD}), least=1, most=10)}, BLOCK_ID)
_CONTEXT_ACTIONS = typed(
    {
        "elements": array(
            by_type(pick(BUTTONS, ["feedback_buttons", "icon_button"])), least=1, most=5
        )
    },
    BLOCK_ID,
)
_MARKDOWN = typed({"text": string(12_000, least=1)}, BLOCK_ID)
_CALL = typed({"call_id": string(255, least=1)}, {**BLOCK_ID, "api_decoration_available": boolean})


def _data_rows(block: Any, at: str, report: Report) -> None:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        report.add("all rows must have the same number of cells", f"{at}/rows")
    for index, cell in enumerate(rows[0]):
        if cell["type"] == "rich_text":
            report.add("unsupported type: rich_text", f"{at}/rows/0/{index}/type")


_DATA_TABLE = typed(
    {
        "caption": string(least=1),
        "rows": array(
            array(by_type({**RAW_CELLS, "rich_text": RICH_TEXT_BLOCK}), least=1, most=20),
            least=2,
            most=201,
        ),
    },
    {**BLOCK_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    _data_rows,
)


def _every_category_once(chart: Any, at: str, report: Report) -> None:
    categories = chart["axis_config"]["categories"]
    names = [each["name"] for each in chart["series"]]
    if len(set(names)) != len(names):
        report.add("series names must be unique", f"{at}/series")
    for index, each in enumerate(chart["series"]):
        if sorted(point["label"] for point in each["data"]) != sorted(categories):
            report.add("must have one data point for every category", f"{at}/series/{index}/data")


def _above_zero(value: Any, at: str, report: Report) -> None:
    number(value, at, report)
    if isinstance(value, int | float) and value <= 0:
        report.add("must be greater than 0", at)


_SHORT = string(20, least=1)
_PLOTTED = typed(
    {
        "series": array(
            shape(
                {
                    "name": _SHORT,
                    "data": array(shape({"label": _SHORT, "value": number}), least=1, most=20),
                }
            ),
            least=1,
            most=12,
        ),
        "axis_config": shape(
            {"categories": array(_SHORT, least=1, most=20)},
            {"x_label": string(50), "y_label": string(50)},
        ),
    },
    {},
    _every_category_once,
)
_CHART = typed(
    {
        "title": string(50, least=1),
        "chart": by_type(
            {
                "pie": typed(
                    {
                        "segments": array(
                            shape({"label": _SHORT, "value": _above_zero}), least=1, most=12
                        )
                    }
                ),
                "bar": _PLOTTED,
                "area": _PLOTTED,
                "line": _PLOTTED,
            }
        ),
    },
    BLOCK_ID,
)


def _task(*statuses: str) -> dict[str, Check]:
    return {
        **BLOCK_ID,
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": array(by_type({"url": typed({"url": string(least=1), "text": string()})})),
        "status": one_of(*statuses),
    }


# "pending" means queued behind other tasks, so it is refused on a card that stands alone.
_STARTED = ("in_progress", "complete", "error")
_TASK_NAME: dict[str, Check] = {"task_id": string(least=1), "title": string(least=1)}
_TASK_CARD = typed(_TASK_NAME, _task(*_STARTED))
_PLAN = typed(
    {"title": string(least=1)},
    {
        **BLOCK_ID,
        "status": one_of("pending", *_STARTED),
        "tasks": array(
            shape(_TASK_NAME, {"type": one_of("task_card"), **_task("pending", *_STARTED)})
        ),
    },
)


def _container(inside: Check) -> Check:
    return typed(
        {"child_blocks": array(inside, least=1, most=10)},
        {
            **BLOCK_ID,
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": marked(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": by_type({"image": IMAGE}),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        at_least_one("title", "rich_text_title"),
    )


def _everywhere(surface: str) -> dict[str, Check]:
    shapes: dict[str, Check] = {
        "section": section(surface),
        "header": HEADER,
        "divider": DIVIDER,
        "context": CONTEXT,
        "actions": actions(surface),
        "input": entry(surface),
        "image": IMAGE_BLOCK,
        "rich_text": RICH_TEXT_BLOCK,
        "video": VIDEO,
        "card": _CARD,
    }
    return shapes


def _wide(surface: str) -> dict[str, Check]:
    """Blocks that need the room of a message or the Home tab."""
    plain_blocks: dict[str, Check] = {**_everywhere(surface), "table": TABLE}
    inside = {name: check for name, check in plain_blocks.items() if name != "card"}
    return {
        **plain_blocks,
        "carousel": _CAROUSEL,
        "container": _container(by_type({**inside, "file": FILE})),
        "data_table": _DATA_TABLE,
    }


BLOCKS: dict[str, Check] = {
    MESSAGE: by_type(
        {
            **_wide(MESSAGE),
            "file": FILE,
            "call": _CALL,
            "markdown": _MARKDOWN,
            "context_actions": _CONTEXT_ACTIONS,
            "data_visualization": _CHART,
            "plan": _PLAN,
            "task_card": _TASK_CARD,
        }
    ),
    MODAL: by_type({**_everywhere(MODAL), "alert": _ALERT}),
    HOME: by_type(_wide(HOME)),
}
