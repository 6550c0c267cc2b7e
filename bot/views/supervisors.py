"""A supervisor's own settings: how many requests at once, and time off."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import ids
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.views.supervision_queue import page
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.supervisors import MOST_EVER, Supervisor, TimeOff
from domain.values import dataclass

MOST = "most"
FIRST_ON = "first_on"
LAST_ON = "last_on"


def supervisor_page(words: Words, me: Supervisor, *, said: str | None = None) -> Json:
    """Render how somebody is set as a supervisor."""
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.say(
            words.count("supervisor.most", me.most),
            accessory=kit.button(words("supervisor.change_most"), ids.OPEN_MOST_HELD),
        ),
        kit.heading(words("time_off.title")),
        *(_off(words, off) for off in me.away),
    ]
    if not me.away:
        blocks.append(kit.say(words("time_off.none")))
    blocks += [
        kit.buttons(
            kit.button(words("time_off.add"), ids.OPEN_TIME_OFF),
            kit.button(words("queue.open"), ids.OPEN_QUEUE),
        ),
        who_sees(words, Thing.TIME_OFF),
    ]
    return page(words, "supervisor.title", blocks)


def most_form(words: Words, me: Supervisor) -> Json:
    """Ask how many requests somebody holds at once."""
    options = [kit.option(str(n), str(n)) for n in range(1, MOST_EVER + 1)]
    field = kit.field(
        MOST,
        words("supervisor.most_field"),
        kit.select(options, str(me.most)),
        hint=words("supervisor.most_hint"),
    )
    blocks = [field, who_sees(words, Thing.RHYTHM)]
    return _form(words, "supervisor.change_most", blocks, ids.MOST_HELD_FORM, Meta())


def read_most_form(view: Mapping[str, Any]) -> int:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    try:
        return int(Values(view).choice(MOST) or "")
    except ValueError:
        raise NotValid({MOST: "choose_one"}) from None


def time_off_form(words: Words, today: date, *, form: str) -> Json:
    """Ask from when to when somebody is away."""
    fields = [
        kit.field(FIRST_ON, words("time_off.first_on"), kit.day(today)),
        kit.field(LAST_ON, words("time_off.last_on"), kit.day(today)),
        who_sees(words, Thing.TIME_OFF, also=words("time_off.about")),
    ]
    return _form(words, "time_off.add", fields, ids.TIME_OFF_FORM, Meta(form=form))


@dataclass(frozen=True, slots=True)
class SubmittedTimeOff:
    """Submitted time off, both dates included."""

    first_on: date
    last_on: date


def read_time_off_form(view: Mapping[str, Any]) -> SubmittedTimeOff:
    """Parse it.

    Raises:
        NotValid: A date that is none.
    """
    values = Values(view)
    days = {}
    for name in (FIRST_ON, LAST_ON):
        try:
            days[name] = values.day(name)
        except ValueError:
            days[name] = None
    first_on, last_on = days[FIRST_ON], days[LAST_ON]
    if first_on is None or last_on is None:
        raise NotValid({FIRST_ON if first_on is None else LAST_ON: "date_wrong"})
    return SubmittedTimeOff(first_on, last_on)


def _off(words: Words, off: TimeOff) -> Json:
    first, last = words.day(off.first_on), words.day(off.last_on)
    text = words("time_off.row", first=first, last=last)
    if off.first_on == off.last_on:
        text = words("time_off.day", date=first)
    label = words("time_off.remove_label", date=words.short_day(off.first_on))
    button = kit.button(words("time_off.remove"), ids.REMOVE_TIME_OFF, off.id, label=label)
    return kit.say(text, accessory=button)


def _form(words: Words, title: str, blocks: list[Json], callback_id: str, meta: Meta) -> Json:
    return kit.modal(
        words(title),
        blocks,
        callback_id=callback_id,
        submit=words(f"{title}.save"),
        close=words("close.not_now"),
        metadata=meta.pack(),
    )
