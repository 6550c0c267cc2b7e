"""How a programme begins."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.services.people import People
from domain.people import Role
from domain.policy import Act
from tests.unit.people.made_up import ADA, BILAL, BOT, DILYS, EMEKA, JONAS, NOW, refused


def test_the_welcome_is_remembered_once(people, dilys, database):
    assert people.me(dilys, Act.SEE_HOME).welcomed_at is None
    people.welcome(dilys)
    People(database, lambda: NOW.replace(year=2027), people.look_up).welcome(dilys)
    assert people.me(dilys, Act.SEE_HOME).welcomed_at == NOW


def test_made_up_people_are_let_in_only_where_nobody_is(people, directory):
    newcomers = [
        (directory.profile(ADA), {Role.PARTNER}),
        (directory.profile(JONAS), {Role.PARTNER}),
        (directory.profile(DILYS), {Role.CO_LEAD}),
    ]
    assert people.seed(newcomers) == 2
    assert people.seed([(directory.profile(BILAL), {Role.PARTNER})]) == 0
    assert {p.account for p in people.everyone(DILYS).people} == {ADA, DILYS}


def test_the_first_co_lead_is_enrolled_once(people, dilys, directory):
    assert people.ensure_first_co_lead(directory.profile(EMEKA)) is None
    assert refused(people.me, EMEKA, Act.SEE_HOME) == "not_enrolled"


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_two_processes_that_start_together_enrol_the_first_co_lead_once(people, directory):
    with ThreadPoolExecutor(8) as pool:
        began = list(
            pool.map(lambda _: people.ensure_first_co_lead(directory.profile(DILYS)), range(8))
        )

    assert {person.account for person in began if person is not None} == {DILYS}
    assert people.everyone(DILYS).total == 1


def test_a_first_co_lead_who_cannot_take_part_is_refused(people, directory):
    assert refused(people.ensure_first_co_lead, directory.profile(BOT)) == "enrol_bot"


def test_when_the_only_co_lead_has_left_another_can_begin(people, dilys, directory):
    people.profile_changed(directory.profile(DILYS, deactivated=True))
    assert people.ensure_first_co_lead(directory.profile(EMEKA)) is not None


@pytest.mark.parametrize("title", ["Co-lead", "colead", "Programme CO LEAD, North"])
def test_in_practice_whoever_is_co_lead_by_title_begins_by_opening_home(database, directory, title):
    people = People(database, lambda: NOW, directory, practice=True)
    directory.facts[EMEKA] = {"title": title}

    people.someone_is_home(ADA)
    people.someone_is_home(EMEKA)
    people.someone_is_home(DILYS)

    assert people.me(EMEKA, Act.CHANGE_ROLES)
    assert refused(people.me, DILYS, Act.SEE_HOME) == "not_enrolled"
    assert refused(people.me, ADA, Act.SEE_HOME) == "not_enrolled"


@pytest.mark.parametrize("title", ["", "Partner", "Coleader", "Disco leader"])
def test_other_titles_do_not_begin(database, directory, title):
    directory.facts[EMEKA] = {"title": title}
    people = People(database, lambda: NOW, directory, practice=True)
    people.someone_is_home(EMEKA)
    assert refused(people.me, EMEKA, Act.SEE_HOME) == "not_enrolled"


def test_in_a_real_workspace_a_title_is_worth_nothing_and_slack_is_not_asked(people, directory):
    people.someone_is_home(DILYS)

    assert people.adopt_first_co_lead(directory.profile(DILYS)) is None
    assert directory.asked == []
    assert refused(people.me, DILYS, Act.SEE_HOME) == "not_enrolled"
