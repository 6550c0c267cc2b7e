"""A day that is foretold is looked up only where it may be a bank holiday."""

from datetime import date, timedelta

import pytest

from bot.bank_holidays import bank_holidays, may_be_one
from domain.people import Nation

# Proclaimed for a day on which none falls by itself: the Platinum Jubilee moved one to a Thursday.
PROCLAIMED = {date(2022, 6, 2)}


@pytest.mark.parametrize("nation", Nation)
def test_every_bank_holiday_is_a_day_that_may_be_one(nation):
    found = set().union(*(bank_holidays(nation, year) for year in range(2021, 2041)))

    assert len(found) > 150
    assert {day for day in found if not may_be_one(nation, day)} <= PROCLAIMED


@pytest.mark.parametrize("nation", Nation)
def test_most_days_in_the_middle_of_a_week_are_none(nation):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    middle = [day for day in days if day.weekday() in (1, 2, 3)]

    assert sum(may_be_one(nation, day) for day in middle) < len(middle) / 10
