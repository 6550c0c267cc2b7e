"""Somebody writes themselves a nudge. It comes at its own time and does not say what it is."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot import ids
from domain.people import Account, Role
from domain.schedules import Cadence, Rhythm
from practice.people import TEAM_ID, user_id
from storage import people
from tests.e2e.deeds import log
from tests.e2e.journal_items import person_of
from tests.forging import Forger, sent_views

FIELD = "Remind me, when I'm busy, to..."
WORDS = "Breathe out before I answer"
PUSH = "You asked for a nudge today. Open it when you are ready."
TUESDAY = "2026-03-03T08:00:00Z"
THURSDAY = "2026-03-05T"
FRIDAY = "2026-03-06T"
WAITS = "Your own nudge of Thursday 5 March 2026 may not have reached you."


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def morning(control):
    """It is early on a Tuesday."""
    control.post("clock", now=TUESDAY)


def nudge(person, forger, **values):
    """Write a nudge for Thursdays at ten, or as told."""
    forger.press(person, ids.OPEN_NUDGE)
    filled = {
        FIELD: WORDS,
        "How often?": "Every week",
        "On which day?": "Thursday",
        "At what time?": "10:00",
    }
    return person.submit(values=filled | values)


def schedule(bot, handle="ada"):
    who = person_of(bot, handle)["id"]
    found = [s for s in bot.rows("schedules") if (s["person_id"], s["kind"]) == (who, "nudge")]
    return found[0] if found else None


def pushes(control, handle="ada"):
    """Every message with a nudge that reached anybody."""
    return [
        entry["payload"]
        for entry in control.ledger("chat.postMessage")
        if PUSH in json.dumps(entry["payload"])
    ]


def at(control, bot, moment):
    control.post("clock", now=moment)
    bot.tick()


def outcomes(bot):
    return [(d["state"], d["reason"]) for d in bot.rows("deliveries") if d["kind"] == "nudge"]


def test_a_nudge_is_kept_said_back_and_sealed(ada, bot, forger, morning):
    nudge(ada, forger)

    assert "Your nudge is saved." in ada.reads
    assert "It comes every Thursday at 10am." in ada.reads
    assert WORDS not in ada.reads
    [row] = bot.rows("nudges")
    assert WORDS.encode() not in row["words"]
    assert schedule(bot)["next_at"] == datetime(2026, 3, 5, 10, tzinfo=UTC)


def test_it_arrives_at_its_own_time_bland_and_opens_in_a_modal(ada, bot, control, forger, morning):
    nudge(ada, forger).close()

    at(control, bot, THURSDAY + "09:59:00Z")
    assert pushes(control) == []
    at(control, bot, THURSDAY + "10:00:30Z")
    bot.tick()

    [push] = pushes(control)
    assert WORDS not in json.dumps(push)
    assert push["text"].split("\n")[0] == PUSH
    assert "Open my nudge" in json.dumps(push)
    ada.press("Open my nudge")
    assert WORDS in ada.reads
    ada.press("Change or stop it")
    assert ada.typed("nudge")["value"] == WORDS


def test_the_words_are_in_no_message_no_home_tab_and_no_memory(ada, bot, control, forger, morning):
    nudge(ada, forger)
    at(control, bot, THURSDAY + "10:00:30Z")
    ada.close().home()
    assert len(pushes(control)) == 1

    for entry in control.ledger():
        if entry["method"] in {"chat.postMessage", "chat.update", "views.publish"}:
            assert WORDS not in json.dumps(entry["payload"])
    for view in sent_views(control, ids.NUDGE_FORM):
        assert WORDS not in view["private_metadata"]


def test_it_comes_by_the_wall_clock_of_the_persons_own_zone(bilal, bot, control, forger, morning):
    nudge(bilal, forger, **{"At what time?": "14:30"})

    assert schedule(bot, "bilal")["next_at"] == datetime(2026, 3, 5, 9, tzinfo=UTC)
    at(control, bot, THURSDAY + "08:59:00Z")
    assert pushes(control) == []
    at(control, bot, THURSDAY + "09:01:00Z")
    assert len(pushes(control)) == 1


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({FIELD: "  "}, "nudge", "Please write what you want to be reminded of."),
        ({"At what time?": "22:00"}, "at", "This is in your quiet hours."),
        ({"At what time?": "08:59"}, "at", "This is in your quiet hours."),
        ({"On which day?": "Sunday"}, "weekday", "This is one of your days off."),
    ],
    ids=["only spaces", "late in the evening", "too early", "a day off"],
)
def test_what_cannot_be_is_said_beside_its_field(ada, bot, forger, morning, values, field, says):
    nudge(ada, forger, **values)

    assert says in ada.errors[field]
    assert bot.rows("nudges") == []
    assert schedule(bot) is None


def test_words_that_may_say_who_somebody_is_are_asked_about_once(ada, bot, forger, morning):
    nudge(ada, forger, **{FIELD: "Ring sam@example.org"})

    assert "This may hold an e-mail address." in ada.reads
    assert ada.typed("nudge")["value"] == "Ring sam@example.org"
    assert ada.typed("weekday")["selected_option"]["value"] == "3"
    assert bot.rows("nudges") == []
    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Your nudge is saved." in ada.reads


def test_there_is_one_nudge_a_person(ada, bot, forger, morning):
    nudge(ada, forger)
    nudge(ada, forger, **{FIELD: "Drink some water", "On which day?": "Friday"})

    assert len(bot.rows("nudges")) == 1
    assert schedule(bot)["weekday"] == 4
    assert "Drink some water" in forger.press(ada, ids.READ_NUDGE).reads


def test_a_form_that_is_sent_twice_is_kept_once(ada, bot, control, forger, morning):
    nudge(ada, forger)
    first = sent_views(control, ids.NUDGE_FORM)[-1]
    nudge(ada, forger, **{FIELD: "Drink some water"})

    forger.show(ada, first).submit(values={FIELD: WORDS})

    assert "Drink some water" in forger.press(ada, ids.READ_NUDGE).reads


def test_not_at_all_keeps_the_words_and_sends_nothing(ada, bot, control, forger, morning):
    nudge(ada, forger, **{"How often?": "Not at all", "At what time?": "22:00"})

    assert "It does not come by itself." in ada.reads
    at(control, bot, THURSDAY + "22:00:30Z")
    assert pushes(control) == []
    assert WORDS in forger.press(ada, ids.READ_NUDGE).reads


def test_stopping_deletes_the_words_and_nothing_comes(ada, bot, control, forger, morning):
    nudge(ada, forger).press("Change or stop it").press("Stop and delete it")

    assert "Your nudge is deleted. It does not come any more." in ada.reads
    assert bot.rows("nudges") == []
    assert schedule(bot)["next_at"] is None
    at(control, bot, THURSDAY + "10:00:30Z")
    assert pushes(control) == []
    assert "You have no nudge at the moment." in forger.press(ada, ids.READ_NUDGE).reads


def test_stopped_after_it_was_planned_it_does_not_come(ada, bot, control, forger, morning):
    nudge(ada, forger)
    control.post("clock", now=THURSDAY + "10:00:30Z")
    bot.house.planning.plan()

    forger.press(ada, ids.STOP_NUDGE)
    bot.tick()

    assert pushes(control) == []
    assert outcomes(bot) == [("skipped", "own_choice")]


def test_moved_to_another_day_after_it_was_planned_it_does_not_come(
    ada, bot, control, forger, morning
):
    nudge(ada, forger)
    control.post("clock", now=THURSDAY + "10:00:30Z")
    bot.house.planning.plan()

    nudge(ada, forger, **{"On which day?": "Friday"})
    bot.tick()
    assert pushes(control) == []
    assert outcomes(bot) == [("skipped", "own_choice")]

    at(control, bot, "2026-03-06T10:00:30Z")
    assert len(pushes(control)) == 1


def test_moved_to_later_that_day_after_it_was_planned_it_comes_then(
    ada, bot, control, forger, morning
):
    nudge(ada, forger)
    control.post("clock", now=THURSDAY + "10:00:30Z")
    bot.house.planning.plan()

    nudge(ada, forger, **{"At what time?": "16:00"})
    bot.tick()
    assert pushes(control) == []
    at(control, bot, THURSDAY + "15:59:00Z")
    assert pushes(control) == []
    at(control, bot, THURSDAY + "16:01:00Z")
    assert len(pushes(control)) == 1


def test_it_never_comes_in_quiet_hours_even_when_the_bot_was_away(
    ada, bot, control, forger, morning
):
    nudge(ada, forger)

    at(control, bot, THURSDAY + "18:30:00Z")

    assert pushes(control) == []
    at(control, bot, "2026-03-06T09:30:00Z")
    assert pushes(control) == []
    assert [state for state, _ in outcomes(bot)] == ["skipped"]


def test_quiet_hours_that_were_put_over_it_hold_it_back(ada, bot, control, forger, morning):
    nudge(ada, forger)
    ada.close().home().press("Change my settings").press("Quiet times")
    ada.submit(values={"Nothing after": "18:00", "Nothing before": "12:00"})

    at(control, bot, THURSDAY + "10:00:30Z")
    assert pushes(control) == []
    at(control, bot, THURSDAY + "12:01:00Z")
    assert len(pushes(control)) == 1


def test_after_a_heavy_session_it_is_left_out(ada, bot, control, forger):
    control.post("clock", now="2026-03-04T11:00:00Z")
    nudge(ada, forger)
    ada.close().command("/session").submit()
    ada.press("Heavy")

    at(control, bot, THURSDAY + "10:00:30Z")

    assert pushes(control) == []
    assert outcomes(bot) == [("skipped", "own_choice")]
    at(control, bot, "2026-03-12T10:00:30Z")
    assert len(pushes(control)) == 1


def give(bot, handle, *roles):
    with bot.database.write() as conn:
        person = people.actor(conn, Account(TEAM_ID, user_id(handle)))
        people.set_roles(conn, person, roles, by=None, now=datetime(2026, 3, 3, tzinfo=UTC))


@pytest.mark.parametrize("roles", [(), (Role.SUPERVISOR,)], ids=["none", "supervisor"])
def test_whoever_has_no_journal_any_more_gets_none(ada, bot, control, forger, morning, roles):
    nudge(ada, forger)
    control.post("clock", now=THURSDAY + "10:00:30Z")
    bot.house.planning.plan()

    give(bot, "ada", *roles)
    bot.tick()

    assert pushes(control) == []
    assert outcomes(bot) == [("skipped", "left")]


def test_whoever_left_gets_none(ada, bot, control, forger, morning):
    nudge(ada, forger).close()
    user = {"id": user_id("ada"), "team_id": TEAM_ID, "deleted": True, "profile": {}}
    control.post("event", event={"type": "user_change", "user": user})

    at(control, bot, THURSDAY + "10:00:30Z")

    assert pushes(control) == []


def test_after_weeks_away_at_most_one_comes(ada, bot, control, forger, morning):
    nudge(ada, forger)

    at(control, bot, "2026-04-16T10:30:00Z")
    bot.tick()

    assert len(pushes(control)) <= 1
    assert {"late"} == {reason for state, reason in outcomes(bot) if state == "skipped"}


def left_behind(ada, bot, control, forger):
    """The bot was off on Thursday; on Friday morning Ada looks at her Home tab."""
    nudge(ada, forger).close()
    at(control, bot, FRIDAY + "08:00:00Z")
    assert (pushes(control), outcomes(bot)) == ([], [("skipped", "late")])
    return ada.home()


def test_one_that_could_not_come_waits_on_the_home_tab_and_opens_there(
    ada, bilal, bot, control, forger, morning
):
    left_behind(ada, bot, control, forger)

    assert WAITS in ada.home_tab
    assert WORDS not in ada.home_tab
    assert WAITS not in bilal.home().home_tab
    ada.press("Open my nudge", home=True)
    assert WORDS in ada.reads


def test_it_waits_for_two_days_and_then_goes_quietly(ada, bot, control, forger, morning):
    left_behind(ada, bot, control, forger)

    control.post("clock", now="2026-03-08T07:59:00Z")
    assert WAITS in ada.home().home_tab
    control.post("clock", now="2026-03-08T08:01:00Z")
    assert WAITS not in ada.home().home_tab


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda ada, forger: nudge(ada, forger),
        lambda ada, forger: forger.press(ada, ids.STOP_NUDGE),
        lambda ada, forger: log(ada).press("Heavy"),
    ],
    ids=["written anew", "stopped", "something heavy"],
)
def test_it_does_not_wait_any_longer(ada, bot, control, forger, morning, meanwhile):
    assert WAITS in left_behind(ada, bot, control, forger).home_tab

    meanwhile(ada, forger)

    assert WAITS not in ada.close().home().home_tab


def test_one_that_slack_refused_waits_too(ada, bot, control, forger, morning):
    nudge(ada, forger).close()
    control.fault(kind="error", error="not_in_channel", method="chat.postMessage", times=5)
    at(control, bot, THURSDAY + "10:00:30Z")

    assert [state for state, _ in outcomes(bot)] == ["failed"]
    assert WAITS in ada.home().home_tab


@pytest.mark.parametrize("values", [{"How often?": "Not at all"}, {"On which day?": "Friday"}])
def test_one_that_the_person_put_off_does_not_wait(ada, bot, control, forger, morning, values):
    nudge(ada, forger)
    control.post("clock", now=THURSDAY + "10:00:30Z")
    bot.house.planning.plan()
    nudge(ada, forger, **values).close()
    bot.tick()

    assert outcomes(bot) == [("skipped", "own_choice")]
    assert "may not have reached you" not in ada.home().home_tab


def test_every_second_week_counts_from_the_first_day_it_comes(ada, bot, control, forger, morning):
    nudge(ada, forger, **{"How often?": "Every two weeks"})

    came = []
    for n in range(5):
        day = datetime(2026, 3, 5, 10, 1, tzinfo=UTC) + timedelta(weeks=n)
        before = len(pushes(control))
        at(control, bot, day.strftime("%Y-%m-%dT%H:%M:%SZ").replace("T10", f"T{_utc_hour(day)}"))
        came.append(len(pushes(control)) - before)
    assert came == [1, 0, 1, 0, 1]


def _utc_hour(day):
    """Ten in London in UTC: summer time begins on 29 March 2026."""
    return "10" if day < datetime(2026, 3, 29, tzinfo=UTC) else "09"


def test_somebody_else_reads_their_own_or_none(ada, bilal, bot, control, forger, morning):
    nudge(ada, forger)

    assert "You have no nudge at the moment." in forger.press(bilal, ids.READ_NUDGE).reads
    forger.press(bilal, ids.STOP_NUDGE)
    assert len(bot.rows("nudges")) == 1
    theirs = sent_views(control, ids.NUDGE_FORM)[0]
    forger.show(bilal, theirs).submit(values={FIELD: "Mine now"})
    assert WORDS in forger.press(ada, ids.READ_NUDGE).reads
    assert [row["person_id"] for row in bot.rows("nudges")] == [person_of(bot, "ada")["id"]]


def test_an_opening_of_the_form_starts_with_what_is_usual(bot, ada, forger, morning):
    forger.press(ada, ids.OPEN_NUDGE)

    usual = Rhythm()
    assert ada.typed("weekday")["selected_option"]["value"] == str(usual.weekday)
    assert ada.typed("cadence")["selected_option"]["value"] == Cadence.WEEKLY
    assert "Stop and delete it" not in ada.reads
