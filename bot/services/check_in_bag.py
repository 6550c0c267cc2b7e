"""The bag of a check-in: who has answered, and apart from that what was answered.

Nothing in it says which answer is whose, or which came first. It is always a multiple of 4096
bytes, and there from the moment of opening: neither its length nor its being there tells how many
have answered, up to some fifty.
"""

import json
import logging
import secrets
from collections.abc import Sequence

from domain.check_ins import Answer, Level, Question
from domain.values import dataclass
from storage.engine import Connection
from storage.vault import CannotOpen, Place, Vault

logger = logging.getLogger(__name__)

STEP = 4096


@dataclass(frozen=True, slots=True)
class Bag:
    """Ids of those who answered, in their own order, and the answers, in none."""

    answered: frozenset[str] = frozenset()
    answers: tuple[Answer, ...] = ()

    def with_answer(self, person_id: str, answer: Answer) -> "Bag":
        """Return the bag with one more answer, at a place that chance chooses."""
        answers = list(self.answers)
        answers.insert(secrets.randbelow(len(answers) + 1), answer)
        return Bag(self.answered | {person_id}, tuple(answers))


def open_bag(conn: Connection, vault: Vault, check_in_id: str, sealed: bytes | None) -> Bag:
    """Return what is in the bag."""
    if sealed is None:
        return Bag()
    text = vault.of_check_ins().open(conn, check_in_id, _place(check_in_id), sealed)
    kept = json.loads(text)
    return Bag(frozenset(kept["answered"]), tuple(map(_unpack, kept["answers"])))


def readable_bag(
    conn: Connection, vault: Vault, check_in_id: str, sealed: bytes | None
) -> Bag | None:
    """Return the same; None where it cannot be opened, for what must go on without it.

    The operator finds it in the log.
    """
    try:
        return open_bag(conn, vault, check_in_id, sealed)
    except CannotOpen:
        logger.error("check_ins", extra={"event": "bag_not_opened"})
        return None


def seal_bag(conn: Connection, vault: Vault, check_in_id: str, bag: Bag) -> bytes:
    """Return the bag sealed with the key of its check-in."""
    text = json.dumps(
        {"answered": sorted(bag.answered), "answers": [_pack(a) for a in bag.answers]}
    )
    # The vault adds one byte and fills up to 256.
    padded = text.ljust(-(-(len(text) + 1) // STEP) * STEP - 1)
    return vault.of_check_ins().seal(conn, check_in_id, _place(check_in_id), padded)


def seal_words(conn: Connection, vault: Vault, check_in_id: str, words: Sequence[str]) -> bytes:
    """Return the words that are told, sealed with the key that the check-in has now."""
    place = Place("check_ins", "words", check_in_id)
    return vault.of_check_ins().seal(conn, check_in_id, place, json.dumps(list(words)))


def open_words(
    conn: Connection, vault: Vault, check_in_id: str, sealed: bytes | None
) -> tuple[str, ...]:
    """Return the words that are told; none where there are none, or not any more."""
    if sealed is None:
        return ()
    place = Place("check_ins", "words", check_in_id)
    return tuple(json.loads(vault.of_check_ins().open(conn, check_in_id, place, sealed)))


def _place(check_in_id: str) -> Place:
    return Place("check_ins", "bag", check_in_id)


def _pack(answer: Answer) -> list[object]:
    return [[int(answer.levels[question]) for question in Question], answer.word]


def _unpack(kept: list[list[int]]) -> Answer:
    levels, word = kept
    given = {question: Level(level) for question, level in zip(Question, levels, strict=True)}
    return Answer(levels=given, word=word)  # type: ignore[arg-type]
