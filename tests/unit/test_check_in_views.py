"""What a group reads: the same in text, blocks and picture, and nothing that calls anybody."""

import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image

from bot.services.check_in_results import Told
from bot.services.check_ins import Asked
from bot.views import check_in_results, check_ins
from bot.views.check_in_picture import WIDTH, Bar, draw
from bot.words import Words
from domain.check_ins import Band, CheckIn, Level, Question, Result, Wanted
from domain.ids import new_id
from domain.refusals import NotValid

WORDS = Words()
NAME = "Spring <!channel> & co"
ESCAPED = "Spring &lt;!channel&gt; &amp; co"
CHECK_IN = CheckIn(
    id=new_id(),
    cohort_id=new_id(),
    on_date=date(2026, 3, 3),
    opens_at=datetime(2026, 3, 3, 10, tzinfo=UTC),
    closes_at=datetime(2026, 3, 5, 10, tzinfo=UTC),
)
ASKED = Asked(check_in=CHECK_IN, cohort=NAME, zone="Europe/London")
BANDS = {q: {Band.LOW: 1, Band.MIDDLE: 2, Band.GOOD: 5} for q in Question}


def told(bands=BANDS, words=(), answers=8):
    result = Result(answers=answers, bands=bands, words=words)
    return Told(check_in=CHECK_IN, cohort=NAME, result=result)


def shown(blocks):
    return "\n".join(b["text"]["text"] for b in blocks if "text" in b)


@pytest.mark.parametrize("show", [check_ins.post, check_ins.direct])
def test_a_question_says_the_same_in_text_and_blocks_and_calls_nobody(show):
    message = show(WORDS, ASKED)

    assert ESCAPED in message.text
    assert "<" not in message.text
    assert shown(message.blocks) == message.text.replace(ESCAPED, NAME)
    assert all(b["text"]["type"] == "plain_text" for b in message.blocks if "text" in b)


def test_results_are_told_with_a_picture_that_says_what_the_text_says():
    message = check_in_results.post(WORDS, told(words=("calm",) * 5))

    assert message.picture is not None
    assert message.picture.says in message.text.replace("\n", " ")
    assert "Feeling supported: 5 good or very good, 2 in the middle, 1 low or very low." in (
        message.picture.says
    )
    assert ESCAPED in message.text
    assert "calm" not in message.text + message.picture.says


def test_many_words_are_shown_in_parts_and_how_many_more_there_are_is_said():
    given = tuple(f"\N{SLIGHTLY SMILING FACE} rather hopeful {n:05}" for n in range(507))
    view = check_in_results.results(WORDS, told(words=given, answers=507))

    sections = [b["text"]["text"] for b in view["blocks"] if b["type"] == "section"]
    # However Slack counts a letter: an emoji is two of the units that its own pages count.
    assert max(len(text.encode("utf-16-le")) // 2 for text in sections) <= 3000
    assert len(view["blocks"]) <= 100
    assert [word for word in given if word in shown(view["blocks"])] == list(given[:500])
    assert "And 7 more." in sections


def test_few_words_are_one_paragraph_and_nothing_is_said_of_more():
    view = check_in_results.results(WORDS, told(words=("calm", "fog", "ice", "rain", "sun")))

    assert "Words that people gave: calm, fog, ice, rain, sun" in shown(view["blocks"])
    assert " more." not in shown(view["blocks"])


def test_a_question_that_is_not_told_is_said_and_not_drawn():
    bands = {q: BANDS[q] for q in (Question.ENERGY, Question.CONNECTED)}
    message = check_in_results.post(WORDS, told(bands))

    assert "Feeling supported: not shown this time" in message.text
    heights = [
        Image.open(BytesIO(check_in_results.post(WORDS, t).picture.content)).height
        for t in (told(), told(bands))
    ]
    assert heights[1] < heights[0]


@pytest.mark.parametrize("nothing", [None, Result(answers=6, bands={})], ids=["few", "untold"])
def test_where_nothing_can_be_drawn_there_is_no_picture(nothing):
    message = check_in_results.post(WORDS, Told(check_in=CHECK_IN, cohort=NAME, result=nothing))

    assert message.picture is None
    assert shown(message.blocks) == message.text.replace(ESCAPED, NAME)


@pytest.mark.parametrize("counts", [(5, 2, 1), (0, 12, 0), (1, 1, 98), (0, 0, 0), (250, 1, 0)])
def test_a_picture_is_as_wide_as_a_phone_shows_well(counts):
    names = ("good", "middle", "low")
    bar = Bar(title="Energy", parts=list(zip(counts, names, strict=True)))
    picture = Image.open(BytesIO(draw([bar, bar])))

    assert (picture.format, picture.width) == ("PNG", WIDTH)
    assert picture.height > 400


def test_the_bands_are_told_apart_without_colour():
    bar = Bar(title="", parts=[(10, "a"), (10, "b"), (10, "c")])
    grey = Image.open(BytesIO(draw([bar]))).convert("L")
    row = [grey.getpixel((x, 100)) for x in (60, 270, 480)]

    assert abs(row[0] - row[1]) > 100
    assert len({grey.getpixel((x, 100)) for x in range(460, 660)}) > 2, "stripes"


def test_pillow_is_not_loaded_before_there_is_something_to_draw():
    code = "import sys, bot.app, bot.scheduler; sys.exit('PIL' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_form_keeps_what_was_chosen_and_remembers_an_id_alone():
    levels = {q: Level.LOW for q in Question}
    data = check_ins.FormData(asked=ASKED, levels=levels, word="x", warning=frozenset({"email"}))
    form = check_ins.form(WORDS, data)

    assert form["private_metadata"] == f'{{"check_in":"{CHECK_IN.id}"}}'
    chosen = [b["element"].get("initial_option") for b in form["blocks"] if "element" in b]
    assert [c["value"] for c in chosen if c] == ["2", "2", "2"]
    assert form["blocks"][-1]["type"] == "context"


@pytest.mark.parametrize("value", [None, "0", "6", "good", ""])
def test_an_answer_that_the_form_does_not_offer_is_refused_at_its_question(value):
    chosen = {"selected_option": {"value": value}} if value is not None else {}
    values = {q: {q: {"selected_option": {"value": "3"}}} for q in Question}
    values[Question.ENERGY] = {Question.ENERGY: chosen}

    with pytest.raises(NotValid) as no:
        check_ins.read_form({"state": {"values": values}})
    assert no.value.problems == {"energy": "choose_one"}


@pytest.mark.parametrize("what", Wanted)
def test_every_answer_to_a_wish_says_that_nobody_was_told(what):
    view = check_ins.wanted(WORDS, what, [])

    assert "Nobody has been told." in shown(view["blocks"])
