"""Moves a grown installation from one database to another, of either kind.

See docs/decisions/0026-a-move-that-can-be-killed.md. No bot may run meanwhile; from its first step
on none starts on the old database, and none on the new one before it is whole.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

from bot.services.move_problems import (
    MOVED_ELSEWHERE,
    NO_SOURCE,
    NOT_WHOLE,
    OLD_TABLES,
    OTHER_DATA,
    OTHER_KEY,
    OTHER_MOVE,
    RUNNING,
    SAME,
    MoveProblem,
    in_words,
    named,
)
from bot.services.upkeep import TICK
from domain.clock import Clock
from domain.ids import new_id
from domain.retention import Register
from domain.values import dataclass
from storage import addresses, heartbeats, migrate, move_marks, moving
from storage.engine import Connection, Database, open_database
from storage.master_keys import MasterKeys, WrongMasterKey
from storage.move_marks import In, Out, Stage
from storage.moving import Compared, Differs, reading, writing
from storage.opening import Opening
from storage.vault import Vault

__all__ = ["Compared", "Copied", "MoveProblem", "Moved", "Moving", "take_back"]

_WAIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Copied:
    """How far the copying of a table is; `rows` of `of`."""

    table: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, and compared; `already` where it had been done before."""

    tables: int = 0
    rows: int = 0
    opened: int = 0
    shut: int = 0
    already: bool = False


def _nowhere(label: str) -> None:
    """Where a test lets the process die."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A move from one address to another, with this ring of keys.

    `fresh` is how long after its last sign of life the bot may still be running, `size` how many
    rows go in one transaction.
    """

    source: str
    target: str
    keys: MasterKeys
    clock: Clock
    register: Register
    fresh: timedelta
    size: int = moving.BATCH
    reached: Callable[[str], None] = _nowhere

    def move(self, say: Callable[[Copied | Compared], None]) -> Moved:
        """Move everything, or go on where an earlier run was stopped. Safe to kill and to repeat.

        Raises:
            MoveProblem: In words.
            WrongMasterKey: Not the keys of the old database, in words.
        """
        self._refuse_nonsense()
        with in_words(), self._opened(self.source) as old, self._opened(self.target) as new:
            out = self._may_leave(old)
            mark = self._may_enter(new, out)
            if mark is None or mark.stage is not Stage.MOVED:
                out, mark = self._begin(old, new, out, mark)
                mark = self._copy(old, new, mark, say)
                done = self._compare(old, new, mark, say)
                self._let_in(old, new, mark)
            else:
                done = Moved(already=True)
            assert out is not None
            if out.stage is not Stage.MOVED:
                self.reached("new_is_open")
                with writing(old, old=True) as conn:
                    move_marks.set_out(conn, replace(out, stage=Stage.MOVED, at=self.clock()))
            return done

    def _refuse_nonsense(self) -> None:
        for url, option in ((self.source, "--from"), (self.target, "--to")):
            with named(option):
                open_database(url).close()
        if addresses.same(self.source, self.target):
            raise MoveProblem(SAME)
        file = addresses.file_of(self.source)
        if file is not None and not file.exists():
            # It would be made by looking.
            raise MoveProblem(NO_SOURCE.format(file))
        with named("--from"):
            there = migrate.current(self.source)
        if there is None:
            raise MoveProblem(NO_SOURCE.format(addresses.shown(self.source)))
        if there != migrate.head():
            raise MoveProblem(OLD_TABLES)

    @contextmanager
    def _opened(self, url: str) -> Iterator[Database]:
        with closing(open_database(url, wait_seconds=_WAIT_SECONDS)) as database:
            yield database

    def _may_leave(self, old: Database) -> Out | None:
        """Return the mark of a move that was begun, of a database that may be moved."""
        now = self.clock()
        with writing(old, old=True) as conn:
            Vault(self.keys).check(conn)
            last, out = heartbeats.last(conn, TICK), move_marks.out(conn)
            coming = move_marks.into(conn)
        if coming is not None and coming.stage is not Stage.MOVED:
            raise MoveProblem(NOT_WHOLE)
        if last is not None and abs(now - last) < self.fresh:
            raise MoveProblem(RUNNING.format(last=last, quiet=last + self.fresh))
        return out

    def _may_enter(self, new: Database, out: Out | None) -> In | None:
        """Return the mark of what was moved so far, of a database that may be moved into."""
        with named("--to"):
            migrate.upgrade(self.target)
        with reading(new, old=False) as conn:
            mark, full = move_marks.into(conn), moving.holds_anything(conn)
            self._refuse_other_keys(conn)
        moved = out is not None and out.stage is Stage.MOVED
        ours = mark is not None and out is not None and mark.move == out.move
        if moved and not (ours and mark is not None and mark.stage is Stage.MOVED):
            assert out is not None
            raise MoveProblem(MOVED_ELSEWHERE.format(to=out.to, at=f"{out.at:%Y-%m-%d %H:%M}"))
        if mark is not None and not ours:
            whole = mark.stage is Stage.MOVED
            raise MoveProblem(OTHER_DATA if whole else OTHER_MOVE)
        if mark is None and full:
            raise MoveProblem(OTHER_DATA)
        return mark

    def _refuse_other_keys(self, conn: Connection) -> None:
        try:
            Vault(self.keys).check_if_marked(conn)
        except WrongMasterKey:
            raise MoveProblem(OTHER_KEY) from None

    def _begin(
        self, old: Database, new: Database, out: Out | None, mark: In | None
    ) -> tuple[Out, In]:
        """Let no bot start on the old database from here on; and empty what is no good."""
        now = self.clock()
        if out is None:
            out = Out(new_id(), addresses.shown(self.target), Stage.UNDER_WAY, now)
        elif mark is None:
            out = replace(out, to=addresses.shown(self.target), at=now)
        with writing(old, old=True) as conn:
            move_marks.set_out(conn, out)
        self.reached("old_is_shut")
        if mark is None or mark.stage is Stage.ANEW:
            mark = In(out.move, addresses.shown(self.source), Stage.UNDER_WAY, now)
            with writing(new, old=False) as conn:
                moving.empty(conn)
                move_marks.set_into(conn, mark)
        self.reached("new_is_begun")
        return out, mark

    def _copy(
        self, old: Database, new: Database, mark: In, say: Callable[[Copied | Compared], None]
    ) -> In:
        totals = moving.counts(old, old=True)
        for mark in moving.copy(old, new, mark, self.size):  # noqa: B020 - it goes on from there
            assert mark.table is not None
            say(Copied(mark.table, mark.rows, totals[mark.table]))
            self.reached("copied")
        return mark

    def _compare(
        self, old: Database, new: Database, mark: In, say: Callable[[Copied | Compared], None]
    ) -> Moved:
        """Compare everything, always from the start: what was seen before may have changed."""
        found: list[Compared] = []
        try:
            for one in moving.compare(old, new, Opening(self.register, self.keys), self.size):
                found.append(one)
                say(one)
                self.reached("compared")
            with writing(new, old=False) as conn:
                Vault(self.keys).check(conn)
        except Differs:
            self._spoil(new, mark)
            raise
        return Moved(
            tables=len(found),
            rows=sum(one.rows for one in found),
            opened=sum(one.opened for one in found),
            shut=sum(one.shut for one in found),
        )

    def _let_in(self, old: Database, new: Database, mark: In) -> None:
        """Let the new database be used, if nothing lived in the old one up to this moment."""
        with writing(old, old=True) as before:
            with reading(new, old=False) as conn:
                still = moving.stood_still(before, conn)
            if still:
                with writing(new, old=False) as conn:
                    moving.finish(conn, mark)
                return
        self._spoil(new, mark)
        raise Differs("heartbeats")

    def _spoil(self, new: Database, mark: In) -> None:
        """Let the next run begin anew."""
        with writing(new, old=False) as conn:
            move_marks.go_on(conn, mark, replace(mark, stage=Stage.ANEW))


def take_back(url: str) -> Out | None:
    """Let the bot run on a database that was moved, or is being moved, all the same.

    Returns the mark that it had; None where it has none, and nothing was changed.

    Raises:
        MoveProblem: It is being filled by a move, and is not whole.
        DatabaseProblem: It cannot be used, in words.
    """
    if migrate.current(url) is None:
        return None
    with closing(open_database(url)) as database, database.write() as conn:
        out, coming = move_marks.out(conn), move_marks.into(conn)
        if coming is not None and coming.stage is not Stage.MOVED:
            raise MoveProblem(NOT_WHOLE)
        if out is not None:
            move_marks.forget(conn)
        return out
