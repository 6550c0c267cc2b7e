"""Whatever a page points at is there."""

import re
import tomllib

import pytest

from tests.browser.palette import size_of
from tests.docs.pages import ROOT, anchors, committed, links, name, pages, text_of

PAGES = [pytest.param(page, id=name(page)) for page in pages()]
ELSEWHERE = ("https://", "http://127.0.0.1", "mailto:")
LONGEST_PICTURE = 120_000

# Put together here, so that this file does not name them.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("deb", "debian", "org"),
        ("anaconda", "org"),
    )
]
OTHER_INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|trusted-host")
SOMEBODYS_PATH = re.compile(
    r"(?<![\w.])/(?:work|root|Users|mnt|workspace)/|(?<![\w./])/home/\w|\b[A-Z]:\\Users"
)
PARTS_OF_A_RECORD = ["Context", "Decision", "Consequences", "What else was weighed"]
RECORDS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))


def test_there_are_pages():
    assert {"README.md", "SECURITY.md", "docs/architecture.md"} <= {name(p) for p in pages()}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    dead = []
    for _, _, target in links(page.read_text()):
        if target.startswith(ELSEWHERE):
            continue
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        there = file.exists() and ROOT in (file, *file.parents)
        if not there or (anchor and anchor not in anchors(file.read_text())):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_is_there_small_and_said_in_words(page):
    for is_picture, words, target in links(page.read_text()):
        if is_picture:
            data = (page.parent / target).read_bytes()
            assert len(words.split()) >= 5, f"{target} needs words for those who do not see it"
            assert len(data) <= LONGEST_PICTURE, target
            assert all(size_of(data)), target


def test_no_picture_is_left_over():
    shown = {
        (page.parent / target).resolve()
        for page in pages()
        for is_picture, _, target in links(page.read_text())
        if is_picture
    }
    taken = set((ROOT / "docs/pictures").glob("*.png"))
    # Each is taken at two sizes; a page may show one of them.
    ways = {re.sub(r"-(desktop|phone)\.png$", "", file.name) for file in shown}
    assert {re.sub(r"-(desktop|phone)\.png$", "", file.name) for file in taken} == ways
    assert shown <= taken


def test_every_page_can_be_found_from_the_readme():
    found, look = set(), [ROOT / "README.md"]
    while look:
        page = look.pop()
        if page not in found:
            found.add(page)
            targets = [target.partition("#")[0] for _, _, target in links(page.read_text())]
            look += [(page.parent / t).resolve() for t in targets if t.endswith(".md")]
    assert [name(page) for page in pages() if page not in found] == []


@pytest.mark.parametrize("file", [pytest.param(f, id=name(f)) for f in committed()])
def test_no_file_names_a_package_host_or_somebodys_computer(file):
    text = text_of(file)
    if text is None:
        return
    assert [host for host in REGISTRIES if host in text] == []
    assert SOMEBODYS_PATH.findall(text) == [], "an absolute path of one computer"
    if file.suffix == ".txt":
        assert OTHER_INDEX.findall(text) == []


def test_decisions_are_numbered_without_gaps_and_listed():
    assert [r.name[:4] for r in RECORDS] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]
    listed = [t for _, _, t in links((ROOT / "docs/decisions/README.md").read_text())]
    assert listed == [record.name for record in RECORDS]


@pytest.mark.parametrize("record", [pytest.param(r, id=r.stem) for r in RECORDS])
def test_a_decision_has_its_four_parts_on_one_page(record):
    text = record.read_text()
    assert text.startswith(f"# {record.name[:4]}: ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS_OF_A_RECORD
    assert len(text.splitlines()) <= 70


def test_every_direct_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    direct = sorted(re.match(r"[\w-]+", line)[0] for line in wanted)
    text = (ROOT / "docs/decisions/0003-libraries.md").read_text()
    given = re.findall(r"^\| `([\w-]+)` \| \S.{5,} \|$", text, re.MULTILINE)
    assert sorted(given) == direct
