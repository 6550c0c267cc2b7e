"""Who takes part, and in which roles."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from domain.refusals import Refused
from domain.values import dataclass


class Role(StrEnum):
    """What someone does in the programme; one person can hold several."""

    PARTNER = "partner"
    CO_LEAD = "co_lead"
    SUPERVISOR = "supervisor"
    LEARNING_PARTNER = "learning_partner"


class Nation(StrEnum):
    """Where someone lives, as far as helplines differ."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"


@dataclass(frozen=True, slots=True)
class Account:
    """Someone's account in the chat workspace: its id and the id of their own team."""

    team: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the chat workspace says of an account right now.

    `tz` is an IANA zone name. `outsider` is someone of another organisation.
    """

    account: Account
    tz: str
    title: str = ""
    bot: bool = False
    guest: bool = False
    outsider: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody known to the programme. Enrolled means: active, with at least one role."""

    id: str
    account: Account
    tz: str
    roles: frozenset[Role] = frozenset()
    guest: bool = False
    deactivated: bool = False
    nation: Nation | None = None
    welcomed_at: datetime | None = None

    @property
    def enrolled(self) -> bool:
        """Whether the product is open to this person."""
        return bool(self.roles) and not self.deactivated

    @property
    def left(self) -> bool:
        """Whether they were enrolled, hold no role any more, and something of them is held.

        Nobody becomes known but by being enrolled, and whoever is known has an account row.
        """
        return not self.roles and not self.deactivated


def check_can_be_enrolled(profile: Profile) -> None:
    """Refuse accounts that cannot take part: deactivated, automatic or of another organisation.

    Guests of the workspace can.

    Raises:
        Refused: With the reason for the co-lead.
    """
    if profile.deactivated:
        raise Refused("enrol_deactivated")
    if profile.bot:
        raise Refused("enrol_bot")
    if profile.outsider:
        raise Refused("enrol_outsider")


def check_roles_change(person: Person, roles: Collection[Role], *, co_leads: int) -> None:
    """Refuse to take the role of the last co-lead: nobody could give it back.

    Args:
        person: As they are now.
        roles: All the roles they would hold.
        co_leads: How many active co-leads there are now.

    Raises:
        Refused: `last_co_lead`.
    """
    loses = Role.CO_LEAD in person.roles and Role.CO_LEAD not in roles
    if loses and not person.deactivated and co_leads <= 1:
        raise Refused("last_co_lead")


_TITLES = {
    "partner": Role.PARTNER,
    "co-lead": Role.CO_LEAD,
    "supervisor": Role.SUPERVISOR,
    "learning partner": Role.LEARNING_PARTNER,
}


def roles_by_title(title: str) -> frozenset[Role]:
    """Return the role that a made-up person's title names; none for any other title."""
    role = _TITLES.get(title.strip().lower())
    return frozenset() if role is None else frozenset({role})
