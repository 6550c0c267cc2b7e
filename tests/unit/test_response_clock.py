"""When somebody answers: examples by hand, and what holds at any moment of two years."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bank_holidays import bank_holidays
from domain.people import Nation
from domain.refusals import NotValid
from domain.response_clock import Promises, ResponseClock, Tally, check_promises
from domain.supervision import Level, Request

LONDON = ZoneInfo("Europe/London")
MICRO, MINUTE, DAY = timedelta(microseconds=1), timedelta(minutes=1), timedelta(days=1)
HOLIDAYS = frozenset(
    day for year in (2025, 2026, 2027) for day in bank_holidays(Nation.ENGLAND, year)
)
LEVELS = list(Level)


def clock_of(promises: Promises) -> ResponseClock:
    return ResponseClock(promises, promises.hours(HOLIDAYS))


USUAL = clock_of(Promises())
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(), 730 * DAY).map(lambda since: FIRST + since)
levels = st.sampled_from(LEVELS)


@st.composite
def clocks(draw: st.DrawFn) -> ResponseClock:
    """Any promises that a co-lead may save."""
    start = draw(st.integers(0, 22 * 60))
    end = draw(st.integers(start + 30, 24 * 60 - 1))
    soon = draw(st.integers(1, 4))
    promises = Promises(
        start=time(*divmod(start, 60)),
        end=time(*divmod(end, 60)),
        days=draw(st.frozensets(st.integers(0, 6), min_size=1)),
        soon_days=soon,
        routine_days=draw(st.integers(soon, 8)),
        today_hours=draw(st.integers(1, 8)),
        morning=time(*divmod(draw(st.integers(start + 1, end)), 60)),
    )
    check_promises(promises)
    return clock_of(promises)


def london(*when: int) -> datetime:
    return datetime(*when, tzinfo=LONDON)


def a_request(clock: ResponseClock, level: Level, at: datetime) -> Request:
    return Request(
        id="r",
        person_id="p",
        level=level,
        sent_at=at,
        waits_since=at,
        reply_by=clock.reply_by(level, at),
    )


TUESDAY, FRIDAY = london(2026, 3, 3, 10, 4), london(2026, 5, 1, 18, 40)


@pytest.mark.parametrize(
    ("level", "sent", "by"),
    [
        pytest.param(Level.ROUTINE, TUESDAY, london(2026, 3, 6, 10, 4), id="routine"),
        pytest.param(Level.SOON, TUESDAY, london(2026, 3, 4, 10, 4), id="soon"),
        pytest.param(Level.TODAY, TUESDAY, london(2026, 3, 3, 12, 4), id="today"),
        pytest.param(Level.TODAY, FRIDAY, london(2026, 5, 5, 10), id="before the bank holiday"),
        pytest.param(Level.SOON, FRIDAY, london(2026, 5, 5, 17), id="soon, before the same"),
        pytest.param(Level.ROUTINE, FRIDAY, london(2026, 5, 7, 17), id="routine, before the same"),
        pytest.param(
            Level.TODAY, london(2026, 3, 3, 15), london(2026, 3, 3, 17), id="two hours are left"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 3, 15, 1), london(2026, 3, 4, 9, 1), id="not two hours"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 3, 16, 30), london(2026, 3, 4, 10), id="the morning first"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 3, 8, 59), london(2026, 3, 3, 10), id="before they begin"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 3, 17), london(2026, 3, 4, 10), id="when they end"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 7, 3), london(2026, 3, 9, 10), id="on a Saturday"
        ),
        pytest.param(
            Level.TODAY, london(2026, 3, 27, 18), london(2026, 3, 30, 10), id="the clocks change"
        ),
        pytest.param(
            Level.ROUTINE, london(2026, 10, 23, 11), london(2026, 10, 28, 11), id="they go back"
        ),
        pytest.param(
            Level.SOON, london(2026, 12, 24, 12), london(2026, 12, 29, 12), id="over Christmas"
        ),
        pytest.param(
            Level.ROUTINE, TUESDAY + timedelta(seconds=59), london(2026, 3, 6, 10, 4), id="seconds"
        ),
    ],
)
def test_by_when_somebody_answers(level, sent, by):
    assert USUAL.reply_by(level, sent) == by


@pytest.mark.parametrize(
    ("level", "sent", "reminders"),
    [
        (Level.ROUTINE, TUESDAY, [london(2026, 3, 5, 10, 4)]),
        (Level.SOON, TUESDAY, [london(2026, 3, 3, 14, 4)]),
        (Level.TODAY, TUESDAY, [london(2026, 3, 3, 10, 34), london(2026, 3, 3, 11, 4)]),
        (Level.TODAY, FRIDAY, [london(2026, 5, 5, 9, 30)]),
        (Level.ROUTINE, FRIDAY, [london(2026, 5, 6, 17)]),
    ],
)
def test_when_they_are_reminded(level, sent, reminders):
    assert USUAL.reminders(a_request(USUAL, level, sent)) == reminders


def test_one_that_waits_is_looked_at_from_reminder_to_promise_to_each_morning():
    request, seen = a_request(USUAL, Level.TODAY, TUESDAY), [TUESDAY]
    for _ in range(7):
        seen.append(USUAL.looks_at(request, seen[-1]))

    assert seen[1:] == [
        london(2026, 3, 3, 10, 34),
        london(2026, 3, 3, 11, 4),
        london(2026, 3, 3, 12, 4),
        *(london(2026, 3, day, 10) for day in (4, 5, 6, 9)),
    ]


@given(clocks(), levels, moments)
@settings(max_examples=300)
def test_a_promise_comes_after_the_sending_in_working_time(clock, level, sent):
    by = clock.reply_by(level, sent)

    assert by > sent
    assert clock.hours.open(by - MICRO)


@given(levels, moments, st.timedeltas(timedelta(), 5 * DAY))
@settings(max_examples=300)
def test_who_sends_later_is_not_promised_earlier(level, sent, later):
    assert USUAL.reply_by(level, sent) <= USUAL.reply_by(level, sent + later)


@given(clocks(), moments)
def test_what_is_more_urgent_is_promised_no_later(clock, sent):
    routine, soon = (clock.reply_by(level, sent) for level in (Level.ROUTINE, Level.SOON))

    assert soon <= routine


@given(clocks(), levels, moments)
@settings(max_examples=300)
def test_reminders_come_in_working_time_before_the_promise(clock, level, sent):
    request = a_request(clock, level, sent)
    found = clock.reminders(request)

    assert found == sorted(found)
    for at in found:
        # To the minute: what was sent at 10:04:30 counts as of 10:04.
        assert sent - MINUTE < at < request.reply_by
        assert clock.hours.open(at - MICRO)
    assert found or level is Level.TODAY


@given(clocks(), levels, moments, st.timedeltas(timedelta(), 60 * DAY))
@settings(max_examples=300)
def test_the_next_look_is_ahead_and_not_far(clock, level, sent, later):
    request = a_request(clock, level, sent)
    after = sent + later
    at = clock.looks_at(request, after)

    assert at > after
    # Where the clocks jump over the hours' begin, the morning may be the begin itself.
    assert clock.hours.open(at - MICRO) or clock.hours.open(at)
    assert at <= max(request.reply_by, clock.next_morning(after))
    day = clock.hours.next_day(after.astimezone(LONDON).date())
    assert clock.next_morning(after) <= clock.hours.at(day, clock.promises.morning)


@given(clocks(), levels, moments)
def test_no_reminder_and_no_promise_is_looked_past(clock, level, sent):
    request, at = a_request(clock, level, sent), sent - MINUTE
    seen = set()
    while at < request.reply_by:
        at = clock.looks_at(request, at)
        seen.add(at)

    assert seen == {*clock.reminders(request), request.reply_by}


@given(moments)
def test_today_is_answered_in_two_working_hours_or_on_the_next_working_morning(sent):
    by = USUAL.reply_by(Level.TODAY, sent)
    local, answered = (at.astimezone(LONDON) for at in (sent, by))

    if USUAL.hours.open(sent) and local.hour < 15:
        assert timedelta(hours=2) - MINUTE < by - sent <= timedelta(hours=2)
    elif (local.hour, local.minute) != (15, 0) or not USUAL.hours.open(sent):
        assert time(9) < answered.time() <= time(10)
        assert answered.time() == time(10) or USUAL.hours.open(sent)
        between = [sent.date() + n * DAY for n in range(1, (answered.date() - local.date()).days)]
        assert not any(USUAL.hours.works_on(day) for day in between if day < answered.date())


def test_the_morning_after_a_date_is_the_next_working_one():
    assert USUAL.morning_after(date(2026, 3, 3)) == london(2026, 3, 4, 10)
    assert USUAL.morning_after(date(2026, 5, 1)) == london(2026, 5, 5, 10)


# What co-leads may promise


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"soon_days": 0}, "soon_days"),
        ({"soon_days": 21, "routine_days": 21}, "soon_days"),
        ({"soon_days": 3, "routine_days": 2}, "routine_days"),
        ({"routine_days": 21}, "routine_days"),
        ({"today_hours": 0}, "today_hours"),
        ({"today_hours": 9}, "today_hours"),
        ({"morning": time(9)}, "morning"),
        ({"morning": time(17, 1)}, "morning"),
        ({"practice_hours": 0}, "practice_hours"),
        ({"practice_hours": 101}, "practice_hours"),
        ({"contact_days": 6}, "contact_days"),
        ({"contact_days": 367}, "contact_days"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(wanted, problem):
    with pytest.raises(NotValid) as no:
        check_promises(replace(Promises(), **wanted))
    assert no.value.problems[problem] == f"promise_{problem}"


def test_hours_and_days_that_are_none_are_refused_with_the_rest():
    with pytest.raises(NotValid) as no:
        check_promises(replace(Promises(), end=time(9), days=frozenset(), today_hours=0))
    assert no.value.problems == {
        "end": "hours_end_first",
        "days": "no_working_days",
        "morning": "promise_morning",
        "today_hours": "promise_today_hours",
    }


def test_the_usual_promises_are_fine():
    check_promises(Promises())
    check_promises(Promises(morning=time(17), soon_days=20, routine_days=20, today_hours=8))


# The tally


@pytest.mark.parametrize(
    ("minutes", "since", "today", "due"),
    [
        pytest.param(599, date(2026, 3, 1), date(2026, 3, 31), False, id="neither"),
        pytest.param(600, date(2026, 3, 1), date(2026, 3, 2), True, id="ten hours"),
        pytest.param(0, date(2026, 3, 1), date(2026, 4, 1), True, id="a month"),
        pytest.param(0, None, date(2026, 4, 1), False, id="nothing yet"),
    ],
)
def test_supervision_is_due_by_practice_or_by_time(minutes, since, today, due):
    tally = Tally(practice_minutes=minutes, since=since, supervised=True, promises=Promises())

    assert tally.due(today) is due
    assert tally.minutes_left == 600 - minutes
