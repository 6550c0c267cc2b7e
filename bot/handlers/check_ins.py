"""Listeners for check-ins. Nothing of an answer is logged."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, picked, pressed, refresh_home, replace, show
from bot.handlers.listen import Listen
from bot.handlers.supervision import ask_form
from bot.house import House
from bot.views import check_in_results, check_ins, support
from bot.views.forms import read_meta
from domain.check_ins import Wanted
from domain.people import Account, Person
from domain.policy import Act, allows
from domain.refusals import Refused


def register(listen: Listen) -> None:
    """Register the listeners of check-ins."""
    listen.form(ids.CHECK_IN_FORM, Act.ANSWER_CHECK_IN, answered)
    listen.click(ids.OPEN_CHECK_IN, Act.ANSWER_CHECK_IN, form_asked)
    listen.click(
        re.compile(rf"^{re.escape(ids.SAY_WANTED)}\.\w+$"), Act.ANSWER_CHECK_IN, wanted_said
    )
    listen.click(ids.OPEN_RESULTS, Act.SEE_RESULTS, results_asked)


def form_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form of a check-in; who has answered is thanked."""
    asked = house.check_ins.form(by, pressed(body))
    if asked is None:
        view = check_ins.thanks(house.words)
    else:
        view = check_ins.form(house.words, check_ins.FormData(asked=asked))
    show(house, body, view)
    ack()


def answered(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Take an answer; meet a low one kindly, and ask once about a word that may name somebody."""
    submitted = check_ins.read_form(view)
    check_in_id = read_meta(view).check_in
    if check_in_id is None:
        raise Refused("form_too_old")
    done = house.check_ins.answer(
        by, check_in_id, submitted.levels, submitted.word, confirmed=submitted.save_anyway
    )
    if done.asks:
        data = check_ins.FormData(
            asked=done.asked, levels=submitted.levels, word=submitted.word, warning=done.asks
        )
        return replace(ack, check_ins.form(house.words, data))
    low = check_ins.low(house.words, check_in_id)
    replace(ack, low if done.low else check_ins.thanks(house.words))
    refresh_home(house, by)
    return None


def wanted_said(ack: Ack, body: Body, by: Account, me: Person, house: House) -> None:
    """Answer what somebody would like now; it is not kept. A partner can ask at once.

    Nothing of the form to ask says that it came from a check-in.
    """
    what = _wanted(picked(body))
    if what is Wanted.SUPERVISOR and allows(Act.ASK_SUPERVISION, me):
        view = ask_form(house, by)
    else:
        card = support.card(house.words, house.support.services(me.nation))
        view = check_ins.wanted(house.words, what, card)
    change(house, body, view)
    ack()


def results_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show the last results of a cohort."""
    told = house.check_ins.results(by, pressed(body))
    show(house, body, check_in_results.results(house.words, told))
    ack()


def _wanted(name: str) -> Wanted:
    try:
        return Wanted(name)
    except ValueError:
        raise Refused("form_too_old") from None
