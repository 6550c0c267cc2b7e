"""The command that makes tables, and moves everything from one database to another."""

from typing import Annotated

import typer

from bot.in_plain_words import CANNOT, in_plain_words, make_folder
from bot.keys import read_keys
from bot.services.retention_file import read_register
from bot.settings import BadSettings, Settings, read_settings
from domain.clock import utc_now
from storage import migrate as migrations

_SAID_EVERY = 20_000


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(migrate)


def migrate(
    old: Annotated[
        str | None,
        typer.Option("--from", help="Move from this database; without it, from DATABASE_URL."),
    ] = None,
    new: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Move to this one; without it, to DATABASE_URL. Write sqlite:///file.db, or "
            "postgresql://user@host/name (postgresql+psycopg:// is the same).",
        ),
    ] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Use a database all the same that has moved.")
    ] = False,
) -> None:
    """Make the database's tables, or bring them up to date; with --from or --to, move."""
    with in_plain_words():
        settings = read_settings()
        if take_back and (old or new):
            raise BadSettings("Give --take-back alone. It is for the database in DATABASE_URL.")
        make_folder(settings)
        if take_back:
            _take_back(settings)
        elif old or new:
            _move(settings, old or settings.database, new or settings.database)
        else:
            migrations.upgrade(settings.database)
            typer.echo("The database is up to date.")


def _move(settings: Settings, old: str, new: str) -> None:
    from bot.services.moving import MoveProblem, Moving  # time that a starting bot does without

    keys = read_keys(settings, may_make=False)
    moving = Moving(old, new, keys, utc_now, read_register(), settings.tick_is_fresh)
    say = _Saying()
    try:
        moved = moving.move(say)
    except MoveProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(CANNOT) from None
    if not moved.already:
        typer.echo(
            f"Compared: {moved.rows} rows in {moved.tables} tables, each with its copy. "
            f"Opened: {moved.opened} sealed values, each in both databases."
        )
    if moved.shut:
        typer.echo(f"{moved.shut} sealed values did not open in the old database either.")
    typer.echo("Everything is in the new database now. Put its address into DATABASE_URL,")
    typer.echo("and start the bot. No bot starts on the old one any more.")
    typer.echo("Delete the old one when you are content: it keeps what people delete from now on.")


def _take_back(settings: Settings) -> None:
    from bot.services.moving import MoveProblem, take_back

    try:
        mark = take_back(settings.database)
    except MoveProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(CANNOT) from None
    if mark is None:
        typer.echo("This database has not moved. Nothing was changed.")
        return
    typer.echo("The bot runs on this database again.")
    typer.echo(f"Run none on {mark.to}. What people did there is not in this one.")


class _Saying:
    """Says how far a move is: a line for each table, and now and then within a long one."""

    def __init__(self) -> None:
        self._comparing = False
        self._said = 0

    def __call__(self, step: object) -> None:
        from bot.services.moving import Copied

        if isinstance(step, Copied):
            self._copied(step.table, step.rows, step.of)
        elif not self._comparing:
            self._comparing = True
            typer.echo("Everything is copied. Now each row is compared with its copy.")

    def _copied(self, table: str, rows: int, of: int) -> None:
        if rows < self._said:
            self._said = 0
        if rows == of or rows - self._said >= _SAID_EVERY:
            self._said = rows
            typer.echo(f"Copied: {rows} of {of}  {table}")
