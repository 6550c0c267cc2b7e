"""The papers on data protection say what the files and the code say, and cannot drift from them."""

import re
import tomllib
from dataclasses import replace

import pytest

from bot.pack import folder
from bot.pack.facts import Installation, of_the_program
from bot.pack.papers import FRONT, MARK, PAPERS, NoSuchGap, open_places, papers
from bot.pack.tables import as_table
from bot.services.retention_file import SOURCE, read_register
from bot.settings import Settings
from domain.people import Role
from domain.policy import RULES, UNSEEN, Act, Sight, Thing, Viewer, sight
from domain.retention import SealedFor
from tests.docs.pages import ROOT

FACTS = of_the_program()
RECIPIENTS, DPIA, NOTICE = (path for path in PAPERS if path != FRONT)
NOT_FILLED_IN = "your charity fills this in"
STEPS = [
    "Step 1: Identify the need for a DPIA",
    "Step 2: Describe the processing",
    "Step 3: Consultation process",
    "Step 4: Assess necessity and proportionality",
    "Step 5: Identify and assess risks",
    "Step 6: Identify measures to reduce risk",
    "Step 7: Sign off and record outcomes",
]
"""As the ICO's own template names them."""


@pytest.fixture(scope="module")
def made():
    return papers(FACTS)


def changed(made, **facts):
    """Return which papers say something else when the facts are others, and their new lines."""
    other = papers(replace(FACTS, **facts))
    return {
        path: [line for line in other[path].splitlines() if line not in made[path].splitlines()]
        for path in PAPERS
        if other[path] != made[path]
    }


def with_retention(tmp_path, old, new):
    """Return the register of the reviewed file in which something was changed."""
    text = SOURCE.read_text()
    assert text.count(old) == 1, old
    file = tmp_path / "retention.toml"
    file.write_text(text.replace(old, new))
    return read_register(file)


# They cannot drift


@pytest.mark.parametrize("path", PAPERS)
def test_what_is_committed_is_what_the_command_makes(made, path):
    assert (ROOT / "docs/running" / path).read_text() == made[path], "run: make pack"


def test_another_period_changes_every_paper_that_speaks_of_it(made, tmp_path):
    old = 'keeps = "90 days"\nends = "private_note_expires_on"'
    register = with_retention(tmp_path, old, old.replace("90", "45"))
    found = changed(made, register=register)
    assert set(found) == {FRONT, DPIA, NOTICE}
    assert all("45 days" in "\n".join(lines) for lines in found.values())
    assert any(line.startswith("| `sessions`: `note` |") for line in found[FRONT])


def test_who_can_see_it_is_told_in_the_words_of_whoever_reads(made, tmp_path):
    old = 'seen_by = "{The supervisor|You}. People who ask'
    register = with_retention(tmp_path, old, 'seen_by = "{A cat|You and a cat}. People who ask')
    found = changed(made, register=register)
    assert set(found) == {FRONT, NOTICE}
    assert "| A cat. People who ask" in found[FRONT][0]
    assert "| You and a cat. People who ask" in found[NOTICE][0]


def test_a_mark_that_something_tells_of_health_comes_into_the_assessment(made, tmp_path):
    old = 'seen_by = "{The supervisor|You}. People who ask'
    register = with_retention(tmp_path, old, f'special = "A made-up reason."\n{old}')
    assert set(changed(made, register=register)) == {DPIA}


def test_a_scope_less_or_more_changes_who_receives_it(made):
    found = changed(made, scopes=FACTS.scopes[1:])
    assert set(found) == {RECIPIENTS}
    for scope in FACTS.scopes:
        assert f"| `{scope}` |" in made[RECIPIENTS]


def test_a_scope_or_an_event_without_a_reason_makes_no_paper():
    with pytest.raises(NoSuchGap, match="scopes"):
        papers(replace(FACTS, scopes=(*FACTS.scopes, "channels:history")))
    with pytest.raises(NoSuchGap, match="events"):
        papers(replace(FACTS, events=(*FACTS.events, "message.im")))


def test_every_reason_is_for_something_that_is_asked_for():
    assert set(FACTS.reviewed["scopes"]) == set(FACTS.scopes)
    assert set(FACTS.reviewed["events"]) == set(FACTS.events)
    assert set(FACTS.reviewed["acts"]) == set(Act)


def test_a_new_table_and_a_new_column_are_told(made):
    columns = {**FACTS.columns, "new_table": ("id",)}
    columns["sessions"] = (*columns["sessions"], "mood")
    assert changed(made, columns=columns)[FRONT] == [
        "- `new_table`: id",
        f"- `sessions`: {', '.join(FACTS.columns['sessions'])}, mood",
    ]


def test_another_rule_changes_who_may(made):
    rules = {**RULES, Act.SEE_SESSIONS: replace(RULES[Act.SEE_SESSIONS], roles=frozenset(Role))}
    assert changed(made, rules=rules)[FRONT] == [
        "| see their own sessions | yes | yes | yes | yes | no |"
    ]


def test_another_cell_of_the_policys_table_changes_who_sees_what(made):
    nudge = {**FACTS.sights[Thing.NUDGE], Viewer.CO_LEADS: Sight.YES}
    found = changed(made, sights={**FACTS.sights, Thing.NUDGE: nudge})
    assert found[FRONT] == [
        "| skills, cornerstone and action; private note; which question was asked "
        "| their own | no | no | no | no |",
        "| own nudge | their own | no | yes | no | no |",
    ]


def test_the_tables_of_who_sees_what_say_each_cell_as_the_product_stands(made):
    """Read back from the paper: rows by what they name, columns by their heads."""
    reviewed = FACTS.reviewed["sight"]
    viewers = {said: Viewer(name) for name, said in reviewed["who"].items()}
    ways = {said: Sight(name) for name, said in reviewed["way"].items()}
    named = {said: Thing(n) for g in reviewed["group"] for n, said in g["things"].items()}
    part = made[FRONT].partition("## Who can see what, in Slack")[2].partition("\n## ")[0]
    head, read = [], {}
    for line in (one for one in part.splitlines() if one.startswith("| ")):
        first, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if not first:
            head = [viewers[cell] for cell in cells]
        elif first != "---":
            for said in first.split("; "):
                read[named[said]] = dict(zip(head, (ways[one] for one in cells), strict=True))
    assert set(read) == set(Thing)
    for thing, cells in read.items():
        for viewer in Viewer:
            as_ = sight(thing, viewer)
            assert cells.get(viewer, as_) is as_, (thing, viewer)
            assert viewer in cells or as_ in UNSEEN, (thing, viewer)


def test_a_thing_without_words_makes_no_paper():
    group = FACTS.reviewed["sight"]["group"][1:]
    sights = {**FACTS.reviewed["sight"], "group": group}
    with pytest.raises(NoSuchGap, match="who_sees_what"):
        papers(replace(FACTS, reviewed={**FACTS.reviewed, "sight": sights}))


def test_the_settings_are_told_and_nothing_secret_is():
    secrets = {"slack_bot_token": "xoxb-made-up", "slack_app_token": "xapp-made-up"}
    secrets |= {"master_keys": "made-up-keys", "slack_signing_secret": "made-up-secret"}
    settings = Settings(
        _env_file=None,
        slack_mode="http",
        database_url="postgresql://ada:made-up-word@db.example.org/alongside",
        **secrets,
    )
    said = papers(replace(FACTS, installation=Installation.of(settings)))[RECIPIENTS]
    assert "Your connection to Slack: HTTP." in said
    assert "a PostgreSQL server" in said
    assert "`MASTER_KEYS`" in said
    for secret in (*secrets.values(), "made-up-word", "db.example.org"):
        assert secret not in said


def test_a_paper_that_asks_for_something_unknown_is_not_made(monkeypatch, tmp_path):
    unknown = replace(FACTS, reviewed={**FACTS.reviewed, "open": {}})
    with pytest.raises(NoSuchGap, match=r"\{\{open "):
        papers(unknown)


def test_the_committed_copy_is_nobodys_settings(made, monkeypatch):
    monkeypatch.setenv("SLACK_MODE", "http")
    monkeypatch.setenv("MASTER_KEYS", "made-up-keys")
    assert papers(of_the_program()) == made
    assert folder.OUR_OWN == ROOT / "docs/running"


# What is in them


def test_nothing_is_left_open_by_accident(made):
    for path, text in made.items():
        assert text.startswith(MARK)
        assert not re.search(r"\{\{|\}\}|\{[^}\n]*\|", text), path


def test_every_place_to_fill_in_is_marked_and_listed_once(made):
    listed = re.findall(r"^\| .+ \| .+ \| `(\w+)` \| \*\*no\*\* \|$", made[FRONT], re.MULTILINE)
    used = {name for name, _ in open_places()}
    assert sorted(listed) == sorted(used) == sorted(FACTS.reviewed["open"])
    marked = set(re.findall(rf"\[{NOT_FILLED_IN}: ([^\]]+)\]", "".join(made.values())))
    assert marked == set(FACTS.reviewed["open"].values())


def test_the_assessment_has_the_seven_steps_in_order(made):
    assert re.findall(r"^## (.+)$", made[DPIA], re.MULTILINE) == STEPS


def test_whatever_is_sealed_for_a_person_is_taken_as_something_that_may_tell_of_health():
    sealed = [e for e in FACTS.register.entries.values() if e.sealed_for is SealedFor.PERSON]
    assert len(sealed) > 10
    assert [e.name for e in sealed if e.special is None] == []


def test_each_risk_has_its_measure_and_an_outcome_of_the_template():
    for risk in FACTS.reviewed["risk"]:
        assert risk["likelihood"] in {"remote", "possible", "probable"}
        assert risk["severity"] in {"minimal", "significant", "severe"}
        assert {risk["overall"], risk["left"]} <= {"low", "medium", "high"}
        assert risk["effect"] in {"eliminated", "reduced", "accepted"}
        assert len(risk["measure"]) > 40


def test_the_conditions_of_article_9_are_explained_and_none_is_chosen(made):
    part = made[DPIA].partition("### The condition for data on health")[2].partition("\n### ")[0]
    assert NOT_FILLED_IN in part
    for condition in ("9(2)(a)", "9(2)(b)", "9(2)(d)", "9(2)(g)", "9(2)(h)", "appropriate policy"):
        assert condition in part


def test_the_reviewed_file_has_nothing_that_no_paper_uses():
    reviewed = tomllib.loads((ROOT / "bot/content/data_protection.toml").read_text())
    assert set(reviewed) == {"scopes", "events", "acts", "sight", "open", "risk"}
    assert set(reviewed["sight"]["who"]) == set(Viewer)
    assert set(reviewed["sight"]["way"]) == set(Sight)
    things = [name for group in reviewed["sight"]["group"] for name in group["things"]]
    assert sorted(things) == sorted(Thing)
    assert as_table(["a"], [["b"]]) == "| a |\n| --- |\n| b |"
