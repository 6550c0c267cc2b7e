"""Whatever JSON an app sends is either refused by name or works to the end."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from practice.blocks import (
    Invalid,
    check_message,
    check_view,
    fill_ids,
    find_buttons,
    find_inputs,
    initial_state,
    keep_state,
    put_value,
    submission_errors,
)
from tests.practice.test_blocks_accepted import MESSAGES, VIEWS

SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["\ud800", "plain_text", "mrkdwn", "section", "input", "button", "x" * 4000]),
)
ANY_JSON = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder and key in a payload."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


@st.composite
def nearly(draw: st.DrawFn, sound: dict[str, Any]) -> dict[str, Any]:
    """A sound payload with one or two things in it changed, taken away or moved."""
    made = copy.deepcopy(draw(st.sampled_from(list(sound.values()))))
    for _ in range(draw(st.integers(1, 2))):
        everywhere = list(places(made))
        if not everywhere:
            break
        holder, key = draw(st.sampled_from(everywhere))
        change = draw(st.sampled_from(["replace", "remove", "copy"]))
        if change == "remove":
            del holder[key]
        elif change == "replace":
            holder[key] = draw(ANY_JSON)
        else:
            other, name = draw(st.sampled_from(everywhere))
            holder[key] = copy.deepcopy(other[name])
    return made


def refusal(check: Callable[[Any], Any], sent: Any) -> Invalid | None:
    """The refusal of a payload, or None if it was accepted."""
    try:
        check(sent)
    except Invalid as refused:
        return refused
    return None


@settings(max_examples=400, deadline=None)
@given(nearly(VIEWS), ANY_JSON)
def test_a_view_is_refused_by_name_or_works_to_the_end(sent: Any, value: Any) -> None:
    if refused := refusal(check_view, sent):
        assert refused.error in ("invalid_arguments", "view_too_large")
        return
    view = check_view(sent)
    state = initial_state(view)
    assert keep_state(view, state, view) == state
    assert set(submission_errors(view, state)) <= {b["block_id"] for b in view["blocks"]}
    find_buttons(view["blocks"])
    for field in find_inputs(view):
        ids = field.block_id, field.action_id
        assert state[ids[0]][ids[1]]["type"] == field.type
        refused = refusal(lambda each, ids=ids: put_value(view, state, *ids, each), value)
        if refused:
            assert refused.error == "invalid_value"
        else:
            state[ids[0]][ids[1]] = put_value(view, state, *ids, value)
    submission_errors(view, state)


@settings(max_examples=400, deadline=None)
@given(nearly(MESSAGES))
def test_a_message_is_refused_by_name_or_works_to_the_end(sent: Any) -> None:
    if refused := refusal(check_message, sent):
        assert refused.error
        return
    blocks = fill_ids(sent.get("blocks") or [])
    assert all(block["block_id"] for block in blocks)
    find_buttons(blocks)
    initial_state({"type": "home", "blocks": blocks})


@settings(max_examples=200, deadline=None)
@given(ANY_JSON)
def test_no_json_is_too_strange_to_refuse(sent: Any) -> None:
    for payload in ({"text": "x", "blocks": sent}, {"attachments": sent}, {"text": sent}):
        refused = refusal(check_message, payload)
        assert refused is None or refused.error
    refused = refusal(check_view, sent)
    assert refused is None or refused.messages
