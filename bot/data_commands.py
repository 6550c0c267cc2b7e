"""Commands on what is kept: what has had its time."""

from typing import Annotated

import typer

from bot import running
from bot.in_plain_words import in_plain_words
from bot.keys import read_keys
from bot.services.retention import Retention
from bot.services.retention_file import read_register
from bot.settings import read_settings
from domain.clock import utc_now
from storage.vault import Vault


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(retention)


def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count, and take nothing away.")
    ] = False,
) -> None:
    """Take away what has had its time. The bot does it by itself, twice a day."""
    with in_plain_words():
        settings = read_settings()
        keys = read_keys(settings, may_make=False)
        database = running.prepare_database(settings.database, keys)
        register = read_register()
        sweeper = Retention(database, Vault(keys), utc_now, register)
        counts = sweeper.dry_run() if dry_run else sweeper.run()
        database.close()
        for name, count in counts.items():
            typer.echo(f"{count:>8}  {register.entries[name].title} ({name})")
        typer.echo("Nothing was taken away." if dry_run else "This was taken away.")
