"""Learning sets when things go wrong: clocks, changes of mind, people who go, Slack in trouble.

Whatever happens, nobody is told twice, nobody is forgotten, and what each reads is true. What was
told is judged by what the workspace accepted.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.people import Profile, Role
from practice.people import user_id
from storage import people
from tests.e2e.journal_items import person_of
from tests.e2e.questions import buttons, messages, press
from tests.e2e.set_story import (
    CHANNEL,
    TUESDAY,
    joins,
    makes_set,
    offers_dates,
    opens_meeting,
    seconds,
    sees_set,
)
from tests.e2e.set_things import account_of
from tests.e2e.test_who_is_let_in import slack_says_gone

POST = "chat.postMessage"
ASKED = "Harbour: which dates suit you for the next meeting?"
CHOSEN = "Harbour: the meeting is on "
MEMBERS = ("ada", "bilal", "cerys")
HEARS = (*MEMBERS, "emeka")


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    """It is Tuesday 2 March 2027, 10am in London."""
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


@pytest.fixture
def harbour(someone, dilys, bot, control):
    """A set that Ada, Bilal and Cerys are in, led by Emeka, who has heard so; nothing is asked."""
    makes_set(dilys)
    for handle in MEMBERS:
        joins(someone(handle))
    goes_on(bot, control, 2)
    return dilys


@pytest.fixture
def booked(harbour, bot, control):
    """Its first meeting is on Tuesday 16 March, 2pm, and everybody has heard so."""
    books(harbour)
    goes_on(bot, control)
    return harbour


def books(dilys, *moments):
    offers_dates(dilys, *(moments or (seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))))
    opens_meeting(dilys).press("See what suits").press("Choose this date")
    assert "The date is chosen, and everyone is told." in dilys.reads


def at(bot, control, now):
    control.post("clock", now=now)
    bot.tick()


def goes_on(bot, control, times=6, step=2):
    """Let some seconds pass, with a tick after each two: one person is told one thing a second."""
    for _ in range(times):
        bot.tick()
        control.post("clock", advance_seconds=step)


def told(control, who, start=""):
    """The top-level texts that the workspace took to somebody or into a channel, oldest first."""
    to = who if who.startswith("C0") else user_id(who)
    entries = control.ledger(POST)
    found = [e["text"] for e in entries if e["ok"] and to in (e["user"], e["channel"])]
    return [text for text in found if text.startswith(start)]


def with_roles(lead, handle, roles):
    lead.close() if lead.modal else None
    lead.command("/cohort").press("Give or take roles").submit(Person=user_id(handle))
    lead.submit(values={"Roles they hold": roles})
    lead.close()


# Dates and clocks


def test_a_second_meeting_at_the_time_of_another_is_refused_in_words(booked, bot):
    sees_set(booked).press("Offer dates")
    booked.submit(values={"Date 1": seconds(2027, 3, 16, 15), "Date 2": seconds(2027, 3, 23, 14)})

    assert "Another meeting of this set" in " ".join(booked.errors.values())
    assert len(bot.rows("set_meetings")) == 1


def test_a_date_that_came_while_nobody_chose_is_not_chosen(harbour, bot, control):
    offers_dates(harbour, seconds(2027, 3, 3, 14), seconds(2027, 3, 17, 14))
    opens_meeting(harbour).press("See what suits")
    at(bot, control, "2027-03-03T14:00:01Z")

    harbour.press("Choose this date")

    assert "This date is over by now." in harbour.reads
    [meeting] = bot.rows("set_meetings")
    assert meeting["state"] == "polling"


# London's clocks change on 28 March 2027, New York's on the 14th, and Kolkata's never.
SAYS = {
    "ada": ("Tuesday 23 March 2027, 2pm", "Tuesday 30 March 2027, 2pm"),
    "bilal": (
        "Tuesday 23 March 2027, 7:30pm Asia/Kolkata",
        "Tuesday 30 March 2027, 6:30pm Asia/Kolkata",
    ),
    "gwen": (
        "Tuesday 23 March 2027, 10am America/New_York",
        "Tuesday 30 March 2027, 9am America/New_York",
    ),
}


@pytest.mark.parametrize("which", [0, 1], ids=["before the clocks change", "after"])
def test_everybody_reads_a_date_beyond_a_change_of_clocks_by_their_own(
    someone, dilys, bot, control, which
):
    with bot.database.write() as conn:
        profile = Profile(account=account_of("gwen"), tz="America/New_York")
        people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    makes_set(dilys)
    for handle in SAYS:
        joins(someone(handle))
    offers_dates(dilys, seconds(2027, 3, 23, 14), seconds(2027, 3, 30, 14))
    for handle, both in SAYS.items():
        person = someone(handle)
        person.close().home().press("Tick dates", home=True)
        assert all(text in person.reads for text in both), (handle, person.reads)
        person.submit(values={"Which dates suit you?": [both[which]]})

    opens_meeting(dilys).press("See what suits").press("Choose this date")
    for now in ("2027-03-02T15:00:00Z", "2027-03-03T10:00:00Z"):
        at(bot, control, now)
        goes_on(bot, control)

    for handle, both in SAYS.items():
        [text] = told(control, handle, CHOSEN)
        assert both[which] in text


def test_asked_about_other_dates_after_one_was_chosen_people_tick_again(
    someone, booked, bot, control
):
    ada = someone("ada")
    opens_meeting(ada).press("Send apologies")
    opens_meeting(booked).press("Ask about other dates")
    booked.submit(values={"Date 1": seconds(2027, 3, 24, 14), "Date 2": seconds(2027, 3, 25, 14)})
    goes_on(bot, control)

    assert len(told(control, "ada", ASKED)) == 1
    ada.close().home().press("Tick dates", home=True)
    ada.submit(values={"Which dates suit you?": ["Thursday 25 March 2027, 2pm"]})
    assert "Thank you. Your dates are saved." in ada.reads
    opens_meeting(booked).press("See what suits")
    assert "1 of 3 members have answered." in booked.reads
    best = "Thursday 25 March 2027, 2pm: suits 1 of 3. This suits best so far."
    assert best in booked.reads
    booked.press("Choose this date")
    assert "Thursday 25 March 2027, 2pm" in opens_meeting(ada).reads
    assert "You are expected." in ada.reads


def pauses_everything(dilys):
    dilys.close() if dilys.modal else None
    dilys.command("/cohort").press("Pause everything")


@pytest.mark.parametrize("paused", [False, True], ids=["as always", "while everything is paused"])
def test_a_booked_meeting_is_never_taken_away_in_silence(
    someone, booked, emeka, bot, control, paused
):
    if paused:
        pauses_everything(booked)
    opens_meeting(booked).press("Ask about other dates")
    booked.submit(values={"Date 1": seconds(2027, 3, 24, 14), "Date 2": seconds(2027, 3, 25, 14)})
    goes_on(bot, control)

    for handle in HEARS:
        [text] = told(control, handle, "Harbour: the meeting on Tuesday 16 March 2027")
        assert "is not on. Another date is looked for." in text
    assert len(told(control, "ada", ASKED)) == (0 if paused else 1)
    press(emeka, messages(emeka)[-1], "Calendar file")
    bot.settle()
    assert "METHOD:CANCEL" in control.download(emeka.files[-1]["url"]).decode()


def test_dates_asked_about_once_more_do_not_say_again_that_the_meeting_is_not_on(
    booked, bot, control
):
    for day in (24, 29):
        opens_meeting(booked).press("Ask about other dates")
        moments = {f"Date {n}": seconds(2027, 3, day + n, 14) for n in (1, 2)}
        booked.submit(values=moments)
        assert "Members are asked which dates suit them." in booked.reads, booked.errors
    goes_on(bot, control)

    for handle in HEARS:
        assert len(told(control, handle, "Harbour: the meeting on Tuesday 16 March 2027")) == 1


# Too few, and enough again


def too_few_an_hour_before(someone, dilys, bot, control, *, needed="3"):
    """Cerys cannot come, and so two of the three that it needs may come; it is 1pm."""
    sees_set(dilys).press("Change numbers")
    dilys.submit(values={"Fewest people for a meeting": needed})
    opens_meeting(someone("cerys")).press("Send apologies")
    control.post("clock", now="2027-03-16T13:00:01Z")


AFTER_ALL = "Harbour: enough people can come after all. The meeting on Tuesday 16 March 2027"
FEWER = "Harbour: fewer people can come"
MOVE_IT = "Would you like to move it?"


def of(control, handle, text):
    return sum(text in one for one in told(control, handle))


def test_enough_who_come_again_is_no_longer_too_few(someone, booked, bot, control):
    """Each who heard that too few can come hears that it goes ahead, whatever else they chose."""
    ada, cerys = someone("ada"), someone("cerys")
    for person in (ada, cerys):
        person.close().home().press("Change my settings").press("How things reach me")
        person.submit(values={"When am I reminded of a meeting?": ["An hour before"]})
    too_few_an_hour_before(someone, booked, bot, control)
    goes_on(bot, control)
    assert "Fewer people can come" in opens_meeting(ada).reads
    today = "Harbour: your meeting is today."
    assert told(control, "ada", today) == []

    opens_meeting(cerys).press("I am coming")
    goes_on(bot, control)

    assert "Fewer people can come" not in opens_meeting(ada).reads
    assert [of(control, handle, AFTER_ALL) for handle in ("ada", "emeka")] == [1, 1]
    assert [of(control, handle, today) for handle in ("ada", "cerys")] == [0, 1]
    assert of(control, "cerys", AFTER_ALL) == 0, "cerys never heard of too few"
    at(bot, control, "2027-03-16T17:30:01Z")
    [meeting] = bot.rows("set_meetings")
    assert meeting["state"] == "held"


def test_too_few_once_more_is_said_once_more(someone, booked, bot, control):
    too_few_an_hour_before(someone, booked, bot, control)
    goes_on(bot, control)
    for answer in ("I am coming", "Send apologies"):
        opens_meeting(someone("cerys")).press(answer)
        goes_on(bot, control)

    assert of(control, "ada", FEWER) == 2
    assert of(control, "emeka", MOVE_IT) == 2
    assert [of(control, handle, AFTER_ALL) for handle in ("ada", "emeka")] == [1, 1]
    assert of(control, "bilal", AFTER_ALL) == 0, "it is evening where he is: he heard nothing"
    assert "Fewer people can come" in opens_meeting(someone("emeka")).reads


def test_what_waits_about_too_few_does_not_come_when_enough_come_again(
    someone, booked, bot, control
):
    too_few_an_hour_before(someone, booked, bot, control)
    control.fault(method=POST, kind="429", retry_after=60)
    bot.tick()
    opens_meeting(someone("cerys")).press("I am coming")
    control.post("clock", advance_seconds=70)
    goes_on(bot, control, 10)

    for handle in HEARS:
        texts = " ".join(told(control, handle))
        assert "fewer" not in texts.lower()
        assert "Would you like to move it?" not in texts


def test_apologies_in_the_last_hour_are_looked_at_too(someone, booked, emeka, bot, control):
    sees_set(booked).press("Change numbers")
    booked.submit(values={"Fewest people for a meeting": "3"})
    at(bot, control, "2027-03-16T13:00:01Z")
    goes_on(bot, control)
    assert not any("Would you like to move it?" in text for text in told(control, "emeka"))

    opens_meeting(someone("cerys")).press("Send apologies")
    goes_on(bot, control)

    assert sum("Would you like to move it?" in text for text in told(control, "emeka")) == 1
    assert sum("fewer people can come" in text for text in told(control, "ada")) == 1


# Roles


ASKED_FOR_A_ROLE = "Harbour: you are asked for a role"


def test_whoever_is_asked_for_a_second_role_in_a_meeting_hears_of_it_too(
    someone, booked, bot, control
):
    opens_meeting(someone("bilal")).press("I'd rather not present")
    goes_on(bot, control)
    [first] = told(control, "cerys", ASKED_FOR_A_ROLE)
    assert "You are down to present." in first
    assert "You are down to notice how people are." not in first

    opens_meeting(someone("ada")).press("I'd rather not be care-holder")
    opens_meeting(someone("bilal")).press("I'd rather not be care-holder")
    goes_on(bot, control)

    [_, second] = told(control, "cerys", ASKED_FOR_A_ROLE)
    assert "You are down to notice how people are." in second


def test_roles_that_somebody_is_asked_for_in_the_evening_are_one_message_in_the_morning(
    someone, booked, bot, control
):
    control.post("clock", now="2027-03-03T19:00:00Z")
    opens_meeting(someone("bilal")).press("I'd rather not present")
    opens_meeting(someone("ada")).press("I'd rather not be care-holder")
    opens_meeting(someone("bilal")).press("I'd rather not be care-holder")
    goes_on(bot, control)
    assert told(control, "cerys", ASKED_FOR_A_ROLE) == []

    at(bot, control, "2027-03-04T09:00:01Z")
    goes_on(bot, control)

    [once] = told(control, "cerys", ASKED_FOR_A_ROLE)
    assert "You are down to present." in once
    assert "You are down to notice how people are." in once


def test_a_role_of_a_meeting_that_was_moved_meanwhile_is_said_with_the_move(
    someone, booked, emeka, bot, control
):
    opens_meeting(someone("bilal")).press("I'd rather not present")
    opens_meeting(emeka).press("Move meeting")
    emeka.submit(values={"New date and time, by your own clock": seconds(2027, 3, 18, 14)})
    goes_on(bot, control)

    assert told(control, "cerys", ASKED_FOR_A_ROLE) == []
    [moved] = told(control, "cerys", "Harbour: the meeting is moved.")
    assert "You are down to present." in moved


# What ends


def test_dates_that_nobody_needs_any_more_are_cancelled_without_a_date(
    someone, harbour, bot, control
):
    offers_dates(harbour, seconds(2027, 3, 16, 14), seconds(2027, 3, 17, 14))
    opens_meeting(harbour).press("Cancel meeting")
    goes_on(bot, control)

    for handle in HEARS:
        said = messages(someone(handle))[-1]
        assert said["text"].startswith("Harbour: no date is looked for any more.")
        assert buttons(said) == ["Open meeting"]


def test_at_the_end_of_a_set_everybody_reads_where_support_is_and_no_button_leads_nowhere(
    someone, booked, bot, control
):
    with bot.database.write() as conn:
        for handle in ("farah", "gwen"):
            profile = Profile(account=account_of(handle), tz="Europe/London")
            people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    sees_set(booked).press("Change numbers")
    booked.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    for handle in ("farah", "gwen"):
        joins(someone(handle))
    sees_set(booked).press("End set")
    goes_on(bot, control)

    for handle, first in (
        ("ada", "Open set"),
        ("emeka", "Open set"),
        ("gwen", "See learning sets"),
    ):
        person = someone(handle)
        said = messages(person)[-1]
        assert said["text"].startswith("Harbour: this set has ended.")
        assert "you can find support below" in said["text"]
        assert buttons(said) == [first, "Find support"]
        press(person, said, first)
        assert person.title in {"Learning set", "Learning sets"}
        person.close()
        press(person, said, "Find support")
        assert "Samaritans" in person.reads


def test_a_meeting_closed_without_its_agenda_says_where_support_is(
    someone, booked, emeka, bot, control
):
    at(bot, control, "2027-03-16T15:20:00Z")
    opens_meeting(emeka).press("See agenda").press("Close meeting")

    for person in (emeka, opens_meeting(someone("ada")).press("See agenda")):
        assert "This meeting is closed." in person.reads
        assert "you can find support below" in person.reads
        assert "Find support" in buttons(person.modal)
        person.press("Find support")
        assert "Samaritans" in person.reads


# Whoever goes


def test_what_was_on_its_way_to_somebody_who_was_switched_off_does_not_come(
    someone, harbour, bot, control
):
    books(harbour)
    slack_says_gone(control, "cerys")
    bot.settle()
    goes_on(bot, control)

    assert told(control, "cerys") == []
    assert len(told(control, "ada", CHOSEN)) == 1
    assert "Cerys" not in sees_set(someone("ada")).reads
    assert user_id("cerys") not in sees_set(someone("ada")).reads


def test_what_was_on_its_way_to_somebody_who_left_does_not_come(someone, harbour, bot, control):
    books(harbour)
    sees_set(someone("cerys")).press("Leave set")
    goes_on(bot, control)

    assert told(control, "cerys") == []
    assert len(told(control, "ada", CHOSEN)) == 1


WANTED = "Harbour: a facilitator is wanted for the meeting on Tuesday 16 March 2027"


def test_a_member_who_took_on_one_meeting_and_goes_does_not_keep_it(
    someone, booked, emeka, bot, control
):
    opens_meeting(emeka).press("I cannot facilitate this time")
    opens_meeting(someone("ada")).press("I can facilitate")
    goes_on(bot, control)
    assert told(control, "dilys", WANTED) == []

    sees_set(someone("ada")).press("Leave set")
    goes_on(bot, control)

    [meeting] = bot.rows("set_meetings")
    assert meeting["facilitator_id"] is None
    assert len(told(control, "dilys", WANTED)) == 1
    opens_meeting(someone("bilal")).press("I can facilitate")
    slack_says_gone(control, "bilal")
    bot.settle()
    goes_on(bot, control)

    [meeting] = bot.rows("set_meetings")
    assert meeting["facilitator_id"] is None
    assert len(told(control, "dilys", WANTED)) == 2
    assert f"<@{user_id('emeka')}> is the facilitator." in sees_set(emeka).reads


def test_a_facilitator_of_the_set_who_leaves_their_place_still_leads_it(
    someone, booked, bot, control
):
    sees_set(booked).press("Change facilitator").submit(Facilitator=user_id("ada"))
    sees_set(someone("ada")).press("Leave set")
    goes_on(bot, control)

    [meeting] = bot.rows("set_meetings")
    assert meeting["facilitator_id"] == person_of(bot, "ada")["id"]
    assert told(control, "dilys", WANTED) == []


def test_a_facilitator_who_is_none_any_more_runs_nothing_and_another_is_asked_for(
    someone, booked, emeka, bot, control
):
    at(bot, control, "2027-03-16T13:50:00Z")
    opens_meeting(emeka).press("See agenda")
    with_roles(booked, "emeka", ["Learning partner"])

    emeka.press("Start agenda")

    assert "This part is for another role." in emeka.reads
    [meeting] = bot.rows("set_meetings")
    assert (meeting["step"], meeting["facilitator_id"]) == (None, None)
    goes_on(bot, control)
    assert told(control, "dilys", "Harbour: a facilitator is wanted.") != []
    assert told(control, "emeka", "Harbour: a facilitator is wanted.") == []
    opens_meeting(someone("ada")).press("I can facilitate")
    opens_meeting(someone("ada")).press("See agenda").press("Start agenda")
    goes_on(bot, control, 1)
    assert told(control, CHANNEL, "Now: Arrive and check in") != []


def test_pages_left_open_say_that_the_set_has_ended(someone, booked, dilys, bot, control):
    with bot.database.write() as conn:
        profile = Profile(account=account_of("gwen"), tz="Europe/London")
        people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    gwen, ada = someone("gwen"), someone("ada")
    sees_set(gwen)
    opens_meeting(ada)
    sees_set(dilys).press("End set")

    gwen.press("Join set")
    ada.press("Send apologies")

    for person in (gwen, ada):
        assert "This set has ended." in person.reads
    assert user_id("gwen") not in str(bot.rows("set_members"))
    goes_on(bot, control)
    assert len(told(control, "ada", "Harbour: this set has ended.")) == 1


# The channel


def starts(emeka, bot, control):
    at(bot, control, "2027-03-16T14:00:00Z")
    opens_meeting(emeka).press("See agenda").press("Start agenda")
    bot.tick()


def test_next_part_pressed_twice_goes_on_by_one_part(booked, emeka, bot, control):
    starts(emeka, bot, control)
    at(bot, control, "2027-03-16T14:00:05Z")
    control.fault(delivery="duplicate")

    emeka.press("Next part")

    bot.settle()
    goes_on(bot, control, 3)
    assert [text.split(",")[0] for text in told(control, CHANNEL, "Now:")] == [
        "Now: Arrive and check in",
        "Now: Actions from last time",
    ]


def test_an_agenda_does_not_begin_in_a_channel_that_the_bot_is_not_in_any_more(
    someone, booked, emeka, bot, control
):
    place = {"person": "ada", "channel": "spring-cohort", "text": "@alongside"}
    control.post("command", command="/kick", **place)
    starts(emeka, bot, control)

    assert "We cannot post in the set's channel any more." in emeka.reads
    assert "type /invite @Alongside" in emeka.reads
    [meeting] = bot.rows("set_meetings")
    assert (meeting["step"], meeting["part"]) == (None, None)
    control.post("command", command="/invite", **place)
    opens_meeting(emeka).press("See agenda").press("Start agenda")
    bot.tick()
    assert "Next part" in emeka.reads
    assert len(told(control, CHANNEL, "Now: Arrive and check in")) == 1


def test_an_agenda_does_not_begin_in_a_channel_that_is_archived(booked, emeka, bot, control):
    archive = {"person": "ada", "channel": "spring-cohort", "command": "/archive"}
    control.post("command", **archive)
    starts(emeka, bot, control)

    assert "We cannot post in the set's channel any more. It may be archived." in emeka.reads
    assert "choose another one, or to bring it back" in emeka.reads
    [meeting] = bot.rows("set_meetings")
    assert (meeting["step"], meeting["part"]) == (None, None)
    assert told(control, CHANNEL, "Now:") == []


@pytest.mark.parametrize("error", ["restricted_action", "restricted_action_read_only_channel"])
def test_an_agenda_does_not_begin_in_a_channel_where_only_some_may_post(
    booked, emeka, bot, control, error
):
    control.fault(method="chat.postEphemeral", kind="error", error=error)
    starts(emeka, bot, control)

    assert "We cannot post in the set's channel any more." in emeka.reads
    assert bot.rows("set_meetings")[0]["step"] is None
    emeka.close()
    opens_meeting(emeka).press("See agenda").press("Start agenda")
    bot.tick()
    assert "Next part" in emeka.reads
    assert len(told(control, CHANNEL, "Now: Arrive and check in")) == 1


@pytest.mark.parametrize(
    "trouble",
    [{"kind": "error", "error": "user_not_in_channel"}, {"kind": "429", "retry_after": 30}],
    ids=["the facilitator is not in the channel", "Slack has no time for the line"],
)
def test_an_agenda_begins_where_only_the_line_for_the_facilitator_cannot_be_said(
    booked, emeka, bot, control, trouble
):
    control.fault(method="chat.postEphemeral", **trouble)
    starts(emeka, bot, control)

    assert "Next part" in emeka.reads
    assert len(told(control, CHANNEL, "Now: Arrive and check in")) == 1


def test_a_channel_that_the_bot_was_taken_out_of_in_between_does_not_stop_the_agenda(
    booked, emeka, bot, control
):
    control.fault(method=POST, kind="error", error="not_in_channel")
    starts(emeka, bot, control)
    assert told(control, CHANNEL) == []
    assert "Next part" in emeka.reads
    at(bot, control, "2027-03-16T14:00:05Z")

    emeka.press("Next part")
    bot.tick()

    [text] = told(control, CHANNEL)
    assert text.startswith("Now: Actions from last time")


def test_a_call_of_the_time_that_slack_had_no_time_for_does_not_come_late(
    booked, emeka, bot, control
):
    starts(emeka, bot, control)
    control.fault(method=POST, kind="429", retry_after=120)
    at(bot, control, "2027-03-16T14:06:01Z")

    at(bot, control, "2027-03-16T14:08:05Z")
    goes_on(bot, control, 3)

    assert told(control, CHANNEL, "Two minutes left") == []


# Slack in trouble while a set is told


def test_slack_being_busy_only_puts_off_that_a_set_is_told(harbour, bot, control):
    books(harbour)
    control.fault(method=POST, kind="429", retry_after=20, times=2)
    goes_on(bot, control, 30)

    assert {who: len(told(control, who, CHOSEN)) for who in HEARS} == dict.fromkeys(HEARS, 1)


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
def test_a_lost_answer_tells_nobody_twice_and_the_page_says_it_all_the_same(
    someone, harbour, bot, control, trouble, came
):
    books(harbour)
    control.fault(method=POST, **trouble)
    goes_on(bot, control, 20)
    at(bot, control, "2027-03-02T12:00:00Z")

    counts = [len(told(control, who, CHOSEN)) for who in HEARS]
    assert sorted(counts) == sorted([came, *[1] * (len(HEARS) - 1)])
    for handle in MEMBERS:
        person = someone(handle)
        person.close().home() if person.modal else person.home()
        assert "Harbour: your next meeting is on Tuesday 16 March 2027" in person.home_tab


def test_whoever_waits_is_offered_the_place_once_while_slack_is_in_trouble(
    someone, dilys, bot, control
):
    with bot.database.write() as conn:
        for handle in ("farah", "hari", "kit"):
            profile = Profile(account=account_of(handle), tz="Europe/London")
            people.enrol(conn, profile, {Role.PARTNER}, by=None, now=bot.house.clock())
    makes_set(dilys)
    sees_set(dilys).press("Change numbers")
    dilys.submit(
        values={"Places, without the facilitator": "4", "Fewest people for a meeting": "3"}
    )
    for handle in (*MEMBERS, "farah", "hari", "kit"):
        joins(someone(handle))
    sees_set(someone("ada")).press("Leave set")
    control.fault(method=POST, kind="drop")
    goes_on(bot, control, 10)

    offer = "Harbour: a place is kept for you"
    assert [len(told(control, who, offer)) for who in ("hari", "kit")] == [1, 0]
    hari = someone("hari")
    hari.close().home()
    assert "place" in hari.home_tab
    sees_set(hari).press("Yes, take the place")
    assert "You have a place. Welcome to the set." in hari.reads


def test_a_set_that_is_told_by_several_ticks_at_once_hears_it_once(harbour, bot, control):
    books(harbour)
    for _ in range(6):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: bot.tick(), range(4)))
        control.post("clock", advance_seconds=2)

    assert {who: len(told(control, who, CHOSEN)) for who in HEARS} == dict.fromkeys(HEARS, 1)


def test_reminders_that_slack_had_no_time_for_come_once_and_not_to_whoever_said_no(
    someone, booked, bot, control
):
    opens_meeting(someone("cerys")).press("Send apologies")
    control.fault(method=POST, kind="429", retry_after=5, times=2)
    at(bot, control, "2027-03-15T14:00:01Z")
    goes_on(bot, control, 15)

    tomorrow = "Harbour: your meeting is tomorrow."
    counts = {who: len(told(control, who, tomorrow)) for who in HEARS}
    # For Bilal it is evening; he is told tomorrow that it is today.
    assert counts == {"ada": 1, "emeka": 1, "bilal": 0, "cerys": 0}
    at(bot, control, "2027-03-16T09:00:00Z")
    goes_on(bot, control, 3)
    assert len(told(control, "bilal", "Harbour: your meeting is today.")) == 1
