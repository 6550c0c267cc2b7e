"""What is held about somebody: they see it, read it, take it away, and delete it."""

import json
import time

import pytest

from bot import ids
from domain.people import Account, Role
from practice.people import TEAM_ID, user_id
from storage import people
from storage.ledger import Ledger, LedgerUnavailable
from tests.e2e.journal_items import write
from tests.e2e.screens import everyone_sees
from tests.forging import Forger

SECRET = "The lift at the clinic was broken again."
GONE = "Everything about you is deleted."
NOT_ENROLLED = "Alongside is for people in the programme."


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def lived(ada, bot, someone, forger):
    """Ada has logged a paid session and shares an entry that Farah has read."""
    ada.command("/session").submit(values={"Client code": "C-07"})
    ada.close()
    item_id = write(bot, "ada", SECRET, supervisor="farah")
    forger.press(someone("farah"), ids.OPEN_SHARED_ITEM, item_id).close()
    return item_id


def rows_of(bot, handle):
    """Rows of somebody's that the database holds, by table."""
    [person] = [p for p in bot.rows("people") if p["account"] == user_id(handle)] or [None]
    if person is None:
        return None
    return {
        table: sum(row["person_id"] == person["id"] for row in bot.rows(table))
        for table in ("sessions", "journal", "schedules", "roles")
    }


def erases(person, word="delete"):
    person.command("/my-data").press("Delete everything")
    return person.submit(values={"To delete everything, type delete": word})


def eventually(found):
    """Wait for what comes in the background, after the form was answered."""
    for _ in range(200):
        if there := found():
            return there
        time.sleep(0.05)
    raise AssertionError("it never came")


def said_in_the_end(control):
    """What is said once everything is deleted."""

    def found():
        said = [json.dumps(one["payload"]) for one in control.ledger("views.update")]
        return [one for one in said if GONE in one]

    return eventually(found)[0]


@pytest.mark.usefixtures("lived")
def test_it_says_what_is_held_who_sees_it_and_who_looked(ada):
    ada.command("/my-data")

    assert "Your sessions: 1. Who can see it: " in ada.reads
    assert "Your account: 1." in ada.reads
    assert f"<@{user_id('farah')}> opened something you shared: " in ada.reads
    assert SECRET not in ada.reads


@pytest.mark.usefixtures("lived")
def test_all_of_it_is_read_in_the_chat_and_only_by_them(ada, control):
    ada.command("/my-data").press("Read all of it")

    read = ada.reads
    while "Next page" in ada.reads:
        read += ada.press("Next page").reads
    assert SECRET in read
    assert "C-07" in read
    ada.close()
    assert SECRET not in json.dumps(everyone_sees(control))


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(("kind", "name"), [("To read", "txt"), ("For another program", "json")])
def test_it_comes_as_a_file_that_is_taken_back_after_a_day(ada, bot, control, kind, name):
    ada.command("/my-data").press("Get it as a file")
    ada.submit(values={"Which file?": kind})
    [file] = eventually(lambda: ada.files)
    content = control.download(file["url"]).decode()
    assert file["name"] == f"alongside-my-data.{name}"
    assert SECRET in content
    if name == "json":
        assert json.loads(content)["account"] == user_id("ada")

    control.move_clock(advance_seconds=24 * 3600 + 60)
    bot.tick()
    assert ada.files == []
    assert bot.rows("sent_files") == []


@pytest.mark.usefixtures("lived")
def test_before_it_is_deleted_they_read_what_goes_and_what_stays(ada, bot):
    ada.command("/my-data").press("Delete everything")

    assert "What goes" in ada.reads
    assert "What stays, and why" in ada.reads
    assert "The facts of 1 paid session stay for 7 years" in ada.reads
    assert rows_of(bot, "ada")["sessions"] == 1


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("word", ["", "yes", "delete me", "del ete"])
def test_without_the_word_nothing_is_deleted(ada, bot, word):
    erases(ada, word)

    assert "Please type the word delete." in json.dumps(ada.errors) or not word
    bot.settle()
    assert rows_of(bot, "ada")["sessions"] == 1
    assert bot.rows("erasures") == []


@pytest.mark.usefixtures("lived")
def test_deleted_is_gone_from_the_records_from_home_and_for_whoever_it_was_shared_with(
    ada, someone, bot, lived, forger, control
):
    erases(ada, " Delete ")

    # What Slack shows last is the answer to the form or this, whichever comes later.
    done = said_in_the_end(control)
    assert GONE in done
    assert "The facts of 1 paid session stay for 7 years" in done
    assert not (rows_of(bot, "ada") or {}).get("sessions")
    assert bot.rows("sessions") == []
    assert bot.rows("journal") == []
    assert NOT_ENROLLED in ada.home_tab
    farah = someone("farah")
    assert SECRET not in forger.press(farah, ids.OPEN_SHARED_ITEM, lived).reads
    ada.close()
    assert NOT_ENROLLED in ada.command("/my-data").reads
    assert SECRET not in json.dumps(everyone_sees(control))


@pytest.mark.usefixtures("lived")
def test_what_cannot_be_deleted_at_once_is_said_and_deleted_at_a_later_tick(
    ada, bot, control, monkeypatch
):
    def unwritable(*_, **__):
        raise LedgerUnavailable("The list cannot be written.")

    monkeypatch.setattr(Ledger, "add", unwritable)
    erases(ada)
    eventually(lambda: "It could not be deleted at once." in json.dumps(control.ledger()))
    bot.tick()
    assert bot.rows("sessions") != []

    monkeypatch.undo()
    bot.tick()

    assert bot.rows("sessions") == []
    assert bot.rows("journal") == []


def test_the_last_co_lead_is_told_to_find_another_one_first(someone, bot):
    dilys = someone("dilys")
    with bot.database.write() as conn:
        emeka = people.actor(conn, Account(TEAM_ID, user_id("emeka")))
        people.set_roles(conn, emeka, [Role.PARTNER], by=None, now=bot.house.clock())
    erases(dilys)

    assert "You are the last co-lead." in json.dumps(dilys.errors) + dilys.reads
    assert bot.rows("erasures") == []


def test_nobody_else_is_touched(ada, bilal, bot, control):
    for person in (ada, bilal):
        person.command("/session").submit(values={"Client code": "C-02"})
        person.close()
    before = rows_of(bot, "bilal")

    erases(ada)
    said_in_the_end(control)

    assert rows_of(bot, "bilal") == before
    assert not (rows_of(bot, "ada") or {}).get("sessions")


# Somebody who left


def leaves(control, dilys, handle):
    """A co-lead takes all their roles."""
    dilys.command("/cohort").press("Give or take roles").submit(Person=user_id(handle))
    dilys.submit(values={"Roles they hold": []})
    dilys.close()


@pytest.mark.usefixtures("lived")
def test_whoever_left_still_sees_takes_and_deletes_what_is_held_and_does_nothing_else(
    ada, bot, someone, control, forger
):
    ada.command("/my-data")
    assert "See my sessions" in ada.reads
    leaves(control, someone("dilys"), "ada")
    ada.close().home()

    assert ada.home_tab.startswith("You are not in the programme any more.")
    assert "Log a session" not in ada.home_tab
    told = len(ada.whispers)
    for command in ("/session", "/reflect", "/supervision", "/learning-set", "/alongside"):
        assert ada.command(command).modal is None
    assert [text.startswith(NOT_ENROLLED) for text in ada.whispers[told:]] == [True] * 5
    assert NOT_ENROLLED in forger.press(ada, ids.OPEN_SESSIONS).reads
    assert NOT_ENROLLED in forger.press(ada, ids.OPEN_JOURNAL).reads

    ada.close().home().press("See my data", home=True)
    assert "Your sessions: 1." in ada.reads
    assert f"<@{user_id('farah')}> opened something you shared: " in ada.reads
    assert "To change something, ask a co-lead." in ada.reads
    assert "See my sessions" not in ada.reads
    read = ada.press("Read all of it").reads
    while "Next page" in ada.reads:
        read += ada.press("Next page").reads
    assert SECRET in read
    ada.close().command("/my-data").press("Get it as a file").submit()
    [file] = eventually(lambda: ada.files)
    assert SECRET in control.download(file["url"]).decode()

    erases(ada.close())
    said_in_the_end(control)
    assert bot.rows("journal") == []
    assert NOT_ENROLLED in ada.close().command("/my-data").whispers[-1]
    assert ada.modal is None
    assert eventually(lambda: ada.home().home_tab.startswith(NOT_ENROLLED))


@pytest.mark.parametrize("handle", ["iona", "cerys"])
def test_whoever_never_took_part_or_is_switched_off_reads_the_kind_sentence(
    handle, someone, control, forger
):
    user = {"id": user_id("cerys"), "team_id": TEAM_ID, "deleted": True, "profile": {}}
    control.post("event", event={"type": "user_change", "user": user})
    person = someone(handle, welcomed=False).home()
    assert person.home_tab.startswith(NOT_ENROLLED)
    assert person.command("/my-data").modal is None
    assert person.whispers[-1].startswith(NOT_ENROLLED)
    for action in (ids.OPEN_MY_DATA, ids.READ_MY_DATA, ids.OPEN_MY_DATA_FILES, ids.OPEN_ERASE):
        assert NOT_ENROLLED in forger.press(person, action).reads


# Putting right, and readers who are gone


@pytest.mark.usefixtures("lived")
def test_from_the_page_each_thing_is_put_right_by_the_form_it_was_made_with(ada):
    ada.command("/my-data").press("See my sessions").press("Open").press("Change session")
    ada.submit(values={"Client code": "C-08"})
    assert "C-08" in ada.reads
    ada.close().command("/my-data").press("See my journal").press("Open")
    ada.press("Change words or sharing").submit(values={"Your words": "It was mended."})
    assert "Your change is saved." in ada.reads
    ada.close().command("/my-data").press("Change my settings")
    ada.submit(values={"What works for you?": ["Breaks"]})
    read = ada.close().command("/my-data").press("Read all of it").reads
    while "Next page" in ada.reads:
        read += ada.press("Next page").reads
    assert "It was mended." in read
    assert "C-08" in read
    assert SECRET not in read
    assert "C-07" not in read


def test_who_read_something_and_is_deleted_since_is_told_as_someone_who_has_left(
    ada, someone, bot, forger, control
):
    item_id = write(bot, "ada", SECRET, supervisor="farah", learning_partner=True)
    farah = someone("farah")
    forger.press(farah, ids.OPEN_SHARED_ITEM, item_id).close()
    ada.command("/supervision").submit(
        values={"What is it for?": "For me", "A note": "Something small."}
    )
    farah.home().press("See all requests", home=True).press("Pick it up").press("Read their note")
    forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id)
    assert f"<@{user_id('farah')}> opened it on " in ada.reads

    erases(farah.close())
    said_in_the_end(control)

    forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id)
    assert "Someone who has left opened it on " in ada.reads
    assert "Nobody has opened" not in ada.reads
    [request] = bot.rows("supervision_requests")
    forger.press(ada, ids.OPEN_REQUEST, request["id"])
    assert "Someone who has left opened your note on " in ada.reads
    ada.close().command("/my-data")
    assert ada.reads.count("Someone who has left opened something you shared: ") == 2
    assert user_id("farah") not in ada.reads
