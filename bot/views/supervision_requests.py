"""Somebody's own requests: how each truly stands, and saying that it is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot import ids
from bot.services.supervision_pages import Meeting, Mine, RequestPage
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.session_after import CONFIRM, warning
from bot.views.sights import who_sees
from bot.views.supervision_meeting import meeting_fields, read_meeting
from bot.views.supervision_times import chance_in_words, record_in_words
from bot.views.times import Times
from bot.words import Words
from domain.clock import local_date
from domain.policy import Thing
from domain.response_clock import Tally
from domain.supervision import ENDED, NEXT_STEP_LENGTH, Move, Request, Side, State, can
from domain.text import visible
from domain.values import dataclass

NEXT_STEP = "next_step"


def requests_page(words: Words, mine: Mine, *, said: str | None = None) -> Json:
    """Render somebody's requests and their tally."""
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.say(tally_in_words(words, mine.tally, due=mine.tally.due(mine.today))),
        kit.buttons(kit.button(words("ask.open"), ids.ASK_SUPERVISION, primary=True)),
    ]
    if mine.requests:
        blocks.append(kit.heading(words("request.mine")))
    blocks += [request_line(words, one, mine) for one in mine.requests]
    blocks.append(who_sees(words, Thing.TALLY))
    return _page(words, "request.mine", blocks)


def request_line(words: Words, request: Request, mine: Mine) -> Json:
    """Return a line of the list: no word of what it is for."""
    times = Times(words, mine.zone, mine.times)
    text = words(f"request.line.{_ended(request)}", sent=times(request.sent_at))
    open_it = kit.button(
        words("request.open"),
        ids.OPEN_REQUEST,
        request.id,
        label=words("request.open_label", date=times.day(request.sent_at)),
    )
    return kit.say(text, accessory=open_it)


def tally_in_words(words: Words, tally: Tally, *, due: bool) -> str:
    """Say the tally; what is due is said as an offer."""
    so_far = words.duration(tally.practice_minutes)
    said = words("tally.since" if tally.supervised else "tally.so_far", length=so_far)
    if not due:
        return f"{said} {words('tally.left', length=words.duration(max(0, tally.minutes_left)))}"
    return f"{said} {words('tally.due')}"


def request_page(
    words: Words, page: RequestPage, card: Sequence[Json] = (), *, said: str | None = None
) -> Json:
    """Render one request as it truly stands; with the support card where it is to be seen."""
    request = page.request
    blocks = [kit.say(words(said))] if said else []
    blocks += _standing(words, page)
    blocks += [_opening(words, one.user, _times(words, page)(one.at)) for one in page.openings]
    buttons = _buttons(words, request)
    if buttons:
        blocks.append(kit.buttons(*buttons))
    if card:
        blocks += [kit.divider(), *card]
    return _page(words, "request.title", blocks)


def own_note_page(words: Words, note: str) -> Json:
    """Show the person what they wrote."""
    sees = who_sees(words, Thing.REQUEST_NOTE, also=words("ask.kept"))
    return _page(words, "request.your_note", [kit.say(note), sees])


def done_form(
    words: Words, page: RequestPage, *, typed: str | None = None, asks: frozenset[str] = frozenset()
) -> Json:
    """Ask for the small record where it is not kept yet, and for a next step in their own words."""
    request = page.request
    meets = can(request.state, Move.MEET, Side.PARTNER)
    things = (Thing.MEETING_RECORD, Thing.NEXT_STEP) if meets else (Thing.NEXT_STEP,)
    kept = words("record.kept") if meets else ""
    blocks = [who_sees(words, *things, also=kept)]
    if meets:
        booked = request.booked_at
        on = local_date(booked, page.zone) if booked and booked < page.now else page.today
        blocks += meeting_fields(words, on, request.mode)
    blocks += [
        kit.field(
            NEXT_STEP,
            words("next_step.field"),
            kit.paragraph(typed or page.next_step, most=NEXT_STEP_LENGTH),
            hint=words("next_step.hint"),
            optional=True,
        ),
        *(warning(words, asks) if asks else ()),
    ]
    return kit.modal(
        words("done.title"),
        blocks,
        callback_id=ids.DONE_FORM,
        submit=words("done.save"),
        close=words("close.not_now"),
        metadata=Meta(subject=request.id).pack(),
    )


@dataclass(frozen=True, slots=True)
class SubmittedDone:
    """A submitted form that says it is done."""

    meeting: Meeting | None
    next_step: str | None
    save_anyway: bool


def read_done_form(view: Mapping[str, Any]) -> SubmittedDone:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    words = visible(values.text(NEXT_STEP) or "").strip() or None
    return SubmittedDone(read_meeting(view), words, bool(values.choices(CONFIRM)))


def _standing(words: Words, page: RequestPage) -> list[Json]:
    """Say how it stands, with times as they truly were."""
    times, request = _times(words, page), page.request
    sent = words("request.sent", sent=times(request.sent_at))
    if request.state is State.WITHDRAWN:
        return [kit.say(f"{sent} {words(f'request.{_ended(request)}')}")]
    if request.state is State.OPEN:
        return [kit.say(sent), *_waits(words, page, times)]
    blocks = [kit.say(sent), *_picked_up(words, page, times)]
    if request.state is State.BOOKED and request.booked_at and request.mode:
        mode = words(f"session.mode.{request.mode}")
        blocks.append(kit.say(words("request.booked", when=times(request.booked_at), mode=mode)))
    if page.record is not None:
        blocks.append(kit.say(record_in_words(words, page.record)))
    if page.next_step:
        blocks += [kit.say(words("next_step.yours")), kit.say(page.next_step)]
    if request.state is State.CLOSED:
        blocks.append(kit.say(words("request.closed")))
    return blocks


def _ended(request: Request) -> str:
    """Return its state by name; withdrawn by the program is not withdrawn by its person."""
    away = request.state is State.WITHDRAWN and request.left_at is not None
    return "withdrawn_away" if away else request.state.value


def _picked_up(words: Words, page: RequestPage, times: Times) -> list[Json]:
    at = page.request.claimed_at
    if page.supervisor is None or at is None:
        return []
    return [kit.say_person(page.supervisor, f" {words('request.picked_up', when=times(at))}")]


def _waits(words: Words, page: RequestPage, times: Times) -> list[Json]:
    request = page.request
    lines = []
    if request.handed_back_at is not None:
        lines.append(words("request.handed_back", when=times(request.handed_back_at)))
    if page.chance is not None and page.chance.nobody is not None:
        lines.append(chance_in_words(times, page.chance))
    if page.now < request.reply_by:
        lines.append(words("request.reply_by", when=times(request.reply_by)))
    else:
        lines.append(words("request.later_than_said", when=times(request.reply_by)))
    return [kit.say(line) for line in lines]


def _buttons(words: Words, request: Request) -> list[Json]:
    buttons = []
    if request.state in {State.CLAIMED, State.BOOKED, State.MET}:
        buttons.append(kit.button(words("done.open"), ids.OPEN_DONE, request.id))
    if request.state is State.CLOSED:
        buttons.append(kit.button(words("next_step.open"), ids.OPEN_DONE, request.id))
    if request.has_note:
        buttons.append(kit.button(words("request.read_note"), ids.READ_OWN_NOTE, request.id))
    if can(request.state, Move.WITHDRAW, Side.PARTNER):
        buttons.append(_withdraw(words, request))
    if request.state in ENDED:
        buttons.append(kit.button(words("ask.open"), ids.ASK_SUPERVISION))
    buttons.append(kit.button(words("request.see_mine"), ids.OPEN_REQUESTS))
    return buttons


def _withdraw(words: Words, request: Request) -> Json:
    return kit.button(
        words("withdraw.open"),
        ids.WITHDRAW_REQUEST,
        request.id,
        confirm=kit.confirm(
            words("withdraw.title"),
            words("withdraw.ask"),
            words("withdraw.yes"),
            words("withdraw.no"),
        ),
    )


def _opening(words: Words, user: str | None, when: str) -> Json:
    if user is None:
        return kit.say(words("request.note_opened_by_somebody", when=when))
    return kit.say_person(user, f" {words('request.note_opened', when=when)}")


def _times(words: Words, page: RequestPage) -> Times:
    return Times(words, page.zone, page.times)


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )
