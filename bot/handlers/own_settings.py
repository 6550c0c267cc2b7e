"""Listeners for help and a person's own settings."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.views import own_settings as views
from bot.views.kit import Json
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of help and settings."""
    listen.command(ids.ALONGSIDE, Act.SEE_HELP, help_asked)
    listen.click(ids.OPEN_HELP, Act.SEE_HELP, help_asked)
    listen.click(ids.OPEN_SETTINGS, Act.CHANGE_SETTINGS, settings_asked)
    listen.form(ids.SETTINGS_FORM, Act.CHANGE_SETTINGS, settings_submitted)


def help_view(house: House, by: Account) -> Json:
    """Return the help for what is open to this person."""
    return views.help_page(house.words, house.homes.home(by).may)


def help_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open the help."""
    show(house, body, welcomed_first(house, me, ids.ALONGSIDE) or help_view(house, by))
    ack()


def settings_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the person's own settings."""
    mine = house.settings.mine(by)
    show(house, body, views.settings_form(house.words, mine, form=new_id()))
    ack()


def settings_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the settings."""
    house.settings.save(by, views.read_settings_form(view))
    replace(ack, views.settings_saved(house.words))
    refresh_home(house, by)
