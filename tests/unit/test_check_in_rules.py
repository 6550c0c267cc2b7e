"""What may be told of a group, and what never is."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.check_ins import (
    BANDS,
    FEWEST,
    WORD_LENGTH,
    Answer,
    Band,
    Level,
    Question,
    Result,
    check_word,
    result_of,
    tell,
)
from domain.refusals import NotValid

answers = st.builds(
    Answer,
    levels=st.fixed_dictionaries({q: st.sampled_from(Level) for q in Question}),
    word=st.none() | st.text("abcXYZ é", min_size=1, max_size=8).map(check_word),
)
groups = st.lists(answers, max_size=14)
counts = st.fixed_dictionaries({band: st.integers(0, 9) for band in Band})


def bands(low=0, middle=0, good=0):
    return {Band.LOW: low, Band.MIDDLE: middle, Band.GOOD: good}


def result(**told):
    return Result(answers=9, bands={Question(q): told[q] for q in told}, words=("calm",))


def an_answer(level=Level.GOOD, word=None):
    return Answer(levels=dict.fromkeys(Question, level), word=word)


# What is told


@given(groups)
def test_fewer_than_five_answers_are_not_told(group):
    assert (result_of(group) is None) == (len(group) < FEWEST)


@given(groups, st.randoms())
def test_the_order_of_answers_makes_no_difference(group, random):
    shuffled = random.sample(group, len(group))

    assert result_of(shuffled) == result_of(group)


@given(groups)
def test_every_answer_counts_once_for_each_question(group):
    told = result_of(group)
    if told is None:
        return
    assert told.answers == len(group)
    for question in Question:
        expected = Counter(BANDS[a.levels[question]] for a in group)
        assert told.bands[question] == {band: expected[band] for band in Band}


@given(groups)
def test_words_are_told_from_five_up_all_or_none_in_alphabetical_order(group):
    told = result_of(group)
    if told is None:
        return
    given_words = [a.word for a in group if a.word]
    assert Counter(told.words) == Counter(given_words if len(given_words) >= FEWEST else [])
    assert list(told.words) == sorted(told.words, key=str.casefold)


def test_four_words_of_six_answers_are_not_told():
    group = [an_answer(word="calm") for _ in range(4)] + [an_answer()] * 2

    assert result_of(group).words == ()


@pytest.mark.parametrize("level", Level)
def test_low_is_what_the_low_band_holds(level):
    assert an_answer(level).low == (level <= 2)


def test_one_low_answer_among_good_ones_is_noticed():
    levels = dict.fromkeys(Question, Level.VERY_GOOD) | {Question.SUPPORTED: Level.LOW}

    assert Answer(levels=levels).low


# What could be taken by difference


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        pytest.param(bands(1, 2, 3), bands(1, 2, 4), False, id="one more"),
        pytest.param(bands(1, 2, 3), bands(2, 3, 5), False, id="four more"),
        pytest.param(bands(1, 2, 3), bands(1, 1, 3), False, id="one fewer"),
        pytest.param(bands(1, 2, 3), bands(3, 4, 4), True, id="five more"),
        pytest.param(bands(1, 2, 3), bands(1, 2, 3), True, id="the same"),
        pytest.param(bands(1, 2, 3), bands(2, 1, 4), True, id="up and down"),
        pytest.param(None, bands(1, 2, 3), True, id="told for the first time"),
    ],
)
def test_a_question_is_left_out_where_few_are_left_over(before, now, is_told):
    earlier = {} if before is None else {Question.ENERGY: before}

    told = tell(result(energy=now), earlier)

    assert (Question.ENERGY in told.bands) == is_told


@given(now=counts, before=counts)
def test_what_is_told_never_leaves_one_to_four_over(now, before):
    told = tell(result(energy=now), {Question.ENERGY: before})
    left_over = [now[band] - before[band] for band in Band]
    if Question.ENERGY in told.bands:
        one_way = min(left_over) >= 0 or max(left_over) <= 0
        assert not (one_way and 0 < sum(map(abs, left_over)) < FEWEST)


@given(now=counts, before=counts, other=counts)
def test_one_question_does_not_hide_another(now, before, other):
    told = tell(result(energy=now, connected=other), {Question.ENERGY: before})

    assert told.bands[Question.CONNECTED] == other
    assert (told.answers, told.words) == (9, ("calm",))


# One word


@given(st.text(max_size=60))
def test_a_word_is_short_in_one_line_and_can_be_seen_or_is_nothing(text):
    try:
        word = check_word(text)
    except NotValid:
        assert len(" ".join(text.split())) > WORD_LENGTH
        return
    assert word is None or 0 < len(word) <= WORD_LENGTH
    assert word is None or "\n" not in word
    assert check_word(word) == word


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (None, None),
        ("", None),
        ("  \n ", None),
        ("  rather \n tired ", "rather tired"),
        ("cal\u202em", "calm"),
        ("calm\r\x1b", "calm"),
        ("x" * 30, "x" * 30),
    ],
)
def test_a_word_is_kept_as_it_reads(typed, kept):
    assert check_word(typed) == kept


def test_a_long_word_is_refused_at_its_field():
    with pytest.raises(NotValid) as no:
        check_word("x" * 31)
    assert no.value.problems == {"word": "word_long"}
