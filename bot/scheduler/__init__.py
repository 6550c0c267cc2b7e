"""The clock's side: what runs by itself. APScheduler ticks; the database knows what is due."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from bot.house import House
from bot.slack import SlackProblem
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)


def start(house: House, *, seconds: int) -> BaseScheduler:
    """Tick every `seconds` in a thread of its own; jobs live in memory and nothing is shared.

    The first tick is at once: things came due while the bot was off, and it shows that it is on.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        tick,
        "interval",
        args=[house],
        seconds=seconds,
        id="tick",
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
        next_run_time=datetime.now(UTC),
    )
    scheduler.start()
    return scheduler


def tick(house: House) -> None:
    """Tidy up once. What cannot be done now is left for the next tick."""
    try:
        _take_back(house, house.upkeep.tidy())
    except StorageUnavailable as error:
        logger.warning("tick", extra={"event": "tick_put_off", "error_type": type(error).__name__})


def _take_back(house: House, files: Iterable[tuple[str, int]]) -> None:
    """Delete from Slack what was sent over 24 hours ago. Done twice, it is the same."""
    for file_id, tries in files:
        try:
            house.slack.delete_file(file_id)
        except SlackProblem as problem:
            house.session_files.try_again(file_id, tries)
            logger.warning("slack", extra={"event": "file_not_deleted", "reason": str(problem)})
        else:
            house.session_files.taken_back(file_id)
