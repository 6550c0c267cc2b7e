"""Supervision when things go wrong: the wrong order, roles that are lost, Slack in trouble.

Whatever happens, what each side reads is true, nothing is lost, and what was typed stays.
"""

import threading
import time

import pytest

from bot.scheduler import ClockSide
from domain.ids import new_id
from domain.people import Account
from domain.refusals import Refused
from domain.response_clock import Promises
from practice.people import TEAM_ID, user_id
from tests.e2e.deeds import ANOTHER_ROLE, FOR_THE_PROGRAMME, held, until
from tests.e2e.supervision_story import (
    CLAIMED,
    NOTE,
    TUESDAY,
    asks,
    at,
    claims,
    opened,
    pushed,
    request_of,
)
from tests.e2e.test_when_slack_is_away import AWAY, QUICK, SLACKS_OWN, SLOW, connected_again
from tests.e2e.test_who_is_let_in import slack_says_gone
from tests.forging import Forger

POST = "chat.postMessage"
WAITING = "A supervision request is waiting. Open it when you are ready."
STILL_WAITING = "A supervision request is still waiting. Open it when you are ready."
NEWS = "There is news of something you asked for. Open it when you are ready."
LATE = "A supervision request waits longer than was promised. Nobody has picked it up yet."
GIVEN = "You gave this request back, or to somebody else."
EVERYWHERE_OPEN = "2027-03-02T15:00:00Z"


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10:04 in London."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


def own(person):
    """Open one's own request from the Home tab."""
    if person.modal:
        person.close()
    return person.home().press("Open request", home=True)


@pytest.fixture
def forged(practice):
    """Puts a view that somebody had open once more on their screen."""
    return Forger.of(practice).show


def as_sent(view):
    """A view that is on a screen, as the bot sent it."""
    parts = ("type", "title", "blocks", "callback_id", "private_metadata", "submit", "close")
    return _without_tokens({name: view[name] for name in parts if view.get(name)})


def _without_tokens(part):
    if isinstance(part, list):
        return [_without_tokens(one) for one in part]
    if isinstance(part, dict):
        kept = {name: value for name, value in part.items() if "tokens" not in name}
        return {name: _without_tokens(value) for name, value in kept.items()}
    return part


def queue(person):
    return opened(person)


def page(person):
    """Open the request that a supervisor has."""
    return opened(person).press("Open request")


def done(bot, action):
    """How often the audit trail says that this was done."""
    return sum(line["action"] == action for line in bot.rows("audit"))


def with_roles(lead, handle, roles):
    """Let a co-lead give these roles, and take the others."""
    lead.command("/cohort").press("Give or take roles").submit(Person=user_id(handle))
    lead.submit(values={"Roles they hold": roles})
    lead.close()


# In the wrong order


def test_what_was_taken_back_cannot_be_picked_up(ada, farah, bot):
    asks(ada, **{"A note": NOTE})
    queue(farah)
    own(ada).press("Take request back")

    farah.press("Pick it up")

    assert "The person took this request back." in farah.reads
    assert user_id("ada") not in farah.reads
    assert request_of(bot)["state"] == "withdrawn"
    assert done(bot, "request_claimed") == 0


def test_what_was_picked_up_meanwhile_can_be_taken_back_and_both_read_so(ada, farah, bot):
    asks(ada, **{"A note": NOTE})
    own(ada)
    claims(farah)

    ada.press("Take request back")

    assert "It was taken back. Your note is deleted." in ada.reads
    farah.press("Agree a time")
    assert "The person took this request back." in farah.reads
    assert request_of(bot)["note"] is None


@pytest.mark.parametrize(
    ("closed", "says"),
    [
        (False, "The meeting of this request is recorded already."),
        (True, "This request is done."),
    ],
)
def test_what_was_met_or_closed_meanwhile_is_not_taken_back(ada, farah, bot, closed, says):
    asks(ada)
    own(ada)
    claims(farah).press("Record the meeting").submit()
    farah.press("Close request") if closed else None

    ada.press("Take request back")

    assert says in ada.reads
    assert request_of(bot)["state"] == ("closed" if closed else "met")
    assert len(bot.rows("supervision_records")) == 1


def test_picking_up_twice_is_once(ada, farah, bot, control):
    asks(ada)
    queue(farah)
    control.fault(delivery="duplicate")

    farah.press("Pick it up")

    assert "You have picked it up." in farah.reads
    bot.settle()
    assert done(bot, "request_claimed") == 1
    bot.tick()
    assert pushed(ada) == [NEWS]


def test_whoever_was_slower_reads_kindly_who_has_it(ada, farah, gwen, bot):
    asks(ada, **{"A note": NOTE})
    queue(gwen)
    claims(farah)

    gwen.press("Pick it up")

    assert f"<@{user_id('farah')}> picked this up on" in gwen.reads
    assert "Thank you for being ready." in gwen.reads
    assert user_id("ada") not in gwen.reads
    assert done(bot, "request_claimed") == 1


@pytest.mark.parametrize(
    ("label", "action", "says"),
    [
        ("Hand it back", "request_handed_back", GIVEN),
        ("Close request", "request_closed", "This request is done."),
    ],
)
def test_a_page_left_open_says_that_it_was_done_before(
    ada, farah, bot, forged, label, action, says
):
    asks(ada)
    claims(farah)
    if label == "Close request":
        farah.press("Record the meeting").submit()
    view = as_sent(farah.modal)
    farah.press(label)

    forged(farah, view).press(label)

    assert says in farah.reads
    assert done(bot, action) == 1


def test_a_form_left_open_says_that_the_meeting_is_recorded_already(ada, farah, bot, forged):
    asks(ada)
    claims(farah).press("Record the meeting")
    view = as_sent(farah.modal)
    farah.submit()

    forged(farah, view).submit(values={"How long was it?": "2 hours"})

    assert "The meeting of this request is recorded already." in " ".join(farah.errors.values())
    [record] = bot.rows("supervision_records")
    assert record["minutes"] == 60


def test_handing_over_twice_says_that_it_was_given_away(ada, farah, gwen, bot, forged):
    asks(ada)
    claims(farah).press("Hand it over")
    view = as_sent(farah.modal)
    farah.press("Hand it over")

    forged(farah, view).press("Hand it over")

    assert GIVEN in farah.reads
    assert done(bot, "request_handed_over") == 1


def test_a_form_that_was_sent_and_taken_back_since_sends_nothing_more(ada, bot, forged):
    ada.command("/supervision")
    view = as_sent(ada.modal)
    ada.submit(values={"What is it for?": "For me"})
    ada.press("Take request back")

    forged(ada, view).submit(values={"What is it for?": "For me"})

    assert "It was taken back." in ada.reads
    assert "Your request is sent." not in ada.reads
    assert request_of(bot)["state"] == "withdrawn"


# Whose role is gone


def test_a_partner_who_is_none_any_more_sends_nothing_and_keeps_the_words(ada, dilys, bot):
    ada.command("/supervision")
    with_roles(dilys, "ada", ["Learning partner"])

    ada.submit(values={"What is it for?": "For me", "A note": NOTE})

    assert ANOTHER_ROLE in " ".join(ada.errors.values())
    assert ada.typed("note")["value"] == NOTE
    assert bot.rows("supervision_requests") == []
    bot.tick()
    assert bot.rows("deliveries") == []


def test_the_request_of_whoever_is_no_partner_any_more_is_in_no_queue(ada, farah, dilys, bot):
    asks(ada)
    queue(farah)
    with_roles(dilys, "ada", ["Learning partner"])

    farah.press("Pick it up")

    assert "We cannot find that any more." in farah.reads
    assert "No request waits for a supervisor." in queue(farah).reads
    bot.tick()
    assert pushed(farah) == []
    with_roles(dilys, "ada", ["Partner"])
    claims(farah)


def test_a_supervisor_who_is_none_any_more_picks_up_nothing(ada, farah, gwen, dilys, bot):
    asks(ada)
    queue(farah)
    with_roles(dilys, "farah", ["Learning partner"])

    farah.press("Pick it up")

    assert ANOTHER_ROLE in farah.reads
    assert request_of(bot)["state"] == "open"
    claims(gwen)


def test_a_supervisor_whose_role_is_gone_while_they_book_books_nothing(
    ada, farah, gwen, dilys, bot, control
):
    asks(ada, **{"A note": NOTE})
    claims(farah).press("Agree a time")
    with_roles(dilys, "farah", ["Learning partner"])

    farah.submit(values={"Day": "2027-03-04", "Time, by your own clock": "14:00"})

    assert ANOTHER_ROLE in " ".join(farah.errors.values())
    at(bot, control, EVERYWHERE_OPEN)
    _waits_again(ada, gwen, bot)
    assert NOTE not in farah.reads


def test_a_co_lead_who_is_none_any_more_changes_no_promise(someone, dilys, ada, bot):
    dilys.command("/supervision").press("Promises")
    with_roles(someone("emeka"), "dilys", ["Learning partner"])

    dilys.submit(values={"When there's a space: a reply within": "20 working days"})

    assert ANOTHER_ROLE in " ".join(dilys.errors.values())
    ada.command("/supervision")
    assert "A reply by Friday 5 March 2027, 10:04am." in ada.reads


@pytest.mark.parametrize("handle", ["ada", "farah", "hari", "iona"])
def test_promises_are_saved_by_co_leads_alone_whoever_saw_the_form(bot, handle):
    wanted = Promises(routine_days=20)

    with pytest.raises(Refused):
        bot.house.supervision_plan.save(Account(TEAM_ID, user_id(handle)), wanted, form=new_id())

    dilys = Account(TEAM_ID, user_id("dilys"))
    assert bot.house.supervision_plan.programme(dilys).promises == Promises()


def _waits_again(ada, gwen, bot):
    """It is open, the others are told, and its person reads the truth."""
    request = request_of(bot)
    assert (request["state"], request["supervisor_id"]) == ("open", None)
    assert request["note"] is not None
    assert WAITING in pushed(gwen)
    assert NEWS in pushed(ada)
    own(ada)
    assert "It was handed back on Tuesday 2 March 2027" in ada.reads
    assert "It waits for a supervisor again." in ada.reads
    assert user_id("farah") not in ada.reads
    claims(gwen)


def test_what_a_switched_off_supervisor_had_waits_again(ada, farah, gwen, bot, control):
    asks(ada, **{"A note": NOTE})
    claims(farah).press("Agree a time")
    farah.submit(values={"Day": "2027-03-04", "Time, by your own clock": "14:00"})
    at(bot, control, "2027-03-02T14:59:00Z")

    slack_says_gone(control, "farah")
    at(bot, control, EVERYWHERE_OPEN)

    _waits_again(ada, gwen, bot)
    farah.close().home()
    assert farah.home_tab.startswith(FOR_THE_PROGRAMME)
    assert done(bot, "request_handed_back") == 1


def test_what_was_met_stays_so_when_its_supervisor_is_switched_off(ada, farah, bot, control):
    asks(ada)
    claims(farah).press("Record the meeting").submit()
    slack_says_gone(control, "farah")
    bot.tick()

    own(ada)
    assert "You met on Tuesday 2 March 2027: 1 hour, one to one, video." in ada.reads
    ada.press("Say it is done").submit()
    assert "It is saved, and the request is done." in ada.reads


def test_whoever_comes_back_after_a_month_reads_why_their_request_ended(ada, dilys, bot, control):
    asks(ada, **{"A note": NOTE})
    with_roles(dilys, "ada", ["Learning partner"])
    for day in ("2027-03-05T10:05:00Z", "2027-04-07T10:05:00Z"):
        at(bot, control, day)
    assert request_of(bot)["note"] is None
    with_roles(dilys, "ada", ["Partner"])

    ada.close().home().press("See my requests", home=True)

    assert "It ended while you were not in the programme." in ada.reads
    ada.press("Open request")
    assert "It was taken back" not in ada.reads


# Slack in trouble while somebody presses


def _to_a_form(person):
    return person.close().home() if person.modal else person.home()


def _claimed(farah):
    return claims(farah)


def _recorded(farah):
    return claims(farah).press("Record the meeting").submit()


# Who presses what, after what; the call that answers; what is read when it is done, and where it
# is done once already, what is read instead; and the line that the audit trail has once.
PRESSES = {
    "open the form": ("ada", _to_a_form, "Ask for supervision", "views.open", (), None),
    "unfold the form": (
        "ada",
        lambda ada: ada.command("/supervision"),
        "Change how, when or who",
        "views.update",
        ("When can you?",),
        None,
    ),
    "open the queue": ("farah", _to_a_form, "See all requests", "views.open", ("Waiting",), None),
    "claim": (
        "farah",
        queue,
        "Pick it up",
        "views.update",
        ("You have picked it up.",),
        "request_claimed",
    ),
    "read the note": ("farah", _claimed, "Read their note", "views.push", (NOTE,), None),
    "open the booking": (
        "farah",
        _claimed,
        "Agree a time",
        "views.update",
        ("The day you agreed", "Time, by your own clock"),
        None,
    ),
    "hand back": (
        "farah",
        _claimed,
        "Hand it back",
        "views.update",
        ("It is handed back.", GIVEN),
        "request_handed_back",
    ),
    "close": (
        "farah",
        _recorded,
        "Close request",
        "views.update",
        ("The request is closed", "This request is done."),
        "request_closed",
    ),
    "withdraw": (
        "ada",
        own,
        "Take request back",
        "views.update",
        ("It was taken back.",),
        "request_withdrawn",
    ),
}
# Each press meets a busy Slack and a lost answer; the two that count most meet every trouble.
MET = [(press, trouble) for press in PRESSES for trouble in ("busy", "done, but never answered")]
MET += [(p, trouble) for p in ("claim", "withdraw") for trouble in ("broken", "gone", "slow")]


@pytest.mark.parametrize(("press", "trouble"), MET, ids=str)
def test_a_press_that_slack_does_not_carry_out_is_said_and_done_once(
    someone, control, bot, press, trouble
):
    handle, arrange, label, method, says, action = PRESSES[press]
    if "form" not in press:
        asks(someone("ada"), **{"A note": NOTE}).close()
    person = arrange(someone(handle))

    control.fault(method=method, **(SLOW if trouble == "slow" else QUICK[trouble]))
    person.press(label)

    says = says or ("What is it for?",)
    if not any(one in person.reads for one in says):
        assert AWAY in person.reads or SLACKS_OWN in person.notices or person.modal is None
        if person.title == "Not done yet":
            control.post("close", person=handle)
        if not any(one in person.reads for one in says):
            person.press(label)
    assert any(one in person.reads for one in says), person.reads
    bot.settle()
    assert action is None or done(bot, action) == 1
    assert len(bot.rows("supervision_requests")) == (0 if "form" in press else 1)


@pytest.mark.parametrize("trouble", QUICK)
def test_the_command_answers_in_words_where_nothing_can_be_opened(ada, control, trouble):
    control.fault(method="views.open", **QUICK[trouble])

    ada.command("/supervision")

    assert ada.whispers[-1].startswith(AWAY)
    ada.close() if ada.modal else None
    assert ada.command("/supervision").title == "Ask for supervision"


def test_a_request_is_sent_once_while_every_call_to_slack_fails(ada, control, bot):
    ada.command("/supervision")
    for kind in ("500", "429", "refuse", "drop"):
        control.fault(clear=True)
        control.fault(method="*", kind=kind, times=None)
        if ada.title == "Ask for supervision":
            ada.submit(values={"What is it for?": "For me", "A note": NOTE})
    bot.settle()
    control.fault(clear=True)

    assert "Your request is sent." in ada.reads
    assert request_of(bot)["state"] == "open"


# The forms, by what is done before them, what is typed, what is read after, and what is kept once.
FORMS = {
    "ask": (
        "ada",
        lambda ada, farah: ada.command("/supervision"),
        {"What is it for?": "For me", "A note": NOTE},
        "Your request is sent.",
        "request_sent",
    ),
    "book": (
        "farah",
        lambda ada, farah: (asks(ada), claims(farah).press("Agree a time")),
        {"Day": "2027-03-04", "Time, by your own clock": "14:00"},
        "The time is saved",
        "request_booked",
    ),
    "record": (
        "farah",
        lambda ada, farah: (asks(ada), claims(farah).press("Record the meeting")),
        {"How long was it?": "45 minutes"},
        ("The record is saved.", "recorded already"),
        "request_met",
    ),
    "done": (
        "ada",
        lambda ada, farah: (asks(ada), claims(farah), own(ada).press("Say it is done")),
        {"My next step, in my own words": NOTE},
        "It is saved, and the request is done.",
        "request_closed",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_connection_cut_while_a_form_is_saved_costs_no_word_and_doubles_nothing(
    ada, farah, control, bot, form
):
    handle, arrange, values, says, action = FORMS[form]
    says = (says,) if isinstance(says, str) else says
    person = ada if handle == "ada" else farah
    arrange(ada, farah)

    with held(bot.database.file):
        pressing = threading.Thread(target=person.submit, kwargs={"values": values})
        pressing.start()
        time.sleep(0.3)
        control.fault(socket="cut")
    pressing.join()
    connected_again(control)

    if not any(one in person.reads for one in says):
        typed = str(person.modal["state"]["values"])
        assert all(value in typed for value in values.values() if value in (NOTE, "14:00"))
        person.submit(values=values)
    read = "\n".join([person.reads, *person.errors.values()])
    assert any(one in read for one in says), read
    assert done(bot, action) == 1
    assert len(bot.rows("supervision_requests")) == 1


# Slack in trouble while supervisors are told


def test_slack_being_busy_only_puts_off_that_supervisors_are_told(ada, farah, bot, control):
    asks(ada)
    control.fault(method=POST, kind="429", retry_after=30)
    bot.tick()
    assert pushed(farah) == []
    at(bot, control, "2027-03-02T10:04:20Z")
    assert pushed(farah) == []

    at(bot, control, "2027-03-02T10:04:40Z")

    assert pushed(farah) == [WAITING]


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [
        ({"kind": "drop"}, 2),
        ({"kind": "500", "accept": True}, 2),
        ({"kind": "500"}, 1),
        ({"kind": "refuse"}, 1),
    ],
    ids=["taken, but never answered", "taken, but broken", "broken", "gone"],
)
def test_supervisors_are_told_twice_rather_than_never(ada, farah, bot, control, trouble, heard):
    asks(ada)
    control.fault(method=POST, **trouble)
    bot.tick()

    at(bot, control, "2027-03-02T10:04:20Z")

    assert pushed(farah) == [WAITING] * heard
    at(bot, control, "2027-03-02T10:20:00Z")
    assert pushed(farah) == [WAITING] * heard
    assert bot.house.supervision_watch.unheard() == 0


def test_two_answers_that_are_lost_cost_seconds(ada, farah, bot, control):
    asks(ada)
    control.fault(method=POST, kind="500", times=2)
    for seconds in (0, 6, 12):
        at(bot, control, f"2027-03-02T10:04:{seconds:02}Z")

    assert pushed(farah) == [WAITING]


def test_an_answer_that_is_lost_does_not_wait_for_the_next_tick(ada, farah, bot, control):
    asks(ada)
    control.fault(method=POST, kind="500", times=1)
    side = ClockSide(bot.house, seconds=3600).start()
    try:
        until(lambda: pushed(farah) == [WAITING], seconds=20)
    finally:
        side.stop()


# When an alert of 10:04 is sent again, where no answer ever comes; and when it is not any more.
LOST = ("10:04:01", "10:04:08", "10:04:15", "10:05:20", "10:20:30", "11:20:40")
LATER = ("11:22:00", "12:20:50", "13:30:00")


@pytest.mark.parametrize(
    "trouble", [{"kind": "drop"}, {"kind": "500", "accept": True}], ids=["dropped", "a page"]
)
def test_an_alert_whose_answer_never_comes_is_sent_less_and_less_and_then_left(
    ada, farah, bot, control, trouble
):
    asks(ada)
    control.fault(method=POST, times=None, **trouble)
    for sent, time_of_day in enumerate(LOST, start=1):
        at(bot, control, f"2027-03-02T{time_of_day}Z")
        assert pushed(farah) == [WAITING] * sent
        bot.tick()
        assert pushed(farah) == [WAITING] * sent, "not at once"
    for time_of_day in LATER:
        at(bot, control, f"2027-03-02T{time_of_day}Z")
    assert pushed(farah) == [WAITING] * len(LOST)
    mine = [row for row in bot.rows("deliveries") if row["tries"] == len(LOST)]
    assert [(row["state"], row["reason"]) for row in mine] == [("uncertain", "never_answered")]

    control.fault(clear=True)
    at(bot, control, "2027-03-04T15:00:00Z")
    assert pushed(farah)[len(LOST) :] == [STILL_WAITING]
    assert bot.house.supervision_watch.unheard() == 0


def test_the_operator_hears_of_lost_answers_while_it_is_tried_still(ada, farah, bot, control):
    asks(ada)
    control.fault(method=POST, kind="500", times=None)
    for time_of_day in LOST[:4]:
        at(bot, control, f"2027-03-02T{time_of_day}Z")
    assert bot.house.supervision_watch.unheard() == 0, "it is early"

    control.post("clock", now="2027-03-02T10:15:00Z")

    assert bot.house.supervision_watch.unheard() == 1
    control.fault(clear=True)
    at(bot, control, "2027-03-02T10:20:30Z")
    assert pushed(farah) == [WAITING]
    assert bot.house.supervision_watch.unheard() == 0


def test_while_an_alert_gets_no_answer_others_are_told(ada, farah, bot, control):
    asks(ada)
    control.fault(method=POST, kind="500")
    at(bot, control, "2027-03-02T10:10:00Z")
    assert pushed(farah) == []
    claims(farah)

    at(bot, control, "2027-03-02T10:10:03Z")

    assert pushed(ada) == [NEWS]


def test_where_no_supervisor_can_be_told_the_operator_is(ada, farah, bot, control, caplog):
    asks(ada)
    control.fault(method=POST, kind="error", error="user_disabled", times=None)
    at(bot, control, EVERYWHERE_OPEN)
    at(bot, control, "2027-03-02T15:03:00Z")
    assert pushed(farah) == []
    assert bot.house.supervision_watch.unheard() == 1
    [line] = [one for one in caplog.records if getattr(one, "event", "") == "requests_unheard"]
    assert line.waiting == 1
    own(ada)
    assert "A supervisor picks it up by Friday 5 March 2027, 10:04am." in ada.reads

    control.fault(clear=True)
    at(bot, control, "2027-03-04T15:00:00Z")

    assert pushed(farah) == [STILL_WAITING]
    assert bot.house.supervision_watch.unheard() == 0


def test_a_request_that_is_handed_back_and_heard_by_nobody_is_said_to_the_operator(
    ada, farah, bot, control
):
    asks(ada)
    bot.tick()
    assert pushed(farah) == [WAITING]
    claims(farah).press("Hand it back")
    control.fault(method=POST, kind="error", error="user_disabled", times=None)

    at(bot, control, EVERYWHERE_OPEN)

    assert bot.house.supervision_watch.unheard() == 1


def test_where_supervisors_cannot_be_told_co_leads_are_once_its_promise_is_over(
    ada, farah, dilys, bot, control
):
    asks(ada)
    control.fault(method=POST, kind="error", error="user_disabled", times=None)
    at(bot, control, EVERYWHERE_OPEN)
    control.fault(clear=True)

    at(bot, control, "2027-03-05T10:05:00Z")

    assert pushed(dilys) == [LATE]


# Slack in trouble while a partner is told of news


@pytest.mark.parametrize(
    ("trouble", "came"),
    [
        ({"kind": "drop"}, 1),
        ({"kind": "500", "accept": True}, 1),
        ({"kind": "500"}, 0),
        ({"kind": "refuse"}, 0),
    ],
    ids=["taken, but never answered", "taken, but broken", "broken", "gone"],
)
def test_news_never_comes_twice_and_the_page_says_it_all_the_same(
    ada, farah, bot, control, trouble, came
):
    asks(ada)
    bot.tick()
    at(bot, control, CLAIMED)
    claims(farah)
    control.fault(method=POST, **trouble)

    for time_of_day in (CLAIMED, "2027-03-02T10:32:00Z", "2027-03-02T12:00:00Z"):
        at(bot, control, time_of_day)

    assert pushed(ada) == [NEWS] * came
    ada.close().home()
    assert "A supervisor has picked it up." in ada.home_tab
    own(ada)
    assert f"<@{user_id('farah')}> picked it up on Tuesday 2 March 2027, 10:31am." in ada.reads


def test_news_that_slack_had_no_time_for_comes_later(ada, farah, bot, control):
    asks(ada)
    bot.tick()
    claims(farah)
    control.fault(method=POST, kind="429", retry_after=5)
    bot.tick()
    assert pushed(ada) == []

    at(bot, control, "2027-03-02T10:05:00Z")

    assert pushed(ada) == [NEWS]


def test_a_supervisor_who_asks_for_themselves_does_not_see_it_in_their_queue(
    farah, gwen, dilys, bot
):
    with_roles(dilys, "farah", ["Partner", "Supervisor"])
    farah.home().press("Ask for supervision", home=True)
    farah.submit(values={"What is it for?": "For me"})
    assert "Your request is sent." in farah.reads
    assert "No request waits for a supervisor." in queue(farah).reads
    bot.tick()
    assert pushed(farah) == []
    until(lambda: "1 request waits" in gwen.home().home_tab)
