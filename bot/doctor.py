"""Looks at an installation and says in plain words what works and what does not."""

import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import manifest
from bot.app import make_slack
from bot.deliveries_in_words import LAG_ALLOWED, report, waiting_in_words
from bot.keys import read_keys
from bot.services.audit_chain import AuditChain, ChainBroken
from bot.services.restored import Restored
from bot.services.retention import RETENTION
from bot.services.supervision_desk import Desk
from bot.services.supervision_watch import SupervisionWatch
from bot.services.support import read_services
from bot.services.upkeep import TICK
from bot.settings import BadSettings, Settings
from domain.clock import utc_now
from domain.retention import ALARM_AFTER
from domain.support import due_for_checking
from domain.values import dataclass
from storage import addresses, audit_chain, erasures, heartbeats, migrate, move_marks, retention
from storage.engine import Database, DatabaseProblem, open_database
from storage.ledger import Ledger, LedgerUnavailable
from storage.mark import MarkFile
from storage.master_keys import MasterKeys, WrongMasterKey
from storage.outbox_figures import Waiting
from storage.vault import Vault

SKEW_ALLOWED = timedelta(seconds=30)
"""Well below the minute by which Slack may be ahead, before its requests are turned away."""
TICK_ALLOWED = timedelta(minutes=10)
ROOM_NEEDED = 100_000_000
_UNHEARD = (
    "Supervision: 1 request waits, and no supervisor could be told. Tell one yourself, "
    "and look above at why Slack did not take the alert.",
    "Supervision: {number} requests wait, and no supervisor could be told. Tell one yourself, "
    "and look above at why Slack did not take the alerts.",
)
"""Whose they are and what for, an operator does not learn."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A finding that is not `good` says what to do."""

    good: bool
    text: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at each part in turn; nothing is changed."""
    yield from _tokens(settings)
    yield from _keys_and_database(settings)
    yield from _secrets_on_disk(settings)
    stale = due_for_checking(read_services(), today=datetime.now(UTC).date())
    if stale:
        names = ", ".join(service.name for service in stale)
        yield Finding(True, f"Support card: please check these numbers again: {names}.")
    else:
        yield Finding(True, "Support card: every number was checked in the last 90 days.")


def _tokens(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        yield Finding(True, f"Slack: {_TOKENS_ELSEWHERE if _is_real(settings) else _NO_TOKENS}")
        return
    slack = make_slack(settings.slack_bot_token.get_secret_value(), settings.api_url)
    try:
        answer = slack.patient.auth_test()
    except SlackApiError as error:
        yield Finding(False, f"Slack: the bot token does not work ({_name(error)}). Copy it again.")
        return
    except OSError:
        yield Finding(False, "Slack: it cannot be reached from here. Look at the network.")
        return
    yield Finding(True, "Slack: the bot token works.")
    yield from _scopes(answer.headers)
    yield from _skew(answer.headers)
    if settings.slack_app_token is not None and settings.slack_mode == "socket":
        yield _app_token(settings, slack.patient)


_NO_TOKENS = "no tokens, so the practice workspace is used."
_TOKENS_ELSEWHERE = (
    "no tokens here, so nothing was asked of it. Are they in files? Name their folder in "
    "SECRETS_FOLDER, and run this again."
)


def _is_real(settings: Settings) -> bool:
    """Whether there is a database beside the one of the practice workspace."""
    file = addresses.file_of(settings.database) if settings.database_url is None else None
    return settings.database_url is not None or (file is not None and file.exists())


def _scopes(headers: dict[str, Any]) -> Iterator[Finding]:
    given = {scope.strip() for scope in _header(headers, "x-oauth-scopes").split(",") if scope}
    if not given:
        return
    missing = set(manifest.SCOPES) - given
    extra = given - set(manifest.SCOPES)
    if missing:
        names = ", ".join(sorted(missing))
        yield Finding(False, f"Slack: scopes are missing ({names}). Install the app again.")
    if extra:
        names = ", ".join(sorted(extra))
        yield Finding(False, f"Slack: the app may do more than it needs ({names}). Take it away.")
    if not missing and not extra:
        yield Finding(True, "Slack: the app has the scopes it needs and no more.")


def _skew(headers: dict[str, Any]) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(_header(headers, "date"))
    except ValueError:
        return
    skew = abs(datetime.now(UTC) - theirs)
    if skew > SKEW_ALLOWED:
        text = f"Clock: this computer and Slack differ by {skew.total_seconds():.0f} seconds."
        yield Finding(False, f"{text} Set it to follow network time.")
    else:
        yield Finding(True, "Clock: this computer and Slack agree.")


def _app_token(settings: Settings, client: WebClient) -> Finding:
    assert settings.slack_app_token is not None
    try:
        client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except (SlackApiError, OSError) as error:
        text = f"Slack: the app token does not work ({_name(error)})."
        return Finding(False, f"{text} It needs the scope connections:write.")
    return Finding(True, "Slack: the app token works.")


def _tables(url: str) -> Finding:
    if migrate.current(url) == migrate.head():
        return Finding(True, "Database: its tables are up to date.")
    if migrate.made_by_the_next_version(url):
        return Finding(True, "Database: a newer version added to its tables. It can be used.")
    return Finding(False, "Database: its tables are not up to date. Run: alongside migrate")


def _keys_and_database(settings: Settings) -> Iterator[Finding]:
    if not settings.has_tokens and not _is_real(settings):
        yield Finding(True, "Database: the practice workspace makes its own.")
        return
    try:
        keys = read_keys(settings, may_make=False)
    except (BadSettings, WrongMasterKey) as problem:
        yield Finding(False, f"Master key: {problem}")
        return
    yield Finding(True, "Master key: there is one.")
    try:
        tables = _tables(settings.database)
        yield tables
        if not tables.good:
            return
        database = open_database(settings.database)
        database.check()
        with database.write() as conn:
            Vault(keys).check(conn)
            move_marks.refuse_what_moved(conn)
            last = heartbeats.last(conn, TICK)
            waiting, outcomes = report(conn, now=datetime.now(UTC))
        unheard = SupervisionWatch(Desk(database, Vault(keys), utc_now)).unheard()
        kept = list(_what_is_kept(settings, database, keys))
        database.close()
    except (DatabaseProblem, WrongMasterKey) as problem:
        yield Finding(False, f"Database: {problem}")
        return
    yield Finding(True, "Database: it can be read and written, and the master key opens it.")
    if last is not None and datetime.now(UTC) - last > TICK_ALLOWED:
        yield Finding(False, f"Upkeep: it last ran at {last:%Y-%m-%d %H:%M} UTC. Is the bot on?")
    yield from _deliveries(waiting, outcomes)
    if unheard:
        yield Finding(False, _UNHEARD[unheard != 1].format(number=unheard))
    yield from kept


def _what_is_kept(settings: Settings, database: Database, keys: MasterKeys) -> Iterator[Finding]:
    """Say whether what has had its time goes, and whether the audit is as it was written."""
    with database.read() as conn:
        last, since = heartbeats.last(conn, RETENTION), retention.known_since(conn)
        latest = retention.last_run(conn)
        erased = erasures.ended_count(conn)
    yield _retention(last, since, datetime.now(UTC))
    if latest is not None:
        gone = sum(latest[1].values())
        yield Finding(True, f"Retention: at the last run, {gone} things had had their time.")
    try:
        looked = AuditChain(database, Vault(keys)).examine()
    except ChainBroken as problem:
        yield Finding(False, f"Audit: {problem} {_TELL}")
    else:
        text = f"Audit: {looked.linked} lines are as they were written"
        yield Finding(True, f"{text}, {looked.waiting} are not chained yet.")
    yield from _outside(settings, database, keys, erased)


def _outside(
    settings: Settings, database: Database, keys: MasterKeys, erased: int
) -> Iterator[Finding]:
    """Hold the database against what stands outside it."""
    mark_file = MarkFile(settings.mark)
    mark = mark_file.read()
    if Restored(database, utc_now, mark_file).notice() is not None:
        text = "Database: it is an older one. The bot settles that when it starts."
        yield Finding(
            True, f"{text} Only what says that somebody waits for an answer may come twice."
        )
    elif mark is not None:
        with database.read() as conn:
            if not audit_chain.stands(conn, mark.line, mark.link):
                text = (
                    f"Audit: line {mark.line} is not the one that was there at {mark.at:%H:%M} UTC"
                )
                yield Finding(False, f"{text} on {mark.at:%Y-%m-%d}. {_TELL}")
    ledger = Ledger(settings.ledger, keys)
    try:
        ledger.check()
        listed = ledger.count()
    except LedgerUnavailable as problem:
        yield Finding(False, f"Deletions: {problem}")
        return
    if listed < erased:
        text = f"Deletions: {erased} people were deleted, and {settings.ledger} names {listed}."
        yield Finding(False, f"{text} Bring it from its copy: an old backup would bring them back.")
    else:
        yield Finding(True, f"Deletions: {listed} people are on the list of those who are gone.")


_TELL = "Tell whoever answers for data protection, and keep a copy of the database."


def _retention(last: datetime | None, since: datetime | None, now: datetime) -> Finding:
    """Say when what has had its time last went; an alarm where it did not for two days."""
    if last is None:
        good = since is None or now - since < ALARM_AFTER
        return Finding(good, f"Retention: it never ran. {'' if good else _RUN_IT}".strip())
    said = f"Retention: it last ran at {last:%Y-%m-%d %H:%M} UTC."
    if now - last < ALARM_AFTER:
        return Finding(True, said)
    return Finding(False, f"{said} {_RUN_IT}")


_RUN_IT = "Things are kept for too long. Is the bot on? Run: alongside retention"


def _deliveries(waiting: Waiting, outcomes: Sequence[str]) -> Iterator[Finding]:
    now = datetime.now(UTC)
    behind = waiting.since is not None and now - waiting.since > LAG_ALLOWED
    yield Finding(not behind, f"Sending: {waiting_in_words(waiting, now)}")
    for line in outcomes:
        yield Finding(True, f"Last 7 days: {line}")


def _secrets_on_disk(settings: Settings) -> Iterator[Finding]:
    for file in (Path(".env"), settings.key_file):
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield Finding(False, f"{file}: others can read it. Run: chmod 600 {file}")
    folder = settings.data_folder
    if folder.exists() and shutil.disk_usage(folder).free < ROOM_NEEDED:
        yield Finding(False, f"Disk: less than 100 MB is free where {folder} is. Make room.")


def _header(headers: dict[str, Any], name: str) -> str:
    value = {str(k).lower(): v for k, v in headers.items()}.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _name(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "no reason given"))
    return type(error).__name__
