"""A question to think with: the message that brings it, the form to answer, and what follows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import ids
from bot.services.coming import Coming
from bot.services.prompt_pushes import GoneQuiet, PromptToSend
from bot.services.prompts_at_home import PromptsAtHome
from bot.services.reflections import Answer, Asked, Dealt, Saved
from bot.views import kit
from bot.views.choices import prompts_away_in_words, prompts_kept_away
from bot.views.forms import Meta, Values
from bot.views.kit import Json, Message
from bot.views.shares import SubmittedShares, read_shares, share_fields, who_sees_it
from bot.words import Words
from domain.journal import ANSWER_LENGTH, Audience, GivenState, Share
from domain.text import visible
from domain.values import dataclass

ANSWER = "answer"
CONFIRM = "save_anyway"
_SOMEBODY = "somebody"


def prompt_message(words: Words, data: PromptToSend | GoneQuiet) -> Message:
    """Render what is sent by itself; its text also says what the buttons are for."""
    if isinstance(data, GoneQuiet):
        again = kit.button(words("reflect.again"), ids.REFLECT_AGAIN, primary=True)
        quiet = [words("reflect.quiet.why"), words("reflect.quiet.nobody")]
        return kit.message(quiet, [again], aloud=words("reflect.quiet.button"))
    paragraphs = [data.question, words("reflect.push.no_need")]
    if data.new_here:
        paragraphs += [words("reflect.push.bot"), words("reflect.push.stop")]
    buttons = [
        kit.button(words("reflect.push.answer"), ids.PROMPT_ANSWER, data.given_id, primary=True),
        kit.button(words("reflect.push.tomorrow"), ids.PROMPT_TOMORROW, data.given_id),
        kit.button(words("reflect.push.skip"), ids.PROMPT_SKIP, data.given_id),
        kit.button(words("reflect.not_again"), ids.PROMPT_NEVER, data.given_id),
        kit.button(words("reflect.push.how_often"), ids.OPEN_PROMPT_SETTINGS, data.given_id),
    ]
    return kit.message(paragraphs, buttons, aloud=words("reflect.push.buttons"))


def calm_message(words: Words, dealt: Dealt) -> Message:
    """Render the one line that takes the place of a question that was dealt with."""
    return kit.message([_line(words, dealt)])


def again_message(words: Words, coming: Coming, zone: str, times: str) -> Message:
    """Render the one line that takes the place of the news that the bot went quiet."""
    buttons = _other_time(words, coming)
    aloud = words("reflect.again.button") if buttons else ""
    return kit.message([again_line(words, coming, zone, times)], buttons, aloud=aloud)


def again_line(words: Words, coming: Coming, zone: str, times: str) -> str:
    """Say when questions come again, or that none does for now."""
    if coming.off:
        return words("reflect.again.off")
    if coming.away is not None:
        return prompts_away_in_words(words, coming.rhythm, coming.away)
    if coming.at is None:
        return words("reflect.again.later")
    return words("reflect.again.next", moment=words.moment(coming.at, zone, times))


def again_page(words: Words, coming: Coming, zone: str, times: str) -> Json:
    """Say so where there is no message to change."""
    buttons = _other_time(words, coming)
    rows = [kit.buttons(*buttons)] if buttons else []
    return _page(words, [kit.say(again_line(words, coming, zone, times)), *rows])


def dealt_page(words: Words, dealt: Dealt) -> Json:
    """Meet a button that was pressed again, or long afterwards."""
    return _page(words, [kit.say(_line(words, dealt)), _doors(words)])


def gone_page(words: Words, asked: Asked) -> Json:
    """Meet somebody who wants to answer a question that does not wait any more."""
    answered = asked.given.state is GivenState.ANSWERED
    line = words("reflect.done.answered" if answered else "reflect.gone")
    return _page(words, [kit.say(line), _doors(words)])


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """What the form shows: a question or none, and what was written in it so far.

    `warning` names what looks like an identifier. `none_left` where no question is left to ask.
    `sets` are the ids and names of those it can be shared with.
    """

    form: str
    asked: Asked | None = None
    answer: str | None = None
    shares: SubmittedShares | None = None
    warning: frozenset[str] = frozenset()
    none_left: bool = False
    sets: Sequence[tuple[str, str]] = ()


def form(words: Words, data: FormData) -> Json:
    """Render the form: a question if there is one, the answer, and with whom it is shared."""
    asked = data.asked
    blocks = [
        *_question(words, data),
        kit.field(
            ANSWER,
            words("reflect.answer" if asked else "reflect.free_answer"),
            kit.paragraph(data.answer, most=ANSWER_LENGTH),
            hint=words("reflect.answer_hint"),
        ),
        _elsewhere(words, data),
        *share_fields(words, *_filled_in(data.shares), data.sets),
    ]
    if data.warning:
        blocks += _warning(words, data.warning)
    blocks.append(who_sees_it(words))
    return kit.modal(
        words("reflect.title"),
        blocks,
        callback_id=ids.REFLECTION_FORM,
        submit=words("reflect.save"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, given=asked.given.id if asked else None).pack(),
    )


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form as it was filled in."""

    answer: str
    shares: SubmittedShares
    save_anyway: bool

    def draft(self, given_id: str | None) -> Answer:
        """Return it as the service takes it."""
        return Answer(
            text=visible(self.answer).strip(),
            given_id=given_id,
            supervisor=self.shares.supervisor,
            set_id=self.shares.set_id,
            learning_partner=self.shares.learning_partner,
            named=self.shares.named,
        )


def read_form(view: Mapping[str, Any]) -> Submitted:
    """Parse a form, submitted or with a button of it pressed.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    return Submitted(
        answer=values.text(ANSWER) or "",
        shares=read_shares(values),
        save_anyway=bool(values.choices(CONFIRM)),
    )


def thanks(words: Words, saved: Saved) -> Json:
    """Say that it is saved, and who can read it."""
    lines = [words(f"reflect.saved.{_reader(share)}") for share in saved.shares]
    blocks = [
        kit.say(words("reflect.saved")),
        kit.say(" ".join(lines) or words("reflect.saved.only_you")),
        kit.buttons(
            kit.button(words("reflect.open_journal"), ids.OPEN_JOURNAL),
            kit.button(words("support.open"), ids.OPEN_SUPPORT),
        ),
    ]
    return _page(words, blocks)


def at_home(
    words: Words, data: PromptsAtHome, zone: str, *, nudge_on: date | None = None
) -> list[Json]:
    """Render the part of the Home tab that is for reflecting.

    `nudge_on` is the date of a nudge that may not have reached them.
    """
    blocks = [
        kit.heading(words("home.reflect")),
        kit.buttons(
            kit.button(words("reflect.open"), ids.OPEN_REFLECT, primary=data.waits),
            kit.button(words("reflect.open_journal"), ids.OPEN_JOURNAL),
            kit.button(words("nudge.open"), ids.OPEN_NUDGE),
            block_id="reflect",
        ),
    ]
    if data.quiet:
        again = kit.button(words("reflect.again"), ids.REFLECT_AGAIN)
        blocks.append(kit.say(words("home.quiet"), accessory=again))
    if data.waits:
        blocks.append(kit.say(words("home.question_waits")))
    if nudge_on is not None:
        read = kit.button(words("nudge.read"), ids.READ_NUDGE)
        blocks.append(kit.say(words("home.nudge_waits", date=words.day(nudge_on)), accessory=read))
    if data.coming is not None:
        blocks += _next(words, data.coming, zone, data.times)
    return blocks


def _next(words: Words, coming: Coming, zone: str, times: str) -> list[Json]:
    if coming.away is not None:
        return [prompts_kept_away(words, coming.rhythm, coming.away)]
    if coming.at is None:
        return []
    return [kit.say(words("home.next_question", moment=words.moment(coming.at, zone, times)))]


def _other_time(words: Words, coming: Coming) -> list[Json]:
    if coming.away is None:
        return []
    return [kit.button(words(f"choices.other_{coming.away}"), ids.OPEN_PROMPT_SETTINGS)]


def _reader(share: Share) -> str:
    if share.audience is Audience.LEARNING_PARTNER and not share.named:
        return "learning_partner_unnamed"
    return share.audience.value


def _line(words: Words, dealt: Dealt) -> str:
    if dealt.until is not None:
        return words("reflect.done.until", date=words.day(dealt.until))
    if dealt.held:
        return words("reflect.done.held" if dealt.waits else "reflect.done.held_long")
    return words(f"reflect.done.{dealt.given.state}")


def _question(words: Words, data: FormData) -> list[Json]:
    if data.asked is not None:
        return [kit.say(data.asked.question, block_id="question")]
    return [kit.say(words("reflect.none_left"))] if data.none_left else []


def _elsewhere(words: Words, data: FormData) -> Json:
    journal = kit.button(words("reflect.open_journal"), ids.OPEN_JOURNAL)
    if data.asked is None:
        question = kit.button(words("reflect.question"), ids.REFLECT_QUESTION)
        return kit.buttons(*(() if data.none_left else (question,)), journal)
    given_id = data.asked.given.id
    return kit.buttons(
        kit.button(words("reflect.another"), ids.REFLECT_ANOTHER, given_id),
        kit.button(words("reflect.not_again"), ids.REFLECT_NOT_AGAIN, given_id),
        kit.button(words("reflect.free"), ids.REFLECT_FREE),
        journal,
    )


def _filled_in(shares: SubmittedShares | None) -> tuple[list[Share], dict[str, str]]:
    """Return what was chosen so far as `share_fields` takes it."""
    chosen: list[Share] = []
    if shares is None:
        return chosen, {}
    if shares.supervisor is not None:
        chosen.append(Share(audience=Audience.SUPERVISOR, target=_SOMEBODY))
    if shares.set_id is not None:
        chosen.append(Share(audience=Audience.SET, target=shares.set_id))
    if shares.learning_partner:
        chosen.append(Share(audience=Audience.LEARNING_PARTNER, named=shares.named))
    return chosen, {_SOMEBODY: shares.supervisor or ""}


def _warning(words: Words, kinds: frozenset[str]) -> list[Json]:
    found = ", ".join(words(f"identifier.{kind}") for kind in sorted(kinds))
    anyway = kit.option(words("reflect.anyway"), "yes")
    return [
        kit.say(words("reflect.warning", found=found)),
        kit.field(CONFIRM, words("reflect.anyway_label"), kit.checkboxes([anyway]), optional=True),
    ]


def _doors(words: Words) -> Json:
    return kit.buttons(
        kit.button(words("reflect.open"), ids.REFLECT_QUESTION),
        kit.button(words("reflect.open_journal"), ids.OPEN_JOURNAL),
    )


def _page(words: Words, blocks: list[Json]) -> Json:
    return kit.modal(
        words("reflect.title"),
        blocks,
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )
