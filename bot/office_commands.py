"""Commands for whoever answers for data protection: the incident list, and the papers."""

from pathlib import Path
from typing import Annotated

import typer

from bot import waiting
from bot.in_plain_words import in_plain_words
from bot.keys import read_keys
from bot.services.retention_file import read_register
from bot.settings import read_settings
from domain.clock import utc_now


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (incident, data_protection):
        app.command()(command)


def incident(
    since: Annotated[str, typer.Option("--from", help="When it began, as 2026-03-03T14:00Z.")],
    until: Annotated[str, typer.Option("--to", help="When it was over, as 2026-03-03T16:00Z.")],
    zone: Annotated[
        str | None, typer.Option(help="The clock of both, as Europe/London, if they name none.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For another program to read.")] = False,
) -> None:
    """List whose data of which kinds a stretch of time touched. It holds no words."""
    from bot.incident_in_words import as_text, read_span  # time that a starting bot does without
    from bot.services.incidents import Incidents

    with in_plain_words():
        span = read_span(since, until, zone)
        settings = read_settings()
        database = waiting.prepare_database(settings.database, read_keys(settings, may_make=False))
        report = Incidents(database, utc_now, read_register()).report(span)
        database.close()
        typer.echo(report.as_json() if as_json else as_text(report).rstrip())


def data_protection(
    to: Annotated[
        Path | None, typer.Option(help="A folder for them. Without it: this program's own docs.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option(help="A file with what your charity fills in. Only with --to.")
    ] = None,
) -> None:
    """Write the papers on data protection: what is held, who receives it, a DPIA, a notice."""
    from bot.pack import folder  # time that a starting bot does without

    with in_plain_words():
        written = folder.write_our_own() if to is None else folder.write(to, answers)
        for file in written:
            typer.echo(f"Written: {file}")
