"""Listeners for the files a partner takes away."""

from datetime import date
from functools import partial

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, form_of, replace, show
from bot.handlers.listen import Listen
from bot.house import House
from bot.slack import Attachment
from bot.slack_calls import SlackProblem
from bot.views import session_files as views
from bot.views.forms import read_meta
from domain.clock import local_date
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of files."""
    listen.form(ids.SESSION_FILES_FORM, Act.EXPORT_SESSIONS, file_submitted)
    listen.click(ids.OPEN_FILES, Act.EXPORT_SESSIONS, files_asked)


def files_asked(ack: Ack, body: Body, me: Person, house: House) -> None:
    """Ask which file; the letter starts from the year so far."""
    end = local_date(house.clock(), me.tz)
    view = views.files_form(house.words, start=end.replace(month=1, day=1), end=end, form=new_id())
    show(house, body, view)
    ack()


def file_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Make the file, say that it is on its way, and send it in the background.

    After a crash in between no file comes; the person has read what to do then.
    """
    kind, start, end = views.read_files_form(view)
    content = _content(house, by, kind, (start, end), form_of(read_meta(view)))
    replace(ack, views.on_its_way(house.words))
    if content is not None:
        house.slack.later(partial(_send, house, by, kind, content, str(view["id"])))


def _content(
    house: House, by: Account, kind: str, period: tuple[date, date], form: str
) -> bytes | None:
    """Return the file; None where this form has asked for it before."""
    if kind == views.CSV:
        sessions = house.session_files.everything(by, form=form)
        return None if sessions is None else views.sessions_csv(house.words, sessions)
    letter = house.session_files.letter(by, *period, form=form)
    return None if letter is None else views.hours_letter(house.words, letter)


def _send(house: House, by: Account, kind: str, content: bytes, view_id: str) -> None:
    try:
        house.slack.send_file(
            by.user,
            Attachment(
                name=views.file_name(kind),
                title=house.words(f"files.{kind}"),
                comment=house.words("files.comment"),
                content=content,
            ),
            partial(house.session_files.sent, by),
        )
    except SlackProblem:
        house.slack.update_view(view_id, views.did_not_arrive(house.words), patient=True)
        raise
    house.slack.update_view(view_id, views.arrived(house.words), patient=True)
