"""What comes round, in thirty zones over ten years, against a plain reading of the wall clock."""

import calendar
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.schedules import (
    MOST_BEHIND,
    Cadence,
    Occurrence,
    Rhythm,
    due,
    end_of_day,
    instant,
    next_occurrence,
    occurrences,
)

ZONES = [
    "Europe/London",
    "Europe/Dublin",
    "Europe/Paris",
    "Europe/Istanbul",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Asuncion",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Phoenix",
    "America/Nuuk",
    "America/Scoresbysund",
    "Atlantic/Azores",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Lagos",
    "Asia/Gaza",
    "Asia/Beirut",
    "Asia/Amman",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Apia",
]
FIRST, LAST = date(2020, 1, 1), date(2029, 12, 31)
MONDAY = date(2019, 12, 30)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
NIGHT = [time(*divmod(m, 60)) for m in (*range(4 * 60), *range(22 * 60, 24 * 60))]
REAL_CADENCES = [Cadence.WEEKLY, Cadence.FORTNIGHTLY, Cadence.MONTHLY]

rhythms = st.builds(
    Rhythm,
    cadence=st.sampled_from(REAL_CADENCES),
    weekday=st.integers(0, 6),
    at=st.one_of(
        st.sampled_from(NIGHT),
        st.integers(0, 1439).map(lambda minute: time(*divmod(minute, 60))),
    ),
    anchor=st.dates(FIRST, LAST),
)
zones = st.sampled_from(ZONES)
moments = st.datetimes(
    datetime.combine(FIRST, time()), datetime.combine(LAST, time()), timezones=st.just(UTC)
)


@lru_cache(400)
def wall_clock(zone, day):
    """Every minute that a clock on the wall shows from that midnight on, and when it first does."""
    here = ZoneInfo(zone)
    midnight = datetime.combine(day, time())
    first = {}
    now = midnight.replace(tzinfo=here).astimezone(UTC) - timedelta(hours=2)
    for _ in range(28 * 60):
        first.setdefault(now.astimezone(here).replace(tzinfo=None, fold=0), now)
        now += MINUTE
    return sorted(shown for shown in first if shown >= midnight), first


def expected(clock, day, at):
    """That time, or the next that the clock shows; None where it shows nothing of that date."""
    shown, first = clock
    if shown[0].date() != day:
        return None
    return first[shown[bisect_left(shown, datetime.combine(day, at))]]


@lru_cache
def clock_changes(zone, first=FIRST, last=LAST):
    """The dates on which the zone's clocks are put forward or back, or that it leaves out."""
    here = ZoneInfo(zone)
    found = set()
    noon = datetime.combine(first, time(12), UTC)
    while noon.date() <= last:
        before, after = (noon - DAY).astimezone(here), noon.astimezone(here)
        if before.utcoffset() != after.utcoffset():
            change = next(
                m
                for m in (noon - DAY + n * MINUTE for n in range(24 * 60))
                if (m + MINUTE).astimezone(here).utcoffset() != before.utcoffset()
            )
            day = change.astimezone(here).date()
            after_it = (change + MINUTE).astimezone(here).date()
            found |= {day + n * DAY for n in range((after_it - day).days + 1)} or {day, after_it}
        noon += DAY
    return sorted(found)


def named(rhythm, days):
    """The dates of a rhythm, from the calendar on the wall."""
    if rhythm.cadence is Cadence.MONTHLY:

        def first_of_its_kind(day):
            weeks = calendar.Calendar().monthdayscalendar(day.year, day.month)
            return next(week[rhythm.weekday] for week in weeks if week[rhythm.weekday])

        return [d for d in days if d.day == first_of_its_kind(d)]
    if rhythm.cadence is Cadence.FORTNIGHTLY:
        monday = rhythm.anchor - timedelta(days=rhythm.anchor.weekday())
        start = monday + timedelta(days=rhythm.weekday)
        return [d for d in days if (d - start).days % 14 == 0]
    return [d for d in days if d.weekday() == rhythm.weekday]


@lru_cache
def the_dates(cadence, weekday, anchor):
    return named(Rhythm(cadence=cadence, weekday=weekday, anchor=anchor), DAYS)


@pytest.mark.parametrize("zone", ZONES)
def test_each_date_comes_round_once_at_its_time_on_the_wall(zone):
    here, changes = ZoneInfo(zone), set(clock_changes(zone))
    clocks = {day: wall_clock(zone, day) for day in changes}
    number = ZONES.index(zone)
    for cadence in REAL_CADENCES:
        for weekday in range(7):
            at = NIGHT[(number * 7 + weekday) * 37 % len(NIGHT)]
            anchor = FIRST + (number + 5 * weekday) * DAY
            rhythm = Rhythm(cadence=cadence, weekday=weekday, at=at, anchor=anchor)
            found = list(
                takewhile(lambda o: o.on <= LAST, occurrences(rhythm, zone, after=FIRST - DAY))
            )

            weeks = (anchor - MONDAY).days // 7 % 2
            assert [o.on for o in found] == the_dates(cadence, weekday, MONDAY + weeks * 7 * DAY)
            assert all(a.at < b.at for a, b in pairwise(found))
            for one in found:
                if one.on in changes:
                    assert one.at == expected(clocks[one.on], one.on, at)
                else:
                    shown = one.at.astimezone(here).replace(tzinfo=None)
                    assert shown == datetime.combine(one.on, at)


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_of_the_nights_on_which_the_clocks_change(zone):
    for day in clock_changes(zone):
        clock = wall_clock(zone, day)
        for at in NIGHT:
            assert instant(day, at, zone) == expected(clock, day, at), (day, at)


@pytest.mark.parametrize(
    ("day", "utc_of_half_past_one"),
    [
        pytest.param(date(2026, 3, 29), "2026-03-29T01:00+00:00", id="jumped over, so two o'clock"),
        pytest.param(date(2026, 10, 25), "2026-10-25T00:30+00:00", id="twice, so the first"),
        pytest.param(date(2027, 3, 28), "2027-03-28T01:00+00:00", id="jumped over again"),
        pytest.param(date(2027, 10, 31), "2027-10-31T00:30+00:00", id="twice again"),
    ],
)
def test_london_by_the_minute(day, utc_of_half_past_one):
    clock = wall_clock("Europe/London", day)
    for minute in range(24 * 60):
        at = time(*divmod(minute, 60))
        assert instant(day, at, "Europe/London") == expected(clock, day, at)
    found = instant(day, time(1, 30), "Europe/London")
    assert found == datetime.fromisoformat(utc_of_half_past_one)


def test_lord_howe_jumps_half_an_hour():
    assert instant(date(2026, 10, 4), time(2, 10), "Australia/Lord_Howe") == instant(
        date(2026, 10, 4), time(2, 30), "Australia/Lord_Howe"
    )


def test_apia_never_had_the_30th_of_december_2011():
    fridays = Rhythm(weekday=4, at=time(9, 30))
    found = occurrences(fridays, "Pacific/Apia", after=date(2011, 12, 20))

    assert [next(found).on.isoformat() for _ in range(2)] == ["2011-12-23", "2012-01-06"]
    assert instant(date(2011, 12, 30), time(9, 30), "Pacific/Apia") is None
    assert end_of_day(date(2011, 12, 29), "Pacific/Apia") == instant(
        date(2011, 12, 31), time(), "Pacific/Apia"
    )
    for day in clock_changes("Pacific/Apia", date(2011, 12, 1), date(2012, 1, 31)):
        clock = wall_clock("Pacific/Apia", day)
        for at in NIGHT[::30]:
            assert instant(day, at, "Pacific/Apia") == expected(clock, day, at)


def test_a_date_whose_last_hour_is_jumped_over_still_comes_round_once():
    """In Nuuk the clocks go from eleven at night to midnight."""
    saturdays = Rhythm(weekday=5, at=time(23, 30))
    found = next_occurrence(saturdays, "America/Nuuk", now=datetime(2026, 3, 28, 12, 0, tzinfo=UTC))

    assert found == Occurrence(date(2026, 3, 28), datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert found.at == end_of_day(date(2026, 3, 28), "America/Nuuk")


@given(rhythm=rhythms, zone=zones, after=st.dates(FIRST, LAST))
def test_fortnights_are_fourteen_days_and_months_begin_anew(rhythm, zone, after):
    found = occurrences(rhythm, zone, after=after)
    days = [next(found).on for _ in range(6)]

    assert all(day.weekday() == rhythm.weekday for day in days)
    gaps = [(b - a).days for a, b in pairwise(days)]
    if rhythm.cadence is Cadence.MONTHLY:
        assert all(day.day <= 7 for day in days)
        months = [day.year * 12 + day.month for day in days]
        assert [b - a for a, b in pairwise(months)] == [1] * 5
    else:
        assert set(gaps) == {14 if rhythm.cadence is Cadence.FORTNIGHTLY else 7}


@given(rhythm=rhythms, zone=zones, now=moments, last=st.none() | st.dates(FIRST, LAST))
def test_what_is_next_is_the_first_that_is_still_to_come(rhythm, zone, now, last):
    found = next_occurrence(rhythm, zone, now=now, last_on=last)
    long_before = min(now.date(), last or now.date()) - 60 * DAY
    first = next(
        o
        for o in occurrences(rhythm, zone, after=long_before)
        if o.at > now and (last is None or o.on > last)
    )

    assert found == first


steps = st.lists(
    st.one_of(
        st.integers(-3 * 24 * 60, 3 * 24 * 60),
        st.integers(0, 40 * 24 * 60),
        st.sampled_from([-60, -30, -1, 0, 1, 30, 60]),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(rhythm=rhythms, zone=zones, start=moments, steps=steps)
def test_however_the_clock_walks_each_date_comes_round_once(rhythm, zone, start, steps):
    now = latest = start
    last_on = None
    coming = next_occurrence(rhythm, zone, now=now)
    first, came = coming, []
    for step in steps:
        now += step * MINUTE
        latest = max(latest, now)
        if coming.at <= now:
            found = due(rhythm, zone, first_on=coming.on, now=now)
            assert found[0] == coming
            came += found
            last_on = found[-1].on
            coming = next_occurrence(rhythm, zone, now=now, last_on=last_on)
        if step < 0:  # a refit after the clock went back
            again = next_occurrence(rhythm, zone, now=now, last_on=last_on)
            coming = again if last_on is not None else coming

    all_of_them = occurrences(rhythm, zone, after=first.on - DAY)
    assert came == list(takewhile(lambda o: o.at <= latest, all_of_them))


@given(rhythm=rhythms, zone=zones, start=moments, later=st.integers(0, 400 * 24 * 60))
def test_what_is_due_and_what_is_next_leave_no_gap(rhythm, zone, start, later):
    now = start + later * MINUTE
    first = next_occurrence(rhythm, zone, now=start)
    found = due(rhythm, zone, first_on=first.on, now=now)
    coming = next_occurrence(rhythm, zone, now=now, last_on=found[-1].on if found else None)

    in_order = occurrences(rhythm, zone, after=first.on - DAY)
    assert [*found, coming] == [next(in_order) for _ in range(len(found) + 1)]


def test_after_years_away_only_the_latest_are_written_down():
    now = datetime(2029, 3, 1, 12, 0, tzinfo=UTC)
    found = due(Rhythm(), "Europe/London", first_on=FIRST, now=now)

    assert len(found) == MOST_BEHIND
    assert found[-1].on == date(2029, 2, 28)
    assert all((b.on - a.on).days == 7 for a, b in pairwise(found))


def test_what_is_off_never_comes_round():
    off = Rhythm(cadence=Cadence.OFF)
    now = datetime(2026, 3, 3, tzinfo=UTC)

    assert next_occurrence(off, "Europe/London", now=now) is None
    assert due(off, "Europe/London", first_on=FIRST, now=now) == []
    assert off.next_day(FIRST) is None


def test_an_unknown_zone_counts_as_the_programmes_own():
    at = time(9, 30)
    assert instant(FIRST, at, "Mars/Olympus") == instant(FIRST, at, "Europe/London")


@given(zone=zones, day=st.dates(FIRST, LAST))
def test_a_date_ends_where_the_next_begins(zone, day):
    end = end_of_day(day, zone)
    here = ZoneInfo(zone)

    assert end.astimezone(here).date() > day
    assert (end - MINUTE).astimezone(here).date() <= day
