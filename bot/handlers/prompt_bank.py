"""Listeners for the bank of questions."""

import re

from slack_bolt import Ack

from bot import ids
from bot.handlers.answers import Body, change, form_of, pressed, replace
from bot.handlers.listen import Listen
from bot.house import House
from bot.views import prompt_bank as views
from bot.views.forms import read_meta
from domain.ids import new_id
from domain.people import Account
from domain.policy import Act


def register(listen: Listen) -> None:
    """Register the listeners of the bank."""
    shown = re.compile(rf"^{re.escape(ids.SHOW_BANK)}\.\w+$")
    listen.click(ids.OPEN_BANK, Act.EDIT_PROMPTS, bank_asked)
    listen.click(shown, Act.EDIT_PROMPTS, bank_asked)
    listen.click(ids.OPEN_PROMPT_FORM, Act.EDIT_PROMPTS, form_asked)
    listen.click(ids.RETIRE_PROMPT, Act.EDIT_PROMPTS, retire_pressed)
    listen.click(ids.BRING_BACK_PROMPT, Act.EDIT_PROMPTS, bring_back_pressed)
    listen.form(ids.PROMPT_FORM, Act.EDIT_PROMPTS, form_submitted)


def bank_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Show some of the questions."""
    place = views.read_bank_place(pressed(body))
    change(house, body, views.bank(house.words, house.prompt_bank.every(by), place))
    ack()


def form_asked(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Open the form to add a question or, where the button names one, to change it."""
    prompt_id = pressed(body)
    prompt = house.prompt_bank.one(by, prompt_id) if prompt_id else None
    change(house, body, views.prompt_form(house.words, form=new_id(), prompt=prompt))
    ack()


def form_submitted(ack: Ack, view: Body, by: Account, house: House) -> None:
    """Save a question, and show it among the others."""
    read = views.read_prompt_form(view)
    meta = read_meta(view)
    prompt = house.prompt_bank.save(
        by,
        meta.prompt,
        read.text,
        read.cornerstone,
        learning=read.learning,
        for_co_leads=read.for_co_leads,
        form=form_of(meta),
    )
    replace(ack, views.bank_at(house.words, house.prompt_bank.every(by), prompt, "bank.saved"))


def retire_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let a question be asked no more."""
    _retire(body, by, house, retired=True)
    ack()


def bring_back_pressed(ack: Ack, body: Body, by: Account, house: House) -> None:
    """Let a question be asked again."""
    _retire(body, by, house, retired=False)
    ack()


def _retire(body: Body, by: Account, house: House, *, retired: bool) -> None:
    prompt = house.prompt_bank.retire(by, pressed(body), retired)
    said = "bank.retired" if retired else "bank.brought_back"
    change(house, body, views.bank_at(house.words, house.prompt_bank.every(by), prompt, said))
