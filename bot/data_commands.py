"""Commands on what is kept: what has had its time, and backups."""

from pathlib import Path
from typing import Annotated

import typer

from bot import running, waiting
from bot.in_plain_words import in_plain_words, make_folder
from bot.keys import read_keys
from bot.services.restored import Lost, Restored
from bot.services.retention import Retention
from bot.services.retention_file import read_register
from bot.settings import read_settings
from domain.clock import utc_now
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.vault import Vault


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (retention, backup, restore):
        app.command()(command)


def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count, and take nothing away.")
    ] = False,
) -> None:
    """Take away what has had its time. The bot does it by itself, twice a day."""
    with in_plain_words():
        settings = read_settings()
        keys = read_keys(settings, may_make=False)
        database = waiting.prepare_database(settings.database, keys)
        register = read_register()
        sweeper = Retention(database, Vault(keys), utc_now, register)
        counts = sweeper.dry_run() if dry_run else sweeper.run()
        database.close()
        for name, count in counts.items():
            typer.echo(f"{count:>8}  {register.entries[name].title} ({name})")
        typer.echo("Nothing was taken away." if dry_run else "This was taken away.")


def backup(
    file: Annotated[Path, typer.Argument(help="A new file, for you alone to read.")],
) -> None:
    """Write a sealed backup of the database. The bot may go on meanwhile."""
    from bot.services.backups import Backups  # time that a starting bot does without

    with in_plain_words():
        settings = read_settings()
        keys = read_keys(settings, may_make=False)
        Backups(settings.database, keys, utc_now).write(file)
        typer.echo(f"The backup is in {file}. It opens with the master key {keys.newest} alone.")
        typer.echo(f"Keep the keys elsewhere, and a copy of {settings.ledger} too, if it is there.")


def restore(file: Annotated[Path, typer.Argument(help="A backup that you made.")]) -> None:
    """Put a backup into an empty database. Nobody who was deleted since comes back with it."""
    from bot.services.backups import Backups

    with in_plain_words():
        settings = read_settings()
        make_folder(settings)
        keys = read_keys(settings, may_make=False)
        made = Backups(settings.database, keys, utc_now).put_back(file)
        ledger = Ledger(settings.ledger, keys)
        database = waiting.prepare_database(settings.database, keys)
        back = running.erase_again(database, keys, utc_now, ledger)
        lost = Restored(database, utc_now, MarkFile(settings.mark)).notice()
        database.close()
        typer.echo(f"Put back as it stood at {made.made_at:%Y-%m-%d %H:%M} UTC:")
        typer.echo(f"{sum(made.rows.values())} rows, {made.rows['people']} people.")
        typer.echo(f"People who were deleted since, and were deleted again: {back}.")
        if not settings.ledger.exists():
            typer.echo(
                f"There is no list {settings.ledger}. If anybody was ever deleted, stop here:"
            )
            typer.echo("bring it from its copy, before you start the bot.")
        typer.echo(_lost_in_words(lost))


def _lost_in_words(lost: Lost | None) -> str:
    if lost is None or lost.lines is None:
        return "What people did after that is gone. There is no mark that says how much it was."
    until = f"{lost.until:%Y-%m-%d %H:%M}" if lost.until else "later"
    number = f"{lost.lines} lines of the audit" if lost.lines != 1 else "1 line of the audit"
    return f"What people did from then until {until} UTC is gone: {number}."
