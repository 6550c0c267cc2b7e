"""Listeners for the support card. It is for everyone and needs no database."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.slack_calls import SlackProblem
from bot.views import support as views
from bot.views.kit import Json
from domain.people import Account, Nation
from domain.policy import Act
from domain.refusals import Refused, StorageUnavailable


def register(listen: Listen) -> None:
    """Register the listeners of the support card."""
    listen.command(ids.SUPPORT, Act.SEE_SUPPORT, support_typed)
    listen.click(ids.OPEN_SUPPORT, Act.SEE_SUPPORT, support_pressed)


def support_typed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the card; in plain words where no modal can be opened."""
    services = house.support.services(_nation(house, by))
    try:
        show(house, body, views.support_card(house.words, services))
    except SlackProblem:
        ack(views.as_text(house.words, services))
    else:
        ack()


def support_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the card."""
    show(house, body, support_card(house, by))
    ack()


def support_card(house: House, by: Account) -> Json:
    """Return the card, for where the person lives if that is to be had."""
    return views.support_card(house.words, house.support.services(_nation(house, by)))


def _nation(house: House, by: Account) -> Nation | None:
    """Return where the person lives; every nation's numbers where that is not to be had."""
    try:
        return house.people.me(by, Act.SEE_HOME).nation
    except (Refused, StorageUnavailable):
        return None
