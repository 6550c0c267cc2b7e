"""One meeting of a set: when it is, who does what, and what the person can do about it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot import ids
from bot.services.set_meetings import MeetingPage
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.learning_sets import agenda_in_words, meeting_line, page
from bot.views.sights import who_sees
from bot.views.times import Times
from bot.words import Words
from domain.policy import Thing
from domain.preferences import Works
from domain.refusals import Refused
from domain.set_meetings import MeetingState
from domain.set_roles import RoleState, SetRole, Taken

WHO = "who"
_SEEN = (Thing.SET_ROLE, Thing.COMING, Thing.ROLE_DECLINED)


def meeting_page(words: Words, data: MeetingPage, *, today: bool, said: str | None = None) -> Json:
    """Render a meeting. `today` where it is its day: offers can be made, and it can be run."""
    times = Times(words, data.zone, data.times)
    meeting = data.meeting
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.heading(data.learning_set.plan.name),
        kit.say(meeting_line(words, meeting, times)),
        kit.say(agenda_in_words(words, meeting.agenda)),
    ]
    blocks += _facilitator(words, data)
    if meeting.state is MeetingState.BOOKED:
        blocks += _coming(words, data)
        blocks += _roles(words, data)
    blocks += _works(words, data)
    if meeting.few:
        blocks.append(kit.say(words("meeting.few")))
    rows = (_first_row(words, data), _on_the_day(words, data, today=today), _running(words, data))
    blocks += [kit.buttons(*row) for row in rows if row]
    blocks.append(who_sees(words, *_SEEN, you=None))
    return page(words, "meeting.title", blocks)


def role_form(words: Words, data: MeetingPage, role: SetRole) -> Json:
    """Ask the facilitator who has a role, as the set agreed."""
    users = [p.account.user for t, p in data.roles if t.role is role and t.holds]
    blocks = [
        kit.say(words("role.agree_about")),
        kit.field(WHO, words(f"role.{role}"), kit.people(users), optional=True),
        who_sees(words, Thing.SET_ROLE, you=None),
    ]
    return kit.modal(
        words("role.agree"),
        blocks,
        callback_id=ids.SET_ROLE_FORM,
        submit=words("role.save"),
        close=words("close.not_now"),
        metadata=Meta(meeting=data.meeting.id, role=role.value).pack(),
    )


def read_role_form(view: Mapping[str, Any]) -> list[str]:
    """Return the accounts that were chosen."""
    return Values(view).choices(WHO)


def role_of(name: str | None) -> SetRole:
    """Return the role of that name.

    Raises:
        Refused: There is none.
    """
    try:
        return SetRole(name or "")
    except ValueError:
        raise Refused("form_too_old") from None


def read_role(value: str) -> tuple[str, SetRole]:
    """Return the id of the meeting and the role that a button names.

    Raises:
        Refused: It names none.
    """
    meeting_id, _, name = value.partition(" ")
    return meeting_id, role_of(name)


def _facilitator(words: Words, data: MeetingPage) -> list[Json]:
    ahead = data.meeting.ahead and not data.learning_set.closed
    if data.facilitator is not None:
        line = kit.say_person(data.facilitator.account.user, f" {words('set.is_facilitator')}")
        if data.leads and ahead:
            button = kit.button(words("role.step_down"), ids.STEP_DOWN, data.meeting.id)
            return [line, kit.buttons(button, block_id="leads")]
        return [line]
    if data.member and ahead:
        button = kit.button(words("role.facilitate"), ids.FACILITATE, data.meeting.id)
        return [kit.say(words("set.no_facilitator"), accessory=button)]
    return [kit.say(words("set.no_facilitator"))]


def _coming(words: Words, data: MeetingPage) -> list[Json]:
    expected = words("meeting.expected", expected=data.expected)
    if not data.member:
        return [kit.say(expected)]
    mine = words("meeting.you_come" if data.coming else "meeting.you_do_not")
    button = kit.button(words("meeting.coming"), ids.SAY_COMING, data.meeting.id)
    if data.coming:
        button = kit.button(words("meeting.apologies"), ids.SEND_APOLOGIES, data.meeting.id)
    return [kit.say(f"{expected} {mine}", accessory=button)]


def _roles(words: Words, data: MeetingPage) -> list[Json]:
    if not (data.member or data.leads):
        return []
    blocks = [kit.heading(words("role.title"))]
    for role in SetRole:
        holding = [(t, p) for t, p in data.roles if t.role is role and t.holds]
        blocks += [_holds(words, data, taken, person.account.user) for taken, person in holding]
        if not holding:
            blocks.append(kit.say(words(f"role.nobody.{role}"), accessory=_take(words, data, role)))
    if data.leads:
        buttons = [
            kit.button(
                words(f"role.agree.{role}"),
                f"{ids.OPEN_SET_ROLE}.{role}",
                f"{data.meeting.id} {role}",
            )
            for role in SetRole
        ]
        blocks.append(kit.buttons(*buttons, block_id="agree"))
    return blocks


def _works(words: Words, data: MeetingPage) -> list[Json]:
    """Say what works for those who let the set see it; of the others nothing, not even that."""
    if not data.works:
        return []
    rows = [kit.say_person(p.account.user, _ticked(words, works)) for p, works in data.works]
    return [kit.heading(words("meeting.works")), *rows, kit.small(words("meeting.works_chosen"))]


def _ticked(words: Words, works: Collection[Works]) -> str:
    return ": " + ", ".join(words(f"works.{one}") for one in Works if one in works)


def _take(words: Words, data: MeetingPage, role: SetRole) -> Json | None:
    if not data.member:
        return None
    return kit.button(words("role.take"), f"{ids.TAKE_ROLE}.{role}", f"{data.meeting.id} {role}")


def _holds(words: Words, data: MeetingPage, taken: Taken, user: str) -> Json:
    said = words(f"role.{taken.state}.{taken.role}")
    mine = data.member and _is_mine(data, taken)
    value = f"{data.meeting.id} {taken.role}"
    button = None
    if mine and taken.state is RoleState.PROPOSED:
        button = kit.button(words("role.accept"), f"{ids.TAKE_ROLE}.{taken.role}", value)
    return kit.say_person(user, f" {said}", accessory=button)


def _is_mine(data: MeetingPage, taken: Taken) -> bool:
    return taken.person_id == data.me


def declined_buttons(words: Words, data: MeetingPage) -> list[Json]:
    """Return a button to say no for each role that the person is down for."""
    mine = [t for t, _ in data.roles if t.holds and _is_mine(data, t)]
    return [
        kit.button(
            words(f"role.decline.{taken.role}"),
            f"{ids.DECLINE_ROLE}.{taken.role}",
            f"{data.meeting.id} {taken.role}",
        )
        for taken in mine
    ]


def _first_row(words: Words, data: MeetingPage) -> Sequence[Json]:
    meeting = data.meeting
    buttons = []
    if meeting.state is MeetingState.POLLING and data.member:
        text = words("dates.tick")
        buttons.append(kit.button(text, ids.OPEN_SET_TICKS, meeting.id, primary=True))
    if meeting.state is MeetingState.POLLING:
        buttons.append(kit.button(words("dates.see"), ids.OPEN_SET_DATES, meeting.id))
    if meeting.state is MeetingState.BOOKED:
        buttons += declined_buttons(words, data)
    if meeting.date is not None:
        buttons.append(kit.button(words("meeting.calendar"), ids.GET_CALENDAR_FILE, meeting.id))
    buttons.append(kit.button(words("set.back"), ids.OPEN_SET, data.learning_set.id))
    return buttons


def _on_the_day(words: Words, data: MeetingPage, *, today: bool) -> Sequence[Json]:
    meeting = data.meeting
    if not (data.member or data.leads) or meeting.state is MeetingState.POLLING:
        return []
    buttons = []
    if meeting.state is not MeetingState.CANCELLED:
        buttons.append(kit.button(words("agenda.open"), ids.OPEN_AGENDA, meeting.id))
        buttons.append(kit.button(words("review.open"), ids.OPEN_SET_REVIEW, meeting.id))
    if today:
        buttons.append(kit.button(words("offer.open"), ids.OPEN_SET_OFFERS, meeting.id))
    if data.member and (today or meeting.state is MeetingState.HELD):
        buttons.append(kit.button(words("action.write"), ids.OPEN_ACTION_FORM, meeting.id))
    return buttons


def _running(words: Words, data: MeetingPage) -> Sequence[Json]:
    meeting = data.meeting
    if not meeting.ahead or not (data.runs or data.leads):
        return []
    buttons = []
    if meeting.state is MeetingState.BOOKED and meeting.run is None:
        buttons.append(kit.button(words("move.open"), ids.OPEN_SET_MOVE, meeting.id))
    if data.runs:
        buttons.append(kit.button(words("dates.again"), ids.ASK_SET_DATES_AGAIN, meeting.id))
        buttons.append(_cancel(words, meeting.id))
    return buttons


def _cancel(words: Words, meeting_id: str) -> Json:
    return kit.button(
        words("cancel_meeting.open"),
        ids.CANCEL_MEETING,
        meeting_id,
        confirm=kit.confirm(
            words("cancel_meeting.title"),
            words("cancel_meeting.ask"),
            words("cancel_meeting.yes"),
            words("cancel_meeting.no"),
        ),
    )
