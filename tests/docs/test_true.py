"""What the pages say of the program is so."""

import re
import string
import tomllib
from pathlib import Path

import pytest
import typer
from babel.messages.pofile import read_po

from bot import cli
from bot.manifest import COMMANDS, SCOPES
from bot.services.retention_file import read_register
from bot.settings import Settings
from bot.words import LOCALES
from domain.people import Role
from storage import all_tables as tables
from tests.docs.pages import ROOT, code, commands, fences, name, pages, prose

PAGES = [pytest.param(page, id=name(page)) for page in pages()]
USING = [pytest.param(page, id=name(page)) for page in pages("docs/using/")]
FIELDS = {field.upper(): info for field, info in Settings.model_fields.items()}
EXAMPLE = (ROOT / ".env.example").read_text()
LINES = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
MAKE_VARIABLES = {"PYTHON"}
SENTENCE_ENDS = re.compile(r"(?<=[.?!:;])[*_\"]*\s+|\n\s*\n|^ *(?:[-*]|\d+\.) +|\|", re.MULTILINE)
BANNED = re.compile(
    r"\b(overdue|missed|failed|failures?|patients?|sufferers?|service users?|victims?|mentally ill|"
    r"suffering|simply|easily|obviously|just click)\b",
    re.IGNORECASE,
)
LONGEST_SENTENCE = 20
AVERAGE_SENTENCE = 12


def make_targets():
    return set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def alongside(words):
    """Follow the words through the command line, as far as they are commands and options."""
    command = typer.main.get_command(cli.app)
    for word in words:
        if word.startswith("--"):
            known = {o for p in command.params for o in p.opts} | {"--help"}
            assert word.partition("=")[0] in known, f"{command.name} has no {word}"
        elif hasattr(command, "commands"):
            assert word in command.commands, f"{command.name} has no {word}"
            command = command.commands[word]
    return command


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_is_in_the_makefile(page):
    for call in commands(page.read_text(), "make"):
        targets = [word for word in call if re.fullmatch(r"[a-z][\w-]*", word)]
        variables = {word.partition("=")[0] for word in call if "=" in word}
        assert set(targets) <= make_targets()
        assert variables <= MAKE_VARIABLES


@pytest.mark.parametrize("page", PAGES)
def test_every_alongside_command_can_be_typed(page):
    for call in commands(page.read_text(), "alongside"):
        command = alongside(call)
        assert not hasattr(command, "commands") or call[-1].startswith("--"), call


def test_what_the_program_advises_can_be_typed():
    advice = []
    for file in (ROOT / "bot").rglob("*.py"):
        advice += re.findall(r"(?:[Rr]un|with|or run): alongside ([a-z ]+)", file.read_text())
    assert len(advice) > 3
    for words in advice:
        assert not hasattr(alongside(words.split()), "commands"), words


def test_the_example_has_every_setting_and_no_other():
    assert sorted(LINES) == sorted(FIELDS)


@pytest.mark.parametrize("setting", LINES)
def test_the_example_says_what_each_is_for_and_how_it_is_left_alone(setting):
    assert re.search(rf"^# .+\n(?:# .+\n)*{setting}=", EXAMPLE, re.MULTILINE)
    default = FIELDS[setting].default
    assert LINES[setting] == ("" if default is None else str(default))


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_that_a_page_names_exists(page):
    text = page.read_text()
    named = {found[0] for part in code(text) if (found := SETTING.match(part))}
    assert named <= set(FIELDS)


def test_the_table_of_settings_is_whole():
    text = (ROOT / "docs/running/install.md").read_text().partition("## Every setting")[2]
    assert re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE) == list(LINES)


def test_the_table_of_scopes_is_the_manifests():
    text = (ROOT / "docs/running/install.md").read_text()
    part = text.partition("### What the app may do")[2].partition("\n#")[0]
    assert sorted(re.findall(r"^\| `([\w:]+)` \|", part, re.MULTILINE)) == sorted(SCOPES)


def test_every_command_of_slack_is_in_the_pages_for_those_who_use_it():
    said = "\n".join(page.values[0].read_text() for page in USING)
    assert [command for command in COMMANDS if f"`{command}`" not in said] == []


def test_every_table_is_in_the_page_on_data_protection():
    text = (ROOT / "docs/running/data-protection.md").read_text()
    named = set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))
    assert named == {*tables.metadata.tables, "alembic_version"}


def test_every_sealed_column_is_named_as_sealed():
    text = (ROOT / "docs/running/data-protection.md").read_text()
    rows = re.findall(r"^\| `(\w+)`: `(\w+)` \| .* \| \*\*yes\*\* \|", text, re.MULTILINE)
    sealed = {
        (table.name, column.name)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if column.type.__class__.__name__ == "LargeBinary"
    }
    keys = {
        ("person_keys", "wrapped"),
        ("check_in_keys", "wrapped"),
        ("learning_set_keys", "wrapped"),
        ("house_keys", "wrapped"),
        ("vault_sentinel", "sealed"),
    }
    assert set(rows) == sealed - keys


def test_the_page_on_data_protection_names_the_periods_that_the_bot_keeps_to():
    text = (ROOT / "docs/running/data-protection.md").read_text()
    last_cell = r"^\| `(\w+)`(?:: `(\w+)`)? \|.*\| ([^|]+) \|$"
    said = {
        (table, column or None): kept for table, column, kept in re.findall(last_cell, text, re.M)
    }
    entries = [one for one in read_register().entries.values() if one.period is not None]
    assert len(entries) > 10
    for entry in entries:
        assert entry.keeps in said[entry.table, entry.column], entry.name


def catalogue():
    """Every sentence, and a pattern for it with its gaps filled by anything."""
    with (LOCALES / "en_GB/LC_MESSAGES/alongside.po").open("rb") as source:
        for message in read_po(source):
            texts = [message.string] if isinstance(message.string, str) else message.string
            for text in filter(None, texts if message.id else ()):
                parts = [(re.escape(t), f) for t, f, _, _ in string.Formatter().parse(text)]
                yield re.compile("".join(t + (".+" if f else "") for t, f in parts), re.DOTALL)


@pytest.mark.parametrize("page", USING)
def test_every_button_that_a_page_names_has_these_words(page):
    known = list(catalogue())
    steps = re.findall(r"\b(?:[Pp]ress|[Tt]ick|or) \*\*([^*]+)\*\*", prose(page.read_text()))
    assert steps
    assert [label for label in steps if not any(p.fullmatch(label) for p in known)] == []


@pytest.mark.parametrize("page", USING)
def test_every_sentence_that_a_page_quotes_begins_so_in_the_catalogue(page):
    known = "\n".join((LOCALES / "en_GB/LC_MESSAGES/alongside.po").read_text().split('"\n"'))
    quoted = re.findall(r'"([A-Z][^"]{15,})"', " ".join(prose(page.read_text()).split()))
    assert [words for words in quoted if words.rstrip(".") not in known] == []


def test_every_role_is_explained_to_co_leads():
    text = (ROOT / "docs/using/co-lead.md").read_text()
    rows = re.findall(r"^\| \*\*([\w -]+)\*\* \|", text, re.MULTILINE)
    assert [row.lower().replace("-", "_").replace(" ", "_") for row in rows] == list(Role)


@pytest.mark.parametrize("page", USING)
def test_pages_for_everyone_are_in_short_kind_sentences(page):
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", prose(page.read_text()))
    sentences = [s.split() for s in SENTENCE_ENDS.split(text) if s and len(s.split()) > 1]
    assert [" ".join(s) for s in sentences if len(s) > LONGEST_SENTENCE] == []
    assert sum(map(len, sentences)) / len(sentences) <= AVERAGE_SENTENCE


@pytest.mark.parametrize("page", PAGES)
def test_no_page_blames_or_belittles(page):
    if page.name != "CONTRIBUTING.md":  # which lists these words
        assert BANNED.findall(prose(page.read_text())) == []


def test_the_picture_of_the_rooms_is_the_one_that_import_linter_holds():
    [picture] = [f for f in fences((ROOT / "docs/architecture.md").read_text()) if "-->" in f]
    rooms = dict(re.findall(r'(\w+)\["([\w.]+)"\]', picture))
    arrows = re.findall(r"^ *(\w+)(?:\[[^]]*\])? --> (\w+)", picture, re.MULTILINE)
    shown = closure({(rooms[one], rooms[other]) for one, other in arrows})
    held = allowed(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"])
    assert shown == held
    assert set(rooms.values()) == {room for pair in held for room in pair} | {"practice"}


def closure(arrows):
    """Add whatever lies further along the arrows."""
    while more := {(a, d) for a, b in arrows for c, d in arrows if b == c} - arrows:
        arrows = arrows | more
    return arrows


def allowed(contracts):
    """Return which room may import which: by layers, without what is forbidden."""
    [layers] = [c["layers"] for c in contracts["contracts"] if c["type"] == "layers"]
    steps = [(re.split(r" *[|:] *", layer), ":" in layer) for layer in layers]
    pairs = set()
    for number, (rooms, beside) in enumerate(steps):
        below = [room for later, _ in steps[number + 1 :] for room in later]
        pairs |= {(one, other) for one in rooms for other in below}
        if beside:
            pairs |= {(one, other) for one in rooms for other in rooms if one != other}
    for contract in contracts["contracts"]:
        if contract["type"] == "forbidden":
            pairs -= {
                (one, other)
                for one in contract["source_modules"]
                for other in contract["forbidden_modules"]
            }
    return pairs


def test_every_module_of_the_bot_is_drawn_or_named_beside_the_picture():
    text = (ROOT / "docs/architecture.md").read_text()
    beside = re.findall(
        r"`(\w+)`", text.partition("stand beside the layers:")[2].partition("\n\n")[0]
    )
    drawn = re.findall(r'\["bot\.(\w+)"\]', text)
    there = {Path(file).stem for file in (ROOT / "bot").glob("*.py")} - {"__init__"}
    folders = {file.parent.name for file in (ROOT / "bot").glob("*/__init__.py")}
    assert sorted(drawn + beside) == sorted(there | folders)
