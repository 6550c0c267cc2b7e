"""Who can take part, and how roles change hands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import (
    Account,
    Person,
    Profile,
    Role,
    check_can_be_enrolled,
    check_roles_change,
)
from domain.refusals import Refused

ACCOUNT = Account("T1", "U1")
ROLES = st.frozensets(st.sampled_from(Role))


def a_profile(**facts):
    return Profile(account=ACCOUNT, tz="Europe/London", **facts)


def somebody(*roles, **facts):
    return Person(id="1" * 32, account=ACCOUNT, tz="Europe/London", roles=frozenset(roles), **facts)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"deactivated": True}, "enrol_deactivated", id="switched off"),
        pytest.param({"bot": True}, "enrol_bot", id="a bot"),
        pytest.param({"outsider": True}, "enrol_outsider", id="of another organisation"),
        pytest.param({"guest": True, "outsider": True}, "enrol_outsider", id="guest from outside"),
    ],
)
def test_accounts_that_cannot_take_part_are_refused_with_the_reason(facts, reason):
    with pytest.raises(Refused) as refusal:
        check_can_be_enrolled(a_profile(**facts))
    assert refusal.value.reason == reason


@pytest.mark.parametrize("guest", [True, False])
def test_members_and_guests_of_the_workspace_can_be_enrolled(guest):
    check_can_be_enrolled(a_profile(guest=guest))


def test_a_title_in_the_workspace_changes_nothing():
    with pytest.raises(Refused):
        check_can_be_enrolled(a_profile(title="Co-lead", bot=True))


def test_enrolled_means_active_with_at_least_one_role():
    assert somebody(Role.PARTNER).enrolled
    assert not somebody().enrolled
    assert not somebody(Role.PARTNER, deactivated=True).enrolled


def test_the_last_co_lead_keeps_the_role():
    with pytest.raises(Refused) as refusal:
        check_roles_change(somebody(Role.CO_LEAD), {Role.PARTNER}, co_leads=1)
    assert refusal.value.reason == "last_co_lead"


def test_the_last_co_lead_can_take_on_and_lay_down_other_roles():
    person = somebody(Role.CO_LEAD, Role.PARTNER)
    check_roles_change(person, {Role.CO_LEAD, Role.SUPERVISOR}, co_leads=1)


def test_one_of_two_co_leads_can_leave_the_programme():
    check_roles_change(somebody(Role.CO_LEAD), set(), co_leads=2)


def test_the_role_of_a_co_lead_who_is_switched_off_can_be_taken():
    check_roles_change(somebody(Role.CO_LEAD, deactivated=True), set(), co_leads=1)


@given(held=ROLES, wanted=ROLES, others=st.integers(0, 3))
def test_whatever_is_allowed_leaves_a_co_lead_where_there_was_one(held, wanted, others):
    before = others + (Role.CO_LEAD in held)
    try:
        check_roles_change(somebody(*held), wanted, co_leads=before)
    except Refused:
        return
    assert others + (Role.CO_LEAD in wanted) >= min(before, 1)
