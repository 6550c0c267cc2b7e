"""Questions to think with: they come, wait, are answered, put off, set aside, and go quiet."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.services.prompt_bank import PromptBank
from domain.ids import new_id
from practice.people import user_id
from storage.tables import deliveries
from tests.e2e.deeds import held, log
from tests.e2e.questions import (
    BUTTONS,
    NEXT_WEDNESDAY,
    WEDNESDAY,
    at,
    begin,
    buttons,
    messages,
    of,
    press,
    question,
)
from tests.e2e.screens import everyone_sees
from tests.forging import Forger, sent_views

NO_NEED = "You need not answer, and nobody is told."
WAITS = "A question waits for you."
SAVED = "Thank you. Your words are in your journal."


@pytest.fixture
def bot(bot, control):
    """The bot on a Tuesday; the first questions come tomorrow."""
    begin(bot, control)
    return bot


@pytest.fixture
def asked(bot, control, ada):
    """Ada, with the first question in her messages."""
    at(bot, control, WEDNESDAY)
    return ada


def last(person):
    """The latest message from the bot."""
    return messages(person)[-1]


def states(bot, handle="ada"):
    rows = sorted(of(bot, handle, "prompts_given"), key=lambda row: row["given_at"])
    return [row["state"] for row in rows]


def reasons(bot, handle="ada"):
    return [(d["state"], d["reason"]) for d in of(bot, handle, "deliveries")]


def put_settings(person, **values):
    person.close().home().press("Change my settings").press("How often and when")
    person.submit(values=values)
    assert "Your settings are saved." in person.reads
    person.close()


# It comes


def test_a_question_comes_on_wednesday_morning_and_says_what_one_can_do(bot, control, ada):
    at(bot, control, "2026-03-04T09:29:00Z")
    assert messages(ada) == []

    at(bot, control, WEDNESDAY)

    [message] = messages(ada)
    assert buttons(message) == BUTTONS
    assert message["text"].startswith(f"{question(message)}\n{NO_NEED}\n")
    for deed in ("answer", "tomorrow", "skip", "never", "how often"):
        assert deed in message["text"]
    assert "This message is from a bot" not in message["text"]
    bot.tick()
    assert len(messages(ada)) == 1


def test_in_kolkata_it_comes_at_half_past_nine_there(bot, control, bilal):
    at(bot, control, "2026-03-04T03:59:00Z")
    assert messages(bilal) == []

    at(bot, control, "2026-03-04T04:01:00Z")

    assert len(messages(bilal)) == 1


def test_whoever_is_new_reads_that_it_is_a_bot_and_how_to_stop_it(bot, control, someone):
    ada = someone("ada", welcomed=False)
    at(bot, control, WEDNESDAY)

    message = last(ada)
    assert "This message is from a bot." in message["text"]
    assert "To stop these questions, press Change how often" in message["text"]
    press(ada, message, "Answer")
    assert "welcome" in ada.title.lower()
    ada.submit()
    assert question(message) in ada.reads


def test_nothing_comes_at_night(bot, control, ada):
    put_settings(ada, **{"At what time?": "17:30"})
    at(bot, control, "2026-03-04T18:05:00Z")
    assert messages(ada) == []

    at(bot, control, "2026-03-05T09:05:00Z")

    assert messages(ada) == []
    # The hour was one they chose. That the bot came to it after six was not.
    assert reasons(bot) == [("skipped", "late")]
    assert WAITS in ada.close().home().home_tab


def test_change_how_often_opens_the_settings(asked):
    press(asked, last(asked), "Change how often")

    assert asked.title == "How often and when"


# Answering


def test_an_answer_goes_into_the_journal_and_the_message_becomes_calm(asked, bot, control):
    words = question(last(asked))
    press(asked, last(asked), "Answer")
    assert words in asked.reads
    asked.submit(values={"Your answer": "I listened."})
    bot.settle()

    assert SAVED in asked.reads
    assert "Only you can read them." in asked.reads
    assert buttons(last(asked)) == []
    assert last(asked)["text"] == "You have answered this question. Thank you."
    assert "I listened." not in str(everyone_sees(control))
    [item] = of(bot, "ada", "journal")
    assert item["prompted"]
    assert states(bot) == ["answered"]
    asked.close().home()
    assert WAITS not in asked.home_tab


def test_the_command_opens_the_question_that_waits(asked, bot):
    asked.command("/reflect")
    assert question(last(asked)) in asked.reads
    asked.submit(values={"Your answer": "It changed."})
    bot.settle()

    assert states(bot) == ["answered"]
    assert buttons(last(asked)) == []


def test_with_nothing_waiting_the_command_gives_a_question_and_the_same_one_until_it_is_answered(
    bot, ada
):
    ada.command("/reflect")
    first = ada.reads
    ada.close().command("/reflect")

    assert ada.reads == first
    assert [(row["state"], row["pushed"]) for row in of(bot, "ada", "prompts_given")] == [
        ("open", False)
    ]


def test_somebody_new_reads_the_welcome_before_the_question(bot, someone):
    ada = someone("ada", welcomed=False)
    ada.command("/reflect")
    assert "Your answer" not in ada.reads

    ada.submit()

    assert "Your answer" in ada.reads


def test_one_can_write_about_something_else_and_come_back(bot, ada):
    ada.command("/reflect").press("Write about something else")
    assert "What you want to write" in ada.reads
    ada.press("Show me a question")
    assert "Your answer" in ada.reads
    ada.press("Write about something else")
    ada.submit(values={"What you want to write": "Something else."})

    assert SAVED in ada.reads
    [item] = of(bot, "ada", "journal")
    assert not item["prompted"]
    assert states(bot) == ["open"]


@pytest.mark.parametrize(
    ("label", "state"), [("Another question", "skipped"), ("Not this one again", "never")]
)
def test_another_question_takes_its_place_and_the_words_stay(asked, bot, control, label, state):
    press(asked, last(asked), "Answer")
    before = question(last(asked))
    typed(control, asked, "Half a thought")
    asked.press(label)
    bot.settle()

    assert before not in asked.reads
    assert asked.typed("answer")["value"] == "Half a thought"
    assert sorted(states(bot)) == sorted([state, "open"])
    assert buttons(last(asked)) == []
    asked.submit(values={"Your answer": "A whole thought"})
    assert sorted(states(bot)) == sorted([state, "answered"])


def typed(control, person, text):
    control.post(
        "input",
        person=person.handle,
        view_id=person.modal["id"],
        block_id="answer",
        action_id="answer",
        value=text,
    )


def test_it_can_be_shared_and_says_with_whom(bot, ada):
    ada.command("/reflect")
    ada.submit(
        values={
            "Your answer": "We met half-way.",
            "Share it with a supervisor": user_id("farah"),
            "Share it with all learning partners": "Without my name",
        }
    )

    assert "The supervisor you chose can read them." in ada.reads
    assert "All learning partners can read them, without your name." in ada.reads
    assert len(bot.rows("journal_shares")) == 2


def test_whoever_is_no_supervisor_is_refused_at_the_field_and_the_words_stay(bot, ada):
    ada.command("/reflect")
    ada.submit(values={"Your answer": "Ours.", "Share it with a supervisor": user_id("bilal")})

    assert ada.errors["supervisor"]
    assert ada.typed("answer")["value"] == "Ours."
    assert bot.rows("journal") == []


def test_words_that_may_say_who_somebody_is_are_asked_about_once(bot, ada):
    ada.command("/reflect")
    shown = ada.reads.splitlines()[0]
    ada.submit(
        values={
            "Your answer": "Ring 07700 900123.",
            "Share it with a supervisor": user_id("farah"),
        }
    )

    assert "This may hold a phone number" in ada.reads
    assert shown in ada.reads
    assert ada.typed("answer")["value"] == "Ring 07700 900123."
    assert bot.rows("journal") == []
    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert SAVED in ada.reads
    assert len(bot.rows("journal_shares")) == 1


def test_only_spaces_are_no_answer(bot, ada):
    ada.command("/reflect").submit(values={"Your answer": "   "})

    assert ada.errors["answer"]
    assert bot.rows("journal") == []


def test_words_stay_on_screen_while_the_database_is_away(bot, ada):
    ada.command("/reflect")
    with held(bot.database.file):
        ada.submit(values={"Your answer": "Kept."})

    assert "We could not save this just now." in " ".join(ada.errors.values())
    assert ada.typed("answer")["value"] == "Kept."
    assert bot.rows("journal") == []
    ada.submit(values={"Your answer": "Kept."})
    assert SAVED in ada.reads


def test_the_same_form_twice_is_one_item(bot, ada, control, practice):
    ada.command("/reflect").submit(values={"Your answer": "Once."})
    form = sent_views(control, "reflections.form")[-1]
    Forger.of(practice).show(ada.close(), form).submit(values={"Your answer": "Once."})

    assert SAVED in ada.reads
    assert len(bot.rows("journal")) == 1


# Setting aside


def test_skip_changes_the_message_and_the_question_does_not_wait(asked, bot):
    press(asked, last(asked), "Skip")
    bot.settle()

    assert last(asked)["text"] == "This question is put aside. That is fine."
    assert buttons(last(asked)) == []
    assert states(bot) == ["skipped"]
    assert WAITS not in asked.home().home_tab


def test_not_this_one_again_is_for_good(bot, control, ada, monkeypatch):
    """With two questions only, the other one comes again after 12 weeks, and this one never."""
    two = bot.house.prompt_bank.file[:2]
    monkeypatch.setattr(PromptBank, "all", lambda bank, conn: two)
    at(bot, control, WEDNESDAY)
    words = question(last(ada))
    press(ada, last(ada), "Not this one again")
    bot.settle()
    assert last(ada)["text"] == "This question will not come again."

    seen = []
    now = datetime(2026, 3, 11, 9, 31, tzinfo=UTC)
    for week in range(15):
        at(bot, control, (now + timedelta(weeks=week)).isoformat())
        if buttons(last(ada)):
            seen.append(question(last(ada)))
            press(ada, last(ada), "Skip")
            bot.settle()

    assert len(seen) == 2
    assert words not in seen
    assert ("skipped", "nothing_left") in reasons(bot)
    assert "There is no new question for you just now." in ada.command("/reflect").reads


def test_tomorrow_it_comes_once_and_is_the_same_question(asked, bot, control):
    words = question(last(asked))
    press(asked, last(asked), "Ask me tomorrow")
    bot.settle()
    [message] = messages(asked)
    assert message["text"] == "This question comes again on Thursday 5 March 2026."

    at(bot, control, "2026-03-04T16:00:00Z")
    at(bot, control, "2026-03-05T09:29:00Z")
    assert len(messages(asked)) == 1
    at(bot, control, "2026-03-05T09:31:00Z")
    at(bot, control, "2026-03-06T09:31:00Z")

    assert len(messages(asked)) == 2
    assert question(last(asked)) == words
    assert states(bot) == ["snoozed", "open"]
    at(bot, control, NEXT_WEDNESDAY)
    assert len(messages(asked)) == 3
    assert question(last(asked)) != words


def test_tomorrow_is_the_next_day_that_is_not_off(bot, control, ada):
    put_settings(ada, **{"On which day?": "Friday"})
    at(bot, control, "2026-03-06T09:31:00Z")
    press(ada, last(ada), "Ask me tomorrow")
    bot.settle()

    assert "again on Monday 9 March 2026" in last(ada)["text"]


def test_what_was_put_off_and_then_answered_does_not_come(asked, bot, control):
    message = last(asked)
    press(asked, message, "Answer")
    form = asked.modal["private_metadata"]
    asked.close()
    press(asked, message, "Ask me tomorrow")
    bot.settle()
    [given] = of(bot, "ada", "prompts_given")
    assert given["id"] in form
    bot.house.reflections.set_aside(account("ada"), given["id"])

    at(bot, control, "2026-03-05T09:31:00Z")

    assert len(messages(asked)) == 1
    assert ("skipped", "own_choice") in reasons(bot)


def account(handle):
    from domain.people import Account
    from practice.people import TEAM_ID

    return Account(TEAM_ID, user_id(handle))


# Old buttons


@pytest.mark.parametrize("label", ["Answer", "Skip", "Ask me tomorrow"])
def test_old_buttons_are_met_kindly(asked, bot, practice, label):
    [given] = of(bot, "ada", "prompts_given")
    asked.command("/reflect").submit(values={"Your answer": "Done."})
    bot.settle()
    asked.close()
    actions = {"Answer": "answer", "Skip": "skip", "Ask me tomorrow": "tomorrow"}

    Forger.of(practice).press(asked, f"reflections.{actions[label]}", given["id"])

    assert "You have answered this question. Thank you." in asked.reads
    assert states(bot) == ["answered"]
    assert len(of(bot, "ada", "deliveries")) == 1
    asked.press("Open a question")
    assert "Your answer" in asked.reads


def test_a_question_of_long_ago_does_not_wait_any_more(asked, bot, control):
    message = last(asked)
    at(bot, control, "2026-03-18T10:00:00Z")
    press(asked, message, "Answer")

    assert "This question is not waiting any more." in asked.reads
    asked.press("See my journal")


@pytest.mark.parametrize("action", ["answer", "skip", "tomorrow", "never", "another", "not_again"])
@pytest.mark.parametrize("whose", ["somebody else's", "nobody's"])
def test_what_is_not_ones_own_is_not_found(asked, bot, bilal, practice, action, whose):
    [given] = of(bot, "ada", "prompts_given")
    value = given["id"] if whose == "somebody else's" else new_id()
    bilal.command("/reflect")

    Forger.of(practice).press(bilal, f"reflections.{action}", value)

    assert "We cannot find that any more." in bilal.reads
    assert question(last(asked)) not in bilal.reads
    assert states(bot) == ["open"]


# Quiet


def test_after_two_without_a_word_the_bot_goes_quiet_and_tells_nobody_else(
    asked, bot, control, someone
):
    dilys = someone("dilys")
    at(bot, control, NEXT_WEDNESDAY)
    before = control.get(f"state?person={dilys.handle}")["channels"]
    at(bot, control, "2026-03-18T09:31:00Z")

    message = last(asked)
    assert "The bot goes quiet now" in message["text"]
    assert "Nobody is told." in message["text"]
    assert buttons(message) == ["Start again"]
    assert states(bot) == ["skipped", "skipped"]
    at(bot, control, "2026-03-25T09:31:00Z")
    at(bot, control, "2026-04-01T09:31:00Z")
    assert len(messages(asked)) == 3
    assert control.get(f"state?person={dilys.handle}")["channels"] == before
    assert "quiet" not in dilys.home().home_tab
    asked.home()
    assert "The bot went quiet. Start again when you like." in asked.home_tab
    assert WAITS not in asked.home_tab


def test_start_again_says_when_the_next_one_comes(asked, bot, control):
    at(bot, control, NEXT_WEDNESDAY)
    at(bot, control, "2026-03-18T09:31:00Z")
    press(asked, last(asked), "Start again")
    bot.settle()

    said = "Questions come again. The next one comes on Wednesday 25 March 2026, 9:30am."
    assert last(asked)["text"] == said
    assert buttons(last(asked)) == []
    at(bot, control, "2026-03-25T09:31:00Z")
    assert buttons(last(asked)) == BUTTONS
    at(bot, control, "2026-04-01T08:31:00Z")
    assert buttons(last(asked)) == BUTTONS


def test_it_can_be_started_again_from_home_and_by_writing(asked, bot, control):
    at(bot, control, NEXT_WEDNESDAY)
    at(bot, control, "2026-03-18T09:31:00Z")
    asked.home().press("Start again", home=True)
    assert "The next one comes on Wednesday 25 March 2026" in asked.reads
    asked.close().home()
    assert "The bot went quiet" not in asked.home_tab
    for now in ("2026-03-25", "2026-04-01", "2026-04-08"):
        at(bot, control, f"{now}T10:00:00Z")
    assert "The bot goes quiet now" in last(asked)["text"]
    asked.close().command("/reflect").submit(values={"Your answer": "Here I am."})
    [schedule] = of(bot, "ada", "schedules")

    assert schedule["quiet_since"] is None
    assert schedule["next_on"].isoformat() == "2026-04-15"


WORDS = ["Skip", "Ask me tomorrow", "Not this one again", "/reflect", "Something else"]


@pytest.mark.parametrize("word", WORDS)
def test_any_word_keeps_the_questions_coming(asked, bot, control, word):
    at(bot, control, NEXT_WEDNESDAY)
    if word == "/reflect":
        asked.command("/reflect").press("Another question").close()
    elif word == "Something else":
        asked.command("/reflect").press("Write about something else")
        asked.submit(values={"What you want to write": "I am here."})
        assert SAVED in asked.reads
    else:
        press(asked, last(asked), word)
    bot.settle()
    at(bot, control, "2026-03-12T09:31:00Z")
    at(bot, control, "2026-03-18T09:31:00Z")

    assert buttons(last(asked)) == BUTTONS


def test_going_quiet_is_still_said_where_slack_was_busy(asked, bot, control):
    at(bot, control, NEXT_WEDNESDAY)
    control.fault(method="chat.postMessage", kind="429", retry_after=1)
    at(bot, control, "2026-03-18T09:31:00Z")
    at(bot, control, "2026-03-18T09:35:00Z")

    assert "The bot goes quiet now" in last(asked)["text"]


def test_busy_slack_brings_the_same_question_once(bot, control, ada):
    control.fault(method="chat.postMessage", kind="429", retry_after=1)
    at(bot, control, WEDNESDAY)
    at(bot, control, "2026-03-04T09:35:00Z")

    assert len(messages(ada)) == 1
    assert states(bot) == ["open"]


# One's own choice, at the last moment


def wait_in_the_queue(bot, control):
    """Plan the questions of Wednesday, and send none of them yet."""
    control.post("clock", now=WEDNESDAY)
    bot.house.planning.plan()


@pytest.mark.parametrize(
    "choice",
    [
        {"How often?": "Not at all"},
        {"On which day?": "Thursday"},
        {"Pause everything until": "2026-03-20"},
    ],
    ids=["off", "another day", "a pause"],
)
def test_a_choice_counts_for_what_is_in_the_queue(bot, control, ada, choice):
    wait_in_the_queue(bot, control)
    put_settings(ada, **choice)
    bot.tick()

    assert messages(ada) == []
    assert reasons(bot) == [("skipped", "own_choice")]
    assert of(bot, "ada", "prompts_given") == []
    assert WAITS not in ada.home().home_tab


def test_whoever_is_no_partner_any_more_gets_none_from_the_queue(bot, control, someone):
    bilal = someone("bilal")
    wait_in_the_queue(bot, control)
    someone("dilys").command("/cohort").press("Give or take roles").submit(
        Person=user_id("bilal")
    ).submit(values={"Roles they hold": ["Supervisor"]})
    bot.tick()

    assert messages(bilal) == []
    assert [state for state, _ in reasons(bot, "bilal")] == ["skipped"]


def test_a_later_hour_of_the_day_is_waited_for(bot, control, ada):
    wait_in_the_queue(bot, control)
    put_settings(ada, **{"At what time?": "15:00"})
    bot.tick()
    assert messages(ada) == []

    at(bot, control, "2026-03-04T15:01:00Z")

    assert len(messages(ada)) == 1


# Peace


def test_after_a_heavy_session_nothing_comes_for_48_hours(bot, control, ada):
    log(ada).press("Heavy")
    put_settings(ada, **{"On which day?": "Thursday", "At what time?": "11:59"})
    at(bot, control, "2026-03-05T11:59:30Z")
    assert messages(ada) == []
    assert reasons(bot) == [("skipped", "own_choice")]
    assert WAITS not in ada.home().home_tab

    at(bot, control, "2026-03-12T12:00:00Z")
    assert buttons(last(ada)) == BUTTONS


def test_after_48_hours_it_comes(bot, control, ada):
    log(ada).press("Heavy")
    put_settings(ada, **{"On which day?": "Thursday", "At what time?": "12:30"})
    at(bot, control, "2026-03-05T12:31:00Z")

    assert buttons(last(ada)) == BUTTONS


@pytest.mark.parametrize("felt", ["Light", "Middling"])
def test_after_any_other_session_it_comes(bot, control, ada, felt):
    log(ada).press(felt)
    at(bot, control, WEDNESDAY)

    assert len(messages(ada)) == 1


def test_a_light_session_does_not_end_the_peace(bot, control, ada):
    log(ada).press("Heavy")
    log(ada).press("Light")
    at(bot, control, WEDNESDAY)

    assert messages(ada) == []


def test_during_peace_home_does_not_say_that_a_question_waits(asked):
    assert WAITS in asked.home().home_tab
    log(asked).press("Heavy")

    assert WAITS not in asked.close().home().home_tab


def test_the_database_does_not_tell_a_heavy_session_from_a_light_one(bot, control, ada, bilal):
    log(ada).press("Heavy")
    log(bilal).press("Light")
    one, other = of(bot, "ada", "schedules")[0], of(bot, "bilal", "schedules")[0]

    assert len(one["peace"]) == len(other["peace"]) > 256
    assert {row["action"] for row in bot.rows("audit") if "heav" in row["action"]} == set()


# Late


@pytest.mark.parametrize(
    "back", ["2026-03-04T18:30:00Z", "2026-03-05T10:00:00Z", "2026-03-10T10:00:00Z"]
)
def test_what_the_bot_was_away_for_waits_on_home_and_does_not_come(bot, control, ada, back):
    at(bot, control, back)

    assert messages(ada) == []
    assert reasons(bot) == [("skipped", "late")]
    assert WAITS in ada.home().home_tab
    ada.press("Open a question", home=True).submit(values={"Your answer": "Late is fine."})
    ada.close().home()
    assert WAITS not in ada.home_tab


def test_what_was_put_off_for_the_pace_is_late_all_the_same(bot, control, ada):
    control.post("clock", now="2026-03-04T18:30:00Z")
    bot.house.planning.plan()
    with bot.database.write() as conn:
        put_off = update(deliveries).values(not_before=bot.house.clock())
        assert conn.execute(put_off.where(deliveries.c.kind == "prompt")) >= 1

    bot.tick()

    assert reasons(bot) == [("skipped", "late")]
    assert WAITS in ada.home().home_tab


def test_after_14_days_nothing_waits(asked, bot, control):
    assert WAITS in asked.home().home_tab
    put_settings(asked, **{"How often?": "Not at all"})
    at(bot, control, "2026-03-17T12:00:00Z")
    assert WAITS in asked.home().home_tab

    at(bot, control, "2026-03-18T12:00:00Z")

    assert WAITS not in asked.home().home_tab


# Who it is for


@pytest.mark.parametrize("handle", ["iona", "farah", "hari"])
def test_for_everybody_else_there_is_nothing(bot, control, someone, handle):
    person = someone(handle, welcomed=False)
    person.command("/reflect")
    at(bot, control, WEDNESDAY)

    assert person.modal is None
    assert bot.rows("journal") == []
    assert messages(person) == []
    assert "Open a question" not in person.home().home_tab


def test_a_co_lead_can_reflect_and_gets_none_without_asking_for_them(bot, control, someone):
    dilys = someone("dilys")
    at(bot, control, WEDNESDAY)
    assert messages(dilys) == []

    dilys.command("/reflect").submit(values={"Your answer": "Ours to learn."})

    assert SAVED in dilys.reads


def test_home_says_when_the_next_one_comes_in_the_persons_zone(bot, someone):
    bilal = someone("bilal").home()

    said = "The next question comes on Wednesday 4 March 2026, 9:30am Asia/Kolkata."
    assert said in bilal.home_tab


def test_no_question_comes_twice_in_12_weeks(bot, control, ada):
    seen = []
    now = datetime(2026, 3, 4, 9, 31, tzinfo=UTC)
    for week in range(12):
        at(bot, control, (now + timedelta(weeks=week)).isoformat())
        message = last(ada)
        assert buttons(message) == BUTTONS, week
        seen.append(question(message))
        press(ada, message, "Answer").submit(values={"Your answer": f"Week {week}."})
        assert SAVED in ada.reads
        bot.settle()
        ada.close()

    assert len(set(seen)) == 12
    assert len(of(bot, "ada", "journal")) == 12
