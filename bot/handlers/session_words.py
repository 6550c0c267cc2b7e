"""Listeners for what a partner keeps with a session for themselves alone."""

import re
from typing import TypeVar

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import (
    Body,
    change,
    form_of,
    picked,
    pressed,
    replace,
)
from bot.handlers.listen import Listen
from bot.handlers.supervision import ask_form
from bot.house import House
from bot.views import session_after, support
from bot.views.forms import read_meta
from bot.views.kit import Json
from bot.views.session_after import MoreData
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import Refused
from domain.sessions import Heaviness, Wish

Kind = TypeVar("Kind", Heaviness, Wish)


def register(listen: Listen) -> None:
    """Register the listeners of the private part."""
    listen.form(ids.SESSION_MORE_FORM, Act.CHANGE_SESSION, more_submitted)
    listen.click(_one_of(ids.SAY_HEAVINESS), Act.CHANGE_SESSION, heaviness_said)
    listen.click(_one_of(ids.SAY_WISH), Act.CHANGE_SESSION, wish_said)
    listen.click(ids.OPEN_MORE, Act.CHANGE_SESSION, more_asked)


def heaviness_said(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Keep how heavy it was; a heavy one is answered with choices and the support card."""
    heaviness = _member(Heaviness, picked(body))
    session = house.private_words.say(by, pressed(body), heaviness=heaviness)
    if heaviness is Heaviness.HEAVY:
        view = session_after.heavy(house.words, session, _card(house, me))
    else:
        view = session_after.noted(house.words, session, heaviness)
    change(house, body, view)
    ack()


def wish_said(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Keep what the person would like now: a supervisor can be asked for at once.

    Else it is said truthfully that nobody was told.
    """
    wish = _member(Wish, picked(body))
    session = house.private_words.say(by, pressed(body), wish=wish)
    if wish is Wish.SUPERVISOR:
        view = ask_form(house, by, session.id)
    else:
        view = session_after.wished(house.words, session, wish, _card(house, me))
    change(house, body, view)
    ack()


def more_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the private part of a session."""
    opened = house.private_words.open(by, pressed(body))
    data = MoreData(
        session=opened.session, details=opened.details, words=opened.words, form=new_id()
    )
    change(house, body, session_after.more_form(house.words, data))
    ack()


def more_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the private part; ask once more where it seems to say who somebody is."""
    submitted = session_after.read_more_form(view)
    meta = read_meta(view)
    if meta.session is None:
        raise Refused("form_too_old")
    details, written = submitted.details(), submitted.words()
    kept = house.private_words.keep(
        by, meta.session, details, written, confirmed=submitted.save_anyway
    )
    if kept.session is None:
        session = house.sessions.one(by, meta.session)
        data = MoreData(
            session=session, details=details, words=written, form=form_of(meta), warning=kept.asks
        )
        replace(ack, session_after.more_form(house.words, data))
    else:
        replace(ack, session_after.saved(house.words, kept.session, edited=True))


def _card(house: House, me: Person) -> list[Json]:
    return support.card(house.words, house.support.services(me.nation))


def _one_of(action_id: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(action_id)}\.\w+$")


def _member(kind: type[Kind], name: str) -> Kind:
    try:
        return kind(name)
    except ValueError:
        raise Refused("form_too_old") from None
