"""Listeners for what was logged: a month of it for co-leads, totals for learning partners."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, pressed, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import work as views
from bot.views.kit import Json
from bot.views.work import Place
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of both pages."""
    listen.form(ids.WORK_FORM, Act.SEE_WORK, choice_submitted)
    listen.click(ids.OPEN_WORK, Act.SEE_WORK, month_asked)
    listen.click(re.compile(rf"^{re.escape(ids.SHOW_WORK)}\.\w+$"), Act.SEE_WORK, month_asked)
    listen.click(ids.OPEN_WORK_FORM, Act.SEE_WORK, choice_asked)
    listen.click(ids.OPEN_PROGRAMME_TOTALS, Act.SEE_TOTALS, totals_asked)


def month_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show a month, or another page of it."""
    change(house, body, _month(house, by, views.read_place(pressed(body))))
    ack()


def choice_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for a cohort and a month."""
    at = views.read_place(pressed(body))
    change(house, body, views.choice_form(house.words, house.work.choices(by), at))
    ack()


def choice_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Show what was chosen."""
    replace(ack, _month(house, by, views.read_choice_form(view)))


def totals_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the totals of the programme."""
    change(house, body, views.totals_page(house.words, house.work.totals(by)))
    ack()


def _month(house: House, by: Account, at: Place) -> Json:
    return views.month_page(house.words, house.work.month(by, at.cohort_id, at.month, at.page))
