"""What partners logged: a month of it for co-leads, and totals for learning partners."""

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from bot import ids
from bot.services.work import WorkChoices, WorkMonth
from bot.views import kit
from bot.views.forms import Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.sessions import Outcome, SessionFacts, SessionType, TypeTotal
from domain.values import dataclass
from domain.work import FEWEST_PEOPLE, ROUNDED_TO, Logged, ProgrammeTotals, Sums, Told

COHORT = "cohort"
MONTH = "month"
EVERYONE = "everyone"
LINES = 10
"""How many lines of sessions one paragraph holds: Slack takes 3,000 characters."""


def month_page(words: Words, data: WorkMonth) -> Json:
    """Render a page of a month: what it comes to, then session by session."""
    who = words("work.everyone") if data.cohort is None else data.cohort.name
    blocks = [
        kit.heading(words("work.heading", who=who, month=words.month(data.month))),
        kit.buttons(*_moves(words, data), block_id="moves"),
    ]
    if data.sums.logged:
        blocks += [*_sums(words, data.sums), *_people(words, data)]
    else:
        blocks.append(kit.say(words("work.empty")))
    pages = _pages(words, data)
    if pages:
        blocks.append(kit.buttons(*pages, block_id="pages"))
    noted = words("work.noted")
    blocks.append(who_sees(words, Thing.SESSION_FACTS, Thing.CLIENT_CODE, you=None, also=noted))
    return _page(words, "work.title", blocks)


def place(cohort_id: str | None, month: date, page: int = 1) -> str:
    """Return a button's value that names a cohort or everyone, a month and a page."""
    return f"{cohort_id or EVERYONE} {month:%Y-%m} {page}"


@dataclass(frozen=True, slots=True)
class Place:
    """What a button or a form names; without a month, the present one."""

    cohort_id: str | None = None
    month: date | None = None
    page: int = 1


def read_place(value: str) -> Place:
    """Return what a button names; a cohort alone is named by its id."""
    cohort_id, _, rest = value.partition(" ")
    named = cohort_id if cohort_id not in {"", EVERYONE} else None
    try:
        month, page = rest.split(" ")
        return Place(named, date.fromisoformat(f"{month}-01"), int(page))
    except ValueError:
        return Place(named)


def choice_form(words: Words, data: WorkChoices, at: Place) -> Json:
    """Ask for a cohort, or everyone, and a month."""
    cohorts = [kit.option(words("work.everyone"), EVERYONE)]
    cohorts += [kit.option(_short(one.name), one.id) for one in data.cohorts]
    months = [kit.option(words.month(one), f"{one:%Y-%m}") for one in data.months]
    month = at.month or data.months[0]
    blocks = [
        kit.field(
            COHORT,
            words("work.cohort"),
            _chosen(cohorts, at.cohort_id or EVERYONE),
        ),
        kit.field(MONTH, words("work.month"), _chosen(months, f"{month:%Y-%m}")),
        who_sees(words, Thing.SESSION_FACTS, Thing.CLIENT_CODE, you=None),
    ]
    return kit.modal(
        words("work.choose_title"),
        blocks,
        callback_id=ids.WORK_FORM,
        submit=words("work.choose_save"),
        close=words("close.not_now"),
    )


def read_choice_form(view: Mapping[str, Any]) -> Place:
    """Parse what was chosen.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    try:
        month = date.fromisoformat(f"{values.choice(MONTH)}-01")
    except ValueError:
        raise NotValid({MONTH: "choose_one"}) from None
    cohort_id = values.choice(COHORT)
    return Place(None if cohort_id == EVERYONE else cohort_id, month)


def totals_page(words: Words, data: ProgrammeTotals) -> Json:
    """Render what is told of the whole programme; what is left out is not named."""
    about = words("programme_totals.about", step=ROUNDED_TO)
    blocks = [kit.say(f"{about} {words('programme_totals.few', fewest=FEWEST_PEOPLE)}")]
    if not data.since_start.hours:
        blocks.append(kit.say(words("programme_totals.nothing")))
        return _page(words, "programme_totals.title", blocks)
    blocks += [
        kit.heading(words("programme_totals.since_start")),
        kit.say(_told(words, data.since_start)),
        kit.small(words("programme_totals.added")),
        kit.heading(words("programme_totals.by_month")),
    ]
    shown = [(month, told) for month, told in data.months if told.hours]
    blocks += [
        kit.say(f"{words('programme_totals.month', month=words.month(m))}\n{_told(words, told)}")
        for m, told in shown
    ]
    if not shown:
        blocks.append(kit.say(words("programme_totals.nothing")))
    return _page(words, "programme_totals.title", blocks)


def _sums(words: Words, data: Sums) -> list[Json]:
    lines = [_type_line(words, kind, sums) for kind, sums in data.by_type.items()]
    outcomes = [words.count(f"work.outcome.{one}", n) for one, n in data.outcomes.items()]
    pay = [words.count(f"work.pay.{one}", n) for one, n in data.pay.items()]
    return [
        kit.say(
            "\n".join(
                (
                    words.count("work.count", data.logged),
                    words("work.outcomes", counts=words.list(outcomes)),
                    words("work.pays", counts=words.list(pay)),
                )
            )
        ),
        kit.heading(words("work.by_type")),
        kit.say("\n".join(lines) if lines else words("work.nothing_happened")),
    ]


def _type_line(words: Words, kind: SessionType, sums: TypeTotal) -> str:
    length = words.duration(sums.minutes)
    line = words.count("work.type_line", sums.sessions, name=_name(words, kind), length=length)
    added = _added(words, sums.preparation_minutes, sums.travel_minutes)
    return words("work.on_top", line=line, added=words.list(added)) if added else line


def _added(words: Words, preparation: int, travel: int) -> list[str]:
    found = []
    if preparation:
        found.append(words("work.preparation", length=words.duration(preparation)))
    if travel:
        found.append(words("work.travel", length=words.duration(travel)))
    return found


def _people(words: Words, data: WorkMonth) -> list[Json]:
    blocks = [kit.heading(words("work.people")), kit.small(words("work.no_ranking"))]
    for _, found in groupby(data.logged, attrgetter("person_id")):
        sessions: list[Logged] = list(found)
        lines = [_line(words, one.facts) for one in sessions]
        first, *more = ("\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES))
        blocks.append(kit.say_person(sessions[0].account.user, f"\n{first}"))
        blocks += map(kit.say, more)
    if data.pages > 1:
        blocks.append(kit.say(words("work.page", page=data.page, pages=data.pages)))
    return blocks


def _line(words: Words, facts: SessionFacts) -> str:
    """Say one session in a line; that it happened goes without saying."""
    line = words(
        "work.line",
        date=words.short_day(facts.on_date),
        type=words(f"session.type.{facts.type}"),
        length=words.duration(facts.minutes),
    )
    parts = [line, *_added(words, facts.preparation_minutes, facts.travel_minutes)]
    parts.append(words(f"session.mode.{facts.mode}"))
    if facts.client_code:
        parts.append(words("work.client", code=facts.client_code))
    if facts.outcome is not Outcome.HAPPENED:
        parts.append(words(f"session.outcome.{facts.outcome}"))
    return ", ".join((*parts, words(f"work.said_pay.{facts.pay}")))


def _moves(words: Words, data: WorkMonth) -> list[Json]:
    """Return the ways to other months and cohorts; they stand above, however long the list is."""
    moves = []
    if data.earlier:
        moves.append(_move(words, data, "earlier", data.earlier))
    if data.later:
        moves.append(_move(words, data, "later", data.later))
    here = place(_id_of(data), data.month)
    return [*moves, kit.button(words("work.choose"), ids.OPEN_WORK_FORM, here)]


def _pages(words: Words, data: WorkMonth) -> list[Json]:
    moves = []
    if data.page > 1:
        moves.append(_move(words, data, "first_page", data.month))
    if data.page < data.pages:
        moves.append(_move(words, data, "next_page", data.month, data.page + 1))
    return moves


def _move(words: Words, data: WorkMonth, which: str, month: date, page: int = 1) -> Json:
    text = words(f"work.{which}", month=words.month(month))
    return kit.button(text, f"{ids.SHOW_WORK}.{which}", place(_id_of(data), month, page))


def _id_of(data: WorkMonth) -> str | None:
    return None if data.cohort is None else data.cohort.id


def _name(words: Words, kind: SessionType) -> str:
    """Return a type as a line begins with it."""
    name = words(f"session.type.{kind}")
    return name[:1].upper() + name[1:]


def _told(words: Words, data: Told) -> str:
    return "\n".join(
        words(
            "programme_totals.line",
            name=_name(words, kind),
            hours=words.count("time.hours", hours),
        )
        if hours
        else words("programme_totals.short", name=_name(words, kind))
        for kind, hours in data.hours.items()
    )


def _chosen(options: list[Json], wanted: str) -> Json:
    """Return a list on which something is always chosen: the first, where what was is gone."""
    known = {option["value"] for option in options}
    return kit.select(options, wanted if wanted in known else options[0]["value"])


def _short(name: str) -> str:
    return name if len(name) <= kit.OPTION_TEXT else f"{name[: kit.OPTION_TEXT - 1]}…"


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )
