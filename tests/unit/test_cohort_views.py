"""What co-leads see: every view is one that Slack takes, and typed words stay plain text."""

from datetime import date

import pytest

from bot.services.cohorts import Added, CohortList, CohortPage
from bot.services.enrolment import Enrolment
from bot.services.people import PeoplePage
from bot.views import cohorts as views
from bot.views import people as people_views
from bot.views.forms import read_meta
from bot.views.pages import read_page
from bot.words import Words
from domain.cohorts import Cohort
from domain.people import Account, Person, Role
from domain.refusals import NotValid
from practice.blocks import check_view, initial_state, put_value, submission_errors

WORDS = Words()
FORM = "f" * 32
HOSTILE = "<!channel> {name} *<http://bad.example|bank>*"
FIRST = date(2026, 3, 3)
LAST = date(2026, 9, 30)


def an_id(number):
    return f"{number:032x}"


def a_cohort(number=1, name="Spring 2026", **facts):
    return Cohort(id=an_id(number), name=name, **{"starts_on": FIRST, "ends_on": LAST} | facts)


def somebody(number=1, roles=frozenset(Role)):
    return Person(
        id=an_id(number),
        account=Account("T1", f"U{number:010}"),
        tz="Europe/London",
        roles=frozenset(roles),
    )


REASONS = (
    "enrol_deactivated",
    "enrol_bot",
    "enrol_outsider",
    "enrol_unknown",
)
COHORTS = tuple(a_cohort(n, name="W" * 60, members=n) for n in range(120))
PEOPLE = tuple(somebody(n) for n in range(20))
ACCOUNTS = [person.account for person in PEOPLE]
FULL = CohortPage(
    cohort=a_cohort(name="W" * 60, members=400),
    members=PEOPLE,
    next_after=an_id(20),
    first=False,
)
NEW = CohortPage(cohort=a_cohort(ends_on=None), members=())
CHANGE = views.form_of_cohort(a_cohort(name=HOSTILE), FORM)
VIEWS = {
    "no cohorts yet": views.cohort_list(WORDS, CohortList(cohorts=(), enrolled=1)),
    "the first page of many": views.cohort_list(
        WORDS, CohortList(cohorts=COHORTS, enrolled=4000), 1
    ),
    "a page in between": views.cohort_list(WORDS, CohortList(cohorts=COHORTS, enrolled=4000), 3),
    "a page past the end": views.cohort_list(WORDS, CohortList(cohorts=COHORTS, enrolled=4), 99),
    "a new cohort": views.one_cohort(WORDS, NEW, said="cohort.made"),
    "a changed cohort": views.one_cohort(WORDS, NEW, said="cohort.changed"),
    "a full cohort": views.one_cohort(WORDS, FULL, said="cohort.removed"),
    "everyone added": views.added(WORDS, Added(page=FULL)),
    "not everyone added": views.added(
        WORDS, Added(page=FULL, refused=tuple((a, "member_not_enrolled") for a in ACCOUNTS))
    ),
    "make a cohort": views.cohort_form(WORDS, views.FormData(form=FORM, starts_on=FIRST)),
    "change a cohort": views.cohort_form(WORDS, CHANGE),
    "add people": views.add_form(WORDS, a_cohort(name=HOSTILE), form=FORM),
    "enrol without cohorts": people_views.enrol_form(WORDS, (), form=FORM),
    "enrol into a cohort": people_views.enrol_form(
        WORDS, COHORTS, form=FORM, cohort_id=COHORTS[2].id
    ),
    "enrolled": people_views.enrolled(
        WORDS, [Enrolment(account=a, roles=frozenset(Role)) for a in ACCOUNTS[:10]]
    ),
    "nobody enrolled": people_views.enrolled(
        WORDS, [Enrolment(account=ACCOUNTS[0], refused=reason) for reason in REASONS]
    ),
    "whose roles": people_views.roles_form(WORDS, form=FORM),
    "somebody's roles": people_views.roles_of_form(WORDS, somebody(), form=FORM),
    "roles saved": people_views.roles_saved(WORDS, somebody(roles={Role.PARTNER})),
    "enrolment ended": people_views.roles_saved(WORDS, somebody(roles=())),
    "everyone": people_views.people_list(
        WORDS, PeoplePage(people=PEOPLE, total=400, next_after=an_id(20), first=False)
    ),
    "past everyone": people_views.people_list(WORDS, PeoplePage(people=(), total=400, first=False)),
}
FORMS = {name: view for name, view in VIEWS.items() if "submit" in view}


def texts(node):
    """Every text object in a view."""
    if isinstance(node, dict):
        if node.get("type") in {"plain_text", "mrkdwn"}:
            yield node
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def filled(view, **values):
    """The view as Slack brings it back when this was filled in."""
    shown = check_view(view, kind="modal")
    state = initial_state(shown)
    for block_id, value in values.items():
        state[block_id] = {block_id: put_value(shown, state, block_id, block_id, value)}
    return shown | {"state": {"values": state}}


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_view(name):
    check_view(VIEWS[name], kind="modal")


@pytest.mark.parametrize("name", VIEWS)
def test_only_names_of_people_are_marked_up(name):
    for text in texts(VIEWS[name]):
        if text["type"] == "mrkdwn":
            assert text["text"].startswith("<@U")
            assert text["text"].count("<") == 1


@pytest.mark.parametrize(
    "view",
    [
        views.cohort_list(WORDS, CohortList(cohorts=(a_cohort(name=HOSTILE),), enrolled=1)),
        views.one_cohort(WORDS, CohortPage(cohort=a_cohort(name=HOSTILE), members=())),
        people_views.enrol_form(WORDS, [a_cohort(name=HOSTILE)], form=FORM),
    ],
    ids=["in the list", "as a heading", "as a choice"],
)
def test_the_name_of_a_cohort_is_shown_as_it_was_typed(view):
    check_view(view, kind="modal")
    kinds = {text["type"] for text in texts(view) if HOSTILE in text["text"]}
    assert kinds == {"plain_text"}


@pytest.mark.parametrize("name", FORMS)
def test_who_can_see_it_stands_just_above_save(name):
    last = FORMS[name]["blocks"][-1]
    assert last["type"] == "context"
    assert last["elements"][0]["text"].count("can see this.") == 1


def test_a_new_cohort_comes_back_as_it_was_filled_in():
    view = filled(VIEWS["make a cohort"], name="Spring", ends_on="2026-09-30")

    read = views.read_cohort_form(view)

    assert (read.name, read.starts_on, read.ends_on) == ("Spring", FIRST, LAST)
    assert read_meta(view).cohort is None


def test_the_form_of_a_cohort_begins_with_what_is_there():
    view = filled(VIEWS["change a cohort"])

    read = views.read_cohort_form(view)

    assert (read.name, read.starts_on, read.ends_on) == (HOSTILE, FIRST, LAST)
    assert read_meta(view).cohort == an_id(1)


@pytest.mark.parametrize(
    ("field", "typed"), [("starts_on", "soon"), ("starts_on", None), ("ends_on", "2026-02-30")]
)
def test_a_date_that_is_none_is_refused_at_its_field(field, typed):
    view = filled(VIEWS["change a cohort"])
    view["state"]["values"][field][field]["selected_date"] = typed

    with pytest.raises(NotValid) as refusal:
        views.read_cohort_form(view)

    assert refusal.value.problems == {field: "date_wrong"}


def test_enrolment_comes_back_as_it_was_filled_in():
    view = filled(
        VIEWS["enrol into a cohort"], people=["U0ADA000000"], roles=["partner", "supervisor"]
    )

    read = people_views.read_enrol_form(view)

    assert read.accounts("T1") == [Account("T1", "U0ADA000000")]
    assert read.roles == {Role.PARTNER, Role.SUPERVISOR}
    assert read.cohort == COHORTS[2].id


def test_enrolment_needs_no_cohort():
    view = filled(VIEWS["enrol without cohorts"], people=["U0ADA000000"], roles=["partner"])
    assert people_views.read_enrol_form(view).cohort is None


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("roles", {"type": "checkboxes", "selected_options": [{"value": "owner"}]}),
        ("people", {"type": "multi_users_select", "selected_users": ["U1> <!channel"]}),
        ("cohort", {"type": "static_select", "selected_option": {"value": "1 OR 1=1"}}),
    ],
)
def test_values_that_the_form_does_not_offer_are_refused(field, sent):
    view = filled(VIEWS["enrol into a cohort"], people=["U0ADA000000"], roles=["partner"])
    view["state"]["values"][field][field] = sent

    with pytest.raises(NotValid) as refusal:
        people_views.read_enrol_form(view)

    assert refusal.value.problems == {field: "choose_one"}


def test_every_role_can_be_taken_away_in_the_form():
    view = filled(VIEWS["somebody's roles"], roles=[])

    assert submission_errors(view, view["state"]["values"]) == {}
    assert people_views.read_roles_of_form(view) == frozenset()
    assert read_meta(view).subject == an_id(1)


def test_the_roles_that_are_held_are_ticked():
    view = people_views.roles_of_form(WORDS, somebody(roles={Role.SUPERVISOR}), form=FORM)
    assert people_views.read_roles_of_form(filled(view)) == {Role.SUPERVISOR}


def test_the_person_chosen_comes_back():
    view = filled(VIEWS["whose roles"], person="U0ADA000000")
    assert people_views.read_roles_form(view, "T1") == Account("T1", "U0ADA000000")


def test_a_choice_of_nobody_is_refused():
    with pytest.raises(NotValid):
        people_views.read_roles_form(filled(VIEWS["whose roles"]), "T1")


def test_a_button_names_a_cohort_and_a_person():
    assert views.read_place(views.cohort_place(an_id(1), an_id(2))) == (an_id(1), an_id(2))


@pytest.mark.parametrize(("value", "page"), [("3", 3), ("", 1), ("-1", 1), ("9" * 400, 1)])
def test_a_button_names_a_page(value, page):
    assert read_page(value) == page


def test_a_co_lead_is_told_what_is_sent_to_those_enrolled():
    said = " ".join(text["text"] for text in texts(VIEWS["enrolled"]))
    assert "They will find a welcome when they open the app." in said
    assert "Partners get a reflection question each week" in said


def test_it_is_said_what_taking_the_last_role_does():
    hint = VIEWS["somebody's roles"]["blocks"][1]["hint"]["text"]
    assert "not enrolled any more" in hint
    assert "Their own data stays" in hint
