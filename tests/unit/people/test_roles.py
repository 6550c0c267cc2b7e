"""Roles are given and taken, and profiles follow what Slack says."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.ids import new_id
from domain.people import Role
from domain.policy import Act
from domain.refusals import NotValid, Refused
from storage import audit
from tests.unit.people.made_up import ADA, DILYS, EMEKA, IONA, refused


def test_roles_are_given_and_taken_and_it_is_written_down_by_whom(
    enrol, people, dilys, id_of, database
):
    enrol(ADA, roles={Role.PARTNER})
    ada = id_of(ADA)

    changed = people.set_roles(dilys, ada, {Role.SUPERVISOR}, form=new_id())

    assert changed.roles == {Role.SUPERVISOR}
    with database.read() as conn:
        lines = [(actor, action) for _, actor, action, *_ in audit.about(conn, ada)]
    by = id_of(DILYS)
    assert lines == [
        (by, "role_given_partner"),
        (by, "role_given_supervisor"),
        (by, "role_taken_partner"),
    ]


def test_taking_the_last_role_ends_enrolment(enrol, people, dilys, id_of):
    enrol(ADA)

    people.set_roles(dilys, id_of(ADA), set(), form=new_id())

    assert refused(people.me, ADA, Act.SEE_HOME) == "not_enrolled"
    with pytest.raises(NotValid) as refusal:
        people.roles_of(dilys, ADA)
    assert refusal.value.problems == {"person": "roles_not_enrolled"}


def test_the_last_co_lead_keeps_the_role(people, dilys, id_of):
    assert refused(people.set_roles, dilys, id_of(dilys), set(), form=new_id()) == "last_co_lead"
    assert people.me(dilys, Act.CHANGE_ROLES)


def test_the_same_form_of_roles_twice_changes_nothing_the_second_time(enrol, people, dilys, id_of):
    enrol(ADA)
    ada = id_of(ADA)
    people.set_roles(dilys, ada, {Role.SUPERVISOR}, form="f" * 32)
    people.set_roles(dilys, ada, {Role.PARTNER}, form=new_id())

    again = people.set_roles(dilys, ada, {Role.SUPERVISOR}, form="f" * 32)

    assert again.roles == {Role.PARTNER}


def test_an_account_that_is_switched_off_gets_no_new_role_but_can_lose_one(
    enrol, people, dilys, directory, id_of
):
    enrol(ADA)
    people.profile_changed(directory.profile(ADA, deactivated=True))
    ada = id_of(ADA)

    assert (
        refused(people.set_roles, dilys, ada, {Role.PARTNER, Role.SUPERVISOR}, form=new_id())
        == "roles_deactivated"
    )
    assert people.set_roles(dilys, ada, set(), form=new_id()).roles == frozenset()


def test_nobody_else_changes_roles_or_sees_them(enrol, people, id_of):
    enrol(ADA, roles={Role.PARTNER, Role.SUPERVISOR, Role.LEARNING_PARTNER})
    ada = id_of(ADA)

    for call in (
        lambda: people.set_roles(ADA, ada, set(Role), form=new_id()),
        lambda: people.roles_of(ADA, DILYS),
        lambda: people.one(ADA, ada),
        lambda: people.everyone(ADA),
    ):
        assert refused(call) == "role_needed"
    assert refused(people.everyone, IONA) == "not_enrolled"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_two_co_leads_who_remove_each_other_at_once_leave_one(enrol, people, dilys, id_of):
    for _ in range(10):
        here, there = sorted((dilys, EMEKA), key=lambda who: who.user)
        enrol(EMEKA, roles={Role.CO_LEAD})
        ids = {who: id_of(who) for who in (here, there)}

        def remove(by, whom, ids=ids):
            try:
                people.set_roles(by, ids[whom], {Role.PARTNER}, form=new_id())
            except Refused as no:
                return no.reason
            return None

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(remove, (here, there), (there, here)))

        assert sorted(map(str, outcomes)) == ["None", "role_needed"]
        winner = (here, there)[outcomes.index(None)]
        people.enrol(winner, [dilys], {Role.CO_LEAD}, None, form=new_id())


def test_a_move_to_another_zone_is_taken_over(enrol, people, directory):
    enrol(ADA)
    people.profile_changed(directory.profile(ADA, tz="America/New_York", guest=True))
    ada = people.me(ADA, Act.SEE_HOME)
    assert (ada.tz, ada.guest) == ("America/New_York", True)


def test_whoever_is_switched_off_is_out_until_switched_on_with_zone_and_roles_kept(
    enrol, people, directory
):
    enrol(ADA)
    people.profile_changed(directory.profile(ADA, deactivated=True, tz=""))
    assert refused(people.me, ADA, Act.SEE_HOME) == "not_enrolled"

    people.profile_changed(directory.profile(ADA, tz=""))

    ada = people.me(ADA, Act.SEE_HOME)
    assert (ada.roles, ada.tz) == ({Role.PARTNER}, "Asia/Kolkata")


def test_changes_of_accounts_nobody_enrolled_are_not_kept(people, dilys, directory):
    people.profile_changed(directory.profile(IONA))
    assert people.everyone(dilys).total == 1
    assert refused(people.me, IONA, Act.SEE_HOME) == "not_enrolled"
