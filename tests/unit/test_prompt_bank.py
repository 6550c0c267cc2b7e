"""The questions that come with the programme: short, plain, kind and enough of them."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.prompt_file import read_prompts
from domain.prompts import check_prompt, choose, cornerstone_of_week
from domain.sessions import Cornerstone

BANK = read_prompts()
FOR_EVERYONE = [p for p in BANK if not p.for_co_leads]
BANNED = re.compile(
    r"\b(overdue|missed|failed|failure|patients?|sufferers?|service users?|victims?|users?|"
    r"i'm here for you|i understand how you feel|streak|score|should)\b",
    re.IGNORECASE,
)
ONE = """
[[prompt]]
id = "energy"
text = "What gave you energy?"
cornerstone = "focus_on_the_whole_person"
source = "Alongside"
"""

each = pytest.mark.parametrize("prompt", [pytest.param(p, id=p.id) for p in BANK])


@each
def test_questions_are_short_and_kind(prompt):
    assert not BANNED.search(prompt.text), BANNED.search(prompt.text)
    assert len(prompt.text.split()) <= 20
    assert prompt.text.endswith("?")


@each
def test_questions_may_be_asked(prompt):
    assert check_prompt(prompt.text) == prompt.text


@each
def test_questions_suit_any_rhythm(prompt):
    assert not re.search(r"\b(today|week|month)\b", prompt.text, re.IGNORECASE)


@each
def test_names_are_short_and_in_small_letters(prompt):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", prompt.id)
    assert len(prompt.id) <= 30


def test_no_name_and_no_question_stands_there_twice():
    assert max(Counter(p.id for p in BANK).values()) == 1
    assert max(Counter(p.text.casefold() for p in BANK).values()) == 1


def test_there_are_enough_for_everyone_evenly_over_the_cornerstones():
    counts = Counter(p.cornerstone for p in FOR_EVERYONE)

    assert len(FOR_EVERYONE) >= 52
    assert counts.keys() == set(Cornerstone)
    assert min(counts.values()) >= 12
    assert max(counts.values()) - min(counts.values()) <= 2


def test_the_learning_partner_asks_in_every_cornerstone():
    assert {p.cornerstone for p in BANK if p.learning} == set(Cornerstone)


def test_some_are_for_co_leads_alone_and_those_say_we():
    theirs = [p for p in BANK if p.for_co_leads]

    assert len(theirs) >= 3
    assert all(re.search(r"\b(we|us)\b", p.text) for p in theirs)


@settings(deadline=None)
@given(
    start=st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31)),
    rhythm=st.sampled_from([7, 14, 28, 30, 31]),
    co_lead=st.booleans(),
    seed=st.uuids().map(str),
)
def test_over_three_years_everyone_always_has_one_of_the_weeks_that_is_twelve_weeks_old(
    start, rhythm, co_lead, seed
):
    given_on = {}
    for n in range(3 * 365 // rhythm):
        day = start + timedelta(days=n * rhythm)
        prompt = choose(BANK, day=day, given=given_on, never=(), co_lead=co_lead, seed=seed)
        assert prompt.cornerstone is cornerstone_of_week(day)
        assert co_lead or not prompt.for_co_leads
        assert day - given_on.get(prompt.id, date.min) >= timedelta(days=84)
        given_on[prompt.id] = day


def test_in_the_first_year_of_weeks_nothing_is_asked_twice():
    given_on = {}
    for n in range(52):
        day = date(2026, 1, 5) + timedelta(weeks=n)
        given_on[choose(BANK, day=day, given=given_on, never=(), co_lead=False, seed="a").id] = day

    assert len(given_on) == 52


def read(tmp_path, text):
    source = tmp_path / "prompts.toml"
    source.write_text(text, encoding="utf-8")
    return read_prompts(source)


def test_marks_of_the_file_are_read(tmp_path):
    [prompt] = read(tmp_path, ONE + 'asks = "learning"\naudience = "co_lead"\nretired = true\n')

    assert (prompt.learning, prompt.for_co_leads, prompt.retired) == (True, True, True)


def test_an_entry_without_marks_is_for_everyone(tmp_path):
    [prompt] = read(tmp_path, ONE)

    assert (prompt.learning, prompt.for_co_leads, prompt.retired) == (False, False, False)
    assert (prompt.cornerstone, prompt.own) == (Cornerstone.PERSON, False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ONE + 'audience = "co-lead"\n', id="a misspelt audience"),
        pytest.param(ONE + 'asks = "learn"\n', id="a misspelt mark"),
        pytest.param(ONE + "retird = true\n", id="a misspelt field"),
        pytest.param(ONE.replace("focus_on", "focus"), id="no such cornerstone"),
        pytest.param(ONE.replace('text = "What gave you energy?"\n', ""), id="no question"),
        pytest.param("", id="an empty file"),
        pytest.param(ONE + "id\n", id="not the format"),
    ],
)
def test_a_file_that_is_not_right_is_not_read_in_part(tmp_path, text):
    with pytest.raises((KeyError, TypeError, ValueError)):
        read(tmp_path, text)
