"""Listeners for a person's own choices: how often and when, quiet times, how things reach them."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import choices as views
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of the three forms."""
    listen.click(ids.OPEN_PROMPT_SETTINGS, Act.CHANGE_SETTINGS, prompts_asked)
    listen.click(ids.OPEN_QUIET_SETTINGS, Act.CHANGE_SETTINGS, quiet_asked)
    listen.click(ids.OPEN_MESSAGE_SETTINGS, Act.CHANGE_SETTINGS, messages_asked)
    listen.form(ids.PROMPT_SETTINGS_FORM, Act.CHANGE_SETTINGS, prompts_submitted)
    listen.form(ids.QUIET_SETTINGS_FORM, Act.CHANGE_SETTINGS, quiet_submitted)
    listen.form(ids.MESSAGE_SETTINGS_FORM, Act.CHANGE_SETTINGS, messages_submitted)


def prompts_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form for how often and when."""
    show(house, body, views.prompts_form(house.words, house.choices.mine(by)))
    ack()


def quiet_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form for quiet times."""
    show(house, body, views.quiet_form(house.words, house.choices.mine(by)))
    ack()


def messages_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form for how things reach somebody."""
    show(house, body, views.messages_form(house.words, house.choices.mine(by)))
    ack()


def prompts_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep how often and when."""
    read = views.read_prompts_form(view)
    done = house.choices.save_prompts(by, read.rhythm, read.paused_until)
    replace(ack, views.saved(house.words, done))
    refresh_home(house, by)


def quiet_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the quiet times."""
    done = house.choices.save_quiet(by, views.read_quiet_form(view))
    replace(ack, views.saved(house.words, done))
    refresh_home(house, by)


def messages_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep how things reach somebody."""
    read = views.read_messages_form(view)
    done = house.choices.save_messages(by, read.check_ins, read.reminders, read.times)
    replace(ack, views.saved(house.words, done))
    refresh_home(house, by)
