"""The form that logs or edits a session, and what it brings back."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot import ids
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.sessions import (
    LONGEST_SESSION,
    STEP,
    Mode,
    Outcome,
    Pay,
    SessionDraft,
    SessionFacts,
    SessionType,
    read_client_code,
)
from domain.values import dataclass

DATE = "on_date"
TYPE = "type"
MINUTES = "minutes"
MODE = "mode"
CLIENT = "client_code"
OUTCOME = "outcome"
PREPARATION = "preparation_minutes"
TRAVEL = "travel_minutes"
PAY = "pay"

FIRST_FIELD = DATE
_LONGEST_EXTRA = 8 * 60
_CODE_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """What the form shows.

    `session_id` is set where it edits one, `like` where it repeats one; `full` shows every field.
    `typed` is what stands in the client's field where that is not a code (yet).
    """

    facts: SessionFacts
    form: str
    session_id: str | None = None
    like: str | None = None
    full: bool = False
    typed: str | None = None


def session_form(words: Words, data: FormData) -> Json:
    """Render the form: five fields, or all nine."""
    editing = data.session_id is not None
    blocks = []
    if data.like:
        blocks.append(kit.say(words("session.form.from_last")))
    blocks += _main_fields(words, data.facts, data.typed or data.facts.client_code)
    blocks += _further_fields(words, data.facts) if data.full else _folded(words, data.facts)
    kept = words("session.form.kept")
    blocks.append(who_sees(words, Thing.SESSION_FACTS, Thing.CLIENT_CODE, also=kept))
    if not editing:
        blocks.append(_elsewhere(words))
    return kit.modal(
        words("session.form.edit_title" if editing else "session.form.title"),
        blocks,
        callback_id=ids.SESSION_FORM,
        submit=words("session.form.save_change" if editing else "session.form.save"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, session=data.session_id, like=data.like).pack(),
    )


class SubmittedSession(BaseModel):
    """A submitted form. Fields that were folded away are None."""

    model_config = ConfigDict(frozen=True)

    on_date: str | None
    type: SessionType
    minutes: int
    mode: Mode
    client_code: str | None = None
    outcome: Outcome | None = None
    preparation_minutes: int | None = None
    travel_minutes: int | None = None
    pay: Pay | None = None

    def draft(self) -> SessionDraft:
        """Return what the form says; what was folded away stays None.

        Raises:
            NotValid: A date that is none, or a client's name in place of a code.
        """
        return SessionDraft(
            on_date=_read_date(self.on_date),
            type=self.type,
            minutes=self.minutes,
            mode=self.mode,
            client_code=read_client_code(self.client_code),
            outcome=self.outcome,
            preparation_minutes=self.preparation_minutes,
            travel_minutes=self.travel_minutes,
            pay=self.pay,
        )


def read_session_form(view: Mapping[str, Any]) -> SubmittedSession:
    """Parse a submitted form.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    read = {name: values.choice(name) for name in (TYPE, MINUTES, MODE, OUTCOME, PAY)}
    read |= {name: values.choice(name) for name in (PREPARATION, TRAVEL)}
    read |= {name: values.text(name) for name in (DATE, CLIENT)}
    try:
        return SubmittedSession.model_validate(read)
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        raise NotValid(dict.fromkeys(fields, "choose_one")) from None


def unfolded(view: Mapping[str, Any], usual: SessionFacts, form: FormData) -> FormData:
    """Return the whole form with what is filled in so far, whatever state that is in."""
    values = Values(view)
    read: dict[str, Any] = {name: values.choice(name) for name in (TYPE, MINUTES, MODE)}
    kinds = {TYPE: SessionType, MINUTES: int, MODE: Mode}
    chosen: dict[str, Any] = {name: kinds[name](value) for name, value in read.items() if value}
    with suppress(NotValid):
        chosen[DATE] = _read_date(values.text(DATE))
    return replace(form, facts=replace(usual, **chosen), typed=values.text(CLIENT), full=True)


def summary(words: Words, facts: SessionFacts) -> str:
    """Say a session in one or two sentences, without words of the person."""
    parts = [
        words.day(facts.on_date),
        words(f"session.type.{facts.type}"),
        words.duration(facts.minutes),
        words(f"session.mode.{facts.mode}"),
    ]
    if facts.client_code:
        parts.append(facts.client_code)
    return words("session.summary", parts=", ".join(parts), extras=extras(words, facts))


def extras(words: Words, facts: SessionFacts) -> str:
    """Say what happened, preparation, travel and pay in one sentence."""
    outcome = capital(words(f"session.outcome.{facts.outcome}"))
    parts = [outcome, words(f"session.pay.{facts.pay}")]
    for name in (PREPARATION, TRAVEL):
        minutes = getattr(facts, name)
        length = words.duration(minutes) if minutes else ""
        parts.append(
            words(f"session.{name}.some", length=length)
            if minutes
            else words(f"session.{name}.none")
        )
    return words("session.extras", parts=", ".join(parts))


def _main_fields(words: Words, facts: SessionFacts, client: str | None) -> list[Json]:
    return [
        kit.field(DATE, words("session.field.date"), kit.day(facts.on_date)),
        kit.field(
            TYPE,
            words("session.field.type"),
            kit.select(_options(words, "session.type", SessionType), facts.type),
        ),
        kit.field(
            MINUTES,
            words("session.field.minutes"),
            kit.select(_lengths(words, STEP, LONGEST_SESSION, facts.minutes), str(facts.minutes)),
        ),
        kit.field(
            MODE,
            words("session.field.mode"),
            kit.select(_options(words, "session.mode", Mode), facts.mode),
        ),
        kit.field(
            CLIENT,
            words("session.field.client"),
            kit.line(client, most=_CODE_LENGTH, ask="C-07"),
            hint=words("session.field.client_hint"),
            optional=True,
        ),
    ]


def _folded(words: Words, facts: SessionFacts) -> list[Json]:
    more = kit.button(words("session.form.more"), ids.SHOW_MORE_FIELDS)
    return [kit.say(words("session.form.folded", extras=extras(words, facts)), accessory=more)]


def _further_fields(words: Words, facts: SessionFacts) -> list[Json]:
    def minutes(name: str, chosen: int) -> Json:
        lengths = _lengths(words, 0, _LONGEST_EXTRA, chosen)
        return kit.field(name, words(f"session.field.{name}"), kit.select(lengths, str(chosen)))

    return [
        kit.field(
            OUTCOME,
            words("session.field.outcome"),
            kit.select(_options(words, "session.outcome", Outcome), facts.outcome),
        ),
        minutes(PREPARATION, facts.preparation_minutes),
        minutes(TRAVEL, facts.travel_minutes),
        kit.field(
            PAY,
            words("session.field.pay"),
            kit.select(_options(words, "session.pay", Pay), facts.pay),
        ),
    ]


def _elsewhere(words: Words) -> Json:
    return kit.buttons(
        kit.button(words("session.open_list"), ids.OPEN_SESSIONS),
        kit.button(words("session.open_totals"), ids.OPEN_TOTALS),
        kit.button(words("session.open_files"), ids.OPEN_FILES),
    )


def _options(words: Words, prefix: str, kinds: Iterable[StrEnum]) -> list[Json]:
    return [kit.option(capital(words(f"{prefix}.{kind}")), kind.value) for kind in kinds]


def _lengths(words: Words, least: int, most: int, chosen: int) -> list[Json]:
    lengths = sorted({*range(least, most + 1, STEP), chosen})
    return [kit.option(words.duration(n) if n else words("time.none"), str(n)) for n in lengths]


def capital(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _read_date(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise NotValid({DATE: "date_wrong"}) from None
