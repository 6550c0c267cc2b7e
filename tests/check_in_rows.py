"""A cohort whose check-in comes round on Tuesday 3 March 2026 at 10, and its people."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.services.check_ins import CheckIns
from bot.services.choices import keep_choices
from bot.services.planning import Planning
from bot.services.rhythms import set_for_cohort
from domain.check_ins import Level, Question
from domain.deliveries import Delivery
from domain.people import Account, Person, Profile, Role
from domain.preferences import Choices, Place
from domain.schedules import Rhythm, What
from storage import cohorts, outbox, people
from storage.all_tables import metadata
from storage.engine import Database
from storage.vault import MasterKeys, Vault

BEFORE = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OPENS = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)
TUESDAYS = Rhythm(weekday=1, at=time(10))
CHANNEL = "C0SPRING000"
TEAM = "T1"


@dataclass
class Group:
    """A cohort, its members, and the real services over a database and a clock that stands."""

    database: Database
    keys: MasterKeys = field(default_factory=MasterKeys.generate)
    now: datetime = BEFORE
    channel: str | None = CHANNEL
    size: int = 8

    def __post_init__(self) -> None:
        self.check_ins = CheckIns(self.database, Vault(self.keys), lambda: self.now)
        self.planning = Planning(self.database, lambda: self.now, self.check_ins.open)
        with self.database.write() as conn:
            self.cohort = cohorts.add(conn, "Spring", date(2026, 1, 1), None, by=None, now=BEFORE)
            cohorts.set_channel(conn, self.cohort.id, self.channel)
            self.everyone = [self._enrol(conn, f"U{n}") for n in range(self.size)]
            for member in self.everyone:
                cohorts.add_member(conn, self.cohort.id, member.id, now=BEFORE)
            set_for_cohort(
                conn, What.CHECK_IN, self.cohort.id, TUESDAYS, "Europe/London", now=BEFORE
            )

    def _enrol(self, conn, user: str, *roles: Role, tz: str = "Europe/London") -> Person:
        profile = Profile(account=Account(TEAM, user), tz=tz)
        return people.enrol(conn, profile, set(roles) or {Role.PARTNER}, by=None, now=BEFORE)

    def enrol(self, user: str, *roles: Role) -> Person:
        """Somebody who is not in the cohort."""
        with self.database.write() as conn:
            return self._enrol(conn, user, *roles)

    def chooses(self, member: Person, **choices: object) -> None:
        """Somebody's own choices."""
        with self.database.write() as conn:
            keep_choices(conn, member.id, Choices(**choices), now=self.now)

    def by_direct_message(self, member: Person) -> None:
        self.chooses(member, check_ins=Place.DIRECT)

    def plan(self, now: datetime = OPENS) -> None:
        self.now = now
        self.planning.plan()

    def close(self, now: datetime = CLOSES) -> None:
        self.now = now
        self.check_ins.close_due(now)

    @property
    def check_in_id(self) -> str:
        """The id of the latest check-in."""
        return max(self.rows("check_ins"), key=lambda row: row["on_date"])["id"]

    def answer(self, member: Person, *levels: int, word: str | None = None, confirmed=False):
        given = [Level(level) for level in levels or (4, 4, 4)]
        return self.check_ins.answer(
            member.account,
            self.check_in_id,
            dict(zip(Question, given, strict=True)),
            word,
            confirmed=confirmed,
        )

    def rows(self, table: str) -> list[dict]:
        with self.database.engine.connect() as conn:
            found = conn.execute(metadata.tables[table].select())
            return [dict(row._mapping) for row in found]

    def deliveries(self, kind: str | None = None) -> list[dict]:
        return [row for row in self.rows("deliveries") if kind in {None, row["kind"]}]

    def delivery(self, kind: str, recipient: str | None = None) -> Delivery:
        """The one delivery of this kind."""
        found = [r for r in self.deliveries(kind) if recipient in {None, r["recipient"]}]
        assert len(found) == 1, found
        with self.database.read() as conn:
            delivery = outbox.one(conn, found[0]["id"])
        assert delivery is not None
        return delivery
