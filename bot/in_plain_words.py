"""What the commands have in common: trouble is one clear line, and the data folder is there."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.catalogue import BadCatalogue
from bot.settings import BadSettings, Settings
from bot.words import NoSuchLanguage
from domain.refusals import DirectoryUnavailable, StorageUnavailable
from storage.backup_file import BackupProblem
from storage.engine import DatabaseProblem
from storage.ledger import LedgerUnavailable
from storage.master_keys import WrongMasterKey

CANNOT, NOT_NOW = 2, 1
"""Exit statuses. Whoever watches over a service starts it again after the second, in a while."""
_TOLD = (
    BackupProblem,
    BadCatalogue,
    BadSettings,
    DatabaseProblem,
    LedgerUnavailable,
    NoSuchLanguage,
    WrongMasterKey,
)


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn what an operator can mend into one clear line on standard error and a status."""
    try:
        yield
    except _TOLD as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(CANNOT) from None
    except StorageUnavailable as problem:
        typer.echo(f"The database cannot be used now: {problem}.", err=True)
        raise typer.Exit(NOT_NOW) from None
    except DirectoryUnavailable as problem:
        typer.echo(
            f"Slack does not know the member in FIRST_CO_LEAD, or is away ({problem}).", err=True
        )
        raise typer.Exit(CANNOT) from None


def make_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone.

    Raises:
        BadSettings: It cannot be made.
    """
    try:
        for folder in (settings.data_folder.parent, settings.data_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadSettings(
            f"The folder {settings.data_folder} cannot be made: {error.strerror}. "
            "Choose another with DATA_FOLDER."
        ) from None
