"""The bank of questions for co-leads: one cornerstone at a time, and the form of a question."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot import ids
from bot.views import kit
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.pages import read_page
from bot.views.sights import who_sees
from bot.words import Words
from domain.policy import Thing
from domain.prompts import TEXT_LENGTH, Prompt
from domain.refusals import NotValid
from domain.sessions import Cornerstone
from domain.values import dataclass

TEXT = "text"
CORNERSTONE = "cornerstone"
KIND = "kind"
LEARNING = "learning"
FOR_CO_LEADS = "for_co_leads"

SHOWN = 10
_FIRST = next(iter(Cornerstone))


@dataclass(frozen=True, slots=True)
class BankPlace:
    """Which questions are looked at: of which cornerstone, and which ten of them."""

    cornerstone: Cornerstone = _FIRST
    page: int = 1

    def pack(self) -> str:
        """Return the place as a button's value."""
        return f"{self.cornerstone} {self.page}"


def read_bank_place(value: str) -> BankPlace:
    """Return the place that a button names; the first where it names none."""
    name, _, page = value.partition(" ")
    if name not in set(Cornerstone):
        return BankPlace()
    return BankPlace(Cornerstone(name), read_page(page))


def bank(
    words: Words,
    prompts: Iterable[Prompt],
    place: BankPlace,
    *,
    said: str | None = None,
) -> Json:
    """Render the questions of a cornerstone, ten at a time.

    `said` names the sentence about what was just done.
    """
    everything = list(prompts)
    found = _of(everything, place.cornerstone)
    pages = max(1, -(-len(found) // SHOWN))
    page = min(place.page, pages)
    asked = sum(not prompt.retired for prompt in everything)
    blocks = [kit.say(words(said))] if said else []
    blocks += [
        kit.say(words.count("bank.asked", asked)),
        kit.buttons(
            kit.button(words("bank.add"), ids.OPEN_PROMPT_FORM, primary=True),
            kit.button(words("cohort.open_list"), ids.OPEN_COHORTS),
        ),
        kit.buttons(*_doors(words, place), block_id="cornerstones"),
        kit.heading(words(f"cornerstone.{place.cornerstone}")),
    ]
    start = (page - 1) * SHOWN
    for prompt in found[start : start + SHOWN]:
        blocks += _row(words, prompt)
    if not found:
        blocks.append(kit.say(words("bank.empty")))
    moves = _moves(words, place.cornerstone, page, pages)
    if moves:
        blocks.append(kit.buttons(*moves, block_id="moves"))
    blocks.append(who_sees(words, Thing.QUESTION_BANK, Thing.QUESTIONS_GIVEN, you=None))
    return kit.modal(
        words("bank.title"), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )


def bank_at(words: Words, prompts: Iterable[Prompt], prompt: Prompt, said: str) -> Json:
    """Render the ten questions among which this one is."""
    everything = list(prompts)
    found = enumerate(_of(everything, prompt.cornerstone))
    ahead = next((place for place, other in found if other.id == prompt.id), 0)
    place = BankPlace(prompt.cornerstone, ahead // SHOWN + 1)
    return bank(words, everything, place, said=said)


def prompt_form(
    words: Words, *, form: str, prompt: Prompt | None = None, cornerstone: Cornerstone = _FIRST
) -> Json:
    """Ask for a question's words and what it is for; `prompt` is the one to change."""
    cornerstones = [kit.option(words(f"cornerstone.{c}"), c.value) for c in Cornerstone]
    kinds = [
        kit.option(words("bank.for_co_leads"), FOR_CO_LEADS),
        kit.option(words("bank.learning"), LEARNING),
    ]
    chosen = []
    if prompt is not None:
        cornerstone = prompt.cornerstone
        chosen = [FOR_CO_LEADS] * prompt.for_co_leads + [LEARNING] * prompt.learning
    blocks = [
        kit.field(
            TEXT,
            words("bank.text"),
            kit.line(prompt.text if prompt else None, most=TEXT_LENGTH),
            hint=words("bank.text_hint"),
        ),
        kit.field(CORNERSTONE, words("bank.cornerstone"), kit.select(cornerstones, cornerstone)),
        kit.field(KIND, words("bank.kind"), kit.checkboxes(kinds, chosen), optional=True),
        who_sees(words, Thing.QUESTION_BANK, you=None, also=words("choices.from_now")),
    ]
    return kit.modal(
        words("bank.change_title" if prompt else "bank.add"),
        blocks,
        callback_id=ids.PROMPT_FORM,
        submit=words("bank.save"),
        close=words("close.not_now"),
        metadata=Meta(form=form, prompt=prompt.id if prompt else None).pack(),
    )


@dataclass(frozen=True, slots=True)
class SubmittedPrompt:
    """A submitted form of a question."""

    text: str
    cornerstone: Cornerstone
    learning: bool
    for_co_leads: bool


def read_prompt_form(view: Mapping[str, Any]) -> SubmittedPrompt:
    """Parse it.

    Raises:
        NotValid: A cornerstone that the form does not offer.
    """
    values = Values(view)
    try:
        cornerstone = Cornerstone(values.choice(CORNERSTONE) or "")
    except ValueError:
        raise NotValid({CORNERSTONE: "choose_one"}) from None
    kinds = values.choices(KIND)
    return SubmittedPrompt(
        values.text(TEXT) or "", cornerstone, LEARNING in kinds, FOR_CO_LEADS in kinds
    )


def _of(prompts: Iterable[Prompt], cornerstone: Cornerstone) -> list[Prompt]:
    """Return a cornerstone's questions: co-leads' own first, retired ones last."""
    found = [prompt for prompt in prompts if prompt.cornerstone is cornerstone]
    return sorted(found, key=lambda prompt: (prompt.retired, not prompt.own))


def _doors(words: Words, place: BankPlace) -> list[Json]:
    return [
        kit.button(words(f"cornerstone.{c}"), f"{ids.SHOW_BANK}.{c}", BankPlace(c).pack())
        for c in Cornerstone
        if c is not place.cornerstone
    ]


def _row(words: Words, prompt: Prompt) -> list[Json]:
    notes = [
        words(f"bank.{note}")
        for note, holds in (
            ("is_retired", prompt.retired),
            ("for_co_leads", prompt.for_co_leads),
            ("learning", prompt.learning),
            ("own", prompt.own),
        )
        if holds
    ]
    text = "\n".join([prompt.text, " · ".join(notes)] if notes else [prompt.text])
    change = kit.button(
        words("bank.change"),
        ids.OPEN_PROMPT_FORM,
        prompt.id,
        label=words("bank.change_label", text=prompt.text),
    )
    return [kit.say(text), kit.buttons(change, _other(words, prompt))]


def _other(words: Words, prompt: Prompt) -> Json:
    if prompt.retired:
        return kit.button(
            words("bank.bring_back"),
            ids.BRING_BACK_PROMPT,
            prompt.id,
            label=words("bank.bring_back_label", text=prompt.text),
        )
    return kit.button(
        words("bank.retire"),
        ids.RETIRE_PROMPT,
        prompt.id,
        label=words("bank.retire_label", text=prompt.text),
        confirm=kit.confirm(
            words("bank.retire_title"),
            words("bank.retire_ask"),
            words("bank.retire_yes"),
            words("bank.retire_no"),
        ),
    )


def _moves(words: Words, cornerstone: Cornerstone, page: int, pages: int) -> list[Json]:
    places = {"bank.back": page - 1, "list.next": page + 1}
    return [
        kit.button(words(key), f"{ids.SHOW_BANK}.{where}", BankPlace(cornerstone, where).pack())
        for key, where in places.items()
        if 1 <= where <= pages
    ]
