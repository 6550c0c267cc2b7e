"""A charity's own copy of the papers: its answers, its settings, and nothing written over."""

import re
from pathlib import Path

import pytest

from bot.pack import folder
from bot.pack.facts import of_the_program
from bot.pack.papers import FRONT, PAPERS, papers, standing_alone
from bot.settings import BadSettings
from tests.docs.pages import links

DPIA = "data-protection/dpia.md"
NOTICE = "data-protection/privacy-notice.md"


@pytest.fixture(scope="module")
def made():
    return papers(of_the_program())


def test_papers_that_stand_alone_link_to_each_other_only(made):
    for path, text in standing_alone(made).items():
        for _, _, target in links(text):
            file = target.partition("#")[0]
            there = (Path(path).parent / file).as_posix().replace("data-protection/../", "")
            assert not file or file.startswith("https://") or there in PAPERS, (path, target)
    assert "(data-protection/dpia.md)" in standing_alone(made)[FRONT]
    assert "SECURITY.md" in standing_alone(made)[DPIA], "its name is still told"


def test_answers_stand_in_the_papers_and_the_list_says_what_is_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = tmp_path / "ours.toml"
    ours.write_text('lead = "Ada Byron,\\n  ada@example.org"\nbackup_days = "35 days"\n')
    for _ in range(2):  # again after an upgrade
        files = folder.write(tmp_path / "papers", ours)
    assert [file.relative_to(tmp_path / "papers").as_posix() for file in files] == list(PAPERS)
    notice = (tmp_path / "papers" / NOTICE).read_text()
    assert "Ask Ada Byron, ada@example.org." in notice
    assert "We keep them for 35 days." in notice
    front = (tmp_path / "papers" / FRONT).read_text()
    assert re.search(r"\| `lead` \| yes \|", front)
    assert re.search(r"\| `host` \| \*\*no\*\* \|", front)


def test_what_somebody_else_wrote_is_not_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data-protection").mkdir()
    theirs = tmp_path / DPIA
    theirs.write_text("# Our own assessment\n")
    with pytest.raises(BadSettings, match=r"dpia\.md was not made by this command"):
        folder.write(tmp_path, None)
    assert theirs.read_text() == "# Our own assessment\n"
    assert not (tmp_path / FRONT).exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('laed = "Ada"', "nothing is called laed"),
        ("lead = 3", "lead has to be words"),
        ('lead = " "', "lead has to be words"),
        ("lead: Ada", "cannot be read. Write a line for each answer"),
        (None, "cannot be read: No such file"),
    ],
)
def test_answers_that_cannot_be_used_are_one_clear_line(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    ours = tmp_path / "ours.toml"
    if text is not None:
        ours.write_text(text)
    with pytest.raises(BadSettings, match=said) as told:
        folder.write(tmp_path / "papers", ours)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "papers").exists()
