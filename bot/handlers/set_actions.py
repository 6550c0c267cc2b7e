"""Listeners for what people take away from a meeting."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, picked, pressed, refresh_home, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import set_actions as views
from bot.views.forms import read_meta
from bot.views.kit import Json
from bot.views.set_day import read_line
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of actions."""
    listen.click(ids.OPEN_MY_ACTIONS, Act.TAKE_PART, mine_asked)
    listen.click(ids.OPEN_ACTION_FORM, Act.TAKE_PART, form_asked)
    listen.form(ids.SET_ACTION_FORM, Act.TAKE_PART, action_submitted)
    listen.click(
        re.compile(rf"^{re.escape(ids.REVIEW_ACTION)}\.\w+$"), Act.TAKE_PART, answer_pressed
    )
    listen.click(ids.DELETE_ACTION, Act.TAKE_PART, delete_confirmed)
    listen.click(ids.OPEN_SET_REVIEW, Act.SEE_SETS, review_asked)


def mine_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the person's own actions that go on."""
    change(house, body, _mine(house, by))
    ack()


def form_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for an action of a meeting or, where the button names one, for other words of it."""
    meeting_id, _, action_id = pressed(body).partition(" ")
    if not action_id:
        view = views.action_form(house.words, form=new_id(), meeting_id=meeting_id)
    else:
        own = next((a for a in house.set_actions.mine(by) if a.action.id == action_id), None)
        if own is None:
            raise Refused("not_found")
        view = views.action_form(house.words, form=new_id(), action_id=action_id, text=own.text)
    change(house, body, view)
    ack()


def action_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep an action; ask once more where it seems to say who somebody is."""
    read, meta = read_line(view, views.ACTION), read_meta(view)
    form = form_of(meta)
    if meta.item is not None:
        kept = house.set_actions.change(
            by, meta.item, read.text, form=form, confirmed=read.save_anyway
        )
    elif meta.meeting is not None:
        kept = house.set_actions.write(
            by, meta.meeting, read.text, form=form, confirmed=read.save_anyway
        )
    else:
        raise Refused("form_too_old")
    if kept.action is None:
        again = views.action_form(
            house.words,
            form=form,
            meeting_id=meta.meeting,
            action_id=meta.item,
            text=read.text,
            asks=kept.asks,
        )
        return replace(ack, again)
    replace(ack, _mine(house, by, said="action.saved"))
    return refresh_home(house, by)


def answer_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Keep what became of an action."""
    house.set_actions.review(by, pressed(body), views.read_answer(picked(body)))
    change(house, body, _mine(house, by, said="action.answered"))
    ack()
    refresh_home(house, by)


def delete_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Delete an action for good."""
    house.set_actions.remove(by, pressed(body))
    change(house, body, _mine(house, by))
    ack()
    refresh_home(house, by)


def review_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show what the meeting asks about."""
    change(
        house, body, views.review_page(house.words, house.set_actions.for_review(by, pressed(body)))
    )
    ack()


def _mine(house: House, by: Account, *, said: str | None = None) -> Json:
    return views.mine_page(house.words, house.set_actions.mine(by), said=said)
