"""A set, the people around it, and the real services over a database and a clock that stands."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.calendar_files import CalendarFiles
from bot.services.choices import keep_choices
from bot.services.learning_sets import LearningSets
from bot.services.people import People
from bot.services.set_actions import SetActions
from bot.services.set_agenda import SetAgenda
from bot.services.set_clock import SetClock
from bot.services.set_dates import SetDates
from bot.services.set_meetings import SetMeetings
from bot.services.set_places import SetPlaces
from bot.services.set_pushes import SetPushes
from bot.services.set_roles import SetRoles
from domain.deliveries import Delivery
from domain.ids import new_id
from domain.learning_sets import SetPlan
from domain.people import Account, Person, Profile, Role
from domain.preferences import Choices
from domain.refusals import NotValid, Refused
from storage import outbox, people
from storage.all_tables import metadata
from storage.engine import Database
from storage.vault import MasterKeys, Vault

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
"""A Tuesday in winter time."""
DAY = date(2026, 3, 24)
AT = time(14)
STARTS = datetime(2026, 3, 24, 14, 0, tzinfo=UTC)
DATES = [(date(2026, 3, 24), AT), (date(2026, 3, 31), AT), (date(2026, 4, 2), time(10))]
CHANNEL = "C0SET000001"
MINUTE, HOUR, ONE_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Sets:
    """Nobody is in the set yet. `co_lead` made it, `guide` is its facilitator."""

    database: Database
    keys: MasterKeys = field(default_factory=MasterKeys.generate)
    now: datetime = NOW
    plan: SetPlan = field(default_factory=lambda: SetPlan(name="Larch", channel=CHANNEL))

    def __post_init__(self) -> None:
        vault, given = Vault(self.keys), (self.database, self.clock)
        self.sets = LearningSets(self.database, vault, self.clock)
        self.places, self.dates, self.meetings = SetPlaces(*given), SetDates(*given), None
        self.meetings, self.roles = SetMeetings(self.database, vault, self.clock), SetRoles(*given)
        self.agenda = SetAgenda(self.database, vault, self.clock)
        self.actions = SetActions(self.database, vault, self.clock)
        self.ticker, self.pushes = SetClock(*given), SetPushes(*given)
        self.calendars = CalendarFiles(*given)
        self.people = People(self.database, self.clock, lambda account: self.profile(account.user))
        self.co_lead = self.enrol("U0LEAD", Role.CO_LEAD)
        self.guide = self.enrol("U0GUIDE", Role.SUPERVISOR)
        made = self.sets.make(
            self.co_lead.account,
            self.plan,
            facilitator=self.guide.account,
            link=None,
            form=new_id(),
        )
        self.id = made.row.learning_set.id

    def clock(self) -> datetime:
        return self.now

    def profile(self, user: str, tz: str = "Europe/London", **more: bool) -> Profile:
        return Profile(account=Account("T1", user), tz=tz, **more)

    def enrol(self, user: str, *roles: Role, tz: str = "Europe/London") -> Person:
        with self.database.write() as conn:
            return people.enrol(
                conn, self.profile(user, tz), set(roles) or {Role.PARTNER}, by=None, now=NOW
            )

    def partners(self, count: int, start: int = 1) -> list[Person]:
        return [self.enrol(f"U{n:03}") for n in range(start, start + count)]

    def joined(self, count: int) -> list[Person]:
        """New partners who pressed Join one after the other."""
        found = self.partners(count)
        for person in found:
            self.places.join(person.account, self.id)
        return found

    def chooses(self, person: Person, **choices: object) -> None:
        with self.database.write() as conn:
            keep_choices(conn, person.id, Choices(**choices), now=self.now)

    def offer_dates(self, wanted=DATES):
        return self.dates.offer_dates(self.co_lead.account, self.id, wanted, form=new_id())

    def booked(self, wanted=DATES, which: int = 0):
        """A meeting at one of these dates."""
        meeting = self.offer_dates(wanted)
        found = self.dates.dates(self.co_lead.account, meeting.id).choices
        first = sorted(found, key=lambda c: c.offered.date.starts_at)[which]
        return self.dates.choose(self.co_lead.account, meeting.id, first.offered.id, form=new_id())

    def tick_clock(self, now: datetime) -> None:
        self.now = now
        self.ticker.step_due(now)
        self.places.lapse_due(now)

    def rows(self, table: str) -> list[dict]:
        with self.database.engine.connect() as conn:
            found = conn.execute(metadata.tables[table].select())
            return [dict(row._mapping) for row in found]

    def told(self, kind: str) -> list[str]:
        """Who something was planned for."""
        return sorted(row["recipient"] for row in self.rows("deliveries") if row["kind"] == kind)

    def delivery(self, kind: str, recipient: str, *, newest: bool = True) -> Delivery:
        found = [
            r for r in self.rows("deliveries") if (r["kind"], r["recipient"]) == (kind, recipient)
        ]
        found.sort(key=lambda r: r["not_before"])
        with self.database.read() as conn:
            delivery = outbox.one(conn, found[-1 if newest else 0]["id"])
        assert delivery is not None
        return delivery


def ids(people_) -> list[str]:
    return sorted(person.id for person in people_)


def refusal(call, *given, **named) -> str:
    with pytest.raises(Refused) as no:
        call(*given, **named)
    return no.value.reason


def problems(call, *given, **named) -> dict[str, str]:
    with pytest.raises(NotValid) as no:
        call(*given, **named)
    return no.value.problems


@contextmanager
def nothing_changes(sets: Sets, *tables_: str):
    before = {name: sets.rows(name) for name in tables_}
    yield
    assert {name: sets.rows(name) for name in tables_} == before
