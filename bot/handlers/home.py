"""Listeners for the Home tab."""

from slack_bolt import Ack

from bot.handlers.answers import Body, home_view
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import home
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listener of the Home tab."""
    listen.event("app_home_opened", home_opened)


def home_opened(ack: Ack, event: Body, by: Account, house: House) -> None:
    """Show the tab as it stands now; to somebody who is not enrolled, one kind sentence."""
    if event.get("tab", "home") == "home":
        house.people.someone_is_home(by)
        house.slack.publish_home(by.user, _view(house, by))
    ack()


def _view(house: House, by: Account) -> dict[str, object]:
    try:
        return home_view(house, by)
    except Refused:
        return home.closed(house.words, left=house.people.may(by, Act.SEE_MY_DATA))
