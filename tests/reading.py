"""How hard a text is to read: the Flesch-Kincaid grade, and the longest sentence.

The grade is that of an American school; the age of its readers is about five years more. Syllables
are counted by a rule of thumb, which known texts are tried on.
"""

import re

SENTENCE_ENDS = re.compile(
    r"(?<=[.?!:])[*_\")]*\s+|\n\s*\n|^ *(?:[-*]|\d+\.) +|\n#+ +|\|", re.MULTILINE
)
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_VOWELS = re.compile(r"[aeiouy]+")
_TWO_SOUNDS = re.compile(
    r"[iu]a(?!l\b)|[^aeiouctgsq]ia|io(?!n|us)|eo(?!u)|[aeiouy]ing\b|ism\b|uou|ier\b"
)


_HARD_TO_COUNT = {
    "anyone": 3,
    "area": 3,
    "created": 3,
    "everyone": 3,
    "experience": 4,
    "idea": 3,
    "people": 2,
    "quiet": 2,
    "serious": 3,
    "somebody": 3,
    "someone": 2,
}


def syllables(word: str) -> int:
    """Return about how many syllables a word has."""
    word = re.sub(r"'.*", "", word.lower())
    if word in _HARD_TO_COUNT:
        return _HARD_TO_COUNT[word]
    count = len(_VOWELS.findall(word)) + len(_TWO_SOUNDS.findall(word))
    silent = re.search(r"(?<![aeiouyl])e\b|(?<=[aeiou])le\b", word) and len(word) > 2
    silent_ed = re.search(r"(?<![td])(?<![aeiouy])ed\b", word) and len(word) > 3
    silent_es = re.search(r"(?<![sxzcg])(?<!sh)(?<!ch)(?<![aeiouy])es\b", word) and len(word) > 3
    return max(1, count - bool(silent or silent_ed or silent_es))


def plain(page: str) -> str:
    """Return a page of Markdown without what is not read, such as where its links lead."""
    text = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\|[-| ]+\|$", "", text, flags=re.MULTILINE)
    return re.sub(r"[`*]", "", text)


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence, heading and cell of a table."""
    found = (
        [w for w in part.split() if _WORD.search(w)] for part in SENTENCE_ENDS.split(text) if part
    )
    return [words for words in found if words]


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    told = sentences(text)
    words = [word for sentence in told for part in sentence for word in _WORD.findall(part)]
    per_sentence = len(words) / len(told)
    return 0.39 * per_sentence + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def hard_words(text: str) -> float:
    """Return the share of words with more than three syllables."""
    words = _WORD.findall(text)
    return sum(syllables(word) > 3 for word in words) / len(words)
