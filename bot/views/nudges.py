"""A person's own nudge: the form, the words once they are asked for, and the bland message."""

from collections.abc import Mapping
from typing import Any

from bot import ids
from bot.services.nudges import NudgeToSend, OwnNudge
from bot.views import kit
from bot.views.choices import read_rhythm, rhythm_fields
from bot.views.forms import Meta, Values
from bot.views.kit import Json, Message
from bot.views.session_after import CONFIRM, warning
from bot.views.sights import who_sees
from bot.words import Words
from domain.journal import NUDGE_LENGTH
from domain.policy import Thing
from domain.schedules import Cadence, Rhythm
from domain.text import visible
from domain.values import dataclass

NUDGE = "nudge"


def push(words: Words, data: NudgeToSend) -> Message:
    """Say that it is time, and nothing of what the nudge says."""
    return kit.message(
        [words("nudge.push")],
        [
            kit.button(words("nudge.read"), ids.READ_NUDGE, primary=True),
            kit.button(words("nudge.change"), ids.OPEN_NUDGE),
        ],
    )


def form(words: Words, data: OwnNudge, *, form: str, asks: frozenset[str] = frozenset()) -> Json:
    """Render the form, filled in with the nudge that is there; `asks` as `KeptNudge` has it."""
    blocks = [
        kit.say(words("nudge.about")),
        kit.field(
            NUDGE,
            words("nudge.field"),
            kit.line(data.text, most=NUDGE_LENGTH),
            hint=words("nudge.hint"),
        ),
        *rhythm_fields(words, data.rhythm),
        *(warning(words, asks) if asks else ()),
    ]
    if data.kept:
        blocks.append(kit.buttons(_stop(words), block_id="stop"))
    blocks.append(who_sees(words, Thing.NUDGE, also=words("nudge.says_nothing")))
    return kit.modal(
        words("nudge.title"),
        blocks,
        callback_id=ids.NUDGE_FORM,
        submit=words("nudge.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


@dataclass(frozen=True, slots=True)
class SubmittedNudge:
    """A submitted nudge."""

    text: str
    rhythm: Rhythm
    save_anyway: bool


def read_form(view: Mapping[str, Any]) -> SubmittedNudge:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    return SubmittedNudge(
        text=visible(values.text(NUDGE) or "").strip(),
        rhythm=read_rhythm(values),
        save_anyway=bool(values.choices(CONFIRM)),
    )


def saved(words: Words, data: OwnNudge) -> Json:
    """Say that it is kept and when it comes; not what it says."""
    lines = [words("nudge.saved"), _when(words, data.rhythm)]
    return _page(words, lines, data)


def opened(words: Words, data: OwnNudge) -> Json:
    """Show the person their own words, once they asked for them."""
    if data.text is None:
        return _page(words, [words("nudge.none")], data)
    return _page(words, [words("nudge.you_wrote"), data.text], data)


def stopped(words: Words, data: OwnNudge) -> Json:
    """Say that it is deleted."""
    return _page(words, [words("nudge.stopped")], data)


def _when(words: Words, rhythm: Rhythm) -> str:
    if rhythm.cadence is Cadence.OFF:
        return words("nudge.comes_off")
    return words(
        f"nudge.comes_{rhythm.cadence}",
        weekday=words(f"weekday.{rhythm.weekday}"),
        time=words.clock(rhythm.at),
    )


def _stop(words: Words) -> Json:
    ask = kit.confirm(
        words("nudge.stop_title"),
        words("nudge.stop_ask"),
        words("nudge.stop_yes"),
        words("nudge.stop_no"),
    )
    return kit.button(words("nudge.stop"), ids.STOP_NUDGE, confirm=ask)


def _page(words: Words, lines: list[str], data: OwnNudge) -> Json:
    if data.under_way:
        lines = [*lines, words("choices.under_way")]
    change = words("nudge.change" if data.kept else "nudge.write")
    return kit.modal(
        words("nudge.title"),
        [*map(kit.say, lines), kit.buttons(kit.button(change, ids.OPEN_NUDGE))],
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )
