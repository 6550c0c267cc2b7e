"""A field goes by its label, a button by what stands on it."""

from time import perf_counter

from practice.blocks import check_view, fill_ids, find_buttons, find_inputs
from tests.practice.blocks_samples import (
    COFFEE,
    TEA,
    actions,
    beside,
    button,
    entry,
    modal,
    option,
    plain,
    section,
    static_select,
    text_input,
)


def test_fields_are_found_by_label_in_reading_order() -> None:
    view = check_view(
        modal(
            section("Tell us"),
            entry(text_input(), "Notes", block_id="notes", optional=True),
            entry(static_select(), "Drink", block_id="drink"),
            entry({"type": "multi_users_select", "action_id": "who"}, "Who was there"),
        )
    )
    notes, drink, who = find_inputs(view)
    assert (notes.label, notes.block_id, notes.action_id) == ("Notes", "notes", "words")
    assert (notes.type, notes.optional, notes.multiple) == ("plain_text_input", True, False)
    assert (drink.label, drink.optional) == ("Drink", False)
    assert [(o.text, o.value) for o in drink.options] == [("Tea", "tea"), ("Coffee", "coffee")]
    assert (who.label, who.multiple, who.options) == ("Who was there", True, ())


def test_a_field_without_a_label_goes_by_the_words_beside_it_or_in_it() -> None:
    view = check_view(
        modal(
            {**beside(static_select()), "text": plain("Your drink")},
            actions({"type": "datepicker", "placeholder": plain("Pick a day")}),
            actions({"type": "timepicker"}),
        )
    )
    assert [f.label for f in find_inputs(view)] == ["Your drink", "Pick a day", ""]
    assert all(field.optional for field in find_inputs(view))


def test_options_in_groups_are_all_named() -> None:
    groups = [
        {"label": plain("Hot"), "options": [TEA]},
        {"label": plain("Cold"), "options": [COFFEE]},
    ]
    view = check_view(modal(entry(static_select(option_groups=groups))))
    assert [o.text for o in find_inputs(view)[0].options] == ["Tea", "Coffee"]


def test_buttons_are_found_by_what_stands_on_them() -> None:
    blocks = fill_ids(
        [
            {**beside(button("Edit", action_id="edit", value="7")), "block_id": "row"},
            actions(button("Save", action_id="save"), static_select()),
            beside({"type": "overflow", "action_id": "more", "options": [option("Delete", "del")]}),
        ]
    )
    edit, save, delete = find_buttons(blocks)
    assert (edit.text, edit.block_id, edit.action_id, edit.value) == ("Edit", "row", "edit", "7")
    assert (save.text, save.action_id, save.value) == ("Save", "save", None)
    assert (delete.text, delete.action_id, delete.value) == ("Delete", "more", "del")
    assert delete.element["type"] == "overflow"


def test_buttons_in_cards_containers_and_under_answers_are_found_too() -> None:
    feedback = {
        "type": "feedback_buttons",
        "positive_button": {"text": plain("Good"), "value": "yes"},
        "negative_button": {"text": plain("Bad"), "value": "no"},
    }
    blocks = fill_ids(
        [
            {"type": "card", "title": plain("x"), "actions": [button("Join")]},
            {"type": "container", "title": plain("x"), "child_blocks": [actions(button("Leave"))]},
            {"type": "context_actions", "elements": [feedback]},
        ]
    )
    assert [b.text for b in find_buttons(blocks)] == ["Join", "Leave", "Good", "Bad"]


def test_checking_a_form_of_six_inputs_takes_well_under_a_millisecond() -> None:
    form = modal(
        entry({"type": "datepicker", "initial_date": "2030-01-31"}, "Date"),
        entry(static_select(options=[option(f"Kind {n}", str(n)) for n in range(10)]), "Kind"),
        entry(static_select(options=[option(f"{n} min", str(n)) for n in range(20)]), "Minutes"),
        entry({"type": "checkboxes", "options": [TEA, COFFEE]}, "More", optional=True),
        entry({"type": "radio_buttons", "options": [TEA, COFFEE]}, "How"),
        entry(text_input(multiline=True, max_length=3000), "Notes", optional=True),
    )
    times = []
    for _ in range(200):
        start = perf_counter()
        check_view(form)
        times.append(perf_counter() - start)
    assert sorted(times)[100] < 0.001
