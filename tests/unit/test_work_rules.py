"""What may be told of everybody's work together, and in what words."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.work import WorkMonth
from bot.views import kit
from bot.views.work import EVERYONE, Place, month_page, place, read_place, totals_page
from bot.words import Words
from domain.people import Account
from domain.sessions import Mode, SessionFacts, SessionType
from domain.work import (
    FEWEST_PEOPLE,
    Group,
    Logged,
    Sums,
    month_before,
    months_back,
    rounded,
    totals_to_tell,
)

WORDS = Words()
C, T = SessionType.COACHING, SessionType.TRAINING
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def group(month, people, hours, kind=C):
    return Group(month=month, type=kind, people=people, minutes=hours * 60)


def test_five_people_are_told_of_and_four_are_not():
    found = totals_to_tell([group(MARCH, 5, 40), group(MARCH, 4, 30, T)], [MARCH])

    assert found.months == ((MARCH, found.since_start),)
    assert found.since_start.hours == {C: 40}


def test_since_the_start_less_the_months_leaves_nothing_of_the_month_that_was_held_back():
    found = totals_to_tell([group(JANUARY, 6, 40), group(FEBRUARY, 1, 35)], [FEBRUARY, JANUARY])

    assert found.since_start.hours == {C: 40}
    assert dict(found.months) == {FEBRUARY: found.months[0][1], JANUARY: found.since_start}
    assert found.months[0][1].hours == {}


months = st.integers(0, 30).map(lambda back: month_before(MARCH, back))
every_group = st.lists(
    st.tuples(months, st.integers(1, 9), st.integers(0, 60)), unique_by=lambda one: one[0]
)


@given(every_group)
def test_whatever_is_taken_from_whatever_is_left_over_of_five_people_or_more(drawn):
    """Over time too: each month that a page is looked at, all figures of both pages are known."""
    groups = [group(*one) for one in drawn]
    steps = 2**40

    def figures(today):
        """Every figure of the page, as the set of groups that it adds up."""
        shown = months_back(month_before(today), date.min, 12)
        marks = [
            Group(month=one.month, type=one.type, people=one.people, minutes=300 * (steps + 2**at))
            for at, one in enumerate(groups)
            if one.month < today
        ]
        told = totals_to_tell(marks, shown)
        for hours in (told.since_start, *(month for _, month in told.months)):
            left = hours.hours.get(C, 0) // 5
            bits = left % steps
            yield frozenset(at for at in range(len(groups)) if bits >> at & 1)

    seen = {one for back in range(30) for one in figures(month_before(MARCH, back - 1))}
    for one, other in combinations(seen, 2):
        for left in (one - other, other - one):
            assert all(groups[at].people >= FEWEST_PEOPLE for at in left)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(75, 0), (149, 0), (150, 5), (300, 5), (449, 5), (450, 10), (6000, 100)]
)
def test_hours_are_told_in_steps_of_five(minutes, hours):
    assert rounded(minutes) == hours


def test_months_go_over_the_new_year_and_no_further_than_the_first():
    assert month_before(JANUARY) == date(2025, 12, 1)
    assert month_before(date(2025, 12, 31), -1) == JANUARY
    assert months_back(FEBRUARY, date(2025, 12, 24), 9) == (FEBRUARY, JANUARY, date(2025, 12, 1))
    assert months_back(FEBRUARY, date.min, 2) == (FEBRUARY, JANUARY)


def test_a_few_hours_are_said_without_a_number_and_months_without_enough_are_not_named():
    told = totals_to_tell([group(MARCH, 5, 2), group(MARCH, 9, 41, T)], [MARCH, FEBRUARY])
    text = str(totals_page(WORDS, told))

    assert "Coaching: a few hours" in text
    assert "Training: about 40 hours" in text
    assert "March 2026:" in text
    assert "February" not in text


def test_where_nothing_may_be_told_the_page_says_that_this_is_fine():
    text = str(totals_page(WORDS, totals_to_tell([group(MARCH, 4, 99)], [MARCH])))

    assert "Not enough to show, and that's fine." in text
    assert "March" not in text


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", Place()),
        ("a" * 32, Place("a" * 32)),
        (place(None, MARCH, 3), Place(None, MARCH, 3)),
        (place("a" * 32, MARCH), Place("a" * 32, MARCH, 1)),
        (f"{EVERYONE} 2026-99 1", Place()),
        (f"{EVERYONE} 2026-03 many", Place()),
    ],
)
def test_a_button_names_a_cohort_a_month_and_a_page_and_anything_else_begins_anew(value, read):
    assert read_place(value) == read


def test_a_full_page_of_long_lines_fits_into_slack():
    facts = SessionFacts(
        on_date=date(2026, 9, 30),
        type=SessionType.CHEMISTRY,
        minutes=705,
        preparation_minutes=705,
        travel_minutes=705,
        mode=Mode.IN_PERSON,
        client_code="ABC-9999",
    )
    one = Logged(person_id="a", account=Account("T1", "U1"), facts=facts)
    data = WorkMonth(
        cohort=None,
        month=MARCH,
        sums=Sums(outcomes={facts.outcome: 20}),
        logged=(one,) * 20,
        page=1,
        pages=2,
        earlier=JANUARY,
        later=None,
    )
    view = month_page(WORDS, data)

    assert len(view["blocks"]) <= kit.BLOCKS_IN_A_VIEW
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert max(map(len, texts)) <= 3000
