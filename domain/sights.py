"""Who sees what of each kind of thing: one table, a row for a kind and a column for who looks.

The first five columns are those of PRODUCT.md, "Who must not see what". What is in no row, nobody
but its author sees. Services ask here before they show somebody what is another's, and the line
"Who can see this" of every form is made from here.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Viewer(StrEnum):
    """Who looks, from where they stand to the thing."""

    AUTHOR = "author"
    ACCEPTING = "accepting_supervisor"
    CO_LEADS = "co_leads"
    SET = "set"
    LEARNING_PARTNERS = "learning_partners"
    SUPERVISORS = "supervisors"
    """Those who could take a request, before one of them has."""
    FACILITATOR = "facilitator"
    COHORT = "cohort"
    PARTNERS = "partners"
    """Everyone who is a partner."""


class Sight(StrEnum):
    """What of it they see. The lines speak of them in this order."""

    OWN = "own"
    YES = "yes"
    THAT_ONE = "that_one"
    """Of the one request that they accepted, and of no other."""
    IF_SHARED = "if_shared"
    IF_ATTACHED = "if_attached"
    """Where it was sent along with a request."""
    WHAT_I_CHOOSE = "what_i_choose"
    TO_ARRANGE = "to_arrange"
    """What is needed to arrange things, once the person lets them."""
    WHEN_IT_COMES = "when_it_comes"
    """Once it is sent or given to them."""
    THAT_DAY = "that_day"
    """On the day of the meeting, until it closes."""
    WITHOUT_NAME = "without_name"
    PAST_PROMISE = "past_promise"
    """That one is unclaimed past its promise, without category or name."""
    COUNT = "count"
    TOTALS = "totals"
    GROUP_OF_FIVE = "group_of_five"
    """Never one person's; of a group, results of five people or more."""
    IF_FACILITATOR = "if_facilitator"
    """As the facilitator, and in no other way."""
    NO = "no"
    NEVER = "never"
    """No, and the lines say so."""
    NOBODYS = "nobodys"
    """In the author's column: it is the programme's, and has no author."""


class Thing(StrEnum):
    """Every kind of thing that the product holds of people and of the programme."""

    SESSION_FACTS = "session_facts"
    CLIENT_CODE = "client_code"
    HEAVINESS = "heaviness"
    SESSION_DETAILS = "session_details"
    PRIVATE_NOTE = "private_note"
    JOURNAL = "journal"
    QUESTIONS_GIVEN = "questions_given"
    NUDGE = "nudge"
    CHECK_IN_ANSWER = "check_in_answer"
    CHECK_IN_RESULT = "check_in_result"
    REQUEST_EXISTS = "request_exists"
    REQUEST_PURPOSE = "request_purpose"
    REQUEST_NOTE = "request_note"
    RATHER_NOT = "rather_not"
    BOOKED_TIME = "booked_time"
    MEETING_RECORD = "meeting_record"
    NEXT_STEP = "next_step"
    TALLY = "tally"
    TIME_OFF = "time_off"
    SET_PLAN = "set_plan"
    SET_PLACE = "set_place"
    SET_LINE = "set_line"
    SET_LINK = "set_link"
    SET_MEETING = "set_meeting"
    SET_RUN = "set_run"
    DATES_TICKED = "dates_ticked"
    COMING = "coming"
    SET_ROLE = "set_role"
    ROLE_DECLINED = "role_declined"
    OFFER = "offer"
    SET_ACTION = "set_action"
    ACCESS = "access"
    NATION = "nation"
    RHYTHM = "rhythm"
    ENROLMENT = "enrolment"
    COHORT_PLAN = "cohort_plan"
    COHORT_MEMBER = "cohort_member"
    QUESTION_BANK = "question_bank"
    PROMISES = "promises"
    MY_DATA = "my_data"
    AUDIT_LINE = "audit_line"
    OPENINGS = "openings"


Row = Mapping[Viewer, Sight]


def _row(
    author: Sight,
    accepting: Sight,
    co_leads: Sight,
    the_set: Sight,
    learning_partners: Sight,
    **others: Sight,
) -> Row:
    """One row, in the order of PRODUCT.md's columns; others by the name of their column."""
    row = dict.fromkeys(Viewer, Sight.NO) | {
        Viewer.AUTHOR: author,
        Viewer.ACCEPTING: accepting,
        Viewer.CO_LEADS: co_leads,
        Viewer.SET: the_set,
        Viewer.LEARNING_PARTNERS: learning_partners,
    }
    return row | {Viewer(name): sight for name, sight in others.items()}


_OWN, _YES, _NO, _NEVER, _NOBODYS = (
    Sight.OWN,
    Sight.YES,
    Sight.NO,
    Sight.NEVER,
    Sight.NOBODYS,
)
_SHARED, _ATTACHED, _FIVE, _COUNT = (
    Sight.IF_SHARED,
    Sight.IF_ATTACHED,
    Sight.GROUP_OF_FIVE,
    Sight.COUNT,
)
_ONLY_OWN = _row(_OWN, _NO, _NO, _NO, _NO)

SIGHTS: Mapping[Thing, Row] = {
    # Sessions
    Thing.SESSION_FACTS: _row(_OWN, _SHARED, _YES, _NO, Sight.TOTALS),
    Thing.CLIENT_CODE: _row(_OWN, _SHARED, _YES, _NO, _NO),
    Thing.HEAVINESS: _row(_OWN, _ATTACHED, _FIVE, _NO, _FIVE),
    Thing.SESSION_DETAILS: _ONLY_OWN,
    Thing.PRIVATE_NOTE: _row(_OWN, _SHARED, _SHARED, _SHARED, _SHARED),
    # Reflection
    Thing.JOURNAL: _row(_OWN, _SHARED, _SHARED, _SHARED, _SHARED),
    Thing.QUESTIONS_GIVEN: _ONLY_OWN,
    Thing.NUDGE: _ONLY_OWN,
    # Check-ins: an answer is kept without the person, so that not even its author sees it again.
    Thing.CHECK_IN_ANSWER: _row(_NO, _NO, _FIVE, _NO, _FIVE, cohort=_FIVE),
    Thing.CHECK_IN_RESULT: _row(_NOBODYS, _NO, _YES, _NO, _YES, cohort=_YES),
    # Supervision
    Thing.REQUEST_EXISTS: _row(
        _OWN, _YES, Sight.PAST_PROMISE, _NO, _COUNT, supervisors=Sight.WITHOUT_NAME
    ),
    Thing.REQUEST_PURPOSE: _row(
        _OWN, Sight.THAT_ONE, _NEVER, _NO, _NO, supervisors=Sight.WITHOUT_NAME
    ),
    Thing.REQUEST_NOTE: _row(_OWN, Sight.THAT_ONE, _NEVER, _NO, _NO),
    Thing.RATHER_NOT: _row(_OWN, _NEVER, _NEVER, _NO, _NO, supervisors=_NEVER),
    Thing.BOOKED_TIME: _row(_OWN, Sight.THAT_ONE, _NO, _NO, _NO),
    Thing.MEETING_RECORD: _row(_OWN, Sight.THAT_ONE, _NO, _NO, _NO),
    Thing.NEXT_STEP: _ONLY_OWN,
    Thing.TALLY: _row(_OWN, _NO, _COUNT, _NO, _NO),
    Thing.TIME_OFF: _row(_OWN, _NO, _NO, _NO, _NO, partners=Sight.WITHOUT_NAME),
    # Learning sets
    Thing.SET_PLAN: _row(_NOBODYS, _NO, _YES, _YES, _NO, facilitator=_YES, partners=_YES),
    Thing.SET_PLACE: _row(_OWN, _NO, _YES, _YES, _NO, facilitator=_YES, partners=_COUNT),
    Thing.SET_LINE: _row(_OWN, _NO, _YES, _COUNT, _NO, facilitator=_COUNT, partners=_COUNT),
    Thing.SET_LINK: _row(_NOBODYS, _NO, _NO, _YES, _NO, facilitator=_YES),
    Thing.SET_MEETING: _row(_NOBODYS, _NO, _YES, _YES, _NO, facilitator=_YES),
    Thing.SET_RUN: _row(_NOBODYS, _NO, _NO, _YES, _NO, facilitator=_YES),
    Thing.DATES_TICKED: _row(_OWN, _NO, _COUNT, _COUNT, _NO, facilitator=_COUNT),
    Thing.COMING: _row(_OWN, _NO, _COUNT, _COUNT, _NO, facilitator=_COUNT),
    Thing.SET_ROLE: _row(_OWN, _NO, _NO, _YES, _NO, facilitator=_YES),
    Thing.ROLE_DECLINED: _row(_OWN, _NO, _NO, _NO, _NO),
    Thing.OFFER: _row(
        _OWN, _NO, Sight.IF_FACILITATOR, Sight.THAT_DAY, _NO, facilitator=Sight.THAT_DAY
    ),
    Thing.SET_ACTION: _row(_OWN, _NO, _NEVER, _YES, _NO, facilitator=_YES),
    # How people want to be treated
    Thing.ACCESS: _row(
        _OWN,
        Sight.WHAT_I_CHOOSE,
        Sight.TO_ARRANGE,
        Sight.WHAT_I_CHOOSE,
        _NO,
        facilitator=Sight.WHAT_I_CHOOSE,
    ),
    Thing.NATION: _ONLY_OWN,
    Thing.RHYTHM: _ONLY_OWN,
    # The programme
    Thing.ENROLMENT: _row(_OWN, _NO, _YES, _NO, _NO),
    Thing.COHORT_PLAN: _row(_NOBODYS, _NO, _YES, _NO, _NO),
    Thing.COHORT_MEMBER: _row(_OWN, _NO, _YES, _NO, _NO),
    Thing.QUESTION_BANK: _row(_NOBODYS, _NO, _YES, _NO, _NO, partners=Sight.WHEN_IT_COMES),
    Thing.PROMISES: _row(_NOBODYS, _NO, _YES, _NO, _NO, partners=_YES),
    # What is held about oneself
    Thing.MY_DATA: _ONLY_OWN,
    Thing.AUDIT_LINE: _ONLY_OWN,
    Thing.OPENINGS: _ONLY_OWN,
}

FOR_NOW: Mapping[tuple[Thing, Viewer], Sight] = {
    # The rule of the table allows these, and there is no page or field for them yet: until there
    # is one, they see nothing. Whoever builds it takes the line out.
    (Thing.HEAVINESS, Viewer.CO_LEADS): Sight.NEVER,
    (Thing.HEAVINESS, Viewer.LEARNING_PARTNERS): Sight.NO,
    (Thing.PRIVATE_NOTE, Viewer.ACCEPTING): Sight.NO,
    (Thing.PRIVATE_NOTE, Viewer.CO_LEADS): Sight.NO,
    (Thing.PRIVATE_NOTE, Viewer.SET): Sight.NO,
    (Thing.PRIVATE_NOTE, Viewer.LEARNING_PARTNERS): Sight.NO,
    (Thing.JOURNAL, Viewer.CO_LEADS): Sight.NO,
}

UNSEEN = frozenset({Sight.NO, Sight.NEVER, Sight.NOBODYS})


def sight(thing: Thing, viewer: Viewer) -> Sight:
    """Return what of a kind of thing somebody sees, as the product stands."""
    return FOR_NOW.get((thing, viewer), SIGHTS[thing][viewer])


def shows(thing: Thing, viewer: Viewer, as_: Sight) -> bool:
    """Whether somebody sees it in this way. Each read of what is another's asks here.

    The way is named where it is read, so that a cell that is changed closes what was built for the
    cell before.
    """
    return sight(thing, viewer) is as_


def seen_by(thing: Thing, viewers: Collection[Viewer], as_: Sight) -> bool:
    """Whether one of these, as who somebody looks, sees it in this way."""
    return any(shows(thing, viewer, as_) for viewer in viewers)
