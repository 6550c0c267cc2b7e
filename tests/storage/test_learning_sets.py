"""Places in a set: who gets one, who waits, and what becomes of a place that somebody leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.services.reach import Skip
from domain.ids import new_id
from domain.learning_sets import SetPlan, Standing
from domain.people import Role
from domain.schedules import Quiet
from storage import audit, cohorts, learning_sets, people, set_members
from storage.vault import CannotOpen
from tests.learning_set_rows import (
    HOUR,
    MINUTE,
    NOW,
    ONE_DAY,
    Sets,
    ids,
    nothing_changes,
    problems,
    refusal,
)

TWO_DAYS = 2 * ONE_DAY


@pytest.fixture
def sets(database) -> Sets:
    return Sets(database)


def standing(sets: Sets) -> dict[str, str]:
    return {row["person_id"]: row["standing"] for row in sets.rows("set_members")}


# Making and changing


def test_a_co_lead_makes_a_set_once_for_each_form(sets: Sets) -> None:
    plan, form = SetPlan(name="  Oak\u202e   and ash "), new_id()
    made = [
        sets.sets.make(sets.co_lead.account, plan, facilitator=None, link=None, form=form)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0].row.learning_set.plan.name == "Oak and ash"
    assert len(sets.rows("learning_sets")) == 2


def test_its_meetings_follow_the_wall_clock_of_whoever_makes_it(sets: Sets) -> None:
    lead = sets.enrol("U0FAR", Role.CO_LEAD, tz="America/New_York")
    made = sets.sets.make(
        lead.account, SetPlan(name="Fir"), facilitator=None, link=None, form=new_id()
    )
    assert made.row.learning_set.zone == "America/New_York"


@pytest.mark.parametrize("role", [Role.PARTNER, Role.SUPERVISOR])
def test_only_co_leads_run_sets(sets: Sets, role: Role) -> None:
    other = sets.enrol("U9", role).account
    plan = SetPlan(name="Fir")
    run = sets.sets
    assert refusal(run.make, other, plan, facilitator=None, link=None, form="f") == "role_needed"
    assert refusal(run.change, other, sets.id, plan, form="f") == "role_needed"
    assert refusal(run.set_link, other, sets.id, None, form="f") == "role_needed"
    assert refusal(run.set_facilitator, other, sets.id, None, form="f") == "role_needed"
    assert refusal(run.close, other, sets.id) == "role_needed"
    assert refusal(sets.dates.offer_dates, other, sets.id, [], form="f") == "role_needed"


def test_fewer_places_than_are_taken_are_refused(sets: Sets) -> None:
    sets.joined(6)
    fewer = replace(sets.plan, size=5)
    found = problems(sets.sets.change, sets.co_lead.account, sets.id, fewer, form=new_id())
    assert found == {"size": "set_size_taken"}


def test_more_places_are_offered_to_those_who_wait(sets: Sets) -> None:
    *_, first, second = sets.joined(8)
    more = replace(sets.plan, size=7)
    sets.sets.change(sets.co_lead.account, sets.id, more, form=new_id())
    assert standing(sets)[first.id] == "offered"
    assert standing(sets)[second.id] == "waiting"


# Joining


def test_six_have_a_place_and_the_seventh_waits_and_each_is_told_the_truth(sets: Sets) -> None:
    people_ = sets.partners(8)
    said = [sets.places.join(p.account, sets.id) for p in people_]

    assert [s.member.standing for s in said] == [Standing.IN] * 6 + [Standing.WAITING] * 2
    assert [s.position for s in said] == [None] * 6 + [1, 2]


def test_to_press_join_twice_is_once(sets: Sets) -> None:
    [ada] = sets.joined(1)
    with nothing_changes(sets, "set_members", "learning_sets", "deliveries"):
        again = sets.places.join(ada.account, sets.id)
    assert again.member.standing is Standing.IN


def test_whoever_comes_back_is_last_in_the_line(sets: Sets) -> None:
    everyone = sets.joined(9)
    sets.places.leave(everyone[6].account, sets.id)
    back = sets.places.join(everyone[6].account, sets.id)
    assert back.position == 3


def test_a_set_of_a_cohort_is_for_its_members(sets: Sets) -> None:
    inside, outside = sets.partners(2)
    with sets.database.write() as conn:
        cohort = cohorts.add(conn, "Spring", date(2026, 1, 1), None, by=None, now=NOW)
        cohorts.add_member(conn, cohort.id, inside.id, now=NOW)
    plan = replace(sets.plan, cohort_id=cohort.id)
    sets.sets.change(sets.co_lead.account, sets.id, plan, form=new_id())

    assert refusal(sets.places.join, outside.account, sets.id) == "set_of_cohort"
    assert sets.places.join(inside.account, sets.id).member.standing is Standing.IN
    assert [row.learning_set.id for row in sets.sets.all(outside.account)] == []
    assert refusal(sets.sets.one, outside.account, sets.id) == "not_found"


@pytest.mark.parametrize("role", [Role.CO_LEAD, Role.SUPERVISOR, Role.LEARNING_PARTNER])
def test_only_partners_join(sets: Sets, role: Role) -> None:
    assert refusal(sets.places.join, sets.enrol("U9", role).account, sets.id) == "role_needed"


def test_there_is_no_joining_what_is_not_there_or_has_ended(sets: Sets) -> None:
    [ada] = sets.partners(1)
    assert refusal(sets.places.join, ada.account, new_id()) == "not_found"
    sets.sets.close(sets.co_lead.account, sets.id)
    assert refusal(sets.places.join, ada.account, sets.id) == "set_closed"


# A place that is free again


def test_a_leavers_place_is_offered_to_whoever_came_first(sets: Sets) -> None:
    everyone = sets.joined(8)
    sets.places.leave(everyone[2].account, sets.id)

    assert standing(sets)[everyone[6].id] == "offered"
    assert standing(sets)[everyone[7].id] == "waiting"
    assert sets.told("set_place") == [everyone[6].id]


def test_an_offered_place_is_nobody_elses_until_it_is_answered(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.places.leave(everyone[0].account, sets.id)
    newcomer = sets.enrol("U0NEW")
    assert sets.places.join(newcomer.account, sets.id).position == 1

    said = sets.places.say_yes(everyone[6].account, sets.id)
    assert said.member.standing is Standing.IN
    with nothing_changes(sets, "set_members", "deliveries"):
        sets.places.say_yes(everyone[6].account, sets.id)


def test_nobody_passes_those_who_wait(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.places.leave(everyone[0].account, sets.id)
    sets.places.leave(everyone[6].account, sets.id)
    newcomer = sets.enrol("U0NEW")
    assert sets.places.join(newcomer.account, sets.id).member.standing is Standing.IN


def test_yes_without_an_offer_is_refused(sets: Sets) -> None:
    everyone = sets.joined(7)
    stranger = sets.enrol("U0NEW")
    for person in (everyone[6], stranger):
        assert refusal(sets.places.say_yes, person.account, sets.id) == "place_not_offered"


def test_after_48_hours_the_place_goes_to_the_next_and_both_are_told(sets: Sets) -> None:
    everyone = sets.joined(8)
    sets.places.leave(everyone[0].account, sets.id)
    first, second = everyone[6], everyone[7]

    sets.tick_clock(NOW + TWO_DAYS - MINUTE)
    assert standing(sets)[first.id] == "offered"
    sets.now = NOW + TWO_DAYS
    assert refusal(sets.places.say_yes, first.account, sets.id) == "place_over"
    sets.tick_clock(NOW + TWO_DAYS)
    assert first.id not in standing(sets)
    assert standing(sets)[second.id] == "offered"
    assert sets.told("set_place") == ids([first, second])
    assert sets.told("set_place_over") == [first.id]
    with nothing_changes(sets, "set_members", "deliveries"):
        sets.tick_clock(NOW + TWO_DAYS)


def test_the_48_hours_begin_when_somebody_may_hear_of_it(sets: Sets) -> None:
    everyone = sets.joined(7)
    friday_evening = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
    sets.now = friday_evening
    sets.places.leave(everyone[0].account, sets.id)

    monday_at_nine = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    [until] = [r["offered_until"] for r in sets.rows("set_members") if r["offered_until"]]
    assert until == monday_at_nine + TWO_DAYS


def test_a_long_pause_does_not_keep_the_others_waiting(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.chooses(everyone[6], paused_until=date(2026, 9, 1))
    sets.places.leave(everyone[0].account, sets.id)
    [until] = [r["offered_until"] for r in sets.rows("set_members") if r["offered_until"]]
    assert until == NOW + 7 * ONE_DAY


def test_whoever_leaves_the_line_is_not_offered_anything(sets: Sets) -> None:
    everyone = sets.joined(8)
    sets.places.leave(everyone[6].account, sets.id)
    sets.places.leave(everyone[0].account, sets.id)
    assert sets.told("set_place") == [everyone[7].id]


def test_to_leave_twice_is_once(sets: Sets) -> None:
    everyone = sets.joined(9)
    sets.places.leave(everyone[0].account, sets.id)
    with nothing_changes(sets, "set_members", "deliveries", "audit"):
        assert sets.places.leave(everyone[0].account, sets.id).member is None


def test_an_offer_is_not_sent_any_more_once_it_is_answered(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.places.leave(everyone[0].account, sets.id)
    offer = sets.delivery("set_place", everyone[6].id)
    news = sets.pushes.prepare_set(offer)
    assert (news.kind, news.offered_until) == ("set_place", NOW + TWO_DAYS)
    sets.places.say_yes(everyone[6].account, sets.id)
    assert sets.pushes.prepare_set(offer) == Skip("changed")


# People who are gone


def switched_off(sets: Sets, person) -> None:
    sets.people.profile_changed(sets.profile(person.account.user, deactivated=True))


def role_taken(sets: Sets, person) -> None:
    form = new_id()
    sets.people.set_roles(sets.co_lead.account, person.id, {Role.LEARNING_PARTNER}, form=form)


@pytest.mark.parametrize("go", [switched_off, role_taken])
def test_the_place_of_somebody_who_is_gone_is_offered_to_the_next(sets: Sets, go) -> None:
    everyone = sets.joined(7)
    go(sets, everyone[3])
    assert everyone[3].id not in standing(sets)
    assert standing(sets)[everyone[6].id] == "offered"


@pytest.mark.parametrize("go", [switched_off, role_taken])
def test_where_the_facilitator_is_gone_co_leads_hear_that_one_is_wanted(sets: Sets, go) -> None:
    meeting = sets.offer_dates()
    go(sets, sets.guide)
    [row] = [r for r in sets.rows("learning_sets") if r["id"] == sets.id]
    assert row["facilitator_id"] is None
    assert [r["facilitator_id"] for r in sets.rows("set_meetings")] == [None]
    assert sets.told("set_no_facilitator") == [sets.co_lead.id]
    news = sets.pushes.prepare_set(sets.delivery("set_no_facilitator", sets.co_lead.id))
    assert news.learning_set.id == meeting.set_id


def test_a_new_facilitator_is_told_and_leads_what_is_to_come(sets: Sets) -> None:
    sets.offer_dates()
    other = sets.enrol("U0OTHER", Role.PARTNER)
    form = new_id()
    for _ in range(2):
        page = sets.sets.set_facilitator(sets.co_lead.account, sets.id, other.account, form=form)
    assert page.facilitator.id == other.id
    assert [r["facilitator_id"] for r in sets.rows("set_meetings")] == [other.id]
    assert sets.told("set_facilitator") == ids([sets.guide, other])
    stale = sets.delivery("set_facilitator", sets.guide.id)
    assert sets.pushes.prepare_set(stale) == Skip("changed")


def test_whoever_is_not_enrolled_cannot_be_the_facilitator(sets: Sets) -> None:
    stranger = sets.profile("U0STRANGER").account
    found = problems(
        sets.sets.set_facilitator, sets.co_lead.account, sets.id, stranger, form=new_id()
    )
    assert found == {"facilitator": "facilitator_not_enrolled"}


# The end of a set


def test_everybody_is_told_once_that_a_set_has_ended_those_who_wait_as_well(sets: Sets) -> None:
    everyone = sets.joined(8)
    meeting = sets.booked()
    for _ in range(2):
        sets.sets.close(sets.co_lead.account, sets.id)

    assert sets.told("set_closed") == ids([*everyone, sets.guide])
    assert [r["state"] for r in sets.rows("set_meetings")] == ["cancelled"]
    assert set(standing(sets).values()) == {"in"}
    member = sets.pushes.prepare_set(sets.delivery("set_closed", everyone[0].id))
    waited = sets.pushes.prepare_set(sets.delivery("set_closed", everyone[7].id))
    assert [m.id for m in member.cancelled] == [meeting.id]
    assert waited.cancelled == ()
    chosen = sets.delivery("set_chosen", everyone[0].id)
    assert sets.pushes.prepare_meeting(chosen) == Skip("changed")


# Who sees what


def test_co_leads_see_places_and_the_line_and_members_see_each_other(sets: Sets) -> None:
    everyone = sets.joined(8)
    outside = sets.enrol("U0OUT")

    seen = {
        who: [p.id for _, p in sets.sets.one(person.account, sets.id).members]
        for who, person in {
            "co-lead": sets.co_lead,
            "member": everyone[0],
            "guide": sets.guide,
            "waits": everyone[7],
            "outside": outside,
        }.items()
    }
    in_order = [p.id for p in everyone]
    assert seen == {
        "co-lead": in_order,
        "member": in_order[:6],
        "guide": in_order[:6],
        "waits": [],
        "outside": [],
    }
    page = sets.sets.one(outside.account, sets.id)
    assert (page.row.taken, page.row.waiting) == (6, 2)


def test_the_joining_link_is_for_members_and_the_facilitator_alone(sets: Sets) -> None:
    everyone = sets.joined(7)
    link = "https://meet.example/larch-42"
    sets.sets.set_link(sets.co_lead.account, sets.id, link, form=new_id())

    assert sets.sets.link(everyone[0].account, sets.id) == link
    assert sets.sets.link(sets.guide.account, sets.id) == link
    for other in (sets.co_lead, everyone[6], sets.enrol("U0OUT")):
        assert refusal(sets.sets.link, other.account, sets.id) == "set_of_others"
    assert sets.sets.one(sets.co_lead.account, sets.id).row.learning_set.has_link


def test_the_link_is_sealed_for_its_own_set(sets: Sets) -> None:
    [ada] = sets.joined(1)
    link = "https://meet.example/larch-42"
    sets.sets.set_link(sets.co_lead.account, sets.id, link, form=new_id())
    other = sets.sets.make(
        sets.co_lead.account,
        SetPlan(name="Oak"),
        facilitator=ada.account,
        link="https://meet.example/oak",
        form=new_id(),
    ).row.learning_set
    [row] = [r for r in sets.rows("learning_sets") if r["id"] == sets.id]
    assert b"meet" not in row["link"]
    with sets.database.write() as conn:
        learning_sets.set_link(conn, other.id, row["link"])
    with pytest.raises(CannotOpen):
        sets.sets.link(ada.account, other.id)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "meet.example", "https://", "https://a b", "x" * 501, "http:[x"]
)
def test_what_is_no_address_is_no_link(sets: Sets, link: str) -> None:
    found = problems(sets.sets.set_link, sets.co_lead.account, sets.id, link, form=new_id())
    assert found == {"link": "link_wrong"}


def test_the_audit_has_ids_and_fixed_words_alone(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.sets.set_link(sets.co_lead.account, sets.id, "https://meet.example/x", form=new_id())
    sets.places.leave(everyone[0].account, sets.id)
    with sets.database.read() as conn:
        lines = audit.about(conn, sets.id)
    assert {line[2] for line in lines} == {
        "set_made",
        "set_joined",
        "set_waits",
        "set_link_kept",
        "set_left",
    }
    assert all("meet" not in str(part) for line in lines for part in line)


def test_a_quiet_evening_waits_for_the_morning(sets: Sets) -> None:
    everyone = sets.joined(7)
    sets.chooses(everyone[6], quiet=Quiet(start=time(13), end=time(16), days_off=frozenset()))
    sets.places.leave(everyone[0].account, sets.id)
    waits = sets.pushes.prepare_set(sets.delivery("set_place", everyone[6].id))
    assert waits.until == NOW + 2 * HOUR


def test_a_place_is_kept_in_the_storage_as_it_was_given(sets: Sets) -> None:
    [ada] = sets.joined(1)
    with sets.database.read() as conn:
        member = set_members.one(conn, sets.id, ada.id)
        person = people.person(conn, ada.id)
    assert (member.arrival, member.since, person.id) == (1, NOW, ada.id)
