"""What a person sees of their own data: how much is held, all of it, and its end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot import ids
from bot.services.erasure import Preview, Receipt
from bot.services.my_data import Counted, Opened
from bot.views import kit, put_right
from bot.views.forms import Meta, Values
from bot.views.kit import Json
from bot.views.long_words import say_all
from bot.views.sights import who_sees
from bot.words import Words
from domain.people import Person
from domain.policy import Thing
from domain.refusals import NotValid

WORD = "word"
KIND = "kind"
TEXT = "text"
JSON = "json"
OPENED_SHOWN = 10
LINES_TOGETHER = 8
BLOCKS_ON_A_PAGE = 30


def page(words: Words, held: Sequence[Counted], opened: Sequence[Opened], me: Person) -> Json:
    """Say what is held, who can see it, who opened what was shared, and where it is put right."""
    lines = [
        words("my_data.line", what=one.title, count=one.count, who=one.seen_by)
        for one in {one.title: one for one in reversed(held)}.values()
    ]
    lines.reverse()
    blocks = [
        kit.say(words("my_data.intro")),
        kit.buttons(
            kit.button(words("my_data.read"), ids.READ_MY_DATA, primary=True),
            kit.button(words("my_data.files"), ids.OPEN_MY_DATA_FILES),
            kit.button(words("my_data.erase"), ids.OPEN_ERASE),
        ),
        kit.heading(words("my_data.held")),
        *(kit.say("\n".join(some)) for some in _together(lines)),
        kit.heading(words("my_data.opened_title")),
        *_openings(words, opened, me.tz),
        *_put_right(words, held, me),
        who_sees(words, Thing.MY_DATA, also=words("my_data.copy_noted")),
    ]
    return _modal(words, blocks)


def reading(words: Words, text: str, number: int) -> Json:
    """Show one page of everything; `number` counts from 0 and stays among those there are."""
    every = list(_paragraphs(text))
    last = (len(every) - 1) // BLOCKS_ON_A_PAGE
    number = min(max(number, 0), last)
    shown = every[number * BLOCKS_ON_A_PAGE :][:BLOCKS_ON_A_PAGE]
    turns = []
    if number < last:
        turns.append(kit.button(words("my_data.next"), f"{ids.TURN_MY_DATA}.next", str(number + 1)))
    if number:
        turns.append(
            kit.button(words("my_data.before"), f"{ids.TURN_MY_DATA}.before", str(number - 1))
        )
    if turns:
        place = words("my_data.page", number=number + 1, count=last + 1)
        shown = [kit.small(place), *shown, kit.buttons(*turns)]
    return _modal(words, shown)


def files_form(words: Words, *, form: str) -> Json:
    """Ask which file."""
    kinds = [
        kit.option(words("my_data.file.text"), TEXT, words("my_data.file.text_about")),
        kit.option(words("my_data.file.json"), JSON, words("my_data.file.json_about")),
    ]
    return kit.modal(
        words("my_data.title"),
        [
            kit.field(KIND, words("files.kind"), kit.radio(kinds, TEXT)),
            who_sees(words, Thing.MY_DATA, also=words("my_data.file_sent")),
        ],
        callback_id=ids.MY_DATA_FILES_FORM,
        submit=words("files.make"),
        close=words("close.not_now"),
        metadata=Meta(form=form).pack(),
    )


def read_files_form(view: Mapping[str, Any]) -> str:
    """Return which file is wanted."""
    return JSON if Values(view).choice(KIND) == JSON else TEXT


def file_name(kind: str) -> str:
    """Return a file name that says nothing private."""
    return "alongside-my-data.json" if kind == JSON else "alongside-my-data.txt"


def erase_form(words: Words, preview: Preview, *, form: str) -> Json:
    """Say what would be deleted and what stays and why, and ask for the word."""
    held = {one.title: one for one in preview.held if one.count}.values()
    goes = [
        words("my_data.erase.line", what=one.title, count=one.count)
        for one in held
        if one.stays is None
    ]
    stays = [
        words("my_data.erase.stays_line", what=one.title, why=one.stays)
        for one in held
        if one.stays is not None
    ]
    if preview.paid:
        stays.append(words.count("my_data.erase.pay", preview.paid))
    blocks = [
        kit.say(words("my_data.erase.ask")),
        kit.heading(words("my_data.erase.goes")),
        *(kit.say("\n".join(some)) for some in _together(goes)),
    ]
    if stays:
        blocks.append(kit.heading(words("my_data.erase.stays")))
        blocks += [kit.say("\n".join(some)) for some in _together(stays)]
    blocks += [
        kit.say(words("my_data.erase.also")),
        kit.field(
            WORD,
            words("my_data.erase.type", word=words("my_data.erase.word")),
            kit.line(most=20),
            hint=words("my_data.erase.hint"),
        ),
        who_sees(words, Thing.MY_DATA, also=words("my_data.erase.told")),
    ]
    return kit.modal(
        words("my_data.erase.title"),
        blocks,
        callback_id=ids.ERASE_FORM,
        submit=words("my_data.erase.yes"),
        close=words("my_data.erase.no"),
        metadata=Meta(form=form).pack(),
    )


def check_word(words: Words, view: Mapping[str, Any]) -> None:
    """Refuse a form in which the word was not typed.

    Raises:
        NotValid: `type_the_word`.
    """
    typed = (Values(view).text(WORD) or "").strip().strip("\"'").casefold()
    if typed != words("my_data.erase.word").casefold():
        raise NotValid({WORD: "type_the_word"})


def being_deleted(words: Words) -> Json:
    """Say that it has begun and cannot be stopped."""
    return _modal(words, [kit.say(words("my_data.erase.begun")), _support(words)])


def put_off(words: Words) -> Json:
    """Say that it could not be done at once, and goes on by itself."""
    return _modal(words, [kit.say(words("my_data.erase.put_off")), _support(words)])


def deleted(words: Words, receipt: Receipt) -> Json:
    """Say that it is done."""
    blocks = [kit.say(words("my_data.erase.done"))]
    if receipt.pay_facts:
        blocks.append(kit.say(words.count("my_data.erase.pay", receipt.pay_facts)))
    return _modal(words, [*blocks, kit.say(words("my_data.erase.left")), _support(words)])


def _put_right(words: Words, held: Sequence[Counted], me: Person) -> Iterator[Json]:
    """Yield the ways to what can be changed; who has left asks a co-lead for anything."""
    ways = list(put_right.buttons(words, {one.name for one in held}, me))
    yield kit.heading(words("my_data.correct_title"))
    yield kit.say(words("my_data.correct_left" if me.left else "my_data.correct"))
    if ways:
        yield kit.buttons(*ways, block_id="put_right")


def _openings(words: Words, opened: Sequence[Opened], zone: str) -> Iterator[Json]:
    if not opened:
        yield kit.say(words("my_data.opened_none"))
    for one in opened[:OPENED_SHOWN]:
        when = words.moment(one.at, zone)
        if one.user is None:
            yield kit.say(words("my_data.opened_by_somebody", what=one.title, when=when))
        else:
            said = words("my_data.opened_by", what=one.title, when=when)
            yield kit.say_person(one.user, f" {said}")
    if len(opened) > OPENED_SHOWN:
        yield kit.say(words("my_data.opened_more", count=len(opened) - OPENED_SHOWN))


def _together(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(lines), LINES_TOGETHER):
        yield lines[start : start + LINES_TOGETHER]


def _paragraphs(text: str) -> Iterator[Json]:
    """Yield the copy as headings and paragraphs, whatever somebody's own lines look like."""
    for block in re.split(r"(?m)^(== .{1,150} ==)$", text):
        if re.fullmatch(r"== .{1,150} ==", block):
            yield kit.heading(block.removeprefix("== ").removesuffix(" =="))
        else:
            yield from say_all(block.strip("\n"))


def _support(words: Words) -> Json:
    return kit.buttons(kit.button(words("support.open"), ids.OPEN_SUPPORT))


def _modal(words: Words, blocks: Sequence[Json]) -> Json:
    return kit.modal(
        words("my_data.title"),
        blocks,
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )
