"""Places, waiting lists and roles: rules of a set, in the small and over many meetings."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agendas import Agenda
from domain.learning_sets import (
    Member,
    SetPlan,
    Standing,
    check_line,
    check_link,
    check_plan,
    next_offers,
    offer_ends,
    position,
    standing_on_joining,
    taken,
    usual_next,
    waiting_in_order,
)
from domain.refusals import NotValid, Refused
from domain.set_actions import Action, ActionState, check_room
from domain.set_roles import RoleState, SetRole, Taken, in_turn, propose

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLAN = SetPlan(name="Larch")


def member(arrival: int, standing: Standing = Standing.WAITING) -> Member:
    return Member(
        set_id="s", person_id=f"p{arrival}", standing=standing, arrival=arrival, since=NOW
    )


def problems(call, *given) -> dict[str, str]:
    with pytest.raises(NotValid) as no:
        call(*given)
    return no.value.problems


# What a co-lead chooses


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": " \u202e "}, {"name": "set_name_empty"}),
        ({"name": "x" * 61}, {"name": "set_name_long"}),
        ({"size": 3, "quorum": 2}, {"size": "set_size"}),
        ({"size": 9}, {"size": "set_size"}),
        ({"quorum": 1}, {"quorum": "set_quorum"}),
        ({"quorum": 7}, {"quorum": "set_quorum"}),
        ({"every_weeks": 0}, {"every_weeks": "set_cadence"}),
        ({"meetings": 0}, {"meetings": "set_meetings"}),
        ({"meetings": 21}, {"meetings": "set_meetings"}),
        ({"agenda": Agenda(turns=9)}, {"turns": "agenda_turns"}),
        ({"agenda": Agenda(minutes=481)}, {"minutes": "agenda_minutes"}),
        ({"agenda": Agenda(turns=4)}, {"minutes": "agenda_short"}),
        (
            {"name": "", "size": 3, "quorum": 9},
            {"name": "set_name_empty", "size": "set_size", "quorum": "set_quorum"},
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(change, found) -> None:
    assert problems(check_plan, replace(PLAN, **change)) == found


@pytest.mark.parametrize("size", range(4, 9))
def test_four_to_eight_people_are_a_set(size: int) -> None:
    assert check_plan(replace(PLAN, size=size, quorum=4)).size == size


@pytest.mark.parametrize("link", ["", "  ", None])
def test_no_link_is_no_link(link) -> None:
    assert check_link(link) is None


def test_a_line_is_made_one_line() -> None:
    assert check_line(" a\r\nb\u2028c \u202e d\x00", "offer") == "a b c d"
    assert len(check_line("é" * 140, "offer")) == 140


# Places


@given(st.lists(st.sampled_from(["join", "leave", "yes", "lapse"]), max_size=60), st.integers(4, 8))
@settings(max_examples=200)
def test_whatever_happens_nobody_is_above_the_places_and_nobody_passes_another(
    acts: list[str], size: int
) -> None:
    members: list[Member] = []
    arrivals = 0
    for number, act in enumerate(acts):
        if act == "join":
            arrivals += 1
            members.append(member(arrivals, standing_on_joining(members, size)))
        elif act == "leave" and members:
            members.pop(number % len(members))
        elif act in {"yes", "lapse"}:
            offered = [m for m in members if m.standing is Standing.OFFERED]
            for one in offered[:1]:
                members.remove(one)
                if act == "yes":
                    members.append(replace(one, standing=Standing.IN))
        for one in next_offers(members, size):
            members[members.index(one)] = replace(one, standing=Standing.OFFERED)
        assert taken(members) <= size
        waiting = waiting_in_order(members)
        assert taken(members) == size or not waiting
        placed = [m.arrival for m in members if m.standing is not Standing.WAITING]
        assert all(m.arrival > max(placed, default=0) for m in waiting)


@given(st.permutations(range(1, 9)))
def test_the_line_is_in_the_order_of_arrival(order) -> None:
    members = [member(n) for n in order]
    assert [m.arrival for m in waiting_in_order(members)] == list(range(1, 9))
    assert [position(members, f"p{n}") for n in range(1, 9)] == list(range(1, 9))
    assert position(members, "nobody") is None
    assert [m.arrival for m in next_offers(members, 3)] == [1, 2, 3]


def test_somebody_who_comes_while_others_wait_waits_too() -> None:
    members = [member(1, Standing.IN), member(2)]
    assert standing_on_joining(members, 6) is Standing.WAITING


@pytest.mark.parametrize(
    ("reachable", "ends"),
    [
        (NOW, NOW + 48 * HOUR),
        (NOW - HOUR, NOW + 48 * HOUR),
        (NOW + DAY, NOW + DAY + 48 * HOUR),
        (NOW + 9 * DAY, NOW + 7 * DAY),
        (None, NOW + 7 * DAY),
    ],
)
def test_an_offer_stands_48_hours_from_when_it_may_be_heard_of(reachable, ends) -> None:
    assert offer_ends(NOW, reachable) == ends


def test_the_next_meeting_is_usually_so_many_weeks_later() -> None:
    assert usual_next(date(2026, 3, 3), 5) == date(2026, 4, 7)


# Roles


def holding(meetings: list[list[Taken]], role: SetRole) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, taken_ in enumerate(meetings, start=1):
        for one in taken_:
            if one.role is role and one.holds:
                found.setdefault(one.person_id, []).append(number)
    return found


def one_meeting(members, meetings, turns, declines=()):
    """Roles of the next meeting; those in `declines` say no to presenting."""
    history = {role: holding(meetings, role) for role in SetRole}
    taken_: list[Taken] = []
    while True:
        asked = propose(members, history, taken_, presenters=turns)
        if not asked:
            return taken_
        for one in asked:
            no = one.role is SetRole.PRESENTER and one.person_id in declines
            taken_.append(replace(one, state=RoleState.DECLINED if no else RoleState.ACCEPTED))


@given(st.integers(4, 8), st.integers(1, 4), st.integers(1, 20))
@settings(max_examples=100)
def test_over_twenty_meetings_each_presents_within_one_of_the_others(people, turns, length) -> None:
    members = [f"p{n}" for n in range(people)]
    meetings: list[list[Taken]] = []
    for _ in range(length):
        meetings.append(one_meeting(members, meetings, turns))
        for role in SetRole:
            times = [len(holding(meetings, role).get(p, ())) for p in members]
            if role is SetRole.PRESENTER:
                assert max(times) - min(times) <= 1
        held = Counter(t.role for t in meetings[-1])
        assert held == {
            SetRole.PRESENTER: turns,
            SetRole.TIMEKEEPER: 1,
            SetRole.CARE_HOLDER: 1,
        }


@given(st.integers(4, 8), st.integers(1, 3), st.data())
@settings(max_examples=100)
def test_declining_moves_nobody_back(people, turns, data) -> None:
    members = [f"p{n}" for n in range(people)]
    meetings: list[list[Taken]] = []
    for _ in range(8):
        declines = data.draw(st.sets(st.sampled_from(members), max_size=people - turns))
        before = in_turn(members, holding(meetings, SetRole.PRESENTER))
        meetings.append(one_meeting(members, meetings, turns, declines))
        after = in_turn(members, holding(meetings, SetRole.PRESENTER))
        said_no = [p for p in before if p in declines]
        presented = {t.person_id for t in meetings[-1] if t.role is SetRole.PRESENTER and t.holds}
        assert not presented & declines
        # Those who said no stand in the same order, before everybody who presented.
        assert [p for p in after if p in declines] == said_no
        assert all(after.index(no) < after.index(p) for no in said_no for p in presented)


def test_nobody_is_asked_twice_for_a_role_of_one_meeting() -> None:
    members = ["p1", "p2"]
    said_no = [Taken(p, role, RoleState.DECLINED) for p in members for role in SetRole]
    assert propose(members, {}, said_no, presenters=2) == []


def test_with_enough_people_nobody_has_two_roles() -> None:
    asked = propose([f"p{n}" for n in range(6)], {}, [], presenters=3)
    assert len({one.person_id for one in asked}) == len(asked) == 5


def test_with_few_people_somebody_has_two_rather_than_that_one_is_left_open() -> None:
    asked = propose(["p1", "p2"], {}, [], presenters=2)
    assert Counter(one.role for one in asked) == {
        SetRole.PRESENTER: 2,
        SetRole.TIMEKEEPER: 1,
        SetRole.CARE_HOLDER: 1,
    }


# Actions


@pytest.mark.parametrize("state", ActionState)
def test_an_action_goes_on_until_it_is_done_or_let_go(state: ActionState) -> None:
    assert state.goes_on == (state not in {ActionState.DONE, ActionState.LET_GO})


def test_two_actions_from_one_meeting_are_the_most() -> None:
    mine = [
        Action(id=str(n), set_id="s", meeting_id="m", person_id="p", made_at=NOW) for n in range(2)
    ]
    check_room(mine[:1], "m", "p")
    check_room(mine, "m2", "p")
    check_room(mine, "m", "q")
    with pytest.raises(Refused, match="actions_two"):
        check_room(mine, "m", "p")
