"""The `alongside` command."""

import json
import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot import data_commands, migrate_command, office_commands, running, waiting
from bot.in_plain_words import in_plain_words, make_folder
from bot.keys import read_keys, write_keys
from bot.logs import start_logging
from bot.manifest import HTTP_PATH
from bot.manifest import manifest as app_manifest
from bot.practice_process import start_practice
from bot.running import Workspace
from bot.services.upkeep import Upkeep
from bot.settings import BadSettings, Settings, read_settings
from bot.stopping import Stopping
from bot.words import Words
from domain.clock import utc_now
from storage import migrate as migrations
from storage import move_marks
from storage.engine import open_database
from storage.ledger import Ledger
from storage.master_keys import MasterKeys
from storage.vault import rotate as rewrap

_LEAVE_SECONDS = 1.0
_WAITED_FOR = ("background", "listeners", "sender", "ThreadPoolExecutor")
"""How the threads are named that Python waits for at its end: the bot's own, and the clock's."""

app = typer.Typer(
    help="Alongside: peer support among Lived Experience Partners, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
keys_app = typer.Typer(help="The master keys that seal what people write.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")
data_commands.register(app)
office_commands.register(app)
migrate_command.register(app)


def main() -> None:
    """Run the command; trouble is one clear line and exit status 2."""
    try:
        app()
    except SystemExit as end:
        _leave(end.code)
        raise


@app.callback(invoke_without_command=True)
def start(
    show_version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    """Alongside: peer support among Lived Experience Partners, in Slack."""
    if show_version:
        typer.echo(f"alongside {version('alongside')}")
        raise typer.Exit


@app.command()
def run() -> None:
    """Run the bot: on Slack if there are tokens, else in a practice workspace."""
    with in_plain_words():
        settings = read_settings()
        if settings.has_tokens:
            _run_with_tokens(settings)
        else:
            _run_in_practice(settings)


@app.command()
def serve() -> None:
    """Run the bot behind a load balancer: Slack calls it over HTTP, whatever SLACK_MODE says."""
    with in_plain_words():
        settings = read_settings("http")
        if not settings.has_tokens or settings.signing_secret is None:
            raise BadSettings(
                "To serve, Alongside needs SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET. "
                "Both are on the Slack app's page."
            )
        _run_with_tokens(settings)


@app.command("try")
def try_out() -> None:
    """Run the bot in a practice workspace on this computer, with made-up people."""
    with in_plain_words():
        settings = read_settings()
        if settings.has_tokens:
            raise BadSettings(
                "There are Slack tokens in the settings, and the practice workspace does not run "
                "beside them. Take them out of .env, or run: alongside run"
            )
        _run_in_practice(settings)


@app.command()
def manifest(
    http: Annotated[
        str | None, typer.Option(help="Your public https address, for SLACK_MODE=http.")
    ] = None,
) -> None:
    """Print the Slack app manifest, to paste into Slack's page for a new app."""
    with in_plain_words():
        if http is not None and not http.startswith(("https://", "http://127.0.0.1")):
            raise BadSettings("Slack only talks to addresses that begin with https://.")
        words = Words(read_settings().language)
        typer.echo(json.dumps(app_manifest(words, http_url=_with_path(http)), indent=2))


@app.command()
def doctor() -> None:
    """Look at tokens, scopes, database, master key and clock, and say what to mend."""
    from bot.doctor import examine  # memory that a running bot does without

    with in_plain_words():
        good = True
        for finding in examine(read_settings()):
            good = good and finding.good
            typer.echo(f"{'ok  ' if finding.good else 'MEND'}  {finding.text}")
        if not good:
            raise typer.Exit(1)


@keys_app.command("new")
def new_key() -> None:
    """Make the first master key, in a file that only you can read."""
    with in_plain_words():
        settings = read_settings()
        file = settings.key_file
        if settings.master_keys is not None or file.exists():
            raise BadSettings(
                "There is a master key already. To change it, run: alongside keys rotate"
            )
        write_keys(file, MasterKeys.generate())
        typer.echo(f"The master key is in {file}.")
        typer.echo("Keep a copy somewhere else: without it, what people wrote is lost.")


@keys_app.command("rotate")
def rotate_key() -> None:
    """Put a new master key in front, and wrap everyone's keys with it."""
    with in_plain_words():
        settings = read_settings()
        if settings.master_keys is not None:
            raise BadSettings(
                "The keys are in MASTER_KEYS. Put a new one in front there, restart the bot, "
                "then run: alongside keys rewrap"
            )
        ring = read_keys(settings, may_make=False).with_new()
        _refuse_while_running(settings)
        write_keys(settings.key_file, ring)
        _rewrap(settings, ring)


@keys_app.command("rewrap")
def rewrap_keys() -> None:
    """Wrap everyone's keys with the newest master key. Safe to stop and run again."""
    with in_plain_words():
        settings = read_settings()
        _rewrap(settings, read_keys(settings, may_make=False))


def _run_with_tokens(settings: Settings) -> None:
    assert settings.slack_bot_token is not None
    start_logging(settings.log_level, instance=settings.instance_name or "")
    make_folder(settings)
    _tighten(Path(".env"))
    app_token = settings.slack_app_token
    workspace = Workspace(
        settings.api_url,
        settings.slack_bot_token.get_secret_value(),
        app_token.get_secret_value() if app_token else None,
    )
    keys = read_keys(settings, may_make=settings.on_this_computer)
    _run(settings, keys, workspace, "Alongside is connected. Ctrl-C stops it.")


def _run_in_practice(settings: Settings) -> None:
    settings = settings.model_copy(
        update={
            "data_folder": settings.data_folder / "practice",
            "slack_mode": "socket",
            "ledger_file": None,
            "log_level": "WARNING" if settings.log_level == "INFO" else settings.log_level,
        }
    )
    start_logging(settings.log_level)
    make_folder(settings)
    keys = read_keys(settings, may_make=True)
    words = Words(settings.language)
    practice = start_practice(settings.data_folder, settings.practice_port, app_manifest(words))
    try:
        workspace = Workspace(
            practice.api_url, practice.bot_token, practice.app_token, made_up=True
        )
        where = practice.url.rstrip("/")
        text = f"Alongside is ready. Open {where} in your browser. Ctrl-C stops it."
        _run(settings, keys, workspace, text)
    finally:
        practice.stop()


def _run(settings: Settings, keys: MasterKeys, workspace: Workspace, ready: str) -> None:
    stopping = Stopping()
    stopping.listen()
    running.run(settings, keys, workspace, stopping, _saying(ready))
    typer.echo("Alongside has stopped.")


def _leave(status: object) -> None:
    """End within seconds. Python itself would wait for each call to Slack that is under way.

    Everything that was to be saved is saved and closed by then.
    """
    deadline = time.monotonic() + _LEAVE_SECONDS
    for thread in threading.enumerate():
        if thread.name.startswith(_WAITED_FOR):
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                sys.stdout.flush()
                os._exit(status if isinstance(status, int) else 0)


def _with_path(http: str | None) -> str | None:
    """Return the address with the path that the bot answers on, where it names none."""
    if http is None or urlsplit(http).path.strip("/"):
        return http
    return http.rstrip("/") + HTTP_PATH


def _saying(text: str) -> Callable[[], None]:
    def say() -> None:
        typer.echo(text)
        sys.stdout.flush()

    return say


def _rewrap(settings: Settings, ring: MasterKeys) -> None:
    waiting.prepare_database(settings.database, ring).close()
    count = rewrap(open_database(settings.database), ring)
    Ledger(settings.ledger, ring).rewrap()
    typer.echo(f"Keys wrapped anew: {count}. Keep a copy of the master keys somewhere else.")


def _refuse_while_running(settings: Settings) -> None:
    """A bot that runs does not know a new key, and could not open what is wrapped with it."""
    migrations.upgrade(settings.database)
    with closing(open_database(settings.database)) as database:
        with database.read() as conn:
            move_marks.refuse_what_moved(conn)
        last = Upkeep(database, utc_now).last_tick()
    if last is not None and utc_now() - last < settings.tick_is_fresh:
        raise BadSettings(
            f"The bot seems to be running: it last tidied up at {last:%H:%M:%S} UTC. "
            "Stop it, wait a few minutes, and run this again."
        )


def _tighten(file: Path) -> None:
    """Tokens are for the owner's eyes."""
    # Another owner's file cannot be changed, nor one that is read-only here; `doctor` speaks of it.
    with suppress(OSError):
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            file.chmod(0o600)
