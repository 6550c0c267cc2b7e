"""A cohort's active blocks and its rest, when the bot is quiet."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from domain.cohorts import Cohort
from domain.refusals import NotValid
from domain.values import dataclass

MOST_PHASES = 20


class PhaseKind(StrEnum):
    """What a phase is."""

    ACTIVE = "active"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of days, the first and the last included."""

    id: str
    kind: PhaseKind
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        """Whether the day is in it."""
        return self.starts_on <= day <= self.ends_on


def resting(cohort: Cohort, phases: Iterable[Phase], day: date) -> bool:
    """Whether the bot is quiet for a cohort on a day.

    It is before the first day and after the last, in every rest, and, where there are active
    blocks, outside them.
    """
    if not cohort.runs_on(day):
        return True
    known = list(phases)
    if any(p.covers(day) for p in known if p.kind is PhaseKind.REST):
        return True
    active = [p for p in known if p.kind is PhaseKind.ACTIVE]
    return bool(active) and not any(p.covers(day) for p in active)


def all_rest(plans: Iterable[tuple[Cohort, Sequence[Phase]]], day: date) -> bool:
    """Whether someone with these cohorts is in any of them on a day, and each of them rests."""
    running = [(cohort, phases) for cohort, phases in plans if cohort.runs_on(day)]
    return bool(running) and all(resting(cohort, phases, day) for cohort, phases in running)


def check_phase(starts_on: date, ends_on: date, others: int) -> None:
    """Refuse a phase that ends before it starts, or one too many.

    Raises:
        NotValid: `phase_backwards` or `phases_too_many`.
    """
    if ends_on < starts_on:
        raise NotValid({"ends_on": "phase_backwards"})
    if others >= MOST_PHASES:
        raise NotValid({"starts_on": "phases_too_many"})
