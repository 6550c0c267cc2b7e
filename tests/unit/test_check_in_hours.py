"""A channel hears nothing at night, and of results only on working days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.check_in_results import by_day, on_a_working_day
from bot.services.reach import Skip, Wait
from domain.deliveries import Delivery, Kind
from domain.ids import new_id

LONDON = "Europe/London"


def at(day, hour, minute=0):
    """A moment of December 2026, when the clocks of London are at UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def post(ends_at):
    return Delivery(
        id=new_id(),
        cause=new_id(),
        on_date=date(2026, 12, 3),
        recipient="C0SPRING000",
        kind=Kind.CHECK_IN_POST,
        not_before=at(3, 10),
        ends_at=ends_at,
    )


@pytest.mark.parametrize("now", [at(3, 10), at(3, 17, 59), at(5, 10)], ids=str)
def test_by_day_a_post_goes_on_whichever_day_a_co_lead_chose(now):
    assert by_day(LONDON, post(at(6, 0)), now=now) is None


@pytest.mark.parametrize(
    ("now", "until"), [(at(3, 18), at(4, 9)), (at(4, 3), at(4, 9)), (at(5, 2, 30), at(5, 9))]
)
def test_at_night_a_post_waits_for_the_morning(now, until):
    assert by_day(LONDON, post(at(6, 0)), now=now) == Wait(until)


def test_the_night_is_that_of_the_cohorts_own_zone():
    assert by_day("America/New_York", post(at(6, 0)), now=at(3, 10)) == Wait(at(3, 14))


def test_a_post_whose_check_in_closes_at_night_does_not_go_any_more():
    assert by_day(LONDON, post(at(4, 2)), now=at(3, 19)) == Skip("late")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(5, 10), at(7, 9)),
        (at(3, 22), at(4, 9)),
        # Christmas Day is a Friday; Boxing Day is a Saturday and is taken on the Monday after.
        (at(25, 10), at(29, 9)),
    ],
    ids=["a Saturday", "a night", "Christmas"],
)
def test_results_wait_for_the_hours_of_a_working_day(now, until):
    result = post(now + timedelta(days=6))
    assert on_a_working_day(LONDON, result, now=now) == Wait(until)
    assert on_a_working_day(LONDON, result, now=until) is None
