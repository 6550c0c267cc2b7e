"""What follows a saved session: said back, how it was, and what may be added."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot import ids
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.session_form import capital, summary
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.sessions import (
    ACTION_LENGTH,
    NOTE_LENGTH,
    Cornerstone,
    Heaviness,
    Session,
    SessionDetails,
    SessionWords,
    Skill,
    Wish,
)
from domain.text import visible
from domain.values import dataclass

SKILLS = "skills"
CORNERSTONE = "cornerstone"
ACTION = "action"
ACTION_ON = "action_on"
NOTE = "note"
CONFIRM = "save_anyway"


def saved(words: Words, session: Session, *, edited: bool = False) -> Json:
    """Say back what was saved, and offer the next small steps."""
    blocks = [
        kit.say(words("session.saved.edited" if edited else "session.saved.new")),
        kit.say(summary(words, session.facts)),
        kit.divider(),
        kit.say(words("session.heaviness.ask")),
        kit.buttons(*_heaviness_buttons(words, session.id), block_id="heaviness"),
        who_sees(words, Thing.HEAVINESS),
        kit.divider(),
        kit.buttons(
            kit.button(words("session.saved.more"), ids.OPEN_MORE, session.id),
            kit.button(words("session.saved.change"), ids.EDIT_SESSION, session.id),
            kit.button(words("session.saved.another"), ids.LOG_ANOTHER),
            delete_button(words, session.id),
        ),
    ]
    return _page(words, words("session.saved.title"), blocks, session.id)


def noted(words: Words, session: Session, heaviness: Heaviness) -> Json:
    """Answer a light or middling session."""
    blocks = [
        kit.say(words(f"session.noted.{heaviness}")),
        who_sees(words, Thing.HEAVINESS),
        kit.say(summary(words, session.facts)),
        kit.buttons(
            kit.button(words("session.saved.more"), ids.OPEN_MORE, session.id),
            kit.button(words("session.saved.another"), ids.LOG_ANOTHER),
        ),
    ]
    return _page(words, words("session.saved.title"), blocks, session.id)


def heavy(words: Words, session: Session, card: list[Json]) -> Json:
    """Answer a heavy session: thanks, choices, and where to turn."""
    blocks = [
        kit.say(words("session.heavy.thanks")),
        kit.say(words("session.heavy.ask")),
        kit.buttons(
            *(
                kit.button(words(f"session.wish.{wish}"), f"{ids.SAY_WISH}.{wish}", session.id)
                for wish in Wish
            ),
            block_id="wish",
        ),
        who_sees(words, Thing.HEAVINESS, also=words("session.heavy.nobody_told")),
        kit.divider(),
        *card,
    ]
    return _page(words, words("session.heavy.title"), blocks, session.id)


def wished(words: Words, session: Session, wish: Wish, card: list[Json]) -> Json:
    """Answer what someone would like after a heavy session, truthfully: nobody was told."""
    blocks = [kit.say(words(f"session.wished.{wish}")), kit.divider(), *card]
    return _page(words, words("session.heavy.title"), blocks, session.id)


def deleted(words: Words, session: Session) -> Json:
    """Say that a session is gone, with the way back."""
    blocks = [
        kit.say(
            words("session.deleted"),
            accessory=kit.button(words("session.undo"), ids.UNDO_DELETE, session.id, primary=True),
        ),
        kit.say(summary(words, session.facts)),
    ]
    return _page(words, words("session.deleted_title"), blocks, session.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreData:
    """What the form for the private part shows; `warning` names what looks like an identifier."""

    session: Session
    details: SessionDetails
    words: SessionWords
    form: str
    warning: frozenset[str] = frozenset()


def more_form(words: Words, data: MoreData) -> Json:
    """Render the private part of a session: five fields, each of them optional."""
    details, written = data.details, data.words
    blocks = [
        who_sees(
            words,
            Thing.SESSION_DETAILS,
            Thing.PRIVATE_NOTE,
            also=words("session.more.kept"),
        ),
        *_said_before(words, details),
        kit.field(
            SKILLS,
            words("session.more.skills"),
            kit.checkboxes(
                [kit.option(capital(words(f"session.skill.{s}")), s.value) for s in Skill],
                details.skills,
            ),
            optional=True,
        ),
        kit.field(
            CORNERSTONE,
            words("session.more.cornerstone"),
            kit.select(
                [kit.option(words(f"cornerstone.{c}"), c.value) for c in Cornerstone],
                details.cornerstone,
                ask=words("choose"),
            ),
            optional=True,
        ),
        kit.field(
            ACTION,
            words("session.more.action"),
            kit.line(written.action, most=ACTION_LENGTH),
            hint=words("session.more.action_hint"),
            optional=True,
        ),
        kit.field(
            ACTION_ON,
            words("session.more.action_on"),
            kit.day(written.action_on),
            optional=True,
        ),
        kit.field(
            NOTE,
            words("session.more.note"),
            kit.paragraph(written.note, most=NOTE_LENGTH),
            hint=words("session.more.note_hint"),
            optional=True,
        ),
    ]
    if data.warning:
        blocks += warning(words, data.warning)
    return kit.modal(
        words("session.more.title"),
        blocks,
        callback_id=ids.SESSION_MORE_FORM,
        submit=words("session.more.save"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, session=data.session.id).pack(),
    )


class SubmittedMore(BaseModel):
    """A submitted private part."""

    model_config = ConfigDict(frozen=True)

    skills: frozenset[Skill] = frozenset()
    cornerstone: Cornerstone | None = None
    action: str | None = None
    action_on: date | None = None
    note: str | None = None
    save_anyway: bool = False

    def details(self) -> SessionDetails:
        """Return what was ticked."""
        return SessionDetails(skills=self.skills, cornerstone=self.cornerstone)

    def words(self) -> SessionWords:
        """Return what was written; only spaces count as nothing."""
        return SessionWords(
            action=visible(self.action or "").strip() or None,
            action_on=self.action_on,
            note=visible(self.note or "").strip() or None,
        )


def read_more_form(view: Mapping[str, Any]) -> SubmittedMore:
    """Parse a submitted private part.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    read: dict[str, Any] = {name: values.text(name) for name in (ACTION, ACTION_ON, NOTE)}
    read |= {SKILLS: values.choices(SKILLS), CORNERSTONE: values.choice(CORNERSTONE)}
    read[CONFIRM] = bool(values.choices(CONFIRM))
    try:
        return SubmittedMore.model_validate(read)
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        raise NotValid(dict.fromkeys(fields, "choose_one")) from None


def _heaviness_buttons(words: Words, session_id: str) -> list[Json]:
    return [
        kit.button(words(f"session.heaviness.{h}"), f"{ids.SAY_HEAVINESS}.{h}", session_id)
        for h in Heaviness
    ]


def warning(words: Words, kinds: frozenset[str]) -> list[Json]:
    """Say what the words seem to hold, and ask whether to save them all the same."""
    found = ", ".join(words(f"identifier.{kind}") for kind in sorted(kinds))
    anyway = kit.option(words("session.more.anyway"), "yes")
    return [
        kit.say(words("session.more.warning", found=found)),
        kit.field(
            CONFIRM, words("session.more.anyway_label"), kit.checkboxes([anyway]), optional=True
        ),
    ]


def _said_before(words: Words, details: SessionDetails) -> list[Json]:
    """Say back how heavy it was and what the person wanted then."""
    said = []
    if details.heaviness:
        said.append(words(f"session.more.was.{details.heaviness}"))
    if details.wish:
        said.append(words(f"session.more.wanted.{details.wish}"))
    return [kit.say(" ".join(said))] if said else []


def delete_button(words: Words, session_id: str) -> Json:
    """Return the button that deletes a session, which asks first."""
    return kit.button(
        words("session.delete"),
        ids.DELETE_SESSION,
        session_id,
        confirm=kit.confirm(
            words("session.delete_title"),
            words("session.delete_ask"),
            words("session.delete_yes"),
            words("session.delete_no"),
        ),
    )


def _page(words: Words, title: str, blocks: list[Json], session_id: str) -> Json:
    return kit.modal(
        title,
        blocks,
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
        metadata=Meta(session=session_id).pack(),
    )
