"""Agendas that add up, dates that suit most, and what the clock brings around a meeting."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.agendas import (
    Agenda,
    AgendaKind,
    PartKind,
    StepKind,
    begin,
    check_agenda,
    following,
    parts_of,
    paused,
    resumed,
    turn_steps,
)
from domain.meeting_dates import Answer, choices_in_order, coming
from domain.meeting_times import Moment, due, moments, next_moment, reminder_at, superseded
from domain.preferences import Remind
from domain.set_meetings import (
    Date,
    Meeting,
    MeetingState,
    Offered,
    check_dates,
    date_at,
)

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON = "Europe/London"
STARTS = datetime(2026, 3, 31, 13, 0, tzinfo=UTC)
THE_DAY = Date(date(2026, 3, 31), time(14), STARTS)
MEETING = Meeting(
    id="m",
    set_id="s",
    number=1,
    state=MeetingState.BOOKED,
    zone=LONDON,
    agenda=Agenda(),
    edition="e",
    created_at=NOW,
    told_at=NOW,
    stepped_at=NOW,
    date=THE_DAY,
)

AGENDAS = st.builds(
    lambda kind, minutes, turns: Agenda(kind=kind, minutes=minutes, turns=turns),
    st.sampled_from(AgendaKind),
    st.integers(60, 480),
    st.integers(1, 8),
)

# Agendas


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        (AgendaKind.NINETY_MINUTES, [8, 7, 5, 27, 6, 27, 6, 4]),
        (AgendaKind.TWO_HOURS, [10, 10, 5, 25, 25, 10, 25, 6, 4]),
        (AgendaKind.HALF_DAY, [15, 15, 10, 35, 35, 20, 35, 35, 10, 10]),
    ],
)
def test_the_three_agendas_are_the_programmes(kind: AgendaKind, minutes: list[int]) -> None:
    parts = parts_of(Agenda(kind=kind))
    assert [part.minutes for part in parts] == minutes
    assert sum(minutes) == Agenda(kind=kind).minutes


@given(AGENDAS)
@settings(max_examples=300)
def test_every_agenda_adds_up_and_its_turns_are_as_long_as_each_other(agenda: Agenda) -> None:
    assume(not check_agenda(agenda))
    parts = parts_of(agenda)
    assert sum(part.minutes for part in parts) == agenda.minutes
    assert [p.starts for p in parts] == [
        sum(q.minutes for q in parts[:n]) for n in range(len(parts))
    ]
    turns = [part for part in parts if part.kind is PartKind.TURN]
    assert [turn.turn for turn in turns] == list(range(1, agenda.turns + 1))
    assert len({turn.minutes for turn in turns}) == 1
    for turn in turns:
        assert sum(minutes for _, minutes in turn.steps) == turn.minutes
        assert all(minutes > 0 for _, minutes in turn.steps)
    assert sum(part.kind is PartKind.BREAK for part in parts) == 1
    assert parts[0].kind is PartKind.CHECK_IN
    assert parts[-1].kind is PartKind.CLOSE


def test_a_turn_of_27_minutes_goes_as_the_programme_says() -> None:
    assert [minutes for _, minutes in turn_steps(27)] == [3, 5, 13, 2, 2, 2]
    assert [step for step, _ in turn_steps(27)] == list(StepKind)


@given(AGENDAS)
def test_a_run_goes_through_every_part_and_ends(agenda: Agenda) -> None:
    assume(not check_agenda(agenda))
    run, seen, now = begin(agenda, NOW), [], NOW
    while run is not None:
        seen.append(run.part)
        now = run.ends_at
        run = following(agenda, run, now)
    assert seen == list(range(len(parts_of(agenda))))
    assert now - NOW == agenda.length


@given(st.integers(0, 600), st.integers(0, 6000))
def test_a_pause_takes_nothing_from_a_part(before: int, still: int) -> None:
    run = begin(Agenda(), NOW)
    at = NOW + timedelta(seconds=before)
    stopped = paused(run, at)
    assert paused(stopped, at + HOUR) == stopped
    on = resumed(stopped, at + timedelta(seconds=still))
    assert resumed(on, at + 9 * HOUR) == on
    left = max(timedelta(), run.ends_at - at)
    assert on.ends_at == at + timedelta(seconds=still) + left


# Dates


def test_a_time_that_the_clocks_jump_over_is_the_next_one_there_is() -> None:
    """At 1 in the night of 29 March 2026 British clocks go to 2."""
    found = date_at(date(2026, 3, 29), time(1, 30), LONDON)
    assert found.starts_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    found = date_at(date(2026, 10, 25), time(1, 30), LONDON)
    assert found.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_dates_are_put_in_order_and_a_date_named_twice_is_one() -> None:
    wanted = [(date(2026, 4, 2), time(10)), (date(2026, 4, 1), time(10))]
    found = check_dates([*wanted, wanted[0]], LONDON, now=NOW)
    assert [d.on.day for d in found] == [1, 2]


def offered(*days: int) -> list[Offered]:
    return [
        Offered(f"d{n}", Date(date(2026, 4, n), time(14), datetime(2026, 4, n, 13, tzinfo=UTC)))
        for n in days
    ]


def test_most_yes_then_fewest_left_out_again_then_the_earliest() -> None:
    members = ["a", "b", "c"]
    ticks = {"d1": {"a", "b"}, "d2": {"a", "c"}, "d3": {"a"}, "d4": {"b", "c"}}
    found = choices_in_order(offered(3, 4, 2, 1), ticks, members, {"c": 2, "a": 1})
    assert [c.offered.id for c in found] == ["d2", "d4", "d1", "d3"]
    assert [c.away_before for c in found] == [0, 1, 2, 2]
    assert [c.best for c in found] == [True, False, False, False]


@given(
    st.lists(st.integers(1, 28), min_size=2, max_size=8, unique=True),
    st.dictionaries(st.integers(1, 28), st.sets(st.sampled_from("abcdef")), max_size=28),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4)),
)
@settings(max_examples=200)
def test_no_date_is_better_than_the_first_and_every_tie_is_shown(days, ticked, away) -> None:
    members = list("abcde")
    ticks = {f"d{n}": people for n, people in ticked.items()}
    found = choices_in_order(offered(*days), ticks, members, away)
    worth = [
        (
            -len(ticks.get(c.offered.id, set()) & set(members)),
            sum(away.get(p, 0) for p in members if p not in ticks.get(c.offered.id, set())),
        )
        for c in found
    ]
    assert worth == sorted(worth)
    assert [c.best for c in found] == [w == worth[0] for w in worth]
    for one, other in pairwise(found):
        if (len(one.can), one.away_before) == (len(other.can), other.away_before):
            assert one.offered.date.starts_at < other.offered.date.starts_at


@pytest.mark.parametrize(
    ("answer", "ticked_this", "was_offered", "comes"),
    [
        (None, False, True, True),
        (Answer(ticked=True), True, True, True),
        (Answer(ticked=True), False, True, False),
        (Answer(ticked=True), False, False, True),
        (Answer(ticked=True, coming=True), False, True, True),
        (Answer(ticked=True, coming=False), True, True, False),
        (Answer(coming=False), False, False, False),
    ],
)
def test_who_is_expected(answer, ticked_this, was_offered, comes) -> None:
    found = coming(
        ["a"],
        {} if answer is None else {"a": answer},
        {"a"} if ticked_this else set(),
        was_offered=was_offered,
    )
    assert ("a" in found) == comes


# The clock


def test_the_clock_has_its_moments_in_order_by_the_wall_clock() -> None:
    """Clocks go forward on 29 March, between the week and the day before."""
    assert moments(MEETING) == [
        (datetime(2026, 3, 24, 14, 0, tzinfo=UTC), Moment.REMIND_WEEK),
        (datetime(2026, 3, 28, 14, 0, tzinfo=UTC), Moment.ACTIONS),
        (datetime(2026, 3, 30, 13, 0, tzinfo=UTC), Moment.REMIND_DAY),
        (STARTS - HOUR, Moment.REMIND_HOUR),
        (STARTS + 90 * MINUTE + 2 * HOUR, Moment.END),
    ]


@pytest.mark.parametrize("state", [s for s in MeetingState if s is not MeetingState.BOOKED])
def test_what_is_not_booked_has_no_moments(state: MeetingState) -> None:
    assert moments(replace(MEETING, state=state)) == []
    assert next_moment(replace(MEETING, state=state)) is None


@given(st.lists(st.integers(0, 45 * 24 * 60), min_size=1, max_size=12))
@settings(max_examples=200)
def test_whenever_the_clock_looks_each_moment_comes_once(looks: list[int]) -> None:
    meeting, seen = MEETING, []
    for minutes in [*sorted(looks), 60 * 24 * 60]:
        now = NOW + minutes * MINUTE
        expected = next_moment(meeting)
        found = due(meeting, now)
        assert bool(found) == (expected is not None and expected <= now)
        seen += found
        meeting = replace(meeting, stepped_at=now)
    assert seen == [moment for _, moment in moments(MEETING)]


@pytest.mark.parametrize(("part", "called"), [(0, True), (7, False)])
def test_a_part_of_less_than_five_minutes_is_not_called_at_two(part: int, called: bool) -> None:
    run = begin(MEETING.agenda, STARTS, part)
    running = replace(MEETING, run=run, stepped_at=STARTS)
    assert (Moment.TWO_MINUTES in due(running, run.ends_at - 2 * MINUTE)) == called
    assert due(running, run.ends_at)[-1] is Moment.TIME_UP
    still = replace(running, run=paused(run, STARTS + MINUTE))
    assert due(still, STARTS + HOUR) == []


@given(
    st.sets(st.sampled_from(Remind), min_size=1),
    st.integers(0, 9 * 24 * 60),
)
@settings(max_examples=300)
def test_of_the_reminders_that_stand_at_once_exactly_the_nearest_goes(wanted, before) -> None:
    now = STARTS - before * MINUTE
    stand = [r for r in wanted if reminder_at(r, THE_DAY, LONDON) <= now]
    go = [r for r in stand if not superseded(r, wanted, THE_DAY, LONDON, now=now)]
    assert len(go) <= 1
    soon = [r for r in wanted if now < reminder_at(r, THE_DAY, LONDON) <= now + 2 * HOUR]
    if stand and not soon:
        nearest = max(stand, key=lambda r: reminder_at(r, THE_DAY, LONDON))
        assert go == [nearest]
    if soon:
        assert go == []


def test_the_day_of_a_meeting_is_by_its_own_wall_clock() -> None:
    late = replace(
        MEETING,
        zone="America/New_York",
        date=date_at(date(2026, 3, 31), time(22), "America/New_York"),
    )
    assert late.on_its_day(datetime(2026, 4, 1, 3, 59, tzinfo=UTC))
    assert not late.on_its_day(datetime(2026, 4, 1, 4, 0, tzinfo=UTC))
    assert not replace(late, state=MeetingState.HELD).on_its_day(
        datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
    )
