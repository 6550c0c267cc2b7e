"""One tick: look once at what is due, and do it."""

import logging
from collections.abc import Callable, Iterable

from bot.house import House
from bot.services.audit_chain import ChainBroken
from bot.slack_calls import SlackProblem
from domain.refusals import StorageUnavailable

logger = logging.getLogger(__name__)

REQUESTS = frozenset({"requests", "strays"})
SETS = frozenset({"set_meetings", "set_places"})
SENDING = REQUESTS | SETS | {"schedules", "deliveries", "leases", "check_ins"}
TIDYING = frozenset({"files", "deleted", "upkeep"})


def tick_once(house: House) -> bool:
    """Do what is due but the sending; return whether there may be something to send.

    With nothing due it is one query. What cannot be done now is left for the next tick. One part
    that breaks must not stop the others.
    """
    try:
        due = house.upkeep.due()
        for parts, work in _WORK:
            if due & parts:
                _apart(house, work)
    except StorageUnavailable as error:
        logger.warning("tick", extra={"event": "tick_put_off", "error_type": type(error).__name__})
        return False
    return bool(due & SENDING)


def _apart(house: House, work: Callable[[House], None]) -> None:
    try:
        work(house)
    except StorageUnavailable:
        raise
    except Exception as surprise:  # noqa: BLE001 - said in the log, and tried at the next tick
        kind = type(surprise).__name__
        logger.error("tick", extra={"event": "tick_broke", "error_type": kind})


def _erase(house: House) -> None:
    """Go on with deletions that somebody asked for and a process left half done."""
    house.erasing.finish()


def _expire(house: House) -> None:
    for delivery in house.outbox.expire():
        logger.warning("push", extra={"event": "push_lost", "reason": delivery.kind.value})


def _close(house: House) -> None:
    house.check_ins.close_due(house.clock())


def _look(house: House) -> None:
    house.supervision_watch.look()


def _step_meetings(house: House) -> None:
    house.set_clock.step_due(house.clock())


def _pass_on_places(house: House) -> None:
    house.set_places.lapse_due(house.clock())


def _plan(house: House) -> None:
    house.planning.plan()


def _tidy(house: House) -> None:
    _take_back(house, house.upkeep.tidy())


def _keep_to_time(house: House) -> None:
    """Note who left, and twice a day take away what has had its time."""
    house.retention.note_departures()
    house.retention.run_if_due()


def _now_and_then(house: House) -> None:
    """Do what is in no hurry, and say how far behind the sending is."""
    house.check_ins.scrub()
    house.supervision_watch.desk.scrub()
    unheard = house.supervision_watch.unheard()
    if unheard:
        logger.error("supervision", extra={"event": "requests_unheard", "waiting": unheard})
    house.set_clock.scrub()
    house.restored.remember()
    waiting = house.outbox.waiting()
    if waiting.since is not None:
        behind = (house.clock() - waiting.since).total_seconds()
        counts = {"waiting": waiting.count, "lag_seconds": round(behind)}
        logger.info("outbox", extra={"event": "lag", **counts})


def _link_audit(house: House) -> None:
    """Chain the lines that were written since. A chain that was changed is left as it is."""
    try:
        house.audit_chain.link()
    except ChainBroken:
        logger.error("audit", extra={"event": "audit_chain_broken"})


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


_WORK: tuple[tuple[frozenset[str], Callable[[House], None]], ...] = (
    (frozenset({"erasures"}), _erase),
    (frozenset({"leases"}), _expire),
    (frozenset({"check_ins"}), _close),
    (REQUESTS, _look),
    (frozenset({"set_meetings"}), _step_meetings),
    (frozenset({"set_places"}), _pass_on_places),
    (frozenset({"schedules"}), _plan),
    (TIDYING, _tidy),
    (frozenset({"upkeep"}), _link_audit),
    (frozenset({"upkeep"}), _keep_to_time),
    (frozenset({"upkeep"}), _now_and_then),
)
