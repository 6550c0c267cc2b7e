"""The question that comes by itself, prepared at the moment at which it is sent.

Everything is looked at again: who the person is, what they chose, whether they are left alone.
After two questions in a row without a word the bot goes quiet, and tells nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.bank_holidays import bank_holidays
from bot.services import rhythms
from bot.services.choices import choices_of
from bot.services.peace import in_peace
from bot.services.prompt_bank import PromptBank
from bot.services.reach import Skip, Wait, may_reach
from domain.clock import local_date
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.journal import SILENCES, Given, GivenState
from domain.people import Person, Role
from domain.prompts import Prompt, choose
from domain.schedules import Cadence, Schedule, What, end_of_day, instant
from storage import outbox, prompts_given, schedules
from storage.engine import Connection
from storage.vault import Vault

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PromptToSend:
    """A question to send. `new_here` where the person has not read the welcome yet."""

    given_id: str
    question: str
    new_here: bool


@dataclass(frozen=True, slots=True)
class GoneQuiet:
    """In place of a question: the bot goes quiet from now on."""

    person_id: str


def prepare(
    conn: Connection, vault: Vault, bank: PromptBank, delivery: Delivery, *, now: datetime
) -> PromptToSend | GoneQuiet | Skip | Wait:
    """Return what is to be sent for a delivery at this moment, and write it down as given.

    Prepared once more, because Slack could not take it, it is the same.
    """
    reached = may_reach(conn, delivery, now=now)
    if isinstance(reached, Skip | Wait):
        return reached
    me = reached.person
    schedule = schedules.one(conn, delivery.cause)
    if schedule is None:
        return Skip("own_choice")
    before = prompts_given.one(conn, delivery.id)
    against = _against(schedule, delivery, me, now)
    if against is not None:
        return against
    if in_peace(conn, vault, me.id, now):
        return Skip("own_choice")
    if before is None and schedule.quiet_since is None and _silent(conn, me.id, delivery):
        _go_quiet(conn, schedule, now)
        return GoneQuiet(me.id)
    if schedule.quiet_since is not None:
        return GoneQuiet(me.id)
    return before and _again(conn, bank, me, before) or _ask(conn, bank, schedule, me, delivery, now)


def choose_for(
    conn: Connection, bank: tuple[Prompt, ...], me: Person, cadence: Cadence, day: date
) -> Prompt | None:
    """Return the next question for somebody; None where nothing is left to ask."""
    return choose(
        bank,
        day=day,
        given=prompts_given.last_dates(conn, me.id),
        never=prompts_given.never(conn, me.id),
        co_lead=Role.CO_LEAD in me.roles,
        seed=me.id,
        cadence=cadence,
    )
