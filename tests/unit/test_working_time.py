"""Working time, over two years of clock changes and bank holidays, against counting minutes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_holidays import bank_holidays
from domain.people import Nation
from domain.refusals import NotValid
from domain.working_time import NoWorkingDay, WorkingHours, check_hours

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
HOLIDAYS = frozenset(
    day for year in (2025, 2026, 2027) for day in bank_holidays(Nation.ENGLAND, year)
)
USUAL = WorkingHours(holidays=HOLIDAYS)
ZONES = ["Europe/London", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
# Around the clock changes and the long weekends.
SPECIAL = [
    datetime(2026, 3, 28, 23, tzinfo=UTC),
    datetime(2026, 10, 24, 23, tzinfo=UTC),
    datetime(2027, 3, 27, 23, tzinfo=UTC),
    datetime(2027, 10, 30, 23, tzinfo=UTC),
    datetime(2026, 4, 2, 15, tzinfo=UTC),
    datetime(2026, 12, 24, 16, 59, tzinfo=UTC),
]
moments = st.timedeltas(timedelta(), 730 * DAY).map(lambda since: FIRST + since) | st.sampled_from(
    SPECIAL
)
amounts = st.integers(1, 20 * 24 * 60).map(lambda minutes: minutes * MINUTE)


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Hours of any length, also where the clocks change in the midst of them."""
    start = draw(st.integers(0, 23 * 60))
    end = draw(st.integers(start + 30, 24 * 60 - 1))
    return WorkingHours(
        start=time(*divmod(start, 60)),
        end=time(*divmod(end, 60)),
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        zone=draw(st.sampled_from(ZONES)),
        holidays=HOLIDAYS,
    )


def london(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)


def by_hand(working: WorkingHours, moment: datetime) -> bool:
    """Whether it is working time, read off the wall clock."""
    local = moment.astimezone(ZoneInfo(working.zone))
    day = local.weekday() in working.days and local.date() not in HOLIDAYS
    return day and working.start <= local.time().replace(fold=0) < working.end


@given(hours(), moments, amounts)
@settings(max_examples=300)
def test_what_has_gone_by_ends_in_working_time(working, start, amount):
    end = working.after(start, amount)

    assert end > start
    assert working.open(end - timedelta(microseconds=1))


@given(moments, amounts)
def test_it_is_read_off_the_wall_clock(start, amount):
    assert by_hand(USUAL, USUAL.after(start, amount) - timedelta(microseconds=1))


@given(moments)
def test_open_is_what_the_wall_clock_says(moment):
    assert USUAL.open(moment) is by_hand(USUAL, moment)


@given(hours(), moments, st.timedeltas(timedelta(), 9 * DAY), amounts)
def test_who_begins_later_does_not_end_earlier(working, start, later, amount):
    assert working.after(start, amount) <= working.after(start + later, amount)
    assert working.next_open(start) <= working.next_open(start + later)


@given(hours(), moments, amounts, amounts)
def test_two_waits_on_end_are_one(working, start, one, two):
    assert working.after(working.after(start, one), two) == working.after(start, one + two)


@given(hours(), moments, amounts)
@settings(max_examples=150)
def test_as_many_minutes_have_gone_by_as_were_asked(working, start, amount):
    """Counted one day after the other; nothing of the way the program counts is used."""
    end, gone = working.after(start, amount), timedelta()
    day = start.astimezone(ZoneInfo(working.zone)).date()
    while day <= end.astimezone(ZoneInfo(working.zone)).date():
        if working.works_on(day):
            first, last = working.at(day, working.start), working.at(day, working.end)
            gone += max(timedelta(), min(last, end) - max(first, start))
        day += DAY

    assert gone == amount


@given(hours(), moments)
def test_the_next_opening_is_the_first(working, moment):
    opens = working.next_open(moment)

    assert opens >= moment
    assert working.open(opens)
    step = (opens - moment) / 7
    assert not any(working.open(moment + n * step) for n in range(7) if opens > moment)


@pytest.mark.parametrize(
    ("start", "working", "end"),
    [
        pytest.param(
            london(2026, 3, 3, 10, 4), 24 * HOUR, london(2026, 3, 6, 10, 4), id="three days"
        ),
        pytest.param(
            london(2026, 3, 3, 16, 30), HOUR, london(2026, 3, 4, 9, 30), id="over the night"
        ),
        pytest.param(london(2026, 3, 3, 16), HOUR, london(2026, 3, 3, 17), id="to the last minute"),
        pytest.param(
            london(2026, 3, 27, 16), 2 * HOUR, london(2026, 3, 30, 10), id="over the clock change"
        ),
        pytest.param(
            london(2026, 10, 23, 16), 2 * HOUR, london(2026, 10, 26, 10), id="and back again"
        ),
        pytest.param(
            london(2026, 5, 1, 18, 40), HOUR, london(2026, 5, 5, 10), id="the bank holiday"
        ),
        pytest.param(london(2026, 4, 2, 16), 2 * HOUR, london(2026, 4, 7, 10), id="Easter"),
        pytest.param(
            london(2026, 12, 24, 16), 2 * HOUR, london(2026, 12, 29, 10), id="Boxing Day moved"
        ),
        pytest.param(london(2026, 3, 7, 12), HOUR, london(2026, 3, 9, 10), id="from a Saturday"),
    ],
)
def test_by_hand(start, working, end):
    assert USUAL.after(start, working) == end


def test_a_night_shift_over_the_clock_change_is_as_long_as_it_was():
    """In March two o'clock comes right after one: of one to four, two hours are there."""
    night = WorkingHours(start=time(1), end=time(4), days=frozenset(range(7)))

    assert night.after(london(2026, 3, 29, 0), 2 * HOUR) == london(2026, 3, 29, 4)
    assert night.after(london(2026, 3, 28, 0), 2 * HOUR) == london(2026, 3, 28, 3)
    assert night.after(london(2026, 10, 25, 0), 4 * HOUR) == london(2026, 10, 25, 4)


def test_where_every_day_is_a_holiday_it_is_said():
    never = frozenset(date(2026, 1, 1) + n * DAY for n in range(800))

    with pytest.raises(NoWorkingDay):
        WorkingHours(holidays=never).next_open(london(2026, 1, 2, 10))


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"start": time(9), "end": time(9)}, {"end": "hours_end_first"}),
        ({"start": time(17), "end": time(9)}, {"end": "hours_end_first"}),
        ({"days": frozenset()}, {"days": "no_working_days"}),
    ],
)
def test_hours_that_are_none_are_refused(given, problems):
    with pytest.raises(NotValid) as no:
        check_hours(WorkingHours(**given))
    assert no.value.problems == problems
    check_hours(WorkingHours())
