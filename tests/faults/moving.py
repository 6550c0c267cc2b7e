"""Trials of a move to another database: the plug is pulled at any instant, and it is run again."""

import itertools
import os
import shutil
import signal
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.services.moving import Moving
from bot.waiting import prepare_database
from storage.engine import DatabaseProblem, open_database
from storage.master_keys import MasterKeys
from tests.faults.judge import Outcome
from tests.faults.places import Places
from tests.faults.stage import KEYS, luck, processes
from tests.grown import AT, everything, grow
from tests.holdings import REGISTER

LABELS = ("old_is_shut", "new_is_begun", "copied", "compared", "new_is_open")
KILLS_A_MOVE = 4
TO_SERVER = ("sqlite", "postgresql")
FROM_SERVER = ("postgresql", "sqlite")
_AT_ONCE = 25


@dataclass(frozen=True)
class Dying:
    """Kills the process when it reaches a label for the n-th time; without a label, never."""

    label: str | None = None
    arrival: int = 1

    def __call__(self, label: str) -> None:
        if label == self.label:
            object.__setattr__(self, "arrival", self.arrival - 1)
            if self.arrival == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _move(old, new, keys, reached):
    """Move as the command does, and say nothing."""
    ring = MasterKeys.parse(keys)
    fresh = timedelta(minutes=3)
    move = Moving(old, new, ring, lambda: AT, REGISTER, fresh, _AT_ONCE, reached)
    move.move(lambda step: None)


@dataclass
class Pair:
    """A grown installation, and the database that it moves to."""

    places: Places
    old: str
    new: str
    before: dict

    def start(self, reached=None):
        """Begin to move, or go on, in a process of its own."""
        arguments = (self.old, self.new, KEYS.text(), reached or Dying())
        child = processes().Process(target=_move, args=arguments)
        child.start()
        return child

    def copied(self) -> int:
        """Return how many rows have arrived."""
        with closing(open_database(self.new, wait_seconds=20)) as there:
            return sum(map(len, everything(there).values()))

    def usable(self) -> list[str]:
        """Return on which of the two a bot would start, with people in it."""
        found = []
        for url in (self.old, self.new):
            with suppress(DatabaseProblem), closing(prepare_database(url, KEYS)) as there:
                if everything(there)["people"]:
                    found.append(url)
        return found

    def judged(self, name: str) -> Outcome:
        """Hold what has arrived against what there was."""
        out = Outcome(name, trials=1, due=sum(map(len, self.before.values())))
        for url in (self.old, self.new):
            with closing(open_database(url, wait_seconds=20)) as there:
                now = everything(there)
            for table, rows in self.before.items():
                out.lost += sum(row not in now[table] for row in rows)
                out.duplicates += max(0, len(now[table]) - len(rows))
        out.accepted = self.copied()
        out.untrue += self.usable() != [self.new]
        return out

    def drop(self) -> None:
        """Let go of both."""
        self.places.drop(self.old)
        self.places.drop(self.new)


class Pairs:
    """Makes pairs: one installation grows, and each pair has a copy of it."""

    def __init__(self, places: Places, way: tuple[str, str]) -> None:
        self.places, self.way = places, way
        self.grown = places.new(way[0])
        grow(self.grown, KEYS)
        with closing(open_database(self.grown)) as there:
            self.before = everything(there)

    def new(self) -> Pair:
        """Return one more."""
        return Pair(self.places, self._copy(), self.places.new(self.way[1]), self.before)

    def _copy(self) -> str:
        if self.way[0] == "postgresql":
            return self.places.postgres.copy(self.grown)
        file = self.places.folder / f"grown-{time.monotonic_ns()}.db"
        shutil.copyfile(Path(self.grown.removeprefix("sqlite:///")), file)
        return f"sqlite:///{file}"


def every_label(places: Places, arrivals: int, seed: int, *, way=TO_SERVER) -> Outcome:
    """Die at every labelled place; then it is run again, and ends."""
    out, pairs = Outcome(f"moving_labels_{'_to_'.join(way)}", seed), Pairs(places, way)
    for label, arrival in itertools.product(LABELS, range(1, arrivals + 1)):
        if arrival > 1 and label not in ("copied", "compared"):
            continue
        pair = pairs.new()
        child = pair.start(Dying(label, arrival * 3 if label == "copied" else arrival))
        child.join()
        assert child.exitcode == -signal.SIGKILL, label
        out.kills += 1
        out.untrue += pair.usable() != ([pair.new] if label == "new_is_open" else [])
        _to_its_end(pair)
        out.add(pair.judged(label))
        pair.drop()
    return out


def random_kills(places: Places, kills: int, seed: int, *, way=TO_SERVER) -> Outcome:
    """Pull the plug at any instant, some times in each move; what has arrived is never less."""
    chance = luck(seed, f"moving {way}")
    out, pairs = Outcome(f"moving_{'_to_'.join(way)}", seed), Pairs(places, way)
    longest = _measured(pairs)
    while out.kills < kills:
        pair, arrived = pairs.new(), 0
        for _ in range(min(KILLS_A_MOVE, kills - out.kills)):
            child = pair.start()
            time.sleep(chance.uniform(0, longest * 0.7))
            child.kill()
            child.join()
            out.kills += 1
            before, arrived = arrived, pair.copied()
            out.lost += max(0, before - arrived)
            out.untrue += len(pair.usable()) > 1
        _to_its_end(pair)
        out.add(pair.judged(out.name))
        pair.drop()
    return out


def _measured(pairs: Pairs) -> float:
    """Return how many seconds a whole move takes here and now."""
    pair, began = pairs.new(), time.monotonic()
    _to_its_end(pair)
    pair.drop()
    return time.monotonic() - began


def _to_its_end(pair: Pair) -> None:
    child = pair.start()
    child.join()
    assert child.exitcode == 0, "it did not go on to its end"
