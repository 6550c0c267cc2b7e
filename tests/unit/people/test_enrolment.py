"""A co-lead lets people take part."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.services.cohorts import Cohorts
from bot.services.people import People
from domain.clock import HOME_ZONE
from domain.ids import new_id
from domain.people import Role
from domain.policy import Act
from domain.refusals import DirectoryUnavailable, NotValid
from tests.unit.people.made_up import (
    ADA,
    BILAL,
    BOT,
    EMEKA,
    IONA,
    JONAS,
    KIT,
    LENA,
    NOW,
    account,
    refused,
)


def test_each_person_is_told_of_apart(enrol, directory):
    directory.silent = {IONA}

    results = enrol(ADA, BOT, JONAS, KIT, LENA, IONA)

    assert [(r.account, r.refused, set(r.roles)) for r in results] == [
        (ADA, None, {Role.PARTNER}),
        (BOT, "enrol_bot", set()),
        (JONAS, "enrol_deactivated", set()),
        (KIT, None, {Role.PARTNER}),
        (LENA, "enrol_outsider", set()),
        (IONA, "enrol_unknown", set()),
    ]


def test_whoever_is_enrolled_is_let_in_and_whoever_is_not_is_not(enrol, people):
    enrol(ADA, LENA)

    assert people.me(ADA, Act.LOG_SESSION).tz == "Asia/Kolkata"
    assert refused(people.me, LENA, Act.SEE_HOME) == "not_enrolled"


def test_an_account_without_a_zone_gets_the_programmes(enrol, people, directory):
    directory.facts[ADA] = {"tz": ""}
    enrol(ADA)
    assert people.me(ADA, Act.SEE_HOME).tz == HOME_ZONE


def test_enrolling_again_adds_roles_and_takes_none(enrol):
    enrol(ADA, roles={Role.PARTNER, Role.SUPERVISOR})
    (again,) = enrol(ADA, roles={Role.LEARNING_PARTNER})
    assert again.roles == {Role.PARTNER, Role.SUPERVISOR, Role.LEARNING_PARTNER}


def test_the_same_form_twice_enrols_once_and_answers_the_same(enrol, people, dilys, id_of):
    first = enrol(ADA, BOT, form="f" * 32)
    people.set_roles(dilys, id_of(ADA), {Role.SUPERVISOR}, form=new_id())

    second = enrol(ADA, BOT, form="f" * 32)

    assert second == first
    assert people.roles_of(dilys, ADA).roles == {Role.SUPERVISOR}


def test_the_same_form_at_the_same_time_enrols_once(enrol, people, dilys):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: enrol(ADA, form="f" * 32), range(8)))

    assert len(set(answers)) == 1
    assert people.everyone(dilys).total == 2


def test_somebody_named_twice_is_enrolled_once(enrol):
    assert len(enrol(ADA, ADA)) == 1


def test_enrolling_into_a_cohort_makes_members(enrol, people, dilys, database):
    cohorts = Cohorts(database, lambda: NOW)
    cohort = cohorts.make(dilys, "Spring", NOW.date(), None, form=new_id()).cohort

    enrol(ADA, BOT, cohort=cohort.id)

    assert [m.account for m in cohorts.one(dilys, cohort.id).members] == [ADA]


def test_enrolling_into_a_cohort_that_is_not_there_enrols_nobody(enrol, people, dilys):
    assert refused(enrol, ADA, cohort=new_id()) == "not_found"
    assert people.everyone(dilys).total == 1


@pytest.mark.parametrize(
    ("accounts", "roles", "problems"),
    [
        pytest.param((), (Role.PARTNER,), {"people": "people_none"}, id="nobody"),
        pytest.param((ADA,), (), {"roles": "role_none"}, id="no role"),
        pytest.param(
            tuple(account(f"U{n}") for n in range(11)),
            (Role.PARTNER,),
            {"people": "people_too_many"},
            id="too many",
        ),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_at_its_field(enrol, accounts, roles, problems):
    with pytest.raises(NotValid) as refusal:
        enrol(*accounts, roles=roles)
    assert refusal.value.problems == problems


def test_when_slack_says_nothing_at_all_nobody_is_enrolled_and_the_form_can_be_sent_again(
    enrol, directory
):
    directory.silent = {ADA, BILAL}
    with pytest.raises(DirectoryUnavailable):
        enrol(ADA, BILAL, form="f" * 32)
    directory.silent = set()

    assert [r.refused for r in enrol(ADA, BILAL, form="f" * 32)] == [None, None]


@pytest.mark.parametrize("role", [Role.PARTNER, Role.SUPERVISOR, Role.LEARNING_PARTNER])
def test_only_co_leads_enrol_and_slack_is_not_even_asked(enrol, people, directory, role):
    enrol(ADA, roles={role})
    directory.asked.clear()

    assert refused(people.enrol, ADA, [BILAL], {role}, None, form=new_id()) == "role_needed"
    assert directory.asked == []


def test_a_co_lead_who_lost_the_role_meanwhile_enrols_nobody(enrol, people, dilys, directory):
    enrol(EMEKA, roles={Role.CO_LEAD, Role.PARTNER})
    emeka = people.roles_of(dilys, EMEKA).id

    def asked_while_the_role_is_taken(who):
        people.set_roles(dilys, emeka, {Role.PARTNER}, form=new_id())
        return directory.profile(who)

    slow = People(people.database, people.clock, asked_while_the_role_is_taken)

    assert refused(slow.enrol, EMEKA, [ADA], {Role.CO_LEAD}, None, form=new_id()) == "role_needed"
    assert refused(people.me, ADA, Act.SEE_HOME) == "not_enrolled"


def test_pages_show_everyone_once(enrol, people, dilys):
    for start in range(0, 45, 9):
        enrol(*(account(f"U{start + n:03}") for n in range(9)))

    first = people.everyone(dilys)
    second = people.everyone(dilys, after=first.next_after)
    third = people.everyone(dilys, after=second.next_after)

    pages = [first, second, third]
    assert [len(p.people) for p in pages] == [20, 20, 6]
    assert [p.first for p in pages] == [True, False, False]
    assert third.next_after is None
    assert len({person.id for p in pages for person in p.people}) == first.total == 46
