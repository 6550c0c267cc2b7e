"""The privacy notice is honest and whole, and can be read at an age of nine to eleven."""

import re

import pytest

from bot.pack.facts import of_the_program
from bot.pack.papers import papers
from tests.reading import grade, hard_words, plain, sentences, syllables

FACTS = of_the_program()
NOTICE = "data-protection/privacy-notice.md"


@pytest.fixture(scope="module")
def made():
    return papers(FACTS)


def test_the_notice_is_honest_about_who_could_read_it(made):
    text = " ".join(plain(made[NOTICE]).split())
    assert "They could read all of it, your private words as well." in text
    assert "All that you type goes through Slack." in text
    assert "Information Commissioner's Office, at any time" in text
    assert "`/my-data`" in made[NOTICE]


def test_the_notice_lists_all_that_a_person_can_take_away_and_speaks_to_them(made):
    whole = made[NOTICE].partition("## The whole list")[2]
    wanted = [e for e in FACTS.register.entries.values() if e.owner and e.export]
    assert len(wanted) > 30
    for entry in wanted:
        assert f"| {entry.yours.title} | {entry.yours.seen_by} | " in whole
    assert not re.search(r"\b(the (partner|person)|somebody's|theirs?)\b", whole)


def parts_of_the_notice(made):
    text = plain(made[NOTICE])
    body, _, whole_list = text.partition("The whole list\n")
    no_headings = "\n".join(line for line in body.splitlines() if not line.startswith("#"))
    return {"prose": no_headings, "list": whole_list}


@pytest.mark.parametrize("part", ["prose", "list"])
def test_the_notice_can_be_read_at_nine_to_eleven(made, part):
    """The ages are those of grades 4 to 6; a sentence has 20 words at most."""
    text = parts_of_the_notice(made)[part]
    assert len(sentences(text)) > 60
    assert grade(text) <= 6
    assert hard_words(text) <= 0.06
    assert [" ".join(s) for s in sentences(text) if len(s) > 20] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The cat sat on the mat.", -1.45),
        (
            "This sentence, taken as a reading passage unto itself, is being used to prove "
            "a point.",
            7.6,
        ),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 11.3),
    ],
)
def test_the_measure_gives_what_is_published_for_known_texts(text, said):
    assert grade(text) == pytest.approx(said, abs=2)


def test_the_measure_sees_a_sentence_of_lawyers():
    law = (
        "Processing of personal data revealing racial or ethnic origin, political opinions, "
        "religious or philosophical beliefs, or trade union membership, and the processing of "
        "genetic data, biometric data for the purpose of uniquely identifying a natural person, "
        "shall be prohibited."
    )
    assert grade(law) > 12
    assert len(sentences(law)[0]) > 20


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("they", 1), ("asked", 1), ("notes", 1), ("whole", 1), ("phone", 1),
        ("table", 2), ("being", 2), ("wanted", 2), ("places", 2), ("little", 2), ("journal", 2),
        ("deleted", 3), ("messages", 3), ("period", 3), ("seemingly", 3), ("computer", 3),
        ("supervision", 4), ("information", 4), ("material", 4), ("facilitator", 5),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_people_say_them(word, number):
    assert syllables(word) == number
