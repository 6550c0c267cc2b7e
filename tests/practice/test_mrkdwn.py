"""Slack's markup: how it looks, and above all what in it names somebody or leads somewhere."""

from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.mrkdwn import Token, active, escape, parse, parse_plain


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def around(kind: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "children": list(children)}


BREAK = {"type": "line_break"}
ADA = {"type": "user", "id": "U012AB3CD"}

# name of the case: the text, its tokens
READ: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "nothing": ("", []),
    "plain words": ("Hello", [words("Hello")]),
    "bold": ("a *b* c", [words("a "), around("bold", words("b")), words(" c")]),
    "italic": ("_b_", [around("italic", words("b"))]),
    "struck": ("~b~", [around("strike", words("b"))]),
    "bold within italic": (
        "_a *b* c_",
        [around("italic", words("a "), around("bold", words("b")), words(" c"))],
    ),
    "bold before a full stop": ("*b*.", [around("bold", words("b")), words(".")]),
    "stars between figures": ("2*3*4", [words("2*3*4")]),
    "names with underscores": ("a_b_c", [words("a_b_c")]),
    "a star before a space": ("* b*", [words("* b*")]),
    "a star that closes after a space": ("*b *", [words("*b *")]),
    "a star on another line": ("*a\nb*", [words("*a"), BREAK, words("b*")]),
    "two stars": ("**", [words("**")]),
    "code": ("`*b*`", [{"type": "code", "text": "*b*", "children": [words("*b*")]}]),
    "a lone backtick": ("it`s", [words("it`s")]),
    "a code block": (
        "```\n*a*\nb\n```",
        [{"type": "pre", "text": "*a*\nb", "children": [words("*a*\nb")]}],
    ),
    "words after a code block": (
        "```a```\nb",
        [{"type": "pre", "text": "a", "children": [words("a")]}, words("b")],
    ),
    "a quote": ("> a\n> b\nc", [around("quote", words("a"), BREAK, words("b")), words("c")]),
    "a quote that was escaped": ("&gt; a", [around("quote", words("a"))]),
    "a quote to the end": (
        "x\n>>> a\nb",
        [words("x"), BREAK, around("quote", words("a"), BREAK, words("b"))],
    ),
    "more in the middle of a line": ("a > b", [words("a > b")]),
    "line breaks": ("a\n\nb", [words("a"), BREAK, BREAK, words("b")]),
    "an emoji": (":wave:", [{"type": "emoji", "text": ":wave:", "name": "wave"}]),
    "an emoji of some colour": (
        ":wave::skin-tone-3:",
        [{"type": "emoji", "text": ":wave::skin-tone-3:", "name": "wave::skin-tone-3"}],
    ),
    "a time of day": ("at 10:30:15", [words("at 10:30:15")]),
    "a person": ("<@U012AB3CD>", [ADA]),
    "a person with a name": ("<@U012AB3CD|ada>", [{**ADA, "label": "ada"}]),
    "a channel": ("<#C1|general>", [{"type": "channel", "id": "C1", "label": "general"}]),
    "a group": ("<!subteam^S1|@team>", [{"type": "usergroup", "id": "S1", "label": "@team"}]),
    "everybody here": ("<!here>", [{"type": "broadcast", "name": "here"}]),
    "the channel with a label": ("<!channel|channel>", [{"type": "broadcast", "name": "channel"}]),
    "everyone": ("<!everyone>", [{"type": "broadcast", "name": "everyone"}]),
    "a date": (
        "<!date^1392734382^{date_num} {time}|Feb 18>",
        [
            {
                "type": "date",
                "timestamp": 1392734382,
                "format": "{date_num} {time}",
                "text": "Feb 18",
            }
        ],
    ),
    "a link": ("<https://e.com/?a=1&amp;b=2>", [{"type": "link", "url": "https://e.com/?a=1&b=2"}]),
    "a link with words": (
        "<https://e.com|a &lt;b&gt;>",
        [{"type": "link", "url": "https://e.com", "label": "a <b>"}],
    ),
    "a mail link": (
        "<mailto:ada@example.org|Ada>",
        [{"type": "link", "url": "mailto:ada@example.org", "label": "Ada"}],
    ),
    "a telephone link": ("<tel:111>", [{"type": "link", "url": "tel:111"}]),
    "a bold link": (
        "*<https://e.com|x>*",
        [around("bold", {"type": "link", "url": "https://e.com", "label": "x"})],
    ),
    "a script as a link": ("<javascript:alert(1)|x>", [words("<javascript:alert(1)|x>")]),
    "data as a link": ("<data:text/html,x|x>", [words("<data:text/html,x|x>")]),
    "a tag": ("<b>x</b>", [words("<b>x</b>")]),
    "a person in small letters": ("<@u012>", [words("<@u012>")]),
    "an unknown call": ("<!nobody>", [words("<!nobody>")]),
    "an open bracket": ("a < b <@U1", [words("a < b <@U1")]),
    "escaped brackets": ("&lt;@U1&gt;", [words("<@U1>")]),
    "an escape that was escaped": ("&amp;lt;!here&amp;gt;", [words("&lt;!here&gt;")]),
    "other entities": ("&quot; &#60; &copy;", [words("&quot; &#60; &copy;")]),
    "here without brackets": ("@here @channel #general", [words("@here @channel #general")]),
    "the character that marks a hole": ("\ufffc <@U012AB3CD>", [words("\ufffc "), ADA]),
}


@pytest.mark.parametrize(("text", "tokens"), READ.values(), ids=list(READ))
def test_the_markup_reads(text: str, tokens: list[dict[str, Any]]) -> None:
    assert [token.to_dict() for token in parse(text)] == tokens


def test_a_mention_within_code_still_names_somebody() -> None:
    assert [t.id for t in active("`<@U1>` ```<@U2>```")] == ["U1", "U2"]


def test_what_is_active_is_found_however_deep_it_stands() -> None:
    text = "> *_<!here>_* <@U1> <#C1>\n<https://e.com|x> <!subteam^S1> <!date^1^{date}^https://d.org|x>"
    assert [t.type for t in active(text)] == [
        "broadcast",
        "user",
        "channel",
        "link",
        "usergroup",
        "date",
    ]


def test_bare_addresses_become_links_unless_the_text_is_verbatim() -> None:
    text = "See http://a.org/b_c_d. Or (https://b.org/x) or ada@example.org!"
    links = active(text)
    assert [(t.url, t.label, t.auto) for t in links] == [
        ("http://a.org/b_c_d", "http://a.org/b_c_d", True),
        ("https://b.org/x", "https://b.org/x", True),
        ("mailto:ada@example.org", "ada@example.org", True),
    ]
    assert active(text, verbatim=True) == []


def test_an_address_in_code_is_no_link() -> None:
    assert active("`http://a.org`") == []


def test_a_plain_text_knows_emoji_and_line_breaks_only() -> None:
    tokens = parse_plain("*Hi* :wave:\n<@U1> &amp; http://a.org")
    assert [t.to_dict() for t in tokens] == [
        words("*Hi* "),
        {"type": "emoji", "text": ":wave:", "name": "wave"},
        BREAK,
        words("<@U1> &amp; http://a.org"),
    ]


MARKUP = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "<!channel>",
                "<!here|x>",
                "<@U012AB3CD>",
                "<#C012AB3CD|general>",
                "<!subteam^S1>",
                "<https://example.org|click>",
                "<!date^1^{date}^https://example.org|x>",
                "&lt;!channel&gt;",
                "&amp;lt;",
                "&",
                "<",
                ">",
                "|",
                "`",
                "```",
                "*",
                "_",
                "~",
                "\n",
                ">>>",
                ":wave:",
                "http://a.org",
                "ada@example.org",
                "\ufffc",
            ]
        ),
    ),
    max_size=30,
).map("".join)


@given(MARKUP)
def test_escaping_makes_any_text_inert(text: str) -> None:
    assert active(escape(text), verbatim=True) == []


@given(MARKUP)
def test_in_an_escaped_text_only_an_address_that_shows_itself_leads_anywhere(text: str) -> None:
    for token in active(escape(text)):
        assert token.auto
        assert token.url in (token.label, f"mailto:{token.label}")


@given(MARKUP, MARKUP)
def test_escaped_words_within_a_sentence_do_not_change_what_is_active(a: str, b: str) -> None:
    sentence = f"<@U012AB3CD> wrote: {escape(a)} and {escape(b)} <https://example.org|here>"
    assert [t.type for t in active(sentence, verbatim=True)] == ["user", "link"]


def said(tokens: list[Token] | tuple[Token, ...]) -> str:
    """All the words a reader would see."""
    return "".join(
        "\n"
        if t.type == "line_break"
        else (t.text if t.text is not None else said(t.children or ()))
        for t in tokens
    )


@given(st.text(alphabet=st.characters(exclude_characters="*_~`>:"), max_size=60))
def test_no_word_is_lost_or_added(text: str) -> None:
    assert said(parse(escape(text).replace("&gt;", ">"), verbatim=True)) == text


@given(MARKUP)
def test_every_text_can_be_read(text: str) -> None:
    for token in [*parse(text), *parse_plain(text)]:
        assert token.to_dict()["type"]


@pytest.mark.parametrize("piece", ["*a ", "`", "<", "_*~", "```a", ">", ":a", "http://", "> a\n"])
def test_a_long_text_made_to_be_slow_is_read_soon(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    start = perf_counter()
    parse(text)
    assert perf_counter() - start < 2
