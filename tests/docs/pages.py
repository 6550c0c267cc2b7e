"""The pages of this repository, as the tests of the docs read them."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HIDDEN_BUT_OURS = {".ci", ".github"}

_FENCE = re.compile(r"^( *)(```+)[^\n]*\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]*)>?[^)]*\)")
_COMMAND = r"(?:^|bin/|&& |; )\s*(?:[A-Z_]+=\S* )*{} (.*)$"


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is in the repository or would be, with what git ignores left out."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        asked = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        answer = subprocess.run(asked, cwd=ROOT, capture_output=True, check=False)
        found = {ROOT / name for name in answer.stdout.decode().split("\0") if name}
        if found:
            return tuple(sorted(file for file in found if file.is_file()))
    return tuple(f for f in sorted(ROOT.rglob("*")) if f.is_file() and not _is_made(f))


def _is_made(file: Path) -> bool:
    """Whether it stands in a folder of caches, of installed packages or of data."""
    folders = file.relative_to(ROOT).parts[:-1]
    return any(f == "__pycache__" or (f[0] == "." and f not in HIDDEN_BUT_OURS) for f in folders)


def name(file: Path) -> str:
    """Return the file's place in the repository."""
    return file.relative_to(ROOT).as_posix()


def pages(under: str = "") -> list[Path]:
    """Return every Markdown file, or those in one folder."""
    return [f for f in committed() if f.suffix == ".md" and name(f).startswith(under)]


def text_of(file: Path) -> str | None:
    """Return what the file says; None where it is no text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def fences(page: str) -> list[str]:
    """Return what stands in fenced code."""
    return [found[3] for found in _FENCE.finditer(page)]


def prose(page: str) -> str:
    """Return the page without fenced code."""
    return _FENCE.sub("", page)


def code(page: str) -> list[str]:
    """Return what stands in code, fenced or in a line; a line each."""
    lines = [line for fence in fences(page) for line in fence.splitlines()]
    return [line.strip() for line in lines] + _CODE.findall(prose(page))


def commands(page: str, program: str) -> list[list[str]]:
    """Return the words after each call of a program that the page's code makes."""
    pattern = re.compile(_COMMAND.format(re.escape(program)))
    calls = [found[1] for line in code(page) if (found := pattern.search(line))]
    return [re.sub(r"\s*[#`].*", "", call).split() for call in calls]


def links(page: str) -> list[tuple[bool, str, str]]:
    """Return (is a picture, its text, where to) for each link."""
    bare = _CODE.sub(lambda found: " " * len(found[0]), prose(page))
    return [(bool(bang), text, target) for bang, text, target in _LINK.findall(bare)]


def anchors(page: str) -> set[str]:
    """Return the names that headings can be linked by, as GitHub makes them."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        number = 0
        while (one := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(one)
    return found
