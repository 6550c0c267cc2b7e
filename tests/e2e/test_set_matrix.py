"""Who reads and who changes what of a learning set: PRODUCT.md's matrix, cell by cell.

Everybody goes wherever the bot leads them, and besides presses every button with the ids of the set
in it, as somebody could who had learnt them. The tables are written out here by hand.
"""

import json

import pytest

from bot import ids
from bot.scheduler import tick
from domain.ids import new_id
from domain.people import Profile, Role
from practice.people import person as made_up
from practice.people import seeds, user_id
from practice.world import Settings
from storage import people
from tests.e2e.questions import messages
from tests.e2e.set_story import LINK, TUESDAY
from tests.e2e.set_things import a_set, account_of, set_forms, value_of_a_set
from tests.e2e.test_policy_matrix import everything
from tests.e2e.test_who_is_let_in import slack_says_gone
from tests.forging import Forger, sent_views
from tests.workspace import Someone, start_practice

OFFER = "Whether to carry on at the harbour"
ACTION = "Rest more"
TODAY, AFTER = "2027-03-02T10:05:00Z", "2027-03-03T10:00:00Z"
YESTERDAY = "2027-03-01T10:00:00Z"
EXTRA = ("mira", "nils", "otto", "petra")

WHO = {
    "the author": "ada",
    "another member": "bilal",
    "the facilitator": "farah",
    "a co-lead": "dilys",
    "somebody who waits": "nils",
    "another partner": "petra",
    "a member who left": "cerys",
    "a supervisor": "gwen",
    "a learning partner": "hari",
    "somebody not enrolled": "iona",
    "a member who was switched off": "kit",
}
UNKNOWN = {"somebody not enrolled", "a member who was switched off"}

# What gives each thing away, wherever it is read.
MARKS = {
    "the offer": OFFER,
    "the action": ACTION,
    "the joining link": LINK,
    "who is in it": user_id("mira"),
    "who waits": user_id("nils"),
}
INSIDE = {"the offer", "the action", "the joining link", "who is in it"}
NOTHING = set()
READS = {
    "the author": INSIDE,
    "another member": INSIDE,
    "the facilitator": INSIDE,
    "a co-lead": {"who is in it", "who waits"},
    "somebody who waits": NOTHING,
    "another partner": NOTHING,
    "a member who left": NOTHING,
    "a supervisor": NOTHING,
    "a learning partner": NOTHING,
    "somebody not enrolled": NOTHING,
    "a member who was switched off": NOTHING,
}

READING = (
    ids.OPEN_SETS,
    ids.SHOW_SETS,
    ids.OPEN_SET,
    ids.OPEN_SET_LINK,
    ids.OPEN_SET_FORM,
    ids.OPEN_SET_NUMBERS,
    ids.OPEN_SET_LINK_FORM,
    ids.OPEN_SET_FACILITATOR,
    ids.OPEN_MEETING,
    ids.OPEN_SET_DATES,
    ids.OPEN_SET_TICKS,
    ids.OPEN_AGENDA,
    ids.OPEN_SET_OFFERS,
    ids.OPEN_SET_OFFER_FORM,
    ids.OPEN_MY_ACTIONS,
    ids.OPEN_SET_REVIEW,
    ids.OPEN_SET_MOVE,
    f"{ids.OPEN_SET_ROLE}.presenter",
)
MEMBERS_DO = (
    ids.SAY_COMING,
    ids.SEND_APOLOGIES,
    ids.FACILITATE,
    ids.WITHDRAW_SET_OFFER,
    f"{ids.TAKE_ROLE}.timekeeper",
    f"{ids.DECLINE_ROLE}.presenter",
)
AUTHORS_DO = (f"{ids.REVIEW_ACTION}.done", ids.DELETE_ACTION)
FACILITATORS_DO = (
    ids.START_AGENDA,
    ids.NEXT_PART,
    ids.PAUSE_AGENDA,
    ids.RESUME_AGENDA,
    ids.CLOSE_MEETING,
    ids.STEP_DOWN,
)
CO_LEADS_DO = (ids.CHOOSE_SET_DATE, ids.CANCEL_MEETING, ids.CLOSE_SET)
ALL_DO = (*MEMBERS_DO, *AUTHORS_DO, *FACILITATORS_DO, *CO_LEADS_DO, ids.TAKE_PLACE)

MEMBERS_SEND = {
    ids.SET_OFFER_FORM: {"I'd like to think about...": "Something of mine"},
    ids.SET_ACTION_FORM: {"I will...": "Something else"},
    ids.SET_TICKS_FORM: {},
}
FACILITATORS_SEND = {ids.SET_ROLE_FORM: {}}
BOTH_SEND = {ids.SET_MOVE_FORM: {}}
CO_LEADS_SEND = {
    ids.SET_FORM: {"Name": "Quarry"},
    ids.SET_NUMBERS_FORM: {},
    ids.SET_LINK_FORM: {},
    ids.SET_FACILITATOR_FORM: {},
}
ALL_SEND = MEMBERS_SEND | FACILITATORS_SEND | BOTH_SEND | CO_LEADS_SEND

# What of a set is not for them to change, by buttons and by forms.
NOT_THEIRS = {
    "another member": (
        (*AUTHORS_DO, *FACILITATORS_DO, *CO_LEADS_DO),
        FACILITATORS_SEND | BOTH_SEND | CO_LEADS_SEND,
    ),
    "the facilitator": (
        (*MEMBERS_DO, *AUTHORS_DO, *CO_LEADS_DO, ids.TAKE_PLACE, ids.JOIN_SET, ids.LEAVE_SET),
        MEMBERS_SEND | CO_LEADS_SEND,
    ),
    "a co-lead": (
        (*MEMBERS_DO, *AUTHORS_DO, *FACILITATORS_DO, ids.TAKE_PLACE, ids.JOIN_SET, ids.LEAVE_SET),
        MEMBERS_SEND | FACILITATORS_SEND,
    ),
    "somebody who waits": (ALL_DO, ALL_SEND),
    "another partner": ((*ALL_DO, ids.LEAVE_SET), ALL_SEND),
    "a member who left": ((*ALL_DO, ids.LEAVE_SET), ALL_SEND),
    "a supervisor": ((*ALL_DO, ids.JOIN_SET, ids.LEAVE_SET), ALL_SEND),
    "a learning partner": ((*ALL_DO, ids.JOIN_SET, ids.LEAVE_SET), ALL_SEND),
    "somebody not enrolled": ((*ALL_DO, ids.JOIN_SET, ids.LEAVE_SET), ALL_SEND),
    "a member who was switched off": ((*ALL_DO, ids.JOIN_SET, ids.LEAVE_SET), ALL_SEND),
}


@pytest.fixture(scope="module")
def practice():
    """A workspace with four more partners."""
    more = [made_up(handle, f"{handle.title()} Extra", "Partner") for handle in EXTRA]
    workspace = start_practice(settings=Settings(settle_ms=5), seeds=[*seeds(), *more])
    yield workspace
    workspace.stop()


@pytest.fixture(scope="module")
def forms(running, practice):
    """Every form of a set as the bot sends it to those who may, to be put into other hands."""
    control = Forger.of(practice).control
    control.post("clock", now=TUESDAY)
    running.start_over()
    ada, dilys = Someone(control, "ada"), Someone(control, "dilys")
    for person in (ada, dilys):
        person.home().press("I have read this", home=True)
    set_forms(running, ada, dilys)
    found = {name: sent_views(control, name)[-1] for name in ALL_SEND}
    control.post("reset")
    return found


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def things(bot, control, forms):
    """A full set of four with a meeting today: Ada's offer and action, and Nils waits."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()
    with bot.database.write() as conn:
        for handle in (*EXTRA, "kit"):
            profile = Profile(account=account_of(handle), tz="Europe/London")
            people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    known = a_set(bot, leader="farah", size=4, quorum=3)
    places, set_id = bot.house.set_places, known["learning_set"]
    for handle in ("cerys", "kit", "bilal"):
        places.join(account_of(handle), set_id)
    places.leave(account_of("cerys"), set_id)
    slack_says_gone(control, "kit")
    bot.settle()
    for handle in ("mira", "otto", "nils"):
        places.join(account_of(handle), set_id)
    bot.house.set_agenda.offer(
        account_of("ada"), known["meeting"], OFFER, form=new_id(), confirmed=False
    )
    return known


def at(bot, control, now):
    bot.settle()
    control.post("clock", now=now)
    for _ in range(2):
        control.post("clock", advance_seconds=2)
        tick(bot.house)


def sits_down(someone, role):
    return someone(WHO[role], welcomed=role not in UNKNOWN)


def read_everywhere(person, forger, things):
    """Every word somebody reads, wherever they are led and whatever button they press.

    Raw views are read as well: ids, values and metadata.
    """
    read = [json.dumps(person.home().sees["home"])]
    read.append(json.dumps(person.command("/learning-set").modal))
    twice = (ids.OPEN_MEETING, ids.OPEN_AGENDA, ids.OPEN_SET_REVIEW, ids.OPEN_SET_DATES)
    values = [(action_id, value_of_a_set(action_id, things)) for action_id in READING]
    values += [(action_id, things["poll"]) for action_id in twice]
    values.append((ids.OPEN_ACTION_FORM, f"- {things['action']}"))
    for action_id, value in values:
        forger.press(person, action_id, value)
        read.append(json.dumps(person.modal))
    return "\n".join([*read, *(m["text"] for m in messages(person)), *person.whispers])


def seen(words):
    """What of a set these words give away."""
    return {what for what, mark in MARKS.items() if mark in words}


def own(role):
    """What somebody reads anyway: who they are themselves."""
    return {"somebody who waits": {"who waits"}}.get(role, NOTHING)


# Who reads what


@pytest.mark.timeout(180)
def test_on_the_day_everybody_reads_what_is_theirs(someone, bot, control, forger, things):
    at(bot, control, TODAY)

    found = {
        role: seen(read_everywhere(sits_down(someone, role), forger, things)) - own(role)
        for role in WHO
    }

    assert found == READS


def test_a_co_lead_who_is_the_facilitator_reads_offers_as_that(
    someone, bot, control, forger, things
):
    dilys = someone("dilys")
    bot.house.learning_sets.set_facilitator(
        account_of("dilys"), things["learning_set"], account_of("dilys"), form=new_id()
    )
    at(bot, control, TODAY)

    assert seen(read_everywhere(dilys, forger, things)) == set(MARKS)
    forger.press(someone("farah"), ids.OPEN_SET_OFFERS, things["meeting"])
    assert OFFER not in someone("farah").reads


def test_the_facilitator_of_another_meeting_of_the_set_reads_no_offers_of_this_one(
    someone, bot, control, forger, things
):
    house = bot.house
    house.learning_sets.set_facilitator(
        account_of("dilys"), things["learning_set"], None, form=new_id()
    )
    house.set_roles.facilitate(account_of("bilal"), things["poll"])
    house.set_places.leave(account_of("bilal"), things["learning_set"])
    at(bot, control, TODAY)

    read = read_everywhere(someone("bilal"), forger, things)

    assert "the offer" not in seen(read)


@pytest.mark.parametrize("now", [YESTERDAY, AFTER], ids=["the day before", "the day after"])
def test_on_another_day_nobody_reads_an_offer(someone, bot, control, forger, things, now):
    at(bot, control, now)

    for role in WHO:
        person = sits_down(someone, role)
        for action_id in (ids.OPEN_SET_OFFERS, ids.OPEN_SET_OFFER_FORM, ids.OPEN_MEETING):
            read = json.dumps(forger.press(person, action_id, things["meeting"]).modal)
            assert OFFER not in read, (role, action_id)
    assert bool(bot.rows("set_offers")) is (now == YESTERDAY)


def test_what_somebody_took_away_is_theirs_still_when_they_left_and_nobody_elses(
    someone, bot, forger, things
):
    ada, bilal, farah = (someone(handle) for handle in ("ada", "bilal", "farah"))
    bot.house.set_places.leave(account_of("ada"), things["learning_set"])

    assert "the action" in seen(read_everywhere(ada, forger, things))
    for person in (bilal, farah):
        assert not seen(read_everywhere(person, forger, things)) & {"the action", "the offer"}


PLACES = "4 of 4 places are taken. 1 person waits."
SEES_PLACES = {
    "the author": PLACES,
    "another member": PLACES,
    "the facilitator": PLACES,
    "a co-lead": PLACES,
    "somebody who waits": PLACES,
    "another partner": PLACES,
    "a member who left": PLACES,
    "a supervisor": "We cannot find that any more.",
    "a learning partner": "This part is for another role.",
    "somebody not enrolled": "Alongside is for people in the programme.",
    "a member who was switched off": "Alongside is for people in the programme.",
}


def test_places_are_counted_for_all_and_the_line_is_for_co_leads(someone, forger, things):
    for role, says in SEES_PLACES.items():
        person = sits_down(someone, role)
        forger.press(person, ids.OPEN_SET, things["learning_set"])
        reads = person.reads
        assert says in reads, role
        waits = role == "somebody who waits"
        assert ("You are number 1 in the line." in reads) is waits, role
        assert ("They wait, in this order:" in reads) is (role == "a co-lead"), role


# Who changes what


@pytest.mark.timeout(180)
def test_nobody_changes_what_is_not_theirs(someone, bot, control, forger, forms, things):
    at(bot, control, TODAY)
    people_there = {role: sits_down(someone, role) for role in NOT_THEIRS}
    bot.settle()
    before, found = everything(bot), {}

    for role, (buttons, sent) in NOT_THEIRS.items():
        tries(people_there[role], forger, forms, things, buttons, sent)
        found[role] = changed(before, everything(bot))

    assert {role: tables for role, tables in found.items() if tables} == {}


def tries(person, forger, forms, things, buttons, sent):
    """Press all of these and send all of these, and be refused in every form."""
    for action_id in buttons:
        forger.press(person, action_id, value_of_a_set(action_id, things))
    for name, values in sent.items():
        for memory in memories(name, things):
            forger.show(person, forms[name] | {"private_metadata": memory})
            person.submit(values=values)
            assert person.errors, (person.handle, name, person.reads)


def memories(name, things):
    """What a form could be made to remember, with ids of others' things."""
    meeting = things["poll"] if name == ids.SET_TICKS_FORM else things["meeting"]
    about = {"form": new_id(), "learning_set": things["learning_set"], "meeting": meeting}
    yield json.dumps(about | {"role": "presenter"})
    if name == ids.SET_ACTION_FORM:
        yield json.dumps({"form": new_id(), "item": things["action"]})


def changed(before, now):
    """The tables in which something is not as it was."""
    return {name: rows for name, rows in now.items() if rows != before[name]}


@pytest.mark.parametrize("role", ["another member", "the facilitator"])
def test_somebody_elses_action_is_like_one_that_never_was(someone, forger, things, role):
    person = someone(WHO[role])
    for action_id in (f"{ids.REVIEW_ACTION}.done", ids.DELETE_ACTION):
        answers = [
            forger.press(person, action_id, action).reads for action in (things["action"], new_id())
        ]
        # Who has no action of their own to delete may learn that one is somebody's, not whose.
        assert ACTION not in "\n".join(answers)
    if role == "another member":
        never = forger.press(person, f"{ids.REVIEW_ACTION}.done", new_id()).reads
        theirs = forger.press(person, f"{ids.REVIEW_ACTION}.done", things["action"]).reads
        assert theirs == never


TAMPERED = ("", "{}", "null", "[]", '{"form": "x"}', '{"meeting": "1 OR 1=1"}', "9" * 90)


@pytest.mark.timeout(120)
def test_a_form_whose_memory_was_tampered_with_is_too_old_to_use(
    someone, bot, forger, forms, things
):
    sender = dict.fromkeys(MEMBERS_SEND, "ada") | dict.fromkeys(FACILITATORS_SEND, "farah")
    for handle in ("ada", "farah", "dilys"):
        someone(handle)
    before = everything(bot)

    for name in ALL_SEND.keys() - {ids.SET_FORM}:
        person = someone(sender.get(name, "dilys"))
        for metadata in TAMPERED:
            forger.show(person, forms[name] | {"private_metadata": metadata})
            person.submit(values=ALL_SEND[name])
            said = " ".join(person.errors.values())
            assert "This form is too old to use." in said, (name, metadata)

    assert changed(before, everything(bot)) == {}
