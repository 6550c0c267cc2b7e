"""Starts the bot, keeps it running and stops it."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Protocol

from bot import app as composition
from bot.app import Parts
from bot.handlers.listener_names import ListenerNames
from bot.house import House
from bot.logs import start_logging
from bot.pulse import Organs, Pulse
from bot.scheduler import ClockSide
from bot.scheduler.tick import tick_once
from bot.services.erasure import Erasing
from bot.services.knocks import Knocks
from bot.services.retention_file import read_register
from bot.services.rhythms import adopt
from bot.services.standing import Standing
from bot.settings import BadSettings, Settings
from bot.slack import Identity, Slack
from bot.socket_face import SocketFace
from bot.stopping import Stopping
from bot.waiting import (
    once_slack_answers,
    wait_for_connection,
    wait_for_database,
    wait_for_slack,
)
from bot.watching import watched
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from domain.clock import Clock, utc_now
from domain.people import Account, roles_by_title
from domain.refusals import Refused, StorageUnavailable
from storage import migrate, move_marks, people
from storage.engine import Database, DatabaseProblem, open_database
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.master_keys import MasterKeys
from storage.vault import Vault

logger = logging.getLogger(__name__)

TABLES_SECONDS = 10.0
"""How often a running bot looks whether the tables are still its own."""
_LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where to connect: Slack, or a practice workspace whose people are made up."""

    api_url: str
    bot_token: str
    app_token: str | None
    made_up: bool = False
    """Whether this program started the workspace, so that its people may be enrolled."""


def run(
    settings: Settings,
    keys: MasterKeys,
    workspace: Workspace,
    stopping: Stopping,
    ready: Callable[[], None],
) -> None:
    """Run until stopped. Slack or a database server that is away at the start is waited for.

    Raises:
        BadSettings: A token that Slack does not take, in words.
        DatabaseProblem: The database cannot be used, in words.
        WrongMasterKey: Not the keys of this database, in words.
    """
    with ExitStack() as stack:
        pulse = Pulse(settings.sweep_seconds)
        figures = watched(settings, pulse, stack)
        slack = composition.make_slack(workspace.bot_token, workspace.api_url, figures=figures)
        first = _keeps_away(settings, slack, stopping) if workspace.made_up else None
        database = wait_for_database(settings.database, keys, stopping, first=first)
        if database is None:
            return
        if figures.counts:
            database.tell(figures.transaction)
        stack.callback(database.close)
        ledger = Ledger(settings.ledger, keys)
        clock = _clock(settings, workspace, stack)
        erase_again(database, keys, clock, ledger)
        # What did not begin is left: Home is shown anew when it is opened, a file can be asked for.
        stack.callback(slack.background.shutdown, wait=False, cancel_futures=True)
        identity = wait_for_slack(slack, stopping)
        if identity is None:
            return
        house = composition.make_house(
            database,
            Vault(keys),
            clock,
            slack,
            words=Words(settings.language),
            practice=settings.on_this_computer or workspace.made_up,
            between=settings.between,
            ledger=ledger,
            mark=MarkFile(settings.mark),
            figures=figures,
        )
        send_nothing_twice(house)
        once_slack_answers(lambda: first_people(house, identity, settings, workspace), stopping)
        secret = settings.signing_secret
        parts = composition.build(
            house, identity, workspace.bot_token, signing_secret=secret, figures=figures
        )
        start_logging(settings.log_level, instance=settings.instance_name or "")
        adopt(database, clock())
        with database.read() as conn:
            # A move may have begun while Slack was waited for.
            move_marks.refuse_what_moved(conn)
        ticking = ClockSide(house, seconds=settings.sweep_seconds).start()
        stack.callback(lambda: ticking.stop(stopping.left()))
        if isinstance(clock, WorkspaceClock):
            clock.tell(ticking.catch_up)
        stack.callback(parts.app.listener_runner.listener_executor.shutdown, wait=False)
        face = _face(settings, parts, workspace, stopping)
        stack.callback(lambda: face.close(stopping.left()))
        # Before the face goes: others can take at once what this one has not handed over yet.
        stack.callback(ticking.leave)
        stack.callback(pulse.stop)
        numbers = Standing(database, clock).numbers
        figures.watch(ListenerNames(parts.declared).all, numbers, ticking.since_tick)
        organs = Organs(
            fits=lambda: migrate.fits(database),
            connected=face.connected,
            since_tick=ticking.since_tick,
            sends=ticking.sends,
        )
        if not stopping.event.is_set():
            pulse.organs = organs
            logger.info("ready", extra={"event": "ready"})
            ready()
        _stay(pulse, stopping, organs.fits)
        logger.info("stopping", extra={"event": "stopping"})


def erase_again(database: Database, keys: MasterKeys, clock: Clock, ledger: Ledger) -> int:
    """Delete again whoever an old database has brought back; return how many that were.

    Before anything else runs: nobody may read a word of theirs. What a process that died had begun
    to delete is finished as well.

    Raises:
        LedgerUnavailable: The list of people who are gone cannot be read or written, in words.
    """
    ledger.check()
    erasing = Erasing(database, Vault(keys), clock, read_register(), ledger)
    back = erasing.replay()
    if back:
        logger.warning("erasure", extra={"event": "erased_again", "count": back})
    return back


def send_nothing_twice(house: House) -> None:
    """Where an older database stands here, count as sent whatever was due until now."""
    if house.restored.notice() is None:
        return
    house.restored.fence()
    # So that everything that came round meanwhile is planned, and then left out.
    tick_once(house)
    house.restored.settle()


def refuse_real_people(url: str, team: str) -> None:
    """Keep made-up people, and a clock that can be moved, away from a database of real ones.

    It is only looked at: its tables stay those of whichever version made them.

    Raises:
        BadSettings: The database knows people of another workspace than this one.
        DatabaseAway: A server does not answer now.
    """
    with closing(open_database(url)) as database:
        new = database.file is not None and not database.file.exists()
        if new or migrate.current(url) is None:
            return
        with database.read() as conn:
            if not people.any_of_other_teams(conn, team):
                return
    raise BadSettings(
        "The database in DATABASE_URL holds people of a Slack workspace, and the practice "
        "workspace does not touch it. Take DATABASE_URL out of .env, or put the tokens in."
    )


def _keeps_away(settings: Settings, slack: Slack, stopping: Stopping) -> Callable[[], None]:
    """Give what made-up people look at before anything else."""

    def look() -> None:
        identity = wait_for_slack(slack, stopping)
        if identity is not None:
            refuse_real_people(settings.database, identity.team)

    return look


def first_people(
    house: House, identity: Identity, settings: Settings, workspace: Workspace
) -> None:
    """Let the first people in: made-up ones by their titles, or the first co-lead by setting.

    Raises:
        BadSettings: The account of the first co-lead cannot take part.
        DirectoryUnavailable: Slack does not know it.
    """
    if workspace.made_up:
        profiles = house.slack.everyone(identity.team)
        titled = [(profile, roles_by_title(profile.title)) for profile in profiles]
        house.people.seed([(profile, roles) for profile, roles in titled if roles])
    if settings.first_co_lead:
        account = Account(identity.team, settings.first_co_lead)
        try:
            house.people.ensure_first_co_lead(house.slack.look_up(account))
        except Refused as no:
            why = house.words(f"refusal.{no.reason}")
            raise BadSettings(f"FIRST_CO_LEAD cannot be used: {why}") from None


def _clock(settings: Settings, workspace: Workspace, stack: ExitStack) -> Clock:
    if not (workspace.made_up or settings.on_this_computer):
        return utc_now
    clock = WorkspaceClock(workspace.api_url)
    clock.start()
    stack.callback(clock.stop)
    return clock


def _stay(pulse: Pulse, stopping: Stopping, fits: Callable[[], bool]) -> None:
    """Run until stopped, or until a newer version changes the tables under us.

    Raises:
        DatabaseProblem: The tables are not ours any more, in words.
    """
    look_at = time.monotonic() + TABLES_SECONDS
    while not stopping.event.is_set():
        pulse.beat()
        if time.monotonic() > look_at:
            _refuse_other_tables(fits)
            look_at = time.monotonic() + TABLES_SECONDS
        # Not `wait()`: a signal that comes just before it sleeps would be heard too late.
        time.sleep(_LOOK_SECONDS)


def _refuse_other_tables(fits: Callable[[], bool]) -> None:
    try:
        ours = fits()
    except StorageUnavailable:
        return
    if not ours:
        raise DatabaseProblem(
            "Another version of Alongside has changed the tables, and this one cannot use them. "
            "Run the newest version."
        )


class Face(Protocol):
    """The way by which Slack reaches this process."""

    def connected(self) -> bool: ...  # noqa: D102

    def close(self, seconds: float, /) -> None: ...  # noqa: D102


def connect(parts: Parts, workspace: Workspace, stopping: Stopping) -> Callable[[], None]:
    """Connect over Socket Mode and return how to disconnect."""
    return _socket_face(parts, workspace, stopping).close


def _face(settings: Settings, parts: Parts, workspace: Workspace, stopping: Stopping) -> Face:
    secret = settings.signing_secret
    if secret is None:
        return _socket_face(parts, workspace, stopping)
    from bot import http_face  # a web server that Socket Mode does without

    knocks = Knocks(parts.house.outbox.database, parts.house.clock)
    return http_face.serve(parts.app, settings, secret, knocks)


def _socket_face(parts: Parts, workspace: Workspace, stopping: Stopping) -> SocketFace:
    """Connect over Socket Mode; the client reconnects by itself.

    Raises:
        BadSettings: Slack does not let us connect, in words.
    """
    handler = SocketFace(parts.app, workspace.app_token)
    try:
        wait_for_connection(handler.connect, stopping)
    except BadSettings:
        handler.close()
        raise
    return handler
