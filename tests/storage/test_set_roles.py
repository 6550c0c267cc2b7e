"""Who does what in a meeting: proposed fairly, and free to decline."""

from datetime import date, time, timedelta

import pytest

from bot.services.reach import Skip
from domain.set_roles import RoleState, SetRole
from tests.learning_set_rows import AT, MINUTE, STARTS, Sets, refusal


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


@pytest.fixture
def everyone(sets: Sets):
    return sets.joined(7)


@pytest.fixture
def meeting(sets: Sets, everyone):
    """It is the day, ten minutes before the meeting."""
    booked = sets.booked()
    sets.now = STARTS - 10 * MINUTE
    return booked


def roles(sets: Sets, meeting, role: SetRole) -> dict[str, RoleState]:
    rows = [r for r in sets.rows("set_roles") if r["meeting_id"] == meeting.id]
    return {r["person_id"]: RoleState(r["state"]) for r in rows if r["role"] == role.value}


def test_whoever_declines_is_still_first_the_next_time(sets, everyone, meeting) -> None:
    before = roles(sets, meeting, SetRole.PRESENTER)
    first = next(p for p in everyone if p.id in before)
    sets.roles.decline(first.account, meeting.id, SetRole.PRESENTER)
    now = roles(sets, meeting, SetRole.PRESENTER)
    assert now[first.id] is RoleState.DECLINED
    assert sum(state is not RoleState.DECLINED for state in now.values()) == 2
    sets.now = STARTS
    sets.agenda.close(sets.guide.account, meeting.id)
    second = sets.booked([(date(2026, 4, 28), AT), (date(2026, 4, 29), AT)])
    assert first.id in roles(sets, second, SetRole.PRESENTER)


def test_nobody_learns_who_declined_and_no_audit_line_says_it(sets, everyone, meeting) -> None:
    first = next(p for p in everyone if p.id in roles(sets, meeting, SetRole.PRESENTER))
    other = next(p for p in everyone[:6] if p.id != first.id)
    sets.roles.decline(first.account, meeting.id, SetRole.PRESENTER)
    for reader in (other, sets.guide, sets.co_lead):
        page = sets.meetings.one(reader.account, meeting.id)
        assert all(t.state is not RoleState.DECLINED for t, _ in page.roles)
    mine = sets.meetings.one(first.account, meeting.id).roles
    assert RoleState.DECLINED in {t.state for t, p in mine if p.id == first.id}
    lines = [r for r in sets.rows("audit") if "role" in r["action"]]
    assert all(r["actor"] != first.id for r in lines)


def test_a_role_that_somebody_has_is_not_taken_from_them(sets, everyone, meeting) -> None:
    [keeper] = roles(sets, meeting, SetRole.TIMEKEEPER)
    other = next(p for p in everyone[:6] if p.id != keeper)
    taken = refusal(sets.roles.accept, other.account, meeting.id, SetRole.TIMEKEEPER)
    assert taken == "role_taken"
    mine = next(p for p in everyone if p.id == keeper)
    sets.roles.accept(mine.account, meeting.id, SetRole.TIMEKEEPER)
    assert roles(sets, meeting, SetRole.TIMEKEEPER) == {keeper: RoleState.ACCEPTED}


def test_the_facilitator_writes_down_what_the_set_agreed(sets, everyone, meeting) -> None:
    chosen = [everyone[3].id, everyone[4].id]
    found = sets.roles.agree(sets.guide.account, meeting.id, SetRole.PRESENTER, chosen)
    presenters = [t for t in found if t.role is SetRole.PRESENTER]
    assert sorted(t.person_id for t in presenters) == sorted(chosen)
    for other in (everyone[0], sets.co_lead):
        no = refusal(sets.roles.agree, other.account, meeting.id, SetRole.PRESENTER, chosen)
        assert no == "facilitator_only"
    outside = [everyone[6].id]
    no = refusal(sets.roles.agree, sets.guide.account, meeting.id, SetRole.PRESENTER, outside)
    assert no == "set_of_others"


def test_a_role_that_comes_to_somebody_later_is_told_to_them_unless_they_said_no(
    sets, everyone, meeting
) -> None:
    first = next(p for p in everyone if p.id in roles(sets, meeting, SetRole.PRESENTER))
    before = set(roles(sets, meeting, SetRole.PRESENTER))
    sets.roles.decline(first.account, meeting.id, SetRole.PRESENTER)
    [new] = set(roles(sets, meeting, SetRole.PRESENTER)) - before
    notice = sets.delivery("set_role", new)
    assert sets.pushes.prepare_meeting(notice).roles == {SetRole.PRESENTER}
    person = next(p for p in everyone if p.id == new)
    sets.roles.decline(person.account, meeting.id, SetRole.PRESENTER)
    assert sets.pushes.prepare_meeting(notice) == Skip("changed")


def test_a_facilitator_steps_down_and_a_member_may_step_in(sets, everyone, meeting) -> None:
    without = sets.roles.step_down(sets.guide.account, meeting.id)
    assert without.facilitator_id is None
    assert sets.told("set_no_facilitator") == [sets.co_lead.id]
    wanted = sets.delivery("set_no_facilitator", sets.co_lead.id)
    assert sets.pushes.prepare_set(wanted).meeting.id == meeting.id
    member = next(p for p in everyone if p.id in roles(sets, meeting, SetRole.PRESENTER))
    for _ in range(2):
        led = sets.roles.facilitate(member.account, meeting.id)
    assert led.facilitator_id == member.id
    assert member.id not in {who for role in SetRole for who in roles(sets, meeting, role)}
    assert sets.pushes.prepare_set(wanted) == Skip("changed")
    other = next(p for p in everyone[:6] if p.id != member.id)
    assert refusal(sets.roles.facilitate, other.account, meeting.id) == "facilitator_there"


def test_over_five_meetings_everybody_presents_as_often(sets, everyone) -> None:
    count = dict.fromkeys((p.id for p in everyone[:6]), 0)
    for week in range(5):
        day = date(2026, 3, 24) + timedelta(weeks=week)
        booked = sets.booked([(day, AT), (day, time(18))])
        for person_id in roles(sets, booked, SetRole.PRESENTER):
            count[person_id] += 1
    assert sorted(count.values()) == [1, 1, 2, 2, 2, 2]
