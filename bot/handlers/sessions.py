"""Listeners for logging, listing, changing and deleting sessions."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.views import session_after, session_form, session_list
from bot.views.forms import read_meta
from bot.views.kit import Json
from bot.views.session_form import FormData
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the session listeners."""
    listen.form(ids.SESSION_FORM, Act.LOG_SESSION, form_submitted)
    listen.command(ids.SESSION, Act.LOG_SESSION, log_asked)
    listen.shortcut(ids.LOG_SHORTCUT, Act.LOG_SESSION, log_asked)
    listen.click(ids.OPEN_LOG, Act.LOG_SESSION, log_asked)
    listen.click(ids.LOG_ANOTHER, Act.LOG_SESSION, another_asked)
    listen.click(ids.SHOW_MORE_FIELDS, Act.LOG_SESSION, more_fields_asked)
    listen.click(ids.OPEN_SESSIONS, Act.SEE_SESSIONS, list_asked)
    listen.click(re.compile(rf"^{re.escape(ids.SHOW_MONTH)}\.\w+$"), Act.SEE_SESSIONS, month_asked)
    listen.click(ids.OPEN_SESSION, Act.SEE_SESSIONS, one_asked)
    listen.click(ids.OPEN_TOTALS, Act.SEE_SESSIONS, totals_asked)
    listen.click(ids.EDIT_SESSION, Act.CHANGE_SESSION, edit_asked)
    listen.click(ids.DELETE_SESSION, Act.CHANGE_SESSION, delete_confirmed)
    listen.click(ids.UNDO_DELETE, Act.CHANGE_SESSION, undo_asked)


def log_form(house: House, by: Account) -> Json:
    """Return the form to log a session, filled from the last one."""
    new = house.sessions.new(by)
    data = FormData(facts=new.facts, form=new_id(), like=new.like)
    return session_form.session_form(house.words, data)


def log_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open the form; whoever is here for the first time reads the welcome before it."""
    show(house, body, welcomed_first(house, me, ids.SESSION_FORM) or log_form(house, by))
    ack()


def another_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put a fresh form in the place of what is open."""
    change(house, body, log_form(house, by))
    ack()


def more_fields_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Unfold the rest of the form; what was filled in so far stays."""
    meta = read_meta(body["view"])
    new = house.sessions.new(by)
    form = FormData(facts=new.facts, form=meta.form or new_id(), like=new.like)
    data = session_form.unfolded(body["view"], new.facts, form)
    change(house, body, session_form.session_form(house.words, data))
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Save a new session or a changed one, and say it back."""
    draft = session_form.read_session_form(view).draft()
    meta = read_meta(view)
    if meta.session:
        session = house.sessions.edit(by, meta.session, draft)
    else:
        session = house.sessions.log(by, draft, form=form_of(meta), like=meta.like)
    edited = meta.session is not None
    replace(ack, session_after.saved(house.words, session, edited=edited))
    refresh_home(house, by)


def list_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the newest month."""
    show(house, body, session_list.month_page(house.words, house.sessions.month(by)))
    ack()


def month_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to another page or month."""
    month = house.sessions.month(by, *session_list.read_month(pressed(body)))
    change(house, body, session_list.month_page(house.words, month))
    ack()


def one_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show one session."""
    show(house, body, session_list.one_session(house.words, house.sessions.one(by, pressed(body))))
    ack()


def totals_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the sums."""
    show(house, body, session_list.totals(house.words, house.sessions.overview(by)))
    ack()


def edit_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put the whole form, filled in, in the place of what is open."""
    session = house.sessions.one(by, pressed(body))
    data = FormData(facts=session.facts, form=new_id(), session_id=session.id, full=True)
    change(house, body, session_form.session_form(house.words, data))
    ack()


def delete_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take a session away and offer it back for a minute."""
    session = house.sessions.delete(by, pressed(body))
    change(house, body, session_after.deleted(house.words, session))
    ack()
    refresh_home(house, by)


def undo_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put a deleted session back."""
    session = house.sessions.undo_delete(by, pressed(body))
    change(house, body, session_list.one_session(house.words, session))
    ack()
    refresh_home(house, by)
