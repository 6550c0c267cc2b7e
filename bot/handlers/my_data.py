"""Listeners for a person's own data: see it, read it, take it away, delete it."""

import re
from functools import partial

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, replace, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.services.my_data import Export
from bot.services.my_data_text import as_text
from bot.slack import Attachment
from bot.slack_calls import SlackProblem
from bot.views import home, session_files
from bot.views import my_data as views
from bot.views.forms import read_meta
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act
from domain.refusals import StorageUnavailable
from storage.ledger import LedgerUnavailable


def register(listen: Listen) -> None:
    """Register the listeners of a person's own data."""
    listen.command(ids.MY_DATA, Act.SEE_MY_DATA, data_asked)
    listen.click(ids.OPEN_MY_DATA, Act.SEE_MY_DATA, data_asked)
    listen.click(ids.READ_MY_DATA, Act.EXPORT_MY_DATA, reading_asked)
    listen.click(
        re.compile(rf"^{re.escape(ids.TURN_MY_DATA)}\.\w+$"), Act.EXPORT_MY_DATA, page_turned
    )
    listen.click(ids.OPEN_MY_DATA_FILES, Act.EXPORT_MY_DATA, files_asked)
    listen.form(ids.MY_DATA_FILES_FORM, Act.EXPORT_MY_DATA, file_submitted)
    listen.click(ids.OPEN_ERASE, Act.ERASE_MY_DATA, erase_asked)
    listen.form(ids.ERASE_FORM, Act.ERASE_MY_DATA, erase_submitted)


def data_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Show what is held, who can see it, and who opened what was shared."""
    held, opened = house.my_data.held(by), house.my_data.opened(by)
    show(house, body, views.page(house.words, held, opened, me))
    ack()


def reading_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show everything, from the first page."""
    show(house, body, views.reading(house.words, _text(house, by), 0))
    ack()


def page_turned(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show another page of everything."""
    number = pressed(body)
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    change(house, body, views.reading(house.words, _text(house, by), wanted))
    ack()


def files_asked(ack: Ack, body: Body, house: House) -> None:
    """Ask which file."""
    show(house, body, views.files_form(house.words, form=new_id()))
    ack()


def file_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Make the file, say that it is on its way, and send it in the background."""
    kind = views.read_files_form(view)
    export = house.my_data.export(by, form=form_of(read_meta(view)))
    replace(ack, session_files.on_its_way(house.words))
    if export is not None:
        house.slack.later(partial(_send, house, by, kind, export, str(view["id"])))


def erase_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Say what would be deleted, and ask whether it is meant."""
    view = views.erase_form(house.words, house.erasing.preview(by), form=new_id())
    show(house, body, view)
    ack()


def erase_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Write down that everything is to be deleted, then delete it in the background.

    A process that dies on the way leaves the rest to the next tick.
    """
    house.people.me(by, Act.ERASE_MY_DATA)
    views.check_word(house.words, view)
    form = form_of(read_meta(view))
    house.erasing.ask(by, form=form)
    replace(ack, views.being_deleted(house.words))
    house.slack.later(partial(_erase, house, by, form, str(view["id"])))


def _text(house: House, by: Account) -> str:
    export = house.my_data.export(by)
    assert export is not None, "without a form each one is the first"
    return as_text(export, house.words)


def _send(house: House, by: Account, kind: str, export: Export, view_id: str) -> None:
    words = house.words
    content = export.as_json() if kind == views.JSON else as_text(export, words)
    try:
        house.slack.send_file(
            by.user,
            Attachment(
                name=views.file_name(kind),
                title=words("my_data.file_title"),
                comment=words("my_data.file_comment"),
                content=content.encode(),
            ),
            partial(house.my_data.sent, by),
        )
    except SlackProblem:
        house.slack.update_view(view_id, session_files.did_not_arrive(words), patient=True)
        raise
    house.slack.update_view(view_id, session_files.arrived(words), patient=True)


def _erase(house: House, by: Account, form: str, view_id: str) -> None:
    try:
        receipt = house.erasing.go_on(form)
    except (LedgerUnavailable, StorageUnavailable):
        house.slack.update_view(view_id, views.put_off(house.words), patient=True)
        raise
    if not receipt.gone:
        return
    house.slack.publish_home(by.user, home.closed(house.words), patient=True)
    house.slack.update_view(view_id, views.deleted(house.words, receipt), patient=True)
