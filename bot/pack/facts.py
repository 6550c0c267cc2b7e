"""Everything that the papers are made from, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from bot.manifest import EVENTS, SCOPES
from bot.services.retention_file import read_register
from bot.settings import BadSettings, Settings
from domain.policy import RULES, Act, Rule, Sight, Thing, Viewer, sight
from domain.retention import Register
from domain.values import dataclass
from storage import holdings

REVIEWED = Path(__file__).parent.parent / "content" / "data_protection.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What the settings choose that matters here, in words. No name, no address, no secret."""

    mode: str
    database: str
    keys: str

    @classmethod
    def of(cls, settings: Settings) -> "Installation":
        """Return it for these settings."""
        own_server = settings.database_url is not None and "postgresql" in settings.database
        in_memory = settings.master_keys is not None
        return cls(
            mode="HTTP" if settings.slack_mode == "http" else "Socket Mode",
            database="a PostgreSQL server" if own_server else "an SQLite file",
            keys="the setting `MASTER_KEYS`" if in_memory else "a file, `master.keys` by default",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is held, what the code may do, what is reviewed besides, and what a charity filled in.

    `columns` are the names of the columns of every table. `answers` are by the names of the open
    places.
    """

    register: Register
    columns: Mapping[str, tuple[str, ...]]
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    rules: Mapping[Act, Rule]
    sights: Mapping[Thing, Mapping[Viewer, Sight]]
    reviewed: Mapping[str, Any]
    installation: Installation
    answers: Mapping[str, str] = field(default_factory=dict)


def read_facts(settings: Settings, answers: Path | None = None) -> Facts:
    """Read them.

    Raises:
        BadSettings: The answers cannot be used; says which.
    """
    with REVIEWED.open("rb") as file:
        reviewed = tomllib.load(file)
    return Facts(
        register=read_register(),
        columns=holdings.columns(),
        scopes=SCOPES,
        events=EVENTS,
        rules=RULES,
        sights={thing: {one: sight(thing, one) for one in Viewer} for thing in Thing},
        reviewed=reviewed,
        installation=Installation.of(settings),
        answers={} if answers is None else _read_answers(answers, reviewed["open"]),
    )


def of_the_program() -> Facts:
    """Return them as they are without anybody's settings: what the repository's own copy says."""
    return read_facts(Settings.model_construct())


def _read_answers(file: Path, places: Mapping[str, str]) -> Mapping[str, str]:
    try:
        answers = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadSettings(
            f'{file} cannot be read. Write a line for each answer, like: lead = "Ada Byron".'
        ) from None
    for name, answer in answers.items():
        if name not in places:
            raise BadSettings(
                f"{file}: nothing is called {name}. The list of names is in the paper."
            )
        if not isinstance(answer, str) or not answer.strip():
            raise BadSettings(f'{file}: {name} has to be words, like: {name} = "some words".')
    return {name: " ".join(answer.split()) for name, answer in answers.items()}
