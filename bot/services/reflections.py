"""What someone can do with a question: answer it, put it off, set it aside, ask for another."""

from dataclasses import replace
from datetime import date

from bot.services import prompt_pushes, rhythms
from bot.services.choices import choices_of
from bot.services.coming import Coming, coming
from bot.services.gate import admit
from bot.services.journal_items import keep_item, resolve_shares
from bot.services.prompt_bank import PromptBank
from bot.services.prompt_pushes import GoneQuiet, PromptToSend
from bot.services.reach import Skip, Wait
from bot.services.set_access import sets_of
from domain import policy
from domain.clock import Clock, local_date
from domain.deliveries import Delivery
from domain.identifiers import kinds_in
from domain.ids import new_id
from domain.journal import PROMPT_WAITS, Given, GivenState, Share, Written, check_answer
from domain.people import Account, Person
from domain.policy import Act, Sight, Thing, Viewer, check_shows
from domain.refusals import Refused
from domain.schedules import Cadence, What
from domain.values import dataclass
from storage import audit, idempotency, outbox, prompts_given, schedules
from storage.engine import Connection, Database
from storage.vault import Vault

_WAITING = frozenset({GivenState.OPEN, GivenState.SNOOZED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as somebody was given it. `waits` where it can be answered still."""

    given: Given
    question: str
    waits: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What became of a question, and the message that brought it, if one did.

    `before` is what had become of it before: a button may be pressed twice, or long afterwards.
    `until` is the day until which it was put off just now. `held` where it was to be, and nothing
    comes by itself that day: it stays as it was, and `waits` where it can be opened still.
    """

    given: Given
    before: GivenState
    message: Delivery | None = None
    until: date | None = None
    held: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a form brings: the words, and with whom they are shared, as the form named them."""

    text: str
    given_id: str | None = None
    supervisor: str | None = None
    set_id: str | None = None
    learning_partner: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of an answer: kept; or, while it `asks`, not kept at all.

    `asks` names what the words seem to hold, such as `email` or `phone`.
    """

    asks: frozenset[str] = frozenset()
    asked: Asked | None = None
    shares: tuple[Share, ...] = ()
    dealt: Dealt | None = None


@dataclass(frozen=True, slots=True)
class Reflections:
    """The use cases of questions, given a database, a vault, a clock and the bank."""

    database: Database
    vault: Vault
    clock: Clock
    bank: PromptBank

    def prepare(self, delivery: Delivery) -> PromptToSend | GoneQuiet | Skip | Wait:
        """Return what is to be sent for a delivery now, and write it down as given."""
        with self.database.write() as conn:
            return prompt_pushes.prepare(conn, self.vault, self.bank, delivery, now=self.clock())

    def today(self, by: Account) -> Asked | None:
        """Return the question that waits, or give a new one; None where nothing is left to ask."""
        with self.database.write() as conn:
            return self._today(conn, admit(conn, by, Act.REFLECT))

    def one(self, by: Account, given_id: str) -> Asked:
        """Return a question that the person was given."""
        with self.database.read() as conn:
            me = admit(conn, by, Act.REFLECT)
            return self._asked(conn, me, given_id)

    def sets(self, by: Account) -> tuple[tuple[str, str], ...]:
        """Return the ids and names of the sets that somebody can share an answer with."""
        with self.database.read() as conn:
            return tuple(sets_of(conn, admit(conn, by, Act.REFLECT).id))

    def set_aside(self, by: Account, given_id: str, *, never: bool = False) -> Dealt:
        """Skip a question; with `never`, do not give it to the person again."""
        with self.database.write() as conn:
            return self._set_aside(conn, admit(conn, by, Act.REFLECT), given_id, never)

    def another(
        self, by: Account, given_id: str, *, never: bool = False
    ) -> tuple[Dealt, Asked | None]:
        """Set a question aside, with `never` for good, and give another one.

        The same question a second time gives the one that was given in its place.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.REFLECT)
            dealt = self._set_aside(conn, me, given_id, never)
            return dealt, self._today(conn, me)

    def snooze(self, by: Account, given_id: str) -> Dealt:
        """Put a question off until the next day on which something may come. Once is enough.

        Where nothing comes by itself that day, it stays where it waits.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.REFLECT)
            given, now = _own(conn, me, given_id), self.clock()
            schedule = schedules.of_person(conn, What.PROMPT, me.id)
            if given.state is not GivenState.OPEN or schedule is None:
                return _dealt(conn, given, given.state)
            until = prompt_pushes.plan_tomorrow(conn, self.vault, schedule, me, given, now=now)
            if until is None:
                waits = self._recent(me, given)
                return replace(_dealt(conn, given, given.state), held=True, waits=waits)
            return replace(self._note(conn, me, given, GivenState.SNOOZED), until=until)

    def answer(self, by: Account, answer: Answer, *, form: str, confirmed: bool) -> Saved:
        """Keep an answer in the person's journal; the same `form` a second time changes nothing.

        Args:
            by: Who asks.
            answer: What the form brought.
            form: The form instance.
            confirmed: The person has seen that the words may say who somebody is.

        Raises:
            NotValid: No words, too many, `not_a_supervisor` or `not_your_set`.
        """
        with self.database.write() as conn:
            me = admit(conn, by, Act.REFLECT)
            check_answer(answer.text)
            asked = self._asked(conn, me, answer.given_id) if answer.given_id else None
            shares = resolve_shares(
                conn,
                by.team,
                supervisor=answer.supervisor,
                learning_partner=answer.learning_partner,
                named=answer.named,
                person_id=me.id,
                set_id=answer.set_id,
            )
            kinds = kinds_in(answer.text)
            if kinds and not confirmed:
                return Saved(asks=kinds, asked=asked)
            self._keep(conn, me, answer.text, asked, shares, form)
            dealt = None
            if asked is not None:
                dealt = _dealt(conn, _own(conn, me, asked.given.id), asked.given.state)
            return Saved(asked=asked, shares=shares, dealt=dealt)

    def start_again(self, by: Account) -> Coming:
        """End the quiet; return when the next question comes, or why none does."""
        with self.database.write() as conn:
            me = admit(conn, by, Act.REFLECT)
            now = self.clock()
            rhythms.start_again(conn, me, now=now)
            schedule = schedules.of_person(conn, What.PROMPT, me.id)
            if schedule is None:
                return Coming(rhythm=rhythms.USUAL, off=True)
            choices, latest = choices_of(conn, me.id), prompts_given.latest(conn, me.id)
            return coming(conn, self.vault, me, schedule, choices, latest, now=now)

    def _keep(
        self,
        conn: Connection,
        me: Person,
        text: str,
        asked: Asked | None,
        shares: tuple[Share, ...],
        form: str,
    ) -> None:
        now, item_id = self.clock(), new_id()
        if idempotency.once(conn, form, me.id, now=now, result=item_id) is not None:
            return
        keep_item(
            conn,
            self.vault,
            item_id=item_id,
            person_id=me.id,
            on_date=local_date(now, me.tz),
            written=Written(text, asked.question if asked else None),
            prompted=asked is not None,
            shares=shares,
            now=now,
        )
        # A wish not to be asked again stays one.
        if asked is not None and asked.given.state is not GivenState.NEVER:
            prompts_given.set_state(conn, asked.given.id, GivenState.ANSWERED)
        rhythms.start_again(conn, me, now=now)

    def _today(self, conn: Connection, me: Person) -> Asked | None:
        now, prompts = self.clock(), self.bank.all(conn)
        given = prompts_given.newest_open(conn, me.id, since=now - PROMPT_WAITS)
        prompt = prompt_pushes.asked(prompts, given) if given is not None else None
        if given is not None and prompt is not None:
            return Asked(given=given, question=prompt.text)
        schedule = schedules.of_person(conn, What.PROMPT, me.id)
        cadence = schedule.rhythm.cadence if schedule is not None else Cadence.WEEKLY
        day = local_date(now, me.tz)
        prompt = prompt_pushes.choose_for(conn, prompts, me, cadence, day)
        if prompt is None:
            return None
        given = Given(id=new_id(), person_id=me.id, prompt_id=prompt.id, on_date=day)
        prompts_given.add(conn, given, now=now)
        return Asked(given=given, question=prompt.text)

    def _asked(self, conn: Connection, me: Person, given_id: str) -> Asked:
        check_shows(Thing.QUESTION_BANK, Viewer.PARTNERS, Sight.WHEN_IT_COMES)
        given = _own(conn, me, given_id)
        prompt = prompt_pushes.asked(self.bank.all(conn), given)
        if prompt is None:
            raise Refused("not_found")
        waits = self._recent(me, given) and given.state in _WAITING
        return Asked(given=given, question=prompt.text, waits=waits)

    def _recent(self, me: Person, given: Given) -> bool:
        return local_date(self.clock(), me.tz) - given.on_date < PROMPT_WAITS

    def _set_aside(self, conn: Connection, me: Person, given_id: str, never: bool) -> Dealt:
        """Skip what waits; what somebody does not want again counts whatever became of it."""
        given = _own(conn, me, given_id)
        if never:
            return self._note(conn, me, given, GivenState.NEVER)
        if given.state in _WAITING:
            return self._note(conn, me, given, GivenState.SKIPPED)
        return _dealt(conn, given, given.state)

    def _note(self, conn: Connection, me: Person, given: Given, state: GivenState) -> Dealt:
        prompts_given.set_state(conn, given.id, state)
        audit.write(
            conn,
            at=self.clock(),
            actor=me.id,
            action=f"prompt_{state}",
            kind="prompt",
            object_id=given.id,
        )
        return _dealt(conn, replace(given, state=state), given.state)


def _own(conn: Connection, me: Person, given_id: str) -> Given:
    """Return what the person was given.

    Raises:
        Refused: `not_found`, for one that is not there and for somebody else's alike.
    """
    given = prompts_given.one(conn, given_id)
    if given is None:
        raise Refused("not_found")
    policy.check(Act.REFLECT, me, owner_id=given.person_id)
    return given


def _dealt(conn: Connection, given: Given, before: GivenState) -> Dealt:
    """Return it with the message that brought it."""
    message = outbox.one(conn, given.id) if given.pushed else None
    return Dealt(given=given, before=before, message=message)
