"""Which date suits a set best, and who is expected to come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from domain.set_meetings import Offered
from domain.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody said of a meeting: whether they ticked dates, and whether they come."""

    ticked: bool = False
    coming: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A date with how many can come, and how many times those who cannot were away before.

    `best` where no other is better; several of them are a tie, which a co-lead decides.
    """

    offered: Offered
    can: frozenset[str]
    away_before: int
    best: bool = False


def choices_in_order(
    dates: Iterable[Offered],
    ticks: Mapping[str, Collection[str]],
    members: Collection[str],
    apologies: Mapping[str, int],
) -> list[Choice]:
    """Return the dates, the best first.

    Most members who can; then the one that leaves out least those who sent apologies before, which
    favours whoever could not come; then the earliest. Where the first two are the same it is a tie.

    Args:
        dates: What was offered.
        ticks: Who ticked each, by the date's id.
        members: Who has a place now; others do not count.
        apologies: To how many earlier meetings each member sent apologies.
    """
    found = []
    for offered in dates:
        can = frozenset(ticks.get(offered.id, ())) & frozenset(members)
        away = sum(apologies.get(person, 0) for person in members if person not in can)
        found.append(Choice(offered=offered, can=can, away_before=away))
    found.sort(key=lambda c: (*_worth(c), c.offered.date.starts_at))
    return [replace(c, best=_worth(c) == _worth(found[0])) for c in found]


def _worth(choice: Choice) -> tuple[int, int]:
    return -len(choice.can), choice.away_before


def coming(
    members: Iterable[str],
    answers: Mapping[str, Answer],
    ticked_this: Collection[str],
    *,
    was_offered: bool,
) -> frozenset[str]:
    """Return who is expected.

    Whoever said so counts as they said. Of the others, those who ticked dates and not this one are
    not expected. Who said nothing at all is.

    Args:
        members: Who has a place.
        answers: What each said.
        ticked_this: Who ticked the date that was chosen.
        was_offered: Whether it was one of the dates asked about.
    """
    expected = set()
    for person in members:
        said = answers.get(person, Answer())
        if said.coming is not None:
            comes = said.coming
        else:
            comes = not (was_offered and said.ticked) or person in ticked_this
        if comes:
            expected.add(person)
    return frozenset(expected)
