"""Listeners of supervisors: the queue, one request, and their own settings."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.supervision import subject_of
from bot.house import House
from bot.views import supervision_queue as views
from bot.views import supervisors as settings_views
from bot.views.forms import read_meta
from bot.views.supervision_meeting import read_meeting
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of supervisors."""
    listen.click(ids.OPEN_QUEUE, Act.TAKE_REQUESTS, queue_asked)
    listen.click(ids.CLAIM_REQUEST, Act.TAKE_REQUESTS, claim_pressed)
    listen.click(ids.OPEN_HELD, Act.TAKE_REQUESTS, held_asked)
    listen.click(ids.READ_REQUEST_NOTE, Act.TAKE_REQUESTS, note_asked)
    listen.click(ids.HAND_BACK, Act.TAKE_REQUESTS, hand_back_confirmed)
    listen.click(ids.OPEN_HAND_OVER, Act.TAKE_REQUESTS, hand_over_asked)
    listen.click(ids.HAND_OVER, Act.TAKE_REQUESTS, handed_over)
    listen.click(ids.OPEN_BOOK, Act.TAKE_REQUESTS, book_asked)
    listen.form(ids.BOOK_FORM, Act.TAKE_REQUESTS, book_submitted)
    listen.click(ids.OPEN_RECORD, Act.TAKE_REQUESTS, record_asked)
    listen.form(ids.RECORD_FORM, Act.TAKE_REQUESTS, record_submitted)
    listen.click(ids.CLOSE_REQUEST, Act.TAKE_REQUESTS, close_pressed)
    listen.click(ids.OPEN_SUPERVISOR, Act.TAKE_REQUESTS, settings_asked)
    listen.click(ids.OPEN_MOST_HELD, Act.TAKE_REQUESTS, most_asked)
    listen.form(ids.MOST_HELD_FORM, Act.TAKE_REQUESTS, most_submitted)
    listen.click(ids.OPEN_TIME_OFF, Act.TAKE_REQUESTS, time_off_asked)
    listen.form(ids.TIME_OFF_FORM, Act.TAKE_REQUESTS, time_off_submitted)
    listen.click(ids.REMOVE_TIME_OFF, Act.TAKE_REQUESTS, time_off_removed)


def queue_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show what waits and what they have."""
    change(house, body, views.queue_page(house.words, house.supervision_queue.queue(by)))
    ack()


def claim_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Pick a request up; whoever was slower reads who has it."""
    claimed = house.supervision_queue.claim(by, pressed(body))
    change(house, body, views.claimed(house.words, claimed))
    ack()
    refresh_home(house, by)


def held_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show a request they have."""
    page = house.supervision_queue.one(by, pressed(body))
    change(house, body, views.held_page(house.words, page))
    ack()


def note_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the note; that it was opened is written down first, for its person to see."""
    note = house.supervision_queue.read_note(by, pressed(body))
    show(house, body, views.note_page(house.words, note))
    ack()


def hand_back_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Give a request back to the pool."""
    queue = house.supervision_queue.hand_back(by, pressed(body))
    change(house, body, views.queue_page(house.words, queue, said="hand_back.done"))
    ack()
    refresh_home(house, by)


def hand_over_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show to whom it can be given."""
    page = house.supervision_queue.one(by, pressed(body))
    change(house, body, views.hand_over_page(house.words, page))
    ack()


def handed_over(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Give a request to somebody else."""
    queue = house.supervision_queue.hand_over(by, *views.read_hand_over(pressed(body)))
    change(house, body, views.queue_page(house.words, queue, said="hand_over.done"))
    ack()
    refresh_home(house, by)


def book_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for the time they agreed."""
    page = house.supervision_queue.one(by, pressed(body))
    change(house, body, views.book_form(house.words, page))
    ack()


def book_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the time."""
    read = views.read_book_form(view)
    request_id = subject_of(read_meta(view))
    page = house.supervision_queue.book(by, request_id, read.on, read.at, read.mode)
    replace(ack, views.held_page(house.words, page, said="book.saved"))
    refresh_home(house, by)


def record_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for the small record."""
    page = house.supervision_queue.one(by, pressed(body))
    change(house, body, views.record_form(house.words, page))
    ack()


def record_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the small record."""
    meeting = read_meeting(view)
    if meeting is None:
        raise Refused("form_too_old")
    page = house.supervision_queue.record(by, subject_of(read_meta(view)), meeting)
    replace(ack, views.held_page(house.words, page, said="record.saved"))
    refresh_home(house, by)


def close_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Close a request. Its words are gone; old copies of them in a moment."""
    queue = house.supervision_queue.close(by, pressed(body))
    change(house, body, views.queue_page(house.words, queue, said="close_request.done"))
    ack()
    house.slack.later_once("supervision.scrub", house.supervision_queue.desk.scrub)
    refresh_home(house, by)


def settings_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show how they are set."""
    me, _ = house.supervisors.mine(by)
    change(house, body, settings_views.supervisor_page(house.words, me))
    ack()


def most_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask how many they hold at once."""
    me, _ = house.supervisors.mine(by)
    change(house, body, settings_views.most_form(house.words, me))
    ack()


def most_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep how many they hold at once."""
    me, _ = house.supervisors.hold_at_most(by, settings_views.read_most_form(view))
    replace(ack, settings_views.supervisor_page(house.words, me, said="supervisor.saved"))


def time_off_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask when they are away."""
    _, today = house.supervisors.mine(by)
    change(house, body, settings_views.time_off_form(house.words, today, form=new_id()))
    ack()


def time_off_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep when they are away."""
    read = settings_views.read_time_off_form(view)
    form = form_of(read_meta(view))
    me, _ = house.supervisors.be_away(by, read.first_on, read.last_on, form=form)
    replace(ack, settings_views.supervisor_page(house.words, me, said="supervisor.saved"))


def time_off_removed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take time off away again."""
    me, _ = house.supervisors.be_there(by, pressed(body))
    change(house, body, settings_views.supervisor_page(house.words, me, said="supervisor.saved"))
    ack()
