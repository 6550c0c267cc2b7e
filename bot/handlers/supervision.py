"""Listeners for asking for supervision, and what becomes of a request."""

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.support import support_card
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.services.supervision_pages import RequestPage
from bot.views import supervision_ask as ask_views
from bot.views import supervision_front, supervision_plan, supervision_queue, support
from bot.views import supervision_requests as views
from bot.views.forms import Meta, read_meta
from bot.views.kit import Json
from bot.views.supervision_ask import AskData
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.policy import Act
from domain.refusals import Refused
from domain.supervision import ENDED


def register(listen: Listen) -> None:
    """Register the listeners of whoever asks."""
    listen.command(ids.SUPERVISION, Act.SEE_SUPERVISION, supervision_asked)
    listen.click(ids.ASK_SUPERVISION, Act.ASK_SUPERVISION, ask_asked)
    listen.click(ids.ASK_MORE_FIELDS, Act.ASK_SUPERVISION, more_fields_asked)
    listen.form(ids.ASK_FORM, Act.ASK_SUPERVISION, ask_submitted)
    listen.click(ids.OPEN_REQUESTS, Act.ASK_SUPERVISION, requests_asked)
    listen.click(ids.OPEN_REQUEST, Act.ASK_SUPERVISION, request_asked)
    listen.click(ids.READ_OWN_NOTE, Act.ASK_SUPERVISION, own_note_asked)
    listen.click(ids.WITHDRAW_REQUEST, Act.ASK_SUPERVISION, withdraw_confirmed)
    listen.click(ids.OPEN_DONE, Act.ASK_SUPERVISION, done_asked)
    listen.form(ids.DONE_FORM, Act.ASK_SUPERVISION, done_submitted)


def supervision_view(house: House, by: Account) -> Json:
    """Return what supervision is for this person: by their one role, or doors to several."""
    me = house.people.me(by, Act.SEE_SUPERVISION)
    doors = {
        Role.PARTNER: partners_view,
        Role.SUPERVISOR: _queue,
        Role.CO_LEAD: _plan,
        Role.LEARNING_PARTNER: _count,
    }
    mine = [role for role in doors if role in me.roles]
    if len(mine) == 1:
        return doors[mine[0]](house, by)
    return supervision_front.front(house.words, mine)


def partners_view(house: House, by: Account) -> Json:
    """Return the form to ask; where something is under way, how it stands."""
    mine = house.supervision.mine(by)
    if any(one.state not in ENDED for one in mine.requests):
        return views.requests_page(house.words, mine)
    return ask_form(house, by)


def ask_form(house: House, by: Account, session_id: str | None = None) -> Json:
    """Return a new form to ask; `session_id` is a session of theirs that they come from."""
    before = house.supervision.before_asking(by, session_id)
    return ask_views.ask_form(house.words, AskData(before=before, form=new_id()))


def supervision_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open supervision; whoever is here for the first time reads the welcome before it."""
    show(house, body, welcomed_first(house, me, ids.SUPERVISION) or supervision_view(house, by))
    ack()


def ask_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form to ask, in the place of a page it was asked for from."""
    change(house, body, ask_form(house, by, pressed(body) or None))
    ack()


def more_fields_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Unfold the rest of the form; what was filled in so far stays."""
    view = body["view"]
    meta = read_meta(view)
    data = AskData(
        before=house.supervision.before_asking(by, meta.session),
        form=meta.form or new_id(),
        filled=ask_views.read_ask_form(view),
        full=True,
    )
    change(house, body, ask_views.ask_form(house.words, data))
    ack()


def ask_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Send a request and say truthfully how it stands.

    Whoever is not safe now sees who to call over the form, and nothing is sent. That comes first
    and needs nothing: no database, and nothing else that is filled in.
    """
    filled, meta = ask_views.read_ask_form(view), read_meta(view)
    if filled.not_safe:
        ack(response_action="push", view=support_card(house, by))
        return None
    before = house.supervision.before_asking(by, meta.session)
    asked = house.supervision.ask(
        by,
        filled.draft(before.session_id),
        form=form_of(meta),
        confirmed=filled.save_anyway,
        even_so=filled.even_so,
    )
    if asked.page is None:
        data = AskData(
            before=before,
            form=form_of(meta),
            filled=filled,
            full=ask_views.is_full(view),
            identifiers=asked.identifiers,
            chance=asked.chance,
        )
        return replace(ack, ask_views.ask_form(house.words, data))
    # A form that is sent once more may be about a request that has ended meanwhile.
    said = None if asked.page.request.state in ENDED else "request.is_sent"
    replace(ack, _page(house, by, asked.page, said=said, with_card=True))
    return refresh_home(house, by)


def requests_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the person's own requests."""
    change(house, body, views.requests_page(house.words, house.supervision.mine(by)))
    ack()


def request_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show how one stands now."""
    change(house, body, _page(house, by, house.supervision.one(by, pressed(body))))
    ack()


def own_note_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the person what they wrote; nothing of it is written down."""
    note = house.supervision.own_note(by, pressed(body))
    show(house, body, views.own_note_page(house.words, note))
    ack()


def withdraw_confirmed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take a request back. Its words are gone; old copies of them in a moment."""
    page = house.supervision.withdraw(by, pressed(body))
    change(house, body, _page(house, by, page))
    ack()
    _words_are_gone(house, by)


def done_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Ask for the record and a next step."""
    page = house.supervision.one(by, pressed(body))
    change(house, body, views.done_form(house.words, page))
    ack()


def done_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep the record and the next step, and close; ask once more about identifiers."""
    submitted = views.read_done_form(view)
    request_id = subject_of(read_meta(view))
    done = house.supervision.say_done(
        by, request_id, submitted.meeting, submitted.next_step, confirmed=submitted.save_anyway
    )
    if done.page is None:
        page = house.supervision.one(by, request_id)
        form = views.done_form(house.words, page, typed=submitted.next_step, asks=done.identifiers)
        return replace(ack, form)
    replace(ack, _page(house, by, done.page, said="done.saved"))
    return _words_are_gone(house, by)


def subject_of(meta: Meta) -> str:
    """Return what a form is about.

    Raises:
        Refused: It does not say.
    """
    if meta.subject is None:
        raise Refused("form_too_old")
    return meta.subject


def _words_are_gone(house: House, by: Account) -> None:
    house.slack.later_once("supervision.scrub", house.supervision.desk.scrub)
    refresh_home(house, by)


def _page(
    house: House,
    by: Account,
    page: RequestPage,
    *,
    said: str | None = None,
    with_card: bool = False,
) -> Json:
    nation = house.people.me(by, Act.ASK_SUPERVISION).nation
    card = support.card(house.words, house.support.services(nation)) if with_card else ()
    return views.request_page(house.words, page, card, said=said)


def _queue(house: House, by: Account) -> Json:
    return supervision_queue.queue_page(house.words, house.supervision_queue.queue(by))


def _plan(house: House, by: Account) -> Json:
    return supervision_plan.plan_page(house.words, house.supervision_plan.programme(by))


def _count(house: House, by: Account) -> Json:
    return supervision_plan.sent_page(house.words, house.supervision_plan.sent_lately(by))
