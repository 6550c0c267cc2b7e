"""What people read of their own data speaks to them, in plain words, and names their sets."""

import re
from datetime import timedelta

import pytest

from bot.services.journal_items import keep_item
from bot.services.my_data import SOMEBODY_ELSE, MyData
from bot.services.my_data_text import as_text
from bot.words import Words
from domain.ids import new_id
from domain.journal import Audience, Share, Written
from domain.people import Account
from storage.master_keys import MasterKeys
from storage.vault import Vault
from tests.holdings import REGISTER, START, somebody_everywhere
from tests.learning_set_rows import Sets

WORDS = Words()


@pytest.fixture
def lived(database):
    """Somebody with a row everywhere, and the use cases on their data."""
    vault = Vault(MasterKeys.generate())
    other = somebody_everywhere(database, vault, at=START - timedelta(days=400))
    ada = somebody_everywhere(database, vault, at=START, other=other.id)
    return Account("T1", ada.account), MyData(database, vault, lambda: START, REGISTER)


def exported(export, name):
    [part] = [part for part in export.parts if part.name == name]
    return part.rows


def shared_with_a_set(database):
    """Ada and Bilal have a place in Larch, and Ada shares one entry with it."""
    sets = Sets(database)
    ada, bilal, *_ = sets.joined(4)
    vault = Vault(sets.keys)
    with database.write() as conn:
        keep_item(
            conn,
            vault,
            item_id=new_id(),
            person_id=ada.id,
            on_date=sets.now.date(),
            written=Written(answer="something of mine"),
            prompted=False,
            shares=[Share(audience=Audience.SET, target=sets.id)],
            now=sets.now,
        )
    return ada, bilal, MyData(database, vault, sets.clock, REGISTER)


def test_an_entry_shared_with_a_set_says_with_which(database):
    ada, bilal, my_data = shared_with_a_set(database)
    [share] = exported(my_data.export(ada.account), "journal_shares")
    assert share["target"] == "Larch"
    text = as_text(my_data.export(ada.account), WORDS)
    assert "Shared with: set\nWith whom: Larch\n" in text
    assert "something of mine" not in my_data.export(bilal.account).as_json()


def test_and_a_set_that_they_left_it_does_not_name(database):
    ada, _, my_data = shared_with_a_set(database)
    with database.engine.begin() as there:
        there.exec_driver_sql(f"DELETE FROM set_members WHERE person_id = '{ada.id}'")
    [share] = exported(my_data.export(ada.account), "journal_shares")
    assert share["target"] == SOMEBODY_ELSE
    assert "set_name" not in " ".join(share)


def test_no_sentence_speaks_of_them_as_of_somebody_else(lived):
    ada, my_data = lived
    export = my_data.export(ada)
    text = as_text(export, WORDS)
    said = [
        *(f"{p.title} {p.what} {p.why} {p.seen_by} {p.keeps}" for p in export.parts),
        *(f"{one.title} {one.what} {one.seen_by} {one.keeps}" for one in my_data.held(ada)),
    ]
    assert len(said) > 40
    third = re.compile(r"\b([Tt]he (partner|person)|somebody's|[Tt]heirs?|themselves)\b")
    assert [one for one in said if third.search(one)] == []
    assert [one for one in said if "{" in one or "|" in one] == []
    assert "Who can see it: Only you." in text
    assert "Kept: 90 days" not in text, "that is a sealed column: its row says when it goes"


def test_labels_are_plain_words(lived):
    ada, my_data = lived
    text = as_text(my_data.export(ada), WORDS)
    assert "Time zone: Europe/London" in text
    assert "Shared with: learning partner" in text
    labels = {line.partition(": ")[0] for line in text.splitlines() if ": " in line}
    assert len(labels) > 60
    for raw in ("Tz", "Id", "Person id", "Ts", "Is guest", "Object id"):
        assert raw not in labels
    assert "Id: you" not in text
    assert ": you\n" in text, "whom a line of the audit names, it does say"
