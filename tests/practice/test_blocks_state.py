"""What a view holds while a person fills it in, and what keeps it from being sent."""

from typing import Any

import pytest

from practice.blocks import (
    Invalid,
    check_view,
    initial_state,
    keep_state,
    put_value,
    submission_errors,
)
from tests.practice.blocks_samples import (
    COFFEE,
    TEA,
    Json,
    actions,
    beside,
    button,
    entry,
    home,
    marked,
    modal,
    option,
    plain,
    rich_section,
    rich_text,
    run,
    static_select,
    text_input,
)

TEA_BACK = {"text": plain("Tea", emoji=True), "value": "tea"}
COFFEE_BACK = {"text": plain("Coffee", emoji=True), "value": "coffee"}
RICH = rich_text(rich_section(run("Hello")))


def shown(element: Json, **more: Any) -> Json:
    """A modal with one input, block `b`, element `e`."""
    return check_view(modal(entry({**element, "action_id": "e"}, block_id="b", **more)))


def held(element: Json, value: Any) -> Any:
    """What the state holds for a value."""
    return put_value(shown(element), {}, "b", "e", value)


def errors(element: Json, value: Any, **more: Any) -> str | None:
    """What stands in the way of submitting this value."""
    view = shown(element, **more)
    state = initial_state(view)
    state["b"]["e"] = put_value(view, state, "b", "e", value)
    return submission_errors(view, state).get("b")


TEXT = {"type": "plain_text_input"}
NUMBER = {"type": "number_input", "is_decimal_allowed": False}
MENU = {"type": "static_select", "options": [TEA, COFFEE]}
CHECKS = {"type": "checkboxes", "options": [TEA, COFFEE]}
MANY = {"type": "multi_static_select", "options": [TEA, COFFEE]}

# name of the case: the element, what it holds untouched
UNTOUCHED: dict[str, tuple[Json, Json]] = {
    "text": (TEXT, {"value": None}),
    "text with words": ({**TEXT, "initial_value": "Hi"}, {"value": "Hi"}),
    "text with no words": ({**TEXT, "initial_value": ""}, {"value": None}),
    "email": ({"type": "email_text_input", "initial_value": "a@b.c"}, {"value": "a@b.c"}),
    "url": ({"type": "url_text_input"}, {"value": None}),
    "number": ({**NUMBER, "initial_value": "7"}, {"value": "7"}),
    "rich text": ({"type": "rich_text_input", "initial_value": RICH}, {"rich_text_value": RICH}),
    "files": ({"type": "file_input"}, {"files": []}),
    "date": (
        {"type": "datepicker", "initial_date": "2030-01-31"},
        {"selected_date": "2030-01-31"},
    ),
    "time with its zone": (
        {"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/London"},
        {"selected_time": "09:30", "timezone": "Europe/London"},
    ),
    "moment": ({"type": "datetimepicker"}, {"selected_date_time": None}),
    "menu": (MENU, {"selected_option": None}),
    "menu with a choice": ({**MENU, "initial_option": TEA}, {"selected_option": TEA_BACK}),
    "radio buttons": (
        {"type": "radio_buttons", "options": [TEA], "initial_option": TEA},
        {"selected_option": TEA_BACK},
    ),
    "checkboxes": (CHECKS, {"selected_options": []}),
    "checkboxes ticked": ({**CHECKS, "initial_options": [TEA]}, {"selected_options": [TEA_BACK]}),
    "menu of several": (MANY, {"selected_options": []}),
    "person": ({"type": "users_select", "initial_user": "U1"}, {"selected_user": "U1"}),
    "people": ({"type": "multi_users_select", "initial_users": ["U1"]}, {"selected_users": ["U1"]}),
    "channel": ({"type": "channels_select"}, {"selected_channel": None}),
    "channels": ({"type": "multi_channels_select"}, {"selected_channels": []}),
    "conversation": ({"type": "conversations_select"}, {"selected_conversation": None}),
    "conversations": ({"type": "multi_conversations_select"}, {"selected_conversations": []}),
    "menu from outside": ({"type": "external_select"}, {"selected_option": None}),
    "menu of several from outside": ({"type": "multi_external_select"}, {"selected_options": []}),
}


@pytest.mark.parametrize(("element", "value"), UNTOUCHED.values(), ids=list(UNTOUCHED))
def test_an_untouched_element_holds(element: Json, value: Json) -> None:
    state = initial_state(shown(element))
    assert state == {"b": {"e": {"type": element["type"], **value}}}


def test_the_state_counts_elements_outside_inputs_but_no_buttons() -> None:
    view = check_view(
        home(
            {**beside(static_select(action_id="kind", initial_option=TEA)), "block_id": "side"},
            {
                **actions(button(action_id="go"), {"type": "datepicker", "action_id": "day"}),
                "block_id": "row",
            },
            beside({"type": "overflow", "options": [TEA]}),
        )
    )
    assert initial_state(view) == {
        "side": {"kind": {"type": "static_select", "selected_option": TEA_BACK}},
        "row": {"day": {"type": "datepicker", "selected_date": None}},
    }


def test_a_conversation_menu_can_start_where_the_person_is() -> None:
    one = {"type": "conversations_select", "default_to_current_conversation": True}
    many = {**one, "type": "multi_conversations_select"}
    state = initial_state(shown(one), conversation="C1")
    assert state["b"]["e"]["selected_conversation"] == "C1"
    assert initial_state(shown(one))["b"]["e"]["selected_conversation"] is None
    state = initial_state(shown(many), conversation="C1")
    assert state["b"]["e"]["selected_conversations"] == ["C1"]


# name of the case: the element, the plain value, what it becomes
PUT: dict[str, tuple[Json, Any, Any]] = {
    "words": (TEXT, "Hello", {"value": "Hello"}),
    "no words": (TEXT, "", {"value": None}),
    "words taken away": (TEXT, None, {"value": None}),
    "lines in a single line": (TEXT, "one\ntwo", {"value": "one two"}),
    "lines where there is room": ({**TEXT, "multiline": True}, "a\nb", {"value": "a\nb"}),
    "a number": (NUMBER, 45, {"value": "45"}),
    "a number as words": (NUMBER, "45", {"value": "45"}),
    "a date": ({"type": "datepicker"}, "2030-01-31", {"selected_date": "2030-01-31"}),
    "a date taken away": ({"type": "datepicker"}, None, {"selected_date": None}),
    "a time": ({"type": "timepicker"}, "9:05", {"selected_time": "09:05"}),
    "a moment": ({"type": "datetimepicker"}, 1628633820, {"selected_date_time": 1628633820}),
    "a moment as words": (
        {"type": "datetimepicker"},
        "1628633820",
        {"selected_date_time": 1628633820},
    ),
    "an option by value": (MENU, "tea", {"selected_option": TEA_BACK}),
    "an option by its words": (MENU, "Coffee", {"selected_option": COFFEE_BACK}),
    "an option by its words in small letters": (MENU, "coffee", {"selected_option": COFFEE_BACK}),
    "an option as Slack writes it": (MENU, TEA_BACK, {"selected_option": TEA_BACK}),
    "an option in a group": (
        {"type": "static_select", "option_groups": [{"label": plain("Hot"), "options": [TEA]}]},
        "Tea",
        {"selected_option": TEA_BACK},
    ),
    "no option": (MENU, None, {"selected_option": None}),
    "one box": (CHECKS, "tea", {"selected_options": [TEA_BACK]}),
    "two boxes": (CHECKS, ["Coffee", "tea"], {"selected_options": [COFFEE_BACK, TEA_BACK]}),
    "one box twice": (CHECKS, ["tea", "Tea"], {"selected_options": [TEA_BACK]}),
    "no box": (CHECKS, None, {"selected_options": []}),
    "a person": ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
    "people": ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
    "an option that came from outside": (
        {"type": "external_select"},
        TEA,
        {"selected_option": TEA_BACK},
    ),
    "rich text from words": ({"type": "rich_text_input"}, "Hello", {"rich_text_value": RICH}),
    "rich text as it is": ({"type": "rich_text_input"}, RICH, {"rich_text_value": RICH}),
    "a file by its id": ({"type": "file_input"}, ["F1"], {"files": [{"id": "F1"}]}),
}


@pytest.mark.parametrize(("element", "value", "result"), PUT.values(), ids=list(PUT))
def test_a_person_puts_in(element: Json, value: Any, result: Json) -> None:
    assert held(element, value) == {"type": element["type"], **result}


REFUSED: dict[str, tuple[Json, Any]] = {
    "an option that is not offered": (MENU, "Milk"),
    "a box that is not there": (CHECKS, ["tea", "milk"]),
    "a day that is not in the calendar": ({"type": "datepicker"}, "2030-02-30"),
    "a date in words": ({"type": "datepicker"}, "tomorrow"),
    "a date with other digits": ({"type": "datepicker"}, "２０３０-01-31"),  # noqa: RUF001
    "a time of 25 o'clock": ({"type": "timepicker"}, "25:00"),
    "a time that is a number": ({"type": "timepicker"}, 9),
    "a moment in words": ({"type": "datetimepicker"}, "soon"),
    "a truth as a moment": ({"type": "datetimepicker"}, True),
    "a list as text": (TEXT, ["x"]),
    "a name as a person": ({"type": "users_select"}, "Ada Example"),
    "a broken option from outside": ({"type": "external_select"}, {"value": "x"}),
    "a broken rich text": ({"type": "rich_text_input"}, {"type": "rich_text"}),
}


@pytest.mark.parametrize(("element", "value"), REFUSED.values(), ids=list(REFUSED))
def test_an_element_does_not_take(element: Json, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        held(element, value)
    assert refused.value.error == "invalid_value"
    assert refused.value.messages


def test_a_refused_option_is_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="'Milk' is not among the options: Tea, Coffee"):
        held(MENU, "Milk")


def test_an_element_that_is_not_there_takes_nothing() -> None:
    with pytest.raises(Invalid, match="There is no element 'x' in a block 'b'"):
        put_value(shown(TEXT), {}, "b", "x", "Hello")


def test_pressing_a_menu_item_tells_which() -> None:
    view = check_view(
        home({**beside({"type": "overflow", "action_id": "o", "options": [TEA]}), "block_id": "b"})
    )
    entry_of_item = {"type": "overflow", "selected_option": TEA_BACK}
    assert put_value(view, {}, "b", "o", "Tea") == entry_of_item


def test_putting_a_value_leaves_the_state_to_the_caller() -> None:
    view = shown(TEXT)
    state = initial_state(view)
    put_value(view, state, "b", "e", "Hello")
    assert state == initial_state(view)


NEEDED = "Please complete this required field."
URL = {"type": "url_text_input"}
EMAIL = {"type": "email_text_input"}
# name of the case: the element, the value, the words or None
SUBMITTED: dict[str, tuple[Json, Any, str | None]] = {
    "text that is missing": (TEXT, None, NEEDED),
    "text that is there": (TEXT, "x", None),
    "text of a space": (TEXT, " ", None),
    "a choice that is missing": (MENU, None, NEEDED),
    "boxes that are all empty": (CHECKS, [], NEEDED),
    "a file that is missing": ({"type": "file_input"}, [], NEEDED),
    "text that is too short": (
        {**TEXT, "min_length": 3},
        "ab",
        "Please use at least 3 characters.",
    ),
    "text that is just long enough": ({**TEXT, "min_length": 3}, "abc", None),
    "text that is too long": (
        {**TEXT, "max_length": 3},
        "abcd",
        "Please use 3 characters or fewer (you have used 4).",
    ),
    "text of 3,001 characters": (
        TEXT,
        "x" * 3001,
        "Please use 3000 characters or fewer (you have used 3001).",
    ),
    "an email": (EMAIL, "ada@example.org", None),
    "an email without a domain": (EMAIL, "ada@example", "Please enter a valid email address."),
    "an email with a space": (EMAIL, "a da@example.org", "Please enter a valid email address."),
    "a url": (URL, "https://example.org/a?b=c", None),
    "a url without a scheme": (URL, "example.org", "Please enter a valid URL."),
    "a number": (NUMBER, "-7", None),
    "a number in words": (NUMBER, "seven", "Please enter a valid number."),
    "a number that is none": (NUMBER, "NaN", "Please enter a valid number."),
    "a decimal where none is allowed": (NUMBER, "1.5", "Please enter a whole number."),
    "a decimal": ({**NUMBER, "is_decimal_allowed": True}, "1.5", None),
    "a number below": ({**NUMBER, "min_value": "0"}, -1, "Please enter a number of at least 0."),
    "a number above": ({**NUMBER, "max_value": "9"}, 10, "Please enter a number of at most 9."),
    "a number at the edge": ({**NUMBER, "max_value": "9"}, "9", None),
    "too many choices": (
        {**MANY, "max_selected_items": 1},
        ["tea", "coffee"],
        "Please choose 1 at most.",
    ),
    "too many files": (
        {"type": "file_input", "max_files": 1},
        ["F1", "F2"],
        "Please add 1 file at most.",
    ),
    "a file of another kind": (
        {"type": "file_input", "filetypes": ["pdf"]},
        [{"id": "F1", "name": "cat.PNG"}],
        "Please add files of these types only: pdf.",
    ),
    "a file of the right kind": (
        {"type": "file_input", "filetypes": ["pdf"]},
        [{"id": "F1", "name": "form.PDF"}],
        None,
    ),
}


@pytest.mark.parametrize(("element", "value", "words"), SUBMITTED.values(), ids=list(SUBMITTED))
def test_submitting_with(element: Json, value: Any, words: str | None) -> None:
    assert errors(element, value) == words


def test_an_optional_input_may_be_empty_but_not_wrong() -> None:
    assert errors(TEXT, None, optional=True) is None
    assert errors(EMAIL, None, optional=True) is None
    assert errors(EMAIL, "ada", optional=True) == "Please enter a valid email address."


def test_nothing_outside_input_blocks_is_required() -> None:
    view = check_view(modal(beside(static_select()), actions({"type": "datepicker"})))
    assert submission_errors(view, initial_state(view)) == {}


def test_every_error_is_told_at_once() -> None:
    view = check_view(
        modal(
            entry(text_input(), block_id="first"),
            entry(text_input(), block_id="second", optional=True),
            entry({"type": "datepicker"}, block_id="third"),
        )
    )
    assert submission_errors(view, initial_state(view)) == {"first": NEEDED, "third": NEEDED}


def updated(before: Json, typed: Any, after: Json) -> Any:
    """What the element holds after the view was replaced."""
    old = shown(before)
    state = initial_state(old)
    state["b"]["e"] = put_value(old, state, "b", "e", typed)
    return keep_state(old, state, shown(after))["b"]["e"]


def test_an_update_keeps_what_was_typed_and_ignores_a_new_initial_value() -> None:
    kept = updated(TEXT, "mine", {**TEXT, "initial_value": "yours"})
    assert kept["value"] == "mine"


def test_an_update_with_other_ids_starts_from_the_initial_values() -> None:
    old = shown(TEXT)
    state = {"b": {"e": {"type": "plain_text_input", "value": "mine"}}}
    element = text_input(action_id="e", initial_value="yours")
    new = check_view(modal(entry(element, block_id="other")))
    assert keep_state(old, state, new)["other"]["e"]["value"] == "yours"
    new = check_view(modal(entry({**element, "action_id": "f"}, block_id="b")))
    assert keep_state(old, state, new) == {
        "b": {"f": {"type": "plain_text_input", "value": "yours"}}
    }


def test_an_update_to_another_kind_of_element_starts_afresh() -> None:
    assert updated(TEXT, "mine", MENU) == {"type": "static_select", "selected_option": None}


def test_a_choice_that_is_offered_no_more_is_dropped() -> None:
    less = {**MENU, "options": [COFFEE]}
    assert updated(MENU, "tea", less)["selected_option"] is None
    assert updated(MENU, "coffee", less)["selected_option"] == COFFEE_BACK
    assert updated(CHECKS, ["tea"], {**CHECKS, "options": [COFFEE]})["selected_options"] == []


def test_what_a_person_cleared_stays_cleared() -> None:
    assert updated({**TEXT, "initial_value": "x"}, None, {**TEXT, "initial_value": "x"}) == {
        "type": "plain_text_input",
        "value": None,
    }


def test_labels_in_mrkdwn_are_matched_by_what_they_say() -> None:
    checks = {
        "type": "checkboxes",
        "options": [{"text": marked("*Talk*"), "value": "talk"}, option("Other", "other")],
    }
    assert held(checks, "*Talk*")["selected_options"][0]["value"] == "talk"
