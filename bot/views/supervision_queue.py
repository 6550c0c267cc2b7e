"""A supervisor's pages: what waits, what they have, and one request they have."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from bot import ids
from bot.services.supervision_pages import Claimed, Held, HeldPage, Queue, Waiting
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.session_form import summary
from bot.views.sights import who_sees
from bot.views.supervision_meeting import MODE, meeting_fields, mode_field
from bot.views.supervision_times import record_in_words
from bot.views.times import Times
from bot.words import Words
from domain.clock import local_date, zone
from domain.policy import Thing, Viewer
from domain.refusals import NotValid, Refused
from domain.sessions import Mode
from domain.supervision import Move, Side, State, can
from domain.values import dataclass

ON = "on_date"
AT = "at"
SHOWN = 30
OTHERS_SHOWN = kit.BLOCKS_IN_A_VIEW - 3
"""Everyone who fits between what the page says first, how many more there are, and the way back."""
USUAL_TIME = time(14)
_HELD = (Thing.REQUEST_PURPOSE, Thing.REQUEST_NOTE)


def queue_page(words: Words, queue: Queue, *, said: str | None = None) -> Json:
    """Render what waits: what for and how soon, and never whose it is; and what they have."""
    blocks = [kit.say(words(said))] if said else []
    blocks += [kit.heading(words("queue.waiting")), *_settings(words, queue)]
    blocks += [_waiting(words, one, queue) for one in queue.waiting[:SHOWN]]
    if not queue.waiting:
        blocks.append(kit.say(words("queue.nothing_waits")))
    if len(queue.waiting) > SHOWN:
        blocks.append(kit.say(words.count("queue.more", len(queue.waiting) - SHOWN)))
    blocks.append(kit.heading(words("queue.held")))
    blocks += [_held(words, one, queue) for one in queue.held[:SHOWN]]
    if not queue.held:
        blocks.append(kit.say(words("queue.nothing_held")))
    blocks += [
        kit.buttons(kit.button(words("supervisor.open"), ids.OPEN_SUPERVISOR)),
        who_sees(words, Thing.REQUEST_PURPOSE, you=Viewer.SUPERVISORS),
    ]
    return page(words, "queue.title", blocks)


def claimed(words: Words, result: Claimed) -> Json:
    """Show what was picked up; or say kindly who was quicker."""
    if result.page is not None:
        return held_page(words, result.page, said="queue.claimed")
    back = kit.buttons(kit.button(words("queue.open"), ids.OPEN_QUEUE))
    if result.taken_by is None or result.at is None:
        return page(words, "queue.title", [kit.say(words("refusal.request_taken")), back])
    when = Times(words, result.zone, result.times)(result.at)
    taken = kit.say_person(result.taken_by, f" {words('queue.taken', when=when)}")
    return page(words, "queue.title", [taken, back])


def held_page(words: Words, data: HeldPage, *, said: str | None = None) -> Json:
    """Render a request for whoever has it: what its person chose to show."""
    times = Times(words, data.zone, data.times)
    request = data.request
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.say_person(data.held.user, f" {words('held.asked', when=times(request.sent_at))}"),
        kit.say(_kind(words, data)),
        *_shown(words, data),
    ]
    if request.state is State.BOOKED and request.booked_at and request.mode:
        mode = words(f"session.mode.{request.mode}")
        blocks.append(kit.say(words("request.booked", when=times(request.booked_at), mode=mode)))
    if data.record is not None:
        blocks.append(kit.say(record_in_words(words, data.record)))
    sees = who_sees(words, *_HELD, you=Viewer.ACCEPTING, also=words("held.note_noted"))
    blocks += [kit.buttons(*_buttons(words, data)), sees]
    return page(words, "held.title", blocks)


def note_page(words: Words, note: str) -> Json:
    """Show the note; it is nowhere else."""
    said = words("held.note_noted")
    sees = who_sees(words, Thing.REQUEST_NOTE, you=Viewer.ACCEPTING, also=said)
    return page(words, "held.note", [kit.say(note), sees])


def hand_over_page(words: Words, data: HeldPage) -> Json:
    """Offer those who could take it over."""
    request = data.request
    blocks = [kit.say(words("hand_over.about" if data.others else "hand_over.nobody"))]
    for one in data.others[:OTHERS_SHOWN]:
        button = kit.button(words("hand_over.yes"), ids.HAND_OVER, f"{request.id} {one.id}")
        blocks.append(kit.say_person(one.user, accessory=button))
    if len(data.others) > OTHERS_SHOWN:
        blocks.append(kit.say(words.count("hand_over.more", len(data.others) - OTHERS_SHOWN)))
    blocks.append(kit.buttons(kit.button(words("held.back"), ids.OPEN_HELD, request.id)))
    return page(words, "hand_over.title", blocks)


def read_hand_over(value: str) -> tuple[str, str]:
    """Return the ids of the request and of the supervisor that a button names.

    Raises:
        Refused: It names none.
    """
    request_id, _, to_id = value.partition(" ")
    if not to_id:
        raise Refused("form_too_old")
    return request_id, to_id


def book_form(words: Words, data: HeldPage) -> Json:
    """Ask for a time that both have agreed."""
    request = data.request
    booked = request.booked_at
    on = local_date(booked, data.zone) if booked else data.today + timedelta(days=1)
    at = booked.astimezone(zone(data.zone)).time() if booked else USUAL_TIME
    blocks = [
        kit.say_person(data.held.user, f" {words('book.about')}"),
        kit.field(ON, words("book.on"), kit.day(on)),
        kit.field(AT, words("book.at"), kit.clock(at)),
        mode_field(words, request.mode or data.mode, words("book.mode")),
        who_sees(words, Thing.BOOKED_TIME, you=Viewer.ACCEPTING, also=words("book.clocks")),
    ]
    return _form(words, "book", blocks, ids.BOOK_FORM, request.id)


@dataclass(frozen=True, slots=True)
class SubmittedBooking:
    """A submitted time."""

    on: date
    at: time
    mode: Mode


def read_book_form(view: Mapping[str, Any]) -> SubmittedBooking:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        on, at, mode = values.day(ON), values.clock(AT), Mode(values.choice(MODE) or "")
    except ValueError:
        raise NotValid({ON: "date_wrong"}) from None
    if on is None or at is None:
        raise NotValid({ON: "date_wrong"} if on is None else {AT: "time_wrong"})
    return SubmittedBooking(on, at, mode)


def record_form(words: Words, data: HeldPage) -> Json:
    """Ask for the small record of a meeting."""
    booked = data.request.booked_at
    on = local_date(booked, data.zone) if booked and booked < data.now else data.today
    blocks = [
        who_sees(words, Thing.MEETING_RECORD, you=Viewer.ACCEPTING, also=words("record.kept")),
        *meeting_fields(words, on, data.request.mode or data.mode),
    ]
    return _form(words, "record", blocks, ids.RECORD_FORM, data.request.id)


def _settings(words: Words, queue: Queue) -> list[Json]:
    """Say what of their own settings matters here."""
    lines = []
    if not queue.me.free:
        lines.append(words("queue.full"))
    if not queue.me.there(queue.now):
        lines.append(words("queue.away", date=words.day(queue.me.back_on(_today(queue)))))
    return [kit.say(line) for line in lines]


def _today(queue: Queue) -> date:
    return local_date(queue.now, queue.zone)


def _waiting(words: Words, one: Waiting, queue: Queue) -> Json:
    times = Times(words, queue.zone, queue.times)
    request = one.request
    kind = words(f"category.{one.category}")
    lines = [f"{kind}. {words(f'level.{request.level}')}."]
    if one.wished:
        lines.append(words("queue.wished"))
    late = queue.now >= request.reply_by
    by = words("queue.later" if late else "queue.reply_by", when=times(request.reply_by))
    lines += [words("queue.sent", when=times(request.sent_at)), by]
    button = kit.button(
        words("queue.claim"),
        ids.CLAIM_REQUEST,
        request.id,
        label=words("queue.claim_label", kind=kind, date=times.day(request.sent_at)),
    )
    return kit.say("\n".join(lines), accessory=button)


def _held(words: Words, one: Held, queue: Queue) -> Json:
    times = Times(words, queue.zone, queue.times)
    said = words(f"queue.held.{one.request.state}")
    if one.request.state is State.BOOKED and one.request.booked_at:
        said = words("queue.held_until", when=times(one.request.booked_at))
    button = kit.button(
        words("held.open"),
        ids.OPEN_HELD,
        one.request.id,
        label=words("held.open_label", date=times.day(one.request.sent_at)),
    )
    return kit.say_person(one.user, f". {said}", accessory=button)


def _kind(words: Words, data: HeldPage) -> str:
    kind, level = words(f"category.{data.category}"), words(f"level.{data.request.level}")
    return f"{kind}. {level}."


def _shown(words: Words, data: HeldPage) -> list[Json]:
    lines = []
    if data.mode is not None:
        lines.append(words("held.mode", mode=words(f"session.mode.{data.mode}")))
    if data.when:
        lines.append(words("held.when", words=data.when))
    if data.works is not None:
        works = ", ".join(words(f"works.{one}") for one in sorted(data.works))
        lines.append(words("held.works", works=works) if works else words("held.no_works"))
    if data.session is not None:
        lines.append(words("held.session", summary=summary(words, data.session)))
    if data.heaviness is not None:
        heaviness = words(f"session.heaviness.{data.heaviness}")
        lines.append(words("held.heaviness", heaviness=heaviness))
    return [kit.say(line) for line in lines]


def _buttons(words: Words, data: HeldPage) -> list[Json]:
    request = data.request
    buttons = []
    if request.has_note:
        buttons.append(kit.button(words("held.read_note"), ids.READ_REQUEST_NOTE, request.id))
    if can(request.state, Move.BOOK, Side.SUPERVISOR):
        text = words("book.again" if request.booked_at else "book.open")
        buttons.append(kit.button(text, ids.OPEN_BOOK, request.id))
        buttons.append(kit.button(words("record.open"), ids.OPEN_RECORD, request.id))
        buttons.append(kit.button(words("hand_over.open"), ids.OPEN_HAND_OVER, request.id))
        buttons.append(_hand_back(words, request.id))
    if can(request.state, Move.CLOSE, Side.SUPERVISOR):
        buttons.append(
            kit.button(words("close_request.open"), ids.CLOSE_REQUEST, request.id, primary=True)
        )
    return [*buttons, kit.button(words("queue.open"), ids.OPEN_QUEUE)]


def _hand_back(words: Words, request_id: str) -> Json:
    return kit.button(
        words("hand_back.open"),
        ids.HAND_BACK,
        request_id,
        confirm=kit.confirm(
            words("hand_back.title"),
            words("hand_back.ask"),
            words("hand_back.yes"),
            words("hand_back.no"),
        ),
    )


def page(words: Words, title: str, blocks: list[Json]) -> Json:
    """Return a page that is only read."""
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )


def _form(words: Words, name: str, blocks: list[Json], callback_id: str, request_id: str) -> Json:
    return kit.modal(
        words(f"{name}.title"),
        blocks,
        callback_id=callback_id,
        submit=words(f"{name}.save"),
        close=words("close.not_now"),
        metadata=Meta(subject=request_id).pack(),
    )
