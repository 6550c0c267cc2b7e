"""The co-leads' page on supervision, its two forms, and the count for learning partners."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

from bot import ids
from bot.services.supervision_pages import Programme
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.views.supervision_queue import page
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.response_clock import MOST_DAYS, MOST_HOURS, Promises

START = "start"
END = "end"
DAYS = "days"
MORNING = "morning"
ROUTINE = "routine_days"
SOON = "soon_days"
TODAY = "today_hours"
PRACTICE = "practice_hours"
CONTACT = "contact_days"
_CONTACT_CHOICES = (7, 14, 28, 31, 62, 92, 183)


def plan_page(words: Words, data: Programme, *, said: str | None = None) -> Json:
    """Render two counts and what is promised; never whose a request is or what it is for."""
    promises = data.promises
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.say(words.count("plan.late", data.late) if data.late else words("plan.none_late")),
        kit.say(words.count("plan.due", data.due) if data.due else words("plan.none_due")),
        kit.say(
            words.count("plan.supervisors", data.supervisors)
            if data.supervisors
            else words("plan.no_supervisors")
        ),
        kit.heading(words("plan.promises")),
        kit.say(hours_in_words(words, promises)),
        kit.say(promises_in_words(words, promises)),
        kit.buttons(
            kit.button(words("plan.open_hours"), ids.OPEN_HOURS),
            kit.button(words("plan.open_promises"), ids.OPEN_PROMISES),
        ),
        who_sees(words, Thing.REQUEST_EXISTS, Thing.TALLY, you=None),
    ]
    return page(words, "plan.title", blocks)


def hours_in_words(words: Words, promises: Promises) -> str:
    """Say when somebody answers."""
    days = ", ".join(words(f"weekday.{day}") for day in sorted(promises.days))
    start, end = words.clock(promises.start), words.clock(promises.end)
    return words("plan.hours", days=days, start=start, end=end)


def promises_in_words(words: Words, promises: Promises) -> str:
    """Say within what time each level is answered, and when supervision is due."""
    return "\n".join(
        (
            words("plan.routine", days=words.count("plan.days", promises.routine_days)),
            words("plan.soon", days=words.count("plan.days", promises.soon_days)),
            words(
                "plan.today",
                hours=words.count("plan.working_hours", promises.today_hours),
                morning=words.clock(promises.morning),
            ),
            words(
                "plan.yardstick",
                hours=words.count("time.hours", promises.practice_hours),
                days=promises.contact_days,
            ),
        )
    )


def hours_form(words: Words, promises: Promises, *, form: str) -> Json:
    """Ask in which hours somebody answers."""
    weekdays = [kit.option(words(f"weekday.{day}"), str(day)) for day in range(7)]
    days = kit.checkboxes(weekdays, [str(day) for day in promises.days])
    blocks = [
        kit.say(words("plan.about")),
        kit.field(START, words("plan.start"), kit.clock(promises.start)),
        kit.field(END, words("plan.end"), kit.clock(promises.end)),
        kit.field(DAYS, words("plan.days_field"), days, hint=words("plan.days_hint")),
        kit.field(
            MORNING,
            words("plan.morning"),
            kit.clock(promises.morning),
            hint=words("plan.morning_hint"),
        ),
        who_sees(words, Thing.PROMISES, you=None),
    ]
    return _form(words, "plan.open_hours", blocks, ids.HOURS_FORM, form)


def read_hours_form(view: Mapping[str, Any], promises: Promises) -> Promises:
    """Return the promises with the hours of a submitted form.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        days = frozenset(range(7).index(int(day)) for day in values.choices(DAYS))
    except ValueError:
        raise NotValid({DAYS: "choose_one"}) from None
    return replace(
        promises,
        start=_time(values, START),
        end=_time(values, END),
        days=days,
        morning=_time(values, MORNING),
    )


def promises_form(words: Words, promises: Promises, *, form: str) -> Json:
    """Ask within what time each level is answered, and when supervision is due."""
    blocks = [
        kit.say(words("plan.about")),
        _number(words, ROUTINE, "plan.days", range(1, MOST_DAYS + 1), promises.routine_days),
        _number(words, SOON, "plan.days", range(1, MOST_DAYS + 1), promises.soon_days),
        _number(words, TODAY, "plan.working_hours", range(1, MOST_HOURS + 1), promises.today_hours),
        _number(words, PRACTICE, "time.hours", range(1, 41), promises.practice_hours),
        _number(words, CONTACT, "plan.calendar_days", _CONTACT_CHOICES, promises.contact_days),
        who_sees(words, Thing.PROMISES, you=None),
    ]
    return _form(words, "plan.open_promises", blocks, ids.PROMISES_FORM, form)


def read_promises_form(view: Mapping[str, Any], promises: Promises) -> Promises:
    """Return the promises with the numbers of a submitted form.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    found: dict[str, Any] = {}
    for name in (ROUTINE, SOON, TODAY, PRACTICE, CONTACT):
        try:
            found[name] = int(values.choice(name) or "")
        except ValueError:
            raise NotValid({name: "choose_one"}) from None
    return replace(promises, **found)


def sent_page(words: Words, sent: int | None) -> Json:
    """Say how many requests there were lately, of five and more."""
    said = words("plan.sent_few") if sent is None else words.count("plan.sent", sent)
    return page(words, "plan.title", [kit.say(said), kit.small(words("plan.sent_only"))])


def _number(words: Words, name: str, unit: str, offered: Any, chosen: int) -> Json:
    numbers = sorted({*offered, chosen})
    options = [kit.option(words.count(unit, n), str(n)) for n in numbers]
    return kit.field(name, words(f"plan.{name}"), kit.select(options, str(chosen)))


def _time(values: Values, name: str) -> time:
    try:
        found = values.clock(name)
    except ValueError:
        found = None
    if found is None:
        raise NotValid({name: "time_wrong"})
    return found


def _form(words: Words, title: str, blocks: list[Json], callback_id: str, form: str) -> Json:
    return kit.modal(
        words(title),
        blocks,
        callback_id=callback_id,
        submit=words(f"{title}.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )
