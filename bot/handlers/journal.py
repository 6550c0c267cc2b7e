"""Listeners for the private journal, and for what others shared of theirs."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import journal as views
from bot.views.forms import read_meta
from bot.views.journal import FormData
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of the journal and of its readers."""
    listen.click(ids.OPEN_JOURNAL, Act.CHANGE_JOURNAL, journal_asked)
    listen.click(_way(ids.SHOW_JOURNAL), Act.CHANGE_JOURNAL, page_asked)
    listen.click(ids.OPEN_JOURNAL_ITEM, Act.CHANGE_JOURNAL, item_asked)
    listen.click(ids.EDIT_JOURNAL_ITEM, Act.CHANGE_JOURNAL, edit_asked)
    listen.click(ids.UNSHARE_JOURNAL_ITEM, Act.CHANGE_JOURNAL, unshare_asked)
    listen.click(ids.DELETE_JOURNAL_ITEM, Act.CHANGE_JOURNAL, delete_confirmed)
    listen.form(ids.JOURNAL_FORM, Act.CHANGE_JOURNAL, form_submitted)
    listen.click(ids.OPEN_SHARED, Act.SEE_SHARED, shared_asked)
    listen.click(_way(ids.SHOW_SHARED), Act.SEE_SHARED, shared_page_asked)
    listen.click(ids.OPEN_SHARED_ITEM, Act.SEE_SHARED, shared_item_asked)


def journal_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the newest items."""
    show(house, body, views.journal(house.words, house.journals.page(by)))
    ack()


def page_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to another page, or go back to the list."""
    page = house.journals.page(by, pressed(body) or None)
    change(house, body, views.journal(house.words, page))
    ack()


def item_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open one item with its words."""
    opened = house.journals.open(by, pressed(body))
    change(house, body, views.opened(house.words, opened))
    ack()


def edit_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put the form in the place of the item."""
    opened = house.journals.open(by, pressed(body))
    data = FormData(opened=opened, answer=opened.written.answer, form=new_id())
    change(house, body, views.form(house.words, data))
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep changed words and shares; ask once more where it seems to say who somebody is."""
    submitted = views.read_form(view)
    meta = read_meta(view)
    if meta.item is None:
        raise Refused("form_too_old")
    form, wanted = form_of(meta), submitted.shares
    kept = house.journals.change(
        by,
        meta.item,
        submitted.answer,
        form=form,
        supervisor=wanted.supervisor,
        learning_partner=wanted.learning_partner,
        named=wanted.named,
        confirmed=submitted.save_anyway,
        set_id=wanted.set_id,
    )
    if kept.item is not None:
        replace(ack, views.opened(house.words, kept.item, said="journal.saved"))
        return
    opened = house.journals.open(by, meta.item)
    data = FormData(
        opened=opened, answer=submitted.answer, form=form, warning=kept.asks, wanted=wanted
    )
    replace(ack, views.form(house.words, data))


def unshare_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take an item back from everyone."""
    opened = house.journals.unshare(by, pressed(body))
    change(house, body, views.opened(house.words, opened, said="journal.unshared"))
    ack()


def delete_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Delete an item for good, and go back to the list."""
    page = house.journals.delete(by, pressed(body))
    change(house, body, views.journal(house.words, page, said="journal.deleted"))
    ack()
    refresh_home(house, by)


def shared_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show what others shared."""
    show(house, body, views.shared_list(house.words, house.shared_journals.page(by)))
    ack()


def shared_page_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Turn to another page, or go back to the list."""
    page = house.shared_journals.page(by, pressed(body) or None)
    change(house, body, views.shared_list(house.words, page))
    ack()


def shared_item_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open what somebody shared. Its author can see that it was opened, even if nothing shows."""
    item, written = house.shared_journals.open(by, pressed(body))
    change(house, body, views.shared_item(house.words, item, written))
    ack()


def _way(action_id: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(action_id)}\.\w+$")
