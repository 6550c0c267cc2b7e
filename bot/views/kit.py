"""The few shapes of Block Kit that the product uses, each written once."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from domain.values import dataclass

Json = dict[str, Any]

BLOCKS_IN_A_VIEW = 100
OPTION_TEXT = 75
PART = 1500
"""Half of what Slack takes in a section: it holds where a letter counts as two, as emoji may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG and what it says, in words."""

    content: bytes
    says: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the bot says by itself. `text` says all that the blocks and the picture say.

    Screen readers read it and notifications show it (Slack, chat.postMessage), so nothing private
    is in any of them.
    """

    text: str
    blocks: Sequence[Json] = ()
    picture: Picture | None = None


def message(
    paragraphs: Sequence[str], buttons_below: Sequence[Json] = (), *, aloud: str = ""
) -> Message:
    """A message of plain paragraphs with a row of buttons.

    `aloud` says what the buttons are for, where the text stands without them.
    """
    blocks = [say(text) for text in paragraphs]
    if buttons_below:
        blocks.append(buttons(*buttons_below))
    said = [*paragraphs, aloud] if aloud else paragraphs
    return Message(text=inert("\n".join(said)), blocks=blocks)


def plain(text: str) -> Json:
    """Text that Slack shows as it stands: no mentions, links, formatting or emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def person(user_id: str, after: str = "") -> Json:
    """Somebody's name, as Slack shows it, with our own words after it."""
    return {"type": "mrkdwn", "text": f"<@{user_id}>{after}", "verbatim": True}


def say(text: str, *, accessory: Json | None = None, block_id: str | None = None) -> Json:
    """A paragraph, with at most one control beside it."""
    return _block("section", block_id, text=plain(text), accessory=accessory)


def say_named(name: str, text: str) -> Json:
    """A paragraph of our own, reviewed words under a name in bold; never anyone's typed words."""
    shown = f"*{inert(name)}*\n{inert(text)}"
    return _block("section", None, text={"type": "mrkdwn", "text": shown, "verbatim": True})


def say_person(user_id: str, after: str = "", *, accessory: Json | None = None) -> Json:
    """A paragraph that begins with somebody's name."""
    return _block("section", None, text=person(user_id, after), accessory=accessory)


def say_people(before: str, user_ids: Sequence[str]) -> list[Json]:
    """Our own, reviewed words and people's names after them, as Slack shows them.

    As many paragraphs as it takes.
    """
    first, *rest = in_parts([f"<@{user_id}>" for user_id in user_ids]) or [""]
    shown = [f"{inert(before)} {first}", *rest]
    return [
        _block("section", None, text={"type": "mrkdwn", "text": text, "verbatim": True})
        for text in shown
    ]


def in_parts(pieces: Sequence[str]) -> list[str]:
    """Return pieces with commas between them, as texts that each leave room in a paragraph.

    A text that goes on in the next one ends in a comma.
    """
    texts: list[str] = []
    for piece in pieces:
        if texts and len(texts[-1]) + len(piece) + 3 <= PART:
            texts[-1] = f"{texts[-1]}, {piece}"
        else:
            texts.append(piece)
    return [f"{text}," for text in texts[:-1]] + texts[-1:]


def say_channel(text: str, channel: str) -> Json:
    """A paragraph of our own, reviewed words that ends in a channel's name, as Slack shows it."""
    shown = f"{inert(text)} <#{channel}>"
    return _block("section", None, text={"type": "mrkdwn", "text": shown, "verbatim": True})


def heading(text: str) -> Json:
    """A heading of at most 150 characters."""
    return {"type": "header", "text": plain(text)}


def small(text: str, *, block_id: str | None = None) -> Json:
    """A quiet line, for who can see what and the like."""
    return _block("context", block_id, elements=[plain(text)])


def divider() -> Json:
    """A line between two parts."""
    return {"type": "divider"}


def buttons(*elements: Json, block_id: str | None = None) -> Json:
    """A row of buttons."""
    return _block("actions", block_id, elements=list(elements))


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    primary: bool = False,
    confirm: Json | None = None,
    label: str | None = None,
) -> Json:
    """A button; `label` is what a screen reader says where the text alone is not enough."""
    element: Json = {"type": "button", "text": plain(text), "action_id": action_id}
    if value:
        element["value"] = value
    if primary:
        element["style"] = "primary"
    if confirm:
        element["confirm"] = confirm
    if label:
        element["accessibility_label"] = label[:75]
    return element


def confirm(title: str, text: str, yes: str, no: str) -> Json:
    """A question before something that cannot be taken back for long."""
    return {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(yes),
        "deny": plain(no),
    }


def option(text: str, value: str, description: str | None = None) -> Json:
    """One choice."""
    choice: Json = {"text": plain(text), "value": value}
    if description:
        choice["description"] = plain(description)
    return choice


def field(
    block_id: str,
    label: str,
    element: Json,
    *,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Json:
    """An input with its label. The element's `action_id` is the block's id."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": block_id},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint)
    if dispatch:
        block["dispatch_action"] = True
    return block


def select(options: Sequence[Json], chosen: str | None = None, *, ask: str | None = None) -> Json:
    """One choice from a list that opens."""
    element: Json = {"type": "static_select", "options": list(options)}
    if ask:
        element["placeholder"] = plain(ask)
    return _with_initial(element, options, chosen)


def radio(options: Sequence[Json], chosen: str | None = None) -> Json:
    """One choice from at most ten, all in sight."""
    return _with_initial({"type": "radio_buttons", "options": list(options)}, options, chosen)


def checkboxes(options: Sequence[Json], chosen: Iterable[str] = ()) -> Json:
    """Any of at most ten choices."""
    element: Json = {"type": "checkboxes", "options": list(options)}
    wanted = set(chosen)
    initial = [o for o in options if o["value"] in wanted]
    if initial:
        element["initial_options"] = initial
    return element


def line(initial: str | None = None, *, most: int, ask: str | None = None) -> Json:
    """A single line of text."""
    return _text(initial, most=most, ask=ask, several_lines=False)


def paragraph(initial: str | None = None, *, most: int) -> Json:
    """Several lines of text."""
    return _text(initial, most=most, ask=None, several_lines=True)


def day(initial: date | None = None) -> Json:
    """A date."""
    element: Json = {"type": "datepicker"}
    if initial is not None:
        element["initial_date"] = initial.isoformat()
    return element


def clock(initial: time) -> Json:
    """A time of day."""
    return {"type": "timepicker", "initial_time": initial.strftime("%H:%M")}


def moment(initial: datetime | None = None) -> Json:
    """A date and a time, which Slack shows by the clock of whoever looks."""
    element: Json = {"type": "datetimepicker"}
    if initial is not None:
        element["initial_date_time"] = int(initial.timestamp())
    return element


def channel(chosen: str | None = None) -> Json:
    """A channel of this organisation alone, chosen by whoever can see it."""
    element: Json = {
        "type": "conversations_select",
        "filter": {
            "include": ["public", "private"],
            "exclude_external_shared_channels": True,
            "exclude_bot_users": True,
        },
    }
    if chosen:
        element["initial_conversation"] = chosen
    return element


def people(chosen: Sequence[str] = ()) -> Json:
    """Any people of the workspace."""
    element: Json = {"type": "multi_users_select"}
    if chosen:
        element["initial_users"] = list(chosen)
    return element


def somebody(chosen: str | None = None) -> Json:
    """One person of the workspace."""
    element: Json = {"type": "users_select"}
    if chosen:
        element["initial_user"] = chosen
    return element


def modal(
    title: str,
    blocks: Sequence[Json],
    *,
    callback_id: str,
    close: str,
    submit: str | None = None,
    metadata: str = "",
) -> Json:
    """A modal; `submit` is there where there is something to send."""
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title),
        "close": plain(close),
        "blocks": list(blocks),
    }
    if submit:
        view["submit"] = plain(submit)
    if metadata:
        view["private_metadata"] = metadata
    return view


def home(blocks: Sequence[Json]) -> Json:
    """A Home tab."""
    return {"type": "home", "blocks": list(blocks)}


def inert(text: str) -> str:
    """Escape what Slack would read as a mention or a link; `&` first (Slack, formatting)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _text(initial: str | None, *, most: int, ask: str | None, several_lines: bool) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": several_lines, "max_length": most}
    if initial:
        element["initial_value"] = initial
    if ask:
        element["placeholder"] = plain(ask)
    return element


def _with_initial(element: Json, options: Sequence[Json], chosen: str | None) -> Json:
    initial = next((o for o in options if o["value"] == chosen), None)
    if initial is not None:
        element["initial_option"] = initial
    return element


def _block(kind: str, block_id: str | None, **parts: Any) -> Json:
    block: Json = {"type": kind}
    block |= {name: part for name, part in parts.items() if part is not None}
    if block_id:
        block["block_id"] = block_id
    return block
