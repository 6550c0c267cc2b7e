"""What a plan brings in the next eight weeks, against a plain reading of the calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cohorts import Cohort
from domain.phases import Phase, PhaseKind
from domain.preview import AHEAD, Member, Nothing, Plan, preview
from domain.prompts import cornerstone_of_week
from domain.schedules import Cadence, Rhythm, What
from domain.sessions import Cornerstone

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
WEDNESDAYS = Rhythm(weekday=2, at=time(9, 30))
MONDAYS = Rhythm(weekday=0, at=time(10))


def a_cohort(starts_on=date(2026, 1, 5), ends_on=None, channel="C1"):
    return Cohort(id="c", name="Spring", starts_on=starts_on, ends_on=ends_on, channel=channel)


def a_plan(*phases, questions=WEDNESDAYS, check_ins=None, **more):
    cohort = more.pop("cohort", a_cohort())
    return Plan(cohort=cohort, phases=phases, questions=questions, check_ins=check_ins, **more)


def a_phase(kind, starts_on, ends_on):
    return Phase(id=f"{kind}{starts_on}", kind=kind, starts_on=starts_on, ends_on=ends_on)


def of(lines, what):
    return [line for line in lines if line.what is what]


def test_eight_weeks_hold_eight_questions_each_of_the_cornerstone_in_turn():
    lines = preview(a_plan(), Member(), now=NOW)

    assert [line.on for line in lines] == [date(2026, 12, 2) + n * timedelta(7) for n in range(8)]
    assert [line.cornerstone for line in lines] == [cornerstone_of_week(line.on) for line in lines]
    assert {line.cornerstone for line in lines} == set(Cornerstone)
    assert {line.at.astimezone(LONDON).time() for line in lines} == {time(9, 30)}
    assert {line.nothing for line in lines} == {None}


def test_what_came_round_earlier_today_is_not_told_again():
    at_noon = Rhythm(weekday=0, at=time(11, 59))

    assert preview(a_plan(questions=at_noon), Member(), now=NOW)[0].on == date(2026, 12, 7)


def test_a_rest_an_end_and_the_time_between_blocks_leave_questions_and_check_ins_out():
    rest = a_phase(PhaseKind.REST, date(2026, 12, 14), date(2026, 12, 20))
    active = a_phase(PhaseKind.ACTIVE, date(2026, 12, 1), date(2027, 1, 10))
    cohort = a_cohort(ends_on=date(2027, 1, 15))

    lines = preview(a_plan(rest, active, check_ins=MONDAYS, cohort=cohort), Member(), now=NOW)

    resting = {line.on for line in of(lines, What.PROMPT) if line.nothing is Nothing.REST}
    assert resting == {date(2026, 12, 16), date(2027, 1, 13)}
    quiet = {line.on for line in of(lines, What.CHECK_IN) if line.nothing is Nothing.REST}
    assert quiet == {date(2026, 12, 14), date(2027, 1, 11), date(2027, 1, 18)}


def test_questions_go_on_before_a_cohort_begins_and_check_ins_do_not():
    cohort = a_cohort(starts_on=date(2027, 1, 1))

    lines = preview(a_plan(check_ins=MONDAYS, cohort=cohort), Member(), now=NOW)

    assert of(lines, What.PROMPT)[0].nothing is None
    assert of(lines, What.CHECK_IN)[0].nothing is Nothing.REST
    assert of(lines, What.CHECK_IN)[-1].nothing is None


def test_days_off_and_bank_holidays_have_no_question():
    fridays = Rhythm(weekday=4, at=time(9, 30))
    saturdays = Rhythm(weekday=5, at=time(9, 30))
    member = Member(holidays=CHRISTMAS)

    friday = preview(a_plan(questions=fridays), member, now=NOW)
    saturday = preview(a_plan(questions=saturdays), member, now=NOW)

    assert [line.on for line in friday if line.nothing is Nothing.BANK_HOLIDAY] == [
        date(2026, 12, 25),
        date(2027, 1, 1),
    ]
    assert {line.nothing for line in saturday} == {Nothing.DAY_OFF}


def test_an_early_question_waits_for_the_morning_and_a_late_one_does_not_come():
    early, late = Rhythm(at=time(6)), Rhythm(at=time(20))

    mornings = preview(a_plan(questions=early), Member(), now=NOW)
    evenings = preview(a_plan(questions=late), Member(), now=NOW)

    assert {line.at.astimezone(LONDON).time() for line in mornings} == {time(9)}
    assert {line.nothing for line in evenings} == {Nothing.QUIET_HOURS}


def test_without_a_channel_a_check_in_of_a_day_off_comes_on_the_next_day_that_is_not():
    saturdays = Rhythm(weekday=5, at=time(10))

    direct = preview(a_plan(check_ins=saturdays, cohort=a_cohort(channel=None)), Member(), now=NOW)
    posted = preview(a_plan(check_ins=saturdays), Member(), now=NOW)

    first = of(direct, What.CHECK_IN)[0]
    assert (first.on, first.at) == (date(2026, 12, 5), datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert of(posted, What.CHECK_IN)[0].at == datetime(2026, 12, 5, 10, tzinfo=UTC)


def test_a_pause_leaves_every_date_and_says_why():
    lines = preview(a_plan(check_ins=MONDAYS, paused=True), Member(), now=NOW)

    assert len(lines) == 15
    assert {line.nothing for line in lines} == {Nothing.PAUSED}


rhythms = st.builds(
    Rhythm,
    cadence=st.sampled_from(Cadence),
    weekday=st.integers(0, 6),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    anchor=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
days = st.dates(date(2026, 11, 1), date(2027, 4, 30))
phases = st.lists(
    st.builds(
        lambda kind, first, length: a_phase(kind, first, first + timedelta(days=length)),
        st.sampled_from(PhaseKind),
        days,
        st.integers(0, 40),
    ),
    max_size=5,
)


def named(rhythm, zone, now):
    """Every date that a rhythm names within eight weeks, whose time is still to come."""
    today = now.astimezone(ZoneInfo(zone)).date()
    coming = (today + timedelta(days=n) for n in range(AHEAD.days))
    return [
        day
        for day in coming
        if rhythm.names(day)
        and datetime.combine(day, rhythm.at, ZoneInfo(zone)).astimezone(UTC) > now
    ]


@settings(max_examples=300, deadline=None)
@given(
    questions=rhythms,
    check_ins=st.none() | rhythms,
    found=phases,
    channel=st.none() | st.just("C1"),
    later=st.integers(-120 * 24 * 60, 150 * 24 * 60),
)
def test_each_named_date_is_told_once_and_nothing_comes_at_a_quiet_time(
    questions, check_ins, found, channel, later
):
    now = NOW + timedelta(minutes=later)
    cohort = a_cohort(ends_on=date(2027, 6, 30), channel=channel)
    plan = a_plan(*found, questions=questions, check_ins=check_ins, cohort=cohort)
    member = Member(holidays=CHRISTMAS)

    lines = preview(plan, member, now=now)

    assert [line.on for line in of(lines, What.PROMPT)] == named(questions, member.zone, now)
    asked = named(check_ins, plan.check_ins_zone, now) if check_ins else []
    assert sorted(line.on for line in of(lines, What.CHECK_IN)) == asked
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    for line in lines:
        if line.nothing is None and (line.what is What.PROMPT or channel is None):
            local = line.at.astimezone(LONDON)
            assert time(9) <= local.time() < time(18)
            assert local.weekday() < 5
            assert local.date() not in CHRISTMAS
        if line.nothing is None and line.what is What.PROMPT:
            assert line.at.astimezone(LONDON).date() == line.on
        rests = any(p.kind is PhaseKind.REST and p.covers(line.on) for p in found)
        assert not (rests and line.nothing is None)
