"""What Slack accepts, the practice workspace accepts, and gives back as Slack does."""

from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from practice.blocks import check_message, check_view, fill_ids
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

GROUPS = [{"label": plain("Hot"), "options": [TEA]}, {"label": plain("Cold"), "options": [COFFEE]}]
RAW = {"type": "raw_text", "text": "x"}
NUMBER = {"type": "raw_number", "value": 7, "text": "7"}
RICH = rich_text(rich_section(run("x")))
CARD = {"type": "card", "title": marked("*Set one*"), "body": plain("Meets on Monday")}
LINE = {
    "type": "line",
    "series": [{"name": "Hours", "data": [{"label": "May", "value": -2.5}]}],
    "axis_config": {"categories": ["May"], "x_label": "Month"},
}
TASK = {"task_id": "1", "title": "Look", "status": "pending", "details": RICH}

MESSAGES: dict[str, Json] = {
    "text alone": {"text": "Hello"},
    "blocks alone": {"blocks": [section()]},
    "no blocks beside text": message(),
    "markdown_text": {"markdown_text": "# Hello"},
    "a legacy attachment": {"attachments": [{"color": "#36a64f", "text": "x", "fields": []}]},
    "blocks in an attachment": {"attachments": [{"blocks": [section(), RICH]}]},
    "a section of 3,000 characters": message(section("x" * 3000)),
    "fifty dividers": message(*[{"type": "divider"}] * 50),
    "a section of fields": message({"type": "section", "fields": [marked("x"), plain("y")] * 5}),
    "a section with every word about it": message(
        section(fields=[plain("x", emoji=False)], expand=True, block_id="b")
    ),
    "headers of four levels": message(
        *[{"type": "header", "text": plain("x" * 150), "level": n} for n in (1, 2, 3, 4)]
    ),
    "a context of words and pictures": message(
        {"type": "context", "elements": [image(), marked("x", verbatim=True), plain("y")]}
    ),
    "the same action_id in two blocks": message(
        beside(button(action_id="open", value="1")), beside(button(action_id="open", value="2"))
    ),
    "twenty-five buttons": message(actions(*[button(str(n)) for n in range(25)])),
    "a button with everything": message(
        actions(
            button(
                action_id="a",
                value="v" * 2000,
                url="https://example.com",
                style="danger",
                confirm=confirm(style="danger"),
                accessibility_label="Delete the session of 3 May",
            )
        )
    ),
    "a workflow button": message(
        actions(
            {
                "type": "workflow_button",
                "text": plain("Run"),
                "action_id": "w",
                "workflow": {
                    "trigger": {
                        "url": "https://slack.com/shortcuts/Ft1/abc",
                        "customizable_input_parameters": [{"name": "n", "value": "v"}],
                    }
                },
            }
        )
    ),
    "a menu of one hundred": message(actions(static_select(options=options(100)))),
    "a menu in groups with one chosen": message(
        actions(static_select(option_groups=GROUPS, initial_option=COFFEE))
    ),
    "an option chosen with its default spelled out": message(
        actions(static_select(initial_option={"text": plain("Tea", emoji=True), "value": "tea"}))
    ),
    "an overflow menu with a link": message(
        beside({"type": "overflow", "options": [TEA, option(url="https://example.com")]})
    ),
    "checkboxes in mrkdwn with descriptions": message(
        beside(
            {
                "type": "checkboxes",
                "options": [{"text": marked("*A*"), "value": "a", "description": marked("_b_")}],
            }
        )
    ),
    "every kind of picker": message(
        actions(
            {"type": "datepicker", "initial_date": "2028-02-29", "placeholder": plain("Day")},
            {"type": "timepicker", "initial_time": "09:05", "timezone": "Europe/London"},
            {"type": "datetimepicker", "initial_date_time": 1628633820},
        )
    ),
    "every kind of menu": message(
        actions(
            {"type": "users_select", "initial_user": "U012AB3CD"},
            {"type": "channels_select", "initial_channel": "C012AB3CD"},
            {
                "type": "conversations_select",
                "default_to_current_conversation": True,
                "filter": {"include": ["im", "private"], "exclude_bot_users": True},
            },
            {"type": "external_select", "min_query_length": 0, "initial_option": option("x", "y")},
            {"type": "multi_users_select", "initial_users": ["U1", "W2"]},
            {"type": "multi_external_select", "max_selected_items": 3},
            {"type": "multi_conversations_select", "initial_conversations": []},
            {"type": "multi_channels_select", "initial_channels": ["C1"]},
            static_select(type="multi_static_select", initial_options=[TEA, COFFEE]),
        )
    ),
    "an input in a message": message(entry(text_input())),
    "an image with a title": message(image(title=plain("Cat"), block_id="cat")),
    "an image from Slack": message(
        {"type": "image", "alt_text": "", "slack_file": {"url": "https://files.slack.com/x.png"}}
    ),
    "a rich text of every part": message(
        rich_text(
            rich_section(
                run("x", style={"bold": True, "code": False}),
                {"type": "link", "url": "https://e.com", "text": "here", "style": {"code": True}},
                {"type": "user", "user_id": "U1"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "team", "team_id": "T1"},
                {"type": "broadcast", "range": "here"},
                {"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 2},
                {"type": "date", "timestamp": 1720710212, "format": "{date}", "fallback": "then"},
                {"type": "color", "value": "#F405B3"},
            ),
            {
                "type": "rich_text_list",
                "style": "ordered",
                "indent": 1,
                "offset": 2,
                "border": 0,
                "elements": [rich_section(run("x")), rich_section()],
            },
            {"type": "rich_text_quote", "elements": [run("x")], "border": 1},
            {"type": "rich_text_preformatted", "elements": [run("x")], "language": "python"},
        )
    ),
    "a markdown block": message({"type": "markdown", "text": "**Hello**\n- x", "block_id": "m"}),
    "a table": message(
        {
            "type": "table",
            "column_settings": [{"is_wrapped": True}, None, {"align": "right"}],
            "rows": [[RAW, RAW, NUMBER], [RAW, RICH, NUMBER]],
        }
    ),
    "a data table": message(
        {
            "type": "data_table",
            "caption": "Hours",
            "page_size": 10,
            "row_header_column_index": 0,
            "rows": [[RAW, RAW], [RICH, NUMBER]],
        }
    ),
    "a video with nulls where they may be": message(
        {
            "type": "video",
            "alt_text": "A talk",
            "title": plain("A talk"),
            "thumbnail_url": "https://example.com/t.png",
            "video_url": "https://example.com/v",
            "author_name": None,
            "description": None,
        }
    ),
    "a remote file": message({"type": "file", "external_id": "ABCD1", "source": "remote"}),
    "a call": message({"type": "call", "call_id": "R1"}),
    "cards in a carousel": message({"type": "carousel", "elements": [CARD, CARD]}),
    "a card with everything": message(
        {
            **CARD,
            "subtitle": plain("x"),
            "subtext": plain("x"),
            "hero_image": image(),
            "slack_icon": {"type": "icon", "name": "calendar"},
            "actions": [button(action_id="go")],
        }
    ),
    "a container": message(
        {
            "type": "container",
            "title": plain("Two changes"),
            "subtitle": marked("x"),
            "width": "wide",
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [section(), {"type": "divider"}, actions(button())],
        }
    ),
    "feedback and a bin": message(
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "was_it_good",
                    "positive_button": {"text": plain("Good"), "value": "yes"},
                    "negative_button": {"text": plain("Bad"), "value": "no"},
                },
                {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "value": "x"},
            ],
        }
    ),
    "two charts": message(
        {"type": "data_visualization", "title": "Hours", "chart": LINE},
        {
            "type": "data_visualization",
            "title": "Kinds",
            "chart": {"type": "pie", "segments": [{"label": "Talks", "value": 0.5}]},
        },
    ),
    "a plan with a waiting task": message({"type": "plan", "title": "Steps", "tasks": [TASK]}),
    "a task at work": message(
        {
            "type": "task_card",
            "task_id": "1",
            "title": "Look",
            "status": "in_progress",
            "sources": [{"type": "url", "url": "https://example.com", "text": "Here"}],
        }
    ),
}


@pytest.mark.parametrize("payload", MESSAGES.values(), ids=list(MESSAGES))
def test_a_message_is_accepted_with(payload: Json) -> None:
    check_message(payload)


VIEWS: dict[str, Json] = {
    "a modal with nothing but a title": {"type": "modal", "title": plain("x"), "blocks": []},
    "a modal with everything": modal(
        section(),
        title=plain("x" * 24, emoji=True),
        close=plain("Cancel"),
        private_metadata="x" * 3000,
        callback_id="log_session",
        external_id="e" * 255,
        clear_on_close=True,
        notify_on_close=True,
    ),
    "one hundred blocks": modal(*[{"type": "divider"}] * 100),
    "every kind of input": modal(
        entry(text_input(multiline=True, min_length=0, max_length=3000, focus_on_load=True)),
        entry({"type": "email_text_input", "placeholder": plain("x")}),
        entry({"type": "url_text_input", "initial_value": "https://example.com"}),
        entry(
            {
                "type": "number_input",
                "is_decimal_allowed": True,
                "min_value": "-0.5",
                "max_value": "99.75",
                "initial_value": "1",
            }
        ),
        entry({"type": "rich_text_input", "action_id": "r", "initial_value": RICH}),
        entry({"type": "file_input", "filetypes": ["pdf"], "max_files": 10}, optional=True),
        entry({"type": "datepicker"}, hint=plain("x"), dispatch_action=True),
        entry({"type": "timepicker"}),
        entry({"type": "datetimepicker"}),
        entry(static_select()),
        entry({"type": "checkboxes", "options": [TEA], "initial_options": [TEA]}),
        entry({"type": "radio_buttons", "options": [TEA, COFFEE], "initial_option": TEA}),
        entry({"type": "conversations_select", "response_url_enabled": True}),
        entry(text_input(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]})),
    ),
    "an alert in a modal": modal({"type": "alert", "text": marked("Careful"), "level": "warning"}),
    "rich text, image, video and context in a modal": modal(
        RICH, image(), {"type": "context", "elements": [marked("x")]}
    ),
    "a Home tab": home(section(), actions(button()), callback_id="home"),
    "an empty Home tab": home(),
    "a Home tab with a title": home(title=plain("Home")),
    "an input on the Home tab": home(entry(text_input(), dispatch_action=True)),
    "a table on the Home tab": home({"type": "table", "rows": [[RAW]]}),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
def test_a_view_is_accepted_with(view: Json) -> None:
    check_view(view)


@pytest.mark.parametrize("view", VIEWS.values(), ids=list(VIEWS))
def test_the_blocks_of_an_accepted_view_can_be_sent_again(view: Json) -> None:
    once = check_view(view)
    again = check_view({**view, "blocks": once["blocks"]})
    assert again["blocks"] == once["blocks"]


def built(*blocks: sdk.Block) -> list[Any]:
    return [block.to_dict() for block in blocks]


SDK_OPTION = sdk.Option(label="Tea", value="tea", description="Hot")
SDK_BLOCKS: dict[str, list[sdk.Block]] = {
    "section": [
        sdk.SectionBlock(text="*x*", fields=["x", "y"], accessory=sdk.ButtonElement(text="Go")),
        sdk.SectionBlock(
            text=sdk.PlainTextObject(text="x", emoji=True),
            accessory=sdk.ImageElement(image_url="https://example.com/x.png", alt_text="x"),
        ),
    ],
    "header and divider": [sdk.HeaderBlock(text="x"), sdk.DividerBlock(block_id="d")],
    "context": [sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="x", verbatim=True)])],
    "image": [sdk.ImageBlock(image_url="https://example.com/x.png", alt_text="x", title="x")],
    "actions": [
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(
                    text="x",
                    action_id="a",
                    value="v",
                    style="primary",
                    confirm=sdk.ConfirmObject(title="x", text="x", confirm="Yes", deny="No"),
                ),
                sdk.LinkButtonElement(text="x", url="https://example.com"),
                sdk.StaticSelectElement(
                    placeholder="x", action_id="s", options=[SDK_OPTION], initial_option=SDK_OPTION
                ),
                sdk.StaticSelectElement(
                    placeholder="x",
                    action_id="g",
                    option_groups=[sdk.OptionGroup(label="x", options=[SDK_OPTION])],
                ),
                sdk.UserSelectElement(placeholder="x", action_id="u", initial_user="U1"),
                sdk.ChannelSelectElement(placeholder="x", action_id="c"),
                sdk.ConversationSelectElement(
                    action_id="v", filter=sdk.ConversationFilter(include=["public"])
                ),
                sdk.ExternalDataSelectElement(placeholder="x", action_id="e", min_query_length=1),
                sdk.OverflowMenuElement(action_id="o", options=[SDK_OPTION]),
                sdk.DatePickerElement(action_id="d", initial_date="2030-01-31"),
                sdk.TimePickerElement(action_id="t", initial_time="10:00"),
                sdk.DateTimePickerElement(action_id="dt", initial_date_time=1628633820),
                sdk.CheckboxesElement(action_id="ch", options=[SDK_OPTION]),
                sdk.RadioButtonsElement(action_id="ra", options=[SDK_OPTION]),
            ]
        )
    ],
    "rich text": [
        sdk.RichTextBlock(
            elements=[
                sdk.RichTextSectionElement(
                    elements=[
                        sdk.RichTextElementParts.Text(
                            text="x", style=sdk.RichTextElementParts.TextStyle(bold=True)
                        ),
                        sdk.RichTextElementParts.User(user_id="U1"),
                        sdk.RichTextElementParts.Link(url="https://example.com", text="x"),
                        sdk.RichTextElementParts.Emoji(name="wave"),
                    ]
                ),
                sdk.RichTextListElement(
                    style="bullet",
                    indent=0,
                    elements=[
                        sdk.RichTextSectionElement(
                            elements=[sdk.RichTextElementParts.Text(text="x")]
                        )
                    ],
                ),
            ]
        )
    ],
    "markdown": [sdk.MarkdownBlock(text="**x**")],
    "table": [sdk.TableBlock(rows=[[RAW, RICH]], column_settings=[{"align": "left"}])],
    "file": [sdk.FileBlock(external_id="F1", source="remote")],
    "call": [sdk.CallBlock(call_id="R1")],
    "video": [
        sdk.VideoBlock(
            alt_text="x",
            title="x",
            video_url="https://example.com/v",
            thumbnail_url="https://example.com/t.png",
            title_url="https://example.com",
            author_name="Ada Example",
        )
    ],
    "context actions": [
        sdk.ContextActionsBlock(
            elements=[
                sdk.FeedbackButtonsElement(
                    action_id="f",
                    positive_button=sdk.FeedbackButtonObject(text="Good", value="1"),
                    negative_button=sdk.FeedbackButtonObject(text="Bad", value="0"),
                ),
                sdk.IconButtonElement(action_id="i", icon="trash", text="Delete"),
            ]
        )
    ],
    "card and carousel": [
        sdk.CarouselBlock(
            elements=[sdk.CardBlock(title="x", body=sdk.MarkdownTextObject(text="x"))]
        )
    ],
    "container": [
        sdk.ContainerBlock(title="x", child_blocks=[sdk.DividerBlock()], is_collapsible=True)
    ],
    "plan": [
        sdk.PlanBlock(
            title="x", tasks=[sdk.TaskCardBlock(task_id="1", title="x", status="pending")]
        )
    ],
}


@pytest.mark.parametrize("blocks", SDK_BLOCKS.values(), ids=list(SDK_BLOCKS))
def test_blocks_of_the_official_sdk_are_accepted(blocks: list[sdk.Block]) -> None:
    check_message({"text": "x", "blocks": built(*blocks)})


def test_a_view_of_the_official_sdk_is_accepted() -> None:
    view = View(
        type="modal",
        title="Log a session",
        submit="Save",
        close="Cancel",
        callback_id="log",
        private_metadata="{}",
        notify_on_close=True,
        blocks=[
            sdk.InputBlock(
                label="Date",
                hint="The day it took place",
                element=sdk.DatePickerElement(action_id="date", focus_on_load=True),
            ),
            sdk.InputBlock(
                label="Notes",
                optional=True,
                dispatch_action=True,
                element=sdk.PlainTextInputElement(
                    action_id="notes",
                    multiline=True,
                    max_length=500,
                    dispatch_action_config=DispatchActionConfig(
                        trigger_actions_on=["on_character_entered"]
                    ),
                ),
            ),
            sdk.InputBlock(label="n", element=sdk.NumberInputElement(is_decimal_allowed=False)),
            sdk.InputBlock(label="e", element=sdk.EmailInputElement(action_id="e")),
            sdk.InputBlock(label="u", element=sdk.UrlInputElement(action_id="u")),
            sdk.InputBlock(label="f", element=FileInputElement(action_id="f", max_files=1)),
            sdk.InputBlock(label="r", element=sdk.RichTextInputElement(action_id="r")),
            sdk.InputBlock(
                label="m",
                element=sdk.StaticMultiSelectElement(
                    action_id="m", options=[SDK_OPTION], max_selected_items=1
                ),
            ),
        ],
    )
    assert check_view(view.to_dict())["callback_id"] == "log"


def test_the_official_sdk_can_read_back_what_the_workspace_returns() -> None:
    for view in VIEWS.values():
        View(**check_view(view))


def test_a_view_comes_back_with_what_slack_adds() -> None:
    view = check_view(modal(section("Hello"), entry(text_input(action_id="words"))))
    first, second = view["blocks"]
    assert len(first.pop("block_id")) == 5
    assert len(second.pop("block_id")) == 5
    assert view == {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Title", "emoji": True},
        "submit": {"type": "plain_text", "text": "Save", "emoji": True},
        "close": None,
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "Hello", "verbatim": False}},
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "Label", "emoji": True},
                "element": {
                    "type": "plain_text_input",
                    "action_id": "words",
                    "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
                },
                "optional": False,
                "dispatch_action": False,
            },
        ],
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }


def test_what_the_app_said_itself_is_kept() -> None:
    sent = modal(
        section(block_id="mine"),
        entry(text_input(), block_id="words", optional=True),
        private_metadata="kept",
        notify_on_close=True,
        close=plain("Not now", emoji=False),
    )
    view = check_view(sent)
    assert [block["block_id"] for block in view["blocks"]] == ["mine", "words"]
    assert view["blocks"][1]["optional"] is True
    assert (view["private_metadata"], view["notify_on_close"]) == ("kept", True)
    assert view["close"] == plain("Not now", emoji=False)


def test_ids_are_made_for_every_block_and_element_and_none_twice() -> None:
    blocks = fill_ids(
        [
            *[section(accessory=button()) for _ in range(20)],
            actions(button("One"), button("Two"), static_select()),
            {"type": "container", "title": plain("x"), "child_blocks": [actions(button())]},
            {"type": "card", "title": plain("x"), "actions": [button()]},
        ]
    )
    inner = blocks[21]["child_blocks"]
    ids = [block["block_id"] for block in [*blocks, *inner]]
    assert len(set(ids)) == len(ids) == 24
    row = [element["action_id"] for element in blocks[20]["elements"]]
    assert len(set(row)) == 3
    assert row[2] == "pick"
    assert blocks[0]["accessory"]["action_id"]
    assert inner[0]["elements"][0]["action_id"]
    assert blocks[22]["actions"][0]["action_id"]


def test_filling_ids_leaves_the_sent_blocks_alone() -> None:
    sent = [section(), actions(button())]
    before = repr(sent)
    fill_ids(sent)
    assert repr(sent) == before


def test_a_response_url_takes_more_text_in_blocks_than_a_posted_message() -> None:
    check_message(message(*[section("x" * 3000) for _ in range(5)]), all_together=False)
