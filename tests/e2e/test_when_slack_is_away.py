"""Slack is slow, busy, broken or gone at any of its calls: it is said, and nothing is lost."""

import json
import threading
import time

import pytest

from practice.people import user_id
from tests.alongside import connected_to
from tests.e2e.deeds import SAVED, held, until
from tests.workspace import Control, Someone, start_practice

AWAY = "Slack did not answer just now. Please try again in a moment."
NOT_TAKEN = "Slack did not take the file. Nothing was lost."
SLACKS_OWN = "We had some trouble connecting. Try again?"
A_DAY = 24 * 3600 + 60

QUICK = {
    "busy": {"kind": "429", "retry_after": 1},
    "broken": {"kind": "500"},
    "done, but never answered": {"kind": "drop"},
    "gone": {"kind": "refuse"},
}
SLOW = {"kind": "latency", "latency_ms": 5000}
WORST = ("done, but never answered", "gone")


def at_home(person):
    return person.close().home() if person.modal else person.home()


def in_the_form(person):
    return at_home(person).command("/session")


def after_a_session(person):
    return in_the_form(person).submit(values={"Client code": "C-07"})


def after_a_delete(person):
    return after_a_session(person).press("Delete session")


def in_cohorts(person):
    return at_home(person).command("/cohort")


# What is pressed, where, by whom; which call answers it; and the title of what should be there.
PRESSES = {
    "the form": ("ada", at_home, "Log a session", "views.open", "Log a session"),
    "my settings": ("ada", at_home, "Change my settings", "views.open", "My settings"),
    "my sessions": ("ada", in_the_form, "See my sessions", "views.push", "My sessions"),
    "my totals": ("ada", in_the_form, "See my totals", "views.push", "My totals"),
    "the file form": ("ada", in_the_form, "Get a file", "views.push", "Get a file"),
    "the whole form": ("ada", in_the_form, "Change these", "views.update", "Log a session"),
    "a change": ("ada", after_a_session, "Change session", "views.update", "Change a session"),
    "a note": ("ada", after_a_session, "Add a private note", "views.update", "For you alone"),
    "heavy": ("ada", after_a_session, "Heavy", "views.update", "A heavy session"),
    "delete": ("ada", after_a_session, "Delete session", "views.update", "Session deleted"),
    "undo": ("ada", after_a_delete, "Bring it back", "views.update", "Session"),
    "support": ("ada", at_home, "Find support", "views.open", "Find support"),
    "a cohort": ("dilys", in_cohorts, "Make a cohort", "views.update", "Make a cohort"),
}


# One press of each call meets every trouble, the others the two that differ most.
EVERY_TROUBLE = ("the form", "my sessions", "delete")
MET = [
    (press, trouble)
    for press in PRESSES
    for trouble in (QUICK if press in EVERY_TROUBLE else WORST)
]


def set_right(person, label, title):
    """Close what is said and, unless it is there already, press again."""
    if person.title == "Not done yet":
        person.control.post("close", person=person.handle)
    if person.title != title:
        person.press(label)
    assert person.title == title


@pytest.mark.parametrize(("press", "trouble"), MET, ids=str)
def test_a_press_that_slack_does_not_carry_out_is_said_and_works_the_next_time(
    someone, control, bot, press, trouble
):
    handle, arrange, label, method, title = PRESSES[press]
    person = arrange(someone(handle))
    sessions = bot.rows("sessions")

    control.fault(method=method, **QUICK[trouble])
    person.press(label)

    if title != person.title:
        assert person.title == "Not done yet"
        assert AWAY in person.reads
    set_right(person, label, title)
    assert len(bot.rows("sessions")) == len(sessions)
    if handle == "ada":
        at_home(person)
        there = [row for row in bot.rows("sessions") if row["deleted_at"] is None]
        said = "This month: 1 hour in 1 session."
        assert (said in person.home_tab) == bool(there)


@pytest.mark.parametrize("press", ["the form", "delete"])
def test_a_press_that_slack_takes_five_seconds_for_is_said_within_three(
    someone, control, bot, press
):
    handle, arrange, label, method, title = PRESSES[press]
    person = arrange(someone(handle))
    control.fault(method=method, **SLOW)

    began = time.monotonic()
    person.press(label)
    took = time.monotonic() - began

    assert took < 4.5
    assert AWAY in person.reads or SLACKS_OWN in person.notices
    set_right(person, label, title)


@pytest.mark.parametrize("trouble", WORST)
@pytest.mark.parametrize("command", ["/session", "/alongside", "/support"])
def test_a_command_that_cannot_open_anything_answers_in_words(ada, control, bot, command, trouble):
    control.fault(method="views.open", **QUICK[trouble])

    ada.command(command)

    answered = ada.whispers[-1]
    assert answered.startswith("This is a bot." if command == "/support" else AWAY)
    ada.close() if ada.modal else None
    ada.command(command)
    assert ada.title in {"Log a session", "Help", "Find support"}
    assert bot.rows("sessions") == []


def test_support_is_read_even_when_nothing_of_slack_answers_but_the_command(ada, control):
    control.fault(method="*", kind="refuse", times=None)

    ada.command("/support")

    assert "999" in ada.whispers[-1]
    assert "116 123" in ada.whispers[-1]


def test_a_session_is_saved_once_while_every_call_to_slack_fails(ada, control, bot):
    ada.command("/session")
    for kind in ("500", "429", "refuse", "drop"):
        control.fault(clear=True)
        control.fault(method="*", kind=kind, times=None)
        ada.submit(values={"Client code": "C-77"}) if ada.title == "Log a session" else None
    bot.settle()
    control.fault(clear=True)

    assert SAVED in ada.reads
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-77"]
    at_home(ada)
    assert "This month: 1 hour in 1 session." in ada.home_tab


@pytest.mark.parametrize("trouble", ["broken", "gone"])
def test_home_comes_with_the_next_delivery(ada, control, trouble):
    after_a_session(ada)
    control.fault(method="views.publish", **QUICK[trouble])

    at_home(ada)
    until(lambda: "1 session." in ada.home_tab)

    assert "This month: 1 hour in 1 session." in ada.home_tab


@pytest.mark.parametrize("trouble", WORST)
def test_the_welcome_is_read_once_whatever_became_of_the_page(someone, control, trouble):
    cerys = someone("cerys", welcomed=False).home()
    control.fault(method="views.publish", **QUICK[trouble])

    cerys.press("I have read this", home=True)
    cerys.home()

    assert "I have read this" not in cerys.home_tab
    assert "Log a session" in cerys.home_tab


# Files


@pytest.fixture
def today(control):
    """Put the clock back when the test has moved it."""
    yield
    control.move_clock(offset_seconds=0)


@pytest.mark.parametrize("trouble", QUICK)
@pytest.mark.parametrize(
    "method",
    ["files.getUploadURLExternal", "conversations.open", "files.completeUploadExternal"],
)
def test_a_file_that_slack_does_not_take_is_said_and_can_be_had_later(
    ada, control, bot, today, method, trouble
):
    after_a_session(ada)
    at_home(ada).press("Get a file")
    control.fault(method=method, **QUICK[trouble])
    ada.submit(values={"Which file?": "All my sessions"})
    until(lambda: NOT_TAKEN in ada.reads)

    at_home(ada).press("Get a file").submit(values={"Which file?": "All my sessions"})
    until(lambda: "Your file is in your messages" in ada.reads)
    assert ada.files

    control.move_clock(advance_seconds=A_DAY)
    bot.tick()
    assert ada.files == []
    assert [f for f in control.get("state")["files"] if f["completed"]] == []


@pytest.mark.parametrize("trouble", QUICK)
def test_a_file_that_slack_does_not_give_back_is_asked_for_again(ada, control, bot, today, trouble):
    after_a_session(ada)
    at_home(ada).press("Get a file").submit(values={"Which file?": "All my sessions"})
    until(lambda: "Your file is in your messages" in ada.reads)
    control.fault(method="files.delete", **QUICK[trouble])

    control.move_clock(advance_seconds=A_DAY)
    bot.tick()
    control.move_clock(advance_seconds=120)
    bot.tick()

    assert ada.files == []
    assert bot.rows("sent_files") == []


def test_a_file_that_takes_slack_five_seconds_arrives(ada, control, bot):
    after_a_session(ada)
    at_home(ada).press("Get a file")
    control.fault(method="files.completeUploadExternal", **SLOW)
    ada.submit(values={"Which file?": "Hours letter"})

    until(lambda: "Your file is in your messages" in ada.reads)
    assert len(ada.files) == 1


# Who somebody is


@pytest.mark.parametrize("trouble", QUICK)
def test_enrolment_waits_until_slack_says_who_somebody_is(someone, control, bot, trouble):
    dilys = in_cohorts(someone("dilys")).press("Enrol people")
    chosen = {"People": [user_id("iona")], "Roles": ["Partner"]}
    roles = bot.rows("roles")
    control.fault(method="users.info", **QUICK[trouble])

    dilys.submit(values=chosen)
    assert AWAY in " ".join(dilys.errors.values())
    assert dilys.typed("people")["selected_users"] == [user_id("iona")]
    assert bot.rows("roles") == roles

    dilys.submit(values=chosen)
    assert dilys.title == "Enrolment"
    assert len(bot.rows("roles")) == len(roles) + 1


# The connection


def connected_again(control):
    until(lambda: control.get("health")["bot"] == "connected")


def test_a_connection_cut_at_each_step_of_a_session_costs_no_word_and_doubles_nothing(
    ada, control, bot
):
    control.fault(socket="cut")
    ada.command("/session")
    assert ada.modal is None
    assert "/session failed" in ada.notices[-1]

    connected_again(control)
    ada.command("/session")
    control.fault(socket="cut")
    ada.submit(values={"Client code": "C-61"})
    assert SLACKS_OWN in ada.notices
    assert ada.typed("client_code")["value"] == "C-61"

    connected_again(control)
    _cut_while_it_is_saved(ada, control, bot)
    connected_again(control)
    if SAVED not in ada.reads:
        assert ada.typed("client_code")["value"] == "C-61"
        ada.submit()
    assert SAVED in ada.reads
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-61"]

    control.fault(socket="cut")
    ada.press("Delete session")
    connected_again(control)
    ada.press("Delete session") if ada.title == "Saved" else None
    assert ada.title == "Session deleted"


def _cut_while_it_is_saved(person, control, bot):
    """The database is held, so that the submission is under way when the connection goes."""
    with held(bot.database.file):
        pressing = threading.Thread(target=person.submit)
        pressing.start()
        time.sleep(0.3)
        control.fault(socket="cut")
    pressing.join()


def test_when_slack_asks_to_connect_anew_no_word_is_lost(ada, control, bot):
    ada.command("/session")
    control.fault(socket="disconnect")

    for _ in range(3):
        # Slack's library reads from its new connection once it has let go of the old one.
        if SAVED not in ada.reads:
            ada.submit(values={"Client code": "C-62"})

    assert SAVED in ada.reads
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-62"]


# The start


@pytest.fixture
def workspace():
    practice = start_practice()
    yield practice
    practice.stop()


def test_slack_being_away_at_the_start_is_waited_out(workspace, tmp_path):
    control = Control(workspace)
    control.fault(method="auth.test", kind="refuse")
    control.fault(method="users.info", kind="500")
    control.fault(method="apps.connections.open", kind="429", retry_after=1)
    alongside = connected_to(workspace, tmp_path / "home", first_co_lead=user_id("dilys"))
    try:
        alongside.start().until_ready()
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
        dilys = Someone(control, "dilys").home()
        assert "Open cohorts" in dilys.home_tab
    finally:
        alongside.kill()


def reasons_in(log):
    """What each line on Slack being away gives as its reason."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith('{"at"')]
    return [line["reason"] for line in lines if line["event"] == "slack_away"]


def opened(control):
    return len([e for e in control.ledger("apps.connections.open") if e["ok"]])


def test_a_bot_whose_connection_is_turned_away_does_not_say_that_it_is_connected(
    workspace, tmp_path
):
    control = Control(workspace)
    control.fault(socket="refuse", times=1000)
    alongside = connected_to(workspace, tmp_path / "home", first_co_lead=user_id("dilys")).start()
    try:
        alongside.wait(lambda: len(reasons_in(alongside.log)) >= 3)
        assert set(reasons_in(alongside.log)) == {"websocket"}
        assert "connected" not in alongside.said
        # A connection a try, and tries that come further and further apart: nobody else tries.
        assert opened(control) == len(reasons_in(alongside.log))

        control.fault(clear=True)
        alongside.until_ready()
        assert control.get("health")["bot"] == "connected"
        assert "Open cohorts" in Someone(control, "dilys").home().home_tab

        control.fault(socket="cut")
        alongside.wait(lambda: control.get("health")["bot"] == "connected")
    finally:
        alongside.kill()
