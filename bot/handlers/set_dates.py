"""Listeners for dates of a set: offered, ticked, chosen, and asked about once more."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace
from bot.handlers.learning_sets import set_view
from bot.handlers.listen import Listen
from bot.handlers.set_meetings import meeting_of, meeting_view
from bot.house import House
from bot.views import set_dates as views
from bot.views.forms import Meta, read_meta
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.policy import Act
from domain.refusals import Refused
from domain.set_meetings import MeetingState


def register(listen: Listen) -> None:
    """Register the listeners of dates."""
    listen.click(ids.OPEN_SET_DATES_FORM, Act.RUN_SETS, form_asked)
    listen.click(ids.ASK_SET_DATES_AGAIN, Act.RUN_SETS, again_asked)
    listen.click(ids.MORE_SET_DATES, Act.RUN_SETS, more_asked)
    listen.form(ids.SET_DATES_FORM, Act.RUN_SETS, dates_submitted)
    listen.click(ids.OPEN_SET_DATES, Act.SEE_SETS, dates_asked)
    listen.click(ids.OPEN_SET_TICKS, Act.TAKE_PART, ticks_asked)
    listen.form(ids.SET_TICKS_FORM, Act.TAKE_PART, ticks_submitted)
    listen.click(ids.CHOOSE_SET_DATE, Act.RUN_SETS, date_chosen)


def form_asked(ack: Ack, body: Body, house: House) -> None:
    """Ask for dates of one more meeting."""
    view = views.offer_form(house.words, form=new_id(), set_id=pressed(body))
    change(house, body, view)
    ack()


def again_asked(ack: Ack, body: Body, house: House) -> None:
    """Ask for other dates of a meeting."""
    view = views.offer_form(house.words, form=new_id(), meeting_id=pressed(body))
    change(house, body, view)
    ack()


def more_asked(ack: Ack, body: Body, house: House) -> None:
    """Unfold the rest of the form; what was filled in so far stays."""
    meta = read_meta(body["view"])
    view = views.offer_form(
        house.words,
        form=meta.form or new_id(),
        set_id=meta.learning_set,
        meeting_id=meta.meeting,
        typed=views.read_moments(body["view"]),
        full=True,
    )
    change(house, body, view)
    ack()


def dates_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Ask the members which of these dates suit them."""
    house.people.me(by, Act.RUN_SETS)
    moments, meta = views.read_moments(view), read_meta(view)
    zone = _zone(house, by, meta)
    wanted = views.by_wall_clock(moments, zone)
    if meta.meeting is not None:
        meeting = house.set_dates.ask_again(by, meta.meeting, wanted, form=form_of(meta))
    elif meta.learning_set is not None:
        meeting = house.set_dates.offer_dates(by, meta.learning_set, wanted, form=form_of(meta))
    else:
        raise Refused("form_too_old")
    data = house.learning_sets.one(by, meeting.set_id)
    replace(ack, set_view(house, by, data, said="dates.asked"))


def dates_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Show which dates suit how many."""
    data = house.set_dates.dates(by, pressed(body))
    change(house, body, views.dates_page(house.words, data, runs=Role.CO_LEAD in me.roles))
    ack()


def ticks_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask a member which dates suit them; once one is chosen, show the meeting."""
    data = house.set_dates.dates(by, pressed(body))
    if data.meeting.state is not MeetingState.POLLING or not data.choices:
        view = meeting_view(house, by, data.meeting.id)
    else:
        view = views.ticks_form(house.words, data, form=new_id())
    change(house, body, view)
    ack()


def ticks_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the ticks."""
    meta = read_meta(view)
    ticked = views.read_ticks_form(view)
    meeting, form = meeting_of(meta), form_of(meta)
    data = house.set_dates.tick(by, meeting, ticked, form=form, edition=meta.edition)
    replace(ack, meeting_view(house, by, data.meeting.id, said="dates.ticks_saved"))
    refresh_home(house, by)


def date_chosen(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Choose a date; everybody is told."""
    meeting_id, date_id, form = views.read_choice(pressed(body))
    meeting = house.set_dates.choose(by, meeting_id, date_id, form=form)
    change(house, body, meeting_view(house, by, meeting.id, said="dates.chosen"))
    ack()


def _zone(house: House, by: Account, meta: Meta) -> str:
    if meta.meeting is not None:
        return house.set_meetings.one(by, meta.meeting).meeting.zone
    if meta.learning_set is None:
        raise Refused("form_too_old")
    return house.learning_sets.one(by, meta.learning_set).row.learning_set.zone
