"""A made-up crowd: people of a practice workspace who are asked on Wednesdays at half past nine."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services import rhythms
from domain.people import Account, Profile, Role
from domain.schedules import Rhythm
from practice.people import TEAM_ID, person
from storage import people
from storage.engine import open_database

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


def enrol(url: str, members: list[Member], *, nudges: bool = False) -> None:
    """Enrol them as partners; prompts come round for them, or nudges instead at the same time."""
    database = open_database(url, wait_seconds=30)
    try:
        with database.write() as conn:
            for member in members:
                profile = Profile(account=Account(TEAM_ID, member.user), tz=member.zone)
                known = people.enrol(conn, profile, {Role.PARTNER}, by=None, now=BEFORE)
                people.mark_welcomed(conn, known.id, now=BEFORE)
                if nudges:
                    rhythm = Rhythm(weekday=WEDNESDAY, at=AT)
                    rhythms.set_nudge(conn, known, rhythm, now=BEFORE)
                else:
                    rhythms.refit(conn, known, now=BEFORE)
    finally:
        database.close()


def due_dates(since: datetime, until: datetime) -> list[date]:
    """Return the Wednesdays between two moments, a day more at each side."""
    day, found = since.date() - timedelta(days=1), []
    while day <= until.date() + timedelta(days=1):
        if day.weekday() == WEDNESDAY:
            found.append(day)
        day += timedelta(days=1)
    return found
