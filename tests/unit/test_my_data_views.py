"""The pages on which somebody reads all that is held about them lose nothing of it."""

import re

import pytest

from bot.views import my_data
from bot.words import Words

WORDS = Words()


def shown(view):
    return [
        block["text"]["text"] for block in view["blocks"] if block["type"] in {"section", "header"}
    ]


def every_page(text):
    number, parts = 0, []
    while True:
        view = my_data.reading(WORDS, text, number)
        assert 0 < len(view["blocks"]) <= 100
        parts += shown(view)
        assert all(0 < len(part) <= 3000 for part in parts)
        if f"{my_data.ids.TURN_MY_DATA}.next" not in str(view):
            return "".join(parts)
        number += 1


@pytest.mark.parametrize(
    "text",
    [
        "One line.",
        "== A heading ==\n\nWords.\n",
        "== Mine ==\n\n" + "A long line. " * 1000,
        "== Mine ==\n\n" + "Another line of mine.\n" * 20_000,
        "== Mine ==\n\n" + "\n\n\n".join("x" * 2400 for _ in range(300)),
        "Words: == not a heading\n== nor this\n == neither ==\n",
    ],
    ids=["one line", "heading", "long line", "many lines", "many pages", "own signs"],
)
def test_every_word_is_on_some_page(text):
    def letters(said):
        return re.sub(r"[\s=]", "", said)

    assert letters(every_page(text)) == letters(text)


@pytest.mark.parametrize("number", [-1, 99_999])
def test_a_page_that_is_not_there_is_the_nearest(number):
    text = "Line.\n" * 20_000
    first, last = my_data.reading(WORDS, text, 0), my_data.reading(WORDS, text, 99_999)

    assert my_data.reading(WORDS, text, number) == (first if number < 0 else last)
    assert first != last
