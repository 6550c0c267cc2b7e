"""Listeners for enrolling people, for their roles, and for what Slack tells of them."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.slack import profile_of
from bot.views import people as views
from bot.views.forms import read_meta
from bot.views.kit import Json
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of people and roles."""
    listen.form(ids.ENROL_FORM, Act.CHANGE_ROLES, enrol_submitted)
    listen.form(ids.ROLES_FORM, Act.CHANGE_ROLES, person_submitted)
    listen.form(ids.ROLES_OF_FORM, Act.CHANGE_ROLES, roles_submitted)
    listen.click(ids.OPEN_ENROL, Act.CHANGE_ROLES, enrol_asked)
    listen.click(ids.OPEN_ROLES, Act.CHANGE_ROLES, roles_asked)
    listen.click(ids.OPEN_ROLES_OF, Act.CHANGE_ROLES, roles_of_asked)
    listen.click(ids.OPEN_PEOPLE, Act.CHANGE_ROLES, people_asked)
    listen.click(ids.SHOW_PEOPLE, Act.CHANGE_ROLES, more_people_asked)
    listen.event("user_change", profile_changed)


def enrol_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask who is to take part; a cohort that the button names is chosen beforehand."""
    cohorts = house.cohorts.all(by).cohorts
    view = views.enrol_form(house.words, cohorts, form=new_id(), cohort_id=pressed(body))
    change(house, body, view)
    ack()


def enrol_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Enrol people and say what became of each. Nothing is sent to them."""
    read = views.read_enrol_form(view)
    form = form_of(read_meta(view))
    done = house.people.enrol(by, read.accounts(by.team), read.roles, read.cohort, form=form)
    replace(ack, views.enrolled(house.words, done))


def roles_asked(ack: Ack, body: Body, house: House) -> None:
    """Ask whose roles are meant."""
    change(house, body, views.roles_form(house.words, form=new_id()))
    ack()


def person_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Show the roles of the person who was chosen."""
    person = house.people.roles_of(by, views.read_roles_form(view, by.team))
    replace(ack, _roles_of(house, by, person))


def roles_of_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the roles of the person beside whom the button stands."""
    person = house.people.one(by, pressed(body))
    change(house, body, _roles_of(house, by, person))
    ack()


def _roles_of(house: House, by: Account, person: Person) -> Json:
    works = house.settings.works_for(by, person.account) if person.enrolled else ()
    return views.roles_of_form(house.words, person, form=new_id(), works=works)


def roles_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Give and take roles, and say which they are now."""
    roles = views.read_roles_of_form(view)
    meta = read_meta(view)
    if meta.subject is None:
        raise Refused("form_too_old")
    person = house.people.set_roles(by, meta.subject, roles, form=form_of(meta))
    replace(ack, views.roles_saved(house.words, person))
    if person.enrolled:
        refresh_home(house, person.account)


def people_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show everyone who is enrolled."""
    change(house, body, views.people_list(house.words, house.people.everyone(by)))
    ack()


def more_people_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to the next people."""
    page = house.people.everyone(by, after=pressed(body))
    change(house, body, views.people_list(house.words, page))
    ack()


def profile_changed(ack: Ack, event: Body, by: Account, house: House) -> None:
    """Keep time zone, guest and deactivation as Slack has them.

    Slack tells this of every account; `by` names the bot's own team, whoever it is about.
    """
    house.people.profile_changed(profile_of(dict(event["user"]), home_team=by.team))
    ack()
