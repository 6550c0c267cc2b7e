"""Listeners for a meeting on its day: the agenda and the offers."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, replace
from bot.handlers.channels import prove_bot_is_in
from bot.handlers.learning_sets import times_of
from bot.handlers.listen import Listen
from bot.handlers.set_meetings import meeting_of
from bot.house import House
from bot.services.set_agenda import Offers, Running
from bot.views import set_day as views
from bot.views.forms import read_meta
from bot.views.kit import Json
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of the day."""
    listen.click(ids.OPEN_AGENDA, Act.SEE_SETS, agenda_asked)
    listen.click(ids.START_AGENDA, Act.LEAD_MEETING, start_pressed)
    listen.click(ids.NEXT_PART, Act.LEAD_MEETING, next_pressed)
    listen.click(ids.PAUSE_AGENDA, Act.LEAD_MEETING, pause_pressed)
    listen.click(ids.RESUME_AGENDA, Act.LEAD_MEETING, resume_pressed)
    listen.click(ids.CLOSE_MEETING, Act.LEAD_MEETING, close_confirmed)
    listen.click(ids.OPEN_SET_OFFERS, Act.SEE_SETS, offers_asked)
    listen.click(ids.OPEN_SET_OFFER_FORM, Act.TAKE_PART, offer_asked)
    listen.form(ids.SET_OFFER_FORM, Act.TAKE_PART, offer_submitted)
    listen.click(ids.WITHDRAW_SET_OFFER, Act.TAKE_PART, offer_withdrawn)


def agenda_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the agenda."""
    change(house, body, _agenda(house, by, house.set_agenda.agenda(by, pressed(body))))
    ack()


def start_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Begin the agenda in the set's channel, once it is proved that the bot is in it still.

    After a crash in between nothing is begun, and the facilitator has read a line in the channel.
    """
    channel = house.set_agenda.channel_to_start_in(by, pressed(body))
    if channel is not None:
        prove_bot_is_in(house, channel, by)
    change(house, body, _agenda(house, by, house.set_agenda.start(by, pressed(body))))
    ack()


def next_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Go on to the next part; pressed twice it is once."""
    running = house.set_agenda.next_part(by, *views.read_step(pressed(body)))
    change(house, body, _agenda(house, by, running))
    ack()


def pause_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let the clock of this part stand."""
    running = house.set_agenda.pause(by, *views.read_step(pressed(body)))
    change(house, body, _agenda(house, by, running))
    ack()


def resume_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let the clock of this part go on."""
    running = house.set_agenda.resume(by, *views.read_step(pressed(body)))
    change(house, body, _agenda(house, by, running))
    ack()


def close_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Close the meeting: its offers go; old copies of them in a moment."""
    change(house, body, _agenda(house, by, house.set_agenda.close(by, pressed(body))))
    ack()
    house.slack.later_once("sets.scrub", house.set_clock.scrub)


def offers_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the offers of today."""
    change(house, body, _offers(house, by, house.set_agenda.offers(by, pressed(body))))
    ack()


def offer_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for one line."""
    data = house.set_agenda.offers(by, pressed(body))
    view = views.offer_form(house.words, data.meeting.id, form=new_id(), text=data.mine)
    change(house, body, view)
    ack()


def offer_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep an offer; ask once more where it seems to say who somebody is."""
    read, meta = views.read_line(view, views.OFFER), read_meta(view)
    meeting_id = meeting_of(meta)
    kept = house.set_agenda.offer(
        by, meeting_id, read.text, form=form_of(meta), confirmed=read.save_anyway
    )
    if kept.offers is None:
        form = views.offer_form(
            house.words, meeting_id, form=form_of(meta), text=read.text, asks=kept.asks
        )
        replace(ack, form)
    else:
        replace(ack, _offers(house, by, kept.offers))


def offer_withdrawn(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Delete an offer."""
    change(house, body, _offers(house, by, house.set_agenda.withdraw(by, pressed(body))))
    ack()
    house.slack.later_once("sets.scrub", house.set_clock.scrub)


def _agenda(house: House, by: Account, running: Running) -> Json:
    leads = house.set_meetings.one(by, running.meeting.id).leads
    return views.agenda_page(house.words, running, times_of(house, by), leads=leads)


def _offers(house: House, by: Account, offers: Offers) -> Json:
    member = house.set_meetings.one(by, offers.meeting.id).member
    return views.offers_page(house.words, offers, member=member)
