"""The table of who sees what: reads go by it, tables are in it, and lines are made from it."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from bot.views.sights import line, sentences
from bot.words import LOCALES, Words
from domain.policy import (
    FOR_NOW,
    HOLDS,
    SIGHTS,
    Sight,
    Thing,
    Viewer,
    sight,
    ways_of,
)
from storage.all_tables import metadata

WORDS = Words()
SERVICES = Path("bot/services")
UNSEEN = {Sight.NO, Sight.NEVER, Sight.NOBODYS}


# Every read of what is another's asks the table, and for what the table has


def reads(source):
    """Yield what each call in a source asks of the table: thing, viewer if it names one, way."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            named = {
                one.value.id: one.attr
                for one in node.args
                if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
            }
            if {"Thing", "Sight"} <= set(named):
                viewer = Viewer[named["Viewer"]] if "Viewer" in named else None
                yield Thing[named["Thing"]], viewer, Sight[named["Sight"]]


def read_in_services():
    return [one for path in sorted(SERVICES.glob("*.py")) for one in reads(path.read_text())]


def against_the_table(found):
    """Return the reads that show somebody what the table does not have for them."""
    wrong = []
    for thing, viewer, as_ in found:
        seen_so = {one for one in Viewer if sight(thing, one) is as_}
        if as_ in UNSEEN or not seen_so or (viewer is not None and viewer not in seen_so):
            wrong.append((thing, viewer, as_))
    return wrong


def read_cells(found):
    return {
        (thing, one)
        for thing, viewer, as_ in found
        for one in Viewer
        if sight(thing, one) is as_ and viewer in (None, one)
    }


# What is read of others by way of a cell of its own: a facilitator is one as a facilitator.
BY_ANOTHER_CELL = {(Thing.OFFER, Viewer.CO_LEADS)}


def test_no_service_reads_what_the_table_does_not_show():
    assert against_the_table(read_in_services()) == []


def test_every_cell_that_shows_something_of_anothers_is_read_by_a_service():
    shown = {
        (thing, viewer)
        for thing in Thing
        for viewer in set(Viewer) - {Viewer.AUTHOR}
        if sight(thing, viewer) not in UNSEEN
    }

    assert shown - read_cells(read_in_services()) == BY_ANOTHER_CELL


def test_a_planted_read_that_the_table_does_not_have_is_found():
    planted = "check_shows(Thing.REQUEST_NOTE, Viewer.CO_LEADS, Sight.YES)"
    closed = "seen_by(Thing.NUDGE, viewers, Sight.YES)"

    assert against_the_table(reads(planted)) == [(Thing.REQUEST_NOTE, Viewer.CO_LEADS, Sight.YES)]
    assert against_the_table(reads(closed)) == [(Thing.NUDGE, None, Sight.YES)]


# Every use case that somebody asks for lets them in


def functions(sources):
    """Return every function by its name, with what it calls; and the public ones `by` somebody."""
    calls, asked = {}, []
    for name, source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                called = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
                names = {known for one in called if (known := of_our_own(one))}
                calls.setdefault(node.name, set()).update(names)
                arguments = {one.arg for one in node.args.args + node.args.kwonlyargs}
                if "by" in arguments and "self" in arguments and not node.name.startswith("_"):
                    asked.append((name, node.name, names))
    return calls, asked


def of_our_own(called):
    """The name of a function of a use case; None of a query, such as `store.one`."""
    if isinstance(called, ast.Name):
        return called.id
    of_self = isinstance(called, ast.Attribute) and ast.unparse(called.value) == "self"
    return called.attr if of_self else None


def let_in_unasked(sources):
    """Return public use cases that are asked `by` somebody and never come to `admit`."""
    calls, asked = functions(sources)

    def admits(names: Iterable[str], seen: frozenset[str]) -> bool:
        return "admit" in names or any(
            admits(calls[name], seen | {name})
            for name in names
            if name in calls and name not in seen
        )

    return [(name, one) for name, one, names in asked if not admits(names, frozenset())]


# Somebody who is not enrolled asks these as well, and nothing is shown of anybody.
FOR_ANYBODY = {("people", "may"), ("people", "someone_is_home"), ("upkeep", "refused")}


def test_every_use_case_that_somebody_asks_for_lets_them_in():
    sources = [(path.stem, path.read_text()) for path in sorted(SERVICES.glob("*.py"))]

    assert set(let_in_unasked(sources)) == FOR_ANYBODY
    assert len(functions(sources)[1]) > 100


def test_a_planted_use_case_that_lets_everybody_in_is_found():
    planted = "class Planted:\n    def peek(self, by):\n        return store.one(by)\n"

    assert let_in_unasked([("planted", planted)]) == [("planted", "peek")]


# Every table is in the policy


def not_in_the_policy(found):
    """Return tables and sealed columns without an entry, and entries without a table."""
    names = {table.name for table in found.sorted_tables}
    names |= {
        f"{table.name}.{column.name}"
        for table in found.sorted_tables
        for column in table.c
        if isinstance(column.type, LargeBinary)
    }
    return names ^ set(HOLDS)


def test_every_table_and_sealed_column_says_what_it_holds():
    assert not_in_the_policy(metadata) == set()


def test_a_planted_table_without_an_entry_is_found():
    planted = MetaData()
    for table in metadata.sorted_tables:
        table.to_metadata(planted)
    Table("diaries", planted, Column("id", String), Column("words", LargeBinary))

    assert not_in_the_policy(planted) == {"diaries", "diaries.words"}


def test_every_kind_of_thing_is_held_somewhere():
    held = {thing for things in HOLDS.values() for thing in things}

    # Everything that is held about somebody is my data.
    assert set(Thing) - held == {Thing.MY_DATA}


# The lines


def row_of(thing):
    return {viewer: sight(thing, viewer) for viewer in Viewer}


def said(row):
    return sentences(WORDS, ways_of(row))


# What a line does not tell apart: whoever sees it whole sees it, and what is not said is not said.
ALIKE = (
    {Sight.OWN, Sight.YES, Sight.THAT_ONE},
    {Sight.IF_ATTACHED, Sight.WHAT_I_CHOOSE},
    {Sight.NO, Sight.NOBODYS, Sight.IF_FACILITATOR},
)


def alike(one, other):
    return any({one, other} <= group for group in ALIKE)


@pytest.mark.parametrize("thing", Thing)
def test_change_a_cell_and_the_line_changes(thing):
    before = row_of(thing)
    for viewer, there in before.items():
        for other in set(Sight) - {there}:
            changed = said(before | {viewer: other}) != said(before)
            assert changed is not alike(there, other), (viewer, there, other)


@pytest.mark.parametrize("thing", Thing)
@pytest.mark.parametrize("you", [*Viewer, None])
def test_every_line_is_short_sentences_of_whole_phrases(thing, you):
    [text] = line(WORDS, thing, you=you)

    for sentence in re.split(r"(?<=\.)\s", text):
        assert re.match(r"[A-Z].* (can|never) .*\.$", sentence), sentence
        assert len(sentence.split()) <= 20, sentence


def test_lines_read_as_people_would_say_them():
    assert line(WORDS, Thing.PRIVATE_NOTE, Thing.SESSION_DETAILS) == ["Only you can see this."]
    assert line(WORDS, Thing.SESSION_FACTS, Thing.CLIENT_CODE) == [
        "Date, type, times, how you met, what became of it and pay: "
        "you and co-leads can see this. If you share it, your supervisor can see it. "
        "Learning partners can only see totals.",
        "The client code: "
        "you and co-leads can see this. If you share it, your supervisor can see it.",
    ]
    assert line(WORDS, Thing.ACCESS) == [
        "You can see this. If you choose to show it, "
        "your supervisor, your learning sets and their facilitators can see it. "
        "If you tick the box, co-leads can see it, to arrange things."
    ]
    assert line(WORDS, Thing.CLIENT_CODE, you=None) == [
        "The person it is about and co-leads can see this. "
        "If they share it, the supervisor who accepts the request can see it."
    ]
    assert line(WORDS, Thing.JOURNAL) == [
        "You can see this. "
        "If you share it, your supervisor, your set and learning partners can see it."
    ]
    assert line(WORDS, Thing.CHECK_IN_ANSWER) == [
        "Nobody can see this. Co-leads, learning partners and the group that was asked "
        "can only see results of five people or more."
    ]
    assert line(WORDS, Thing.REQUEST_NOTE, Thing.RATHER_NOT)[1] == (
        "Whom you would rather not have: only you can see this. "
        "The supervisor who accepts the request, co-leads and supervisors can never see it."
    )
    assert line(WORDS, Thing.MEETING_RECORD, you=Viewer.ACCEPTING) == [
        "You and the person it is about can see this."
    ]
    assert line(WORDS, Thing.ENROLMENT, you=None) == [
        "The person it is about and co-leads can see this."
    ]


def test_every_kind_of_thing_and_everybody_has_a_phrase():
    needed = {f"thing.{thing}" for thing in Thing} | {f"sees.who.{viewer}" for viewer in Viewer}

    assert needed <= WORDS.keys


SEEING = re.compile(
    r"(who can (see|read)|only you|only co-leads|can (see|read) (it|this|them)|"
    r"(nobody|co-leads?|supervisors?|members?|others?|they|everyone)( \w+)? (see|sees|reads?)\b)",
    re.IGNORECASE,
)
# These tell what is so now, what a box does or what a page is for, and not who sees a form's words.
NOT_LINES = {
    "agenda.begins",
    "welcome.each_form",
    "settings.share",
    "settings.share_sets",
    "cohort.plan.channel_hint",
    "help.my_data",
    "journal.unshared",
    "my_data.line",
    "my_data.seen_by",
    "cohort.plan.channel_works",
    "check_in.post.private",
    "cohort.plan.check_ins_about",
    "reflect.saved.only_you",
    "reflect.saved.supervisor",
    "reflect.saved.set",
    "reflect.saved.learning_partner",
    "reflect.saved.learning_partner_unnamed",
    "journal.shared.supervisor",
    "journal.shared.learning_partner_named",
    "journal.shared.learning_partner_unnamed",
    "journal.shared.set",
}


def test_no_sentence_on_who_can_see_something_is_written_by_hand():
    with (LOCALES / "en_GB/LC_MESSAGES/alongside.po").open("rb") as source:
        entries = {
            message.id if isinstance(message.id, str) else message.id[0]: str(message.string)
            for message in read_po(source)
            if message.id
        }
    pieces = tuple(f"{one}." for one in ("sees", "thing"))
    by_hand = {
        key
        for key, text in entries.items()
        if SEEING.search(text) and not key.startswith(pieces) and key not in NOT_LINES
    }

    assert by_hand == set()


def test_what_is_closed_for_now_says_nothing_that_is_not_so():
    for thing, viewer in FOR_NOW:
        row = row_of(thing)
        opened = row | {viewer: SIGHTS[thing][viewer]}
        assert said(opened) != said(row)
