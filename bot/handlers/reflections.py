"""Listeners for questions to think with: the message that brings one, and the form."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.welcome import welcomed_first
from bot.house import House
from bot.services.reflections import Asked, Dealt
from bot.slack import Sent
from bot.views import reflections as views
from bot.views.forms import read_meta
from bot.views.kit import Json, Message
from bot.views.reflections import FormData
from domain.ids import new_id
from domain.people import Account, Person
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of questions."""
    listen.command(ids.REFLECT, Act.REFLECT, reflect_asked)
    listen.click(ids.OPEN_REFLECT, Act.REFLECT, reflect_asked)
    listen.form(ids.REFLECTION_FORM, Act.REFLECT, form_submitted)
    listen.click(ids.REFLECT_FREE, Act.REFLECT, free_asked)
    listen.click(ids.REFLECT_QUESTION, Act.REFLECT, question_asked)
    listen.click(ids.REFLECT_ANOTHER, Act.REFLECT, another_asked)
    listen.click(ids.REFLECT_NOT_AGAIN, Act.REFLECT, not_again_asked)
    listen.click(ids.REFLECT_AGAIN, Act.REFLECT, start_again_asked)
    listen.click(ids.PROMPT_ANSWER, Act.REFLECT, answer_asked)
    listen.click(ids.PROMPT_TOMORROW, Act.REFLECT, tomorrow_asked)
    listen.click(ids.PROMPT_SKIP, Act.REFLECT, skip_asked)
    listen.click(ids.PROMPT_NEVER, Act.REFLECT, never_asked)


def reflect_form(house: House, by: Account) -> Json:
    """Return the form with the question that waits, or with a new one."""
    return _form(house, by, _fresh(house.reflections.today(by)))


def reflect_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open the form; whoever is here for the first time reads the welcome before it."""
    show(house, body, welcomed_first(house, me, ids.REFLECT) or reflect_form(house, by))
    ack()


def answer_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Open the form with the question of the message."""
    asked = house.reflections.one(by, pressed(body))
    if not asked.waits:
        view = views.gone_page(house.words, asked)
    else:
        view = _form(house, by, FormData(form=new_id(), asked=asked))
    show(house, body, welcomed_first(house, me, ids.REFLECT) or view)
    ack()


def free_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Take the question away; what was written so far stays. The question goes on waiting."""
    change(house, body, _form(house, by, _kept(body, None)))
    ack()


def question_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put a question over what was written so far, or into a page's place."""
    asked = house.reflections.today(by)
    change(house, body, _form(house, by, _kept(body, asked, none_left=asked is None)))
    ack()


def another_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Set the question aside and ask another one; what was written so far stays."""
    _another(body, by, house, never=False)
    ack()


def not_again_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Never ask this question again, and ask another one."""
    _another(body, by, house, never=True)
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Keep an answer; ask once more where it seems to say who somebody is."""
    submitted = views.read_form(view)
    meta = read_meta(view)
    form = form_of(meta)
    draft = submitted.draft(meta.given)
    saved = house.reflections.answer(by, draft, form=form, confirmed=submitted.save_anyway)
    if saved.asks:
        data = FormData(
            form=form,
            asked=saved.asked,
            answer=submitted.answer,
            shares=submitted.shares,
            warning=saved.asks,
        )
        replace(ack, _form(house, by, data))
        return
    replace(ack, views.thanks(house.words, saved))
    if saved.dealt is not None:
        _calm(house, {}, saved.dealt)
    refresh_home(house, by)


def tomorrow_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Put the question off."""
    _dealt_with(body, by, house, house.reflections.snooze(by, pressed(body)))
    ack()


def skip_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Set the question aside."""
    _dealt_with(body, by, house, house.reflections.set_aside(by, pressed(body)))
    ack()


def never_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Never ask this question again."""
    _dealt_with(body, by, house, house.reflections.set_aside(by, pressed(body), never=True))
    ack()


def start_again_asked(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """End the quiet, and say when the next question comes."""
    coming = house.reflections.start_again(by)
    times = house.choices.mine(by).choices.times
    place = _pressed_in(body)
    if place is not None:
        _change_later(house, place, views.again_message(house.words, coming, me.tz, times))
    else:
        show(house, body, views.again_page(house.words, coming, me.tz, times))
    ack()
    refresh_home(house, by)


def _form(house: House, by: Account, data: FormData) -> Json:
    """Render the form with the sets that somebody can share with now."""
    data = dataclasses.replace(data, sets=house.reflections.sets(by))
    return views.form(house.words, data)


def _another(body: Body, by: Account, house: House, *, never: bool) -> None:
    dealt, asked = house.reflections.another(by, pressed(body), never=never)
    data = _kept(body, asked, none_left=asked is None)
    change(house, body, _form(house, by, data))
    _calm(house, body, dealt)


def _dealt_with(body: Body, by: Account, house: House, dealt: Dealt) -> None:
    """Let the message say what became of it; of an old button, say so at once as well."""
    if dealt.before is not dealt.given.state or dealt.until is not None:
        refresh_home(house, by)
    else:
        show(house, body, views.dealt_page(house.words, dealt))
    _calm(house, body, dealt)


def _calm(house: House, body: Mapping[str, Any], dealt: Dealt) -> None:
    """Change the message that brought the question, in the background."""
    place = _pressed_in(body)
    if place is None and dealt.message is not None and dealt.message.channel and dealt.message.ts:
        place = Sent(dealt.message.channel, dealt.message.ts)
    if place is not None:
        _change_later(house, place, views.calm_message(house.words, dealt))


def _change_later(house: House, place: Sent, message: Message) -> None:
    house.slack.later(lambda: house.slack.change_post(place, message))


def _pressed_in(body: Mapping[str, Any]) -> Sent | None:
    """Return the message that was pressed a button in, if it was in one."""
    container = body.get("container") or {}
    if container.get("type") != "message":
        return None
    return Sent(str(container["channel_id"]), str(container["message_ts"]))


def _fresh(asked: Asked | None) -> FormData:
    return FormData(form=new_id(), asked=asked, none_left=asked is None)


def _kept(body: Body, asked: Asked | None, *, none_left: bool = False) -> FormData:
    """Return the form with another question and with what was written so far."""
    view = body.get("view") or {}
    if view.get("callback_id") != ids.REFLECTION_FORM:
        return FormData(form=new_id(), asked=asked, none_left=none_left)
    written = views.read_form(view)
    form = read_meta(view).form or new_id()
    return FormData(
        form=form,
        asked=asked,
        answer=written.answer,
        shares=written.shares,
        none_left=none_left,
    )
