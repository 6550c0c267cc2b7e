"""Listeners of co-leads and learning partners on supervision."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import supervision_plan as views
from bot.views.forms import read_meta
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of co-leads and learning partners."""
    listen.click(ids.OPEN_SUPERVISION_PLAN, Act.RUN_SUPERVISION, plan_asked)
    listen.click(ids.OPEN_HOURS, Act.RUN_SUPERVISION, hours_asked)
    listen.form(ids.HOURS_FORM, Act.RUN_SUPERVISION, hours_submitted)
    listen.click(ids.OPEN_PROMISES, Act.RUN_SUPERVISION, promises_asked)
    listen.form(ids.PROMISES_FORM, Act.RUN_SUPERVISION, promises_submitted)
    listen.click(ids.OPEN_SENT_COUNT, Act.COUNT_REQUESTS, count_asked)


def plan_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show two counts and what is promised."""
    change(house, body, views.plan_page(house.words, house.supervision_plan.programme(by)))
    ack()


def hours_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for the working hours."""
    promises = house.supervision_plan.programme(by).promises
    change(house, body, views.hours_form(house.words, promises, form=new_id()))
    ack()


def hours_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Set the working hours."""
    before = house.supervision_plan.programme(by).promises
    wanted = views.read_hours_form(view, before)
    data = house.supervision_plan.save(by, wanted, form=form_of(read_meta(view)))
    replace(ack, views.plan_page(house.words, data, said="plan.saved"))


def promises_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for the promises."""
    promises = house.supervision_plan.programme(by).promises
    change(house, body, views.promises_form(house.words, promises, form=new_id()))
    ack()


def promises_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Set the promises."""
    before = house.supervision_plan.programme(by).promises
    wanted = views.read_promises_form(view, before)
    data = house.supervision_plan.save(by, wanted, form=form_of(read_meta(view)))
    replace(ack, views.plan_page(house.words, data, said="plan.saved"))


def count_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show a learning partner how many requests there were."""
    change(house, body, views.sent_page(house.words, house.supervision_plan.sent_lately(by)))
    ack()
