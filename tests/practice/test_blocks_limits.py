"""Every length and count at its edge: the last that Slack takes, and the first it does not."""

from collections.abc import Callable

import pytest

from practice.blocks import Invalid, check_message, check_view
from tests.practice.blocks_samples import (
    TEA,
    Json,
    actions,
    button,
    confirm,
    entry,
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

URL = "https://e.org/"


def url(length: int) -> str:
    return URL + "x" * (length - len(URL))


def words(length: int) -> Json:
    return plain("x" * length)


def one(element: Json) -> Json:
    return message(actions(element))


def group(label: int = 1, choices: int = 1) -> Json:
    return {"label": words(label), "options": options(choices)}


def checks(**changes: object) -> Json:
    made = {"text": marked("x"), "value": "v", **changes}
    return one({"type": "checkboxes", "options": [made]})


def overflow(**changes: object) -> Json:
    return one({"type": "overflow", "options": [{**TEA, **changes}]})


def video(**changes: object) -> Json:
    made = {
        "type": "video",
        "alt_text": "x",
        "title": plain("x"),
        "thumbnail_url": URL,
        "video_url": URL,
    }
    return message({**made, **changes})


def card(**changes: object) -> Json:
    return message({"type": "card", "title": plain("x"), **changes})


def table(rows: int = 1, columns: int = 1, settings: int = 0) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    column_settings = [None] * settings
    return message(
        {"type": "table", "rows": [[cell] * columns] * rows, "column_settings": column_settings}
    )


def data_table(rows: int = 2, columns: int = 1, words: int = 2, **more: object) -> Json:
    cell = {"type": "raw_text", "text": "x"}
    made = [[cell] * columns for _ in range(rows)]
    if made:
        made[-1][0] = {"type": "raw_text", "text": "x" * max(1, words - 1)}
    return message({"type": "data_table", "caption": "x", "rows": made, **more})


def chart(title: int = 1, series: int = 1, points: int = 1, name: int = 2, axis: int = 1) -> Json:
    labels = [f"{n}" for n in range(points)]
    lines = [
        {"name": f"{n:0{name}}", "data": [{"label": each, "value": 1} for each in labels]}
        for n in range(series)
    ]
    drawn = {
        "type": "line",
        "series": lines,
        "axis_config": {"categories": labels, "x_label": "x" * axis, "y_label": "x" * axis},
    }
    return message({"type": "data_visualization", "title": "x" * title, "chart": drawn})


def pie(segments: int = 1, label: int = 1) -> Json:
    parts = [{"label": "x" * label, "value": 1}] * segments
    drawn = {"type": "pie", "segments": parts}
    return message({"type": "data_visualization", "title": "x", "chart": drawn})


def container(title: int = 1, blocks: int = 1) -> Json:
    inside = [{"type": "divider"}] * blocks
    return message(
        {
            "type": "container",
            "title": words(title),
            "subtitle": words(title),
            "child_blocks": inside,
        }
    )


def feedback(**changes: object) -> Json:
    good = {"text": plain("Good"), "value": "v"}
    element = {"type": "feedback_buttons", "positive_button": good, "negative_button": good}
    made = {**element, "positive_button": {**good, **changes}}
    return message({"type": "context_actions", "elements": [made]})


def icon(**changes: object) -> Json:
    element = {"type": "icon_button", "icon": "trash", "text": plain("x"), **changes}
    return message({"type": "context_actions", "elements": [element]})


def markdown(length: int) -> Json:
    return message({"type": "markdown", "text": "x" * length})


def listed(indent: int) -> Json:
    part = {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": []}
    return message(rich_text(part))


def written(**more: object) -> Json:
    return modal(entry(text_input(**more)))


def rich_input(**more: object) -> Json:
    return modal(entry({"type": "rich_text_input", "action_id": "r", **more}))


LIMITS: dict[str, tuple[int, Callable[[int], Json]]] = {
    "button text": (75, lambda n: one(button("x" * n))),
    "button value": (2000, lambda n: one(button(value="x" * n))),
    "button url": (3000, lambda n: one(button(url=url(n)))),
    "button label": (75, lambda n: one(button(accessibility_label="x" * n))),
    "action_id": (255, lambda n: one(button(action_id="x" * n))),
    "confirmation title": (100, lambda n: one(button(confirm=confirm(title=words(n))))),
    "confirmation text": (300, lambda n: one(button(confirm=confirm(text=words(n))))),
    "confirmation yes": (30, lambda n: one(button(confirm=confirm(confirm=words(n))))),
    "confirmation no": (30, lambda n: one(button(confirm=confirm(deny=words(n))))),
    "option text": (75, lambda n: one(static_select(options=[option("x" * n)]))),
    "option value": (150, lambda n: one(static_select(options=[option(value="x" * n)]))),
    "option words": (75, lambda n: one(static_select(options=[option(description=words(n))]))),
    "checkbox text": (75, lambda n: checks(text=marked("x" * n))),
    "checkbox words": (75, lambda n: checks(description=marked("x" * n))),
    "overflow text": (75, lambda n: overflow(text=words(n))),
    "overflow words": (75, lambda n: overflow(description=words(n))),
    "overflow url": (3000, lambda n: overflow(url=url(n))),
    "options": (100, lambda n: one(static_select(options=options(n)))),
    "option groups": (100, lambda n: one(static_select(option_groups=[group()] * n))),
    "group label": (75, lambda n: one(static_select(option_groups=[group(label=n)]))),
    "options in a group": (100, lambda n: one(static_select(option_groups=[group(choices=n)]))),
    "placeholder": (150, lambda n: one(static_select(placeholder=words(n)))),
    "workflow button text": (
        75,
        lambda n: one(
            {
                "type": "workflow_button",
                "text": words(n),
                "action_id": "w",
                "workflow": {"trigger": {"url": URL}},
            }
        ),
    ),
    "feedback text": (75, lambda n: feedback(text=words(n))),
    "feedback value": (2000, lambda n: feedback(value="x" * n)),
    "icon button text": (75, lambda n: icon(text=words(n))),
    "image words": (2000, lambda n: message(image(alt_text="x" * n))),
    "image url": (3000, lambda n: message(image(image_url=url(n)))),
    "image title": (2000, lambda n: message(image(title=words(n)))),
    "image element words": (2000, lambda n: message(section(accessory=image(alt_text="x" * n)))),
    "file url": (
        3000,
        lambda n: message({"type": "image", "alt_text": "x", "slack_file": {"url": url(n)}}),
    ),
    "section text": (3000, lambda n: message(section("x" * n))),
    "field text": (2000, lambda n: message({"type": "section", "fields": [words(n)]})),
    "context text": (3000, lambda n: message({"type": "context", "elements": [words(n)]})),
    "header level": (4, lambda n: message({"type": "header", "text": plain("x"), "level": n})),
    "table rows": (100, lambda n: table(rows=n)),
    "table columns": (20, lambda n: table(columns=n)),
    "table settings": (20, lambda n: table(settings=n)),
    "data table rows": (201, lambda n: data_table(rows=n)),
    "data table columns": (20, lambda n: data_table(columns=n)),
    "data table page": (100, lambda n: data_table(page_size=n)),
    "data table row header": (19, lambda n: data_table(row_header_column_index=n)),
    "data table text": (20_000, lambda n: data_table(words=n)),
    "video url": (3000, lambda n: video(video_url=url(n))),
    "video words": (2000, lambda n: video(alt_text="x" * n)),
    "video title": (199, lambda n: video(title=words(n))),
    "video description": (199, lambda n: video(description=words(n))),
    "video author": (49, lambda n: video(author_name="x" * n)),
    "video thumbnail": (3000, lambda n: video(thumbnail_url=url(n))),
    "video provider icon": (3000, lambda n: video(provider_icon_url=url(n))),
    "file id": (
        255,
        lambda n: message({"type": "file", "external_id": "x" * n, "source": "remote"}),
    ),
    "call id": (255, lambda n: message({"type": "call", "call_id": "x" * n})),
    "card title": (150, lambda n: card(title=words(n))),
    "card subtitle": (150, lambda n: card(subtitle=words(n))),
    "card body": (200, lambda n: card(body=words(n))),
    "card subtext": (200, lambda n: card(subtext=words(n))),
    "card buttons": (3, lambda n: card(actions=[button(str(i)) for i in range(n)])),
    "cards": (
        10,
        lambda n: message(
            {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * n}
        ),
    ),
    "container title": (150, lambda n: container(title=n)),
    "container blocks": (10, lambda n: container(blocks=n)),
    "context actions": (
        5,
        lambda n: message(
            {
                "type": "context_actions",
                "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}] * n,
            }
        ),
    ),
    "chart title": (50, lambda n: chart(title=n)),
    "chart series": (12, lambda n: chart(series=n)),
    "chart points": (20, lambda n: chart(points=n)),
    "series name": (20, lambda n: chart(name=n)),
    "axis label": (50, lambda n: chart(axis=n)),
    "pie segments": (12, lambda n: pie(segments=n)),
    "segment label": (20, lambda n: pie(label=n)),
    "charts": (
        2,
        lambda n: message(*[pie()["blocks"][0] for _ in range(n)]),
    ),
    "markdown": (12_000, markdown),
    "list indent": (8, listed),
    "attachments": (100, lambda n: {"attachments": [{"text": "x"}] * n}),
    "markdown_text": (12_000, lambda n: {"markdown_text": "x" * n}),
    "alert text": (200, lambda n: modal({"type": "alert", "text": words(n)})),
    "title": (24, lambda n: modal(title=words(n))),
    "metadata": (3000, lambda n: modal(private_metadata="x" * n)),
    "callback_id": (255, lambda n: modal(callback_id="x" * n)),
    "external_id": (255, lambda n: modal(external_id="x" * n)),
    "blocks in a view": (100, lambda n: modal(*[{"type": "divider"}] * n)),
    "label": (2000, lambda n: modal(entry(text_input(), "x" * n))),
    "hint": (2000, lambda n: modal(entry(text_input(), hint=words(n)))),
    "initial value": (3000, lambda n: written(initial_value="x" * n)),
    "smallest length": (3000, lambda n: written(min_length=n)),
    "largest length": (3000, lambda n: written(max_length=n)),
    "fewest lines": (100, lambda n: rich_input(min_lines=n)),
    "most lines": (100, lambda n: rich_input(max_lines=n)),
    "files": (10, lambda n: modal(entry({"type": "file_input", "max_files": n}))),
    "a moment": (
        9_999_999_999,
        lambda n: one({"type": "datetimepicker", "initial_date_time": n}),
    ),
}


def checked(payload: Json) -> None:
    if payload.get("type") == "modal":
        check_view(payload)
    else:
        check_message(payload)


@pytest.mark.parametrize(("limit", "made"), LIMITS.values(), ids=list(LIMITS))
def test_the_limit_is_taken_and_one_more_is_not(limit: int, made: Callable[[int], Json]) -> None:
    checked(made(limit))
    with pytest.raises(Invalid):
        checked(made(limit + 1))


LEAST: dict[str, tuple[int, Callable[[int], Json]]] = {
    "options": (1, lambda n: one(static_select(options=options(n)))),
    "rich text": (1, lambda n: message(rich_text(rich_section(run("x" * n))))),
    "data table rows": (2, lambda n: data_table(rows=n)),
    "data table page": (1, lambda n: data_table(page_size=n)),
    "header level": (1, lambda n: message({"type": "header", "text": plain("x"), "level": n})),
    "largest length": (1, lambda n: written(max_length=n)),
    "smallest length": (0, lambda n: written(min_length=n)),
    "fewest lines": (1, lambda n: rich_input(min_lines=n)),
    "most lines": (1, lambda n: rich_input(max_lines=n)),
    "files": (1, lambda n: modal(entry({"type": "file_input", "max_files": n}))),
    "choices": (1, lambda n: one({"type": "multi_users_select", "max_selected_items": n})),
    "letters before a search": (
        0,
        lambda n: one({"type": "external_select", "min_query_length": n}),
    ),
    "letters before a search for several": (
        0,
        lambda n: one({"type": "multi_external_select", "min_query_length": n}),
    ),
    "a moment": (
        1_000_000_000,
        lambda n: one({"type": "datetimepicker", "initial_date_time": n}),
    ),
    "a zone": (1, lambda n: one({"type": "timepicker", "timezone": "x" * n})),
    "cards": (
        1,
        lambda n: message(
            {"type": "carousel", "elements": [{"type": "card", "title": plain("x")}] * n}
        ),
    ),
    "a slice": (1, lambda n: pie(segments=n)),
}


@pytest.mark.parametrize(("least", "made"), LEAST.values(), ids=list(LEAST))
def test_the_least_is_taken_and_one_less_is_not(least: int, made: Callable[[int], Json]) -> None:
    checked(made(least))
    with pytest.raises(Invalid):
        checked(made(least - 1))


@pytest.mark.parametrize("time", ["00:00", "09:59", "19:00", "20:05", "23:59"])
def test_a_time_of_day_is_taken(time: str) -> None:
    checked(one({"type": "timepicker", "initial_time": time}))


@pytest.mark.parametrize("time", ["24:00", "12:60", "9:00", "12:5", "12:00:00", "noon", "12:00\n"])
def test_what_is_no_time_of_day_is_not(time: str) -> None:
    with pytest.raises(Invalid, match="initial_time"):
        checked(one({"type": "timepicker", "initial_time": time}))


def number(**more: object) -> Json:
    return modal(entry({"type": "number_input", "is_decimal_allowed": True, **more}))


@pytest.mark.parametrize("value", ["0", "-10", "+7", "0.25", ".5", "5.", "007"])
def test_a_number_is_taken(value: str) -> None:
    checked(number(initial_value=value))


@pytest.mark.parametrize("value", ["", "1e5", "NaN", "1,5", "٣", "0x1", "--1", "."])
def test_what_is_no_number_is_not(value: str) -> None:
    with pytest.raises(Invalid, match="must be a valid number"):
        checked(number(initial_value=value))
