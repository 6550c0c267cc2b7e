"""A cohort has a name and dates that make sense."""

from datetime import date

import pytest

from domain.cohorts import NAME_LENGTH, check_cohort
from domain.refusals import NotValid

FIRST = date(2026, 3, 3)
LAST = date(2026, 9, 30)


def problems_of(name, starts_on=FIRST, ends_on=LAST):
    with pytest.raises(NotValid) as refusal:
        check_cohort(name, starts_on, ends_on)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        pytest.param("Spring 2026", "Spring 2026", id="as it is"),
        pytest.param("  Spring \n 2026 ", "Spring 2026", id="spaces and lines"),
        pytest.param("x" * NAME_LENGTH, "x" * NAME_LENGTH, id="just short enough"),
        pytest.param("<!channel>", "<!channel>", id="kept as typed, shown as plain text"),
    ],
)
def test_a_name_is_kept_without_spaces_around_it(typed, name):
    assert check_cohort(typed, FIRST, LAST) == name


@pytest.mark.parametrize("name", ["", "   ", "\n\t"])
def test_a_cohort_needs_a_name(name):
    assert problems_of(name) == {"name": "cohort_name_empty"}


def test_a_name_has_at_most_60_characters():
    assert problems_of("x" * (NAME_LENGTH + 1)) == {"name": "cohort_name_long"}


def test_the_last_day_is_not_before_the_first():
    assert problems_of("Spring", LAST, FIRST) == {"ends_on": "cohort_ends_before"}


@pytest.mark.parametrize("ends_on", [None, FIRST])
def test_a_cohort_may_last_a_day_or_have_no_last_day_yet(ends_on):
    assert check_cohort("Spring", FIRST, ends_on) == "Spring"


def test_every_field_gets_its_own_reason():
    assert problems_of(" ", LAST, FIRST) == {
        "name": "cohort_name_empty",
        "ends_on": "cohort_ends_before",
    }
