"""Sealed words are moved in the database behind the bot's back: nobody reads another's words.

Two people have written everywhere. Everything of the one is put in the place of the other's. On
every screen they read that it does not open, or nothing; what is not moved stays readable.
"""

from datetime import date

import pytest

from bot import ids
from bot.services.supervision_pages import Draft, Meeting
from domain.ids import new_id
from domain.sessions import Mode
from domain.supervision import Category, Level
from storage.all_tables import metadata
from tests.e2e.journal_items import person_of
from tests.e2e.set_story import TUESDAY, joins, opens_meeting
from tests.e2e.set_things import a_set, account_of
from tests.forging import Forger
from tests.holdings import REGISTER

THEIRS = {
    entry.name: entry
    for entry in REGISTER.entries.values()
    if entry.column and str(entry.sealed_for) == "person"
}
SHUT = "We cannot open these words."
TROUBLE = "Something went wrong on our side."


@pytest.fixture(autouse=True)
def _tuesday(control):
    control.post("clock", now=TUESDAY)


def word(person, what):
    return f"{person.handle}s {what}"


def writes_everywhere(bot, person, farah, set_things):
    """Something of theirs stands in every sealed column; return its requests and session."""
    me, house = account_of(person.handle), bot.house
    person.command("/session").submit(values={"Client code": "C-07"})
    person.press("Heavy").press("Just leave me be").close().home()
    person.press("Open it").press("Open my private part")
    words = {"Private note": word(person, "note"), "One action": word(person, "deed")}
    person.submit(values=words).close()
    person.command("/reflect").press("Write about something else")
    person.submit(values={"What you want to write": word(person, "entry")}).close()
    person.home().press("My own nudge", home=True)
    person.submit(values={"Remind me, when I'm busy, to...": word(person, "nudge")}).close()
    person.home().press("Change my settings", home=True)
    person.submit(values={"What works for you?": ["Breaks"]}).close()
    opens_meeting(person, 1).press("See offers of today").press("Make an offer")
    person.submit(values={"I'd like to think about...": word(person, "offer")}).close()
    meeting = set_things["meeting"]
    house.set_actions.write(me, meeting, word(person, "action"), form=new_id(), confirmed=True)
    done, waits = (_asks(bot, me, word(person, note)) for note in ("old note", "request"))
    house.supervision_queue.claim(farah, done)
    held = Meeting(on_date=date(2027, 3, 2), minutes=60, people=1, mode=Mode.VIDEO)
    house.supervision.say_done(me, done, held, word(person, "next step"), confirmed=True)
    return {"done": done, "waits": waits}


def _asks(bot, me, note):
    draft = Draft(category=Category.FOR_ME, level=Level.ROUTINE, note=note)
    before = {row["id"] for row in bot.rows("supervision_requests")}
    bot.house.supervision.ask(me, draft, form=new_id(), confirmed=True, even_so=True)
    [request] = {row["id"] for row in bot.rows("supervision_requests")} - before
    return request


def moved(bot, one, other):
    """Put everything sealed of the one in the place of the other's, and the other way round."""
    mine, theirs = (person_of(bot, person.handle)["id"] for person in (one, other))
    changed = []
    with bot.database.engine.begin() as there:
        for name, entry in THEIRS.items():
            table = metadata.tables[entry.table]
            owner = table.c[entry.owner]
            filled = table.c[entry.column].is_not(None)
            key = list(table.primary_key.columns)
            found = {
                who: there.execute(table.select().where(owner == who, filled).order_by(*key))
                .mappings()
                .all()
                for who in (mine, theirs)
            }
            for a, b in zip(found[mine], found[theirs], strict=False):
                for row, value in ((a, b[entry.column]), (b, a[entry.column])):
                    here = [column == row[column.name] for column in key]
                    there.execute(table.update().where(*here).values({entry.column: value}))
                changed.append(name)
    return changed


def test_on_no_screen_does_anybody_read_words_that_were_moved_into_their_place(
    bot, control, ada, bilal, someone, practice
):
    someone("dilys"), someone("farah")
    things = a_set(bot)
    joins(bilal).close()
    farah = account_of("farah")
    requests = {
        person.handle: writes_everywhere(bot, person, farah, things) for person in (ada, bilal)
    }
    [item] = [r["id"] for r in bot.rows("journal") if r["person_id"] == person_of(bot, "ada")["id"]]
    forger = Forger.of(practice)
    assert word(ada, "entry") in forger.press(ada, ids.OPEN_JOURNAL_ITEM, item).reads

    assert set(moved(bot, ada, bilal)) == set(THEIRS), "nothing is left out"

    session = next(
        r["id"] for r in bot.rows("sessions") if r["person_id"] == person_of(bot, "ada")["id"]
    )
    mine = requests["ada"]
    screens = (
        (ids.OPEN_MORE, session),
        (ids.READ_NOTE, session),
        (ids.OPEN_JOURNAL, ""),
        (ids.OPEN_JOURNAL_ITEM, item),
        (ids.EDIT_JOURNAL_ITEM, item),
        (ids.OPEN_NUDGE, ""),
        (ids.OPEN_SETTINGS, ""),
        (ids.OPEN_REQUEST, mine["done"]),
        (ids.OPEN_DONE, mine["done"]),
        (ids.OPEN_REQUEST, mine["waits"]),
        (ids.READ_OWN_NOTE, mine["waits"]),
        (ids.OPEN_MY_ACTIONS, ""),
        (ids.OPEN_SET_OFFERS, things["meeting"]),
        (ids.OPEN_SET_REVIEW, things["poll"]),
    )
    said = []
    for action, value in screens:
        reads = forger.press(ada, action, value).reads + str(ada.modal)
        assert "bilals " not in reads, action
        said.append((action, SHUT in reads))
        assert TROUBLE not in reads, action
        ada.close()
    shut = {action for action, closed in said if closed}
    assert {
        ids.OPEN_MORE,
        ids.OPEN_JOURNAL_ITEM,
        ids.OPEN_NUDGE,
        ids.READ_OWN_NOTE,
        ids.OPEN_DONE,
    } <= shut
    shown = len(control.ledger("views.publish"))
    assert "bilals " not in ada.home().home_tab
    assert len(control.ledger("views.publish")) > shown, "Home is drawn all the same"
    read = ada.command("/my-data").press("Read all of it").reads
    while "Next page" in ada.reads:
        read += ada.press("Next page").reads
    assert "bilals " not in read
    assert read.count("cannot be opened any more") >= 8
