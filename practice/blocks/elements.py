"""Elements a person can press or fill in, each with its own shape.

Fields and limits: docs.slack.dev/reference/block-kit/block-elements. Which element may stand in
which block on which surface is decided in `layout`.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from practice.blocks.invalid import Report
from practice.blocks.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH_CONFIG,
    ID,
    MARKED_OPTION,
    OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    PLACEHOLDER,
    SLACK_FILE,
    STYLE,
    URL,
    WORKFLOW,
    image_url,
    plain,
)
from practice.blocks.rich_text import RICH_TEXT
from practice.blocks.rules import (
    Check,
    array,
    boolean,
    exactly_one,
    integer,
    one_of,
    shape,
    string,
    typed,
)

_LABEL = string(75)
_BUTTON_VALUE = string(2000)
_SLACK_ID = string(least=1, pattern=r"^[A-Z][A-Z0-9]+$")


def _date(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, str):
        report.add("must provide a string", at)
    elif not is_date(value):
        report.add("input must be a valid: date", at)


def is_date(text: str) -> bool:
    """Whether this is a day of the calendar, written YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_decimal(text: str) -> Decimal | None:
    """The number written in plain ASCII digits, or None: `1e5` and `NaN` are no numbers here."""
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _number_text(value: Any, at: str, report: Report) -> None:
    if not isinstance(value, str):
        report.add("must provide a string", at)
    elif as_decimal(value) is None:
        report.add("must be a valid number", at)


def _number_bounds(element: Any, at: str, report: Report) -> None:
    named = {
        name: as_decimal(element[name])
        for name in ("min_value", "max_value", "initial_value")
        if name in element
    }
    low, high, start = (named.get(n) for n in ("min_value", "max_value", "initial_value"))
    if low is not None and high is not None and low > high:
        report.add("`min_value` cannot be greater than `max_value`", f"{at}/min_value")
    elif start is not None and low is not None and start < low:
        report.add("`initial_value` cannot be less than `min_value`", f"{at}/initial_value")
    elif start is not None and high is not None and start > high:
        report.add("`initial_value` cannot be greater than `max_value`", f"{at}/initial_value")
    if element["is_decimal_allowed"] is False:
        for name, value in named.items():
            if value is not None and value != value.to_integral_value():
                report.add("must be a whole number", f"{at}/{name}")


def _length_bounds(element: Any, at: str, report: Report) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        report.add("`min_length` cannot be greater than `max_length`", f"{at}/min_length")


def _option_key(option: dict[str, Any]) -> tuple[Any, ...]:
    text, description = option["text"], option.get("description") or {}
    return option["value"], text["type"], text["text"], description.get("text")


def offered(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Every option the element itself carries, those in groups included."""
    if "option_groups" in element:
        return [option for group in element["option_groups"] for option in group["options"]]
    return list(element.get("options", []))


def _initial_among_options(element: Any, at: str, report: Report) -> None:
    known = {_option_key(option) for option in offered(element)}
    one = element.get("initial_option")
    if one is not None and _option_key(one) not in known:
        report.add("must be one of the provided options", f"{at}/initial_option")
    many = element.get("initial_options")
    if many is not None and not (many and all(_option_key(each) in known for each in many)):
        report.add("must be one of the provided options", f"{at}/initial_options")


def _not_more_than_allowed(element: Any, at: str, report: Report) -> None:
    most = element.get("max_selected_items")
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        if most is not None and len(element.get(name, [])) > most:
            report.add(f"no more than {most} items allowed", f"{at}/{name}")


_FOCUS: dict[str, Check] = {"action_id": ID, "focus_on_load": boolean}
_CONFIRMED: dict[str, Check] = {**_FOCUS, "confirm": CONFIRM}
_SELECT: dict[str, Check] = {**_CONFIRMED, "placeholder": PLACEHOLDER}
_MULTI: dict[str, Check] = {**_SELECT, "max_selected_items": integer(1)}
_STATIC: dict[str, Check] = {
    "options": array(OPTION, least=1, most=100),
    "option_groups": array(OPTION_GROUP, least=1, most=100),
}
_INITIAL_OPTIONS = array(OPTION)
_IDS = array(_SLACK_ID)
_CONVERSATIONS: dict[str, Check] = {
    "default_to_current_conversation": boolean,
    "filter": CONVERSATION_FILTER,
}
_TYPED_IN: dict[str, Check] = {
    **_FOCUS,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH_CONFIG,
}
_RESPONSE_URL: dict[str, Check] = {"response_url_enabled": boolean}
_FEEDBACK = shape(
    {"text": plain(75), "value": _BUTTON_VALUE},
    {"accessibility_label": _LABEL},
)

IMAGE = typed(
    {"alt_text": string(2000)},
    {"image_url": image_url, "slack_file": SLACK_FILE},
    exactly_one("image_url", "slack_file"),
)

BUTTONS: dict[str, Check] = {
    "button": typed(
        {"text": plain(75)},
        {
            "action_id": ID,
            "url": URL,
            "value": _BUTTON_VALUE,
            "style": STYLE,
            "confirm": CONFIRM,
            "accessibility_label": _LABEL,
        },
    ),
    "workflow_button": typed(
        {"text": plain(75), "workflow": WORKFLOW, "action_id": ID},
        {"style": STYLE, "accessibility_label": _LABEL},
    ),
    "overflow": typed(
        {"options": array(OVERFLOW_OPTION, least=1, most=5)},
        {"action_id": ID, "confirm": CONFIRM},
    ),
    "feedback_buttons": typed(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}
    ),
    "icon_button": typed(
        {"icon": one_of("trash"), "text": plain(75)},
        {
            "action_id": ID,
            "value": _BUTTON_VALUE,
            "confirm": CONFIRM,
            "accessibility_label": _LABEL,
            "visible_to_user_ids": _IDS,
        },
    ),
}

CHOICES: dict[str, Check] = {
    "checkboxes": typed(
        {"options": array(MARKED_OPTION, least=1, most=10)},
        {**_CONFIRMED, "initial_options": array(MARKED_OPTION)},
        _initial_among_options,
    ),
    "radio_buttons": typed(
        {"options": array(MARKED_OPTION, least=1, most=10)},
        {**_CONFIRMED, "initial_option": MARKED_OPTION},
        _initial_among_options,
    ),
    "datepicker": typed({}, {**_SELECT, "initial_date": _date}),
    "timepicker": typed(
        {},
        {
            **_SELECT,
            "initial_time": string(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
            "timezone": string(least=1),
        },
    ),
    "datetimepicker": typed(
        {}, {**_CONFIRMED, "initial_date_time": integer(1_000_000_000, 9_999_999_999)}
    ),
}

SELECTS: dict[str, Check] = {
    "static_select": typed(
        {},
        {**_SELECT, **_STATIC, "initial_option": OPTION},
        exactly_one("options", "option_groups"),
        _initial_among_options,
    ),
    "external_select": typed(
        {}, {**_SELECT, "initial_option": OPTION, "min_query_length": integer(0)}
    ),
    "users_select": typed({}, {**_SELECT, "initial_user": _SLACK_ID}),
    "conversations_select": typed(
        {}, {**_SELECT, **_CONVERSATIONS, **_RESPONSE_URL, "initial_conversation": _SLACK_ID}
    ),
    "channels_select": typed({}, {**_SELECT, **_RESPONSE_URL, "initial_channel": _SLACK_ID}),
    "multi_static_select": typed(
        {},
        {**_MULTI, **_STATIC, "initial_options": _INITIAL_OPTIONS},
        exactly_one("options", "option_groups"),
        _initial_among_options,
        _not_more_than_allowed,
    ),
    "multi_external_select": typed(
        {},
        {**_MULTI, "initial_options": _INITIAL_OPTIONS, "min_query_length": integer(0)},
        _not_more_than_allowed,
    ),
    "multi_users_select": typed({}, {**_MULTI, "initial_users": _IDS}, _not_more_than_allowed),
    "multi_conversations_select": typed(
        {}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": _IDS}, _not_more_than_allowed
    ),
    "multi_channels_select": typed(
        {}, {**_MULTI, "initial_channels": _IDS}, _not_more_than_allowed
    ),
}

INPUTS: dict[str, Check] = {
    "plain_text_input": typed(
        {},
        {
            **_TYPED_IN,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _length_bounds,
    ),
    "email_text_input": typed({}, {**_TYPED_IN, "initial_value": string()}),
    "url_text_input": typed({}, {**_TYPED_IN, "initial_value": string()}),
    "number_input": typed(
        {"is_decimal_allowed": boolean},
        {
            **_TYPED_IN,
            "initial_value": _number_text,
            "min_value": _number_text,
            "max_value": _number_text,
        },
        _number_bounds,
    ),
    "rich_text_input": typed(
        {"action_id": ID},
        {
            **_TYPED_IN,
            "initial_value": RICH_TEXT,
            "min_lines": integer(1, 100),
            "max_lines": integer(1, 100),
        },
    ),
    "file_input": typed(
        {}, {"action_id": ID, "filetypes": array(string(least=1)), "max_files": integer(1, 10)}
    ),
}
