"""Dates of a set: the form that offers them, the ticks, and the page on which one is chosen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from bot import ids
from bot.services.set_dates import Dates
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.learning_sets import page
from bot.views.sights import who_sees
from bot.views.times import Times
from bot.words import Words
from domain.clock import zone
from domain.meeting_dates import Choice
from domain.policy import Thing
from domain.refusals import NotValid, Refused
from domain.set_meetings import DATES, Meeting, MeetingState

DATE = "dates"
TICKS = "ticks"
WHEN = "dates"
FIRST_SHOWN = 4


def offer_form(
    words: Words,
    *,
    form: str,
    set_id: str | None = None,
    meeting_id: str | None = None,
    typed: Sequence[datetime | None] = (),
    full: bool = False,
) -> Json:
    """Ask for two to eight dates, by the clock of whoever fills it in."""
    shown = DATES[-1] if full else FIRST_SHOWN
    given = [*typed, *[None] * shown][:shown]
    fields = [
        kit.field(
            _name(n),
            words("dates.field", number=n + 1),
            kit.moment(moment),
            optional=n >= DATES[0],
        )
        for n, moment in enumerate(given)
    ]
    blocks = [kit.say(words("dates.about")), *fields]
    if not full:
        more = kit.button(words("dates.more"), ids.MORE_SET_DATES)
        blocks.append(kit.buttons(more, block_id="more"))
    blocks.append(who_sees(words, Thing.SET_MEETING, you=None))
    return kit.modal(
        words("dates.again" if meeting_id else "dates.offer"),
        blocks,
        callback_id=ids.SET_DATES_FORM,
        submit=words("dates.ask"),
        close=words("close.not_now"),
        metadata=Meta(form=form, learning_set=set_id, meeting=meeting_id).pack(),
    )


def read_moments(view: Mapping[str, Any]) -> list[datetime | None]:
    """Return what is filled in so far, in UTC.

    Raises:
        NotValid: Something that is no moment.
    """
    values = Values(view)
    try:
        return [values.moment(_name(n)) for n in range(DATES[-1])]
    except ValueError:
        raise NotValid({_name(0): "date_wrong"}) from None


def by_wall_clock(moments: Sequence[datetime | None], zone_name: str) -> list[tuple[date, time]]:
    """Return the moments as the wall clock of a set has them."""
    local = [moment.astimezone(zone(zone_name)) for moment in moments if moment is not None]
    return [(one.date(), one.time().replace(tzinfo=None)) for one in local]


def dates_page(words: Words, data: Dates, *, runs: bool) -> Json:
    """Render which dates suit how many; co-leads choose one of them."""
    times = Times(words, data.zone, data.times)
    blocks = [
        kit.heading(data.learning_set.plan.name),
        kit.say(words("dates.answered", answered=data.answered, members=data.members)),
    ]
    if data.tied:
        blocks.append(kit.say(words("dates.tied")))
    polling = data.meeting.state is MeetingState.POLLING
    blocks += [_choice(words, one, data, times, choose=runs and polling) for one in data.choices]
    buttons = []
    if polling and not runs:
        buttons.append(kit.button(words("dates.tick"), ids.OPEN_SET_TICKS, data.meeting.id))
    if runs:
        again = kit.button(words("dates.again"), ids.ASK_SET_DATES_AGAIN, data.meeting.id)
        buttons.append(again)
    buttons.append(kit.button(words("meeting.back"), ids.OPEN_MEETING, data.meeting.id))
    return page(words, "dates.title", [*blocks, kit.buttons(*buttons)])


def ticks_form(words: Words, data: Dates, *, form: str) -> Json:
    """Ask a member which dates suit them; none may."""
    times = Times(words, data.zone, data.times)
    in_order = sorted((one.offered for one in data.choices), key=lambda o: o.date.starts_at)
    options = [kit.option(times(one.date.starts_at), one.id) for one in in_order]
    boxes = kit.checkboxes(options, data.mine)
    blocks = [
        kit.say(words("dates.ticks_about", name=data.learning_set.plan.name)),
        kit.field(TICKS, words("dates.ticks"), boxes, optional=True),
        who_sees(words, Thing.DATES_TICKED),
    ]
    return kit.modal(
        words("dates.title"),
        blocks,
        callback_id=ids.SET_TICKS_FORM,
        submit=words("dates.save_ticks"),
        close=words("close.not_now"),
        metadata=Meta(form=form, meeting=data.meeting.id, edition=data.meeting.edition).pack(),
    )


def read_ticks_form(view: Mapping[str, Any]) -> list[str]:
    """Return the ids of the dates that were ticked."""
    return Values(view).choices(TICKS)


def read_choice(value: str) -> tuple[str, str, str]:
    """Return the ids of the meeting, of the date and of the press that a button names.

    Raises:
        Refused: It names none.
    """
    parts = value.split(" ")
    if len(parts) != 3:
        raise Refused("form_too_old")
    return parts[0], parts[1], parts[2]


def move_form(words: Words, meeting: Meeting, *, form: str) -> Json:
    """Ask for another time for a meeting, by the clock of whoever fills it in."""
    starts_at = meeting.date.starts_at if meeting.date else None
    blocks = [
        kit.say(words("move.about")),
        kit.field(WHEN, words("move.when"), kit.moment(starts_at)),
        who_sees(words, Thing.SET_MEETING, you=None),
    ]
    return kit.modal(
        words("move.title"),
        blocks,
        callback_id=ids.SET_MOVE_FORM,
        submit=words("move.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form, meeting=meeting.id).pack(),
    )


def read_move_form(view: Mapping[str, Any]) -> datetime:
    """Return the moment, in UTC.

    Raises:
        NotValid: There is none.
    """
    try:
        moment = Values(view).moment(WHEN)
    except ValueError:
        moment = None
    if moment is None:
        raise NotValid({WHEN: "date_wrong"})
    return moment


def _name(number: int) -> str:
    """The first field is called as the rules call what is wrong with dates."""
    return DATE if number == 0 else f"{DATE}_{number + 1}"


def _choice(words: Words, one: Choice, data: Dates, times: Times, *, choose: bool) -> Json:
    when = times(one.offered.date.starts_at)
    said = words("dates.choice", when=when, can=len(one.can), members=data.members)
    if one.best and data.answered:
        said = f"{said} {words('dates.best')}"
    if not choose:
        return kit.say(said)
    value = f"{data.meeting.id} {one.offered.id} {data.meeting.edition}"
    label = words("dates.choose_label", when=when)
    button = kit.button(words("dates.choose"), ids.CHOOSE_SET_DATE, value, label=label)
    return kit.say(said, accessory=button)
