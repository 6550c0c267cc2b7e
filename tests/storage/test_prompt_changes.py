"""Co-leads' changes to the bank of questions."""

from dataclasses import replace

import pytest

from domain.prompts import Prompt
from domain.sessions import Cornerstone
from storage import prompts
from storage.engine import Database
from tests.storage.conftest import NOW

QUESTION = Prompt(
    id="untaught",
    text="What did you know that nobody taught you?",
    cornerstone=Cornerstone.TRANSFORMATION,
    for_co_leads=True,
)


def kept(database: Database) -> list[Prompt]:
    with database.read() as conn:
        return prompts.every(conn)


def put(database: Database, *changed: Prompt) -> None:
    with database.write() as conn:
        for prompt in changed:
            prompts.put(conn, prompt, by="someone", now=NOW)


def test_at_first_nothing_is_changed(database: Database) -> None:
    assert kept(database) == []


@pytest.mark.parametrize("yes", ["learning", "for_co_leads", "retired", "own"])
def test_a_question_comes_back_as_it_was_kept(database: Database, yes: str) -> None:
    question = replace(QUESTION, **{"for_co_leads": False} | {yes: True})

    put(database, question)

    assert kept(database) == [question]


def test_a_later_change_takes_the_place_of_an_earlier_one(database: Database) -> None:
    changed = replace(
        QUESTION,
        text="What is different?",
        cornerstone=Cornerstone.WHOLE,
        learning=True,
        for_co_leads=False,
        retired=True,
        own=True,
    )

    put(database, QUESTION, changed)

    assert kept(database) == [changed]


def test_each_question_keeps_its_own_change(database: Database) -> None:
    other = replace(QUESTION, id="a" * 32, own=True)

    put(database, QUESTION, other)

    assert kept(database) == [other, QUESTION]


def test_a_change_that_is_not_committed_is_not_there(database: Database) -> None:
    def put_and_fail() -> None:
        with database.write() as conn:
            prompts.put(conn, QUESTION, by="someone", now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()

    assert kept(database) == []
