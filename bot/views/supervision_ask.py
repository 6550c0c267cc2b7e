"""The form to ask for supervision, and what it brings back."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot import ids
from bot.services.supervision_pages import BeforeAsking, Draft
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.session_after import CONFIRM, warning
from bot.views.session_form import capital, summary
from bot.views.sights import who_sees
from bot.views.supervision_times import chance_in_words
from bot.views.times import Times
from bot.words import Words
from domain.policy import Thing
from domain.refusals import NotValid
from domain.sessions import Mode
from domain.supervision import NOTE_LENGTH, WHEN_LENGTH, Category, Chance, Level, Shared
from domain.text import visible
from domain.values import dataclass

CATEGORY = "category"
LEVEL = "level"
NOTE = "note"
MODE = "mode"
WHEN = "when"
PREFERRED = "preferred"
EXCLUDED = "excluded"
SHARES = "shares"
EVEN_SO = "even_so"
NOT_SAFE = "not_safe"
ANY_MODE = "any"


class Filled(BaseModel):
    """What is filled in, or chosen at first. `level` can be that somebody is not safe now."""

    model_config = ConfigDict(frozen=True)

    category: Category | None = None
    level: str = Level.ROUTINE.value
    note: str | None = None
    mode: Mode | None = None
    when: str | None = None
    preferred: str | None = None
    excluded: tuple[str, ...] = ()
    shares: frozenset[Shared] = frozenset()
    even_so: bool = False
    save_anyway: bool = False

    @property
    def not_safe(self) -> bool:
        """Whether they say that they are not safe now: nothing is to be sent then."""
        return self.level == NOT_SAFE

    def draft(self, session_id: str | None) -> Draft:
        """Return the request; only spaces count as nothing.

        Raises:
            NotValid: What it is for, or how soon, is not chosen.
        """
        if self.category is None:
            raise NotValid({CATEGORY: "choose_one"})
        return Draft(
            category=self.category,
            level=Level(self.level),
            note=_said(self.note),
            mode=self.mode,
            when=_said(self.when),
            preferred=self.preferred,
            excluded=frozenset(self.excluded),
            shares=self.shares,
            session_id=session_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskData:
    """What the form shows. `full` with every field; `identifiers` and `chance` ask something back.

    `chance` says that nobody can take it now.
    """

    before: BeforeAsking
    form: str
    filled: Filled = field(default_factory=Filled)
    full: bool = False
    identifiers: frozenset[str] = frozenset()
    chance: Chance | None = None


def ask_form(words: Words, data: AskData) -> Json:
    """Render the form: three fields, or all of them."""
    asks = (Thing.REQUEST_PURPOSE, Thing.REQUEST_NOTE)
    things = (*asks, Thing.RATHER_NOT) if data.full else asks
    sees = who_sees(words, *things, also=words("ask.kept"))
    blocks = [sees, *_first(words, data.before)]
    if data.chance is not None:
        blocks += _nobody(words, data, data.chance)
    blocks += [_category(words, data.filled), _level(words, data), _note(words, data.filled)]
    if data.identifiers:
        blocks += warning(words, data.identifiers)
    blocks += _further(words, data) if data.full else [_folded(words), *_shares(words, data)]
    return kit.modal(
        words("ask.title"),
        blocks,
        callback_id=ids.ASK_FORM,
        submit=words("ask.send"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, session=data.before.session_id).pack(),
    )


def read_ask_form(view: Mapping[str, Any]) -> Filled:
    """Parse a submitted form, or one that is filled in so far.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    mode = values.choice(MODE)
    read: dict[str, Any] = {
        CATEGORY: values.choice(CATEGORY),
        LEVEL: values.choice(LEVEL) or Level.ROUTINE.value,
        NOTE: values.text(NOTE),
        MODE: None if mode == ANY_MODE else mode,
        WHEN: values.text(WHEN),
        PREFERRED: values.choice(PREFERRED),
        EXCLUDED: tuple(values.choices(EXCLUDED)),
        SHARES: values.choices(SHARES),
        EVEN_SO: bool(values.choices(EVEN_SO)),
        CONFIRM: bool(values.choices(CONFIRM)),
    }
    try:
        if read[LEVEL] != NOT_SAFE:
            Level(read[LEVEL])
        return Filled.model_validate(read)
    except ValidationError as error:
        fields = {str(problem["loc"][0]) for problem in error.errors(include_input=False)}
        raise NotValid(dict.fromkeys(fields, "choose_one")) from None
    except ValueError:
        raise NotValid({LEVEL: "choose_one"}) from None


def is_full(view: Mapping[str, Any]) -> bool:
    """Whether the form showed every field."""
    return WHEN in Values(view)


def _first(words: Words, before: BeforeAsking) -> list[Json]:
    times = Times(words, before.zone, before.times)
    blocks = []
    if before.opens_at > before.now:
        blocks.append(kit.say(words("ask.out_of_hours", when=times(before.opens_at))))
    if before.session is not None:
        said = words("ask.from_session", summary=summary(words, before.session))
        blocks.append(kit.say(said))
    button = kit.button(words("ask.not_safe"), ids.OPEN_SUPPORT)
    return [*blocks, kit.say(words("ask.not_safe_ask"), accessory=button)]


def _nobody(words: Words, data: AskData, chance: Chance) -> list[Json]:
    times = Times(words, data.before.zone, data.before.times)
    blocks = [kit.say(f"{chance_in_words(times, chance)} {words('ask.not_sent')}")]
    if chance.nobody == "no_one":
        return [*blocks, kit.say(words("ask.no_one_instead"))]
    anyway = kit.option(words("ask.even_so"), "yes")
    label = words("ask.even_so_label")
    return [*blocks, kit.field(EVEN_SO, label, kit.checkboxes([anyway]), optional=True)]


def _category(words: Words, filled: Filled) -> Json:
    options = [
        kit.option(words(f"category.{c}"), c.value, words(f"category.{c}.about")) for c in Category
    ]
    chosen = filled.category or Category.IN_PERSON
    return kit.field(CATEGORY, words("ask.category"), kit.radio(options, chosen))


def _level(words: Words, data: AskData) -> Json:
    times = Times(words, data.before.zone, data.before.times)
    options = [
        kit.option(
            words(f"level.{level}"),
            level.value,
            words("ask.reply_by", when=times(data.before.replies[level])),
        )
        for level in Level
    ]
    options.append(kit.option(words("level.not_safe"), NOT_SAFE, words("level.not_safe.about")))
    return kit.field(
        LEVEL,
        words("ask.level"),
        kit.radio(options, data.filled.level),
        hint=words("ask.level_hint"),
    )


def _note(words: Words, filled: Filled) -> Json:
    return kit.field(
        NOTE,
        words("ask.note"),
        kit.paragraph(filled.note, most=NOTE_LENGTH),
        hint=words("ask.note_hint"),
        optional=True,
    )


def _folded(words: Words) -> Json:
    more = kit.button(words("ask.more"), ids.ASK_MORE_FIELDS)
    return kit.say(words("ask.folded"), accessory=more)


def _further(words: Words, data: AskData) -> list[Json]:
    filled = data.filled
    modes = [kit.option(words("ask.mode.any"), ANY_MODE)]
    modes += [kit.option(capital(words(f"session.mode.{m}")), m.value) for m in Mode]
    return [
        kit.field(MODE, words("ask.mode"), kit.select(modes, filled.mode or ANY_MODE)),
        kit.field(
            WHEN,
            words("ask.when"),
            kit.line(filled.when, most=WHEN_LENGTH),
            hint=words("ask.when_hint"),
            optional=True,
        ),
        kit.field(
            PREFERRED,
            words("ask.preferred"),
            kit.somebody(filled.preferred),
            hint=words("ask.preferred_hint"),
            optional=True,
        ),
        kit.field(
            EXCLUDED,
            words("ask.excluded"),
            kit.people(filled.excluded),
            hint=words("ask.excluded_hint"),
            optional=True,
        ),
        *_shares(words, data, works=True),
    ]


def _shares(words: Words, data: AskData, *, works: bool = False) -> list[Json]:
    offered = [Shared.WORKS] if works else []
    if data.before.session is not None:
        offered += [Shared.SESSION, Shared.HEAVINESS]
    if not offered:
        return []
    options = [kit.option(words(f"ask.share.{s}"), s.value) for s in offered]
    field = kit.checkboxes(options, data.filled.shares)
    label, hint = words("ask.shares"), words("ask.shares_hint")
    return [kit.field(SHARES, label, field, hint=hint, optional=True)]


def _said(text: str | None) -> str | None:
    return visible(text or "").strip() or None
