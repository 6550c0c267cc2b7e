"""The question that comes by itself, prepared at the moment at which it is sent.

Everything is looked at again: who the person is, what they chose, whether they are left alone.
After two questions in a row without a word the bot goes quiet, and tells nobody.
"""

from datetime import date, datetime, timedelta

from bot.bank_holidays import bank_holidays
from bot.services import rhythms
from bot.services.choices import choices_of
from bot.services.coming import comes_at
from bot.services.peace import NOBODY_KNOWS, in_peace, peace_until
from bot.services.prompt_bank import PromptBank
from bot.services.reach import Skip, Wait, may_reach
from domain.clock import local_date
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.journal import SILENCES, Given, GivenState
from domain.people import Person, Role
from domain.policy import Act, allows
from domain.prompts import Prompt, choose
from domain.schedules import Cadence, Occurrence, Schedule, end_of_day, instant
from domain.values import dataclass
from storage import journal, outbox, phases, programme, prompts_given, schedules
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
        return _OWN_CHOICE
    held = _held_back(schedule, delivery, me, now)
    if held is not None:
        return held
    if in_peace(conn, vault, me.id, now):
        return _OWN_CHOICE
    if schedule.quiet_since is not None:
        return GoneQuiet()
    given = prompts_given.one(conn, delivery.id)
    if given is None and delivery.subject is None and _silent(conn, me):
        rhythms.go_quiet(conn, schedule, now=now)
        return GoneQuiet()
    return _question(conn, bank.all(conn), schedule, me, delivery, given, now)


def _question(
    conn: Connection,
    prompts: tuple[Prompt, ...],
    schedule: Schedule,
    me: Person,
    delivery: Delivery,
    before: Given | None,
    now: datetime,
) -> PromptToSend | Skip:
    given = before or _new(conn, prompts, schedule, me, delivery, now)
    if isinstance(given, Skip):
        return given
    prompt = asked(prompts, given)
    if given.state is not GivenState.OPEN or prompt is None:
        return _OWN_CHOICE
    return PromptToSend(given.id, prompt.text, me.welcomed_at is None)


_OWN_CHOICE = Skip("own_choice")


def _held_back(
    schedule: Schedule, delivery: Delivery, me: Person, now: datetime
) -> Skip | Wait | None:
    """Return what the person's rhythm, as it is now, says against sending.

    A question that they put off until today comes whatever day it is. Where the bot has gone
    quiet, only the delivery that says so goes on, should it have to wait.
    """
    snoozed = delivery.subject is not None
    if schedule.quiet_since is not None:
        if snoozed or delivery.on_date != schedule.last_on:
            return _OWN_CHOICE
    elif schedule.next is None or not allows(Act.REFLECT, me):
        return _OWN_CHOICE
    if snoozed:
        return None
    if not schedule.rhythm.names(delivery.on_date):
        return _OWN_CHOICE
    at = instant(delivery.on_date, schedule.rhythm.at, me.tz)
    return Wait(at) if at is not None and at > now else None


def _silent(conn: Connection, me: Person) -> bool:
    """Whether the last questions all came by themselves and are open still; they are let go then.

    To open one or to write anything since is a word, too; one that did not reach the person says
    nothing.
    """
    last = prompts_given.newest(conn, me.id, size=SILENCES)
    silent = (one.pushed and one.state is GivenState.OPEN for one in last)
    if len(last) < SILENCES or not all(silent):
        return False
    wrote = journal.page(conn, me.id, size=1)
    if wrote and wrote[0].on_date >= last[-1].on_date:
        return False
    ends = [outbox.one(conn, one.id) for one in last]
    if any(end is not None and end.state is not State.SENT for end in ends):
        return False
    for one in last:
        prompts_given.set_state(conn, one.id, GivenState.SKIPPED)
    return True


def _new(
    conn: Connection,
    prompts: tuple[Prompt, ...],
    schedule: Schedule,
    me: Person,
    delivery: Delivery,
    now: datetime,
) -> Given | Skip:
    """Write down which question this delivery brings: the next one, or the one put off."""
    if delivery.subject is not None:
        before = prompts_given.one(conn, delivery.subject)
        if before is None or before.person_id != me.id or before.state is not GivenState.SNOOZED:
            return _OWN_CHOICE
        prompt_id = before.prompt_id
    else:
        day = local_date(now, me.tz)
        prompt = choose_for(conn, prompts, me, schedule.rhythm.cadence, day)
        if prompt is None:
            return Skip("nothing_left")
        prompt_id = prompt.id
    given = Given(
        id=delivery.id,
        person_id=me.id,
        prompt_id=prompt_id,
        on_date=delivery.on_date,
        pushed=True,
    )
    prompts_given.add(conn, given, now=now)
    return given


def plan_tomorrow(
    conn: Connection, vault: Vault, schedule: Schedule, me: Person, given: Given, *, now: datetime
) -> date | None:
    """Plan the same question for the next day that is not off for somebody; return that day.

    Days on which they are left alone after something heavy are passed over. None where nothing
    comes to them by itself on the day: it is off, paused, a rest, or their hour has become a quiet
    one; or where nobody knows until when they are left alone.
    """
    peace = peace_until(conn, vault, me.id, schedule.id)
    if schedule.next is None or programme.paused(conn) or peace == NOBODY_KNOWS:
        return None
    choices, plans = choices_of(conn, me.id), phases.of_person(conn, me.id)
    quiet, day = choices.quiet, local_date(now, me.tz)
    while True:
        day += _DAY
        at = instant(day, schedule.rhythm.at, me.tz)
        holidays = bank_holidays(me.nation, day.year) if quiet.bank_holidays else ()
        if at is None or quiet.day(day, holidays):
            continue
        comes = comes_at(me, choices, plans, Occurrence(day, at))
        if comes is None:
            return None
        if peace is not None and comes < peace:
            continue
        delivery = Delivery(
            id=new_id(),
            cause=schedule.id,
            on_date=day,
            recipient=me.id,
            kind=Kind.PROMPT,
            person_id=me.id,
            subject=given.id,
            not_before=at,
            ends_at=end_of_day(day, me.tz),
        )
        if outbox.plan(conn, delivery, now=now):
            return day


def asked(prompts: tuple[Prompt, ...], given: Given) -> Prompt | None:
    """Return the question as it reads now."""
    return next((one for one in prompts if one.id == given.prompt_id), None)


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
