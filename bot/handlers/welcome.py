"""The welcome: once, before the first thing somebody does."""

from collections.abc import Callable, Mapping

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, home_view, refresh_home, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import welcome as views
from bot.views.forms import read_meta
from bot.views.kit import Json
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused

Screen = Callable[[House, Account], Json]


def register(listen: Listen, screens: Mapping[str, Screen]) -> None:
    """Register the listeners of the welcome; `screens` are the forms it can go on to."""

    def welcome_read(ack: Ack, view: Body, by: Account, house: House) -> None:
        """Remember that it was read and go on to what the person came for."""
        house.people.welcome(by)
        screen = screens.get(read_meta(view).then or "")
        if screen is None:
            raise Refused("form_too_old")
        replace(ack, screen(house, by))
        refresh_home(house, by)

    listen.form(ids.WELCOME_VIEW, Act.SEE_HOME, welcome_read)
    listen.click(ids.WELCOME_READ, Act.SEE_HOME, welcome_read_at_home)


def welcomed_first(house: House, me: Person, then: str) -> Json | None:
    """Return the welcome for somebody who has not read it; `then` names what follows it."""
    if me.welcomed_at is not None:
        return None
    return views.welcome(house.words, then=then)


def welcome_read_at_home(ack: Ack, by: Account, house: House) -> None:
    """Remember that it was read and clear the Home tab of it."""
    house.people.welcome(by)
    house.slack.publish_home(by.user, home_view(house, by))
    ack()
