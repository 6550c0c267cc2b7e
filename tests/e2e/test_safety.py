"""What nobody can do by hurrying, by pressing twice, or by sending back what was never offered."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from bot import ids
from domain.ids import new_id
from practice import mrkdwn
from practice.people import TEAM_ID, user_id
from tests.e2e.screens import everyone_sees, said_by_the_bot, text_objects
from tests.forging import Forger, sent_views
from tests.workspace import Bot, Control, Someone, metadata, start_practice

SAVED = "Your session is saved."
NOT_FOUND = "We cannot find that any more. It may have been deleted."
TOO_LATE = "It is too late to bring that back. The minute is over."
FOR_THE_PROGRAMME = "Alongside is for people in the programme."
ANOTHER_ROLE = "This part is for another role."
NO_SAVE = "We could not save this just now. Your words are still here."
AT_ONCE = 50
NOTE = "I sat in the car for a while."
FORM_TABLES = ("sessions", "cohorts", "cohort_members", "roles", "preferences", "sent_files")


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def dilys(someone):
    return someone("dilys")


@contextmanager
def nobody_else_writes(bot):
    """Another program holds the database file."""
    with closing(sqlite3.connect(bot.database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def log(person, **values):
    person.close().command("/session")
    person.submit(values={"Client code": "C-07"} | values)
    assert SAVED in person.reads
    return person


def the_session(bot):
    [row] = bot.rows("sessions")
    return row["id"]


def stored(bot):
    """What every form together has brought into the database."""
    return {table: bot.rows(table) for table in FORM_TABLES}


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


def slack_says_gone(control, handle):
    """Slack tells the bot that the account was switched off; here they can go on pressing."""
    user = {"id": user_id(handle), "team_id": TEAM_ID, "deleted": True, "profile": {}}
    answer = control.post("event", event={"type": "user_change", "user": user})
    assert answer["ok"], answer


# An ack means saved


def test_nobody_reads_saved_before_it_stands_in_the_file(ada, bot):
    ada.command("/session")
    with nobody_else_writes(bot):
        ada.submit(values={"Client code": "C-31"})

        assert SAVED not in ada.reads
        assert ada.typed("client_code")["value"] == "C-31"
    ada.submit(values={"Client code": "C-31"})

    assert SAVED in ada.reads
    assert [row["client_code"] for row in bot.rows("sessions")] == ["C-31"]


def test_a_database_that_takes_nothing_is_said_in_words_before_slack_gives_up(ada, bot):
    ada.command("/session")
    with nobody_else_writes(bot):
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
    bot.settle()

    assert len(ada.files) == 1
    assert len(control.ledger("files.completeUploadExternal")) == 1
    assert "Your file is in your messages" in ada.reads


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
    assert "Nothing is sent to them." in dilys.reads

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


# Somebody else's things


CLICKS = (
    ids.OPEN_SESSION,
    ids.EDIT_SESSION,
    ids.DELETE_SESSION,
    ids.OPEN_MORE,
    f"{ids.SAY_HEAVINESS}.heavy",
    f"{ids.SAY_WISH}.supervisor",
    ids.UNDO_DELETE,
)


@pytest.fixture
def bilals(bilal, bot):
    """The id of a session of somebody else, with a private note."""
    log(bilal, **{"Client code": "B-66", "How long was it?": "4 hours"})
    bilal.press("Add a private note").submit(values={"Private note": NOTE})
    return the_session(bot)


@pytest.mark.parametrize("action_id", CLICKS)
def test_somebody_elses_session_is_refused_like_one_that_never_was(
    ada, bot, forger, bilals, action_id
):
    before = stored(bot)
    never = forger.press(ada, action_id, new_id()).reads

    assert forger.press(ada, action_id, bilals).reads == never
    assert (TOO_LATE if action_id == ids.UNDO_DELETE else NOT_FOUND) in never
    assert stored(bot) == before


def test_somebody_elses_deleted_session_is_refused_like_one_that_never_was(
    ada, bilal, bot, forger, bilals
):
    bilal.close().home().press("Open it").press("Delete session")
    before = stored(bot)

    for action_id in CLICKS:
        never = forger.press(ada, action_id, new_id()).reads
        assert forger.press(ada, action_id, bilals).reads == never
    assert stored(bot) == before


@pytest.mark.parametrize("which", ["next_page", "earlier", "first_page"])
def test_pages_after_somebody_elses_session_tell_nothing(ada, bot, forger, bilals, which):
    log(ada)
    month = bot.rows("sessions")[0]["on_date"].strftime("%Y-%m")

    def page(session_id):
        forger.press(ada, f"{ids.SHOW_MONTH}.{which}", f"{month} 2 {session_id}")
        return ada.reads

    assert page(bilals) == page(new_id())
    assert "B-66" not in ada.reads


@pytest.mark.parametrize(
    ("callback_id", "way", "values"),
    [
        pytest.param(
            ids.SESSION_FORM, "Change session", {"How long was it?": "15 minutes"}, id="facts"
        ),
        pytest.param(ids.SESSION_MORE_FORM, "Add a private note", {"Private note": "x"}, id="note"),
    ],
)
def test_a_form_with_somebody_elses_session_changes_nothing(
    ada, control, bot, forger, bilals, callback_id, way, values
):
    log(ada).press(way)
    view = sent_views(control, callback_id)[-1]
    mine = next(row["id"] for row in bot.rows("sessions") if row["id"] != bilals)
    assert mine in view["private_metadata"]
    before = stored(bot)

    def sent_with(session_id):
        metadata = view["private_metadata"].replace(mine, session_id)
        forger.show(ada, view | {"private_metadata": metadata}).submit(values=values)
        return ada.errors

    never = sent_with(new_id())
    assert sent_with(bilals) == never
    assert NOT_FOUND in " ".join(never.values())
    assert stored(bot) == before


def test_a_new_session_cannot_be_filled_in_like_somebody_elses(ada, control, bot, forger, bilals):
    log(ada)
    ada.close().command("/session")
    view = sent_views(control, ids.SESSION_FORM)[-1]
    mine = next(row["id"] for row in bot.rows("sessions") if row["id"] != bilals)
    metadata = view["private_metadata"].replace(mine, bilals)

    forger.show(ada, view | {"private_metadata": metadata}).submit()

    assert SAVED in ada.reads
    assert "B-66" not in ada.reads


def test_somebody_elses_form_is_no_way_to_their_session(ada, control, bot, forger, bilals):
    theirs = sent_views(control, ids.SESSION_FORM)[0]

    forger.show(ada, theirs).submit()

    assert SAVED not in (ada.reads or "")
    assert "B-66" not in ada.reads
    assert [row["id"] for row in bot.rows("sessions")] == [bilals]


@pytest.mark.parametrize(
    "metadata", ["", "{}", "null", "[]", '{"form": "x"}', "not json", "9" * 90]
)
@pytest.mark.parametrize("callback_id", [ids.SESSION_FORM, ids.SESSION_MORE_FORM])
def test_a_form_whose_memory_was_tampered_with_is_too_old_to_use(
    ada, control, bot, forger, callback_id, metadata
):
    log(ada).press("Add a private note")
    before = stored(bot)
    view = sent_views(control, callback_id)[-1]

    forger.show(ada, view | {"private_metadata": metadata}).submit()

    assert "This form is too old to use." in " ".join(ada.errors.values())
    assert stored(bot) == before


def test_an_option_that_was_never_offered_is_kindly_refused(ada, control, bot, forger):
    ada.command("/session")
    [view] = sent_views(control, ids.SESSION_FORM)
    for block in view["blocks"]:
        if block.get("block_id") in {"type", "minutes", "mode"}:
            forged = {"text": {"type": "plain_text", "text": "forged"}, "value": "forged"}
            block["element"]["options"].append(forged)
            block["element"]["initial_option"] = forged

    forger.show(ada, view).submit()

    assert set(ada.errors) == {"type", "minutes", "mode"}
    assert set(ada.errors.values()) == {"Please choose one from the list."}
    assert bot.rows("sessions") == []


@pytest.mark.parametrize("minutes", ["7", "0", "-60", "100000", "60.5", "\u0661\u0665"])
def test_minutes_that_no_list_offers_are_kindly_refused(ada, control, bot, forger, minutes):
    ada.command("/session")
    [view] = sent_views(control, ids.SESSION_FORM)
    for block in view["blocks"]:
        if block.get("block_id") == "minutes":
            forged = {"text": {"type": "plain_text", "text": "forged"}, "value": minutes}
            block["element"]["options"].append(forged)
            block["element"]["initial_option"] = forged

    forger.show(ada, view).submit()

    assert "lease choose" in ada.errors["minutes"]
    assert bot.rows("sessions") == []


# Who is not in the programme


@pytest.mark.parametrize("handle", ["iona", "kit"])
def test_whoever_is_not_enrolled_reads_one_kind_sentence_and_nothing_else(
    someone, control, bot, handle
):
    person = someone(handle, welcomed=False)
    person.home()
    assert person.home_tab.splitlines()[0].startswith(FOR_THE_PROGRAMME)
    assert "Log a session" not in person.home_tab
    before = stored(bot), bot.rows("people")

    for command in ("/session", "/alongside", "/cohort"):
        person.command(command, "a word")
        assert person.modal is None
    assert len(person.whispers) == 3
    assert all(text.startswith(FOR_THE_PROGRAMME) for text in person.whispers)

    person.shortcut("Log a session")
    assert FOR_THE_PROGRAMME in person.reads
    assert (stored(bot), bot.rows("people")) == before


def test_a_guest_who_is_enrolled_takes_part_like_everyone(someone, dilys):
    dilys.command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [user_id("kit")], "Roles": ["Partner"]})

    log(someone("kit"))


def test_an_outsider_reads_one_kind_sentence(control, bot):
    lena = Someone(control, "lena")
    lena.home()
    assert lena.home_tab.startswith(FOR_THE_PROGRAMME)

    lena.shortcut("Log a session")
    assert FOR_THE_PROGRAMME in lena.reads
    assert bot.rows("sessions") == []


@pytest.mark.parametrize(
    ("handle", "why"),
    [
        ("jonas", "This account is switched off in Slack."),
        ("lena", "This account belongs to another organisation."),
        ("alongside", "This account is a bot."),
    ],
)
def test_accounts_that_cannot_take_part_are_not_let_in(dilys, bot, control, handle, why):
    people = control.get("state")["people"]
    account = next(p["id"] for p in people if p["name"] == handle)
    before = stored(bot)
    dilys.command("/cohort").press("Enrol people")
    dilys.submit(values={"People": [account, user_id("iona")], "Roles": ["Partner"]})

    assert why in dilys.reads
    new = [row for row in bot.rows("roles") if row not in before["roles"]]
    assert len(new) == 1


def test_an_account_that_was_switched_off_is_let_in_nowhere(ada, control, bot, forger):
    log(ada).press("Change session")
    form = sent_views(control, ids.SESSION_FORM)[-1]
    slack_says_gone(control, "ada")
    before = stored(bot)

    ada.close().command("/session")
    assert ada.modal is None
    assert ada.whispers[-1].startswith(FOR_THE_PROGRAMME)
    forger.show(ada, form).submit(values={"How long was it?": "5 hours"})
    assert FOR_THE_PROGRAMME in " ".join(ada.errors.values())
    ada.close().home()
    assert ada.home_tab.startswith(FOR_THE_PROGRAMME)
    assert stored(bot) == before


# Support, whatever happens


@pytest.fixture
def ruined(tmp_path):
    """A workspace whose bot had its database file overwritten; and its control API."""
    practice = start_practice()
    bot = Bot(practice, f"sqlite:///{tmp_path / 'alongside.db'}")
    control = Control(practice)
    Someone(control, "ada").home()
    for part in tmp_path.glob("alongside.db*"):
        part.write_bytes(b"rubbish" * 2000)
    yield control
    bot.stop()
    practice.stop()


@pytest.mark.parametrize("handle", ["ada", "dilys", "farah", "hari", "iona", "kit"])
def test_support_is_for_everyone(someone, handle):
    person = someone(handle, welcomed=False)

    person.command("/support")
    assert person.title == "Find support"
    for number in ("999", "116 123", "85258"):
        assert number in person.reads

    person.close().home().press("Find support", home=True)
    assert person.title == "Find support"


@pytest.mark.parametrize("handle", ["ada", "dilys", "iona"])
def test_support_is_there_when_the_database_is_not(ruined, handle):
    person = Someone(ruined, handle)
    person.command("/session")
    assert person.modal is None
    assert person.whispers, "it is not said that nothing can be done now"

    person.command("/support")

    assert person.title == "Find support"
    assert "116 123" in person.reads


def test_the_support_button_works_when_the_database_does_not(ruined):
    ada = Someone(ruined, "ada")

    ada.press("Find support", home=True)

    assert ada.title == "Find support"


# Words after a command


@pytest.mark.parametrize("command", ["/alongside", "/session", "/cohort", "/support"])
def test_what_is_typed_after_a_command_is_neither_kept_nor_said_back(
    someone, control, bot, command
):
    for handle in ("ada", "dilys", "iona"):
        someone(handle).command(command, "zebra <!channel> <@U0HOSTILE00> help me")

    assert "zebra" not in str(everyone_sees(control))
    assert "zebra" not in str(said_by_the_bot(control))
    assert "zebra" not in str([bot.rows(table.name) for table in metadata.sorted_tables])


# Words that try to be more than words


HOSTILE = (
    "<!channel> <!here> <!everyone> <@U0HOSTILE00> <#C0GENERAL00> <!subteam^S0HOSTILE0> "
    "<https://evil.example/|bank> https://evil.example *b* `c` :bomb: {name} {0} %s "
    "&lt;!channel&gt;"
)
SHORT_HOSTILE = "<!channel> <https://evil.example/|bank> {x} :bomb:"
UNSEEN = "\u202eleft\u202c\u2066iso\u2069\u200f\u0007\u001b[31m\u0000\u2028\ufeff"


def test_hostile_words_are_shown_as_words_wherever_they_are_shown(ada, dilys, control, bot):
    log(ada, **{"Client code": "c7"}).press("Add a private note")
    ada.submit(values={"Private note": HOSTILE + UNSEEN, "One action": SHORT_HOSTILE + UNSEEN})
    assert "Your change is saved." in ada.reads
    ada.press("Add a private note")
    assert "<!channel>" in ada.typed("note")["value"]
    dilys.command("/cohort").press("Make a cohort")
    dilys.submit(Name=SHORT_HOSTILE + UNSEEN[:4])
    assert "<!channel>" in dilys.reads
    dilys.press("Add people").submit(People=[user_id("ada"), user_id("iona")])
    dilys.press("Enrol people").submit(values={"People": [user_id("iona")], "Roles": ["Partner"]})
    dilys.press("See all cohorts")

    _all_words_are_inert(control)


def test_hostile_words_that_are_refused_come_back_as_words(ada, control, bot):
    ada.command("/session")
    ada.submit(values={"Client code": "<!here> <@U0HOSTILE00>"})
    assert "never a name" in ada.errors["client_code"]
    ada.press("Change these")
    assert ada.typed("client_code")["value"] == "<!here> <@U0HOSTILE00>"

    _all_words_are_inert(control)


def _all_words_are_inert(control):
    """No text that anyone sees, and none that the bot sent, names, calls or leads anywhere."""
    known = {person["id"] for person in control.get("state")["people"]}
    for place in (*everyone_sees(control), *said_by_the_bot(control)):
        for kind, text, verbatim in text_objects(place):
            if kind == "mrkdwn":
                tokens = mrkdwn.active(text, verbatim=verbatim)
                assert all(t.type == "user" and t.id in known for t in tokens), text
            assert not set(text) & set("\u202e\u202c\u2066\u2069\u200f\x07\x1b\x00\u2028\ufeff"), (
                text
            )
