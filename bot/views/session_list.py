"""A partner's sessions by month, one of them, and the sums."""

from datetime import date

from bot import ids
from bot.services.sessions import Month
from bot.views import kit
from bot.views.kit import Json
from bot.views.session_after import delete_button
from bot.views.session_form import summary
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.sessions import Overview, Session, Totals

MONTHS_SHOWN = 12


def month_page(words: Words, data: Month) -> Json:
    """Render one page of a month, with ways to the months around it."""
    blocks = [kit.heading(words.month(data.month))]
    if data.total == 0:
        blocks.append(kit.say(words("session.list.empty")))
    else:
        blocks.append(kit.say(words.count("session.list.count", data.total)))
    blocks += [_row(words, session) for session in data.sessions]
    moves = _moves(words, data)
    if moves:
        blocks.append(kit.buttons(*moves, block_id="moves"))
    blocks.append(
        kit.buttons(
            kit.button(words("session.open_log"), ids.OPEN_LOG, primary=True),
            kit.button(words("session.open_totals"), ids.OPEN_TOTALS),
            kit.button(words("session.open_files"), ids.OPEN_FILES),
        )
    )
    return _page(words, words("session.list.title"), blocks)


def read_month(value: str) -> tuple[date | None, int, str | None]:
    """Return month, page and the session before it that a button names; else the newest month."""
    try:
        month, page, after = value.split(" ")
        return date.fromisoformat(f"{month}-01"), int(page), after if after != "-" else None
    except ValueError:
        return None, 1, None


def one_session(words: Words, session: Session) -> Json:
    """Render one session; what a person wrote is only there once they asked for it."""
    blocks = [kit.say(summary(words, session.facts))]
    if session.note_expires_on:
        blocks.append(
            kit.small(words("session.one.note_until", date=words.day(session.note_expires_on)))
        )
        blocks.append(who_sees(words, Thing.PRIVATE_NOTE))
    blocks.append(
        kit.buttons(
            kit.button(words("session.one.edit"), ids.EDIT_SESSION, session.id),
            kit.button(words(_private_key(session)), ids.OPEN_MORE, session.id),
            delete_button(words, session.id),
        )
    )
    return _page(words, words("session.one.title"), blocks)


def _private_key(session: Session) -> str:
    """Name the button of the private part by what it does: read, or begin."""
    kept = session.has_note or session.has_action or session.has_details
    return "session.one.private" if kept else "session.saved.more"


def totals(words: Words, data: Overview) -> Json:
    """Render the sums: this month, since the start, by month, and since the last supervision."""
    blocks = [
        kit.heading(words("totals.this_month", month=words.month(data.month))),
        kit.say(by_type(words, data.this_month)),
        kit.heading(words("totals.since_start")),
        kit.say(by_type(words, data.since_start)),
        kit.heading(words("totals.supervision")),
        kit.say(since_supervision(words, data)),
    ]
    if data.by_month:
        blocks.append(kit.heading(words("totals.by_month")))
        blocks += [
            kit.say(words("totals.month_line", month=words.month(month), sums=_short(words, sums)))
            for month, sums in data.by_month[:MONTHS_SHOWN]
        ]
    return _page(words, words("totals.title"), blocks)


def by_type(words: Words, data: Totals) -> str:
    """Say the sums by type, a line each."""
    if not data.by_type:
        return words("totals.nothing_yet")
    lines = []
    for kind, sums in data.by_type.items():
        length = words.duration(sums.minutes)
        name = words(f"session.type.{kind}")
        lines.append(words.count("totals.type_line", sums.sessions, name=name, length=length))
    added = data.preparation_minutes, data.travel_minutes
    if any(added):
        lines.append(
            words(
                "totals.added",
                preparation=words.duration(added[0]),
                travel=words.duration(added[1]),
            )
        )
    return "\n".join(lines)


def since_supervision(words: Words, data: Overview) -> str:
    """Say how much practice there was since the last supervision."""
    length = words.duration(data.since_supervision)
    if data.last_supervision is None:
        return words("totals.no_supervision_yet", length=length)
    return words("totals.since_supervision", length=length, date=words.day(data.last_supervision))


def _short(words: Words, data: Totals) -> str:
    return words.count("totals.short", data.sessions, length=words.duration(data.minutes))


def _row(words: Words, session: Session) -> Json:
    facts = session.facts
    text = words(
        "session.list.row",
        date=words.short_day(facts.on_date),
        type=words(f"session.type.{facts.type}"),
        length=words.duration(facts.minutes),
    )
    if facts.client_code:
        text = f"{text}, {facts.client_code}"
    opener = kit.button(
        words("session.list.open"),
        ids.OPEN_SESSION,
        session.id,
        label=words("session.list.open_label", date=words.short_day(facts.on_date)),
    )
    return kit.say(text, accessory=opener)


def _moves(words: Words, data: Month) -> list[Json]:
    def move(which: str, month: date, page: int = 1, after: str = "-") -> Json:
        text = words(f"session.list.{which}", month=words.month(month))
        return kit.button(text, f"{ids.SHOW_MONTH}.{which}", f"{month:%Y-%m} {page} {after}")

    moves = []
    if data.page > 1:
        moves.append(move("first_page", data.month))
    if data.page < data.pages and data.sessions:
        moves.append(move("next_page", data.month, data.page + 1, data.sessions[-1].id))
    if data.earlier:
        moves.append(move("earlier", data.earlier))
    if data.later:
        moves.append(move("later", data.later))
    return moves


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(title, blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done"))
