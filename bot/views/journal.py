"""A person's journal: the list, which tells no words, one item opened, and the form to change it.

And what others shared, as its readers see it.
"""

from collections.abc import Mapping
from typing import Any

from bot import ids
from bot.services.journals import JournalPage, OpenedItem
from bot.services.shared_journals import SharedItem, SharedPage
from bot.views import kit, shares
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.long_words import say_all
from bot.views.session_after import CONFIRM, warning
from bot.views.shares import SubmittedShares
from bot.views.sights import who_sees
from bot.words import Words
from domain.clock import zone
from domain.journal import ANSWER_LENGTH, Audience, Item, Share, Written
from domain.policy import Thing
from domain.text import visible
from domain.values import dataclass

ANSWER = "answer"


def journal(words: Words, data: JournalPage, *, said: str | None = None) -> Json:
    """Render a page of the person's own items; `said` names what was just done."""
    blocks = [kit.say(words(said))] if said else []
    blocks.append(who_sees(words, Thing.JOURNAL))
    if not data.items:
        blocks.append(kit.say(words("journal.empty")))
    blocks += [_row(words, item) for item in data.items]
    blocks += _moves(words, ids.SHOW_JOURNAL, first=data.first, next_after=data.next_after)
    return _page(words, "journal.title", blocks)


def opened(words: Words, data: OpenedItem, *, said: str | None = None) -> Json:
    """Render one of the person's own items, with whom it is shared and who opened it."""
    item = data.item
    blocks = [kit.say(words(said)), kit.divider()] if said else []
    blocks += _written(words, data.written, words.day(item.on_date))
    blocks += [kit.divider(), *_shared_with(words, data), *_openings(words, data)]
    blocks.append(kit.buttons(*_deeds(words, item)))
    return _page(words, "journal.one.title", blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormData:
    """What the form to change an item shows; `warning` names what looks like an identifier.

    `wanted` is what was chosen before, where it is shown again.
    """

    opened: OpenedItem
    answer: str
    form: str
    warning: frozenset[str] = frozenset()
    wanted: SubmittedShares | None = None


def form(words: Words, data: FormData) -> Json:
    """Render the form to change the words of an item, and with whom it is shared."""
    shown, accounts = _shares_shown(data)
    question = data.opened.written.question
    blocks = [
        *([kit.say(question)] if question else ()),
        kit.field(
            ANSWER, words("journal.form.answer"), kit.paragraph(data.answer, most=ANSWER_LENGTH)
        ),
        *shares.share_fields(words, shown, accounts, data.opened.sets),
        *(warning(words, data.warning) if data.warning else ()),
        shares.who_sees_it(words),
    ]
    return kit.modal(
        words("journal.form.title"),
        blocks,
        callback_id=ids.JOURNAL_FORM,
        submit=words("journal.form.save"),
        close=words("close.not_now"),
        metadata=Meta(form=data.form, item=data.opened.item.id).pack(),
    )


@dataclass(frozen=True, slots=True)
class SubmittedItem:
    """A submitted change of an item."""

    answer: str
    shares: SubmittedShares
    save_anyway: bool


def read_form(view: Mapping[str, Any]) -> SubmittedItem:
    """Parse it.

    Raises:
        NotValid: A value that the form does not offer.
    """
    values = Values(view)
    return SubmittedItem(
        answer=visible(values.text(ANSWER) or "").strip(),
        shares=shares.read_shares(values),
        save_anyway=bool(values.choices(CONFIRM)),
    )


def shared_list(words: Words, data: SharedPage) -> Json:
    """Render a page of what others shared with the reader."""
    blocks = [kit.small(words("shared.about"))]
    if not data.items:
        blocks.append(kit.say(words("shared.empty")))
    blocks += [_shared_row(words, item) for item in data.items]
    blocks += _moves(words, ids.SHOW_SHARED, first=data.first, next_after=data.next_after)
    return _page(words, "shared.title", blocks)


def shared_item(words: Words, item: SharedItem, written: Written) -> Json:
    """Render an item that somebody shared with the reader."""
    on = words.day(item.on) if item.user else words.month(item.on)
    blocks = [
        kit.say_person(item.user) if item.user else kit.say(words("shared.someone")),
        *_written(words, written, on),
        kit.small(words("shared.noted")),
        kit.buttons(kit.button(words("shared.back"), f"{ids.SHOW_SHARED}.start")),
    ]
    return _page(words, "shared.one.title", blocks)


def _row(words: Words, item: Item) -> Json:
    kind = words("journal.kind.answer" if item.prompted else "journal.kind.free")
    text = words(
        "journal.row_shared" if item.shares else "journal.row",
        date=words.day(item.on_date),
        kind=kind,
    )
    opener = kit.button(
        words("journal.open_one"),
        ids.OPEN_JOURNAL_ITEM,
        item.id,
        label=words("journal.open_label", date=words.short_day(item.on_date)),
    )
    return kit.say(text, accessory=opener)


def _written(words: Words, written: Written, on: str) -> list[Json]:
    blocks = [kit.small(on)]
    if written.question:
        blocks += [kit.small(words("journal.question")), kit.say(written.question)]
        blocks.append(kit.small(words("journal.answer")))
    return [*blocks, *say_all(written.answer)]


def _shared_with(words: Words, data: OpenedItem) -> list[Json]:
    lines = [_share_line(words, data, share) for share in data.item.shares]
    return lines or [kit.say(words("journal.not_shared"))]


def _share_line(words: Words, data: OpenedItem, share: Share) -> Json:
    since = words.day(share.since.astimezone(zone(data.zone)).date()) if share.since else ""
    if share.audience is Audience.LEARNING_PARTNER:
        named = "named" if share.named else "unnamed"
        return kit.say(words(f"journal.shared.learning_partner_{named}", date=since))
    user = data.accounts.get(share.target)
    if user is None:
        name = dict(data.sets).get(share.target) or words("journal.shared.a_set")
        return kit.say(words("journal.shared.set", name=name, date=since))
    return kit.say_person(user, words("journal.shared.supervisor", date=since))


def _openings(words: Words, data: OpenedItem) -> list[Json]:
    if not data.openings:
        return [kit.say(words("journal.opened_by_nobody"))] if data.item.shares else []
    return [
        _opening(words, opening.user, words.moment(opening.at, data.zone, data.times))
        for opening in data.openings
    ]


def _opening(words: Words, user: str | None, when: str) -> Json:
    if user is None:
        return kit.say(words("journal.opened_by_somebody", when=when))
    return kit.say_person(user, words("journal.opened_by", when=when))


def _deeds(words: Words, item: Item) -> list[Json]:
    deeds = [kit.button(words("journal.edit"), ids.EDIT_JOURNAL_ITEM, item.id)]
    if item.shares:
        deeds.append(kit.button(words("journal.unshare"), ids.UNSHARE_JOURNAL_ITEM, item.id))
    ask = kit.confirm(
        words("journal.delete_title"),
        words("journal.delete_ask"),
        words("journal.delete_yes"),
        words("journal.delete_no"),
    )
    return [
        *deeds,
        kit.button(words("journal.delete"), ids.DELETE_JOURNAL_ITEM, item.id, confirm=ask),
        kit.button(words("journal.back"), f"{ids.SHOW_JOURNAL}.start"),
    ]


def _shares_shown(data: FormData) -> tuple[tuple[Share, ...], dict[str, str]]:
    """Return the shares the form is filled in with: as chosen a moment ago, or as they are."""
    wanted = data.wanted
    if wanted is None:
        return data.opened.item.shares, data.opened.accounts
    shown = []
    if wanted.supervisor:
        shown.append(Share(audience=Audience.SUPERVISOR, target=wanted.supervisor))
    if wanted.set_id:
        shown.append(Share(audience=Audience.SET, target=wanted.set_id))
    if wanted.learning_partner:
        shown.append(Share(audience=Audience.LEARNING_PARTNER, named=wanted.named))
    return tuple(shown), {wanted.supervisor: wanted.supervisor} if wanted.supervisor else {}


def _shared_row(words: Words, item: SharedItem) -> Json:
    if item.user is None:
        on = words.month(item.on)
        opener = _shared_opener(words, item, on)
        return kit.say(words("shared.row_unnamed", month=on), accessory=opener)
    opener = _shared_opener(words, item, words.short_day(item.on))
    after = words("shared.row_named", date=words.day(item.on))
    return kit.say_person(item.user, after, accessory=opener)


def _shared_opener(words: Words, item: SharedItem, on: str) -> Json:
    return kit.button(
        words("journal.open_one"),
        ids.OPEN_SHARED_ITEM,
        item.id,
        label=words("journal.open_label", date=on),
    )


def _moves(words: Words, action_id: str, *, first: bool, next_after: str | None) -> list[Json]:
    moves = []
    if not first:
        moves.append(kit.button(words("list.start"), f"{action_id}.start"))
    if next_after:
        moves.append(kit.button(words("list.next"), f"{action_id}.next", next_after))
    return [kit.buttons(*moves, block_id="moves")] if moves else []


def _page(words: Words, title: str, blocks: list[Json]) -> Json:
    return kit.modal(
        words(title), blocks, callback_id=ids.READ_ONLY_VIEW, close=words("close.done")
    )
