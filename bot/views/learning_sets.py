"""Learning sets as people see them: the list, and one set by who looks at it."""

from collections.abc import Sequence

from bot import ids
from bot.services.set_pages import SetPage, SetRow
from bot.views import kit
from bot.views.kit import Json
from bot.views.pages import turns
from bot.views.sights import who_sees
from bot.views.times import Times
from bot.words import Words
from domain.agendas import Agenda
from domain.learning_sets import Member, SetPlan, Standing, waiting_in_order
from domain.people import Person
from domain.policy import Thing
from domain.set_meetings import Meeting, MeetingState

SETS_SHOWN = 30
PEOPLE_NAMED = 300


def set_list(
    words: Words, rows: Sequence[SetRow], page_number: int = 1, *, runs: bool, takes_part: bool
) -> Json:
    """Render the sets that somebody may see, with the ways on from here.

    There are 30 at a time; a page past the end is the last one.
    """
    pages = max(1, -(-len(rows) // SETS_SHOWN))
    number = min(max(page_number, 1), pages)
    start = (number - 1) * SETS_SHOWN
    blocks: list[Json] = []
    buttons = []
    if runs:
        buttons.append(kit.button(words("set.open_form"), ids.OPEN_SET_FORM, primary=True))
    if takes_part:
        buttons.append(kit.button(words("action.open_mine"), ids.OPEN_MY_ACTIONS))
    if buttons:
        blocks.append(kit.buttons(*buttons))
    blocks += [_row(words, row) for row in rows[start : start + SETS_SHOWN]]
    if not rows:
        blocks.append(kit.say(words("set.none_for_all" if runs else "set.none")))
    moves = turns(words, number, pages, first=ids.OPEN_SETS, more=ids.SHOW_SETS)
    if moves:
        blocks.append(kit.buttons(*moves, block_id="moves"))
    blocks.append(who_sees(words, Thing.SET_PLACE, Thing.SET_LINE, you=None))
    return page(words, "set.all", blocks)


def set_page(words: Words, data: SetPage, times: Times, *, said: str | None = None) -> Json:
    """Render one set: for whoever could join, for members, and for co-leads."""
    row, plan = data.row, data.row.learning_set.plan
    blocks = [kit.say(words(said))] if said else []
    blocks += [kit.heading(plan.name), kit.say(_places(words, row)), *_standing(words, data, times)]
    blocks.append(kit.say(plan_in_words(words, plan)))
    if row.learning_set.closed:
        blocks.append(kit.say(words("set.closed")))
    if data.facilitator is not None and (data.inside or data.runs):
        user = data.facilitator.account.user
        blocks.append(kit.say_person(user, f" {words('set.is_facilitator')}"))
    elif data.runs or data.inside:
        blocks.append(kit.say(words("set.no_facilitator")))
    blocks += _members(words, data)
    blocks += _meetings(words, data, times)
    blocks += _buttons(words, data)
    kept = words("agenda.nothing_kept")
    blocks.append(who_sees(words, Thing.SET_PLACE, Thing.SET_LINE, you=None, also=kept))
    return page(words, "set.title", blocks)


def link_page(words: Words, link: str | None) -> Json:
    """Show the joining link to whoever is inside."""
    if link is None:
        return page(words, "set.link", [kit.say(words("set.no_link"))])
    blocks = [
        kit.say(link),
        kit.buttons(kit.button(words("set.go_to_link"), ids.LINK) | {"url": link}),
        who_sees(words, Thing.SET_LINK, you=None),
    ]
    return page(words, "set.link", blocks)


def plan_in_words(words: Words, plan: SetPlan) -> str:
    """Say how the set works."""
    return words(
        "set.plan",
        weeks=words.count("set.weeks", plan.every_weeks),
        meetings=words.count("set.meetings", plan.meetings),
        agenda=agenda_in_words(words, plan.agenda),
        quorum=plan.quorum,
    )


def agenda_in_words(words: Words, agenda: Agenda) -> str:
    """Say how long a meeting is and how many turns it has."""
    length = words.duration(agenda.minutes)
    return words.count("agenda.said", agenda.turns, length=length)


def meeting_line(words: Words, meeting: Meeting, times: Times) -> str:
    """Say in one line how a meeting stands."""
    when = times(meeting.date.starts_at) if meeting.date is not None else ""
    known = meeting.date is not None and meeting.state is not MeetingState.POLLING
    key = f"meeting.line.{meeting.state}" if known else f"meeting.line.{meeting.state}.undated"
    return words(key, number=meeting.number, when=when)


def page(words: Words, title: str, blocks: list[Json]) -> Json:
    """Return a page that is only read."""
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )


def _row(words: Words, row: SetRow) -> Json:
    plan = row.learning_set.plan
    lines = [plan.name, _places(words, row)]
    standing = row.mine.member.standing if row.mine.member else None
    if row.learning_set.closed:
        lines.append(words("set.closed"))
    elif standing is not None:
        lines.append(words(f"set.mine.{standing}"))
    elif row.leads:
        lines.append(words("set.mine.leads"))
    label = words("set.open_label", name=plan.name)
    button = kit.button(words("set.open"), ids.OPEN_SET, row.learning_set.id, label=label)
    return kit.say("\n".join(lines), accessory=button)


def _places(words: Words, row: SetRow) -> str:
    said = words("set.places", taken=row.taken, size=row.learning_set.plan.size)
    return f"{said} {words.count('set.waiting', row.waiting)}" if row.waiting else said


def _standing(words: Words, data: SetPage, times: Times) -> list[Json]:
    """Say where the person stands, and offer what can be done about it."""
    row = data.row
    found, mine = row.learning_set, row.mine.member
    if found.closed or (mine is None and (row.leads or not data.joins)):
        return []
    if mine is None:
        free = row.taken < found.plan.size and not row.waiting
        text = words("set.join" if free else "set.wait")
        return [kit.buttons(kit.button(text, ids.JOIN_SET, found.id, primary=True))]
    if mine.standing is Standing.WAITING:
        said = words("set.in_line", position=row.mine.position or 1)
        return [kit.say(said, accessory=_leave(words, found.id, "set.stop_waiting"))]
    if mine.standing is Standing.OFFERED and mine.offered_until is not None:
        yes = kit.button(words("set.say_yes"), ids.TAKE_PLACE, found.id, primary=True)
        return [
            kit.say(words("set.place_kept", until=times(mine.offered_until))),
            kit.buttons(yes, _leave(words, found.id, "set.say_no")),
        ]
    return [kit.say(words("set.mine.in"))]


def _leave(words: Words, set_id: str, key: str) -> Json:
    return kit.button(
        words(key),
        ids.LEAVE_SET,
        set_id,
        confirm=kit.confirm(
            words(f"{key}.title"),
            words(f"{key}.ask"),
            words(f"{key}.yes"),
            words(f"{key}.no"),
        ),
    )


def _members(words: Words, data: SetPage) -> list[Json]:
    members = [(m, p) for m, p in data.members if m.standing is Standing.IN]
    blocks = []
    if members:
        blocks += _named(words, words("set.members"), _users(members))
    if data.runs:
        offered = [(m, p) for m, p in data.members if m.standing is Standing.OFFERED]
        waiting = {m.person_id: p for m, p in data.members}
        line = waiting_in_order([m for m, _ in data.members])
        if offered:
            blocks += _named(words, words("set.offered"), _users(offered))
        if line:
            users = [waiting[m.person_id].account.user for m in line]
            blocks += _named(words, words("set.line"), users)
    return blocks


def _named(words: Words, before: str, users: Sequence[str]) -> list[Json]:
    blocks = kit.say_people(before, users[:PEOPLE_NAMED])
    if len(users) > PEOPLE_NAMED:
        blocks.append(kit.say(words.count("list.more", len(users) - PEOPLE_NAMED)))
    return blocks


def _users(members: Sequence[tuple[Member, Person]]) -> list[str]:
    return [person.account.user for _, person in members]


def _meetings(words: Words, data: SetPage, times: Times) -> list[Json]:
    if not (data.inside or data.runs):
        return []
    blocks = [kit.heading(words("meeting.all"))]
    for meeting in data.meetings:
        label = words("meeting.open_label", number=meeting.number)
        button = kit.button(words("meeting.open"), ids.OPEN_MEETING, meeting.id, label=label)
        blocks.append(kit.say(meeting_line(words, meeting, times), accessory=button))
    if not data.meetings:
        blocks.append(kit.say(words("meeting.none")))
    return blocks


def _buttons(words: Words, data: SetPage) -> list[Json]:
    found, mine = data.row.learning_set, data.row.mine.member
    first, second = [], []
    if data.inside and found.has_link and not found.closed:
        first.append(kit.button(words("set.open_link"), ids.OPEN_SET_LINK, found.id))
    if mine is not None and mine.standing is Standing.IN and not found.closed:
        first.append(_leave(words, found.id, "set.leave"))
    if data.runs and not found.closed:
        first.append(kit.button(words("dates.offer"), ids.OPEN_SET_DATES_FORM, found.id))
        second = [
            kit.button(words("set.change"), ids.OPEN_SET_FORM, found.id),
            kit.button(words("set.numbers"), ids.OPEN_SET_NUMBERS, found.id),
            kit.button(words("set.facilitator"), ids.OPEN_SET_FACILITATOR, found.id),
            kit.button(words("set.change_link"), ids.OPEN_SET_LINK_FORM, found.id),
            _close(words, found.id),
        ]
    first.append(kit.button(words("set.see_all"), ids.OPEN_SETS))
    return [kit.buttons(*first), *([kit.buttons(*second)] if second else [])]


def _close(words: Words, set_id: str) -> Json:
    return kit.button(
        words("set.close"),
        ids.CLOSE_SET,
        set_id,
        confirm=kit.confirm(
            words("set.close_title"),
            words("set.close_ask"),
            words("set.close_yes"),
            words("set.close_no"),
        ),
    )
