"""Block Kit as strict as Slack's: what is refused, what comes back, what a person may enter.

Check first: everything after `check_message` and `check_view` trusts the shape of its input.
`fill_ids` and the view that `check_view` returns carry the ids that the rest works with.
"""

from practice.blocks.check import check_message, check_view
from practice.blocks.fill import fill_ids
from practice.blocks.find import Button, Field, Option, find_buttons, find_inputs
from practice.blocks.invalid import Invalid
from practice.blocks.submit import submission_errors
from practice.blocks.values import initial_state, keep_state, put_value

__all__ = [
    "Button",
    "Field",
    "Invalid",
    "Option",
    "check_message",
    "check_view",
    "fill_ids",
    "find_buttons",
    "find_inputs",
    "initial_state",
    "keep_state",
    "put_value",
    "submission_errors",
]
