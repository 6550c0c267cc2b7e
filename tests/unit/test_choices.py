"""How someone chose to be treated: what may be chosen, and that it is kept as it was."""

import json
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.choices import pack, unpack
from domain.preferences import (
    LONGEST_PAUSE,
    Choices,
    Place,
    Remind,
    Times,
    check_pause,
    check_quiet,
    check_rhythm,
)
from domain.refusals import NotValid
from domain.schedules import Cadence, Quiet, Rhythm

TODAY = date(2026, 3, 3)
minutes = st.times().map(lambda t: t.replace(second=0, microsecond=0))
quiets = st.builds(
    Quiet,
    start=minutes,
    end=minutes,
    days_off=st.frozensets(st.integers(0, 6)),
    bank_holidays=st.booleans(),
)
choices = st.builds(
    Choices,
    prompts=st.none()
    | st.builds(
        Rhythm,
        cadence=st.sampled_from(Cadence),
        weekday=st.integers(0, 6),
        at=minutes,
        anchor=st.dates(),
    ),
    paused_until=st.none() | st.dates(),
    quiet=quiets,
    check_ins=st.sampled_from(Place),
    reminders=st.frozensets(st.sampled_from(Remind)),
    times=st.sampled_from(Times),
)


@given(choices)
def test_choices_come_back_from_json_as_they_were(chosen):
    assert unpack(json.loads(json.dumps(pack(chosen)))) == chosen


@pytest.mark.parametrize("kept", [{}, {"nation": "wales", "works": []}])
def test_whoever_chose_nothing_has_the_usual_choices(kept):
    usual = unpack(kept)

    assert usual == Choices()
    assert usual.prompts is None
    assert usual.quiet == Quiet(start=time(18), end=time(9), days_off=frozenset({5, 6}))


def test_other_preferences_beside_them_are_no_choices():
    kept = pack(Choices(paused_until=TODAY)) | {"works": ["phone"], "shared": True}
    assert unpack(kept) == Choices(paused_until=TODAY)


@pytest.mark.parametrize(
    ("until", "paused"),
    [
        pytest.param(None, False, id="no pause"),
        pytest.param(TODAY - timedelta(days=1), False, id="a pause that is over"),
        pytest.param(TODAY, False, id="the first day after it"),
        pytest.param(TODAY + timedelta(days=1), True, id="its last day"),
    ],
)
def test_a_pause_ends_on_its_day(until, paused):
    assert Choices(paused_until=until).paused(TODAY) is paused


def problems_of(check, *args):
    with pytest.raises(NotValid) as refusal:
        check(*args)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("rhythm", "problems"),
    [
        pytest.param(Rhythm(at=time(8, 59)), {"at": "hour_is_quiet"}, id="in quiet hours"),
        pytest.param(Rhythm(weekday=6), {"weekday": "day_is_off"}, id="on a day off"),
        pytest.param(
            Rhythm(weekday=5, at=time(20)),
            {"at": "hour_is_quiet", "weekday": "day_is_off"},
            id="both at once",
        ),
    ],
)
def test_what_could_never_come_is_refused(rhythm, problems):
    assert problems_of(check_rhythm, rhythm, Quiet()) == problems


@pytest.mark.parametrize(
    ("rhythm", "quiet"),
    [
        pytest.param(Rhythm(), Quiet(), id="the usual"),
        pytest.param(Rhythm(at=time(9)), Quiet(), id="as the quiet hours end"),
        pytest.param(Rhythm(cadence=Cadence.OFF, weekday=6, at=time(23)), Quiet(), id="off"),
        pytest.param(Rhythm(at=time(23)), Quiet(start=time(9), end=time(9)), id="no quiet hours"),
    ],
)
def test_what_may_come_is_allowed(rhythm, quiet):
    check_rhythm(rhythm, quiet)


@pytest.mark.parametrize("days", [-1, 0, LONGEST_PAUSE.days + 1])
def test_a_pause_that_is_over_or_of_more_than_a_year_is_refused(days):
    problems = problems_of(check_pause, TODAY + timedelta(days=days), TODAY)
    assert problems == {"paused_until": "pause_wrong"}


def test_a_pause_may_be_a_day_or_a_year_or_none():
    for until in (None, TODAY + timedelta(days=1), TODAY + LONGEST_PAUSE):
        check_pause(until, TODAY)


@given(quiets)
def test_one_day_of_the_week_stays_open(quiet):
    if len(quiet.days_off) == 7:
        assert problems_of(check_quiet, quiet) == {"days_off": "all_days_off"}
    else:
        check_quiet(quiet)
