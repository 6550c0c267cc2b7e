"""Check-ins: the question to a group, the form, and what follows an answer."""

from collections.abc import Mapping
from typing import Any

from bot import ids
from bot.services.check_ins import Asked
from bot.services.check_ins_at_home import CheckInsAtHome
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json, Message
from bot.views.sights import who_sees
from bot.words import Words
from domain.check_ins import WORD_LENGTH, Level, Question, Wanted
from domain.policy import Thing
from domain.refusals import NotValid
from domain.values import dataclass

WORD = "word"
CONFIRM = "save_anyway"


def post(words: Words, asked: Asked) -> Message:
    """Ask a group in its channel."""
    return _message(words, asked, ())


def direct(words: Words, asked: Asked) -> Message:
    """Ask a member. Who has answered gets it, too: that it did not come would tell so."""
    return _message(words, asked, (words("check_in.post.again"),))


def _message(words: Words, asked: Asked, more: tuple[str, ...]) -> Message:
    about = _about(words, asked, asked.cohort)
    rest = (words("check_in.post.short"), words("check_in.post.private"), *more)
    shown = kit.message((about, *rest), [answer_button(words, asked, primary=True)])
    # Slack reads the text above blocks as mrkdwn.
    text = "\n".join((_about(words, asked, kit.inert(asked.cohort)), *rest))
    return Message(text=text, blocks=shown.blocks)


def answer_button(words: Words, asked: Asked, *, primary: bool = False) -> Json:
    """Return the button that opens the form."""
    return kit.button(words("check_in.open"), ids.OPEN_CHECK_IN, asked.check_in.id, primary=primary)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """What the form shows; `warning` names what the word seems to hold."""

    asked: Asked
    levels: Mapping[Question, Level] | None = None
    word: str | None = None
    warning: frozenset[str] = frozenset()


def form(words: Words, data: FormData) -> Json:
    """Render the form: three questions, a word for those who like, and who can see it."""
    options = [kit.option(words(f"check_in.level.{level}"), str(level)) for level in Level]
    given = {question: str(level) for question, level in (data.levels or {}).items()}
    blocks = [
        kit.say(_about(words, data.asked, data.asked.cohort)),
        *(
            kit.field(q, words(f"check_in.question.{q}"), kit.radio(options, given.get(q)))
            for q in Question
        ),
        kit.field(
            WORD,
            words("check_in.word"),
            kit.line(data.word, most=WORD_LENGTH),
            hint=words("check_in.word_hint"),
            optional=True,
        ),
    ]
    if data.warning:
        blocks += _warning(words, data.warning)
    blocks.append(who_sees(words, Thing.CHECK_IN_ANSWER, also=words("check_in.words_told")))
    return kit.modal(
        words("check_in.title"),
        blocks,
        callback_id=ids.CHECK_IN_FORM,
        submit=words("check_in.save"),
        close=words("close.not_now"),
        metadata=Meta(check_in=data.asked.check_in.id).pack(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A submitted form."""

    levels: Mapping[Question, Level]
    word: str | None
    save_anyway: bool


def read_form(view: Mapping[str, Any]) -> Submitted:
    """Parse a submitted form.

    Raises:
        NotValid: A question without an answer, or one that the form does not offer.
    """
    values = Values(view)
    levels: dict[Question, Level] = {}
    problems: dict[str, str] = {}
    for question in Question:
        try:
            levels[question] = Level(int(values.choice(question) or ""))
        except ValueError:
            problems[question] = "choose_one"
    if problems:
        raise NotValid(problems)
    return Submitted(
        levels=levels, word=values.text(WORD), save_anyway=bool(values.choices(CONFIRM))
    )


def thanks(words: Words) -> Json:
    """Thank for an answer; in the same words where there was one before."""
    return _page(
        words, [kit.say(words("check_in.thanks")), kit.small(words("check_in.thanks_next"))]
    )


def low(words: Words, check_in_id: str) -> Json:
    """Meet a low answer: thanks, and choices."""
    buttons = [
        kit.button(words(f"check_in.wanted.{w}"), f"{ids.SAY_WANTED}.{w}", check_in_id)
        for w in Wanted
    ]
    return _page(
        words,
        [
            kit.say(words("check_in.low.thanks")),
            kit.say(words("check_in.low.ask")),
            kit.buttons(*buttons, block_id="wanted"),
            kit.small(words("check_in.low.not_kept")),
        ],
    )


def wanted(words: Words, what: Wanted, card: list[Json]) -> Json:
    """Answer what somebody would like now, truthfully: nobody was told."""
    said = kit.say(words(f"check_in.wanted_said.{what}"))
    return _page(words, [said, kit.divider(), *card])


def home_lines(words: Words, data: CheckInsAtHome) -> list[Json]:
    """Say at Home which check-ins are open, and offer the results of the last ones."""
    blocks = [
        kit.say(_about(words, asked, asked.cohort), accessory=answer_button(words, asked))
        for asked in data.waiting
    ]
    blocks += [
        kit.say(
            words("check_in.home.results", cohort=name),
            accessory=results_button(words, cohort_id, name),
        )
        for cohort_id, name in data.results
    ]
    return [kit.heading(words("check_in.home.heading")), *blocks] if blocks else []


def results_button(words: Words, cohort_id: str, name: str) -> Json:
    """Return the button that shows the last results of a cohort."""
    return kit.button(
        words("check_in.results.open"),
        ids.OPEN_RESULTS,
        cohort_id,
        label=words("check_in.results.open_label", cohort=name),
    )


def _about(words: Words, asked: Asked, cohort: str) -> str:
    until = words.moment(asked.check_in.closes_at, asked.zone, asked.times)
    return words("check_in.post.about", cohort=cohort, until=until)


def _warning(words: Words, kinds: frozenset[str]) -> list[Json]:
    found = ", ".join(words(f"identifier.{kind}") for kind in sorted(kinds))
    anyway = kit.option(words("session.more.anyway"), "yes")
    return [
        kit.say(words("session.more.warning", found=found)),
        kit.field(
            CONFIRM, words("session.more.anyway_label"), kit.checkboxes([anyway]), optional=True
        ),
    ]


def _page(words: Words, blocks: list[Json]) -> Json:
    return kit.modal(
        words("check_in.title"),
        blocks,
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )
