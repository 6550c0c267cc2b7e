"""Listeners for one meeting: who comes, who does what, moving, cancelling, and the calendar."""

import re
from functools import partial

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import (
    Body,
    change,
    form_of,
    pressed,
    refresh_home,
    replace,
    show,
)
from bot.handlers.listen import Listen
from bot.house import House
from bot.services.calendar_files import written
from bot.slack import Attachment
from bot.views import kit
from bot.views import learning_sets as set_views
from bot.views import set_dates as dates_views
from bot.views import set_meeting as views
from bot.views.forms import Meta, read_meta
from bot.views.kit import Json
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act
from domain.refusals import NotValid, Refused


def register(listen: Listen) -> None:
    """Register the listeners of a meeting."""
    listen.click(ids.OPEN_MEETING, Act.SEE_SETS, meeting_asked)
    listen.click(ids.SAY_COMING, Act.TAKE_PART, coming_pressed)
    listen.click(ids.SEND_APOLOGIES, Act.TAKE_PART, apologies_pressed)
    listen.click(ids.OPEN_SET_MOVE, Act.LEAD_MEETING, move_asked)
    listen.form(ids.SET_MOVE_FORM, Act.LEAD_MEETING, move_submitted)
    listen.click(ids.CANCEL_MEETING, Act.RUN_SETS, cancel_confirmed)
    listen.click(ids.GET_CALENDAR_FILE, Act.SEE_SETS, calendar_asked)
    listen.click(_one_of(ids.TAKE_ROLE), Act.TAKE_PART, role_taken)
    listen.click(_one_of(ids.DECLINE_ROLE), Act.TAKE_PART, role_declined)
    listen.click(_one_of(ids.OPEN_SET_ROLE), Act.LEAD_MEETING, role_asked)
    listen.form(ids.SET_ROLE_FORM, Act.LEAD_MEETING, role_submitted)
    listen.click(ids.FACILITATE, Act.TAKE_PART, facilitate_pressed)
    listen.click(ids.STEP_DOWN, Act.LEAD_MEETING, step_down_pressed)


def meeting_view(house: House, by: Account, meeting_id: str, *, said: str | None = None) -> Json:
    """Return a meeting as it stands now for whoever looks."""
    data = house.set_meetings.one(by, meeting_id)
    today = data.meeting.on_its_day(house.clock())
    return views.meeting_page(house.words, data, today=today, said=said)


def meeting_of(meta: Meta) -> str:
    """Return the meeting that a form is about.

    Raises:
        Refused: It does not say.
    """
    if meta.meeting is None:
        raise Refused("form_too_old")
    return meta.meeting


def meeting_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show one meeting."""
    change(house, body, meeting_view(house, by, pressed(body)))
    ack()


def coming_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Keep that somebody comes."""
    _say(ack, house, body, by, coming=True)


def apologies_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Keep that somebody cannot come; nobody asks why."""
    _say(ack, house, body, by, coming=False)


def move_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for another time."""
    meeting = house.set_meetings.one(by, pressed(body)).meeting
    change(house, body, dates_views.move_form(house.words, meeting, form=new_id()))
    ack()


def move_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Move a meeting; everybody is told."""
    house.people.me(by, Act.LEAD_MEETING)
    meta = read_meta(view)
    moment = dates_views.read_move_form(view)
    meeting_id = meeting_of(meta)
    zone = house.set_meetings.one(by, meeting_id).meeting.zone
    [(on, at)] = dates_views.by_wall_clock([moment], zone)
    house.set_meetings.move(by, meeting_id, on, at, form=form_of(meta))
    replace(ack, meeting_view(house, by, meeting_id, said="move.done"))


def cancel_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Cancel a meeting; everybody is told."""
    meeting = house.set_meetings.cancel(by, pressed(body))
    change(house, body, meeting_view(house, by, meeting.id, said="cancel_meeting.done"))
    ack()


def calendar_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Say that the file is on its way, and send it in the background.

    After a crash in between no file comes; the button is there still.
    """
    event = house.calendar_files.event(by, pressed(body))
    content = written(event, house.words("calendar.summary"))
    title = house.words("meeting.calendar")
    show(house, body, set_views.page(house.words, "calendar.title", [_on_its_way(house)]))
    ack()
    file = Attachment(
        name=house.words("calendar.file"),
        title=title,
        comment=house.words("files.comment"),
        content=content,
    )
    house.slack.later(
        partial(house.slack.send_file, by.user, file, partial(house.calendar_files.sent, by))
    )


def role_taken(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Say yes to a role, or take one that nobody has."""
    meeting_id, role = views.read_role(pressed(body))
    house.set_roles.accept(by, meeting_id, role)
    change(house, body, meeting_view(house, by, meeting_id))
    ack()


def role_declined(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Say no to a role; it is free, and nobody asks why."""
    meeting_id, role = views.read_role(pressed(body))
    house.set_roles.decline(by, meeting_id, role)
    change(house, body, meeting_view(house, by, meeting_id, said="role.declined_said"))
    ack()


def role_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask the facilitator who has a role."""
    meeting_id, role = views.read_role(pressed(body))
    data = house.set_meetings.one(by, meeting_id)
    change(house, body, views.role_form(house.words, data, role))
    ack()


def role_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Let these members have a role, as the set agreed."""
    house.people.me(by, Act.LEAD_MEETING)
    meta = read_meta(view)
    meeting_id, role = meeting_of(meta), views.role_of(meta.role)
    members = _members(house, by, meeting_id)
    chosen = views.read_role_form(view)
    if not set(chosen) <= set(members):
        raise NotValid({views.WHO: "not_in_the_set"})
    house.set_roles.agree(by, meeting_id, role, [members[user] for user in chosen])
    replace(ack, meeting_view(house, by, meeting_id, said="role.saved"))


def facilitate_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let a member be the facilitator of a meeting that has none."""
    meeting = house.set_roles.facilitate(by, pressed(body))
    change(house, body, meeting_view(house, by, meeting.id))
    ack()


def step_down_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let a facilitator step back for this meeting. It may not be for them to see any more."""
    meeting = house.set_roles.step_down(by, pressed(body))
    try:
        view = meeting_view(house, by, meeting.id)
    except Refused:
        blocks = [kit.say(house.words("role.stepped_down"))]
        view = set_views.page(house.words, "meeting.title", blocks)
    change(house, body, view)
    ack()


def _members(house: House, by: Account, meeting_id: str) -> dict[str, str]:
    """Return the ids of the members of a meeting's set by their accounts."""
    set_id = house.set_meetings.one(by, meeting_id).learning_set.id
    data = house.learning_sets.one(by, set_id)
    return {person.account.user: person.id for _, person in data.members}


def _say(ack: Ack, house: House, body: Body, by: Account, *, coming: bool) -> None:
    page = house.set_meetings.say(by, pressed(body), coming=coming)
    said = "meeting.said_coming" if coming else "meeting.said_apologies"
    change(house, body, meeting_view(house, by, page.meeting.id, said=said))
    ack()
    refresh_home(house, by)


def _on_its_way(house: House) -> Json:
    return kit.say(house.words("calendar.on_its_way"))


def _one_of(action_id: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(action_id)}\.\w+$")
