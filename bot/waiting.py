"""What a start waits for: a database server and Slack may both be away, and come back."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import TypeVar

from bot.settings import BadSettings
from bot.slack import Identity, Slack
from bot.slack_calls import SlackBusy, SlackRefused, SlackSilent
from bot.stopping import Stopping
from domain.refusals import DirectoryUnavailable
from storage import migrate, move_marks
from storage.engine import Database, DatabaseAway, open_database
from storage.master_keys import MasterKeys
from storage.vault import Vault

logger = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 20.0
_DATABASE_SECONDS = 1.4
"""How long a transaction waits for its turn, and then for the file: both fit into the three
seconds that Slack waits, so that people read our own words and not Slack's."""

TOKEN_TROUBLE = (
    "Slack does not accept the {name} ({reason}). "
    "Copy it again from the Slack app's page into .env, or run: alongside doctor"
)
_SCOPE_TROUBLE = (
    "The SLACK_APP_TOKEN lacks the scope connections:write. On the Slack app's page, under "
    "Basic Information, App-Level Tokens, make another with that scope, and put it into .env."
)
_APP_TROUBLE = (
    "Slack does not let this app connect ({reason}). Look on the Slack app's page whether it is "
    "switched on and installed in your workspace, or ask an admin of the workspace."
)
_TOKEN_REFUSED = frozenset(
    {"invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked"}
)
_APP_REFUSED = frozenset(
    {
        "access_denied",
        "account_inactive",
        "enterprise_is_restricted",
        "forbidden_team",
        "no_permission",
        "team_access_not_granted",
    }
)
"""What Slack answers until somebody does something about it. Any other name may pass."""


def wait_for_database(
    url: str, keys: MasterKeys, stopping: Stopping, *, first: Callable[[], None] | None = None
) -> Database | None:
    """Prepare the database once its server answers; None where the program is stopped meanwhile.

    A computer that starts may start the bot before the server, and a server comes back by itself.
    What is to be looked at `first` is, before anything in the database is changed.

    Raises:
        DatabaseProblem: It answers, and cannot be used.
    """
    wait = FIRST_WAIT_SECONDS
    while not stopping.event.is_set():
        try:
            if first is not None:
                first()
            return prepare_database(url, keys)
        except DatabaseAway as problem:
            logger.warning("database", extra={"event": "database_away", "reason": str(problem)})
        stopping.event.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)
    return None


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


def wait_for_slack(slack: Slack, stopping: Stopping) -> Identity | None:
    """Ask Slack who the bot is, until it answers; None where the program is stopped meanwhile.

    Raises:
        BadSettings: Slack does not take the token.
    """
    try:
        return once_slack_answers(slack.who_am_i, stopping)
    except SlackRefused as problem:
        text = TOKEN_TROUBLE.format(name="SLACK_BOT_TOKEN", reason=problem)
        raise BadSettings(text) from None


def once_slack_answers(ask: Callable[[], T], stopping: Stopping) -> T | None:
    """Ask until Slack answers, whatever it is; None where the program is stopped meanwhile."""
    wait = FIRST_WAIT_SECONDS
    while not stopping.event.is_set():
        try:
            return ask()
        except (SlackBusy, SlackSilent, DirectoryUnavailable) as problem:
            if isinstance(problem.__cause__, SlackRefused):
                raise
            logger.warning("slack", extra={"event": "slack_away", "reason": str(problem)})
        stopping.event.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)
    return None


def wait_for_connection(connect: Callable[[], None], stopping: Stopping) -> None:
    """Connect over Socket Mode once that works; not connected where it is stopped meanwhile.

    Raises:
        BadSettings: Slack says no until somebody does something about it.
    """

    def once() -> None:
        try:
            connect()
        except SlackRefused as problem:
            trouble = _no_connection(str(problem))
            if trouble is None:
                raise SlackSilent(str(problem)) from None
            raise BadSettings(trouble) from None

    once_slack_answers(once, stopping)


def _no_connection(reason: str) -> str | None:
    """Return what to do about a refusal to connect; None where it may pass by itself."""
    if reason == "missing_scope":
        return _SCOPE_TROUBLE
    if reason in _TOKEN_REFUSED:
        return TOKEN_TROUBLE.format(name="SLACK_APP_TOKEN", reason=reason)
    return _APP_TROUBLE.format(reason=reason) if reason in _APP_REFUSED else None
