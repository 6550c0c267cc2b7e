"""Composition objects: texts, options, confirmations, filters.

Limits: docs.slack.dev/reference/block-kit/composition-objects.
"""

import re
from typing import Any

from practice.blocks.invalid import Report
from practice.blocks.rules import (
    Check,
    anything,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    one_of,
    shape,
    string,
    typed,
)

ID = string(255)
URL = string(3000, least=1)


def image_url(value: Any, at: str, report: Report) -> None:
    """An address Slack could fetch a picture from; whether one is there is not tried here."""
    before = len(report.messages)
    URL(value, at, report)
    if len(report.messages) == before and not re.match(r"https?://[^\s/]", value):
        report.add("downloading image failed", at)


STYLE = one_of("primary", "danger")


def _plain_shape(longest: int) -> Check:
    return typed({"text": string(longest, least=1)}, {"emoji": boolean})


def plain(longest: int = 3000) -> Check:
    """A `plain_text` object and no other."""
    return by_type({"plain_text": _plain_shape(longest)})


def marked(longest: int = 3000) -> Check:
    """A `plain_text` or `mrkdwn` object.

    As the two are alternatives, Slack first says that none matched, then why.
    """
    either = by_type(
        {
            "plain_text": _plain_shape(longest),
            "mrkdwn": typed({"text": string(longest, least=1)}, {"verbatim": boolean}),
        }
    )

    def check(value: Any, at: str, report: Report) -> None:
        before = len(report.messages)
        either(value, at, report)
        if len(report.messages) > before and isinstance(value, dict):
            report.messages.insert(
                before, f"[ERROR] failed to match all allowed schemas [json-pointer:{at}]"
            )

    return check


CONFIRM = shape(
    {
        "title": plain(100),
        "text": marked(300),
        "confirm": plain(30),
        "deny": plain(30),
    },
    {"style": STYLE},
)

PLACEHOLDER = plain(150)

_OPTION_VALUE = string(150)
OPTION = shape({"text": plain(75), "value": _OPTION_VALUE}, {"description": plain(75)})
MARKED_OPTION = shape({"text": marked(75), "value": _OPTION_VALUE}, {"description": marked(75)})
OVERFLOW_OPTION = shape(
    {"text": plain(75), "value": _OPTION_VALUE}, {"description": plain(75), "url": URL}
)
OPTION_GROUP = shape({"label": plain(75), "options": array(OPTION, least=1, most=100)})

CONVERSATION_FILTER = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

DISPATCH_CONFIG = shape(
    {},
    {
        "trigger_actions_on": array(
            one_of("on_enter_pressed", "on_character_entered"), least=1, most=2
        )
    },
)

SLACK_FILE = shape(
    {}, {"id": string(least=1), "url": string(3000, least=1)}, exactly_one("id", "url")
)

WORKFLOW = shape(
    {
        "trigger": shape(
            {"url": URL},
            {
                "customizable_input_parameters": array(
                    shape({"name": string(least=1), "value": anything})
                )
            },
        )
    }
)
