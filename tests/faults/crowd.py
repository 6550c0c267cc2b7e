"""A made-up crowd: people of a practice workspace who are asked on Wednesdays at half past nine."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import rhythms
from bot.services.choices import keep_choices
from domain.people import Account, Person, Profile, Role
from domain.preferences import Choices, Place
from domain.schedules import Rhythm, What
from practice.people import TEAM_ID, person
from storage import cohorts, nudges, people
from storage.engine import Connection, open_database

LONDON = ("Europe/London",)
WORLD = (
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "America/Los_Angeles",
)
WEDNESDAY = 2
AT = time(9, 30)
RHYTHM = Rhythm(weekday=WEDNESDAY, at=AT)
DUE_ON = date(2026, 12, 2)
BEFORE = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
"""The crowd is enrolled on a Tuesday, when it is Tuesday or Wednesday night everywhere."""
DUE_AT = datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
"""When it is due in London."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the crowd, as the judge knows them."""

    user: str
    zone: str

    def local(self, moment: datetime) -> datetime:
        """Return the wall-clock time there."""
        return moment.astimezone(ZoneInfo(self.zone))


CHANNEL = Member("C0SPRING000", "Europe/London")
"""Where check-ins are posted; to the judge it is one more who is told."""


def crowd(count: int, zones: tuple[str, ...] = LONDON) -> list[Member]:
    """Return so many people, the zones in turns."""
    return [Member(f"U1CROWD{n:04}", zones[n % len(zones)]) for n in range(count)]


def seeds(members: list[Member]):
    """Return them as the practice workspace wants its people."""
    return [
        replace(
            person(f"p{n}", f"Person {n}", "Partner"), id=member.user, tz=member.zone, updated=0
        )
        for n, member in enumerate(members)
    ]


def enrol(url: str, members: list[Member], what: What = What.PROMPT) -> None:
    """Enrol them as partners, for whom this comes round."""
    with closing(open_database(url, wait_seconds=30)) as database, database.write() as conn:
        known = [_enrolled(conn, member) for member in members]
        if what is What.CHECK_IN:
            _in_a_cohort(conn, known)
        for one in known:
            if what is What.NUDGE:
                nudges.put(conn, one.id, b"their own words, which nobody opens here", now=BEFORE)
                rhythms.set_nudge(conn, one, RHYTHM, now=BEFORE)
            elif what is What.PROMPT:
                rhythms.refit(conn, one, now=BEFORE)


def _enrolled(conn: Connection, member: Member) -> Person:
    profile = Profile(account=Account(TEAM_ID, member.user), tz=member.zone)
    known = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=BEFORE)
    people.mark_welcomed(conn, known.id, now=BEFORE)
    return known


def _in_a_cohort(conn: Connection, known: list[Person]) -> None:
    """Let check-ins come round in a channel, and for each of them directly, as they chose."""
    cohort = cohorts.add(conn, "Crowd", BEFORE.date(), None, by=None, now=BEFORE)
    cohorts.set_channel(conn, cohort.id, CHANNEL.user)
    for one in known:
        cohorts.add_member(conn, cohort.id, one.id, now=BEFORE)
        keep_choices(conn, one.id, Choices(check_ins=Place.DIRECT), now=BEFORE)
    rhythms.set_for_cohort(conn, What.CHECK_IN, cohort.id, RHYTHM, CHANNEL.zone, now=BEFORE)


def due_dates(since: datetime, until: datetime) -> list[date]:
    """Return the Wednesdays between two moments, a day more at each side."""
    day, found = since.date() - timedelta(days=1), []
    while day <= until.date() + timedelta(days=1):
        if day.weekday() == WEDNESDAY:
            found.append(day)
        day += timedelta(days=1)
    return found
