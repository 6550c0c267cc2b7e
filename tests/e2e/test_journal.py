"""Somebody reads, changes, takes back and deletes what they wrote for themselves."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot import ids
from domain.ids import new_id
from practice.people import user_id
from tests.e2e.journal_items import ANSWER, QUESTION, opened_lines, write
from tests.forging import Forger, sent_views

NOT_FOUND = "We cannot find that any more. It may have been deleted."
NOW = datetime(2026, 3, 3, 14, tzinfo=UTC)


@pytest.fixture
def forger(practice):
    return Forger.of(practice)


def journal(person, forger):
    """The person with the list of their journal open."""
    return forger.press(person, ids.OPEN_JOURNAL)


def change_form(person, forger, item_id):
    return forger.press(person, ids.EDIT_JOURNAL_ITEM, item_id)


def test_the_list_tells_dates_and_kinds_and_never_words(ada, bot, forger):
    write(bot, "ada")
    write(bot, "ada", "Only for me.", question=None, supervisor="farah", now=NOW + timedelta(1))

    journal(ada, forger)

    assert ada.title == "My journal"
    assert "Tuesday 3 March 2026: an answer\n" in ada.reads
    assert "Tuesday 3 March 2026: a free reflection, shared" in ada.reads
    assert ada.reads.index("a free reflection") < ada.reads.index("an answer")
    for words in (ANSWER, QUESTION, "Only for me."):
        assert words not in json.dumps(ada.modal)


def paragraphs(person):
    """The text of each paragraph that they have before them."""
    return [b["text"]["text"] for b in person.modal["blocks"] if b["type"] == "section"]


LONGEST = {
    "one word": "x" * 3000,
    "lines & signs": ("Tea & talk, <slowly>.\n" * 150)[:3000].strip(),
    "emoji": "\U0001f331" * 3000,
}


@pytest.mark.parametrize("answer", LONGEST.values(), ids=LONGEST)
def test_the_longest_answer_is_shown_whole_in_paragraphs_that_leave_room(
    someone, ada, bot, forger, answer
):
    farah = someone("farah")
    item_id = write(bot, "ada", answer, question=None, supervisor="farah")

    for reader, opens in ((ada, ids.OPEN_JOURNAL_ITEM), (farah, ids.OPEN_SHARED_ITEM)):
        forger.press(reader, opens, item_id)
        assert max(len(text) for text in paragraphs(reader)) <= 1500
        assert answer in "".join(paragraphs(reader))


def test_an_empty_journal_says_so(ada, forger):
    assert "There is nothing in your journal yet." in journal(ada, forger).reads


def test_pages_of_ten_are_turned_and_turned_back(ada, bot, forger):
    for n in range(23):
        write(bot, "ada", on=NOW.date() + timedelta(n), now=NOW + timedelta(n))

    journal(ada, forger)
    seen = [ada.reads]
    assert ada.reads.count("an answer") == 10
    seen.append(ada.press("Show the next ones").reads)
    assert ada.reads.count("an answer") == 10
    seen.append(ada.press("Show the next ones").reads)
    assert ada.reads.count("an answer") == 3
    assert "Show the next ones" not in ada.reads
    assert len({line for page in seen for line in page.splitlines() if "an answer" in line}) == 23

    assert ada.press("Go back to the start").reads == seen[0]


def test_a_cursor_that_is_gone_or_somebody_elses_gives_the_first_page(ada, bot, forger):
    write(bot, "ada")
    theirs = write(bot, "bilal", now=NOW + timedelta(5))
    first = journal(ada, forger).reads

    for cursor in (theirs, new_id(), "nothing", "-"):
        reads = forger.press(ada, f"{ids.SHOW_JOURNAL}.next", cursor).reads
        assert reads.replace("\nGo back to the start", "") == first


def test_an_item_opens_with_its_question_its_answer_and_who_can_read_it(ada, bot, forger):
    write(bot, "ada", supervisor="farah", learning_partner=True, named=False)

    journal(ada, forger).press("Open")

    assert QUESTION in ada.reads
    assert ANSWER in ada.reads
    assert (
        f"<@{user_id('farah')}> has been able to read this since Tuesday 3 March 2026." in ada.reads
    )
    assert (
        "All learning partners have been able to read this since Tuesday 3 March 2026, without"
        in ada.reads
    )
    assert "Nobody has opened it yet." in ada.reads
    assert "See my journal" in ada.press("See my journal").reads or ada.title == "My journal"


def test_what_is_not_shared_says_so(ada, bot, forger):
    write(bot, "ada", question=None)

    assert "You do not share this with anyone." in journal(ada, forger).press("Open").reads
    assert "The question:" not in ada.reads
    assert "Stop sharing" not in ada.reads


def test_words_and_sharing_are_changed_in_one_form(ada, bot, forger):
    item_id = write(bot, "ada")
    journal(ada, forger).press("Open").press("Change words or sharing")

    assert ada.typed("answer")["value"] == ANSWER
    assert QUESTION in ada.reads
    assert (
        "If you share it, your supervisor, your set and learning partners can see it." in ada.reads
    )
    ada.submit(
        values={
            "Your words": "I waited.",
            "Share it with a supervisor": user_id("farah"),
            "Share it with all learning partners": "Without my name",
        }
    )

    assert "Your change is saved." in ada.reads
    assert "I waited." in ada.reads
    assert QUESTION in ada.reads
    shares = {s["audience"]: s for s in bot.rows("journal_shares")}
    assert set(shares) == {"supervisor", "learning_partner"}
    assert not shares["learning_partner"]["named"]
    assert {s["item_id"] for s in shares.values()} == {item_id}
    assert b"waited" not in bot.rows("journal")[0]["words"]

    ada.press("Change words or sharing")
    assert ada.typed("supervisor")["selected_user"] == user_id("farah")
    assert ada.typed("learning_partner")["selected_option"]["value"] == "unnamed"
    ada.submit(values={"Share it with all learning partners": "Not shared"})
    assert [s["audience"] for s in bot.rows("journal_shares")] == ["supervisor"]


def test_a_share_that_stays_keeps_its_date(ada, bot, forger):
    write(bot, "ada", supervisor="farah")
    [before] = bot.rows("journal_shares")

    journal(ada, forger).press("Open").press("Change words or sharing")
    ada.submit(values={"Share it with all learning partners": "With my name"})

    since = {s["audience"]: s["since"] for s in bot.rows("journal_shares")}
    assert since["supervisor"] == before["since"]
    assert since["learning_partner"] > before["since"]


def test_sharing_stops_at_one_click(ada, bot, forger):
    write(bot, "ada", supervisor="farah", learning_partner=True)

    journal(ada, forger).press("Open").press("Stop sharing")

    assert "You do not share this any more." in ada.reads
    assert bot.rows("journal_shares") == []


@pytest.mark.parametrize(
    ("values", "field", "says"),
    [
        ({"Your words": "   "}, "answer", "Please write something first."),
        ({"Your words": "\u202e\u200b"}, "answer", "Please write something first."),
        ({"Share it with a supervisor": user_id("bilal")}, "supervisor", "is not a supervisor"),
        ({"Share it with a supervisor": user_id("iona")}, "supervisor", "is not a supervisor"),
        ({"Share it with a supervisor": user_id("ada")}, "supervisor", "is not a supervisor"),
    ],
    ids=["only spaces", "nothing visible", "a partner", "not enrolled", "myself"],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_on_screen(
    ada, bot, forger, values, field, says
):
    write(bot, "ada")
    before = (bot.rows("journal"), bot.rows("journal_shares"))
    journal(ada, forger).press("Open").press("Change words or sharing")

    ada.submit(values=values)

    assert says in ada.errors[field]
    assert (bot.rows("journal"), bot.rows("journal_shares")) == before


def test_words_that_may_say_who_somebody_is_are_asked_about_once(ada, bot, forger):
    write(bot, "ada")
    before = bot.rows("journal")
    text = "Ring her on 07700 900123"
    journal(ada, forger).press("Open").press("Change words or sharing")

    ada.submit(values={"Your words": text, "Share it with a supervisor": user_id("farah")})

    assert "This may hold a phone number." in ada.reads
    assert ada.typed("answer")["value"] == text
    assert ada.typed("supervisor")["selected_user"] == user_id("farah")
    assert (bot.rows("journal"), bot.rows("journal_shares")) == (before, [])
    ada.submit(values={"Are you sure?": ["Save it anyway"]})
    assert "Your change is saved." in ada.reads
    assert len(bot.rows("journal_shares")) == 1


def test_a_form_that_is_sent_twice_changes_once(ada, bot, control, forger):
    write(bot, "ada")
    journal(ada, forger).press("Open").press("Change words or sharing")
    ada.submit(values={"Your words": "First."})
    form = sent_views(control, ids.JOURNAL_FORM)[-1]
    ada.press("Change words or sharing").submit(values={"Your words": "Second."})

    forger.show(ada, form).submit(values={"Your words": "First."})

    assert "Second." in ada.reads
    done = [line["action"] for line in bot.rows("audit") if line["action"] == "journal_changed"]
    assert len(done) == 2


def test_deleting_asks_and_leaves_nothing(ada, bot, forger):
    write(bot, "ada", supervisor="farah")
    journal(ada, forger).press("Open").press("Delete")

    assert "It is deleted." in ada.reads
    assert "There is nothing in your journal yet." in ada.reads
    assert (bot.rows("journal"), bot.rows("journal_shares")) == ([], [])


CLICKS = (
    ids.OPEN_JOURNAL_ITEM,
    ids.EDIT_JOURNAL_ITEM,
    ids.UNSHARE_JOURNAL_ITEM,
    ids.DELETE_JOURNAL_ITEM,
)


@pytest.mark.parametrize("action_id", CLICKS)
@pytest.mark.parametrize("handle", ["ada", "dilys"], ids=["a partner", "a co-lead"])
def test_somebody_elses_item_is_refused_like_one_that_never_was(
    someone, bot, forger, action_id, handle
):
    other = someone(handle)
    theirs = write(bot, "bilal", supervisor="farah", learning_partner=True)
    before = (bot.rows("journal"), bot.rows("journal_shares"))

    never = forger.press(other, action_id, new_id()).reads

    assert NOT_FOUND in never
    assert forger.press(other, action_id, theirs).reads == never
    assert (bot.rows("journal"), bot.rows("journal_shares")) == before
    assert opened_lines(bot, theirs) == []


def test_a_form_with_somebody_elses_item_changes_nothing(ada, bot, control, forger):
    mine, theirs = write(bot, "ada"), write(bot, "bilal")
    change_form(ada, forger, mine)
    form = sent_views(control, ids.JOURNAL_FORM)[-1]
    before = bot.rows("journal")

    for item_id in (theirs, new_id()):
        metadata = form["private_metadata"].replace(mine, item_id)
        forger.show(ada, form | {"private_metadata": metadata}).submit()
        assert NOT_FOUND in " ".join(ada.errors.values())
    assert bot.rows("journal") == before


@pytest.mark.parametrize("metadata", ["", "{}", "[]", '{"form": "x"}', "not json"])
def test_a_form_whose_memory_was_tampered_with_is_too_old(ada, bot, control, forger, metadata):
    change_form(ada, forger, write(bot, "ada"))
    form = sent_views(control, ids.JOURNAL_FORM)[-1]
    before = bot.rows("journal")

    forger.show(ada, form | {"private_metadata": metadata}).submit()

    assert "This form is too old to use." in " ".join(ada.errors.values())
    assert bot.rows("journal") == before


def test_an_item_deleted_while_its_form_is_open_stays_deleted(ada, bot, control, forger):
    item_id = write(bot, "ada")
    change_form(ada, forger, item_id)
    form = sent_views(control, ids.JOURNAL_FORM)[-1]
    forger.press(ada, ids.DELETE_JOURNAL_ITEM, item_id)

    forger.show(ada, form).submit(values={"Your words": "Still here?"})

    assert NOT_FOUND in " ".join(ada.errors.values())
    assert bot.rows("journal") == []


def test_an_answer_as_long_as_can_be_is_kept_and_shown(ada, bot, forger):
    longest = "wide words & <signs> " * 142
    longest = longest.ljust(3000, "x")
    change_form(ada, forger, write(bot, "ada"))

    ada.submit(values={"Your words": longest})

    assert "Your change is saved." in ada.reads
    assert longest in "".join(paragraphs(ada))
