"""A partner logs, reads, changes and takes away sessions."""

from datetime import date, timedelta

import pytest

TODAY = date.today()  # noqa: DTZ011 - the workspace's people live by this computer's clock


def log(person, **values):
    person.close().command("/session")
    return person.submit(values={"Client code": "C-07"} | values)


def test_a_session_is_logged_with_no_words_at_all(ada, bot):
    ada.command("/session")
    assert ada.title == "Log a session"

    ada.submit()

    assert "Your session is saved." in ada.reads
    assert "coaching, 1 hour, video. It happened, paid" in ada.reads
    assert [s["type"] for s in bot.rows("sessions")] == ["coaching"]


def test_the_next_form_is_filled_like_the_last_session(ada):
    log(ada, **{"What was it?": "Mentoring", "How long was it?": "1 hour 30 minutes"})

    ada.close().command("/session")
    assert "Filled in like your last session" in ada.reads
    ada.submit()

    assert "mentoring, 1 hour 30 minutes, video, C-07" in ada.reads


def test_unfolding_keeps_what_was_filled_in(ada):
    ada.command("/session")
    ada.control.post(
        "input",
        person="ada",
        view_id=ada.modal["id"],
        block_id="client_code",
        action_id="client_code",
        value="c7",
    )
    ada.press("Change these")

    assert ada.typed("client_code")["value"] == "c7"
    ada.submit(
        values={
            "Client code": "c7",
            "What became of it?": "They did not attend",
            "Travel": "45 minutes",
            "Is it paid?": "Unpaid",
        }
    )
    assert "C-07. They did not attend, unpaid, no preparation, 45 minutes of travel." in ada.reads


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        pytest.param(
            {"Client code": "Amina"}, "client_code", "never a name", id="a name for a code"
        ),
        pytest.param(
            {"When was it?": (TODAY + timedelta(days=3)).isoformat()},
            "on_date",
            "more than a day ahead",
            id="a date ahead",
        ),
        pytest.param({"When was it?": "1999-01-01"}, "on_date", "check the year", id="long ago"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field_and_kept_on_screen(
    ada, bot, values, field, words
):
    ada.command("/session")
    ada.submit(values=values)

    assert words in ada.errors[field]
    typed = ada.typed(field)
    assert (typed.get("value") or typed.get("selected_date")) in values.values()
    assert bot.rows("sessions") == []


def test_a_change_replaces_what_was_there_in_list_and_totals(ada):
    log(ada)
    ada.press("Change session").submit(values={"How long was it?": "2 hours"})

    assert "Your change is saved." in ada.reads
    ada.close().home()
    assert "This month: 2 hours in 1 session." in ada.home_tab


def test_a_deleted_session_can_be_brought_back_for_a_minute(ada, control, bot):
    log(ada)
    ada.press("Delete session")
    assert "You can bring it back for one minute." in ada.reads
    ada.home()
    assert "You have not logged a session yet." in ada.home_tab

    ada.press("Bring it back")
    assert "coaching, 1 hour" in ada.reads

    ada.press("Delete session")
    control.move_clock(advance_seconds=61)
    ada.press("Bring it back")
    assert "too late to bring that back" in ada.reads
    bot.tick()
    assert bot.rows("sessions") == []


def test_months_and_pages_are_turned(ada):
    first = TODAY.replace(day=1)
    for _ in range(12):
        log(ada, **{"When was it?": first.isoformat()})
    log(ada, **{"When was it?": (first - timedelta(days=1)).isoformat()})

    ada.close().home().press("See my sessions")
    assert "12 sessions logged." in ada.reads
    assert ada.reads.count("coaching, 1 hour") == 10

    ada.press("Next page")
    assert ada.reads.count("coaching, 1 hour") == 2

    ada.press(f"Go to {first - timedelta(days=1):%B %Y}")
    assert "1 session logged." in ada.reads


def test_totals_add_up_by_type_and_month(ada):
    log(ada)
    log(ada, **{"What was it?": "Training", "How long was it?": "3 hours"})

    ada.close().home().press("See my totals")

    assert "coaching: 1 hour in 1 session" in ada.reads
    assert "training: 3 hours in 1 session" in ada.reads
    assert "1 hour of practice so far. No supervision is logged yet." in ada.reads


def test_a_heavy_session_is_met_with_choices_and_numbers_and_nobody_is_told(ada, control, bot):
    log(ada)
    before = len(control.ledger("chat.postMessage"))
    ada.press("Heavy")

    assert "Thank you for saying so." in ada.reads
    assert "116 123" in ada.reads
    ada.press("Talk to a supervisor")
    assert ada.title == "Ask for supervision"
    assert bot.rows("supervision_requests") == []
    assert len(control.ledger("chat.postMessage")) == before
    stored = bot.rows("sessions")[0]
    assert b"heavy" not in stored["details"]
    assert b"supervisor" not in stored["details"]


def test_a_private_note_is_kept_for_its_writer_alone(ada, bot):
    log(ada)
    ada.press("Add a private note")
    ada.submit(values={"Private note": "I was glad of the silence.", "One action": "Ask less"})
    assert "Your change is saved." in ada.reads

    ada.close().home().press("Open it")
    assert "There is a private note." in ada.reads
    assert "glad of the silence" not in ada.reads
    ada.press("Open my private part")
    assert ada.typed("note")["value"] == "I was glad of the silence."
    assert b"silence" not in bot.rows("sessions")[0]["note"]


def test_home_says_that_an_action_waits_but_not_what_it_is(ada, control):
    log(ada)
    soon = TODAY + timedelta(days=3)
    ada.press("Heavy").close().home().press("Open it").press("Open my private part")
    assert "You said it was heavy." in ada.reads
    ada.submit(values={"One action": "Ring the set", "When?": soon.isoformat()})

    ada.close().home()
    assert f"You noted an action for {soon:%A} {soon.day} {soon:%B %Y}." in ada.home_tab
    assert "Ring the set" not in ada.home_tab
    ada.press("Open action")
    assert ada.typed("action")["value"] == "Ring the set"

    control.move_clock(advance_seconds=12 * 86400)
    assert "You noted an action" not in ada.close().home().home_tab


def test_a_note_that_may_name_someone_is_asked_about_once(ada, bot):
    log(ada)
    note = "Ring her on 07700 900123, or sam@example.org"
    ada.press("Add a private note").submit(values={"Private note": note})

    assert "an e-mail address, a phone number" in ada.reads
    assert ada.typed("note")["value"] == note
    assert bot.rows("sessions")[0]["note"] is None

    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Your change is saved." in ada.reads
    assert bot.rows("sessions")[0]["note"] is not None


def test_the_file_of_sessions_arrives_in_private_and_goes_after_a_day(ada, control, bot):
    log(ada)
    ada.close().home().press("Get a file").submit(values={"Which file?": "All my sessions"})
    bot.settle()
    assert "Your file is in your messages" in ada.reads

    [file] = ada.files
    assert file["name"] == "alongside-sessions.csv"
    control.move_clock(advance_seconds=24 * 3600 + 60)
    bot.tick()
    assert ada.files == []


def test_the_hours_letter_names_nobody(ada, control, bot):
    log(ada)
    ada.close().home().press("Get a file").submit()
    bot.settle()

    [file] = ada.files
    text = control.download(file["url"]).decode()
    assert "Number of clients: 1" in text
    assert "C-07" not in text
    assert "Ada" not in text


def test_a_period_that_ends_before_it_begins_is_said_at_the_field(ada):
    ada.press("Get a file", home=True).submit(values={"From": "2026-05-02", "Until": "2026-05-01"})

    assert "The last day is before the first." in ada.errors["end"]


def test_the_shortcut_and_home_open_the_same_form(ada):
    assert ada.shortcut("Log a session").title == "Log a session"
    assert ada.close().press("Log a session", home=True).title == "Log a session"


def test_the_fourth_thing_laid_over_another_takes_the_place_of_the_third(ada):
    log(ada)
    ada.close().command("/session").press("See my sessions").press("See my totals")
    ada.close().command("/session").press("See my sessions").press("Open")
    assert len(ada.sees["modals"]) == 3

    ada.press("Delete session").control.move_clock(advance_seconds=120)
    ada.press("Bring it back")

    assert "too late to bring that back" in ada.reads
    assert ada.press("Find support").title == "Find support"
