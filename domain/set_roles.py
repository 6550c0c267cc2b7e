"""Who does what in a meeting: proposed fairly, and free to decline.

Whoever had a role longest ago is first. Declining is never counted: it takes nobody's turn away
and moves nobody back.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from domain.values import dataclass


class SetRole(StrEnum):
    """What somebody does in one meeting, besides the facilitator."""

    PRESENTER = "presenter"
    TIMEKEEPER = "timekeeper"
    CARE_HOLDER = "care_holder"


class RoleState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Taken:
    """A role that somebody has in a meeting, or declined."""

    person_id: str
    role: SetRole
    state: RoleState = RoleState.PROPOSED

    @property
    def holds(self) -> bool:
        """Whether they are down for it."""
        return self.state is not RoleState.DECLINED


History = Mapping[SetRole, Mapping[str, Sequence[int]]]
"""For each role and person, the numbers of the meetings in which they had it."""


def in_turn(
    members: Sequence[str], had: Mapping[str, Sequence[int]], busy: Collection[str] = ()
) -> list[str]:
    """Return members in the order in which a role comes to them.

    Never comes before least recently. Of those who had it in the same meeting, whoever had it less
    often comes first; then who has nothing else to do; then the order of `members` decides.
    """
    place = {person: n for n, person in enumerate(members)}

    def turn(person: str) -> tuple[int, int, bool, int]:
        before = had.get(person, ())
        return max(before, default=-1), len(before), person in busy, place[person]

    return sorted(members, key=turn)


def propose(
    members: Sequence[str],
    history: History,
    taken: Sequence[Taken],
    *,
    presenters: int,
) -> list[Taken]:
    """Return who is to be asked, for what nobody is down for yet.

    Args:
        members: Who is expected, in the order in which they joined.
        history: Who had which role in earlier meetings.
        taken: What people are down for in this meeting, and what they declined.
        presenters: How many turns there are.
    """
    asked: list[Taken] = []
    for role, wanted in (
        (SetRole.PRESENTER, presenters),
        (SetRole.TIMEKEEPER, 1),
        (SetRole.CARE_HOLDER, 1),
    ):
        known = [*taken, *asked]
        there = {t.person_id for t in known if t.role is role and t.holds}
        not_again = {t.person_id for t in known if t.role is role}
        busy = {t.person_id for t in known if t.holds}
        free = [p for p in members if p not in not_again]
        line = in_turn(free, history.get(role, {}), busy)
        if role is not SetRole.PRESENTER:
            # Presenting comes round whatever else somebody does; the others go to who is free.
            line = [p for p in line if p not in busy] or line
        asked += [Taken(p, role) for p in line[: max(0, wanted - len(there))]]
    return asked
