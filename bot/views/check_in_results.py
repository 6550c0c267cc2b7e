"""What is told of a check-in: in the channel with a picture, and in a modal with the words."""

from collections.abc import Sequence

from bot import ids
from bot.services.check_in_results import Told
from bot.views import kit
from bot.views.check_in_picture import Bar, draw
from bot.views.kit import Json, Message, Picture
from bot.views.sights import who_sees
from bot.words import Words
from domain.check_ins import Band, Question, Result
from domain.policy import Thing

WORDS_SHOWN = 500


def post(words: Words, told: Told) -> Message:
    """Tell a group its results. The picture shows nothing that the text does not say."""
    lines = _lines(words, told)
    said = "\n".join([_of(words, told, kit.inert(told.cohort)), *lines])
    result = told.result
    if result is None or not result.bands:
        paragraphs = [_of(words, told, told.cohort), *lines]
        return Message(text=said, blocks=kit.message(paragraphs).blocks)
    picture = Picture(
        content=draw([_bar(words, result, question) for question in result.bands]),
        says=" ".join(lines),
        name="check-in.png",
    )
    return Message(text=said, picture=picture)


def results(words: Words, told: Told) -> Json:
    """Render the last results with the words that were given."""
    blocks = [
        kit.heading(told.cohort),
        kit.say(words("check_in.results.on", date=words.day(told.check_in.on_date))),
        *(kit.say(line) for line in _lines(words, told)),
    ]
    if told.result is not None and told.result.words:
        blocks += _given(words, told.result.words)
    kept = words("check_in.results.kept")
    blocks.append(who_sees(words, Thing.CHECK_IN_RESULT, you=None, also=kept))
    return kit.modal(
        words("check_in.results.title"),
        blocks,
        callback_id=ids.READ_ONLY_VIEW,
        close=words("close.done"),
    )


def _given(words: Words, given: Sequence[str]) -> list[Json]:
    """Say the words that were given, in as many paragraphs as it takes."""
    first, *rest = kit.in_parts(given[:WORDS_SHOWN])
    blocks = [kit.say(words("check_in.results.words", given=first)), *map(kit.say, rest)]
    if len(given) > WORDS_SHOWN:
        blocks.append(kit.say(words.count("list.more", len(given) - WORDS_SHOWN)))
    return blocks


def _of(words: Words, told: Told, cohort: str) -> str:
    date = words.day(told.check_in.on_date)
    return words("check_in.results.of", cohort=cohort, date=date)


def _lines(words: Words, told: Told) -> list[str]:
    result = told.result
    if result is None:
        return [words("check_in.results.not_enough")]
    return [
        words.count("check_in.results.answers", result.answers),
        *(_line(words, result, question) for question in Question),
    ]


def _line(words: Words, result: Result, question: Question) -> str:
    counts = result.bands.get(question)
    name = words(f"check_in.about.{question}")
    if counts is None:
        return words("check_in.results.untold", about=name)
    return words(
        "check_in.results.line",
        about=name,
        good=counts[Band.GOOD],
        middle=counts[Band.MIDDLE],
        low=counts[Band.LOW],
    )


def _bar(words: Words, result: Result, question: Question) -> Bar:
    counts = result.bands[question]
    return Bar(
        title=words(f"check_in.about.{question}"),
        parts=[
            (counts[band], words(f"check_in.band.{band}"))
            for band in (Band.GOOD, Band.MIDDLE, Band.LOW)
        ],
    )
