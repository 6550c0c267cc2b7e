"""Listeners for cohorts and who is in them."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, replace
from bot.handlers.listen import Listen
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.views import cohorts as views
from bot.views.forms import read_meta
from bot.views.kit import Json
from bot.views.pages import read_page
from domain.clock import local_date
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of cohorts."""
    listen.form(ids.COHORT_FORM, Act.RUN_COHORTS, form_submitted)
    listen.form(ids.COHORT_ADD_FORM, Act.RUN_COHORTS, members_submitted)
    listen.command(ids.COHORT, Act.RUN_COHORTS, cohorts_asked)
    listen.click(ids.OPEN_COHORTS, Act.RUN_COHORTS, cohorts_asked)
    listen.click(ids.SHOW_COHORTS, Act.RUN_COHORTS, more_cohorts_asked)
    listen.click(ids.OPEN_COHORT, Act.RUN_COHORTS, one_asked)
    listen.click(ids.SHOW_MEMBERS, Act.RUN_COHORTS, more_members_asked)
    listen.click(ids.OPEN_COHORT_FORM, Act.RUN_COHORTS, form_asked)
    listen.click(ids.OPEN_COHORT_ADD, Act.RUN_COHORTS, members_asked)
    listen.click(ids.COHORT_REMOVE_MEMBER, Act.RUN_COHORTS, member_removed)


def cohorts_view(house: House, by: Account) -> Json:
    """Return every cohort, with the ways to make one and to enrol people."""
    return views.cohort_list(house.words, house.cohorts.all(by))


def cohorts_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Show every cohort; whoever is here for the first time reads the welcome before it."""
    change(house, body, welcomed_first(house, me, ids.COHORTS_VIEW) or cohorts_view(house, by))
    ack()


def more_cohorts_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to another page of cohorts."""
    page = read_page(pressed(body))
    change(house, body, views.cohort_list(house.words, house.cohorts.all(by), page))
    ack()


def one_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show one cohort."""
    change(house, body, views.one_cohort(house.words, house.cohorts.one(by, pressed(body))))
    ack()


def more_members_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to the next members of a cohort."""
    cohort_id, after = views.read_place(pressed(body))
    page = house.cohorts.one(by, cohort_id, after=after)
    change(house, body, views.one_cohort(house.words, page))
    ack()


def form_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open the form to make a cohort or, where the button names one, to change it."""
    cohort_id = pressed(body)
    if cohort_id:
        data = views.form_of_cohort(house.cohorts.one(by, cohort_id).cohort, new_id())
    else:
        data = views.FormData(form=new_id(), starts_on=local_date(house.clock(), me.tz))
    change(house, body, views.cohort_form(house.words, data))
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Save a new cohort or a changed one, and show it."""
    read = views.read_cohort_form(view)
    meta = read_meta(view)
    given = (read.name, read.starts_on, read.ends_on)
    if meta.cohort:
        page = house.cohorts.change(by, meta.cohort, *given, form=form_of(meta))
    else:
        page = house.cohorts.make(by, *given, form=form_of(meta))
    said = "cohort.changed" if meta.cohort else "cohort.made"
    replace(ack, views.one_cohort(house.words, page, said=said))


def members_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask who is to be added."""
    cohort = house.cohorts.one(by, pressed(body)).cohort
    change(house, body, views.add_form(house.words, cohort, form=new_id()))
    ack()


def members_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Put people into the cohort, and say who was not and why."""
    accounts = views.read_add_form(view).accounts(by.team)
    meta = read_meta(view)
    if meta.cohort is None:
        raise Refused("form_too_old")
    done = house.cohorts.add(by, meta.cohort, accounts, form=form_of(meta))
    replace(ack, views.added(house.words, done))


def member_removed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take someone out of the cohort."""
    page = house.cohorts.remove(by, *views.read_place(pressed(body)))
    change(house, body, views.one_cohort(house.words, page, said="cohort.removed"))
    ack()
