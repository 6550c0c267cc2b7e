"""What somebody reads of things to come is true, whatever pauses, rests or is quiet."""

from datetime import date

import pytest

from bot import ids
from domain.cohorts import Cohort
from domain.ids import new_id
from domain.phases import Phase, PhaseKind
from storage import cohorts, people, phases, programme
from storage.tables import schedules
from tests.e2e.check_in_story import account
from tests.e2e.deeds import log
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
from tests.forging import Forger

NEXT_IS = "The next question comes on {}"
NEXT = f"{NEXT_IS}, 9:30am"
COMES = "A reflection question comes every Wednesday at 9:30am."
DAY_OFF = "Your questions come on Wednesday, and that is a day off now. So none comes."
HOUR_OFF = "Your questions come at 9:30am, and that is in your quiet hours now. So none comes."
HELD = "Nothing comes by itself just now. This question waits on your Home tab."
WAITS = "A question waits for you."
NO_HOLIDAYS = {"Bank holidays": []}


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


def saves(person, form, **values):
    """Save one of the forms of somebody's own settings, and stay on the page that says so."""
    person.close().home().press("Change my settings").press(form).submit(values=values)
    assert "Your settings are saved." in person.reads
    return person


def pauses(person, until):
    saves(person, "How often and when", **{"Pause everything until": until}).close()


def pause_everything(bot, paused=True):
    with bot.database.write() as conn:
        programme.set_paused(conn, paused, now=bot.house.clock())


def spring(bot, *handles, first=date(2026, 1, 1)) -> Cohort:
    with bot.database.write() as conn:
        now = bot.house.clock()
        cohort = cohorts.add(conn, "Spring", first, None, by=None, now=now)
        for handle in handles:
            member = people.actor(conn, account(handle))
            cohorts.add_member(conn, cohort.id, member.id, now=now)
    return cohort


def rests(bot, cohort, first, last):
    rest = Phase(id=new_id(), kind=PhaseKind.REST, starts_on=first, ends_on=last)
    with bot.database.write() as conn:
        phases.add(conn, cohort.id, rest)


def home(person):
    return person.close().home().home_tab


# Quiet times over a rhythm


@pytest.mark.parametrize(
    ("values", "says", "change", "way_out"),
    [
        ({"Days off": ["Wednesday"]}, DAY_OFF, "Choose another day", {"On which day?": "Friday"}),
        (
            {"Nothing after": "09:00", "Nothing before": "08:00"},
            HOUR_OFF,
            "Choose another time",
            {"At what time?": "08:30"},
        ),
    ],
    ids=["a day off", "quiet hours"],
)
def test_quiet_times_over_the_questions_are_kept_and_it_is_said_that_none_comes(
    bot, control, ada, values, says, change, way_out
):
    saves(ada, "Quiet times", **values)

    assert says in ada.reads
    assert "A reflection question comes" not in ada.reads
    assert says in home(ada)
    assert "The next question comes" not in ada.home_tab
    at(bot, control, WEDNESDAY)
    at(bot, control, "2026-03-05T10:00:00Z")
    assert messages(ada) == []

    ada.home().press(change, home=True)
    assert ada.title == "How often and when"
    ada.submit(values=way_out)
    assert "Your settings are saved." in ada.reads
    assert "So none comes" not in ada.reads
    assert "So none comes" not in home(ada)
    assert "The next question comes on" in ada.home_tab


def test_the_page_that_says_so_opens_the_form_that_changes_it(ada):
    saves(ada, "Quiet times", **{"Days off": ["Wednesday"]}).press("Choose another day")

    assert ada.title == "How often and when"


def test_quiet_hours_that_end_on_the_day_only_put_the_question_off(bot, control, ada):
    saves(ada, "Quiet times", **{"Nothing after": "18:00", "Nothing before": "11:00"})

    assert "A reflection question comes every Wednesday at 11am." in ada.reads
    assert "That is when your quiet hours end." in ada.reads
    assert "The next question comes on Wednesday 4 March 2026, 11am" in home(ada)
    at(bot, control, "2026-03-04T10:59:00Z")
    assert messages(ada) == []
    at(bot, control, "2026-03-04T11:01:00Z")
    assert buttons(messages(ada)[-1]) == BUTTONS


def test_a_pause_is_not_refused_for_a_day_that_is_off_by_now(ada):
    saves(ada, "Quiet times", **{"Days off": ["Wednesday"]})
    pauses(ada, "2026-03-20")

    assert DAY_OFF in home(ada)


def test_quiet_times_over_the_own_nudge_are_kept_and_it_is_said_that_it_does_not_come(
    bot, control, ada, practice
):
    Forger.of(practice).press(ada, ids.OPEN_NUDGE)
    ada.submit(
        values={
            "Remind me, when I'm busy, to...": "Breathe out",
            "On which day?": "Thursday",
            "At what time?": "10:00",
        }
    )
    saves(ada, "Quiet times", **{"Days off": ["Thursday"]})

    assert "Your own nudge comes on Thursday, and that is a day off now." in ada.reads
    assert COMES in ada.reads
    ada.press("Change my nudge")
    assert ada.title == "My own nudge"
    assert "At what time?" in ada.reads
    saves(ada, "Quiet times", **{"Days off": ["Sunday"]})
    assert "Your own nudge" not in ada.reads


# The next question at Home


def test_home_names_the_first_question_after_the_persons_own_pause(bot, control, ada):
    assert NEXT.format("Wednesday 4 March 2026") in home(ada)
    pauses(ada, "2026-03-18")

    assert NEXT.format("Wednesday 18 March 2026") in home(ada)
    at(bot, control, NEXT_WEDNESDAY)
    assert messages(ada) == []
    at(bot, control, "2026-03-18T09:31:00Z")
    assert len(messages(ada)) == 1


def test_home_names_the_first_question_after_the_cohorts_rest(bot, control, ada, bilal):
    cohort = spring(bot, "ada")
    rests(bot, cohort, date(2026, 3, 2), date(2026, 3, 10))

    assert NEXT.format("Wednesday 11 March 2026") in home(ada)
    assert NEXT.format("Wednesday 4 March 2026") in home(bilal)
    at(bot, control, WEDNESDAY)
    assert messages(ada) == []
    at(bot, control, NEXT_WEDNESDAY)
    assert len(messages(ada)) == 1


def test_a_rest_of_one_of_two_cohorts_holds_nothing_back(bot, control, ada):
    rests(bot, spring(bot, "ada"), date(2026, 3, 2), date(2026, 3, 10))
    spring(bot, "ada", first=date(2026, 2, 1))

    assert NEXT.format("Wednesday 4 March 2026") in home(ada)
    at(bot, control, WEDNESDAY)
    assert len(messages(ada)) == 1


def test_home_names_the_first_question_after_a_bank_holiday(bot, control, ada):
    saves(ada, "How often and when", **{"On which day?": "Friday"})
    at(bot, control, "2026-03-27T10:00:00Z")

    # The 3rd of April 2026 is Good Friday.
    assert NEXT.format("Friday 10 April 2026") in home(ada)
    saves(ada, "Quiet times", **NO_HOLIDAYS)
    assert NEXT.format("Friday 3 April 2026") in home(ada)


def test_home_names_no_question_while_everything_is_paused(bot, ada):
    pause_everything(bot)
    assert "The next question comes" not in home(ada)

    pause_everything(bot, paused=False)
    assert NEXT.format("Wednesday 4 March 2026") in home(ada)


def test_home_names_the_question_that_waits_for_the_end_of_quiet_hours(bot, control, ada):
    saves(ada, "Quiet times", **{"Nothing after": "18:00", "Nothing before": "11:00"})
    at(bot, control, WEDNESDAY)
    assert messages(ada) == []

    assert NEXT_IS.format("Wednesday 4 March 2026, 11am") in home(ada)
    log(ada).press("Heavy")
    assert NEXT_IS.format("Wednesday 11 March 2026, 11am") in home(ada)
    at(bot, control, "2026-03-04T11:01:00Z")
    assert messages(ada) == []


def test_home_names_the_question_that_was_put_off_until_it_came(bot, control, asked):
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    assert NEXT.format("Thursday 5 March 2026") in home(asked)

    at(bot, control, "2026-03-05T09:31:00Z")
    assert len(messages(asked)) == 2
    assert NEXT.format("Wednesday 11 March 2026") in home(asked)


def test_of_several_that_were_put_off_home_names_the_first(bot, control, asked):
    at(bot, control, NEXT_WEDNESDAY)
    for message in messages(asked):
        press(asked, message, "Ask me tomorrow")

    assert NEXT.format("Thursday 12 March 2026") in home(asked)
    at(bot, control, "2026-03-12T09:31:00Z")
    assert len(messages(asked)) == 3
    assert NEXT.format("Friday 13 March 2026") in home(asked)


def test_put_off_to_a_day_that_is_not_off_home_names_it_though_no_other_comes(bot, control, asked):
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    saves(asked, "Quiet times", **{"Days off": ["Wednesday"]})
    assert NEXT.format("Thursday 5 March 2026") in home(asked)

    at(bot, control, "2026-03-05T09:31:00Z")
    assert len(messages(asked)) == 2
    assert DAY_OFF in home(asked)


def test_put_off_and_then_answered_home_names_the_one_after_it(bot, control, asked):
    message = messages(asked)[-1]
    press(asked, message, "Answer")
    press(asked, message, "Ask me tomorrow")
    asked.submit(values={"Your answer": "Slowly"}).close()

    assert NEXT.format("Wednesday 11 March 2026") in home(asked)
    at(bot, control, "2026-03-05T09:31:00Z")
    assert len(messages(asked)) == 1


# Start again


def gone_quiet(bot, control, person):
    at(bot, control, NEXT_WEDNESDAY)
    at(bot, control, "2026-03-18T09:31:00Z")
    assert buttons(messages(person)[-1]) == ["Start again"]


def test_started_again_in_a_pause_it_names_the_first_question_after_it(bot, control, asked):
    gone_quiet(bot, control, asked)
    pauses(asked, "2026-04-02")
    press(asked, messages(asked)[-1], "Start again")
    bot.settle()

    said = "Questions come again. The next one comes on Wednesday 8 April 2026, 9:30am."
    assert messages(asked)[-1]["text"] == said


def test_started_again_while_everything_is_paused_it_names_no_day(bot, control, asked):
    gone_quiet(bot, control, asked)
    pause_everything(bot)
    asked.close().home().press("Start again", home=True)

    assert "Questions are on again. Everything is paused just now" in asked.reads
    assert "The next one comes" not in asked.reads


def test_started_again_on_a_day_off_it_says_that_none_comes_and_how_to_change_it(
    bot, control, asked
):
    gone_quiet(bot, control, asked)
    saves(asked, "Quiet times", **{"Days off": ["Wednesday"]}).close()
    press(asked, messages(asked)[-1], "Start again")
    bot.settle()

    message = messages(asked)[-1]
    assert DAY_OFF in message["text"]
    assert buttons(message) == ["Choose another day"]
    press(asked, message, "Choose another day")
    assert asked.title == "How often and when"


# Ask me tomorrow


def off(bot, person):
    saves(person, "How often and when", **{"How often?": "Not at all"}).close()


def own_pause(bot, person):
    pauses(person, "2026-03-20")


def everything(bot, person):
    pause_everything(bot)


def rest_from_tomorrow(bot, person):
    rests(bot, spring(bot, "ada"), date(2026, 3, 5), date(2026, 3, 10))


def quiet_hour(bot, person):
    saves(person, "Quiet times", **{"Nothing after": "09:00", "Nothing before": "08:00"}).close()


@pytest.mark.parametrize(
    "held", [off, own_pause, everything, rest_from_tomorrow, quiet_hour], ids=lambda f: f.__name__
)
def test_asked_for_tomorrow_where_nothing_comes_it_waits_at_home_and_says_so(
    bot, control, asked, held
):
    words = question(messages(asked)[-1])
    held(bot, asked)
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    bot.settle()

    assert messages(asked)[-1]["text"] == HELD
    assert HELD in asked.reads
    assert WAITS in home(asked)
    at(bot, control, "2026-03-05T09:31:00Z")
    assert len(messages(asked)) == 1
    assert len(of(bot, "ada", "deliveries")) == 1
    asked.home().press("Open a question", home=True)
    assert words in asked.reads


def after_something_heavy(bot, person):
    log(person).press("Heavy")


@pytest.mark.parametrize(
    "held",
    [off, own_pause, everything, rest_from_tomorrow, quiet_hour, after_something_heavy],
    ids=lambda f: f.__name__,
)
def test_home_does_not_name_what_was_put_off_where_something_holds_it_back_since(
    bot, control, asked, held
):
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    assert NEXT.format("Thursday 5 March 2026") in home(asked)
    held(bot, asked)

    assert "Thursday 5 March" not in home(asked)
    at(bot, control, "2026-03-05T09:31:00Z")
    assert len(messages(asked)) == 1


def test_asked_for_tomorrow_long_afterwards_it_does_not_say_that_it_waits(bot, control, asked):
    off(bot, asked)
    at(bot, control, "2026-03-19T10:00:00Z")
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    bot.settle()

    said = "Nothing comes by itself just now, so this question does not come again."
    assert messages(asked)[-1]["text"] == said
    assert WAITS not in home(asked)


LATER = "This question comes again on {}."


def test_asked_for_tomorrow_in_the_two_days_of_peace_it_comes_on_the_day_that_is_named(
    bot, control, asked
):
    words = question(messages(asked)[-1])
    log(asked).press("Heavy")
    asked.close()
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    bot.settle()

    assert messages(asked)[-1]["text"] == LATER.format("Monday 9 March 2026")
    for too_soon in ("2026-03-05T09:31:00Z", "2026-03-06T09:31:00Z", "2026-03-07T09:31:00Z"):
        at(bot, control, too_soon)
        assert len(messages(asked)) == 1
    at(bot, control, "2026-03-09T09:31:00Z")
    assert question(messages(asked)[-1]) == words
    assert len(messages(asked)) == 2


def test_asked_for_tomorrow_where_nobody_knows_how_long_the_peace_is_it_waits_and_says_so(
    bot, asked
):
    words = question(messages(asked)[-1])
    log(asked).press("Heavy")
    asked.close()
    with bot.database.engine.begin() as there:
        there.execute(schedules.update().values(peace=b"these are not its words"))
    press(asked, messages(asked)[-1], "Ask me tomorrow")
    bot.settle()

    assert messages(asked)[-1]["text"] == HELD
    asked.home().press("Open a question", home=True)
    assert words in asked.reads
    log(asked).press("Light")
    assert WAITS in home(asked)


def test_home_looks_past_the_two_days_of_peace_after_something_heavy(bot, ada):
    assert NEXT.format("Wednesday 4 March 2026") in ada.home().home_tab

    log(ada).press("Heavy")

    assert NEXT.format("Wednesday 11 March 2026") in ada.close().home().home_tab


def test_a_question_that_was_lost_waits_at_home_also_while_another_is_on_its_way(
    bot, control, asked
):
    [first] = messages(asked)
    control.fault(method="chat.postMessage", kind="500", times=9)
    at(bot, control, NEXT_WEDNESDAY)
    assert len(messages(asked)) == 1
    assert WAITS in asked.home().home_tab

    press(asked, first, "Ask me tomorrow")
    bot.settle()
    assert WAITS in asked.home().home_tab


def test_a_peace_that_cannot_be_opened_promises_nothing_and_ends_with_the_next_session(
    bot, control, ada
):
    log(ada).press("Heavy")
    with bot.database.engine.begin() as there:
        there.execute(schedules.update().values(peace=b"these are not its words"))

    assert "The next question comes" not in ada.close().home().home_tab
    at(bot, control, WEDNESDAY)
    assert messages(ada) == [], "nobody knows whether it is over"

    log(ada).press("Light")
    at(bot, control, NEXT_WEDNESDAY)
    assert len(messages(ada)) == 1
