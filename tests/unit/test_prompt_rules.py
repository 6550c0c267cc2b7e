from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.prompts import (
    LONGEST,
    NO_REPEAT,
    TEXT_LENGTH,
    Prompt,
    check_prompt,
    choose,
    cornerstone_in_turn,
    cornerstone_of_week,
    merge,
)
from domain.refusals import NotValid
from domain.schedules import Cadence
from domain.sessions import Cornerstone

MONDAY = date(2026, 3, 2)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
SEEDS = st.text(st.characters(codec="utf-8"), max_size=40)
BANK = tuple(
    Prompt(id=f"{cornerstone}-{n}", text=f"What about {n}?", cornerstone=cornerstone)
    for n in range(12)
    for cornerstone in Cornerstone
)


def ask(bank=BANK, *, day=MONDAY, given=None, never=(), co_lead=False, seed="amina"):
    return choose(bank, day=day, given=given or {}, never=never, co_lead=co_lead, seed=seed)


def reason_for(text):
    with pytest.raises(NotValid) as refusal:
        check_prompt(text)
    return refusal.value.problems


# --- what may be asked


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u202e", "\u200d", "???", "\x00"])
def test_a_question_without_words_is_refused(text):
    assert reason_for(text) == {"text": "prompt_empty"}


def test_a_question_has_at_most_twenty_words_and_two_hundred_characters():
    words = " ".join(["why"] * LONGEST)
    letters = "w" * TEXT_LENGTH

    assert check_prompt(words) == words
    assert check_prompt(letters) == letters
    assert reason_for(f"{words} why") == {"text": "prompt_long"}
    assert reason_for(f"{letters}w") == {"text": "prompt_long"}


def test_a_question_is_kept_in_one_line_without_what_cannot_be_seen():
    typed = "  What\u00a0gave\n you \u200b \u202eenergy\u2028today?\x0bWhat took it? "

    assert check_prompt(typed) == "What gave you energy today? What took it?"


@pytest.mark.parametrize(
    "text",
    [
        "Tell us your story.",
        "What is your story?",
        "Which of your client's stories moved you?",
        "What is your backstory?",
        "What happened to you?",
        "What has happened to your client?",
        "Tell me about a time you felt low.",
        "Can you tell us a little about your past?",
        "Could you share your experience of care?",
        "Describe the day it all began.",
        "Walk us through your recovery journey.",
        "What was your childhood like?",
        "Where did you grow up?",
        "What is your medical history?",
        "What is your diagnosis?",
        "When were you first diagnosed?",
        "Does your client have autism?",
        "Which mental health condition do you live with?",
        "When did you become unwell?",
        "What are your symptoms?",
        "What is wrong with them?",
        "What medication are you on?",
        "Do you take tablets?",
        "Which medicine helps you?",
        "How is your treatment going?",
        "Have you ever been in hospital?",
        "Were you ever sectioned?",
        "What trauma shaped you?",
        "What re-traumatised you?",
        "Have you been abused?",
        "Who hurt you?",
        "Who have you lost?",
        "Have you ever self-harmed?",
        "Have you thought about suicide?",
        "What was the worst thing that day?",
        "What is your client's name?",
        "What are your clients' initials?",
        "What is the name of your client?",
        "Name the organisation you work with.",
        "What is your employer called?",
        "What is your client called?",
        "Who was your client this week?",
        "Which of your clients did well?",
        "Which organization is your client from?",
        "Which trust does your client work in?",
        "Who does your client work for?",
        "Where does your client work?",
    ],
)
def test_nobody_is_asked_for_a_story_their_health_what_hurts_or_who_a_client_is(text):
    assert reason_for(text) == {"text": "prompt_story"}


@pytest.mark.parametrize(
    "text",
    [
        "TELL   US\u00a0YOUR\n\nSTORY",
        "What happened\u2003to\tyou?",
        "What\u2019s your client\u2019s name?",
        "What\u00b4s your client\u00b4s name?",
        "What is your client\uff07s name?",
        "What is your sto\u200bry?",
        "What is your sto\u200dry?",
        "What is your diag\u00adnosis?",
        "What is your d\u00edagn\u00f3sis?",
        "\uff37\uff48\uff41\uff54 is your \uff53\uff54\uff4f\uff52\uff59?",
        "What-happened-to-you?",
        "What_happened_to_you",
        "Have you ever self\u2011harmed?",
    ],
)
def test_odd_spaces_letters_and_apostrophes_do_not_hide_what_is_asked(text):
    assert reason_for(text) == {"text": "prompt_story"}


@pytest.mark.parametrize(
    "text",
    [
        "What gave you energy this week?",
        "What did you learn about yourself?",
        "What happened to your energy today?",
        "What happened to change your mind?",
        "What happened next, and what did you notice?",
        "Why do you think it happened?",
        "What did your client tell you without words?",
        "What would tell you that it is going well?",
        "How did your lived experience help today?",
        "When did it help to share your own experience?",
        "What did you choose not to share?",
        "What helped you on your way here?",
        "Which three words describe your day?",
        "What did you grow into this year?",
        "What have you enjoyed over your past few sessions?",
        "What would you say to your past self?",
        "What went wrong with the plan, and what went right?",
        "On what condition would you say yes?",
        "What helps you stay healthy?",
        "What helped your health this month?",
        "What would be the best medium for you: phone or video?",
        "What does your tablet or phone make easier?",
        "Where did you take a break?",
        "What treats did you allow yourself?",
        "What would make your workplace kinder?",
        "How did the hospital team welcome you?",
        "What was hard on the ward, and what was easy?",
        "What did you admit to yourself?",
        "Which section of the day was best?",
        "What hurt your confidence, and what mended it?",
        "What did you find when words were lost?",
        "Where did talk break down, and what mended it?",
        "What was the best thing today?",
        "Where did you feel low on energy?",
        "When did you use a firm but kind voice?",
        "What trust did your client show you?",
        "What would your client name as a strength?",
        "Can you name one feeling you had?",
        "What name would you give this month?",
        "What are you called to do next?",
        "Who is your client becoming?",
        "Who was your client at their best?",
        "Which client strength surprised you?",
        "Who or what helps after a heavy one?",
        "Where did you work well together?",
        "Where did they work hardest?",
        "Who do you work best with?",
        "How do you keep your notes organised?",
        "Which team did you feel part of?",
        "What good company did you keep?",
        "What's in your inventory of good questions?",
        "What would you do differently?",
    ],
)
def test_harmless_questions_are_taken_as_they_are(text):
    assert check_prompt(text) == text


@given(st.text(max_size=250))
def test_whatever_is_taken_would_be_taken_again_as_it_is(typed):
    with suppress(NotValid):
        taken = check_prompt(typed)
        assert len(taken.splitlines()) == 1
        assert check_prompt(taken) == taken


# --- whose week it is


def test_each_week_from_monday_has_the_next_cornerstone():
    weeks = [cornerstone_of_week(MONDAY + timedelta(weeks=n)) for n in range(8)]

    assert set(weeks[:4]) == set(Cornerstone)
    assert weeks[:4] == weeks[4:]
    assert cornerstone_of_week(MONDAY - timedelta(days=1)) != weeks[0]


@given(DAYS)
def test_a_week_has_one_cornerstone_and_four_weeks_have_all_at_year_ends_too(day):
    monday = day - timedelta(days=day.weekday())
    turn = list(Cornerstone)

    week = {cornerstone_of_week(monday + timedelta(days=n)) for n in range(7)}

    assert week == {cornerstone_of_week(day)}
    following = cornerstone_of_week(day + timedelta(weeks=1))
    assert turn.index(following) == (turn.index(cornerstone_of_week(day)) + 1) % 4


# --- which one comes next


@settings(deadline=None)
@given(
    start=DAYS,
    rhythm=st.sampled_from([7, 14, 28, 30, 31]),
    shifts=st.lists(st.integers(-3, 3), min_size=157, max_size=157),
    seed=SEEDS,
    kept=st.integers(0, len(BANK)),
    never=st.sets(st.sampled_from([p.id for p in BANK])),
)
def test_over_three_years_nothing_comes_twice_in_twelve_weeks(
    start, rhythm, shifts, seed, kept, never
):
    bank = BANK[:kept]
    given_on = {}
    for n in range(3 * 365 // rhythm):
        day = start + timedelta(days=n * rhythm + shifts[n])
        left = {
            p
            for p in bank
            if p.id not in never
            and (p.id not in given_on or (day - given_on[p.id]) >= timedelta(days=84))
        }

        prompt = ask(bank, day=day, given=given_on, never=never, seed=seed)

        if prompt is None:
            assert not left
            continue
        assert prompt in left
        if any(p.cornerstone is cornerstone_of_week(day) for p in left):
            assert prompt.cornerstone is cornerstone_of_week(day)
        given_on[prompt.id] = day


@given(
    day=DAYS,
    ages=st.dictionaries(st.sampled_from([p.id for p in BANK]), st.integers(0, 400)),
    seed=SEEDS,
    order=st.permutations(BANK),
)
def test_the_same_question_comes_again_when_asked_again(day, ages, seed, order):
    given_on = {id_: day - timedelta(days=age) for id_, age in ages.items()}

    assert ask(day=day, given=given_on, seed=seed) == ask(
        order, day=day, given=dict(given_on), seed=seed
    )


def test_the_order_stays_the_same_from_one_release_to_the_next():
    ids = [ask(day=MONDAY + timedelta(weeks=n)).id for n in range(4)]

    assert ids == [
        "naturally_whole-6",
        "dance_in_this_moment-11",
        "focus_on_the_whole_person-9",
        "evoke_transformation-10",
    ]


def test_different_people_get_different_questions():
    assert len({ask(seed=f"person {n}").id for n in range(40)}) > 6


def of_the_week(day=MONDAY):
    return [p for p in BANK if p.cornerstone is cornerstone_of_week(day)]


def test_a_question_may_come_again_after_exactly_twelve_weeks():
    [only, *_] = of_the_week()

    assert ask([only], given={only.id: MONDAY - NO_REPEAT}) == only
    assert ask([only], given={only.id: MONDAY - NO_REPEAT + timedelta(days=1)}) is None


def test_a_question_given_on_a_date_still_ahead_does_not_come_again():
    [only, *_] = of_the_week()

    assert ask([only], given={only.id: MONDAY + timedelta(days=1)}) is None


def test_what_was_never_asked_comes_before_what_was_asked_longest_ago():
    fresh, old, older = of_the_week()[:3]
    given_on = {old.id: MONDAY - timedelta(days=200), older.id: MONDAY - timedelta(days=300)}

    for seed in map(str, range(20)):
        assert ask([old, older, fresh], given=given_on, seed=seed) == fresh
        assert ask([old, older], given=given_on, seed=seed) == older


def test_with_nothing_left_of_the_week_the_next_cornerstone_in_turn_is_asked():
    never = {p.id for p in of_the_week()}
    assert ask(never=never).cornerstone is cornerstone_of_week(MONDAY + timedelta(weeks=1))

    never |= {p.id for p in of_the_week(MONDAY + timedelta(weeks=1))}
    assert ask(never=never).cornerstone is cornerstone_of_week(MONDAY + timedelta(weeks=2))


def test_what_someone_does_not_want_again_never_comes_and_then_there_is_nothing():
    [only, *_] = of_the_week()

    assert ask([only], never=[only.id]) is None
    assert ask([]) is None


def test_what_is_retired_is_not_asked():
    [only, *_] = of_the_week()

    assert ask([replace(only, retired=True)]) is None


def test_co_leads_questions_are_for_co_leads_alone():
    [only, *_] = of_the_week()
    theirs = replace(only, for_co_leads=True)

    assert ask([theirs], co_lead=False) is None
    assert ask([theirs], co_lead=True) == theirs


# --- what co-leads change


def test_changes_take_the_place_of_what_they_change_and_new_ones_come_last():
    first, second, third = BANK[:3]
    edited = replace(first, text="What is new?", cornerstone=Cornerstone.PERSON)
    retired = replace(second, retired=True)
    added = Prompt(id="own", text="What else?", cornerstone=Cornerstone.WHOLE, own=True)

    merged = merge([first, second, third], [added, retired, edited])

    assert merged == (edited, retired, third, added)


def test_a_bank_nobody_changed_stays_as_it_is():
    assert merge(BANK, ()) == BANK


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (Cadence.WEEKLY, [date(2026, 3, 4) + timedelta(weeks=n) for n in range(4)]),
        (Cadence.FORTNIGHTLY, [date(2026, 3, 4) + timedelta(weeks=2 * n) for n in range(4)]),
        (Cadence.FORTNIGHTLY, [date(2026, 3, 11) + timedelta(weeks=2 * n) for n in range(4)]),
        (Cadence.MONTHLY, [date(2026, m, 7) for m in range(1, 5)]),
    ],
)
def test_however_often_somebody_is_asked_every_cornerstone_has_its_turn(cadence, days):
    assert {cornerstone_in_turn(day, cadence) for day in days} == set(Cornerstone)
