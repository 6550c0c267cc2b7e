"""Quiet hours, days off and bank holidays, against a minute-by-minute look at the wall clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_holidays import bank_holidays
from domain.people import Nation
from domain.schedules import GO, Quiet, Verdict, end_of_day, may_go, next_allowed

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LONDON = "Europe/London"
WEEKS = [
    pytest.param(zone, datetime.fromisoformat(start).replace(tzinfo=UTC), id=f"{zone} {start}")
    for zone, start in [
        (LONDON, "2026-02-12"),
        (LONDON, "2026-03-27"),
        (LONDON, "2026-10-23"),
        (LONDON, "2027-03-26"),
        (LONDON, "2027-10-29"),
        ("America/New_York", "2026-10-30"),
        ("America/Havana", "2026-10-30"),
        ("America/Nuuk", "2026-03-27"),
        ("America/Asuncion", "2024-03-22"),
        ("America/St_Johns", "2011-11-04"),
        ("Africa/Cairo", "2026-10-28"),
        ("Africa/Casablanca", "2026-02-13"),
        ("Asia/Gaza", "2026-03-27"),
        ("Asia/Kathmandu", "2026-03-27"),
        ("Australia/Lord_Howe", "2026-04-03"),
        ("Australia/Lord_Howe", "2026-10-02"),
        ("Pacific/Chatham", "2026-04-03"),
    ]
]
SETTINGS = [
    Quiet(),
    Quiet(start=time(12), end=time(13, 30), days_off=frozenset({2})),
    Quiet(start=time(23), end=time(1, 30), days_off=frozenset()),
    Quiet(start=time(0), end=time(2, 15), days_off=frozenset({6})),
    Quiet(start=time(1, 31), end=time(1, 30), days_off=frozenset()),
    Quiet(start=time(0), end=time(0), days_off=frozenset({5})),
    Quiet(start=time(23, 59), end=time(0), days_off=frozenset({0, 1, 2})),
    Quiet(start=time(22), end=time(23, 45), days_off=frozenset({4})),
]
quiets = st.builds(
    Quiet,
    start=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    end=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    days_off=st.frozensets(st.integers(0, 6), max_size=6),
    bank_holidays=st.booleans(),
)
zones = st.sampled_from([LONDON, "America/New_York", "Asia/Gaza", "Australia/Lord_Howe"])
moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def is_quiet(quiet, local, holidays=()):
    """What a person would say who looks at the wall."""
    if local.weekday() in quiet.days_off:
        return True
    if quiet.bank_holidays and local.date() in holidays:
        return True
    minute, start, end = (t.hour * 60 + t.minute for t in (local, quiet.start, quiet.end))
    if start == end:
        return False
    return (minute - start) % (24 * 60) < (end - start) % (24 * 60)


@lru_cache
def shown(zone, start, days):
    here = ZoneInfo(zone)
    return [(start + n * MINUTE).astimezone(here) for n in range(days * 24 * 60)]


@pytest.mark.parametrize(("zone", "start"), WEEKS)
def test_the_next_moment_is_the_first_that_is_not_quiet(zone, start):
    local = shown(zone, start, 12)
    for quiet in SETTINGS:
        free = [not is_quiet(quiet, one) for one in local]
        first_free, at = {}, None
        for n in reversed(range(len(local))):
            at = n if free[n] else at
            first_free[n] = at
        for n in range(0, 5 * 24 * 60, 17):
            for seconds in (0, 29.5):
                now = start + n * MINUTE + timedelta(seconds=seconds)
                expected = now if free[n] else start + first_free[n] * MINUTE
                assert next_allowed(quiet, zone, (), now=now) == expected, (quiet, now)


@settings(deadline=None)
@given(quiet=quiets, zone=zones, now=moments)
def test_it_is_never_before_now_and_never_quiet(quiet, zone, now):
    holidays = bank_holidays(Nation.ENGLAND, now.year)
    found = next_allowed(quiet, zone, holidays, now=now)

    if found is not None:
        assert found >= now
        assert not is_quiet(quiet, found.astimezone(ZoneInfo(zone)), holidays)
        if found > now:
            assert is_quiet(quiet, now.astimezone(ZoneInfo(zone)), holidays)
            assert is_quiet(quiet, (found - MINUTE).astimezone(ZoneInfo(zone)), holidays)


@settings(deadline=None)
@given(quiet=quiets, zone=zones, now=moments, left=st.integers(-600, 3 * 24 * 60))
def test_nothing_goes_while_it_is_quiet_or_once_it_is_over(quiet, zone, now, left):
    ends_at = now + left * MINUTE
    holidays = bank_holidays(Nation.SCOTLAND, now.year)
    verdict = may_go(quiet, zone, holidays, now=now, ends_at=ends_at)

    local = now.astimezone(ZoneInfo(zone))
    assert verdict.now == (now < ends_at and not is_quiet(quiet, local, holidays))
    if verdict.until is not None:
        assert now < verdict.until < ends_at
        assert may_go(quiet, zone, holidays, now=verdict.until, ends_at=ends_at) == GO
    if now >= ends_at:
        assert verdict == Verdict(reason="late")


def test_the_day_that_apia_left_out_is_not_waited_for():
    quiet = Quiet(days_off=frozenset({4}))
    evening = datetime(2011, 12, 29, 19, 0, tzinfo=ZoneInfo("Pacific/Apia"))

    found = next_allowed(quiet, "Pacific/Apia", (), now=evening.astimezone(UTC))
    assert found == datetime(2011, 12, 31, 9, 0, tzinfo=ZoneInfo("Pacific/Apia"))


def test_a_week_of_days_off_never_ends():
    quiet = Quiet(days_off=frozenset(range(7)))
    now = datetime(2026, 3, 3, 14, tzinfo=UTC)

    assert next_allowed(quiet, LONDON, (), now=now) is None
    verdict = may_go(quiet, LONDON, (), now=now, ends_at=now + 9 * DAY)
    assert verdict == Verdict(reason="own_choice")


def test_one_minute_a_day_is_found_also_where_the_clocks_jump_over_it():
    quiet = Quiet(start=time(1, 31), end=time(1, 30), days_off=frozenset())
    saturday = datetime(2026, 3, 28, 2, 0, tzinfo=UTC)

    found = next_allowed(quiet, LONDON, (), now=saturday)
    assert found == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_quiet_that_has_begun_goes_on_where_the_clocks_go_back_to_before_it():
    quiet = Quiet(start=time(1, 30), end=time(5, 0))
    begun = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)

    found = next_allowed(replace(quiet, days_off=frozenset()), "America/New_York", (), now=begun)
    assert found == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("nation", "free"),
    [
        pytest.param(Nation.ENGLAND, "2026-11-30T09:30", id="a working day in England"),
        pytest.param(Nation.SCOTLAND, "2026-12-01T09:00", id="St Andrew's day in Scotland"),
    ],
)
def test_bank_holidays_are_those_of_where_somebody_lives(nation, free):
    now = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    holidays = bank_holidays(nation, 2026)

    found = next_allowed(Quiet(), LONDON, holidays, now=now)
    assert found == datetime.fromisoformat(free).replace(tzinfo=UTC)
    assert next_allowed(Quiet(bank_holidays=False), LONDON, holidays, now=now) == now


def test_christmas_and_the_weekend_are_waited_out_together():
    christmas_eve = datetime(2026, 12, 24, 18, 30, tzinfo=UTC)
    found = next_allowed(Quiet(), LONDON, bank_holidays(None, 2026), now=christmas_eve)

    assert found == datetime(2026, 12, 29, 9, 0, tzinfo=UTC)


def test_bank_holidays_of_the_new_year_are_known_before_it():
    new_years_eve = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)
    found = next_allowed(Quiet(), LONDON, bank_holidays(None, 2026), now=new_years_eve)

    assert found == datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_the_last_moment_of_a_day_is_too_late():
    end = datetime(2026, 3, 3, 14, tzinfo=UTC)
    assert may_go(Quiet(), LONDON, (), now=end - MINUTE, ends_at=end) == GO
    assert may_go(Quiet(), LONDON, (), now=end, ends_at=end).reason == "late"


@pytest.mark.parametrize("at", ["18:00", "18:01", "23:59", "00:00", "08:59"])
def test_usual_quiet_hours_are_from_six_to_nine(at):
    assert Quiet().hour(time.fromisoformat(at))


@pytest.mark.parametrize("at", ["09:00", "12:00", "17:59"])
def test_the_working_day_is_not_quiet(at):
    assert not Quiet().hour(time.fromisoformat(at))
    assert not Quiet().day(date(2026, 3, 3), ())


@pytest.mark.parametrize(
    ("due", "reason"),
    [(time(17, 30), "late"), (time(18, 30), "own_choice")],
    ids=["due before the evening", "due in the evening"],
)
def test_what_could_have_gone_earlier_that_day_is_late_in_the_evening(due, reason):
    day = date(2026, 3, 4)
    due_at = datetime.combine(day, due, UTC)
    now = datetime.combine(day, time(19), UTC)
    end = end_of_day(day, LONDON)
    found = may_go(Quiet(), LONDON, (), now=now, ends_at=end, due_at=due_at)
    assert found == Verdict(reason=reason)
