"""Whatever somebody wrote, all of it is shown, in paragraphs that Slack takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views import kit
from bot.views.long_words import pieces, say_all
from domain.journal import ANSWER_LENGTH

SECTION = 3000
written = st.text(st.sampled_from("a b.\n&<>\u00e9\U0001f331"), min_size=1, max_size=400).map(
    lambda some: (some * ANSWER_LENGTH)[:ANSWER_LENGTH].strip()
)


def as_slack_may_count(text):
    """Its length where signs are escaped and an emoji is two."""
    return len(kit.inert(text).encode("utf-16-le")) // 2


@given(written)
def test_the_pieces_are_what_was_written_and_fit_however_slack_counts(text):
    cut = list(pieces(text))

    assert "".join("".join(cut).split()) == "".join(text.split())
    assert all(piece.strip() for piece in cut)
    assert all(len(piece) <= kit.PART and as_slack_may_count(piece) <= SECTION for piece in cut)


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "x" * ANSWER_LENGTH,
        "&" * ANSWER_LENGTH,
        "\U0001f331" * ANSWER_LENGTH,
        "It rained, and we talked all the same. " * 76,
        "A line of mine.\n" * 187,
        "  two blanks at the start, and\n\n\nthree lines left out " * 50,
    ],
    ids=["short", "one word", "signs", "emoji", "one line", "many lines", "blanks"],
)
def test_nothing_is_lost_or_changed(text):
    assert "".join(block["text"]["text"] for block in say_all(text)) == text


def test_a_text_is_cut_where_a_line_ends_or_else_a_word():
    lines = "A line of mine.\n" * 187
    assert all(piece.endswith(".\n") for piece in pieces(lines))

    words = "It rained, and we talked all the same. " * 76
    assert all(piece.endswith(" ") for piece in pieces(words))
