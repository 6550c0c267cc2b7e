"""Listeners for sets and their places, and for what co-leads do with a set."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.channels import prove_channel
from bot.handlers.listen import Listen
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.services.set_pages import SetPage
from bot.views import learning_sets as views
from bot.views import set_forms as forms
from bot.views.forms import Meta, read_meta
from bot.views.kit import Json
from bot.views.pages import read_page
from bot.views.times import Times
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.policy import Act, allows
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of sets."""
    listen.command(ids.LEARNING_SET, Act.SEE_SETS, sets_asked)
    listen.click(ids.OPEN_SETS, Act.SEE_SETS, sets_asked)
    listen.click(ids.SHOW_SETS, Act.SEE_SETS, more_sets_asked)
    listen.click(ids.OPEN_SET, Act.SEE_SETS, set_asked)
    listen.click(ids.JOIN_SET, Act.JOIN_SET, join_pressed)
    listen.click(ids.TAKE_PLACE, Act.JOIN_SET, yes_pressed)
    listen.click(ids.LEAVE_SET, Act.JOIN_SET, leave_confirmed)
    listen.click(ids.OPEN_SET_LINK, Act.SEE_SETS, link_asked)
    listen.click(ids.LINK, Act.SEE_SETS, link_followed)
    listen.click(ids.OPEN_SET_FORM, Act.RUN_SETS, form_asked)
    listen.form(ids.SET_FORM, Act.RUN_SETS, form_submitted)
    listen.click(ids.OPEN_SET_NUMBERS, Act.RUN_SETS, numbers_asked)
    listen.form(ids.SET_NUMBERS_FORM, Act.RUN_SETS, numbers_submitted)
    listen.click(ids.OPEN_SET_LINK_FORM, Act.RUN_SETS, link_form_asked)
    listen.form(ids.SET_LINK_FORM, Act.RUN_SETS, link_submitted)
    listen.click(ids.OPEN_SET_FACILITATOR, Act.RUN_SETS, facilitator_asked)
    listen.form(ids.SET_FACILITATOR_FORM, Act.RUN_SETS, facilitator_submitted)
    listen.click(ids.CLOSE_SET, Act.RUN_SETS, close_confirmed)


def sets_view(house: House, by: Account, page: int = 1) -> Json:
    """Return a page of the sets that somebody may see."""
    me = house.people.me(by, Act.SEE_SETS)
    return views.set_list(
        house.words,
        house.learning_sets.all(by),
        page,
        runs=Role.CO_LEAD in me.roles,
        takes_part=allows(Act.TAKE_PART, me),
    )


def set_view(house: House, by: Account, data: SetPage, *, said: str | None = None) -> Json:
    """Return a set for whoever looks."""
    return views.set_page(house.words, data, times_of(house, by), said=said)


def times_of(house: House, by: Account) -> Times:
    """Return how somebody reads times."""
    me = house.people.me(by, Act.SEE_SETS)
    return Times(house.words, me.tz, house.choices.mine(by).choices.times)


def set_of(meta: Meta) -> str:
    """Return the set that a form is about.

    Raises:
        Refused: It does not say.
    """
    if meta.learning_set is None:
        raise Refused("form_too_old")
    return meta.learning_set


def sets_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Show the sets; whoever is here for the first time reads the welcome before it."""
    change(house, body, welcomed_first(house, me, ids.LEARNING_SET) or sets_view(house, by))
    ack()


def more_sets_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to another page of sets."""
    change(house, body, sets_view(house, by, read_page(pressed(body))))
    ack()


def set_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show one set."""
    change(house, body, set_view(house, by, house.learning_sets.one(by, pressed(body))))
    ack()


def join_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take a place or one in the line, and say truthfully which."""
    stands = house.set_places.join(by, pressed(body))
    standing = stands.member.standing if stands.member else "gone"
    _show_set(ack, house, body, by, f"set.joined.{standing}")


def yes_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take the place that is kept."""
    house.set_places.say_yes(by, pressed(body))
    _show_set(ack, house, body, by, "set.joined.in")


def leave_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Give up a place or the wait for one. The set may not be for them to see any more."""
    house.set_places.leave(by, pressed(body))
    change(house, body, sets_view(house, by))
    ack()
    refresh_home(house, by)


def link_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the joining link."""
    show(house, body, views.link_page(house.words, house.learning_sets.link(by, pressed(body))))
    ack()


def link_followed(ack: Ack) -> None:
    """Say that the press has come. Slack opens the link by itself, and tells of it all the same."""
    ack()


def form_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form to make a set or, where the button names one, to change it."""
    set_id = pressed(body) or None
    plan = house.learning_sets.one(by, set_id).row.learning_set.plan if set_id else None
    cohorts = house.cohorts.all(by).cohorts
    view = forms.set_form(house.words, cohorts, form=new_id(), plan=plan, set_id=set_id)
    change(house, body, view)
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Save a new set or a changed one, once it is proved that the bot can post in the channel.

    After a crash in between nothing is saved, and the co-lead has read a line in the channel.
    """
    read, meta = forms.read_set_form(view), read_meta(view)
    house.people.me(by, Act.RUN_SETS)
    if read.channel is not None:
        prove_channel(house, read.channel, by)
    if meta.learning_set is not None:
        before = house.learning_sets.one(by, meta.learning_set).row.learning_set.plan
        data = house.learning_sets.change(
            by, meta.learning_set, read.plan(before), form=form_of(meta)
        )
    else:
        leader = Account(by.team, read.facilitator) if read.facilitator else None
        data = house.learning_sets.make(
            by, read.plan(), facilitator=leader, link=read.link, form=form_of(meta)
        )
    said = "set.changed" if meta.learning_set else "set.made"
    replace(ack, set_view(house, by, data, said=said))


def numbers_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form with every number."""
    found = house.learning_sets.one(by, pressed(body)).row.learning_set
    change(house, body, forms.numbers_form(house.words, found.plan, found.id, form=new_id()))
    ack()


def numbers_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Save the numbers."""
    house.people.me(by, Act.RUN_SETS)
    meta = read_meta(view)
    set_id = set_of(meta)
    before = house.learning_sets.one(by, set_id).row.learning_set.plan
    plan = forms.read_numbers_form(view, before)
    data = house.learning_sets.change(by, set_id, plan, form=form_of(meta))
    replace(ack, set_view(house, by, data, said="set.changed"))


def link_form_asked(ack: Ack, body: Body, house: House) -> None:
    """Ask for the joining link."""
    change(house, body, forms.link_form(house.words, pressed(body), form=new_id()))
    ack()


def link_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the joining link."""
    meta, link = read_meta(view), forms.read_link_form(view)
    data = house.learning_sets.set_link(by, set_of(meta), link, form=form_of(meta))
    replace(ack, set_view(house, by, data, said="set.link_kept" if link else "set.link_gone"))


def facilitator_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask who the facilitator is."""
    data = house.learning_sets.one(by, pressed(body))
    user = data.facilitator.account.user if data.facilitator else None
    set_id = data.row.learning_set.id
    change(house, body, forms.facilitator_form(house.words, set_id, user, form=new_id()))
    ack()


def facilitator_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Let somebody else be the facilitator."""
    meta, user = read_meta(view), forms.read_facilitator_form(view)
    leader = Account(by.team, user) if user else None
    data = house.learning_sets.set_facilitator(by, set_of(meta), leader, form=form_of(meta))
    replace(ack, set_view(house, by, data, said="set.changed"))


def close_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """End a set; everybody is told."""
    data = house.learning_sets.close(by, pressed(body))
    change(house, body, set_view(house, by, data))
    ack()


def _show_set(ack: Ack, house: House, body: Body, by: Account, said: str) -> None:
    data = house.learning_sets.one(by, pressed(body))
    change(house, body, set_view(house, by, data, said=said))
    ack()
    refresh_home(house, by)
