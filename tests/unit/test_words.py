"""The catalogue: complete, plain and kind."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.words import LOCALES, Words
from domain.check_ins import Band, Level, Question, Wanted
from domain.people import Nation, Role
from domain.preferences import Works
from domain.sessions import Cornerstone, Heaviness, Mode, Outcome, Pay, SessionType, Skill, Wish

WORDS = Words()
CODE = "\n".join(p.read_text() for p in Path("bot").rglob("*.py"))
RULES = CODE + "\n".join(p.read_text() for p in Path("domain").glob("*.py"))
SENTENCE_ENDS = re.compile(r"(?<=[.?!:])\s+|\n+")
BANNED = re.compile(
    r"\b(overdue|missed|failed|failure|patients?|sufferers?|service users?|victims?|users?|"
    r"i'm here for you|i understand how you feel|streak|score|should)\b",
    re.IGNORECASE,
)
FAMILIES = {
    "session.type": SessionType,
    "session.mode": Mode,
    "session.outcome": Outcome,
    "session.pay": Pay,
    "session.skill": Skill,
    "session.heaviness": Heaviness,
    "session.wish": Wish,
    "session.wished": Wish,
    "session.more.was": Heaviness,
    "session.more.wanted": Wish,
    "cornerstone": Cornerstone,
    "nation": Nation,
    "works": Works,
    "role": Role,
    "check_in.question": Question,
    "check_in.about": Question,
    "check_in.level": Level,
    "check_in.band": Band,
    "check_in.wanted": Wanted,
    "check_in.wanted_said": Wanted,
}


def entries():
    with (LOCALES / "en_GB/LC_MESSAGES/alongside.po").open("rb") as source:
        for message in read_po(source):
            if not message.id:
                continue
            key = message.id if isinstance(message.id, str) else message.id[0]
            texts = [message.string] if isinstance(message.string, str) else list(message.string)
            yield pytest.param(key, texts, id=key)


def keys_in_code():
    found = set(re.findall(r'words(?:\.count)?\(\s*"([^"]+)"', CODE))
    for one, other in re.findall(r'words\(\s*"([^"]+)" if [^()]*? else "([^"]+)"', CODE):
        found |= {one, other}
    return sorted(found)


@pytest.mark.parametrize("key", keys_in_code())
def test_every_sentence_the_code_asks_for_is_in_the_catalogue(key):
    assert key in WORDS.keys


def calls_in_code():
    """Yield key and gaps of every call of the words whose key stands in the code."""
    for path in Path("bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            asked = ast.unparse(node.func)
            key = node.args[0]
            if asked.endswith(("words", "words.count")) and isinstance(key, ast.Constant):
                gaps = {keyword.arg for keyword in node.keywords}
                counted = {"number"} if asked.endswith(".count") else set()
                yield pytest.param(key.value, gaps, counted, id=f"{path.stem}:{key.value}")


def gaps_of(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(("key", "gaps", "counted"), list(calls_in_code()))
def test_no_bracket_went_missing(key, gaps, counted):
    texts = next(p.values[1] for p in entries() if p.values[0] == key)
    for text in texts:
        assert gaps <= gaps_of(text) <= gaps | counted


@pytest.mark.parametrize("prefix", FAMILIES)
def test_every_choice_has_its_words(prefix):
    missing = [value for value in FAMILIES[prefix] if f"{prefix}.{value}" not in WORDS.keys]
    assert missing == []


def test_every_refusal_of_the_rules_has_its_words():
    reasons = set(re.findall(r'Refused\(\s*"(\w+)"', RULES))
    reasons |= set(re.findall(r'problems\[[^]]+\] = "(\w+)"', RULES))
    for found in re.findall(r"NotValid\(\{[^}]*\}\)", RULES):
        reasons |= set(re.findall(r':\s*"(\w+)"', found))
    assert len(reasons) > 10
    assert sorted(r for r in reasons if f"refusal.{r}" not in WORDS.keys) == []


@pytest.mark.parametrize(("key", "texts"), list(entries()))
def test_sentences_are_short_and_kind(key, texts):
    for text in texts:
        assert text.strip(), "an empty sentence"
        assert not BANNED.search(text), BANNED.search(text)
        for sentence in SENTENCE_ENDS.split(text):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize(("key", "texts"), list(entries()))
def test_brackets_can_be_filled(key, texts):
    for text in texts:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
        assert all(name.isidentifier() for name in names), names


def test_a_key_without_words_is_an_error_and_not_a_blank():
    with pytest.raises(KeyError):
        WORDS("no.such.sentence")


def test_lengths_of_time_read_as_people_say_them():
    assert [WORDS.duration(n) for n in (0, 15, 60, 75, 120)] == [
        "0 minutes",
        "15 minutes",
        "1 hour",
        "1 hour 15 minutes",
        "2 hours",
    ]
