"""Notices that an older database stands here, a backup that was put back, and sends nothing twice.

With every turn of the upkeep a number grows, in the database first and then in a file outside it. A
database whose number is lower than the file's has lost what came after. Then whatever was due up to
now counts as sent: it may have been, and nobody can know. See docs/decisions/0021-backups.md.
"""

import logging
from datetime import datetime

from bot.services.planning import LONGEST_SPREAD
from bot.services.upkeep import TICK
from domain.clock import Clock
from domain.values import dataclass
from storage import audit, audit_chain, heartbeats, outbox, programme
from storage.engine import Database
from storage.mark import Mark, MarkFile

logger = logging.getLogger(__name__)

_NOTHING = "0" * 64


@dataclass(frozen=True, slots=True)
class Lost:
    """What went with the time between the backup and its return: from when, until when, how much.

    `lines` counts lines of the audit, of which each is something that somebody did; None where
    there is no mark to tell.
    """

    since: datetime | None
    until: datetime | None
    lines: int | None


@dataclass(frozen=True, slots=True)
class Restored:
    """The watch over the database's age, given a clock and the file with the mark."""

    database: Database
    clock: Clock
    mark: MarkFile | None

    def notice(self) -> Lost | None:
        """Return what was lost, where an older database stands here that is not settled yet."""
        mark = None if self.mark is None else self.mark.read()
        with self.database.read() as conn:
            restored = programme.restored_at(conn)
            turn = programme.turn(conn)
            since = heartbeats.last(conn, TICK)
            head, _ = audit_chain.head(conn) or (0, _NOTHING)
        older = mark is not None and turn < mark.turn
        if restored is None and not older:
            return None
        if mark is None or not older:
            return Lost(since, restored, None)
        return Lost(since, mark.at, max(0, mark.line - head))

    def fence(self) -> None:
        """Let nothing be sent that was due before this moment. First of all, and safe to repeat."""
        now = self.clock()
        with self.database.write() as conn:
            programme.set_not_before(conn, now, now=now)

    def settle(self) -> int:
        """Count as sent whatever came round until now, and return how much that was.

        What came round has to be planned before. What is spread over the next minutes goes with
        it: its turn may have been before. From here on the database is not an older one any more.
        """
        now = self.clock()
        mark = None if self.mark is None else self.mark.read()
        with self.database.write() as conn:
            skipped = outbox.skip(conn, upto=now + LONGEST_SPREAD, now=now, reason="restored")
            programme.set_not_before(conn, now, now=now)
            programme.set_turn(conn, max(programme.turn(conn), mark.turn if mark else 0), now=now)
            programme.forget_restored(conn)
            audit.write(
                conn, at=now, actor=None, action="restored", kind="programme", object_id="programme"
            )
        logger.warning("restored", extra={"event": "older_database", "count": skipped})
        return skipped

    def remember(self) -> None:
        """Go one turn on, in the database and then outside it; not while an older one waits."""
        if self.mark is None or self.notice() is not None:
            return
        now = self.clock()
        with self.database.write() as conn:
            turn = programme.turn(conn, held=True) + 1
            programme.set_turn(conn, turn, now=now)
            line, link = audit_chain.head(conn) or (0, _NOTHING)
        before = self.mark.read()
        if before is not None and before.turn >= turn:
            return
        try:
            self.mark.write(Mark(turn, now, line, link))
        except OSError as error:
            reason = type(error).__name__
            logger.error("mark", extra={"event": "mark_not_written", "reason": reason})
