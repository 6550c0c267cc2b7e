"""What somebody shares of their journal reaches whom they chose, as long as they choose."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import ids
from domain.ids import new_id
from domain.people import Account, Role
from practice.people import TEAM_ID, user_id
from storage import people
from tests.e2e.journal_items import ANSWER, QUESTION, opened_lines, person_of, write
from tests.e2e.screens import everyone_sees
from tests.forging import Forger

NOT_FOUND = "We cannot find that any more. It may have been deleted."
ANOTHER_ROLE = "This part is for another role."
NOT_ENROLLED = "Alongside is for people in the programme."
NOTHING = "Nothing is shared with you at the moment."
NOW = datetime(2026, 3, 3, 14, tzinfo=UTC)


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def hari(someone):
    return someone("hari")


def give(bot, handle, *roles):
    """Let somebody hold exactly these roles."""
    with bot.database.write() as conn:
        person = people.actor(conn, Account(TEAM_ID, user_id(handle)))
        people.set_roles(conn, person, roles, by=None, now=NOW)


def switch_account(control, bot, handle, *, off):
    user = {"id": user_id(handle), "team_id": TEAM_ID, "deleted": off, "profile": {}}
    control.post("event", event={"type": "user_change", "user": user})
    assert person_of(bot, handle)["deactivated"] is off


def shared_list(person):
    return person.close().home().press("Shared with me", home=True)


def test_a_supervisor_reads_what_was_shared_with_them_and_the_author_learns_when(
    farah, ada, bot, forger
):
    item_id = write(bot, "ada", supervisor="farah")

    shared_list(farah)
    assert f"<@{user_id('ada')}>: Tuesday 3 March 2026" in farah.reads
    assert ANSWER not in farah.reads
    farah.press("Open")

    assert ANSWER in farah.reads
    assert QUESTION in farah.reads
    assert "That you opened this, and when, is written down for them." in farah.reads
    assert opened_lines(bot, item_id) == [person_of(bot, "farah")["id"]]
    forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id)
    assert f"<@{user_id('farah')}> opened it on " in ada.reads
    assert "Nobody has opened it yet." not in ada.reads
    assert NOTHING not in farah.press("See all that is shared").reads


def test_looking_at_the_list_is_not_opening(farah, bot):
    item_id = write(bot, "ada", supervisor="farah")

    shared_list(farah)

    assert opened_lines(bot, item_id) == []


def test_the_author_who_reads_their_own_is_not_among_those_who_opened_it(ada, bot, forger):
    item_id = write(bot, "ada", supervisor="farah")

    forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id)

    assert opened_lines(bot, item_id) == []


def test_another_supervisor_reads_nothing_of_it(someone, bot, forger):
    item_id = write(bot, "ada", supervisor="farah")
    gwen = someone("gwen")

    assert NOTHING in shared_list(gwen).reads
    never = forger.press(gwen, ids.OPEN_SHARED_ITEM, new_id()).reads
    assert forger.press(gwen, ids.OPEN_SHARED_ITEM, item_id).reads == never
    assert NOT_FOUND in never
    assert opened_lines(bot, item_id) == []


def test_supervisors_do_not_read_what_is_for_the_learning_partner_nor_the_reverse(
    farah, hari, bot, forger
):
    for_farah = write(bot, "ada", supervisor="farah")
    for_hari = write(bot, "bilal", learning_partner=True)

    assert user_id("bilal") not in shared_list(farah).reads
    assert user_id("ada") not in shared_list(hari).reads
    assert NOT_FOUND in forger.press(farah, ids.OPEN_SHARED_ITEM, for_hari).reads
    assert NOT_FOUND in forger.press(hari, ids.OPEN_SHARED_ITEM, for_farah).reads


def test_with_a_name_the_learning_partner_learns_whose_it_is(hari, bot):
    write(bot, "ada", learning_partner=True)

    shared_list(hari)

    assert f"<@{user_id('ada')}>: Tuesday 3 March 2026" in hari.reads
    assert ANSWER in hari.press("Open").reads


def test_without_a_name_the_learning_partner_learns_neither_whose_nor_which_day(hari, bot, control):
    item_id = write(bot, "ada", learning_partner=True, named=False)
    [known] = bot.house.shared_journals.page(Account(TEAM_ID, user_id("hari"))).items
    assert (known.user, known.on) == (None, date(2026, 3, 1))
    tells = (user_id("ada"), "Ada Example", person_of(bot, "ada")["id"], "Tuesday", "3 March")

    shared_list(hari)
    assert "Someone in the programme: March 2026" in hari.reads
    assert not [told for told in tells if told in json.dumps(hari.modal)]
    hari.press("Open")

    assert ANSWER in hari.reads
    assert "Someone in the programme" in hari.reads
    assert not [told for told in tells if told in json.dumps(hari.modal)]
    assert opened_lines(bot, item_id) == [person_of(bot, "hari")["id"]]


def test_co_leads_and_partners_never_read_what_was_shared(someone, bot, forger):
    item_id = write(bot, "ada", supervisor="farah", learning_partner=True)

    for handle in ("dilys", "bilal", "ada"):
        person = someone(handle)
        assert "Shared with me" not in person.home().home_tab
        for action_id in (ids.OPEN_SHARED, f"{ids.SHOW_SHARED}.start", ids.OPEN_SHARED_ITEM):
            reads = forger.press(person, action_id, item_id).reads
            assert ANSWER not in reads
            if handle == "dilys":
                assert ANOTHER_ROLE in reads
            else:
                assert NOT_FOUND in reads or NOTHING in reads
    assert opened_lines(bot, item_id) == []


def test_a_partner_who_supervises_too_does_not_find_their_own_among_what_is_shared(
    someone, bot, forger
):
    give(bot, "farah", Role.SUPERVISOR, Role.PARTNER, Role.LEARNING_PARTNER)
    farah = someone("farah")
    write(bot, "farah", supervisor="farah", learning_partner=True)
    write(bot, "ada", "Once, by name.", supervisor="farah", learning_partner=True, named=False)

    shared_list(farah)

    assert farah.reads.count("March 2026") == 1
    assert f"<@{user_id('ada')}>: Tuesday 3 March 2026" in farah.reads


def test_what_is_taken_back_while_the_list_is_open_does_not_open(farah, bot, ada, forger):
    item_id = write(bot, "ada", supervisor="farah")
    shared_list(farah)

    forger.press(ada, ids.UNSHARE_JOURNAL_ITEM, item_id)
    farah.press("Open")

    assert NOT_FOUND in farah.reads
    assert ANSWER not in farah.reads
    assert opened_lines(bot, item_id) == []
    assert NOTHING in shared_list(farah).reads


def test_what_is_taken_back_while_it_is_open_is_gone_at_the_next_click(farah, bot, ada, forger):
    item_id = write(bot, "ada", supervisor="farah")
    shared_list(farah).press("Open")
    assert ANSWER in farah.reads

    forger.press(ada, ids.UNSHARE_JOURNAL_ITEM, item_id)

    assert NOTHING in farah.press("See all that is shared").reads
    assert NOT_FOUND in forger.press(farah, ids.OPEN_SHARED_ITEM, item_id).reads
    assert len(opened_lines(bot, item_id)) == 1


def test_what_is_deleted_does_not_open(farah, bot, ada, forger):
    item_id = write(bot, "ada", supervisor="farah")
    shared_list(farah)

    forger.press(ada, ids.DELETE_JOURNAL_ITEM, item_id)

    assert NOT_FOUND in farah.press("Open").reads
    assert NOTHING in shared_list(farah).reads


def test_shared_with_another_supervisor_now_is_not_shared_with_the_first(someone, bot, ada, forger):
    item_id = write(bot, "ada", supervisor="farah")
    forger.press(ada, ids.EDIT_JOURNAL_ITEM, item_id)
    ada.submit(values={"Share it with a supervisor": user_id("gwen")})

    assert NOTHING in shared_list(someone("farah")).reads
    assert f"<@{user_id('ada')}>" in shared_list(someone("gwen")).reads


@pytest.mark.parametrize(
    ("handle", "shared"),
    [("farah", {"supervisor": "farah"}), ("hari", {"learning_partner": True})],
    ids=["supervisor", "learning partner"],
)
def test_a_role_that_is_taken_while_the_list_is_open_closes_it(
    someone, bot, forger, handle, shared
):
    reader = someone(handle)
    item_id = write(bot, "ada", **shared)
    shared_list(reader)

    give(bot, handle, Role.CO_LEAD)

    assert ANOTHER_ROLE in reader.press("Open").reads
    for action_id in (ids.OPEN_SHARED, f"{ids.SHOW_SHARED}.start", ids.OPEN_SHARED_ITEM):
        assert ANOTHER_ROLE in forger.press(reader, action_id, item_id).reads
    assert opened_lines(bot, item_id) == []


def test_a_supervisor_who_becomes_the_learning_partner_keeps_nothing_of_before(
    someone, bot, forger
):
    farah = someone("farah")
    item_id = write(bot, "ada", supervisor="farah")

    give(bot, "farah", Role.LEARNING_PARTNER)

    assert NOTHING in shared_list(farah).reads
    assert NOT_FOUND in forger.press(farah, ids.OPEN_SHARED_ITEM, item_id).reads


def test_a_reader_who_left_reads_nothing(farah, control, bot, forger):
    item_id = write(bot, "ada", supervisor="farah")
    shared_list(farah)

    switch_account(control, bot, "farah", off=True)

    assert NOT_ENROLLED in farah.press("Open").reads
    assert opened_lines(bot, item_id) == []


def test_of_an_author_who_left_nothing_is_shown_because_they_cannot_take_it_back(
    farah, hari, control, bot, forger
):
    item_id = write(bot, "ada", supervisor="farah", learning_partner=True, named=False)
    shared_list(farah)

    switch_account(control, bot, "ada", off=True)

    assert NOT_FOUND in farah.press("Open").reads
    assert NOTHING in shared_list(farah).reads
    assert NOTHING in shared_list(hari).reads
    assert opened_lines(bot, item_id) == []
    switch_account(control, bot, "ada", off=False)
    assert ANSWER in forger.press(farah, ids.OPEN_SHARED_ITEM, item_id).reads


def test_of_an_author_whose_journal_is_closed_to_them_nothing_is_shown(farah, bot, forger):
    item_id = write(bot, "ada", supervisor="farah")

    give(bot, "ada", Role.LEARNING_PARTNER)

    assert NOTHING in shared_list(farah).reads
    assert NOT_FOUND in forger.press(farah, ids.OPEN_SHARED_ITEM, item_id).reads


def test_what_is_shared_comes_in_pages_the_last_shared_first(farah, bot, forger):
    for n in range(12):
        write(
            bot,
            "ada",
            on=date(2026, 3, 1) + timedelta(n),
            now=NOW + timedelta(n),
            supervisor="farah",
        )

    shared_list(farah)
    assert farah.reads.count("March 2026") == 10
    assert "12 March 2026" in farah.reads
    farah.press("Show the next ones")
    assert farah.reads.count("March 2026") == 2
    assert "12 March 2026" in farah.press("Go back to the start").reads

    theirs = write(bot, "bilal")
    for cursor in (theirs, new_id(), "nothing"):
        reads = forger.press(farah, f"{ids.SHOW_SHARED}.next", cursor).reads
        assert reads.count("March 2026") == 10


def test_an_item_with_a_set_is_read_by_neither_supervisor_nor_learning_partner(
    farah, hari, bot, forger
):
    item_id = write(bot, "ada", supervisor="farah")
    with bot.database.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE journal_shares SET audience = 'set'")

    for reader in (farah, hari):
        assert NOTHING in shared_list(reader).reads
        assert NOT_FOUND in forger.press(reader, ids.OPEN_SHARED_ITEM, item_id).reads


def test_no_screen_but_a_modal_ever_shows_the_words(farah, hari, ada, bot, control):
    write(bot, "ada", supervisor="farah", learning_partner=True, named=False)
    for reader in (farah, hari):
        shared_list(reader).press("Open")
        assert ANSWER in reader.reads

    for entry in control.ledger():
        if entry["method"] not in {"views.open", "views.update", "views.push"}:
            assert ANSWER not in json.dumps(entry)
    for person in (farah, hari):
        person.close()
    assert ANSWER not in json.dumps(everyone_sees(control))
