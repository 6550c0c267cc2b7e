"""Who reads what of a request for supervision: the rows of PRODUCT.md's matrix, cell by cell.

Everybody goes wherever the bot leads them, and besides presses every button with the request's id
in it, as somebody could who had learnt it. The tables are written out here by hand.
"""

import json

import pytest

from bot import ids
from domain.ids import new_id
from domain.people import Account, Profile, Role
from practice.people import TEAM_ID, user_id
from storage import people
from tests.e2e.journal_items import person_of
from tests.e2e.supervision_story import NOTE, TUESDAY, at, claims, opened, pushed, request_of
from tests.e2e.test_who_is_let_in import slack_says_gone
from tests.forging import Forger, sent_views

WHEN = "Mornings by the harbour"
LATER = "2027-03-02T15:00:00Z"
PAST_PROMISE = "2027-03-05T15:00:00Z"

WHO = {
    "the author": "ada",
    "the accepting supervisor": "farah",
    "another supervisor": "gwen",
    "a supervisor they would rather not have": "cerys",
    "a former holder": "emeka",
    "another partner": "bilal",
    "a co-lead": "dilys",
    "a learning partner": "hari",
    "somebody not enrolled": "iona",
    "a supervisor who was switched off": "kit",
}

# What gives each thing away, wherever it is read.
MARKS = {
    "whose it is": user_id("ada"),
    "what it is for": "doing right",
    "the note": NOTE,
    "when they can": WHEN,
    "the session": "coaching, 2 hours",
    "the client code": "C-07",
    "heaviness": "Heavy",
    "what works for them": "Breaks",
    "whom they would rather not have": user_id("cerys"),
}
SESSION = "This session: date, kind, times, client code, how you met, outcome, pay"
HEAVINESS = "How heavy this session was"
WORKS = "What works for me, from my settings"
EVERYTHING = [SESSION, HEAVINESS, WORKS]

READING = (
    ids.OPEN_REQUESTS,
    ids.OPEN_REQUEST,
    ids.OPEN_DONE,
    ids.OPEN_QUEUE,
    ids.OPEN_HELD,
    ids.READ_REQUEST_NOTE,
    ids.OPEN_BOOK,
    ids.OPEN_RECORD,
    ids.OPEN_HAND_OVER,
    ids.OPEN_SUPERVISION_PLAN,
    ids.OPEN_SENT_COUNT,
)
CHANGING = (
    ids.HAND_BACK,
    ids.HAND_OVER,
    ids.CLOSE_REQUEST,
    ids.WITHDRAW_REQUEST,
    ids.CLAIM_REQUEST,
)


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10:04 in London; five people are supervisors, one of them gone.

    Cerys, Emeka and Kit are made supervisors for this, and nothing else.
    """
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()
    with bot.database.write() as conn:
        now = bot.house.clock()
        for handle in ("cerys", "emeka", "kit"):
            profile = Profile(account=account(handle), tz="Europe/London")
            people.enrol(conn, profile, {Role.SUPERVISOR}, by=None, now=now)


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def account(handle):
    return Account(TEAM_ID, user_id(handle))


# The story


def asks(ada, shares=()):
    """Ada sets what works, logs a heavy session and asks from there, not wanting Cerys."""
    ada.home().press("Change my settings", home=True)
    ada.submit(values={"What works for you?": ["Breaks"]}).close()
    ada.command("/session")
    ada.submit(values={"Client code": "C-07", "How long was it?": "2 hours"})
    ada.press("Heavy").press("Talk to a supervisor").press("Change how, when or who")
    ada.submit(
        values={
            "What is it for?": "For doing right",
            "A note": NOTE,
            "When can you?": WHEN,
            "Supervisors you would rather not have": [user_id("cerys")],
            "Show the supervisor who accepts": list(shares),
        }
    )
    assert "Your request is sent." in ada.reads
    ada.close()


def handed_on(someone, bot, control):
    """Emeka picks it up, reads the note and hands it over to Farah; Kit is switched off."""
    emeka = claims(someone("emeka")).press("Read their note")
    assert NOTE in emeka.reads
    emeka.close()
    request, farah = request_of(bot)["id"], person_of(bot, "farah")["id"]
    bot.house.supervision_queue.hand_over(account("emeka"), request, farah)
    slack_says_gone(control, "kit")


def read_everywhere(person, forger, bot, *, changing):
    """Every word somebody reads, wherever they are led and whatever button they press.

    Raw views are read as well where the bot sent them by itself: ids, values and metadata.
    """
    request = request_of(bot)["id"]
    read = [json.dumps(person.home().sees["home"])]
    for label in ("See all requests", "Open supervision", "See my requests"):
        if f'"{label}"' in read[0]:
            person.press(label, home=True)
            read += [person.reads, json.dumps(person.modal)]
            person.close()
    person.command("/supervision")
    read += [person.reads, json.dumps(person.modal)]
    values = {ids.HAND_OVER: f"{request} {person_of(bot, 'gwen')['id']}"}
    for action_id in (*READING, *(CHANGING if changing else ())):
        forger.press(person, action_id, values.get(action_id, request))
        read.append(person.reads)
        person.close() if person.modal else None
    return "\n".join([*read, *pushed(person), *person.whispers])


def seen(words):
    """What of a request these words give away."""
    return {what for what, mark in MARKS.items() if mark in words}


NOTHING = set()
# What somebody reads anyway: their own id and sessions, and the choices of the form to ask.
OWN = {
    "the author": {"whose it is", "what it is for", "the session", "the client code"},
    "another partner": {"what it is for"},
    "a supervisor they would rather not have": {"whom they would rather not have"},
}


# A request that Farah has, of which its person chose to show everything


READS = {
    # Their page says how it stands and who has it; what they wrote is nowhere but in the form.
    "the author": NOTHING,
    "the accepting supervisor": set(MARKS) - {"whom they would rather not have"},
    "another supervisor": NOTHING,
    "a supervisor they would rather not have": NOTHING,
    "a former holder": NOTHING,
    "another partner": NOTHING,
    "a co-lead": NOTHING,
    "a learning partner": NOTHING,
    "somebody not enrolled": NOTHING,
    "a supervisor who was switched off": NOTHING,
}


@pytest.mark.parametrize("role", WHO)
def test_of_a_request_that_was_picked_up_everybody_reads_what_is_theirs(
    someone, bot, control, forger, role
):
    asks(someone("ada"), EVERYTHING)
    handed_on(someone, bot, control)
    at(bot, control, LATER)
    before = bot.rows("supervision_requests"), bot.rows("supervision_openings")
    mine = role in {"the author", "the accepting supervisor"}

    person = someone(WHO[role], welcomed=role not in UNKNOWN)
    read = read_everywhere(person, forger, bot, changing=not mine)

    own = OWN.get(role, NOTHING)
    assert seen(read) - own == READS[role] - own
    assert (request_of(bot)["id"] in read) is mine
    if not mine:
        assert (bot.rows("supervision_requests"), bot.rows("supervision_openings")) == before


UNKNOWN = {"somebody not enrolled", "a supervisor who was switched off"}


# What its person did not choose to show


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        ([], set()),
        ([SESSION], {"the session", "the client code"}),
        ([HEAVINESS], {"heaviness"}),
        ([WORKS], {"what works for them"}),
        (EVERYTHING, {"the session", "the client code", "heaviness", "what works for them"}),
    ],
    ids=lambda given: ", ".join(sorted(given)) or "nothing" if isinstance(given, list) else None,
)
def test_whoever_accepts_reads_only_what_was_chosen(someone, bot, forger, shares, shown):
    asks(someone("ada"), shares)
    farah = claims(someone("farah"))

    read = read_everywhere(farah, forger, bot, changing=False)

    always = {"whose it is", "what it is for", "the note", "when they can"}
    assert seen(read) == always | shown


def test_what_is_not_there_any_more_is_shown_to_nobody(someone, bot, forger):
    ada = someone("ada")
    asks(ada, EVERYTHING)
    farah = claims(someone("farah"))
    ada.home().press("Open it", home=True).press("Delete session")

    read = read_everywhere(farah, forger, bot, changing=False)

    assert not seen(read) & {"the session", "the client code", "heaviness"}


# A request that waits: that it exists


WAITS = {
    "the author": True,
    "the accepting supervisor": True,
    "another supervisor": True,
    "a supervisor they would rather not have": False,
    "another partner": False,
    "a co-lead": False,
    "a learning partner": False,
    "somebody not enrolled": False,
    "a supervisor who was switched off": False,
}


@pytest.mark.parametrize("role", WAITS)
def test_that_a_request_waits_is_known_to_those_who_can_take_it_and_to_nobody_else(
    someone, bot, control, forger, role
):
    asks(someone("ada"), EVERYTHING)
    slack_says_gone(control, "kit")
    at(bot, control, LATER)
    person = someone(WHO[role], welcomed=role not in UNKNOWN)
    takes = role in {"the accepting supervisor", "another supervisor"}
    known = takes or role == "the author"

    read = read_everywhere(person, forger, bot, changing=not known)

    assert (request_of(bot)["id"] in read) is WAITS[role]
    assert ("1 request waits for a supervisor" in read) is takes
    assert any("supervision request" in text for text in pushed(person)) is takes
    assert seen(read) - OWN.get(role, NOTHING) == ({"what it is for"} if takes else NOTHING)
    assert request_of(bot)["state"] == "open"


def test_co_leads_learn_that_one_waits_past_its_promise_and_nothing_else(
    someone, bot, control, forger
):
    asks(someone("ada"), EVERYTHING)
    at(bot, control, PAST_PROMISE)
    dilys = someone("dilys")

    read = read_everywhere(dilys, forger, bot, changing=True)

    assert "1 request waits longer than was promised." in read
    assert seen(read) == set()
    assert request_of(bot)["id"] not in read


# Whom they would rather not have


def test_whom_they_would_rather_not_have_is_in_no_count_push_or_list(someone, bot, control):
    asks(someone("ada"))
    cerys = someone("cerys")
    for moment in (LATER, "2027-03-04T15:00:00Z", PAST_PROMISE, "2027-03-09T15:00:00Z"):
        at(bot, control, moment)
        assert "No request waits for a supervisor." in cerys.home().home_tab
    assert pushed(cerys) == []
    farah = claims(someone("farah")).press("Hand it over")
    assert user_id("gwen") in farah.reads
    assert user_id("cerys") not in json.dumps(farah.modal)
    opened(farah).press("Open request").press("Hand it back")
    at(bot, control, "2027-03-10T15:00:00Z")
    assert pushed(cerys) == []


@pytest.mark.parametrize("claimed", [False, True], ids=["waiting", "picked up"])
def test_to_them_it_is_like_one_that_never_was(someone, bot, forger, claimed):
    asks(someone("ada"))
    if claimed:
        claims(someone("farah"))
    cerys, request, gwen = someone("cerys"), request_of(bot)["id"], person_of(bot, "gwen")["id"]

    for action_id in (*READING, *CHANGING):
        more = f" {gwen}" if action_id == ids.HAND_OVER else ""
        never = forger.press(cerys, action_id, f"{new_id()}{more}").reads
        assert forger.press(cerys, action_id, f"{request}{more}").reads == never, action_id

    assert request_of(bot)["state"] == ("claimed" if claimed else "open")


def test_it_cannot_be_handed_to_them_and_it_is_not_said_why(someone, bot, forger):
    asks(someone("ada"))
    farah, request = claims(someone("farah")), request_of(bot)["id"]

    def handed_to(person_id):
        return forger.press(farah, ids.HAND_OVER, f"{request} {person_id}").reads

    unwanted = handed_to(person_of(bot, "cerys")["id"])
    assert unwanted == handed_to(new_id()) == handed_to(person_of(bot, "bilal")["id"])
    assert request_of(bot)["supervisor_id"] == person_of(bot, "farah")["id"]


# Forms with somebody else's request in their memory


FORMS = {
    ids.BOOK_FORM: ("Agree a time", ("gwen", "emeka", "cerys")),
    ids.RECORD_FORM: ("Record the meeting", ("gwen", "emeka", "cerys")),
    ids.DONE_FORM: ("Say it is done", ("bilal", "farah")),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_in_other_hands_changes_nothing_and_tells_nothing(
    someone, bot, control, forger, form
):
    label, hands = FORMS[form]
    ada = someone("ada")
    asks(ada)
    farah = claims(someone("farah"))
    if form == ids.DONE_FORM:
        ada.home().press("Open request", home=True).press(label)
    else:
        farah.press(label)
    view = sent_views(control, form)[-1]
    request = request_of(bot)

    for handle in hands:
        person = someone(handle)
        errors = [
            forger.show(person, view | {"private_metadata": json.dumps({"subject": subject})})
            .submit(values={})
            .errors
            for subject in (request["id"], new_id())
        ]
        assert errors[0] == errors[1]
        assert errors[0]
    assert request_of(bot) == request
    assert bot.rows("supervision_records") == []
