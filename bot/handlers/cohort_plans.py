"""Listeners for a cohort's plan, and for the pause of everything."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, replace
from bot.handlers.channels import prove_channel
from bot.handlers.cohorts import cohorts_view
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import cohort_plans as views
from bot.views.cohorts import read_place
from bot.views.forms import Meta, read_meta
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of plans and of the pause."""
    listen.click(ids.OPEN_COHORT_PLAN, Act.RUN_COHORTS, plan_asked)
    listen.click(ids.OPEN_PREVIEW, Act.RUN_COHORTS, preview_asked)
    listen.click(ids.OPEN_CHECK_IN_PLAN, Act.RUN_COHORTS, check_ins_asked)
    listen.click(ids.OPEN_QUESTION_PLAN, Act.RUN_COHORTS, questions_asked)
    listen.click(ids.OPEN_PHASE_FORM, Act.RUN_COHORTS, phase_asked)
    listen.click(ids.REMOVE_PHASE, Act.RUN_COHORTS, phase_removed)
    listen.click(ids.PAUSE_EVERYTHING, Act.RUN_COHORTS, pause_pressed)
    listen.click(ids.LET_GO_ON, Act.RUN_COHORTS, go_on_pressed)
    listen.form(ids.CHECK_IN_PLAN_FORM, Act.RUN_COHORTS, check_ins_submitted)
    listen.form(ids.QUESTION_PLAN_FORM, Act.RUN_COHORTS, questions_submitted)
    listen.form(ids.PHASE_FORM, Act.RUN_COHORTS, phase_submitted)


def plan_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show a cohort's plan."""
    page = house.cohort_plans.plan(by, pressed(body))
    change(house, body, views.plan_page(house.words, page))
    ack()


def preview_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show what the next eight weeks bring."""
    ahead = house.cohort_plans.ahead(by, pressed(body))
    change(house, body, views.preview_page(house.words, ahead))
    ack()


def check_ins_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask when check-ins come and where they are posted."""
    page = house.cohort_plans.plan(by, pressed(body))
    change(house, body, views.check_ins_form(house.words, page, form=new_id()))
    ack()


def check_ins_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Set it, once it is proved that the bot can post in the channel.

    After a crash in between nothing is set, and the co-lead has read a line in the channel.
    """
    read = views.read_check_ins_form(view)
    meta = read_meta(view)
    cohort_id = _cohort_of(meta)
    house.cohort_plans.may_check_ins_come(by, cohort_id, read.rhythm)
    if read.channel is not None:
        prove_channel(house, read.channel, by, field=views.CHANNEL)
    page = house.cohort_plans.set_check_ins(
        by, cohort_id, read.rhythm, read.channel, form=form_of(meta)
    )
    replace(ack, views.plan_page(house.words, page, said="cohort.plan.saved"))


def questions_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask when questions come."""
    page = house.cohort_plans.plan(by, pressed(body))
    change(house, body, views.questions_form(house.words, page, form=new_id()))
    ack()


def questions_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Set when questions come."""
    rhythm = views.read_questions_form(view)
    meta = read_meta(view)
    page = house.cohort_plans.set_questions(by, _cohort_of(meta), rhythm, form=form_of(meta))
    replace(ack, views.plan_page(house.words, page, said="cohort.plan.saved"))


def phase_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for a phase."""
    page = house.cohort_plans.plan(by, pressed(body))
    change(house, body, views.phase_form(house.words, page, form=new_id()))
    ack()


def phase_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Add a phase."""
    read = views.read_phase_form(view)
    meta = read_meta(view)
    page = house.cohort_plans.add_phase(
        by, _cohort_of(meta), read.kind, read.starts_on, read.ends_on, form=form_of(meta)
    )
    replace(ack, views.plan_page(house.words, page, said="phase.added"))


def phase_removed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take a phase out."""
    page = house.cohort_plans.remove_phase(by, *read_place(pressed(body)))
    change(house, body, views.plan_page(house.words, page, said="phase.removed"))
    ack()


def pause_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Pause everything for everybody."""
    house.cohort_plans.pause_everything(by, True)
    change(house, body, cohorts_view(house, by))
    ack()


def go_on_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let things go on."""
    house.cohort_plans.pause_everything(by, False)
    change(house, body, cohorts_view(house, by))
    ack()


def _cohort_of(meta: Meta) -> str:
    if meta.cohort is None:
        raise Refused("form_too_old")
    return meta.cohort
