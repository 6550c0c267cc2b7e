"""How a group is doing: three answers in words, and what may be told of many of them.

Nobody's answer is told. A group's are, from five answers up, once, when the check-in has closed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from domain.refusals import NotValid
from domain.text import visible
from domain.values import dataclass

FEWEST = 5
"""The fewest answers of which anything is told."""
OPEN_FOR = timedelta(days=2)
WORD_LENGTH = 30


class Question(StrEnum):
    """What a check-in asks."""

    ENERGY = "energy"
    CONNECTED = "connected"
    SUPPORTED = "supported"


class Level(IntEnum):
    """An answer; each has its words in the catalogue."""

    VERY_LOW = 1
    LOW = 2
    MIDDLE = 3
    GOOD = 4
    VERY_GOOD = 5


class Band(StrEnum):
    """What group results tell levels apart by."""

    LOW = "low"
    MIDDLE = "middle"
    GOOD = "good"


BANDS: Mapping[Level, Band] = {
    Level.VERY_LOW: Band.LOW,
    Level.LOW: Band.LOW,
    Level.MIDDLE: Band.MIDDLE,
    Level.GOOD: Band.GOOD,
    Level.VERY_GOOD: Band.GOOD,
}


class Wanted(StrEnum):
    """What somebody may want after a low answer. It is answered and not kept."""

    PEER = "peer"
    SUPERVISOR = "supervisor"
    NUMBERS = "numbers"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One check-in of a cohort, for a local date."""

    id: str
    cohort_id: str
    on_date: date
    opens_at: datetime
    closes_at: datetime
    closed: bool = False

    def open(self, now: datetime) -> bool:
        """Whether it can be answered."""
        return not self.closed and now < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said; nothing in it says who."""

    levels: Mapping[Question, Level]
    word: str | None = None

    @property
    def low(self) -> bool:
        """Whether somebody would want to be met kindly now."""
        return any(BANDS[level] is Band.LOW for level in self.levels.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is told of a group: how many answered, and for each question how many in each band.

    A question that is left out is not told of. `words` are in alphabetical order, so that they
    tell nothing of who came when.
    """

    answers: int
    bands: Mapping[Question, Mapping[Band, int]]
    words: tuple[str, ...] = ()


def check_word(word: str | None) -> str | None:
    """Return one short word or a few, in one line; None where there is nothing.

    Raises:
        NotValid: `word_long`, over 30 characters.
    """
    # Once more: what cannot be seen may have stood beside a space.
    text = " ".join(visible(" ".join((word or "").split())).split())
    if len(text) > WORD_LENGTH:
        raise NotValid({"word": "word_long"})
    return text or None


def result_of(answers: Sequence[Answer]) -> Result | None:
    """Return what may be told; None of fewer than five answers.

    Words are told where five people or more gave one: a single word would stand for its writer.
    """
    if len(answers) < FEWEST:
        return None
    words = sorted((a.word for a in answers if a.word), key=str.casefold)
    return Result(
        answers=len(answers),
        bands={q: _counted(a.levels[q] for a in answers) for q in Question},
        words=tuple(words) if len(words) >= FEWEST else (),
    )


def _counted(levels: Iterable[Level]) -> dict[Band, int]:
    counts = dict.fromkeys(Band, 0)
    for level in levels:
        counts[BANDS[level]] += 1
    return counts


def tell(result: Result, told_before: Mapping[Question, Mapping[Band, int]]) -> Result:
    """Return the result without what could be taken from it by difference.

    `told_before` is what was told last of the same group, for each question. Where one of the two
    could be the other with one to four answers more, whoever joined or left is what is left over:
    that question is not told this time.
    """
    kept = {q: b for q, b in result.bands.items() if not _tells_of_few(b, told_before.get(q))}
    return Result(answers=result.answers, bands=kept, words=result.words)


def _tells_of_few(now: Mapping[Band, int], before: Mapping[Band, int] | None) -> bool:
    if before is None:
        return False
    more = [now[band] - before[band] for band in Band]
    one_way = all(m >= 0 for m in more) or all(m <= 0 for m in more)
    return one_way and 0 < abs(sum(more)) < FEWEST
