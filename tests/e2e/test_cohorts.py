"""A co-lead makes a cohort, lets people in and changes what they do."""

import time

import pytest

from domain.people import Account
from domain.policy import Act
from practice.people import TEAM_ID, user_id

SPRING = "Spring <!channel>"


def the_account(handle):
    return Account(TEAM_ID, user_id(handle))


def ids(*handles):
    return [user_id(handle) for handle in handles]


def make_cohort(co_lead, name=SPRING):
    co_lead.command("/cohort")
    co_lead.press("Make a cohort")
    co_lead.submit(Name=name)


def change_roles(co_lead, handle, *roles):
    co_lead.command("/cohort")
    co_lead.press("Give or take roles")
    co_lead.submit(Person=user_id(handle))
    co_lead.submit(values={"Roles they hold": list(roles)})


def until(true):
    """Waits for what Slack's events bring, two seconds at most."""
    deadline = time.monotonic() + 2
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def test_a_cohort_is_made_and_what_was_typed_stays_plain(dilys):
    make_cohort(dilys)

    assert "The cohort is made." in dilys.reads
    assert SPRING in dilys.reads
    assert "0 people" in dilys.reads


def test_a_cohort_without_a_name_is_asked_for_one_and_the_dates_stay(dilys):
    dilys.command("/cohort")
    dilys.press("Make a cohort")
    dilys.submit(values={"Name": "  ", "Last day": "2030-01-31"})

    assert dilys.errors == {"name": "Give the cohort a name."}
    assert dilys.typed("ends_on")["selected_date"] == "2030-01-31"


def test_everyone_who_can_take_part_is_enrolled_and_for_the_others_it_is_said_why(dilys, someone):
    make_cohort(dilys)
    dilys.press("Enrol people")
    dilys.submit(
        values={"People": ids("iona", "kit", "jonas", "lena"), "Roles": ["partner", "supervisor"]}
    )

    assert dilys.title == "Enrolment"
    assert f"<@{user_id('iona')}>: Partner, Supervisor" in dilys.reads
    assert f"<@{user_id('kit')}>: Partner, Supervisor" in dilys.reads
    assert f"<@{user_id('jonas')}>: This account is switched off" in dilys.reads
    assert f"<@{user_id('lena')}>: This account" in dilys.reads
    assert "Partners get a reflection question each week" in dilys.reads

    dilys.press("See all cohorts").press("Open cohort")
    assert "2 people" in dilys.reads
    iona = someone("iona")
    assert iona.command("/session").title == "Log a session"


def test_nothing_is_sent_to_those_who_are_enrolled(dilys, control):
    dilys.command("/cohort")
    dilys.press("Enrol people")
    dilys.submit(values={"People": ids("iona"), "Roles": ["partner"]})

    assert dilys.title == "Enrolment"
    sent = {entry["method"] for entry in control.ledger() if entry["method"]}
    assert not {method for method in sent if method.startswith("chat.")}


def test_members_are_added_and_taken_out(dilys):
    make_cohort(dilys)
    dilys.press("Add people")
    dilys.submit(People=ids("ada", "iona"))
    assert f"<@{user_id('iona')}>: Not enrolled yet." in dilys.reads
    assert "1 person" in dilys.reads

    dilys.press("Take out of cohort")

    assert "They are not in this cohort any more." in dilys.reads
    assert "0 people" in dilys.reads


def test_a_role_that_is_given_opens_what_it_is_for(dilys, someone):
    change_roles(dilys, "farah", "supervisor", "co_lead")

    assert f"<@{user_id('farah')}>: Co-lead, Supervisor" in dilys.reads
    assert someone("farah").command("/cohort").title == "Cohorts and people"


def test_taking_the_last_role_ends_enrolment_at_once(dilys, ada):
    ada.command("/session")

    change_roles(dilys, "ada")
    ada.submit()

    assert "They are not enrolled any more." in dilys.reads
    assert "Your session is saved." not in ada.reads
    assert ada.close().command("/session").title is None


def test_two_co_leads_can_part_but_the_last_one_stays(dilys, emeka):
    change_roles(dilys, "emeka", "partner")
    assert emeka.command("/cohort").title is None

    change_roles(dilys, "dilys", "partner")

    assert dilys.errors == {
        "roles": "You are the last co-lead. Please make someone else co-lead first."
    }


def test_whoever_is_not_enrolled_is_not_given_roles_by_that_form(dilys):
    dilys.command("/cohort")
    dilys.press("Give or take roles")
    dilys.submit(Person=user_id("iona"))
    assert "not enrolled yet" in dilys.errors["person"]


@pytest.mark.parametrize("handle", ["ada", "farah", "hari", "iona"])
def test_nobody_else_opens_cohorts_and_what_they_type_is_not_said_back(someone, handle):
    person = someone(handle)

    person.command("/cohort", "canary words")

    assert person.title is None
    assert len(person.whispers) == 1
    assert "canary" not in person.whispers[0]


def test_a_form_that_was_open_when_the_role_was_taken_saves_nothing(dilys, emeka):
    emeka.command("/cohort")
    emeka.press("Enrol people")
    change_roles(dilys, "emeka", "partner")

    emeka.submit(values={"People": ids("iona"), "Roles": ["co_lead"]})

    assert "for another role" in "".join(emeka.errors.values())
    dilys.close().command("/cohort")
    dilys.press("See who is enrolled")
    assert f"<@{user_id('iona')}>" not in dilys.reads


def test_when_slack_does_not_say_who_people_are_the_form_stays_filled_in(dilys, control):
    dilys.command("/cohort")
    dilys.press("Enrol people")
    control.fault(method="users.info", kind="429", times=2, retry_after=1)

    for _ in range(2):
        dilys.submit(values={"People": ids("iona"), "Roles": ["partner"]})
        assert "Slack did not answer" in "".join(dilys.errors.values())
        assert dilys.typed("people")["selected_users"] == ids("iona")
    dilys.submit(values={"People": ids("iona"), "Roles": ["partner"]})

    assert dilys.title == "Enrolment"


def test_a_move_and_a_switched_off_account_arrive_from_slack(bot, control, ada):
    people = bot.house.people
    control.post("event", person="ada", change={"tz": "America/New_York"})
    assert until(lambda: people.me(the_account("ada"), Act.SEE_HOME).tz == "America/New_York")

    control.post("event", person="ada", change={"deleted": True})

    assert until(lambda: people.one(the_account("dilys"), _id_of(people, "ada")).deactivated)


def _id_of(people, handle):
    return people.roles_of(the_account("dilys"), the_account(handle)).id


def test_a_co_lead_sees_what_works_for_somebody_only_if_they_share_it(ada, someone, bot):
    dilys = someone("dilys")

    def dilys_reads_of_ada():
        dilys.close().command("/cohort")
        dilys.press("Give or take roles")
        return dilys.submit(Person=user_id("ada")).reads

    ada.press("Change my settings", home=True)
    ada.submit(values={"What works for you?": ["Captions on calls", "Breaks"]})
    assert "Your settings are saved." in ada.reads
    assert "Captions on calls" not in dilys_reads_of_ada()

    ada.close().press("Change my settings", home=True)
    ada.submit(
        values={"Who may see what works for you?": ["Co-leads may see it, to arrange things"]}
    )
    assert "Captions on calls\nBreaks" in dilys_reads_of_ada()
    assert b"captions" not in bot.rows("preferences")[0]["words"]
