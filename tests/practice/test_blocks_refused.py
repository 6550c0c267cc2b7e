"""What Slack refuses, the practice workspace refuses: by the same name, at the same place."""

from typing import Any

import pytest

from practice.blocks import Invalid, check_message, check_view
from tests.practice.blocks_samples import (
    COFFEE,
    TEA,
    Json,
    actions,
    beside,
    button,
    confirm,
    entry,
    home,
    image,
    marked,
    message,
    modal,
    option,
    options,
    plain,
    rich_section,
    rich_text,
    run,
    section,
    static_select,
    text_input,
)

ELSEWHERE = option("Milk", "milk")
CHECKS = {"type": "checkboxes", "action_id": "some", "options": [TEA, COFFEE]}
RADIO = {"type": "radio_buttons", "action_id": "one", "options": [TEA, COFFEE]}
USERS = {"type": "multi_users_select", "action_id": "who"}
CONVERSATIONS = {"type": "conversations_select", "action_id": "where"}
NUMBER = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False}
CELL = {"type": "raw_text", "text": "x"}
CHART = {
    "type": "bar",
    "series": [{"name": "Hours", "data": [{"label": "May", "value": 2}]}],
    "axis_config": {"categories": ["May", "June"]},
}


def without(made: Json, name: str) -> Json:
    return {key: value for key, value in made.items() if key != name}


# name of the case: the blocks, the words, the place
BAD_BLOCKS: dict[str, tuple[list[Any], str, str]] = {
    "fifty-one blocks": (
        [{"type": "divider"}] * 51,
        "no more than 50 items allowed",
        "/blocks",
    ),
    "a block that is a string": (["hello"], "must provide an object", "/blocks/0"),
    "a block without a type": ([{}], "missing required field: type", "/blocks/0"),
    "a block type that is misspelt": (
        [{"type": "sections"}],
        "unsupported type: sections",
        "/blocks/0/type",
    ),
    "a text object as a block": (
        [marked("Hello")],
        "unsupported type: mrkdwn",
        "/blocks/0/type",
    ),
    "a block with an unknown field": (
        [{"type": "divider", "text": plain("x")}],
        "invalid additional property: text",
        "/blocks/0",
    ),
    "a block_id of 256 characters": (
        [{"type": "divider", "block_id": "x" * 256}],
        "must be less than 256 characters",
        "/blocks/0/block_id",
    ),
    "a block_id used twice": (
        [section(block_id="same"), {"type": "divider", "block_id": "same"}],
        '`block_id` "same" already exists',
        "/blocks/1/block_id",
    ),
    "an action_id used twice in one block": (
        [actions(button(action_id="same"), button(action_id="same"))],
        '`action_id` "same" already exists',
        "/blocks/0/elements/1/action_id",
    ),
    "a section without words": ([{"type": "section"}], "missing required field: text", "/blocks/0"),
    "a section with a bare string": (
        [{"type": "section", "text": "Hello"}],
        "must provide an object",
        "/blocks/0/text",
    ),
    "a section with empty text": (
        [section("")],
        "must be more than 0 characters",
        "/blocks/0/text/text",
    ),
    "a section of 3,001 characters": (
        [section("x" * 3001)],
        "must be less than 3001 characters",
        "/blocks/0/text/text",
    ),
    "a text object whose text is null": (
        [{"type": "section", "text": {"type": "mrkdwn", "text": None}}],
        "must provide a string",
        "/blocks/0/text/text",
    ),
    "a text object of an unknown kind": (
        [{"type": "section", "text": {"type": "markdown", "text": "x"}}],
        "unsupported type: markdown",
        "/blocks/0/text/type",
    ),
    "emoji said of a mrkdwn text": (
        [{"type": "section", "text": marked("x", emoji=True)}],
        "invalid additional property: emoji",
        "/blocks/0/text",
    ),
    "verbatim said of a plain text": (
        [{"type": "section", "text": plain("x", verbatim=True)}],
        "invalid additional property: verbatim",
        "/blocks/0/text",
    ),
    "eleven fields": (
        [{"type": "section", "fields": [marked("x")] * 11}],
        "no more than 10 items allowed",
        "/blocks/0/fields",
    ),
    "no fields in fields": (
        [{"type": "section", "fields": []}],
        "must provide at least 1 items",
        "/blocks/0/fields",
    ),
    "a field of 2,001 characters": (
        [{"type": "section", "fields": [marked("x" * 2001)]}],
        "must be less than 2001 characters",
        "/blocks/0/fields/0/text",
    ),
    "a text input beside a section": (
        [beside(text_input())],
        "unsupported type: plain_text_input",
        "/blocks/0/accessory/type",
    ),
    "a date and time picker beside a section": (
        [beside({"type": "datetimepicker", "action_id": "when"})],
        "unsupported type: datetimepicker",
        "/blocks/0/accessory/type",
    ),
    "a null accessory": (
        [section(accessory=None)],
        "must provide an object",
        "/blocks/0/accessory",
    ),
    "a header of 151 characters": (
        [{"type": "header", "text": plain("x" * 151)}],
        "must be less than 151 characters",
        "/blocks/0/text/text",
    ),
    "a header in mrkdwn": (
        [{"type": "header", "text": marked("x")}],
        "unsupported type: mrkdwn",
        "/blocks/0/text/type",
    ),
    "a context with nothing in it": (
        [{"type": "context", "elements": []}],
        "must provide at least 1 items",
        "/blocks/0/elements",
    ),
    "a context of eleven": (
        [{"type": "context", "elements": [marked("x")] * 11}],
        "no more than 10 items allowed",
        "/blocks/0/elements",
    ),
    "a button in a context": (
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button",
        "/blocks/0/elements/0/type",
    ),
    "twenty-six buttons": (
        [actions(*[button(action_id=str(n)) for n in range(26)])],
        "no more than 25 items allowed",
        "/blocks/0/elements",
    ),
    "an image among actions": (
        [actions(image())],
        "unsupported type: image",
        "/blocks/0/elements/0/type",
    ),
    "a block_id on an element": (
        [actions(button(block_id="b"))],
        "invalid additional property: block_id",
        "/blocks/0/elements/0",
    ),
    "a button of 76 characters": (
        [actions(button("x" * 76))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/text/text",
    ),
    "a button in mrkdwn": (
        [actions({"type": "button", "text": marked("x")})],
        "unsupported type: mrkdwn",
        "/blocks/0/elements/0/text/type",
    ),
    "a button of an unknown style": (
        [actions(button(style="warning"))],
        "must be a valid enum value",
        "/blocks/0/elements/0/style",
    ),
    "a button whose style is null": (
        [actions(button(style=None))],
        "must provide a string",
        "/blocks/0/elements/0/style",
    ),
    "a button value of 2,001 characters": (
        [actions(button(value="x" * 2001))],
        "must be less than 2001 characters",
        "/blocks/0/elements/0/value",
    ),
    "a button value that is a number": (
        [actions(button(value=7))],
        "must provide a string",
        "/blocks/0/elements/0/value",
    ),
    "a button url of 3,001 characters": (
        [actions(button(url="https://e.com/" + "x" * 2987))],
        "must be less than 3001 characters",
        "/blocks/0/elements/0/url",
    ),
    "a confirmation without a way out": (
        [actions(button(confirm=without(confirm(), "deny")))],
        "missing required field: deny",
        "/blocks/0/elements/0/confirm",
    ),
    "a confirmation title of 101 characters": (
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "must be less than 101 characters",
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "a confirmation text of 301 characters": (
        [actions(button(confirm=confirm(text=plain("x" * 301))))],
        "must be less than 301 characters",
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "a confirmation button of 31 characters": (
        [actions(button(confirm=confirm(confirm=plain("x" * 31))))],
        "must be less than 31 characters",
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "a menu without options": (
        [actions({"type": "static_select"})],
        "missing required field: options",
        "/blocks/0/elements/0",
    ),
    "a menu with no options in it": (
        [actions(static_select(options=[]))],
        "must provide at least 1 items",
        "/blocks/0/elements/0/options",
    ),
    "a menu of 101 options": (
        [actions(static_select(options=options(101)))],
        "no more than 100 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "a menu with options and groups": (
        [actions(static_select(options=[TEA], option_groups=[]))],
        "must provide at least 1 items",
        "/blocks/0/elements/0/option_groups",
    ),
    "an option of 76 characters": (
        [actions(static_select(options=[option("x" * 76)]))],
        "must be less than 76 characters",
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "an option value of 151 characters": (
        [actions(static_select(options=[option(value="x" * 151)]))],
        "must be less than 151 characters",
        "/blocks/0/elements/0/options/0/value",
    ),
    "an option without a value": (
        [actions(static_select(options=[{"text": plain("Tea")}]))],
        "missing required field: value",
        "/blocks/0/elements/0/options/0",
    ),
    "an option in mrkdwn in a menu": (
        [actions(static_select(options=[{"text": marked("Tea"), "value": "tea"}]))],
        "unsupported type: mrkdwn",
        "/blocks/0/elements/0/options/0/text/type",
    ),
    "an option with a url in a menu": (
        [actions(static_select(options=[option(url="https://example.com")]))],
        "invalid additional property: url",
        "/blocks/0/elements/0/options/0",
    ),
    "an initial option that is not offered": (
        [actions(static_select(initial_option=ELSEWHERE))],
        "must be one of the provided options",
        "/blocks/0/elements/0/initial_option",
    ),
    "an initial option with other words": (
        [actions(static_select(initial_option=option("Green tea", "tea")))],
        "must be one of the provided options",
        "/blocks/0/elements/0/initial_option",
    ),
    "an initial option that is null": (
        [actions(static_select(initial_option=None))],
        "must provide an object",
        "/blocks/0/elements/0/initial_option",
    ),
    "initial options that are none": (
        [actions({**CHECKS, "initial_options": []})],
        "must be one of the provided options",
        "/blocks/0/elements/0/initial_options",
    ),
    "more initial options than may be chosen": (
        [
            actions(
                {
                    **static_select(type="multi_static_select"),
                    "initial_options": [TEA, COFFEE],
                    "max_selected_items": 1,
                }
            )
        ],
        "no more than 1 items allowed",
        "/blocks/0/elements/0/initial_options",
    ),
    "a placeholder of 151 characters": (
        [actions(static_select(placeholder=plain("x" * 151)))],
        "must be less than 151 characters",
        "/blocks/0/elements/0/placeholder/text",
    ),
    "eleven checkboxes": (
        [actions({**CHECKS, "options": options(11)})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "eleven radio buttons": (
        [actions({**RADIO, "options": options(11)})],
        "no more than 10 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "placeholder on radio buttons": (
        [actions({**RADIO, "placeholder": plain("x")})],
        "invalid additional property: placeholder",
        "/blocks/0/elements/0",
    ),
    "an overflow menu of six": (
        [actions({"type": "overflow", "options": options(6)})],
        "no more than 5 items allowed",
        "/blocks/0/elements/0/options",
    ),
    "at most no items": (
        [actions({**USERS, "max_selected_items": 0})],
        "must be greater than 1",
        "/blocks/0/elements/0/max_selected_items",
    ),
    "a filter that filters nothing": (
        [actions({**CONVERSATIONS, "filter": {}})],
        "missing required field: include",
        "/blocks/0/elements/0/filter",
    ),
    "a filter for an unknown kind": (
        [actions({**CONVERSATIONS, "filter": {"include": ["dm"]}})],
        "must be a valid enum value",
        "/blocks/0/elements/0/filter/include/0",
    ),
    "a response_url from a message": (
        [actions({**CONVERSATIONS, "response_url_enabled": True})],
        "`response_url_enabled` only works in an `input` block of a modal",
        "/blocks/0",
    ),
    "a day that is not in the calendar": (
        [actions({"type": "datepicker", "initial_date": "2030-02-30"})],
        "input must be a valid: date",
        "/blocks/0/elements/0/initial_date",
    ),
    "a time of 24:00": (
        [actions({"type": "timepicker", "initial_time": "24:00"})],
        "input must match regex pattern",
        "/blocks/0/elements/0/initial_time",
    ),
    "a moment in milliseconds": (
        [actions({"type": "datetimepicker", "initial_date_time": 1628633820000})],
        "must be less than 9999999999",
        "/blocks/0/elements/0/initial_date_time",
    ),
    "an image without words for it": (
        [without(image(), "alt_text")],
        "missing required field: alt_text",
        "/blocks/0",
    ),
    "an image that is nowhere": (
        [without(image(), "image_url")],
        "missing required field: image_url",
        "/blocks/0",
    ),
    "an image on somebody's disk": (
        [image(image_url="file:///cat.png")],
        "downloading image failed",
        "/blocks/0/image_url",
    ),
    "an image at two places": (
        [image(slack_file={"id": "F0123456"})],
        "failed to match exactly one allowed schema",
        "/blocks/0",
    ),
    "a Slack file by id and by url": (
        [without(image(slack_file={"id": "F1", "url": "https://e.com/f"}), "image_url")],
        "failed to match exactly one allowed schema",
        "/blocks/0/slack_file",
    ),
    "an email input in a message": (
        [entry({"type": "email_text_input"})],
        "unsupported type: email_text_input",
        "/blocks/0/element/type",
    ),
    "a rich text list in a list": (
        [
            rich_text(
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [{"type": "rich_text_list", "style": "bullet", "elements": []}],
                }
            )
        ],
        "unsupported type: rich_text_list",
        "/blocks/0/elements/0/elements/0/type",
    ),
    "a rich text run without words": (
        [rich_text(rich_section(run("")))],
        "must be more than 0 characters",
        "/blocks/0/elements/0/elements/0/text",
    ),
    "a rich text style of its own": (
        [rich_text(rich_section(run("x", style={"blink": True})))],
        "invalid additional property: blink",
        "/blocks/0/elements/0/elements/0/style",
    ),
    "a broadcast to nobody known": (
        [rich_text(rich_section({"type": "broadcast", "range": "all"}))],
        "must be a valid enum value",
        "/blocks/0/elements/0/elements/0/range",
    ),
    "a markdown block of 12,001 characters": (
        [{"type": "markdown", "text": "x" * 12_001}],
        "must be less than 12001 characters",
        "/blocks/0/text",
    ),
    "markdown blocks of 12,001 characters together": (
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
        "must be less than 12001 characters",
        "/blocks",
    ),
    "a table of 101 rows": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101}],
        "no more than 100 items allowed",
        "/blocks/0/rows",
    ),
    "a table of 21 columns": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]}],
        "no more than 20 items allowed",
        "/blocks/0/rows/0",
    ),
    "a table number without its value": (
        [{"type": "table", "rows": [[{"type": "raw_number", "text": "7"}]]}],
        "missing required field: value",
        "/blocks/0/rows/0/0",
    ),
    "tables of 10,001 characters": (
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 10_001}]]}],
        "must be less than 10001 characters",
        "/blocks",
    ),
    "a video over plain http": (
        [
            {
                "type": "video",
                "alt_text": "A talk",
                "title": plain("A talk"),
                "thumbnail_url": "https://example.com/t.png",
                "video_url": "http://example.com/v",
            }
        ],
        "input must match regex pattern",
        "/blocks/0/video_url",
    ),
    "a file that is not remote": (
        [{"type": "file", "external_id": "F1", "source": "local"}],
        "must be a valid enum value",
        "/blocks/0/source",
    ),
    "an alert in a message": (
        [{"type": "alert", "text": plain("Careful")}],
        "unsupported type: alert",
        "/blocks/0/type",
    ),
    "a card with a bare string": (
        [{"type": "card", "title": "Hello"}],
        "must provide an object",
        "/blocks/0/title",
    ),
    "a card with two icons": (
        [
            {
                "type": "card",
                "title": plain("x"),
                "icon": image(),
                "slack_icon": {"type": "icon", "name": "star"},
            }
        ],
        "`icon` and `slack_icon` cannot both be given",
        "/blocks/0",
    ),
    "a plan with a text object": (
        [{"type": "plan", "title": plain("Steps")}],
        "must provide a string",
        "/blocks/0/title",
    ),
    "a waiting task that stands alone": (
        [{"type": "task_card", "task_id": "t", "title": "Look", "status": "pending"}],
        "must be a valid enum value",
        "/blocks/0/status",
    ),
    "a container in a container": (
        [
            {
                "type": "container",
                "title": plain("x"),
                "child_blocks": [{"type": "container", "child_blocks": []}],
            }
        ],
        "unsupported type: container",
        "/blocks/0/child_blocks/0/type",
    ),
    "a block_id used again inside a container": (
        [
            section(block_id="same"),
            {
                "type": "container",
                "title": plain("x"),
                "child_blocks": [section(block_id="same")],
            },
        ],
        '`block_id` "same" already exists',
        "/blocks/1/child_blocks/0/block_id",
    ),
    "a data table of uneven rows": (
        [{"type": "data_table", "caption": "x", "rows": [[CELL], [CELL, CELL]]}],
        "all rows must have the same number of cells",
        "/blocks/0/rows",
    ),
    "a data table headed in rich text": (
        [{"type": "data_table", "caption": "x", "rows": [[rich_text()], [CELL]]}],
        "unsupported type: rich_text",
        "/blocks/0/rows/0/0/type",
    ),
    "a chart that leaves out a month": (
        [{"type": "data_visualization", "title": "Hours", "chart": CHART}],
        "must have one data point for every category",
        "/blocks/0/chart/series/0/data",
    ),
}


@pytest.mark.parametrize(("blocks", "words", "place"), BAD_BLOCKS.values(), ids=list(BAD_BLOCKS))
def test_a_message_is_refused_for(blocks: list[Any], words: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_message(message(*blocks))
    assert refused.value.error == "invalid_blocks"
    [last] = refused.value.messages[-1:]
    assert last.startswith(f"[ERROR] {words}")
    assert last.endswith(f"[json-pointer:{place}]")


# name of the case: the view, the words, the place
BAD_VIEWS: dict[str, tuple[Any, str, str]] = {
    "a view that is a string": ("modal", "must provide an object", "/view"),
    "a view without a type": (
        {"title": plain("x"), "blocks": []},
        "missing required field: type",
        "/view",
    ),
    "a view of an unknown type": (
        modal(type="dialog"),
        "must be a valid enum value",
        "/view/type",
    ),
    "a modal without a title": (
        without(modal(), "title"),
        "missing required field: title",
        "/view",
    ),
    "a modal without blocks": (
        without(modal(), "blocks"),
        "missing required field: blocks",
        "/view",
    ),
    "a title of 25 characters": (
        modal(title=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/title/text",
    ),
    "an empty title": (
        modal(title=plain("")),
        "must be more than 0 characters",
        "/view/title/text",
    ),
    "a title in mrkdwn": (
        modal(title=marked("x")),
        "unsupported type: mrkdwn",
        "/view/title/type",
    ),
    "a submit button of 25 characters": (
        modal(submit=plain("x" * 25)),
        "must be less than 25 characters",
        "/view/submit/text",
    ),
    "a close button that is a string": (
        modal(close="Cancel"),
        "must provide an object",
        "/view/close",
    ),
    "an input without a submit button": (
        without(modal(entry(text_input())), "submit"),
        "must define `submit` to use an `input` block in modals",
        "/view/blocks/0/input",
    ),
    "101 blocks": (
        modal(*[{"type": "divider"}] * 101),
        "no more than 100 items allowed",
        "/view/blocks",
    ),
    "metadata of 3,001 characters": (
        modal(private_metadata="x" * 3001),
        "must be less than 3001 characters",
        "/view/private_metadata",
    ),
    "metadata that is an object": (
        modal(private_metadata={"id": 1}),
        "must provide a string",
        "/view/private_metadata",
    ),
    "metadata that is null": (
        modal(private_metadata=None),
        "must provide a string",
        "/view/private_metadata",
    ),
    "a callback_id of 256 characters": (
        modal(callback_id="x" * 256),
        "must be less than 256 characters",
        "/view/callback_id",
    ),
    "an external_id of 256 characters": (
        modal(external_id="x" * 256),
        "must be less than 256 characters",
        "/view/external_id",
    ),
    "notify_on_close as a word": (
        modal(notify_on_close="true"),
        "must be a boolean",
        "/view/notify_on_close",
    ),
    "an id sent back to Slack": (
        modal(id="V123"),
        "invalid additional property: id",
        "/view",
    ),
    "an input without a label": (
        modal({"type": "input", "element": text_input()}),
        "missing required field: label",
        "/view/blocks/0",
    ),
    "a label in mrkdwn": (
        modal(entry(text_input()) | {"label": marked("x")}),
        "unsupported type: mrkdwn",
        "/view/blocks/0/label/type",
    ),
    "a label of 2,001 characters": (
        modal(entry(text_input(), "x" * 2001)),
        "must be less than 2001 characters",
        "/view/blocks/0/label/text",
    ),
    "a hint of 2,001 characters": (
        modal(entry(text_input(), hint=plain("x" * 2001))),
        "must be less than 2001 characters",
        "/view/blocks/0/hint/text",
    ),
    "a button in an input": (
        modal(entry(button())),
        "unsupported type: button",
        "/view/blocks/0/element/type",
    ),
    "a workflow button in a modal": (
        modal(actions({"type": "workflow_button"})),
        "unsupported type: workflow_button",
        "/view/blocks/0/elements/0/type",
    ),
    "a min_length above the max_length": (
        modal(entry(text_input(min_length=5, max_length=4))),
        "`min_length` cannot be greater than `max_length`",
        "/view/blocks/0/element/min_length",
    ),
    "a max_length of 3,001": (
        modal(entry(text_input(max_length=3001))),
        "must be less than 3000",
        "/view/blocks/0/element/max_length",
    ),
    "a max_length that is a string": (
        modal(entry(text_input(max_length="100"))),
        "must provide an integer",
        "/view/blocks/0/element/max_length",
    ),
    "an initial value of 3,001 characters": (
        modal(entry(text_input(initial_value="x" * 3001))),
        "must be less than 3001 characters",
        "/view/blocks/0/element/initial_value",
    ),
    "an initial value that is null": (
        modal(entry(text_input(initial_value=None))),
        "must provide a string",
        "/view/blocks/0/element/initial_value",
    ),
    "two elements in focus": (
        modal(entry(text_input(focus_on_load=True)), entry(text_input(focus_on_load=True))),
        "only one element can have `focus_on_load` set to true",
        "/view/blocks/1/element/focus_on_load",
    ),
    "a number input that does not say about decimals": (
        modal(entry({"type": "number_input"})),
        "missing required field: is_decimal_allowed",
        "/view/blocks/0/element",
    ),
    "a smallest number above the largest": (
        modal(entry({**NUMBER, "min_value": "9", "max_value": "1"})),
        "`min_value` cannot be greater than `max_value`",
        "/view/blocks/0/element/min_value",
    ),
    "a number that is a word": (
        modal(entry({**NUMBER, "initial_value": "many"})),
        "must be a valid number",
        "/view/blocks/0/element/initial_value",
    ),
    "a decimal where none is allowed": (
        modal(entry({**NUMBER, "initial_value": "1.5"})),
        "must be a whole number",
        "/view/blocks/0/element/initial_value",
    ),
    "a rich text input without an action_id": (
        modal(entry({"type": "rich_text_input"})),
        "missing required field: action_id",
        "/view/blocks/0/element",
    ),
    "a rich text input that starts with a string": (
        modal(entry({"type": "rich_text_input", "action_id": "a", "initial_value": "x"})),
        "must provide an object",
        "/view/blocks/0/element/initial_value",
    ),
    "eleven files": (
        modal(entry({"type": "file_input", "max_files": 11})),
        "must be less than 10",
        "/view/blocks/0/element/max_files",
    ),
    "files told at once": (
        modal(entry({"type": "file_input"}, dispatch_action=True)),
        "unsupported type: file_input",
        "/view/blocks/0/element/type",
    ),
    "a table in a modal": (
        modal({"type": "table", "rows": []}),
        "unsupported type: table",
        "/view/blocks/0/type",
    ),
    "a markdown block in a modal": (
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown",
        "/view/blocks/0/type",
    ),
    "a submit button on the Home tab": (
        home(submit=plain("Save")),
        "invalid additional property: submit",
        "/view",
    ),
    "notify_on_close on the Home tab": (
        home(notify_on_close=True),
        "invalid additional property: notify_on_close",
        "/view",
    ),
    "a date and time picker on the Home tab": (
        home(actions({"type": "datetimepicker"})),
        "unsupported type: datetimepicker",
        "/view/blocks/0/elements/0/type",
    ),
    "a number input on the Home tab": (
        home(entry(NUMBER)),
        "unsupported type: number_input",
        "/view/blocks/0/element/type",
    ),
    "a response_url outside an input": (
        modal(actions({**CONVERSATIONS, "response_url_enabled": True})),
        "`response_url_enabled` only works in an `input` block of a modal",
        "/view/blocks/0",
    ),
}


@pytest.mark.parametrize(("view", "words", "place"), BAD_VIEWS.values(), ids=list(BAD_VIEWS))
def test_a_view_is_refused_for(view: Any, words: str, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_view(view)
    assert refused.value.error == "invalid_arguments"
    [last] = refused.value.messages[-1:]
    assert last.startswith(f"[ERROR] {words}")
    assert last.endswith(f"[json-pointer:{place}]")


def test_every_fault_of_a_view_is_told_at_once_under_the_whole() -> None:
    bad = {"type": "modal", "blocks": [{"type": "divider", "text": "x"}], "close": None}
    with pytest.raises(Invalid) as refused:
        check_view(bad)
    assert refused.value.messages == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] missing required field: title [json-pointer:/view]",
        "[ERROR] invalid additional property: text [json-pointer:/view/blocks/0]",
        "[ERROR] must provide an object [json-pointer:/view/close]",
    ]


def test_a_text_of_two_kinds_is_first_refused_as_neither() -> None:
    with pytest.raises(Invalid) as refused:
        check_message(message(section("x" * 3001)))
    assert refused.value.messages == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_a_view_above_250_kB_is_too_large() -> None:
    large = modal(*[section("x" * 3000) for _ in range(90)])
    with pytest.raises(Invalid, match="view_too_large"):
        check_view(large)


def test_views_open_takes_no_home_and_views_publish_no_modal() -> None:
    with pytest.raises(Invalid, match="must be a valid enum value") as refused:
        check_view(home(), kind="modal")
    assert refused.value.messages == [
        "[ERROR] must be a valid enum value [json-pointer:/view/type]"
    ]
    with pytest.raises(Invalid, match="/view/type"):
        check_view(modal(), kind="home")


BAD_MESSAGES: dict[str, tuple[Json, str]] = {
    "nothing": ({}, "no_text"),
    "an empty text": ({"text": ""}, "no_text"),
    "spaces only": ({"text": " \n"}, "no_text"),
    "no blocks and no text": ({"blocks": []}, "no_text"),
    "a text that is a number": ({"text": 7}, "invalid_arguments"),
    "blocks that are an object": ({"text": "x", "blocks": {"blocks": []}}, "invalid_blocks_format"),
    "blocks that are a string": ({"text": "x", "blocks": "[]"}, "invalid_blocks_format"),
    "attachments that are an object": ({"attachments": {"text": "x"}}, "invalid_attachments"),
    "an attachment that is a string": ({"attachments": ["x"]}, "invalid_attachments"),
    "101 attachments": ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    "a bad block in an attachment": (
        {"attachments": [{"blocks": [{"type": "nope"}]}]},
        "invalid_attachments",
    ),
    "markdown beside text": ({"text": "x", "markdown_text": "x"}, "markdown_text_conflict"),
    "markdown of 12,001 characters": ({"markdown_text": "x" * 12_001}, "msg_too_long"),
    "blocks of 15,000 characters together": (
        message(*[section("x" * 3000) for _ in range(5)]),
        "msg_blocks_too_long",
    ),
}


@pytest.mark.parametrize(("payload", "error"), BAD_MESSAGES.values(), ids=list(BAD_MESSAGES))
def test_a_whole_message_is_refused_for(payload: Json, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_message(payload)
    assert refused.value.error == error


def test_a_bad_block_in_an_attachment_is_found_by_its_place() -> None:
    with pytest.raises(Invalid, match=r"\[json-pointer:/attachments/1/blocks/0/type\]"):
        check_message({"attachments": [{"text": "x"}, {"blocks": [{"type": "nope"}]}]})


def test_a_refused_payload_is_left_as_it_was() -> None:
    sent = modal(section(), entry(text_input()), colour="red")
    before = repr(sent)
    with pytest.raises(Invalid):
        check_view(sent)
    assert repr(sent) == before
