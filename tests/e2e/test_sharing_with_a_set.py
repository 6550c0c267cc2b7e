"""What somebody shares of their journal with a set is read by whoever is in it, while they are."""

import json

import pytest

from bot import ids
from practice.people import user_id
from tests.e2e.journal_items import ANSWER, opened_lines, person_of, write
from tests.e2e.screens import everyone_sees
from tests.e2e.set_story import TUESDAY, joins, makes_set, sees_set
from tests.forging import Forger

NOT_FOUND = "We cannot find that any more. It may have been deleted."
NOTHING = "Nothing is shared with you at the moment."
GONE = "You have no place in this set any more. Please choose another one, or none."


@pytest.fixture(autouse=True)
def _tuesday(bot, control):
    bot.settle()
    control.post("clock", now=TUESDAY)
    bot.start_over()


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


@pytest.fixture
def harbour(someone, ada, bilal):
    """A set with Ada and Bilal in it."""
    makes_set(someone("dilys"))
    joins(ada)
    joins(bilal)


def share(ada, bot, forger, name="Harbour"):
    """Share one item of Ada's with the set, as she would."""
    item_id = write(bot, "ada")
    forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id).press("Change words or sharing")
    ada.submit(values={"Share it with a set": name})
    return item_id


def shared_list(person):
    if person.modal:
        person.close()
    return person.home().press("Shared with me", home=True)


@pytest.mark.usefixtures("harbour")
def test_a_member_reads_it_and_whoever_wrote_it_learns_when(ada, bilal, bot, control, forger):
    item_id = share(ada, bot, forger)
    assert "has been able to read this since Tuesday 2 March 2027, with your name." in ada.reads

    assert ANSWER not in shared_list(bilal).reads
    assert opened_lines(bot, item_id) == []
    assert ANSWER in bilal.press("Open").reads

    assert opened_lines(bot, item_id) == [person_of(bot, "bilal")["id"]]
    assert (
        f"<@{user_id('bilal')}> opened it on "
        in forger.press(ada, ids.OPEN_JOURNAL_ITEM, item_id).reads
    )
    bilal.close()
    ada.close()
    assert ANSWER not in json.dumps(everyone_sees(control))


@pytest.mark.usefixtures("harbour")
def test_nobody_outside_the_set_reads_it(someone, ada, bot, forger):
    item_id = share(ada, bot, forger)

    for handle in ("cerys", "farah", "hari", "emeka", "dilys"):
        person = someone(handle)
        reads = forger.press(person, ids.OPEN_SHARED_ITEM, item_id).reads
        assert ANSWER not in reads, handle
        person.close()
        assert ANSWER not in forger.press(person, ids.OPEN_SHARED, item_id).reads, handle
    assert opened_lines(bot, item_id) == []


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("leaver", ["ada", "bilal"])
def test_with_a_place_that_is_given_back_goes_what_was_shared(
    someone, ada, bilal, bot, forger, leaver
):
    item_id = share(ada, bot, forger)
    shared_list(bilal).press("Open")
    assert ANSWER in bilal.reads
    bilal.close()

    leaves(someone(leaver))

    reads = forger.press(bilal, ids.OPEN_SHARED_ITEM, item_id).reads
    assert NOT_FOUND in reads
    assert ANSWER not in reads
    assert len(opened_lines(bot, item_id)) == 1


def leaves(person):
    sees_set(person).press("Leave set")
    person.close()


@pytest.mark.usefixtures("harbour")
def test_taken_back_it_is_not_read_any_more(ada, bilal, bot, forger):
    item_id = share(ada, bot, forger)

    forger.press(ada, ids.UNSHARE_JOURNAL_ITEM, item_id)

    assert NOTHING in shared_list(bilal).reads
    assert NOT_FOUND in forger.press(bilal, ids.OPEN_SHARED_ITEM, item_id).reads


@pytest.mark.usefixtures("harbour")
def test_a_set_that_somebody_left_meanwhile_is_refused_and_their_words_stay(ada, bot, forger):
    item_id = write(bot, "ada")
    forger.press(ada, ids.EDIT_JOURNAL_ITEM, item_id)
    with bot.database.engine.begin() as conn:
        conn.exec_driver_sql("DELETE FROM set_members")

    ada.submit(values={"Your words": "Other words.", "Share it with a set": "Harbour"})

    assert GONE in json.dumps(ada.errors) + ada.reads
    assert bot.rows("journal_shares") == []


def test_whoever_is_in_no_set_is_offered_none(ada, bot, forger):
    item_id = write(bot, "ada")

    assert "Share it with a set" not in forger.press(ada, ids.EDIT_JOURNAL_ITEM, item_id).reads
    assert "Shared with me" not in ada.close().home().home_tab


@pytest.mark.usefixtures("harbour")
def test_an_answer_is_shared_with_a_set_as_it_is_written(ada, bilal, bot):
    ada.close()
    ada.command("/reflect")
    ada.submit(values={"Your answer": "I asked one question.", "Share it with a set": "Harbour"})

    assert "Everyone in the set you chose can read them, with your name." in ada.reads
    assert "I asked one question." in shared_list(bilal).press("Open").reads
