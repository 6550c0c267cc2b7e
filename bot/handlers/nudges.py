"""Listeners for a person's own nudge."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.services.nudges import OwnNudge
from bot.views import nudges as views
from bot.views.forms import read_meta
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of the nudge."""
    listen.click(ids.OPEN_NUDGE, Act.REFLECT, form_asked)
    listen.click(ids.READ_NUDGE, Act.REFLECT, words_asked)
    listen.click(ids.STOP_NUDGE, Act.REFLECT, stop_confirmed)
    listen.form(ids.NUDGE_FORM, Act.REFLECT, form_submitted)


def form_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form, with the nudge that is there."""
    show(house, body, views.form(house.words, house.nudges.mine(by), form=new_id()))
    ack()


def words_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the person their own words."""
    show(house, body, views.opened(house.words, house.nudges.mine(by)))
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the nudge; ask once more where it seems to say who somebody is."""
    submitted = views.read_form(view)
    form = form_of(read_meta(view))
    kept = house.nudges.save(
        by, submitted.text, submitted.rhythm, form=form, confirmed=submitted.save_anyway
    )
    if kept.nudge is not None:
        replace(ack, views.saved(house.words, kept.nudge))
        refresh_home(house, by)
        return
    there = house.nudges.mine(by).kept
    data = OwnNudge(text=submitted.text, rhythm=submitted.rhythm, kept=there)
    replace(ack, views.form(house.words, data, form=form, asks=kept.asks))


def stop_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Delete the nudge."""
    change(house, body, views.stopped(house.words, house.nudges.stop(by)))
    ack()
    refresh_home(house, by)
