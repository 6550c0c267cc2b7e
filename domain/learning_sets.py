"""Action-learning sets: small groups who think together, their places and their waiting lists.

Sizes, quorum, cadence and agendas come from the programme's own description; each is a number
that a co-lead may change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from domain.agendas import Agenda, check_agenda
from domain.clock import HOME_ZONE
from domain.refusals import NotValid
from domain.text import visible
from domain.values import dataclass

NAME_LENGTH = 60
SIZES = range(4, 9)
CADENCES = range(1, 27)
MEETINGS = range(1, 21)
LINK_LENGTH = 500
LINE_LENGTH = 140
"""Of an offer and of an action: one line."""
OFFER_STANDS = timedelta(hours=48)
"""How long a place is kept for somebody who has been offered it."""
OFFER_WAITS = timedelta(days=5)
"""How long at most those 48 hours wait to begin, for the end of somebody's quiet time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPlan:
    """What a co-lead chooses of a set.

    `cohort_id` is whose members may join; None for every partner. `every_weeks` is about how many
    weeks lie between meetings. `channel` is where the agenda is run. The facilitator's is not one
    of the `size` places.
    """

    name: str
    cohort_id: str | None = None
    size: int = 6
    quorum: int = 4
    every_weeks: int = 5
    meetings: int = 5
    agenda: Agenda = field(default_factory=Agenda)
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningSet:
    """A set. Its meetings follow the wall clock of `zone`.

    `has_link` where there is a joining link, which only members and facilitators are shown.
    """

    id: str
    plan: SetPlan
    zone: str = HOME_ZONE
    facilitator_id: str | None = None
    has_link: bool = False
    closed_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the set has ended."""
        return self.closed_at is not None


class Standing(StrEnum):
    """Where somebody stands with a set: has a place, was offered one, or waits for one."""

    IN = "in"
    OFFERED = "offered"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody's standing. `arrival` counts those who ever pressed Join on this set, in order.

    `offer_id` and `offered_until` belong to a place that is offered. `since` is from when they
    have stood so.
    """

    set_id: str
    person_id: str
    standing: Standing
    arrival: int
    since: datetime
    offer_id: str | None = None
    offered_until: datetime | None = None


def check_plan(plan: SetPlan) -> SetPlan:
    """Return the plan with its name in one line, or refuse.

    Raises:
        NotValid: One reason a field.
    """
    problems: dict[str, str] = {}
    name = visible(" ".join(plan.name.split()))
    if not name:
        problems["name"] = "set_name_empty"
    elif len(name) > NAME_LENGTH:
        problems["name"] = "set_name_long"
    for field_name, value, allowed, reason in (
        ("size", plan.size, SIZES, "set_size"),
        ("quorum", plan.quorum, range(2, plan.size + 1), "set_quorum"),
        ("every_weeks", plan.every_weeks, CADENCES, "set_cadence"),
        ("meetings", plan.meetings, MEETINGS, "set_meetings"),
    ):
        if value not in allowed:
            problems[field_name] = reason
    problems |= check_agenda(plan.agenda)
    if problems:
        raise NotValid(problems)
    return replace(plan, name=name)


def check_link(link: str | None) -> str | None:
    """Return a joining link without spaces around it; None where there is none.

    Raises:
        NotValid: `link_wrong`: not an address of the web, or over 500 characters.
    """
    text = (link or "").strip()
    if not text:
        return None
    if len(text) > LINK_LENGTH or text != visible(text) or len(text.split()) != 1:
        raise NotValid({"link": "link_wrong"})
    try:
        address = urlsplit(text)
    except ValueError:
        raise NotValid({"link": "link_wrong"}) from None
    if address.scheme not in {"https", "http"} or not address.hostname:
        raise NotValid({"link": "link_wrong"})
    return text


def check_line(text: str, field_name: str) -> str:
    """Return one line of somebody's own words, without what cannot be seen.

    Raises:
        NotValid: `line_empty`, or `line_long` over 140 characters, at that field.
    """
    line = " ".join(visible(" ".join(text.split())).split())
    if not line:
        raise NotValid({field_name: "line_empty"})
    if len(line) > LINE_LENGTH:
        raise NotValid({field_name: "line_long"})
    return line


def taken(members: Iterable[Member]) -> int:
    """Return how many places are not free: those of members, and those kept for an answer."""
    return sum(m.standing is not Standing.WAITING for m in members)


def waiting_in_order(members: Iterable[Member]) -> list[Member]:
    """Return those who wait for a place, whoever pressed Join first before the others."""
    waiting = (m for m in members if m.standing is Standing.WAITING)
    return sorted(waiting, key=lambda m: m.arrival)


def position(members: Iterable[Member], person_id: str) -> int | None:
    """Return somebody's place in the line, the first as 1; None where they do not wait."""
    for number, member in enumerate(waiting_in_order(members), start=1):
        if member.person_id == person_id:
            return number
    return None


def standing_on_joining(members: Sequence[Member], size: int) -> Standing:
    """Return where somebody stands who presses Join now: nobody passes those who wait."""
    free = taken(members) < size and not waiting_in_order(members)
    return Standing.IN if free else Standing.WAITING


def next_offers(members: Sequence[Member], size: int) -> list[Member]:
    """Return who is to be offered the places that are free, in the order of the line."""
    return waiting_in_order(members)[: max(0, size - taken(members))]


def offer_ends(now: datetime, reachable_from: datetime | None) -> datetime:
    """Return until when an offered place is kept.

    The 48 hours begin when the person may first hear of it: `reachable_from`, the end of their
    quiet time; no later than five days from now, because others wait.
    """
    latest = now + OFFER_WAITS
    begins = latest if reachable_from is None else min(max(now, reachable_from), latest)
    return begins + OFFER_STANDS


def usual_next(last_on: date, every_weeks: int) -> date:
    """Return the date around which the next meeting would usually be."""
    return last_on + timedelta(weeks=every_weeks)
