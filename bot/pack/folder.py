"""Writes the papers into a folder, and never over what somebody else wrote."""

from collections.abc import Mapping
from pathlib import Path

from bot.pack.facts import of_the_program, read_facts
from bot.pack.papers import MARK, papers, standing_alone
from bot.settings import BadSettings, read_settings

OUR_OWN = Path(__file__).parents[2] / "docs" / "running"


def write_our_own() -> list[Path]:
    """Write this repository's own copy, by nobody's settings and answers, and return its files.

    Raises:
        BadSettings: There is no repository around the program.
    """
    if not OUR_OWN.is_dir():
        raise BadSettings("Say where to: alongside data-protection --to papers")
    return _written(OUR_OWN, papers(of_the_program()))


def write(to: Path, answers: Path | None) -> list[Path]:
    """Write the papers of this installation, with what the charity filled in; return the files.

    Raises:
        BadSettings: The answers or the folder cannot be used.
    """
    return _written(to, standing_alone(papers(read_facts(read_settings(), answers))))


def _written(folder: Path, made: Mapping[str, str]) -> list[Path]:
    files = {folder / path: text for path, text in made.items()}
    for file in files:
        if file.exists() and not file.read_text(encoding="utf-8").startswith(MARK):
            raise BadSettings(f"{file} was not made by this command. Choose another folder.")
    try:
        for file, text in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadSettings(f"{folder} cannot be written to: {error.strerror}.") from None
    return list(files)
