"""Saved means saved, twice is once, and what a form was opened with proves nothing."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from bot import ids
from practice.people import user_id
from tests.e2e.deeds import ANOTHER_ROLE, FOR_THE_PROGRAMME, SAVED, held, log, stored, until
from tests.forging import Forger, sent_views

NO_SAVE = "We could not save this just now. Your words are still here."
AT_ONCE = 50
NOTE = "I sat in the car for a while."


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def together(deed, times=AT_ONCE):
    """Do it this many times at once."""
    gate = threading.Barrier(times)

    def one(_):
        gate.wait()
        return deed()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def take_roles(control, dilys, handle):
    """A co-lead takes every role from somebody."""
    dilys.close().command("/cohort")
    dilys.press("Give or take roles")
    dilys.submit(Person=user_id(handle))
    dilys.submit(values={"Roles they hold": []})
    assert "not enrolled any more" in dilys.reads


# An ack means saved


def test_nobody_reads_saved_before_it_stands_in_the_file(ada, bot):
    ada.command("/session")
    with held(bot.database.file):
        ada.submit(values={"Client code": "C-31"})

        assert SAVED not in ada.reads
        assert ada.typed("client_code")["value"] == "C-31"
    ada.submit(values={"Client code": "C-31"})

    assert SAVED in ada.reads
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-31"]


def test_a_database_that_takes_nothing_is_said_in_words_before_slack_gives_up(ada, bot):
    ada.command("/session")
    with held(bot.database.file):
        ada.submit(values={"Client code": "C-32"})

        assert NO_SAVE in " ".join(ada.errors.values())
        assert ada.notices == []
        assert ada.typed("client_code")["value"] == "C-32"
    assert bot.rows("sessions") == []


def test_a_session_that_was_said_to_be_saved_is_read_by_another_program_at_once(ada, bot):
    log(ada)

    with closing(sqlite3.connect(bot.database.file)) as other:
        assert other.execute("SELECT client_code FROM sessions").fetchall() == [("C-07",)]


# Twice is once


def test_fifty_submissions_of_one_form_at_once_are_one_session(ada, control, bot):
    ada.command("/session")
    view = ada.modal["id"]

    answers = together(
        lambda: control.post("submit", person="ada", view_id=view, values={"Client code": "C-50"})
    )

    assert any(answer["ok"] for answer in answers)
    # The form is gone by then, or a busy computer let Slack's three seconds pass.
    late = {"no_submit_button", "field_not_found", "operation_timeout"}
    assert {answer.get("error") for answer in answers if not answer["ok"]} <= late
    assert SAVED in ada.reads
    assert len(bot.rows("sessions")) == 1
    ada.close().home()
    assert "This month: 1 hour in 1 session." in ada.home_tab


def test_the_same_form_sent_again_later_gets_the_first_answer(ada, control, bot, forger):
    log(ada)
    [view] = sent_views(control, ids.SESSION_FORM)

    forger.show(ada, view).submit(values={"How long was it?": "3 hours"})

    assert SAVED in ada.reads
    assert "coaching, 1 hour, video" in ada.reads
    assert len(bot.rows("sessions")) == 1


def test_fifty_submissions_of_a_cohort_are_one_cohort(dilys, control, bot):
    dilys.command("/cohort").press("Make a cohort")
    view = dilys.modal["id"]

    together(lambda: control.post("submit", person="dilys", view_id=view, values={"Name": "May"}))

    assert [row["name"] for row in bot.rows("cohorts")] == ["May"]


def test_an_impatient_delete_is_one_delete_and_nobody_reads_of_trouble(ada, control, bot):
    log(ada)

    together(lambda: control.post("action", person="ada", label="Delete session"), times=3)

    assert ada.title == "Session deleted"
    ada.press("Bring it back")
    assert ada.title == "Session"
    assert len(bot.rows("sessions")) == 1


def test_an_impatient_undo_brings_one_session_back(ada, control, bot):
    log(ada).press("Delete session")

    together(lambda: control.post("action", person="ada", label="Bring it back"), times=3)

    assert ada.title == "Session"
    ada.close().home()
    assert "This month: 1 hour in 1 session." in ada.home_tab


def everything_twice(person, control, *deeds):
    """Do each deed while Slack delivers it twice."""
    for deed in deeds:
        control.fault(delivery="duplicate")
        deed(person)


def test_deliveries_that_come_twice_count_once_for_a_partner(ada, control, bot):
    ada.home()
    everything_twice(
        ada,
        control,
        lambda ada: ada.command("/session"),
        lambda ada: ada.submit(values={"Client code": "C-08"}),
        lambda ada: ada.press("Heavy"),
    )
    assert ada.title == "A heavy session"
    ada.close().home().press("Open it")
    everything_twice(ada, control, lambda ada: ada.press("Open my private part"))
    everything_twice(ada, control, lambda ada: ada.submit(values={"Private note": NOTE}))
    assert "Your change is saved." in ada.reads
    ada.press("Change session")
    everything_twice(ada, control, lambda ada: ada.submit(values={"How long was it?": "2 hours"}))
    assert "Your change is saved." in ada.reads
    ada.close().home()
    assert "This month: 2 hours in 1 session." in ada.home_tab

    ada.press("Open it")
    everything_twice(ada, control, lambda ada: ada.press("Delete session"))
    assert ada.title == "Session deleted"
    everything_twice(ada, control, lambda ada: ada.press("Bring it back"))
    assert ada.title == "Session"
    assert len(bot.rows("sessions")) == 1


def test_a_file_that_is_asked_for_twice_by_the_same_form_comes_once(ada, control, bot):
    log(ada).close().home().press("Get a file")
    everything_twice(
        ada, control, lambda ada: ada.submit(values={"Which file?": "All my sessions"})
    )

    until(lambda: "Your file is in your messages" in ada.reads)
    bot.settle()
    assert len(ada.files) == 1
    assert len(control.ledger("files.completeUploadExternal")) == 1


def test_deliveries_that_come_twice_count_once_for_a_co_lead(dilys, control, bot):
    everything_twice(
        dilys,
        control,
        lambda dilys: dilys.command("/cohort"),
        lambda dilys: dilys.press("Make a cohort"),
        lambda dilys: dilys.submit(Name="June"),
    )
    assert "The cohort is made." in dilys.reads
    dilys.press("Enrol people")
    chosen = {"People": [user_id("iona")], "Roles": ["Partner"], "Cohort": "June"}
    everything_twice(dilys, control, lambda dilys: dilys.submit(values=chosen))
    assert "They will find a welcome when they open the app." in dilys.reads

    assert len(bot.rows("cohorts")) == 1
    assert len(bot.rows("cohort_members")) == 1
    given = [row for row in bot.rows("audit") if row["action"] == "role_given_partner"]
    assert len([row for row in given if row["actor"] is not None]) == 1


# What a form was opened with proves nothing


FORMS = {
    "a session": ("ada", "/session", (), {"Client code": "C-90"}),
    "a changed session": (
        "ada",
        None,
        ("Open it", "Change session"),
        {"Client code": "C-91"},
    ),
    "a private note": ("ada", None, ("Open it", "Add a private note"), {"Private note": NOTE}),
    "settings": ("ada", None, ("Change my settings",), {"What works for you?": ["Breaks"]}),
    "a file": ("ada", None, ("Get a file",), {"Which file?": "All my sessions"}),
    "a cohort": ("emeka", "/cohort", ("Make a cohort",), {"Name": "Winter"}),
    "people for a cohort": (
        "emeka",
        "/cohort",
        ("Open cohort", "Add people"),
        {"People": [user_id("ada")]},
    ),
    "enrolment": (
        "emeka",
        "/cohort",
        ("Enrol people",),
        {"People": [user_id("iona")], "Roles": ["Partner"]},
    ),
    "whose roles": ("emeka", "/cohort", ("Give or take roles",), {"Person": user_id("ada")}),
}


def entered(view):
    """What stands in the fields of a view."""
    return {
        (block, action): {k: v for k, v in typed.items() if v}
        for block, fields in view["state"]["values"].items()
        for action, typed in fields.items()
    }


@pytest.mark.parametrize("form", FORMS)
def test_a_role_lost_while_a_form_is_open_saves_nothing_and_keeps_the_words(
    someone, dilys, control, bot, form
):
    handle, command, presses, values = FORMS[form]
    dilys.command("/cohort").press("Make a cohort").submit(Name="Autumn")
    person = someone(handle)
    if handle == "ada":
        log(person).close()
    person.command(command) if command else person.home()
    for label in presses:
        person.press(label)
    take_roles(control, dilys, handle)
    before = stored(bot)

    person.submit(values=values)
    bot.settle()

    assert FOR_THE_PROGRAMME in " ".join(person.errors.values())
    typed = entered(person.modal)
    for value in values.values():
        assert any(_holds(held, value) for held in typed.values()), (value, typed)
    assert stored(bot) == before
    assert control.ledger("files.completeUploadExternal") == []


def _holds(held, value):
    text = str(held)
    names = value if isinstance(value, list) else [value]
    return all(name in text or name.lower() in text for name in names)


def test_a_co_lead_who_is_only_a_partner_by_now_gives_no_roles(someone, dilys, bot):
    emeka = someone("emeka")
    emeka.command("/cohort").press("Give or take roles")
    emeka.submit(Person=user_id("iona"))
    emeka.submit(Person=user_id("ada"))
    dilys.command("/cohort").press("Give or take roles")
    dilys.submit(Person=user_id("emeka"))
    dilys.submit(values={"Roles they hold": ["Partner"]})
    before = stored(bot)

    emeka.submit(values={"Roles they hold": ["Partner", "Co-lead"]})

    assert ANOTHER_ROLE in " ".join(emeka.errors.values())
    assert stored(bot) == before
