"""A learning set, from joining to the actions that the next meeting asks about."""

import pytest

from domain.ids import new_id
from domain.learning_sets import SetPlan
from practice.people import user_id
from storage import people
from tests.e2e.questions import at, messages
from tests.e2e.set_story import (
    CHANNEL,
    LINK,
    TUESDAY,
    joins,
    makes_set,
    offers_dates,
    opens_meeting,
    seconds,
    sees_set,
)
from tests.e2e.set_things import account_of


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10am in London."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


def later(bot, control, now):
    """Let that time come; one person is told one thing a second."""
    at(bot, control, now)
    for _ in range(3):
        control.post("clock", advance_seconds=2)
        bot.tick()


def told(person):
    return [message["text"] for message in messages(person)]


def asked(bot, dilys, *people):
    """A set with these members, who are asked about two dates."""
    makes_set(dilys)
    for person in people:
        joins(person)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    bot.tick()


def booked(bot, dilys, *people):
    """The same, with the first of the dates chosen."""
    asked(bot, dilys, *people)
    opens_meeting(dilys).press("See what suits").press("Choose this date")
    assert "The date is chosen, and everyone is told." in dilys.reads
    bot.tick()


def in_channel(control, name=CHANNEL):
    [channel] = [c for c in control.get("state")["channels"] if c["id"] == name]
    return [m["text"] for m in channel["messages"] if m["bot_id"] and not m["ephemeral"]]


# From joining to the actions that are carried on


def test_from_who_would_like_to_join_to_actions_in_the_next_review(
    ada, bilal, cerys, dilys, emeka, bot, control
):
    makes_set(dilys, **{"Name": "Harbour"})
    joins(ada)
    assert "You have a place. Welcome to the set." in ada.reads
    joins(bilal)
    joins(cerys)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    bot.tick()
    assert told(ada) == ["Harbour: which dates suit you for the next meeting?"]

    ada.close().home().press("Tick dates", home=True)
    ada.submit(values={"Which dates suit you?": ["Tuesday 16 March 2027, 2pm"]})
    assert "Thank you. Your dates are saved." in ada.reads
    bilal.close().home().press("Tick dates", home=True)
    bilal.submit(values={"Which dates suit you?": ["Tuesday 16 March 2027, 7:30pm Asia/Kolkata"]})
    opens_meeting(dilys).press("See what suits")
    assert "2 of 3 members have answered." in dilys.reads
    assert "Tuesday 16 March 2027, 2pm: suits 2 of 3. This suits best so far." in dilys.reads
    dilys.press("Choose this date")
    at(bot, control, "2027-03-03T10:00:00Z")
    assert told(ada)[1].startswith("Harbour: the meeting is on Tuesday 16 March 2027, 2pm.")
    assert "7:30pm Asia/Kolkata" in told(bilal)[1]
    ada.close().home()
    assert "Harbour: your next meeting is on Tuesday 16 March 2027, 2pm." in ada.home_tab

    at(bot, control, "2027-03-16T13:55:00Z")
    opens_meeting(ada).press("See offers of today").press("Make an offer")
    ada.submit(values={"I'd like to think about...": "Saying no kindly"})
    opens_meeting(bilal).press("See offers of today")
    assert "Saying no kindly" in bilal.reads
    opens_meeting(emeka).press("See agenda").press("Start agenda")
    bot.tick()
    at(bot, control, "2027-03-16T14:01:30Z")
    for _ in range(7):
        emeka.press("Next part")
        bot.tick()
    emeka.press("Finish and close")
    assert "This meeting is closed." in emeka.reads
    bot.tick()
    said = in_channel(control)
    assert said[0].startswith("Now: Arrive and check in, 8 minutes.")
    assert "Two minutes left in this part." in said
    assert said[-1].startswith("The meeting is closed. Thank you all.")
    assert "In danger, call 999." in said[-1]
    assert not any("Saying no kindly" in text for text in said)
    assert bot.rows("set_offers") == []

    opens_meeting(ada).press("Write an action")
    ada.submit(values={"I will...": "Ring Tam on 07700 900123"})
    assert "This may hold a phone number" in ada.reads
    ada.submit(values={"I will...": "Say no to one thing a week"})
    assert "Your action is saved." in ada.reads
    opens_meeting(bilal).press("Write an action")
    bilal.submit(values={"I will...": "Ask before I help"})

    at(bot, control, "2027-03-29T10:00:00Z")
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    opens_meeting(dilys, 2).press("See what suits").press("Choose this date")
    later(bot, control, "2027-04-17T14:01:00Z")
    later(bot, control, "2027-04-19T08:30:00Z")
    nudge = "Harbour: you took something away last time. You can look at it before you meet."
    assert nudge in told(ada)
    assert nudge not in told(cerys)
    ada.close().home().press("See my actions", home=True)
    assert "Say no to one thing a week" in ada.reads
    ada.press("Part of it")
    assert "Part of it is done." in ada.reads
    opens_meeting(cerys, 2).press("See actions to review")
    assert "Say no to one thing a week" in cerys.reads
    assert "Part of it is done." in cerys.reads
    assert "Ask before I help" in cerys.reads
    assert "Nothing said yet." in cerys.reads
    assert "See actions to review" not in opens_meeting(dilys, 2).reads


# Many sets


def test_with_many_sets_mine_come_first_and_the_page_can_be_turned(ada, emeka, dilys, bot, control):
    makes_set(dilys, **{"Name": "Oldest"})
    joins(ada)
    control.post("clock", advance_seconds=60)
    plans = (SetPlan(name=f"Set {n}") for n in range(1, 31))
    for plan in plans:
        bot.house.learning_sets.make(
            account_of("dilys"), plan, facilitator=None, link=None, form=new_id()
        )

    for person in (ada, emeka):
        person.close() if person.modal else None
        person.command("/learning-set")
        assert person.reads.index("Oldest") < person.reads.index("Set ")
    shown = ada.reads
    ada.press("Show the next ones")
    for n in range(1, 31):
        assert (f"Set {n}\n" in shown) is not (f"Set {n}\n" in ada.reads)
    assert "Oldest" in ada.press("Go back to the start").reads


# Places


def test_a_seventh_waits_and_gets_a_place_when_somebody_leaves(
    ada, bilal, cerys, someone, dilys, bot, control
):
    makes_set(dilys)
    sees_set(dilys).press("Change numbers")
    dilys.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    assert "0 of 4 places are taken." in dilys.reads
    extra = [someone(name) for name in ("hari", "farah")]
    enrols(dilys, "hari", "farah")
    for person in (ada, bilal, cerys, extra[0]):
        joins(person)
    joins(extra[1])
    assert "All places are taken, so you wait for one." in extra[1].reads
    assert "You are number 1 in the line." in extra[1].reads
    assert f"<@{user_id('farah')}>" in sees_set(dilys).reads
    assert f"<@{user_id('farah')}>" not in sees_set(ada).reads

    sees_set(bilal).press("Leave set")
    bot.tick()
    [offer] = told(extra[1])
    assert offer.startswith("Harbour: a place is kept for you until")
    sees_set(extra[1]).press("Yes, take the place")
    assert "You have a place. Welcome to the set." in extra[1].reads
    assert "4 of 4 places are taken." in sees_set(dilys).reads


def enrols(dilys, *handles):
    dilys.close().command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id(h) for h in handles], "Roles": ["Partner"]})
    dilys.close()


def test_a_place_that_nobody_says_yes_to_goes_to_the_next(
    ada, bilal, cerys, someone, dilys, bot, control
):
    makes_set(dilys)
    hari, farah, gwen = (someone(name) for name in ("hari", "farah", "gwen"))
    enrols(dilys, "hari", "farah", "gwen")
    sees_set(dilys).press("Change numbers")
    dilys.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    for person in (ada, bilal, cerys, hari, farah, gwen):
        joins(person)
    sees_set(ada).press("Leave set")
    later(bot, control, "2027-03-04T10:00:30Z")
    over = "Harbour: the place that was kept for you went to somebody else."
    assert told(farah)[-1].startswith(over)
    later(bot, control, "2027-03-04T15:00:30Z")
    assert any(text.startswith("Harbour: a place is kept for you") for text in told(gwen))
    sees_set(farah)
    assert "Wait for a place" in farah.reads


def test_joining_twice_is_joining_once(ada, dilys, control, bot):
    makes_set(dilys)
    sees_set(ada)
    control.fault(delivery="duplicate")
    ada.press("Join set")
    assert len(bot.rows("set_members")) == 1


def test_a_set_of_a_cohort_is_for_its_people(ada, bilal, dilys):
    dilys.command("/cohort").press("Make a cohort").submit(Name="Spring")
    dilys.press("Add people").submit(People=[user_id("ada")])
    dilys.close()
    makes_set(dilys, **{"Who can join?": "Spring"})
    assert "Harbour" in ada.command("/learning-set").reads
    assert "There is no set that you can join just now." in bilal.command("/learning-set").reads


# Who sees what


def test_the_link_is_for_members_and_the_facilitator(ada, bilal, dilys, emeka, control):
    makes_set(dilys)
    joins(ada)
    assert LINK in sees_set(ada).press("See joining link").reads
    assert LINK in sees_set(emeka).press("See joining link").reads
    for person in (bilal, dilys):
        sees_set(person)
        assert "See joining link" not in person.reads
        assert LINK not in person.reads


GO = "Open the meeting"


def test_whoever_goes_to_the_link_is_answered(ada, dilys, control):
    """Slack opens the address by itself, and puts a warning beside a press nobody answers."""
    makes_set(dilys)
    joins(ada)
    sees_set(ada).press("See joining link").press(GO)

    answer = [entry for entry in control.ledger() if entry["kind"] == "ack"][-1]
    assert answer["ok"]
    assert ada.notices == []
    assert LINK in ada.reads, "the page stands as it did"


def test_whoever_may_not_see_sets_any_more_is_answered_as_well(ada, dilys, bot):
    makes_set(dilys)
    joins(ada)
    sees_set(ada).press("See joining link")
    with bot.database.write() as conn:
        person = people.actor(conn, account_of("ada"))
        people.set_roles(conn, person, (), by=None, now=bot.house.clock())
    ada.press(GO)

    assert ada.notices == []
    assert "Alongside is for people in the programme." in ada.reads


def test_offers_are_not_for_co_leads_nor_for_another_day(ada, dilys, bot, control):
    booked(bot, dilys, ada)
    opens_meeting(ada)
    assert "See offers of today" not in ada.reads
    later(bot, control, "2027-03-16T09:00:00Z")
    opens_meeting(ada).press("See offers of today").press("Make an offer")
    ada.submit(values={"I'd like to think about...": "An ending"})
    opens_meeting(dilys)
    assert "See offers of today" not in dilys.reads
    assert "An ending" not in dilys.reads


# Dates


def test_dates_that_are_over_or_too_few_are_refused_beside_the_field(dilys, bot):
    makes_set(dilys)
    sees_set(dilys).press("Offer dates")
    dilys.submit(values={"Date 1": seconds(2027, 3, 1, 14), "Date 2": seconds(2027, 3, 17, 14)})
    assert dilys.errors == {"dates": "One of these dates is over. Please choose dates to come."}
    dilys.submit(values={"Date 1": seconds(2027, 3, 17, 14), "Date 2": seconds(2027, 3, 17, 14)})
    assert dilys.errors == {"dates": "Please offer two different dates or more."}
    dilys.press("Show more dates")
    dilys.submit(values={"Date 1": seconds(2027, 3, 18, 14), "Date 8": seconds(2027, 3, 25, 14)})
    assert "Members are asked which dates suit them." in dilys.reads
    assert len(bot.rows("set_dates")) == 3


def test_a_tie_is_said_and_a_co_lead_decides(ada, bilal, dilys, bot):
    asked(bot, dilys, ada, bilal)
    opens_meeting(dilys).press("See what suits")
    assert "Several dates suit equally well." in dilys.reads


def test_a_meeting_is_moved_and_everyone_is_told_once(ada, emeka, dilys, bot, control):
    booked(bot, dilys, ada)
    opens_meeting(emeka).press("Move meeting")
    emeka.submit(values={"New date and time, by your own clock": seconds(2027, 3, 18, 14)})
    assert "The meeting is moved, and everyone is told." in emeka.reads
    bot.tick()
    bot.tick()
    moved = "Harbour: the meeting is moved. It is now on Thursday 18 March 2027, 2pm. Can you come?"
    assert [text.split("\n")[0] for text in told(ada)].count(moved) == 1


def test_apologies_are_kept_and_roles_go_on(ada, bilal, cerys, dilys, bot, control):
    booked(bot, dilys, ada, bilal, cerys)
    opens_meeting(ada).press("Send apologies")
    assert "Thank you for saying so. Nobody asks why." in ada.reads
    assert "2 people may come. You are down as not coming. You can still change that." in ada.reads
    opens_meeting(bilal)
    assert f"<@{user_id('ada')}> is asked" not in bilal.reads
    opens_meeting(ada).press("I am coming")
    assert "3 people may come. You are expected." in ada.reads


def test_a_newcomer_is_asked_once_for_dates_of_two_meetings(ada, bilal, dilys, bot):
    makes_set(dilys)
    joins(ada)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    joins(bilal)
    bot.tick()

    assert len(bot.rows("set_meetings")) == 2
    assert [text for text in told(bilal) if "which dates suit you" in text] == [
        "Harbour: which dates suit you for the next meeting?"
    ]


ASKS = "Harbour: which dates suit you for the next meeting?"


def test_questions_about_two_meetings_that_waited_for_the_morning_come_as_one(
    ada, bilal, dilys, bot, control
):
    makes_set(dilys)
    joins(ada)
    joins(bilal)
    control.post("clock", now="2027-03-02T19:00:00Z")
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    opens_meeting(bilal, 1).press("Tick dates").submit(values={}).close()
    later(bot, control, "2027-03-03T09:00:30Z")

    assert told(ada).count(ASKS) == 1
    assert ada.home().home_tab.count("Tick dates") == 2, "nothing is forgotten"
    assert told(bilal).count(ASKS) == 1, "the other meeting's"
    assert len(bot.rows("set_meetings")) == 2


def test_a_question_that_let_another_go_first_comes_where_that_one_never_does(
    ada, dilys, bot, control
):
    """In the morning Slack has trouble, and meanwhile the first meeting's date is chosen."""
    makes_set(dilys)
    joins(ada)
    bot.tick()
    control.post("clock", now="2027-03-02T19:00:00Z")
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    control.fault(method="chat.postMessage", kind="429", times=1, retry_after=600)
    at(bot, control, "2027-03-03T09:00:30Z")
    assert told(ada).count(ASKS) == 0
    opens_meeting(dilys, 1).press("See what suits").press("Choose this date")
    later(bot, control, "2027-03-03T09:15:00Z")
    later(bot, control, "2027-03-03T09:17:00Z")

    assert told(ada).count(ASKS) == 1
    assert ada.home().home_tab.count("Tick dates") == 1


def test_dates_that_are_over_are_no_reason_to_ask_a_newcomer_nothing(ada, dilys, bot, control):
    makes_set(dilys)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    later(bot, control, "2027-03-18T10:00:00Z")
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    joins(ada)
    later(bot, control, "2027-03-18T10:05:00Z")

    assert told(ada).count(ASKS) == 1


def test_ticks_for_dates_that_are_other_ones_by_now_are_not_taken_for_none(
    ada, dilys, bot, control
):
    makes_set(dilys)
    joins(ada)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    opens_meeting(ada).press("Tick dates")
    opens_meeting(dilys).press("Ask about other dates")
    dilys.submit(values={"Date 1": seconds(2027, 4, 7, 14), "Date 2": seconds(2027, 4, 8, 14)})
    ada.submit(values={})

    changed = "This has changed meanwhile. Please open the meeting again."
    assert changed in ada.reads or changed in ada.errors.values()
    later(bot, control, "2027-03-02T10:05:00Z")
    assert told(ada).count(ASKS) >= 1
    assert "Tick dates" in ada.close().home().home_tab
    opens_meeting(ada).press("Tick dates")
    assert "7 April" in str(ada.modal)


def test_dates_that_are_offered_later_are_asked_about_as_well(ada, dilys, bot, control):
    makes_set(dilys)
    joins(ada)
    offers_dates(dilys, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    later(bot, control, "2027-03-02T10:05:00Z")
    offers_dates(dilys, seconds(2027, 4, 20, 14), seconds(2027, 4, 21, 14))
    later(bot, control, "2027-03-02T10:10:00Z")

    assert told(ada).count(ASKS) == 2


def test_saying_no_to_a_role_is_free_and_told_to_nobody(ada, bilal, cerys, dilys, emeka, bot):
    booked(bot, dilys, ada, bilal, cerys)
    opens_meeting(ada).press("I'd rather not present")
    assert "That is fine. A no is never held against you." in ada.reads
    for person in (bilal, emeka):
        opens_meeting(person)
        assert "rather not" not in person.reads.replace("I'd rather not", "")
        assert f"<@{user_id('ada')}> is asked to present." not in person.reads


def test_too_few_an_hour_before_and_the_facilitator_is_asked_to_move_it(
    ada, bilal, dilys, emeka, bot, control
):
    booked(bot, dilys, ada, bilal)
    later(bot, control, "2027-03-16T13:00:30Z")
    assert any("Would you like to move it?" in text for text in told(emeka))
    assert any("fewer people can come" in text for text in told(ada))
    opens_meeting(ada)
    assert "Fewer people can come than the set needs." in ada.reads


def test_a_calendar_file_comes_and_a_new_one_takes_it_out(ada, dilys, bot, control):
    booked(bot, dilys, ada)
    opens_meeting(ada).press("Calendar file")
    assert "The file is on its way" in ada.reads
    bot.settle()
    [file] = ada.files
    content = control.download(file["url"]).decode()
    assert "METHOD:PUBLISH" in content
    assert "SUMMARY:Learning set meeting" in content
    assert "Harbour" not in content
    opens_meeting(dilys).press("Cancel meeting")
    bot.tick()
    assert any("is cancelled. We are sorry for the change." in text for text in told(ada))
    ada.close()
    opens_meeting(ada).press("Calendar file")
    bot.settle()
    content = control.download(ada.files[-1]["url"]).decode()
    assert "METHOD:CANCEL" in content
    assert "STATUS:CANCELLED" in content


# What can go wrong


def test_a_channel_that_the_bot_is_not_in_is_said_with_how_to_invite_it(dilys, bot):
    dilys.command("/learning-set").press("Make a set")
    dilys.submit(values={"Name": "Harbour", "The set's own channel": "C0GENERAL00"})
    assert "/invite @Alongside" in dilys.errors["channel"]
    assert bot.rows("learning_sets") == []


@pytest.mark.parametrize("error", ["restricted_action", "restricted_action_read_only_channel"])
def test_a_channel_where_only_some_may_post_is_said_at_its_field(dilys, bot, control, error):
    dilys.command("/learning-set").press("Make a set")
    control.fault(method="chat.postEphemeral", kind="error", error=error)
    dilys.submit(values={"Name": "Harbour", "The set's own channel": CHANNEL})

    assert dilys.errors.keys() == {"channel"}
    assert "only some people can" in dilys.errors["channel"]
    assert bot.rows("learning_sets") == []


def test_a_channel_that_was_archived_meanwhile_is_said_at_its_field(dilys, bot, control):
    makes_set(dilys)
    dilys.press("Change set")
    control.post("command", person="ada", channel="spring-cohort", command="/archive")
    dilys.submit(values={"Name": "Quay"})

    assert dilys.errors.keys() == {"channel"}
    assert "That channel is archived" in dilys.errors["channel"]
    assert [row["name"] for row in bot.rows("learning_sets")] == ["Harbour"]


def test_a_set_that_ends_tells_those_who_wait_as_well(
    ada, bilal, cerys, someone, dilys, bot, control
):
    makes_set(dilys)
    hari, farah = someone("hari"), someone("farah")
    enrols(dilys, "hari", "farah")
    sees_set(dilys).press("Change numbers")
    dilys.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    for person in (ada, bilal, cerys, hari, farah):
        joins(person)
    sees_set(dilys).press("End set")
    assert "This set has ended." in dilys.reads
    later(bot, control, "2027-03-02T16:00:00Z")
    ended = "Harbour: this set has ended. Thank you for being part of it."
    for person in (ada, farah):
        [said] = [text for text in told(person) if text.startswith(ended)]
        assert "In danger, call 999." in said


def test_the_facilitator_steps_back_and_a_member_takes_it_on(ada, emeka, dilys, bot, control):
    booked(bot, dilys, ada)
    opens_meeting(emeka).press("I cannot facilitate this time")
    later(bot, control, "2027-03-02T10:05:00Z")
    wanted = "Harbour: a facilitator is wanted for the meeting on Tuesday 16 March 2027"
    assert any(text.startswith(wanted) for text in told(dilys))
    opens_meeting(ada).press("I can facilitate")
    assert f"<@{user_id('ada')}> is the facilitator." in ada.reads


def test_somebody_whose_account_is_switched_off_leaves_their_place_to_others(
    ada, bilal, cerys, someone, dilys, control, bot
):
    makes_set(dilys)
    hari, farah = someone("hari"), someone("farah")
    enrols(dilys, "hari", "farah")
    sees_set(dilys).press("Change numbers")
    dilys.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    for person in (ada, bilal, cerys, hari, farah):
        joins(person)
    user = {"id": user_id("ada"), "team_id": "T0PRACTICE0", "deleted": True, "profile": {}}
    control.post("event", event={"type": "user_change", "user": user})
    bot.settle()
    bot.tick()
    assert any("a place is kept for you" in text for text in told(farah))
