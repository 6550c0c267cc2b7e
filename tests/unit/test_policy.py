"""The table of who may do what, and that nothing gets in beside it."""

import pytest
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot.handlers.listen import Listen
from domain.ids import new_id
from domain.people import Account, Person, Role
from domain.policy import (
    FOR_NOW,
    RULES,
    SIGHTS,
    Act,
    Sight,
    Thing,
    Viewer,
    allows,
    check,
    check_shows,
    sight,
)
from domain.refusals import Refused

OWN = {
    Act.CHANGE_SETTINGS,
    Act.SEE_SESSIONS,
    Act.LOG_SESSION,
    Act.CHANGE_SESSION,
    Act.EXPORT_SESSIONS,
    Act.REFLECT,
    Act.CHANGE_JOURNAL,
    Act.TAKE_PART,
    Act.ASK_SUPERVISION,
    Act.SEE_MY_DATA,
    Act.EXPORT_MY_DATA,
    Act.ERASE_MY_DATA,
}
MY_DATA = {Act.SEE_MY_DATA, Act.EXPORT_MY_DATA, Act.ERASE_MY_DATA}
REFLECTING = {Act.REFLECT, Act.CHANGE_JOURNAL}
CO_LEADS = {
    Act.RUN_COHORTS,
    Act.SEE_WORK,
    Act.CHANGE_ROLES,
    Act.SEE_WHAT_WORKS,
    Act.EDIT_PROMPTS,
    Act.RUN_SETS,
    Act.RUN_SUPERVISION,
}


def person(*roles, deactivated=False):
    return Person(
        id=new_id(),
        account=Account("T1", "U1"),
        tz="Europe/London",
        roles=frozenset(roles),
        deactivated=deactivated,
    )


def reason(act, somebody, **on):
    """The name of the refusal; None where the act passes."""
    try:
        check(act, somebody, **on)
    except Refused as no:
        return no.reason
    return None


def test_every_act_has_a_rule():
    assert set(RULES) == set(Act)


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.SEE_SUPPORT}))
@pytest.mark.parametrize(
    "somebody",
    [
        pytest.param(None, id="unknown"),
        pytest.param(person(), id="without a role"),
        pytest.param(person(*Role, deactivated=True), id="switched off, with every role"),
    ],
)
def test_whoever_is_not_enrolled_may_only_see_support(act, somebody):
    if not (act in MY_DATA and somebody and somebody.left):
        assert reason(act, somebody) == "not_enrolled"
    assert reason(Act.SEE_SUPPORT, somebody) is None


@pytest.mark.parametrize("act", sorted(MY_DATA))
def test_whoever_was_enrolled_may_see_take_and_delete_what_is_held_and_only_their_own(act):
    """Rights over what is held do not end with taking part; an account switched off is nobody's."""
    gone = person()
    assert reason(act, gone, owner_id=gone.id) is None
    assert reason(act, gone, owner_id=new_id()) == "not_found"
    for nobody in (None, person(deactivated=True), person(*Role, deactivated=True)):
        assert reason(act, nobody) == "not_enrolled"


@pytest.mark.parametrize("role", Role)
def test_help_home_own_settings_and_own_data_are_for_every_role(role):
    for act in (Act.SEE_HELP, Act.SEE_HOME, Act.CHANGE_SETTINGS, Act.SEE_SUPPORT, *MY_DATA):
        assert reason(act, person(role)) is None


@pytest.mark.parametrize("act", [Act.ANSWER_CHECK_IN, Act.SEE_RESULTS])
@pytest.mark.parametrize("role", Role)
def test_check_ins_are_for_every_role_and_the_service_looks_at_the_group(act, role):
    assert reason(act, person(role)) is None
    assert reason(act, person()) == "not_enrolled"


@pytest.mark.parametrize("act", sorted(REFLECTING))
def test_reflections_and_a_journal_are_for_partners_and_co_leads(act):
    for role in (Role.PARTNER, Role.CO_LEAD):
        assert reason(act, person(role)) is None
    assert reason(act, person(Role.SUPERVISOR, Role.LEARNING_PARTNER)) == "role_needed"


def test_what_others_shared_is_for_whoever_it_can_be_shared_with_and_never_for_co_leads():
    for role in (Role.SUPERVISOR, Role.LEARNING_PARTNER, Role.PARTNER):
        assert reason(Act.SEE_SHARED, person(role)) is None
    assert reason(Act.SEE_SHARED, person(Role.CO_LEAD)) == "role_needed"


@pytest.mark.parametrize("act", sorted(OWN - REFLECTING - MY_DATA - {Act.CHANGE_SETTINGS}))
def test_sessions_and_asking_for_supervision_are_for_partners(act):
    assert reason(act, person(Role.PARTNER)) is None
    for role in set(Role) - {Role.PARTNER}:
        assert reason(act, person(role)) == "role_needed"


@pytest.mark.parametrize("act", [Act.JOIN_SET, Act.TAKE_PART])
def test_sets_are_partners_own(act):
    assert reason(act, person(Role.PARTNER)) is None
    for role in set(Role) - {Role.PARTNER}:
        assert reason(act, person(role)) == "role_needed"


@pytest.mark.parametrize("act", [Act.SEE_SETS, Act.LEAD_MEETING])
def test_co_leads_and_supervisors_can_be_facilitators_and_learning_partners_not(act):
    for role in (Role.PARTNER, Role.CO_LEAD, Role.SUPERVISOR):
        assert reason(act, person(role)) is None
    assert reason(act, person(Role.LEARNING_PARTNER)) == "role_needed"


@pytest.mark.parametrize("act", sorted(CO_LEADS))
def test_cohorts_roles_and_promises_are_for_co_leads(act):
    assert reason(act, person(Role.CO_LEAD)) is None
    assert reason(act, person(*set(Role) - {Role.CO_LEAD})) == "role_needed"


def test_requests_are_for_supervisors_to_take_and_never_for_co_leads():
    assert reason(Act.TAKE_REQUESTS, person(Role.SUPERVISOR)) is None
    assert reason(Act.TAKE_REQUESTS, person(*set(Role) - {Role.SUPERVISOR})) == "role_needed"


@pytest.mark.parametrize("role", Role)
def test_the_page_of_supervision_is_for_every_role_and_shows_what_the_role_may(role):
    assert reason(Act.SEE_SUPERVISION, person(role)) is None
    assert reason(Act.SEE_SUPERVISION, person()) == "not_enrolled"


@pytest.mark.parametrize("roles", [(Role.PARTNER,), tuple(Role)], ids=["a partner", "every role"])
@pytest.mark.parametrize("act", sorted(OWN))
def test_what_is_somebody_elses_is_refused_like_what_is_not_there(act, roles):
    me = person(*roles)

    assert reason(act, me, owner_id=me.id) is None
    assert reason(act, me, owner_id=new_id()) == "not_found"


def test_one_person_with_several_roles_may_do_what_each_of_them_may():
    both = person(Role.PARTNER, Role.CO_LEAD)

    assert allows(Act.LOG_SESSION, both)
    assert allows(Act.RUN_COHORTS, both)
    assert not allows(Act.RUN_COHORTS, person(Role.PARTNER))


# A listener without an act


@pytest.fixture
def app():
    return App(
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1"),
        signing_secret="",
        request_verification_enabled=False,
    )


@pytest.mark.parametrize("act", [None, "", "sessions.nothing", 7], ids=repr)
@pytest.mark.parametrize("kind", ["form", "command", "shortcut", "click"])
def test_a_listener_without_an_act_of_the_policy_does_not_register(app, kind, act):
    listen = Listen(app)

    with pytest.raises(LookupError, match="no rule"):
        getattr(listen, kind)("some.id", act, lambda ack: ack())

    assert listen.declared == []
    assert app._listeners == []


@pytest.mark.parametrize("kind", ["form", "command", "shortcut", "click"])
def test_a_listener_cannot_leave_its_act_out(app, kind):
    with pytest.raises(TypeError):
        getattr(Listen(app), kind)("some.id", lambda ack: ack())

    assert app._listeners == []


# Who sees what: PRODUCT.md, "Who must not see what", as it stands there

MATRIX = """
| Item | author | accepting supervisor | co-leads | set | learning partner |
|---|---|---|---|---|---|
| session date, type, minutes | yes | if shared | yes | no | totals |
| client code | yes | if shared | yes | no | no |
| heaviness, energy, check-in answers | yes (heaviness) | if attached | **never**; group of 5 or more | no | group of 5 or more |
| private note, journal item | yes | if shared | if shared | if shared | if shared |
| that a request exists | yes | yes | only unclaimed past its promise, without category or name | no | count |
| request note | yes | yes, that one only | **never** | no | no |
| supervisors I'd rather not have | yes | **never** | never | no | no |
| offers in a set | yes | no | only the facilitator | that set, that day | no |
| access preferences | yes | what I choose | what is needed to arrange | what I choose | no |
"""  # noqa: E501

COLUMNS = (
    Viewer.AUTHOR,
    Viewer.ACCEPTING,
    Viewer.CO_LEADS,
    Viewer.SET,
    Viewer.LEARNING_PARTNERS,
)
ITEMS = {
    "session date, type, minutes": (Thing.SESSION_FACTS,),
    "client code": (Thing.CLIENT_CODE,),
    "heaviness, energy, check-in answers": (Thing.HEAVINESS, Thing.CHECK_IN_ANSWER),
    "private note, journal item": (Thing.PRIVATE_NOTE, Thing.JOURNAL),
    "that a request exists": (Thing.REQUEST_EXISTS,),
    "request note": (Thing.REQUEST_NOTE,),
    "supervisors I'd rather not have": (Thing.RATHER_NOT,),
    "offers in a set": (Thing.OFFER,),
    "access preferences": (Thing.ACCESS,),
}
MEANS = {
    "yes": Sight.YES,
    "yes (heaviness)": Sight.OWN,
    "no": Sight.NO,
    "never": Sight.NEVER,
    "if shared": Sight.IF_SHARED,
    "if attached": Sight.IF_ATTACHED,
    "totals": Sight.TOTALS,
    "count": Sight.COUNT,
    "never; group of 5 or more": Sight.GROUP_OF_FIVE,
    "group of 5 or more": Sight.GROUP_OF_FIVE,
    "only unclaimed past its promise, without category or name": Sight.PAST_PROMISE,
    "yes, that one only": Sight.THAT_ONE,
    "only the facilitator": Sight.IF_FACILITATOR,
    "that set, that day": Sight.THAT_DAY,
    "what I choose": Sight.WHAT_I_CHOOSE,
    "what is needed to arrange": Sight.TO_ARRANGE,
}
# An answer to a check-in is kept without its person: not even they see it, and none is attached.
NARROWER = {
    (Thing.CHECK_IN_ANSWER, Viewer.AUTHOR): Sight.NO,
    (Thing.CHECK_IN_ANSWER, Viewer.ACCEPTING): Sight.NO,
}


def cells():
    for line in MATRIX.strip().splitlines()[2:]:
        item, *said = (part.strip() for part in line.strip("|").split("|"))
        for viewer, text in zip(COLUMNS, said, strict=True):
            for thing in ITEMS[item]:
                yield pytest.param(thing, viewer, text, id=f"{item} ({thing}), {viewer}")


@pytest.mark.parametrize(("thing", "viewer", "text"), list(cells()))
def test_the_table_is_the_matrix_of_the_product(thing, viewer, text):
    means = MEANS[text.replace("*", "")]
    if viewer is Viewer.AUTHOR and text == "yes":
        means = Sight.OWN

    assert SIGHTS[thing][viewer] is NARROWER.get((thing, viewer), means)


def test_supervisors_who_could_take_a_request_know_neither_its_note_nor_whom_it_avoids():
    assert SIGHTS[Thing.REQUEST_NOTE][Viewer.SUPERVISORS] is Sight.NO
    assert SIGHTS[Thing.RATHER_NOT][Viewer.SUPERVISORS] is Sight.NEVER


def test_what_the_matrix_allows_and_nothing_shows_yet_is_closed():
    nothing_yet = {
        (Thing.HEAVINESS, Viewer.CO_LEADS),
        (Thing.HEAVINESS, Viewer.LEARNING_PARTNERS),
        (Thing.PRIVATE_NOTE, Viewer.ACCEPTING),
        (Thing.PRIVATE_NOTE, Viewer.CO_LEADS),
        (Thing.PRIVATE_NOTE, Viewer.SET),
        (Thing.PRIVATE_NOTE, Viewer.LEARNING_PARTNERS),
        (Thing.JOURNAL, Viewer.CO_LEADS),
    }
    assert set(FOR_NOW) == nothing_yet
    for thing, viewer in nothing_yet:
        assert SIGHTS[thing][viewer] not in {Sight.NO, Sight.NEVER}
        assert sight(thing, viewer) in {Sight.NO, Sight.NEVER}


def test_a_facilitator_sees_of_access_what_the_set_sees():
    row = SIGHTS[Thing.ACCESS]

    assert row[Viewer.FACILITATOR] is row[Viewer.SET] is Sight.WHAT_I_CHOOSE


# What is beyond the matrix: in the order author, accepting supervisor, co-leads, set, learning
# partners, supervisors, facilitator, cohort, partners. A dot is a no.
BEYOND = {
    Thing.SESSION_DETAILS: "own . . . . . . . .",
    Thing.QUESTIONS_GIVEN: "own . . . . . . . .",
    Thing.NUDGE: "own . . . . . . . .",
    Thing.CHECK_IN_RESULT: "nobodys . yes . yes . . yes .",
    Thing.REQUEST_PURPOSE: "own that_one never . . without_name . . .",
    Thing.BOOKED_TIME: "own that_one . . . . . . .",
    Thing.MEETING_RECORD: "own that_one . . . . . . .",
    Thing.NEXT_STEP: "own . . . . . . . .",
    Thing.TALLY: "own . count . . . . . .",
    Thing.TIME_OFF: "own . . . . . . . without_name",
    Thing.SET_PLAN: "nobodys . yes yes . . yes . yes",
    Thing.SET_PLACE: "own . yes yes . . yes . count",
    Thing.SET_LINE: "own . yes count . . count . count",
    Thing.SET_LINK: "nobodys . . yes . . yes . .",
    Thing.SET_MEETING: "nobodys . yes yes . . yes . .",
    Thing.SET_RUN: "nobodys . . yes . . yes . .",
    Thing.DATES_TICKED: "own . count count . . count . .",
    Thing.COMING: "own . count count . . count . .",
    Thing.SET_ROLE: "own . . yes . . yes . .",
    Thing.ROLE_DECLINED: "own . . . . . . . .",
    Thing.SET_ACTION: "own . never yes . . yes . .",
    Thing.NATION: "own . . . . . . . .",
    Thing.RHYTHM: "own . . . . . . . .",
    Thing.ENROLMENT: "own . yes . . . . . .",
    Thing.COHORT_PLAN: "nobodys . yes . . . . . .",
    Thing.COHORT_MEMBER: "own . yes . . . . . .",
    Thing.QUESTION_BANK: "nobodys . yes . . . . . when_it_comes",
    Thing.PROMISES: "nobodys . yes . . . . . yes",
    Thing.MY_DATA: "own . . . . . . . .",
    Thing.AUDIT_LINE: "own . . . . . . . .",
    Thing.OPENINGS: "own . . . . . . . .",
}


@pytest.mark.parametrize("thing", BEYOND)
def test_beyond_the_matrix_everybody_sees_what_is_written_here(thing):
    said = (Sight.NO if one == "." else Sight(one) for one in BEYOND[thing].split())

    assert SIGHTS[thing] == dict(zip(Viewer, said, strict=True))


def test_every_kind_of_thing_has_a_row_and_every_row_stands_in_these_tests():
    in_matrix = {thing for things in ITEMS.values() for thing in things}

    assert set(SIGHTS) == set(Thing) == in_matrix | set(BEYOND)
    assert not in_matrix & set(BEYOND)


def test_a_read_in_another_way_than_the_table_has_is_refused_like_what_is_not_there():
    check_shows(Thing.REQUEST_NOTE, Viewer.ACCEPTING, Sight.THAT_ONE)

    for viewer, as_ in ((Viewer.CO_LEADS, Sight.YES), (Viewer.ACCEPTING, Sight.YES)):
        with pytest.raises(Refused) as refused:
            check_shows(Thing.REQUEST_NOTE, viewer, as_)
        assert refused.value.reason == "not_found"
