"""Who does what in a meeting: proposed fairly, and free to decline.

Whoever had a role longest ago is first. Declining is never counted: it takes nobody's turn away
and moves nobody back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


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
    members: Sequence[str], had: Mapping[str, Sequence[int]], *, avoid: Collection[str] = ()
) -> list[str]:
    """Return members in the order in which a role comes to them.

    Least recently first; never before all; then the order of `members`. Those to avoid, because
    they have something else to do, come after the others.
    """
    place = {person: n for n, person in enumerate(members)}
    return sorted(members, key=lambda p: (p in avoid, max(had.get(p, ()), default=-1), place[p]))


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
        # Presenting comes round whatever else somebody does; the other roles go to who is free.
        avoid = () if role is SetRole.PRESENTER else busy
        line = in_turn(free, history.get(role, {}), avoid=avoid)
        if role is not SetRole.PRESENTER:
            line = [p for p in line if p not in busy] or line
        asked += [Taken(p, role) for p in line[: max(0, wanted - len(there))]]
    return asked
