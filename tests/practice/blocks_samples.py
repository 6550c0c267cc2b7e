"""Small pieces of Block Kit for the tests, as an app would send them."""

from typing import Any

Json = dict[str, Any]


def plain(text: str, **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def marked(text: str, **more: Any) -> Json:
    return {"type": "mrkdwn", "text": text, **more}


def option(text: str = "Tea", value: str = "tea", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


TEA, COFFEE = option("Tea", "tea"), option("Coffee", "coffee")


def options(count: int) -> list[Json]:
    return [option(f"Choice {n}", f"choice-{n}") for n in range(count)]


def button(text: str = "Press", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def image(**more: Any) -> Json:
    made = {"type": "image", "alt_text": "A cat", "image_url": "https://example.com/cat.png"}
    return {**made, **more}


def section(text: str = "Hello", **more: Any) -> Json:
    return {"type": "section", "text": marked(text), **more}


def beside(accessory: Json) -> Json:
    return section(accessory=accessory)


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def entry(element: Json, label: str = "Label", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": element, **more}


def text_input(**more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": "words", **more}


def static_select(**more: Any) -> Json:
    made = {"type": "static_select", "action_id": "pick"}
    return {**made, **({} if "option_groups" in more else {"options": [TEA, COFFEE]}), **more}


def rich_text(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*runs: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(runs)}


def run(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def confirm(**more: Any) -> Json:
    made = {
        "title": plain("Sure?"),
        "text": marked("It *cannot* be undone."),
        "confirm": plain("Delete"),
        "deny": plain("Keep"),
    }
    return {**made, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    made = {"type": "modal", "title": plain("Title"), "submit": plain("Save")}
    return {**made, "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "Hello", "blocks": list(blocks), **more}
