"""Starts the bot, keeps it running and stops it."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from slack_sdk.errors import SlackApiError

from bot import app as composition
from bot.app import Parts
from bot.house import House
from bot.logs import start_logging
from bot.scheduler import ClockSide
from bot.scheduler.tick import tick_once
from bot.services.erasure import Erasing
from bot.services.retention_file import read_register
from bot.services.rhythms import adopt
from bot.settings import BadSettings, Settings
from bot.slack import Identity, Slack, SlackBusy, SlackRefused, SlackSilent
from bot.socket_face import SocketFace
from bot.words import Words
from bot.workspace_clock import WorkspaceClock
from domain.clock import Clock, utc_now
from domain.people import Account, roles_by_title
from domain.refusals import DirectoryUnavailable, Refused
from storage import migrate, move_marks
from storage.engine import Database, open_database
from storage.ledger import Ledger
from storage.mark import MarkFile
from storage.master_keys import MasterKeys
from storage.vault import Vault

logger = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_WAIT_SECONDS = 1.0
_LOOK_SECONDS = 0.2
_LONGEST_WAIT_SECONDS = 20.0
_DATABASE_SECONDS = 1.4
"""How long a transaction waits for its turn, and then for the file: both fit into the three
seconds that Slack waits, so that people read our own words and not Slack's."""

_TOKEN_TROUBLE = (
    "Slack does not accept the {name} ({reason}). "
    "Copy it again from the Slack app's page into .env, or run: alongside doctor"
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where to connect: Slack, or a practice workspace whose people are made up."""

    api_url: str
    bot_token: str
    app_token: str | None
    made_up: bool = False
    """Whether this program started the workspace, so that its people may be enrolled."""


@dataclass(slots=True)
class Stopping:
    """Is set once by Ctrl-C or SIGTERM."""

    event: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Take over both signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.event.set())


def run(
    settings: Settings,
    keys: MasterKeys,
    workspace: Workspace,
    stopping: Stopping,
    ready: Callable[[], None],
) -> None:
    """Run until stopped. Slack being away at the start is waited out.

    Raises:
        BadSettings: A token that Slack does not take, in words.
        DatabaseProblem: The database cannot be used, in words.
        WrongMasterKey: Not the keys of this database, in words.
    """
    with ExitStack() as stack:
        database = prepare_database(settings.database, keys)
        stack.callback(database.close)
        ledger = Ledger(settings.ledger, keys)
        clock = _clock(settings, workspace, stack)
        erase_again(database, keys, clock, ledger)
        slack = composition.make_slack(workspace.bot_token, workspace.api_url)
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
        )
        send_nothing_twice(house)
        if workspace.made_up:
            refuse_real_people(house, identity)
        _once_slack_answers(lambda: first_people(house, identity, settings, workspace), stopping)
        secret = settings.signing_secret
        parts = composition.build(house, identity, workspace.bot_token, signing_secret=secret)
        start_logging(settings.log_level)
        adopt(database, clock())
        with database.read() as conn:
            # A move may have begun while Slack was waited for.
            move_marks.refuse_what_moved(conn)
        ticking = ClockSide(house, seconds=settings.sweep_seconds).start()
        stack.callback(ticking.stop)
        if isinstance(clock, WorkspaceClock):
            clock.tell(ticking.catch_up)
        stack.callback(parts.app.listener_runner.listener_executor.shutdown, wait=False)
        if secret is not None:
            from bot import http_face  # a web server that Socket Mode does without

            stack.callback(http_face.serve(parts.app, settings.http_port, secret, clock))
        else:
            stack.callback(connect(parts, workspace, stopping))
        if not stopping.event.is_set():
            logger.info("ready", extra={"event": "ready"})
            ready()
        while not stopping.event.is_set():
            # Not `wait()`: a signal that comes just before it sleeps would be heard too late.
            time.sleep(_LOOK_SECONDS)
        logger.info("stopping", extra={"event": "stopping"})


def prepare_database(url: str, keys: MasterKeys) -> Database:
    """Return the database, brought up to date and opened with the right keys."""
    migrate.upgrade(url)
    database = open_database(url, wait_seconds=_DATABASE_SECONDS)
    with ExitStack() as unless_good:
        unless_good.callback(database.close)
        database.check()
        with database.write() as conn:
            Vault(keys).check(conn)
            move_marks.refuse_what_moved(conn)
        unless_good.pop_all()
    return database


def erase_again(database: Database, keys: MasterKeys, clock: Clock, ledger: Ledger) -> int:
    """Delete again whoever an old database has brought back; return how many that were.

    Before anything else runs: nobody may read a word of theirs. What a process that died had begun
    to delete is finished as well.

    Raises:
        LedgerUnavailable: The list of people who are gone cannot be read, in words.
    """
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


def wait_for_slack(slack: Slack, stopping: Stopping) -> Identity | None:
    """Ask Slack who the bot is, until it answers; None where the program is stopped meanwhile.

    Raises:
        BadSettings: Slack does not take the token.
    """
    try:
        return _once_slack_answers(slack.who_am_i, stopping)
    except SlackRefused as problem:
        text = _TOKEN_TROUBLE.format(name="SLACK_BOT_TOKEN", reason=problem)
        raise BadSettings(text) from None


def _once_slack_answers(ask: Callable[[], T], stopping: Stopping) -> T | None:
    """Ask until Slack answers, whatever it is; None where the program is stopped meanwhile."""
    wait = _FIRST_WAIT_SECONDS
    while not stopping.event.is_set():
        try:
            return ask()
        except (SlackBusy, SlackSilent, DirectoryUnavailable) as problem:
            if isinstance(problem.__cause__, SlackRefused):
                raise
            logger.warning("slack", extra={"event": "slack_away", "reason": str(problem)})
        stopping.event.wait(wait)
        wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
    return None


def refuse_real_people(house: House, identity: Identity) -> None:
    """Keep made-up people, and a clock that can be moved, away from a database of real ones.

    Raises:
        BadSettings: The database knows people of another workspace.
    """
    if house.people.any_of_other_teams(identity.team):
        raise BadSettings(
            "The database in DATABASE_URL holds people of a Slack workspace, and the practice "
            "workspace does not touch it. Take DATABASE_URL out of .env, or put the tokens in."
        )


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


def connect(parts: Parts, workspace: Workspace, stopping: Stopping) -> Callable[[], None]:
    """Connect over Socket Mode and return how to disconnect; the client reconnects by itself."""
    handler = SocketFace(parts.app, workspace.app_token)
    wait = _FIRST_WAIT_SECONDS
    while not stopping.event.is_set():
        try:
            handler.connect()
            break
        except SlackApiError as error:
            name = str(error.response.get("error", ""))
            if name in {"invalid_auth", "not_allowed_token_type", "not_authed", "token_revoked"}:
                handler.close()
                text = _TOKEN_TROUBLE.format(name="SLACK_APP_TOKEN", reason=name)
                raise BadSettings(text) from None
        except OSError as error:
            logger.warning(
                "slack", extra={"event": "slack_away", "error_type": type(error).__name__}
            )
        stopping.event.wait(wait)
        wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
    return handler.close
