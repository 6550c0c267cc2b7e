"""The course of a request, who may know of it, and who is there, written out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import NotValid, Refused
from domain.sessions import Mode
from domain.supervision import (
    ENDED,
    HELD,
    Category,
    Level,
    Move,
    Nobody,
    Record,
    Request,
    Side,
    State,
    Wishes,
    can,
    chance_of,
    check_ask,
    check_booking,
    check_booking_day,
    check_record,
    may_take,
    moved,
    sees,
)
from domain.supervisors import Supervisor, TimeOff, check_most, check_time_off

NOW = datetime(2026, 3, 3, 10, 4, tzinfo=UTC)
TODAY = date(2026, 3, 3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# From the states, by the sides, to the state. Whatever is not here is refused.
MOVES = {
    Move.CLAIM: ("open", "supervisor", "claimed"),
    Move.HAND_BACK: ("claimed booked", "supervisor program", "open"),
    Move.HAND_OVER: ("claimed booked", "supervisor", "claimed"),
    Move.BOOK: ("claimed booked", "supervisor", "booked"),
    Move.MEET: ("claimed booked", "supervisor partner", "met"),
    Move.CLOSE: ("met", "supervisor partner program", "closed"),
    Move.WITHDRAW: ("open claimed booked", "partner program", "withdrawn"),
}
WHY_NOT = {
    "open": "request_waits",
    "claimed": "request_taken",
    "booked": "request_taken",
    "met": "request_met",
    "closed": "request_closed",
    "withdrawn": "request_withdrawn",
}


@pytest.mark.parametrize(
    ("state", "move", "side"), list(product(State, Move, Side)), ids=lambda word: word.value
)
def test_every_move_from_every_state_by_every_side(state, move, side):
    sources, sides, to = MOVES[move]
    legal = state.value in sources.split() and side.value in sides.split()

    assert can(state, move, side) is legal
    if legal:
        assert moved(state, move, side) == to
        return
    with pytest.raises(Refused) as no:
        moved(state, move, side)
    assert no.value.reason == WHY_NOT[state]


def test_nothing_leads_out_of_an_end():
    assert {State.CLOSED, State.WITHDRAWN} == ENDED
    assert {State.CLAIMED, State.BOOKED, State.MET} == HELD
    assert not any(can(*one) for one in product(ENDED, Move, Side))


# Who may know of it


def a_request(**more: object) -> Request:
    given = {
        "id": "r",
        "person_id": "ada",
        "level": Level.ROUTINE,
        "sent_at": NOW,
        "waits_since": NOW,
        "reply_by": NOW + 3 * DAY,
    }
    return Request(**given | more)


def wishes(**more: object) -> Wishes:
    return Wishes(category=Category.FOR_ME, **more)


def test_nobody_learns_of_their_own_and_nobody_whom_its_person_would_rather_not_have():
    theirs = wishes(excluded=frozenset({"sid"}), preferred="sue")

    assert may_take("sue", a_request(), theirs)
    assert not may_take("sid", a_request(), theirs)
    assert not may_take("ada", a_request(), theirs)
    assert not sees("sid", a_request(), theirs, NOW + 9 * DAY)
    assert not sees("ada", a_request(), theirs, NOW + 9 * DAY)
    assert not sees("ada", a_request(), wishes(preferred="ada"), NOW)


def test_until_the_first_reminder_it_is_the_preferred_supervisors_alone():
    request, theirs = a_request(first_until=NOW + HOUR), wishes(preferred="sue")

    before = NOW + HOUR - timedelta(microseconds=1)
    assert [sees(one, request, theirs, before) for one in ("sue", "sam")] == [True, False]
    assert [sees(one, request, theirs, NOW + HOUR) for one in ("sue", "sam")] == [True, True]
    assert sees("sam", a_request(), theirs, NOW)


# Who is there


def a_supervisor(name: str = "sue", **more: object) -> Supervisor:
    return Supervisor(id=name, tz="Europe/London", **more)


def off(first: int, last: int) -> TimeOff:
    """Away from one day of March to another."""
    return TimeOff(f"{first}-{last}", date(2026, 3, first), date(2026, 3, last))


@pytest.mark.parametrize(
    ("given", "back_on"),
    [
        pytest.param({}, 3, id="there"),
        pytest.param({"away": (off(3, 3),)}, 4, id="today only"),
        pytest.param({"away": (off(1, 5),)}, 6, id="since Sunday"),
        pytest.param({"away": (off(4, 5),)}, 3, id="from tomorrow on"),
        pytest.param({"away": (off(1, 2),)}, 3, id="till yesterday"),
        pytest.param({"away": (off(3, 4), off(5, 6))}, 7, id="twice on end"),
        pytest.param({"away": (off(5, 6), off(3, 4))}, 7, id="in another order"),
        pytest.param({"away": (off(3, 6), off(4, 5))}, 7, id="one within the other"),
        pytest.param({"away": (off(3, 4), off(6, 7))}, 5, id="a day between"),
        pytest.param({"paused_until": date(2026, 3, 5)}, 5, id="paused"),
        pytest.param({"paused_until": date(2026, 3, 3)}, 3, id="paused until today"),
        pytest.param(
            {"paused_until": date(2026, 3, 5), "away": (off(5, 8),)}, 9, id="paused, then away"
        ),
        pytest.param(
            {"paused_until": date(2026, 3, 5), "away": (off(3, 3),)}, 5, id="away while paused"
        ),
    ],
)
def test_when_somebody_is_back(given, back_on):
    sue = a_supervisor(**given)

    assert sue.back_on(TODAY) == date(2026, 3, back_on)
    assert sue.there(NOW) is (back_on == 3)
    midnight = datetime(2026, 3, back_on, tzinfo=UTC)
    assert sue.back_at(NOW) == (NOW if back_on == 3 else midnight)


def test_dates_are_those_where_they_live():
    """When it is four in the afternoon in London, it is already tomorrow in Auckland."""
    at = datetime(2026, 3, 3, 16, tzinfo=UTC)
    sue = Supervisor(id="sue", tz="Pacific/Auckland", away=(off(3, 3),))

    assert sue.there(at)
    assert not replace(sue, tz="Europe/London").there(at)
    assert replace(sue, away=(off(4, 4),)).back_at(at) == datetime(2026, 3, 4, 11, tzinfo=UTC)


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(0, 6)), max_size=5), st.integers(1, 28))
def test_whoever_is_back_is_there_and_was_not_before(spans, today):
    away = tuple(
        TimeOff(str(n), date(2026, 3, first), date(2026, 3, first) + days * DAY)
        for n, (first, days) in enumerate(spans)
    )
    day, back = date(2026, 3, today), a_supervisor(away=away).back_on(date(2026, 3, today))

    assert not any(one.holds(back) for one in away)
    while day < back:
        assert any(one.holds(day) for one in away)
        day += DAY


@pytest.mark.parametrize(("held", "free"), [(0, True), (3, True), (4, False), (5, False)])
def test_whoever_holds_as_many_as_they_chose_is_not_free(held, free):
    assert a_supervisor(held=held).free is free
    assert a_supervisor(held=1, most=1).free is False


# Who could take it


def test_with_no_one_at_all_it_is_said():
    assert chance_of([], a_request(), wishes(), NOW).nobody is Nobody.NO_ONE


def test_those_who_may_not_know_of_it_do_not_count():
    pool = [a_supervisor("sid"), a_supervisor("ada")]

    chance = chance_of(pool, a_request(), wishes(excluded=frozenset({"sid"})), NOW)
    assert (chance.nobody, chance.able, chance.back_at) == (Nobody.NO_ONE, (), None)


def test_where_all_are_away_it_is_said_when_the_first_is_back():
    pool = [a_supervisor("sue", away=(off(1, 8),)), a_supervisor("sam", away=(off(3, 4),))]

    chance = chance_of(pool, a_request(), wishes(), NOW)
    assert (chance.nobody, chance.able) == (Nobody.AWAY, ())
    assert chance.back_at == datetime(2026, 3, 5, tzinfo=UTC)


def test_where_whoever_is_there_holds_enough_it_is_said():
    pool = [a_supervisor("sue", held=4), a_supervisor("sam", away=(off(3, 4),))]

    chance = chance_of(pool, a_request(), wishes(), NOW)
    assert (chance.nobody, chance.able) == (Nobody.FULL, ())


def test_the_able_are_there_and_free_and_may_know():
    sue, sam = a_supervisor("sue"), a_supervisor("sam", held=3)
    pool = [a_supervisor("sid"), sue, a_supervisor("sol", held=4), sam]
    pool.append(a_supervisor("sky", away=(off(3, 3),)))

    chance = chance_of(pool, a_request(), wishes(excluded=frozenset({"sid"})), NOW)
    assert (chance.able, chance.nobody) == ((sue, sam), None)


# What is refused


def problems(check, *args, **named):
    """What a check says; nothing where it passes."""
    try:
        check(*args, **named)
    except NotValid as no:
        return no.problems
    return {}


def test_asking():
    fine = wishes(when="x" * 140, preferred="sue", excluded=frozenset({"sid"}))

    assert problems(check_ask, fine, "x" * 280) == {}
    assert problems(check_ask, wishes(), None) == {}
    bad = wishes(when="x" * 141, preferred="sid", excluded=frozenset({"sid"}))
    assert problems(check_ask, bad, "x" * 281) == {
        "note": "note_280",
        "when": "when_long",
        "excluded": "wanted_and_not",
    }


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "booking_past"),
        (NOW + timedelta(minutes=1), None),
        (NOW + 183 * DAY, None),
        (NOW + 183 * DAY + timedelta(minutes=1), "booking_far"),
    ],
)
def test_booking(at, said):
    assert problems(check_booking, at, now=NOW).get("on_date") == said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date.min, "booking_past"),
        (TODAY - DAY, "booking_past"),
        (TODAY, None),
        (TODAY + 183 * DAY, None),
        (TODAY + 184 * DAY, "booking_far"),
        (date.max, "booking_far"),
    ],
)
def test_the_day_of_a_booking(on, said):
    assert problems(check_booking_day, on, today=TODAY).get("on_date") == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, {}),
        ({"on_date": TODAY - 2 * DAY}, {}),
        ({"on_date": TODAY + DAY}, {"on_date": "met_ahead"}),
        ({"on_date": TODAY - 3 * DAY}, {"on_date": "met_before"}),
        ({"minutes": 15}, {}),
        ({"minutes": 480}, {}),
        ({"minutes": 0}, {"minutes": "minutes_step"}),
        ({"minutes": 50}, {"minutes": "minutes_step"}),
        ({"minutes": 495}, {"minutes": "minutes_step"}),
        ({"people": 30}, {}),
        ({"people": 0}, {"people": "group_size"}),
        ({"people": 31}, {"people": "group_size"}),
        ({"people": 31, "minutes": 7}, {"people": "group_size", "minutes": "minutes_step"}),
    ],
)
def test_the_record_of_a_meeting(given, said):
    record = Record(
        request_id="r",
        person_id="ada",
        supervisor_id="sue",
        on_date=TODAY,
        minutes=60,
        mode=Mode.VIDEO,
    )
    found = problems(check_record, replace(record, **given), sent_on=TODAY - 2 * DAY, today=TODAY)
    assert found == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (TODAY, TODAY, None),
        (TODAY - 9 * DAY, TODAY, None),
        (TODAY, TODAY + 731 * DAY, None),
        (TODAY + DAY, TODAY, "time_off_wrong"),
        (TODAY - 2 * DAY, TODAY - DAY, "time_off_past"),
        (TODAY, TODAY + 732 * DAY, "time_off_far"),
        (TODAY, date.max, "time_off_far"),
    ],
)
def test_time_off(first, last, said):
    assert problems(check_time_off, first, last, today=TODAY).get("last_on") == said


@pytest.mark.parametrize(
    ("most", "said"), [(0, "most_held"), (1, None), (20, None), (21, "most_held")]
)
def test_how_many_they_hold_at_once(most, said):
    assert problems(check_most, most).get("most") == said
