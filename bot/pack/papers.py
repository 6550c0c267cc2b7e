"""Fills what is written by hand with what is made from the facts."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.pack import tables
from bot.pack.facts import Facts
from bot.services.session_files import KEPT_IN_SLACK
from domain.check_ins import FEWEST
from domain.retention import NOTICE

WRITTEN = Path(__file__).parent.parent / "content" / "papers"
FRONT = "data-protection.md"
PAPERS = {
    FRONT: "what is held",
    "data-protection/recipients.md": "who receives it",
    "data-protection/dpia.md": "the assessment",
    "data-protection/privacy-notice.md": "the privacy notice",
}
"""Where each paper lies under the folder, and what it is called in the list of open places."""
MARK = "<!-- Made by `alongside data-protection`"

_HEAD = f"""{MARK}: what you change here is lost.
In this repository: change bot/content, then run `make pack`. -->

"""
_GAP = re.compile(r"\{\{(\w+)(?: ([\w.]+))?\}\}")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]+)(#[^)]*)?\)")


class NoSuchGap(Exception):
    """A paper leaves room for something that there is not."""


def papers(facts: Facts) -> Mapping[str, str]:
    """Return every paper by where it lies.

    Raises:
        NoSuchGap: What is written by hand asks for something that there is not.
    """
    return {path: _HEAD + _filled(_written(path), facts) for path in PAPERS}


def standing_alone(made: Mapping[str, str]) -> Mapping[str, str]:
    """Return the papers with links to each other only, for a folder of the charity's own."""
    return {path: _LINK.sub(partial(_kept, path), text) for path, text in made.items()}


def open_places() -> Iterator[tuple[str, str]]:
    """Yield the name of every open place, and the paper that leaves room for it."""
    for path, paper in PAPERS.items():
        for gap, name in _GAP.findall(_written(path)):
            if gap == "open":
                yield name, paper
            elif gap == "measures":
                yield "measures_by", paper


def _written(path: str) -> str:
    return (WRITTEN / f"{Path(path).stem}.md.in").read_text(encoding="utf-8")


def _filled(text: str, facts: Facts) -> str:
    def fill(found: re.Match[str]) -> str:
        gap, name = found[1], found[2]
        try:
            return _WHOLE[gap](facts) if name is None else _OF_A_NAME[gap](facts, name)
        except KeyError:
            raise NoSuchGap(f"There is nothing to put into {found[0]}.") from None

    return _GAP.sub(fill, text)


def _kept(path: str, link: re.Match[str]) -> str:
    target = (Path(path).parent / link[2]).as_posix()
    whole = re.sub(r"[\w-]+/\.\./", "", target)
    return link[0] if whole in PAPERS or link[2].startswith("https://") else link[1]


def _hours(length: timedelta) -> str:
    return f"{length // timedelta(hours=1)} hours"


_WHOLE: dict[str, Callable[[Facts], str]] = {
    "table_by_table": tables.table_by_table,
    "columns": tables.columns,
    "who_sees_what": tables.who_sees_what,
    "who_may": tables.who_may,
    "scopes": tables.scopes,
    "events": tables.events,
    "special": tables.special,
    "yours": tables.yours,
    "risks": tables.risks,
    "measures": tables.measures,
    "open_places": lambda facts: tables.places(facts, open_places()),
    "mode": lambda facts: facts.installation.mode,
    "database": lambda facts: facts.installation.database,
    "keys": lambda facts: facts.installation.keys,
    "notice": lambda _: f"{NOTICE.days} days",
    "files": lambda _: _hours(KEPT_IN_SLACK),
    "smallest_group": lambda _: str(FEWEST),
}
_OF_A_NAME: dict[str, Callable[[Facts, str], str]] = {
    "open": tables.place,
    "keeps": lambda facts, name: facts.register.entries[name].keeps,
    "kept": lambda facts, name: facts.register.entries[name].kept,
    "your_kept": lambda facts, name: facts.register.entries[name].yours.kept,
}
