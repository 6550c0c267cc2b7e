"""Cohorts and their members, on a real database."""

from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from bot.services.cohorts import Cohorts
from bot.services.people import People
from domain.ids import new_id
from domain.people import Account, Profile, Role
from domain.policy import Act
from domain.refusals import NotValid, Refused
from storage.engine import open_database
from tests.databases import migrated_file, migrated_url  # noqa: F401  (fixtures)

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
FIRST = date(2026, 3, 3)
LAST = date(2026, 9, 30)
DILYS, ADA, BILAL, IONA = (Account("T1", f"U0{n}") for n in ("DILYS", "ADA", "BILAL", "IONA"))


def a_profile(account, **facts):
    return Profile(account=account, tz="Europe/London", **facts)


@pytest.fixture
def database(request, tmp_path):
    with migrated_url("sqlite", request, tmp_path) as url, closing(open_database(url)) as d:
        yield d


@pytest.fixture
def people(database):
    service = People(database, lambda: NOW, a_profile)
    partners = [(a_profile(account), {Role.PARTNER}) for account in (ADA, BILAL)]
    service.seed([*partners, (a_profile(DILYS), {Role.CO_LEAD})])
    return service


@pytest.fixture
def cohorts(database, people):
    return Cohorts(database, lambda: NOW)


@pytest.fixture
def spring(cohorts):
    return cohorts.make(DILYS, " Spring  2026 ", FIRST, LAST, form=new_id()).cohort


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return refusal.value.reason


def accounts_in(page):
    return {person.account for person in page.members}


def test_a_cohort_is_made_without_anybody_in_it(cohorts, spring):
    assert (spring.name, spring.starts_on, spring.ends_on) == ("Spring 2026", FIRST, LAST)
    listed = cohorts.all(DILYS)
    assert (listed.cohorts, listed.enrolled) == ((spring,), 3)


def test_the_same_form_twice_makes_one_cohort(cohorts):
    first = cohorts.make(DILYS, "Spring", FIRST, None, form="f" * 32)
    second = cohorts.make(DILYS, "Spring", FIRST, None, form="f" * 32)
    assert second == first
    assert len(cohorts.all(DILYS).cohorts) == 1


def test_a_form_that_was_refused_can_be_put_right_and_sent_again(cohorts):
    with pytest.raises(NotValid):
        cohorts.make(DILYS, "", FIRST, None, form="f" * 32)
    assert cohorts.make(DILYS, "Spring", FIRST, None, form="f" * 32).cohort.name == "Spring"


def test_name_and_dates_change_and_members_stay(cohorts, spring):
    cohorts.add(DILYS, spring.id, [ADA], form=new_id())

    page = cohorts.change(DILYS, spring.id, "Summer", LAST, None, form=new_id())

    assert (page.cohort.name, page.cohort.starts_on, page.cohort.ends_on) == ("Summer", LAST, None)
    assert accounts_in(page) == {ADA}


def test_the_same_change_sent_late_does_not_undo_a_newer_one(cohorts, spring):
    cohorts.change(DILYS, spring.id, "Summer", FIRST, LAST, form="f" * 32)
    cohorts.change(DILYS, spring.id, "Autumn", FIRST, LAST, form=new_id())

    page = cohorts.change(DILYS, spring.id, "Summer", FIRST, LAST, form="f" * 32)

    assert page.cohort.name == "Autumn"


def test_dates_that_run_backwards_are_refused_and_nothing_changes(cohorts, spring):
    with pytest.raises(NotValid) as refusal:
        cohorts.change(DILYS, spring.id, "Spring", LAST, FIRST, form=new_id())
    assert refusal.value.problems == {"ends_on": "cohort_ends_before"}
    assert cohorts.one(DILYS, spring.id).cohort == spring


def test_people_who_are_not_enrolled_are_not_added_and_it_is_said(cohorts, spring):
    done = cohorts.add(DILYS, spring.id, [ADA, IONA, ADA], form="f" * 32)

    assert accounts_in(done.page) == {ADA}
    assert done.page.cohort.members == 1
    assert done.refused == ((IONA, "member_not_enrolled"),)
    assert cohorts.add(DILYS, spring.id, [ADA, IONA], form="f" * 32) == done


def test_people_who_are_not_enrolled_any_more_are_not_added(cohorts, people, spring):
    people.set_roles(DILYS, people.roles_of(DILYS, ADA).id, set(), form=new_id())

    done = cohorts.add(DILYS, spring.id, [ADA], form=new_id())

    assert done.refused == ((ADA, "member_not_enrolled"),)
    people.enrol(DILYS, [ADA], {Role.PARTNER}, None, form=new_id())
    assert cohorts.one(DILYS, spring.id).members == ()


def test_a_form_sent_late_does_not_bring_back_who_was_taken_out(cohorts, people, spring):
    cohorts.add(DILYS, spring.id, [ADA], form="f" * 32)
    cohorts.remove(DILYS, spring.id, people.roles_of(DILYS, ADA).id)

    assert cohorts.add(DILYS, spring.id, [ADA], form="f" * 32).page.members == ()


@pytest.mark.parametrize(
    ("accounts", "reason"),
    [
        ([], "people_none"),
        ([Account("T1", f"U{n}") for n in range(31)], "people_too_many"),
    ],
)
def test_a_choice_of_nobody_or_of_too_many_is_refused(cohorts, spring, accounts, reason):
    with pytest.raises(NotValid) as refusal:
        cohorts.add(DILYS, spring.id, accounts, form=new_id())
    assert refusal.value.problems == {"people": reason}


def test_whoever_is_taken_out_stays_enrolled_and_twice_is_the_same(cohorts, people, spring):
    cohorts.add(DILYS, spring.id, [ADA, BILAL], form=new_id())
    ada = people.roles_of(DILYS, ADA).id

    assert accounts_in(cohorts.remove(DILYS, spring.id, ada)) == {BILAL}
    assert accounts_in(cohorts.remove(DILYS, spring.id, ada)) == {BILAL}
    assert people.me(ADA, Act.LOG_SESSION)


def test_whoever_is_not_enrolled_any_more_is_not_shown(cohorts, people, spring):
    cohorts.add(DILYS, spring.id, [ADA, BILAL], form=new_id())
    people.set_roles(DILYS, people.roles_of(DILYS, ADA).id, set(), form=new_id())

    page = cohorts.one(DILYS, spring.id)

    assert (page.cohort.members, accounts_in(page)) == (1, {BILAL})


def test_pages_show_every_member_once(cohorts, people, spring):
    for start in range(0, 30, 10):
        accounts = [Account("T1", f"U{start + n}") for n in range(10)]
        people.enrol(DILYS, accounts, {Role.PARTNER}, spring.id, form=new_id())

    first = cohorts.one(DILYS, spring.id)
    second = cohorts.one(DILYS, spring.id, after=first.next_after)

    assert [len(first.members), len(second.members)] == [20, 10]
    assert accounts_in(first) & accounts_in(second) == set()
    assert (first.first, second.first, second.next_after) == (True, False, None)


def test_only_co_leads_do_any_of_it(cohorts, people, spring):
    ada = people.roles_of(DILYS, ADA).id
    for call in (
        lambda by: cohorts.all(by),
        lambda by: cohorts.one(by, spring.id),
        lambda by: cohorts.make(by, "Mine", FIRST, None, form=new_id()),
        lambda by: cohorts.change(by, spring.id, "Mine", FIRST, None, form=new_id()),
        lambda by: cohorts.add(by, spring.id, [ADA], form=new_id()),
        lambda by: cohorts.remove(by, spring.id, ada),
    ):
        assert refused(call, ADA) == "role_needed"
        assert refused(call, IONA) == "not_enrolled"
    assert cohorts.all(DILYS).cohorts == (spring,)


def test_a_cohort_that_is_not_there_is_refused(cohorts):
    for call in (
        lambda: cohorts.one(DILYS, new_id()),
        lambda: cohorts.change(DILYS, new_id(), "Mine", FIRST, None, form=new_id()),
        lambda: cohorts.add(DILYS, new_id(), [ADA], form=new_id()),
        lambda: cohorts.remove(DILYS, new_id(), new_id()),
    ):
        assert refused(call) == "not_found"
