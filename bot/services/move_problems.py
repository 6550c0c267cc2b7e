"""What can keep a move from going on, in a sentence each that says what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.move_marks import Elsewhere
from storage.moving import CutOff, Differs, DoesNotFit
from storage.problems import DatabaseProblem

SAME = "--from and --to are the same database. Name a new one in --to."
NO_SOURCE = "There is no database of Alongside at {}. Look at --from."
OLD_TABLES = (
    "The tables of the old database are of another version. "
    "Name it in DATABASE_URL, run: alongside migrate"
)
RUNNING = (
    "The bot seems to be running on the old database: its last sign of life is of {last:%H:%M:%S} "
    "UTC. Stop it, wait until {quiet:%H:%M:%S}, and run this again."
)
OTHER_DATA = "The new database holds something already, and was left as it is. Name an empty one."
OTHER_KEY = (
    "The new database belongs to another installation: it was made with another master key. "
    "It was left as it is. Name an empty one."
)
OTHER_MOVE = (
    "The new database holds part of another move, and was left as it is. Name an empty one."
)
MOVED_ELSEWHERE = (
    "The old database has moved before: since {at} UTC everything is in {to}. "
    "Name that one in --from. To move this one again, first put it into DATABASE_URL "
    "and run: alongside migrate --take-back"
)
OLD_CUT_OFF = (
    "The old database cannot be used now ({}). Nothing is lost. "
    "Put that right, and run the same again: it goes on where it was."
)
NEW_CUT_OFF = (
    "The new database cannot be used now ({}). Nothing is lost. "
    "Put that right, make room if it is full, and run the same again: it goes on where it was."
)
DOES_NOT_FIT = (
    "The new database does not take what stands in the table {table}, rows {first} to {last} by "
    "their key. Nothing is lost. Mend them in the old one, and run the same again."
)
CHANGED = (
    "The old database changed while it was moved, or the copy is not good: the table {} differs. "
    "Nothing is lost. Stop whatever uses the old one, and run the same again: it begins anew."
)
NOT_WHOLE = (
    "The old database is being filled by a move itself, and is not whole yet. "
    "Finish that move first."
)
TWO_AT_ONCE = "Another move goes into the new database now. Let one of them end."


class MoveProblem(Exception):
    """A move cannot begin, or cannot go on. The message says what to do."""


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what can go wrong on the way into a sentence.

    Raises:
        MoveProblem: With it.
    """
    try:
        yield
    except CutOff as error:
        raise MoveProblem(
            (OLD_CUT_OFF if error.old else NEW_CUT_OFF).format(error.reason)
        ) from None
    except DoesNotFit as error:
        text = DOES_NOT_FIT.format(table=error.table, first=error.first, last=error.last)
        raise MoveProblem(text) from None
    except Differs as error:
        raise MoveProblem(CHANGED.format(error.table)) from None
    except Elsewhere:
        raise MoveProblem(TWO_AT_ONCE) from None


@contextmanager
def named(option: str) -> Iterator[None]:
    """Name the option where a message speaks of the setting: the address came from there."""
    try:
        yield
    except DatabaseProblem as problem:
        raise MoveProblem(str(problem).replace("DATABASE_URL", option)) from None
