"""The `rich_text` block: text as a tree instead of markup.

Fields: docs.slack.dev/reference/block-kit/blocks/rich-text-block and the element pages.
"""

from collections.abc import Mapping

from practice.blocks.objects import ID
from practice.blocks.rules import (
    Check,
    array,
    boolean,
    by_type,
    integer,
    number,
    one_of,
    shape,
    string,
    typed,
)

_SOME = string(least=1)
_STYLE = shape(
    {},
    {
        name: boolean
        for name in (
            "bold",
            "italic",
            "strike",
            "code",
            "underline",
            "highlight",
            "client_highlight",
            "unlink",
        )
    },
)


def _inline(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return typed(required, {"style": _STYLE, **(optional or {})})


_CITED = shape(
    {"citation_type": one_of("file", "external", "web", "message", "memory")},
    {
        name: string()
        for name in (
            "descriptor",
            "file_id",
            "app_name",
            "app_icon_url",
            "display_name",
            "title",
            "snippet",
            "channel",
            "message_ts",
            "memory_id",
        )
    },
)
_TEXT = _inline({"text": _SOME})
_LINK = _inline(
    {"url": _SOME},
    {
        "text": string(),
        "unsafe": boolean,
        "from_llm": boolean,
        "is_slack_url": boolean,
        "truncated": boolean,
    },
)

INLINE: dict[str, Check] = {
    "text": _TEXT,
    "link": _LINK,
    "user": _inline({"user_id": _SOME}, {"from_llm": boolean}),
    "usergroup": _inline({"usergroup_id": _SOME}),
    "channel": _inline({"channel_id": _SOME}, {"tab_id": _SOME, "from_llm": boolean}),
    "team": _inline({"team_id": _SOME}),
    "broadcast": _inline({"range": one_of("here", "channel", "everyone")}),
    "emoji": _inline({"name": _SOME}, {"unicode": string(), "skin_tone": integer(1, 6)}),
    "date": _inline(
        {"timestamp": integer(), "format": _SOME},
        {"timezone": _SOME, "url": _SOME, "fallback": string()},
    ),
    "color": _inline({"value": string(pattern=r"^#([0-9A-Fa-f]{3}){1,2}$")}),
    "tag": _inline(
        {"text": _SOME},
        {
            "color": one_of(
                "gray",
                "brown",
                "purple",
                "indigo",
                "blue",
                "green",
                "yellow",
                "orange",
                "red",
            )
        },
    ),
    "file": _inline(
        {"file_id": _SOME}, {"text": string(), "url": string(), "is_skill_invocation": boolean}
    ),
    "canvas": _inline(
        {"file_id": _SOME},
        {
            "label": string(),
            "hide_title": boolean,
            "section_id": string(),
            "text": string(),
            "url": string(),
            "is_skill_invocation": boolean,
        },
    ),
    "canvas_message_unfurl": _inline({"root_message_ts": _SOME, "root_message_channel": _SOME}),
    "canvas_user_mention": _inline({"user_id": _SOME}, {"thread_id": string()}),
    "list_record": _inline(
        {"file_id": _SOME},
        {"record_id": string(), "view_id": string(), "text": string(), "url": string()},
    ),
    "message_mention": _inline(
        {"channel_id": _SOME, "message_ts": _SOME},
        {"author_id": string(), "thread_ts": string(), "text": string(), "url": string()},
    ),
    "attachment_mention": _inline(
        {"url": _SOME},
        {
            "text": string(),
            "app_id": string(),
            "entity_id": string(),
            "icon_url": string(),
            "channel_id": string(),
            "ts": string(),
            "full_size_preview_enabled": boolean,
            "icon_name": string(),
            "reference_object_type": string(),
            "product_name": string(),
        },
    ),
    "citation": _inline(
        {"url": _SOME, "text": _SOME, "index": number, "details": _CITED},
        {"from_llm": boolean, "is_slack_url": boolean},
    ),
    "salesforce_data_field": _inline(
        {"salesforce_record_id": _SOME},
        {
            "salesforce_field_label": string(),
            "salesforce_field_api_name": string(),
            "salesforce_include_field_label": boolean,
        },
    ),
    "work_object_mention": _inline(
        {"entity_id": _SOME, "app_id": _SOME, "text": _SOME, "url": _SOME},
        {"icon_url": string(), "full_size_preview_enabled": boolean, "product_name": string()},
    ),
    "workflow_mention": _inline(
        {"workflow_id": _SOME, "function_trigger_id": _SOME, "text": _SOME},
        {"url": string(), "channel_id": string(), "ts": string()},
    ),
}

_BORDER: dict[str, Check] = {"border": integer(0, 1)}
_RUN = array(by_type(INLINE))
_SECTION = typed({"elements": _RUN})

PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": typed({"elements": _RUN}, _BORDER),
    "rich_text_preformatted": typed(
        {"elements": array(by_type({"text": _TEXT, "link": _LINK}))},
        {**_BORDER, "language": string()},
    ),
    "rich_text_list": typed(
        {
            "style": one_of("bullet", "ordered"),
            "elements": array(by_type({"rich_text_section": _SECTION})),
        },
        {**_BORDER, "indent": integer(0, 8), "offset": integer(0)},
    ),
}

RICH_TEXT_SHAPE = typed({"elements": array(by_type(PARTS))}, {"block_id": ID})
RICH_TEXT = by_type({"rich_text": RICH_TEXT_SHAPE})
