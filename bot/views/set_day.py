"""A meeting on its day: its agenda, part by part, and what people would like to think about."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot import ids
from bot.services.set_agenda import Offers, Running
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.learning_sets import page
from bot.views.session_after import CONFIRM, warning
from bot.views.sights import who_sees
from bot.views.times import Times
from bot.words import Words
from domain.agendas import Part
from domain.learning_sets import LINE_LENGTH
from domain.policy import Thing
from domain.refusals import Refused
from domain.set_meetings import Meeting, MeetingState
from domain.values import dataclass

OFFER = "offer"


def agenda_page(words: Words, data: Running, times: Times, *, leads: bool) -> Json:
    """Render the parts with their times; the facilitator runs them from here."""
    meeting = data.meeting
    blocks = [kit.heading(data.learning_set.plan.name)]
    if data.part is not None and meeting.run is not None:
        blocks.append(kit.say(under_way_in_words(words, data, times)))
    elif meeting.state is MeetingState.HELD:
        blocks += [kit.say(words("agenda.held")), kit.say(words("push.set_end.support"))]
        blocks.append(kit.buttons(kit.button(words("support.open"), ids.OPEN_SUPPORT)))
    if leads and meeting.state is MeetingState.BOOKED:
        blocks += [kit.buttons(*_run_buttons(words, data)), kit.small(words("agenda.how"))]
    blocks += [kit.say(part_in_words(words, part, meeting, times)) for part in data.parts]
    back = kit.button(words("meeting.back"), ids.OPEN_MEETING, meeting.id)
    blocks += [kit.buttons(back, block_id="back"), kit.small(words("agenda.nothing_kept"))]
    return page(words, "agenda.title", blocks)


def part_in_words(words: Words, part: Part, meeting: Meeting, times: Times | None) -> str:
    """Say a part: from when, how long, and what it is."""
    name = part_name(words, part)
    length = words.duration(part.minutes)
    if meeting.date is None or times is None:
        return words("agenda.part_undated", name=name, length=length)
    starts_at = meeting.date.starts_at + timedelta(minutes=part.starts)
    at = words.time(starts_at, times.zone, times.style)
    said = words("agenda.part", at=at, name=name, length=length)
    if not part.steps:
        return f"{said} {words(f'agenda.about.{part.kind}')}"
    steps = ", ".join(words(f"agenda.step.{step}", minutes=n) for step, n in part.steps)
    return f"{said} {steps}."


def part_name(words: Words, part: Part) -> str:
    """Return what a part is called; turns have numbers."""
    if part.turn is not None:
        return words("agenda.name.turn", number=part.turn)
    return words(f"agenda.name.{part.kind}")


def under_way_in_words(words: Words, data: Running, times: Times) -> str:
    """Say which part is under way, and until when."""
    assert data.part is not None
    assert data.meeting.run is not None
    name = part_name(words, data.part)
    if data.meeting.run.ends_at is None:
        return words("agenda.stands", name=name)
    until = words.time(data.meeting.run.ends_at, times.zone, times.style)
    return words("agenda.now", name=name, until=until)


def read_step(value: str) -> tuple[str, str]:
    """Return the ids of the meeting and of its latest step that a button names.

    Raises:
        Refused: It names none.
    """
    meeting_id, _, step_id = value.partition(" ")
    if not step_id:
        raise Refused("form_too_old")
    return meeting_id, step_id


def offers_page(words: Words, data: Offers, *, member: bool) -> Json:
    """Render the offers of today; they go when the meeting closes."""
    blocks = [kit.say(words("offer.about"))]
    for person, text in data.offers:
        blocks += [kit.say_person(person.account.user), kit.say(text)]
    if not data.offers:
        blocks.append(kit.say(words("offer.none")))
    buttons = []
    if member:
        text = words("offer.change" if data.mine else "offer.make")
        buttons.append(kit.button(text, ids.OPEN_SET_OFFER_FORM, data.meeting.id, primary=True))
        if data.mine:
            take_out = words("offer.withdraw")
            buttons.append(kit.button(take_out, ids.WITHDRAW_SET_OFFER, data.meeting.id))
    buttons.append(kit.button(words("meeting.back"), ids.OPEN_MEETING, data.meeting.id))
    blocks += [kit.buttons(*buttons), who_sees(words, Thing.OFFER, also=words("offer.kept"))]
    return page(words, "offer.title", blocks)


def offer_form(
    words: Words,
    meeting_id: str,
    *,
    form: str,
    text: str | None = None,
    asks: frozenset[str] = frozenset(),
) -> Json:
    """Ask for one line."""
    meta = Meta(form=form, meeting=meeting_id)
    sees = who_sees(words, Thing.OFFER, also=words("offer.kept"))
    return line_form(words, "offer", ids.SET_OFFER_FORM, meta, text, asks, sees=sees)


def line_form(
    words: Words,
    name: str,
    callback_id: str,
    meta: Meta,
    text: str | None,
    asks: frozenset[str],
    *,
    sees: Json,
) -> Json:
    """Ask for one line of somebody's own words; `asks` names what they seem to hold.

    `sees` is the line that says who can see it.
    """
    blocks = [
        sees,
        kit.field(
            name,
            words(f"{name}.field"),
            kit.line(text, most=LINE_LENGTH),
            hint=words(f"{name}.hint"),
        ),
        *(warning(words, asks) if asks else ()),
    ]
    return kit.modal(
        words(f"{name}.title"),
        blocks,
        callback_id=callback_id,
        submit=words(f"{name}.save"),
        close=words("close.not_now"),
        metadata=meta.pack(),
    )


@dataclass(frozen=True, slots=True)
class SubmittedLine:
    """One line of somebody's own words."""

    text: str
    save_anyway: bool


def read_line(view: Mapping[str, Any], name: str) -> SubmittedLine:
    """Parse a submitted form of one line."""
    values = Values(view)
    return SubmittedLine(values.text(name) or "", bool(values.choices(CONFIRM)))


def _run_buttons(words: Words, data: Running) -> list[Json]:
    meeting, run = data.meeting, data.meeting.run
    if run is None:
        start = words("agenda.start")
        return [
            kit.button(start, ids.START_AGENDA, meeting.id, primary=True),
            _close(words, meeting.id),
        ]
    value = f"{meeting.id} {meeting.step}"
    last = run.part == len(data.parts) - 1
    following = words("agenda.finish" if last else "agenda.next")
    pause, action = words("agenda.pause"), ids.PAUSE_AGENDA
    if run.paused:
        pause, action = words("agenda.resume"), ids.RESUME_AGENDA
    return [
        kit.button(following, ids.NEXT_PART, value, primary=True),
        kit.button(pause, action, value),
        _close(words, meeting.id),
    ]


def _close(words: Words, meeting_id: str) -> Json:
    return kit.button(
        words("agenda.close"),
        ids.CLOSE_MEETING,
        meeting_id,
        confirm=kit.confirm(
            words("agenda.close_title"),
            words("agenda.close_ask"),
            words("agenda.close_yes"),
            words("agenda.close_no"),
        ),
    )
