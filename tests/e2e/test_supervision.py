"""Somebody asks for supervision, and is answered: what each side does, reads and is told."""

import pytest

from practice.people import user_id
from tests.e2e.supervision_story import (
    CLAIMED,
    MONDAY,
    NOTE,
    TUESDAY,
    asks,
    at,
    claims,
    met,
    opened,
    pushed,
    request_of,
)

WAITING = "A supervision request is waiting. Open it when you are ready."
STILL_WAITING = "A supervision request is still waiting. Open it when you are ready."
NEWS = "There is news of something you asked for. Open it when you are ready."
LATE = "A supervision request waits longer than was promised. Nobody has picked it up yet."
LOOK = "There is something to look at in a request you picked up. Open it when you are ready."


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10:04 in London."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


# From asking to the closed request


def test_from_asking_to_the_closed_request(ada, farah, bot, control):
    ada.command("/session").submit(values={"How long was it?": "2 hours"})
    asks(ada, **{"A note": NOTE})
    assert "Your request is sent." in ada.reads
    assert "Sent Tuesday 2 March 2027, 10:04am." in ada.reads
    assert "A supervisor picks it up by Friday 5 March 2027, 10:04am." in ada.reads
    assert "Call 999" in ada.reads
    bot.tick()
    assert pushed(farah) == [WAITING]

    at(bot, control, CLAIMED)
    opened(farah)
    assert "For me. When there's a space." in farah.reads
    assert NOTE not in farah.reads
    assert "<@" not in farah.reads
    farah.press("Pick it up")
    assert f"<@{user_id('ada')}> asked for supervision on" in farah.reads
    bot.tick()
    assert pushed(ada) == [NEWS]
    ada.close().home().press("Open request", home=True)
    assert f"<@{user_id('farah')}> picked it up on Tuesday 2 March 2027, 10:31am." in ada.reads

    farah.press("Read their note")
    assert farah.title == "Their note"
    assert NOTE in farah.reads
    ada.close().home().press("Open request", home=True)
    assert f"<@{user_id('farah')}> opened your note on" in ada.reads

    opened(farah).press("Open request").press("Agree a time")
    farah.submit(values={"Day": "2027-03-04", "Time, by your own clock": "14:00"})
    assert "The meeting is on Thursday 4 March 2027, 2pm, video." in farah.reads
    ada.close().home()
    assert "You meet your supervisor on Thursday 4 March 2027, 2pm." in ada.home_tab

    at(bot, control, "2027-03-04T15:10:00Z")
    opened(farah).press("Open request").press("Record the meeting")
    farah.submit(values={"How long was it?": "45 minutes"})
    assert "You met on Thursday 4 March 2027: 45 minutes, one to one, video." in farah.reads
    farah.press("Close request")
    assert "The request is closed, and its note is deleted." in farah.reads

    ada.close().command("/supervision")
    assert ada.title == "Ask for supervision"
    ada.close().home()
    assert "Practice since your last supervision: 0 minutes." in ada.home_tab
    request = request_of(bot)
    assert (request["state"], request["note"], request["wishes"]) == ("closed", None, None)


def test_the_partner_says_it_is_done_and_writes_a_next_step(ada, farah, bot):
    asks(ada)
    claims(farah)
    ada.close().home().press("Open request", home=True).press("Say it is done")
    ada.submit(values={"My next step, in my own words": "Ring my own peer on Friday."})
    assert "It is saved, and the request is done." in ada.reads
    assert "Ring my own peer on Friday." in ada.reads

    opened(farah)
    assert "You have no requests." in farah.reads
    ada.press("Change my next step")
    ada.submit(values={"My next step, in my own words": "Write to sam@example.org"})
    assert "This may hold an e-mail address" in ada.reads
    ada.submit(values={"My next step, in my own words": "Rest."})
    assert "Rest." in ada.reads
    [record] = bot.rows("supervision_records")
    assert b"Rest." not in record["next_step"]


def test_a_request_that_is_taken_back_is_gone_for_everyone(ada, farah, bot):
    asks(ada, **{"A note": NOTE})
    bot.tick()
    claims(farah)
    ada.close().home().press("Open request", home=True).press("Take request back")
    assert "It was taken back. Your note is deleted." in ada.reads

    farah.press("Read their note")
    assert "The person took this request back." in farah.reads
    bot.tick()
    assert pushed(farah) == [WAITING, LOOK]
    opened(farah)
    assert "No request waits for a supervisor." in farah.reads
    request = request_of(bot)
    assert (request["state"], request["note"], request["wishes"]) == ("withdrawn", None, None)


def test_what_is_handed_back_waits_again_and_is_said_truthfully(ada, farah, gwen, bot, control):
    asks(ada, **{"How soon?": "This week, please"})
    bot.tick()
    claims(farah)
    at(bot, control, CLAIMED)
    opened(farah).press("Open request").press("Hand it back")
    assert "It is handed back." in farah.reads
    # Gwen's day in New York begins: what waited for her is said once.
    for second in (0, 2, 4, 6):
        at(bot, control, f"2027-03-02T14:30:0{second}Z")
    assert pushed(gwen) == [STILL_WAITING]
    assert pushed(farah) == [WAITING, STILL_WAITING]
    ada.close().home().press("Open request", home=True)
    assert (
        "It was handed back on Tuesday 2 March 2027, 10:31am. It waits for a supervisor again."
        in ada.reads
    )
    assert "A supervisor picks it up by Wednesday 3 March 2027, 10:04am." in ada.reads


def test_their_own_note_can_be_read_by_whoever_wrote_it_until_it_is_gone(ada, someone, bot):
    asks(ada, **{"A note": NOTE})
    ada.press("Read my note")
    assert NOTE in ada.reads
    ada.close().home().press("Open request", home=True).press("Take request back")
    assert "Read my note" not in ada.reads


def test_what_is_handed_over_is_the_others_alone(ada, farah, gwen, bot):
    asks(ada, **{"A note": NOTE})
    claims(farah)
    farah.press("Hand it over")
    assert f"<@{user_id('gwen')}>" in farah.reads
    farah.press("Hand it over")
    assert "It is handed over." in farah.reads
    assert "You have no requests." in farah.reads

    opened(gwen).press("Open request").press("Read their note")
    assert NOTE in gwen.reads
    ada.close().home().press("Open request", home=True)
    assert f"<@{user_id('gwen')}> picked it up on" in ada.reads


# Not safe now


@pytest.mark.parametrize("how", ["by the button", "by the level"])
def test_whoever_is_not_safe_sees_who_to_call_and_nothing_is_sent(ada, farah, bot, how):
    ada.command("/supervision")
    if how == "by the button":
        ada.press("See who to call now")
    else:
        ada.submit(values={"What is it for?": "For me", "How soon?": "I am not safe now"})
    assert ada.title == "Find support"
    assert "Call 999" in ada.reads
    bot.tick()
    assert bot.rows("supervision_requests") == []
    assert pushed(farah) == []


def test_who_to_call_comes_with_nothing_else_filled_in(ada, bot):
    ada.command("/supervision").submit(values={"How soon?": "I am not safe now"})

    assert ada.title == "Find support"
    assert "Call 999" in ada.reads
    assert bot.rows("supervision_requests") == []


def test_the_form_stays_under_the_numbers(ada):
    ada.command("/supervision")
    ada.submit(
        values={"What is it for?": "For me", "How soon?": "I am not safe now", "A note": NOTE}
    )
    ada.control.post("close", person="ada")
    assert ada.title == "Ask for supervision"
    assert ada.typed("note")["value"] == NOTE


# Before and after sending


def test_the_times_are_said_before_sending(ada):
    ada.command("/supervision")
    for said in (
        "A reply by Friday 5 March 2027, 10:04am.",
        "A reply by Wednesday 3 March 2027, 10:04am.",
        "A reply by Tuesday 2 March 2027, 12:04pm.",
    ):
        assert said in ada.reads


def test_out_of_hours_it_is_said_at_once(ada, bot, control):
    at(bot, control, "2027-04-30T17:40:00Z")
    ada.command("/supervision")
    assert "A supervisor works again from Tuesday 4 May 2027, 9am." in ada.reads
    assert "A reply by Tuesday 4 May 2027, 10am." in ada.reads


def test_where_somebody_asks_from_far_away_the_times_are_their_own(someone, bot):
    bilal = someone("bilal")
    asks(bilal)
    assert "Sent Tuesday 2 March 2027, 3:34pm Asia/Kolkata." in bilal.reads


def test_a_heavy_session_leads_to_the_form_and_shows_only_what_is_ticked(ada, farah, bot):
    ada.command("/session").submit(values={"Client code": "C-07"})
    ada.press("Heavy").press("Talk to a supervisor")
    assert ada.title == "Ask for supervision"
    assert "You come from this session" in ada.reads
    ada.submit(
        values={
            "What is it for?": "For me",
            "Show the supervisor who accepts": ["How heavy this session was"],
        }
    )
    claims(farah)
    assert "How heavy it was: Heavy." in farah.reads
    assert "C-07" not in farah.reads


def test_what_works_is_shown_where_it_is_ticked(ada, farah):
    ada.home().press("Change my settings", home=True)
    ada.submit(values={"What works for you?": ["Breaks"]})
    ada.close().command("/supervision").press("Change how, when or who")
    ada.submit(
        values={
            "What is it for?": "For my practice",
            "How would you like to meet?": "Phone",
            "When can you?": "Mornings",
            "Show the supervisor who accepts": ["What works for me, from my settings"],
        }
    )
    assert "Your request is sent." in ada.reads
    claims(farah)
    assert "What works for them: Breaks." in farah.reads
    assert "They would like to meet by: phone." in farah.reads
    assert "When they can: Mornings" in farah.reads


def test_what_was_filled_in_stays_when_the_form_unfolds(ada):
    ada.command("/supervision")
    ada.submit(
        values={"What is it for?": "For doing right", "A note": f"{NOTE} Ring 07700 900123."}
    )
    assert "This may hold a phone number" in ada.reads
    ada.press("Change how, when or who")
    assert NOTE in ada.typed("note")["value"]
    assert ada.typed("category")["selected_option"]["value"] == "doing_right"


# Whom they would rather not have, and whom they would like


def test_somebody_they_would_rather_not_have_learns_nothing(ada, farah, gwen, bot, control):
    ada.command("/supervision").press("Change how, when or who")
    ada.submit(
        values={
            "What is it for?": "For me",
            "Supervisors you would rather not have": [user_id("farah")],
        }
    )
    assert "Your request is sent." in ada.reads
    at(bot, control, "2027-03-02T15:00:00Z")
    assert pushed(farah) == []
    assert pushed(gwen) == [WAITING]
    farah.home()
    assert "No request waits for a supervisor." in farah.home_tab
    opened(farah)
    assert "No request waits for a supervisor." in farah.reads
    claims(gwen).press("Hand it over")
    assert "No other supervisor can take it just now." in gwen.reads
    at(bot, control, "2027-03-08T15:00:00Z")
    assert pushed(farah) == []


def test_the_one_they_would_like_is_asked_first(ada, farah, gwen, bot, control):
    ada.command("/supervision").press("Change how, when or who")
    ada.submit(
        values={"What is it for?": "For me", "A supervisor you would like": user_id("farah")}
    )
    at(bot, control, "2027-03-02T15:00:00Z")
    assert pushed(farah) == [WAITING]
    assert pushed(gwen) == []
    opened(farah)
    assert "They would be glad if it were you." in farah.reads
    assert "No request waits" in opened(gwen).reads
    at(bot, control, "2027-03-04T15:00:00Z")
    assert pushed(gwen) == [STILL_WAITING]
    opened(gwen)
    assert "For me. When there's a space." in gwen.reads
    assert "glad if it were you" not in gwen.reads


@pytest.mark.parametrize("field", ["A supervisor you would like", "Supervisors you would rather"])
def test_only_supervisors_can_be_named(ada, field, bot):
    ada.command("/supervision").press("Change how, when or who")
    label = field if field.startswith("A ") else "Supervisors you would rather not have"
    value = user_id("bilal") if field.startswith("A ") else [user_id("bilal")]
    ada.submit(values={"What is it for?": "For me", label: value})
    assert "is not a supervisor" in " ".join(ada.errors.values())
    assert bot.rows("supervision_requests") == []


# Nobody can take it


def test_where_there_is_no_supervisor_it_is_said_at_once_and_nothing_is_sent(ada, dilys, bot):
    for handle in ("farah", "gwen"):
        dilys.command("/cohort").press("Give or take roles")
        dilys.submit(Person=user_id(handle))
        dilys.submit(values={"Roles they hold": []})
        dilys.close()
    ada.command("/supervision")
    ada.submit(values={"What is it for?": "For me", "A note": NOTE})
    assert "There is no supervisor who can take your request." in ada.reads
    assert "Your request is not sent yet." in ada.reads
    assert ada.typed("note")["value"] == NOTE
    assert bot.rows("supervision_requests") == []


def away(person, first, last):
    opened(person).press("Change time off and limit").press("Add time off")
    person.submit(values={"First day": first, "Last day": last})
    assert "It is saved." in person.reads
    person.close()


def test_where_everyone_is_away_it_is_said_and_can_be_sent_all_the_same(
    ada, farah, gwen, bot, control
):
    away(farah, "2027-03-01", "2027-03-07")
    away(gwen, "2027-03-01", "2027-03-12")
    asks(ada)
    assert "The first is back on Monday 8 March 2027." in ada.reads
    assert bot.rows("supervision_requests") == []
    ada.submit(values={"Do you want to send it all the same?": ["Yes, send it all the same"]})
    assert "Your request is sent." in ada.reads
    assert "A supervisor picks it up by Wednesday 10 March 2027, 5pm." in ada.reads
    at(bot, control, "2027-03-03T15:00:00Z")
    assert pushed(farah) == []
    at(bot, control, MONDAY)
    assert pushed(farah) == [STILL_WAITING]


def test_where_everyone_holds_enough_it_is_said(ada, someone, farah, gwen, bot):
    for person in (farah, gwen):
        opened(person).press("Change time off and limit").press("Change number")
        person.submit(values={"How many requests can you hold at once?": "1"})
        asks(someone("bilal"))
        claims(person)
        person.close()
    asks(ada)
    assert "Every supervisor has as many requests as they can hold just now." in ada.reads


def test_whoever_holds_enough_cannot_pick_up_more(ada, someone, farah):
    opened(farah).press("Change time off and limit").press("Change number")
    farah.submit(values={"How many requests can you hold at once?": "1"})
    asks(ada)
    asks(someone("bilal"))
    claims(farah)
    opened(farah).press("Pick it up")
    assert "You have as many requests as you chose to hold." in farah.reads


# Past its promise


def test_reminders_and_then_co_leads_and_never_more_than_that_one_waits(
    ada, farah, dilys, bot, control
):
    asks(ada, **{"A note": NOTE})
    bot.tick()
    at(bot, control, "2027-03-04T10:00:00Z")
    assert pushed(farah) == [WAITING]
    at(bot, control, "2027-03-04T10:05:00Z")
    assert pushed(farah) == [WAITING, STILL_WAITING]
    assert pushed(dilys) == []
    dilys.home()
    assert "No request waits longer than was promised." in dilys.home_tab

    at(bot, control, "2027-03-05T10:05:00Z")
    assert pushed(dilys) == [LATE]
    dilys.home()
    assert "1 request waits longer than was promised." in dilys.home_tab
    dilys.press("Open supervision", home=True)
    for private in ("For me", user_id("ada"), NOTE):
        assert private not in dilys.reads
    ada.close().home().press("Open request", home=True)
    assert "We said Friday 5 March 2027, 10:04am. Nobody has picked it up yet" in ada.reads

    at(bot, control, "2027-03-05T16:00:00Z")
    assert pushed(dilys) == [LATE]
    at(bot, control, "2027-03-08T10:01:00Z")
    assert pushed(dilys) == [LATE, LATE]


def test_a_request_for_today_is_remembered_after_30_and_60_minutes(ada, farah, dilys, bot, control):
    asks(ada, **{"How soon?": "I'd like to talk today"})
    bot.tick()
    for minute, reminded in ((33, 0), (34, 1), (63, 1), (64, 2)):
        hour, rest = divmod(minute, 60)
        at(bot, control, f"2027-03-02T{10 + hour}:{rest:02}:30Z")
        assert pushed(farah).count(STILL_WAITING) == reminded, minute
    assert pushed(dilys) == []
    at(bot, control, "2027-03-02T12:04:30Z")
    assert pushed(dilys) == [LATE]


def test_a_pause_of_everything_does_not_hold_back_that_somebody_asked(ada, farah, dilys, bot):
    dilys.command("/cohort").press("Pause everything")
    asks(ada)
    bot.tick()
    assert pushed(farah) == [WAITING]


def test_nobody_is_told_in_their_quiet_hours(ada, farah, bot, control):
    at(bot, control, "2027-03-02T20:00:00Z")
    asks(ada, **{"How soon?": "I'd like to talk today"})
    bot.tick()
    assert pushed(farah) == []
    at(bot, control, "2027-03-03T09:00:30Z")
    assert pushed(farah) == [WAITING]


# Who sees a count


def test_a_learning_partner_sees_a_number_of_five_and_more(ada, someone, bot):
    hari, bilal = someone("hari"), someone("bilal")
    for _ in range(4):
        asks(ada)
        ada.close()
    hari.command("/supervision")
    assert "Fewer than five requests for supervision" in hari.reads
    asks(bilal)
    hari.close().command("/supervision")
    assert "5 requests for supervision were sent in the last 90 days." in hari.reads


def test_co_leads_see_how_many_are_due_and_never_who(ada, dilys):
    ada.command("/session").submit(values={"How long was it?": "10 hours"})
    ada.close().home()
    assert "An hour of supervision is due." in ada.home_tab
    dilys.command("/supervision")
    assert "1 partner is due supervision." in dilys.reads
    assert user_id("ada") not in dilys.reads


def test_co_leads_change_what_is_promised_from_then_on(ada, dilys, bot):
    asks(ada)
    dilys.command("/supervision").press("Promises")
    dilys.submit(values={"When there's a space: a reply within": "5 working days"})
    assert "It is saved. It counts from the next request on." in dilys.reads
    dilys.press("Working hours")
    dilys.submit(values={"Work ends at": "08:00"})
    assert "Work ends before it begins." in dilys.errors["end"]
    ada.close().home().press("Open request", home=True)
    assert "by Friday 5 March 2027, 10:04am." in ada.reads
    asks(ada.close())
    assert "by Tuesday 9 March 2027, 10:04am." in ada.reads


def test_time_counts_once_it_was_recorded(ada, farah, bot):
    ada.command("/session").submit(values={"How long was it?": "3 hours"})
    asks(ada)
    met(farah)
    ada.close().home()
    assert "Practice since your last supervision: 0 minutes." in ada.home_tab


def test_the_same_form_sent_twice_is_one_request(ada, control, bot):
    ada.command("/supervision")
    control.fault(delivery="duplicate")
    ada.submit(values={"What is it for?": "For me"})
    assert "Your request is sent." in ada.reads
    assert len(bot.rows("supervision_requests")) == 1
