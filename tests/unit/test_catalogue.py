"""The catalogue is read as Babel reads it, and a mistake in it is named by its line."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date, format_time
from babel.messages.pofile import read_po

from bot.catalogue import BadCatalogue, read
from bot.words import LOCALES, NoSuchSentence, Words

ENGLISH = LOCALES / "en_GB/LC_MESSAGES/alongside.po"
WORDS = Words()
HEADER = 'msgid ""\nmsgstr ""\n"Language: cy\\n"\n"Plural-Forms: nplurals=3; plural={};\\n"\n\n'


@pytest.fixture
def reading(tmp_path):
    def read_text(text):
        (tmp_path / "a.po").write_text(text, encoding="utf-8")
        return read(tmp_path / "a.po")

    return read_text


def test_it_reads_what_babel_reads():
    with ENGLISH.open("rb") as source:
        theirs = {
            m.id if isinstance(m.id, str) else m.id[0]: (m.string,)
            if isinstance(m.string, str)
            else tuple(m.string)
            for m in read_po(source)
            if m.id
        }
    assert read(ENGLISH).sentences == theirs
    assert len(theirs) > 1000


def test_days_and_months_are_said_as_babel_says_them():
    for n in range(800):
        day = date(2026, 1, 1) + timedelta(days=n)
        assert WORDS.day(day) == format_date(day, "EEEE d MMMM y", locale="en_GB")
        assert WORDS.short_day(day) == format_date(day, "EEE d MMM", locale="en_GB")
        assert WORDS.month(day) == format_date(day, "MMMM y", locale="en_GB")


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("minute", [0, 5, 59])
def test_times_of_day_are_said_as_babel_says_them(hour, minute):
    at = time(hour, minute)
    pattern = "h:mmaaa" if minute else "haaa"
    assert WORDS.clock(at) == format_time(at, pattern, locale="en_GB")
    moment = datetime(2026, 3, 3, hour, minute, tzinfo=ZoneInfo("Europe/London"))
    assert WORDS.time(moment, "Europe/London", "24") == f"{hour:02}:{minute:02}"
    assert WORDS.time(moment, "Europe/London") == WORDS.clock(at)


def test_texts_go_on_over_lines_with_quotes_and_new_lines_in_them(reading):
    found = reading('msgid "a"\nmsgstr ""\n"one \\"two\\"\\n"\n  "three \\\\ four"\n# said\n')
    assert found.sentences == {"a": ('one "two"\nthree \\ four',)}


def test_a_language_has_its_own_rule_for_numbers(reading):
    entry = 'msgid "a"\nmsgid_plural "a"\nmsgstr[0] "one"\nmsgstr[1] "two"\nmsgstr[2] "many"\n'
    found = reading(HEADER.format("n==1 ? 0 : n==2 ? 1 : 2") + entry)
    assert [found.sentences["a"][found.form(n)] for n in (1, 2, 3)] == ["one", "two", "many"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid "a"\nmsgstr\n', 2),
        ('msgid "a"\nsaid "b"\n', 2),
        ('msgid "a"\nmsgstr ""\n', 2),
        ('msgid "a"\nmsgstr "b"\nmsgstr "c"\n', 3),
        ('msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', 2),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 5),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"\n', 1),
        ('msgstr "b"\n', 1),
    ],
)
def test_a_mistake_is_told_by_its_line(reading, text, line):
    with pytest.raises(BadCatalogue, match=rf"a\.po.*line {line}:"):
        reading(text)


def test_a_language_without_the_names_of_months_does_not_start(tmp_path):
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "alongside.po").write_text('msgid "a"\nmsgstr "b"\n')
    with pytest.raises(NoSuchSentence, match=r"weekday\.0"):
        Words("cy", folder=tmp_path)
