"""Ada, Bilal and supervisors, and the real services of supervision over a clock that stands."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.services.choices import keep_choices
from bot.services.outbox import Outbox
from bot.services.reach import Skip, Wait
from bot.services.supervision import Supervision
from bot.services.supervision_desk import Desk
from bot.services.supervision_pages import Asked, Draft, Meeting
from bot.services.supervision_plan import SupervisionPlan
from bot.services.supervision_queue import SupervisionQueue
from bot.services.supervision_watch import SupervisionWatch
from bot.services.supervisors import Supervisors
from domain.deliveries import Delivery, State
from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from domain.preferences import Choices
from domain.schedules import Quiet
from domain.sessions import Mode
from domain.supervision import Category, Level, Request
from storage import audit, outbox, people, supervision
from storage.all_tables import metadata
from storage.engine import Database
from storage.vault import MasterKeys, Vault

TEAM = "T1"
TUESDAY = datetime(2026, 3, 3, 10, 4, tzinfo=UTC)
"""Tuesday 3 March 2026, four minutes past ten: London's clocks are at UTC."""
ALWAYS = Quiet(start=time(0), end=time(0), days_off=frozenset(), bank_holidays=False)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Pool:
    """The services, and people in them. `supervisors` of them are there from the start."""

    database: Database
    supervisors: int = 2
    keys: MasterKeys = field(default_factory=MasterKeys.generate)
    now: datetime = TUESDAY

    def __post_init__(self) -> None:
        self.desk = Desk(self.database, Vault(self.keys), lambda: self.now)
        self.partner = Supervision(self.desk)
        self.queue = SupervisionQueue(self.desk)
        self.plan = SupervisionPlan(self.desk)
        self.watch = SupervisionWatch(self.desk)
        self.own = Supervisors(self.desk)
        self.ada = self.enrol("UADA", Role.PARTNER)
        self.pool = [self.enrol(f"US{n}", Role.SUPERVISOR) for n in range(self.supervisors)]

    def enrol(self, user: str, *roles: Role, tz: str = "Europe/London") -> Person:
        """Let somebody take part with exactly these roles."""
        profile = Profile(account=Account(TEAM, user), tz=tz)
        with self.database.write() as conn:
            return people.enrol(conn, profile, roles, by=None, now=self.now)

    def deactivate(self, person: Person, gone: bool = True) -> None:
        """The workspace says that somebody's account is switched off, or on again."""
        profile = Profile(account=person.account, tz=person.tz, deactivated=gone)
        with self.database.write() as conn:
            people.change_profile(conn, profile, now=self.now)

    def chooses(self, person: Person, **choices: object) -> None:
        with self.database.write() as conn:
            keep_choices(conn, person.id, Choices(**choices), now=self.now)

    def send(
        self,
        level: Level = Level.ROUTINE,
        *,
        by: Person | None = None,
        form: str | None = None,
        even_so: bool = True,
        **draft: object,
    ) -> Asked:
        """Ask as the form does; supervisors are given as people."""
        preferred, excluded = draft.pop("preferred", None), draft.pop("excluded", ())
        filled = Draft(
            category=Category.FOR_ME,
            level=level,
            preferred=preferred.account.user if preferred else None,
            excluded=frozenset(one.account.user for one in excluded),
            **draft,
        )
        return self.partner.ask(
            (by or self.ada).account,
            filled,
            form=form or new_id(),
            confirmed=True,
            even_so=even_so,
        )

    def ask(self, level: Level = Level.ROUTINE, **given: object) -> Request:
        """Ask, and return the request that was sent."""
        page = self.send(level, **given).page
        assert page is not None
        return page.request

    def claim(self, by: Person, request: Request):
        return self.queue.claim(by.account, request.id)

    def book(self, by: Person, request: Request, on: date = date(2026, 3, 5)):
        return self.queue.book(by.account, request.id, on, time(11), Mode.VIDEO)

    def record(self, by: Person, request: Request, on: date | None = None):
        meeting = a_meeting(on or self.now.date())
        return self.queue.record(by.account, request.id, meeting)

    def met(self, by: Person, request: Request) -> None:
        self.claim(by, request)
        self.record(by, request)

    def one(self, request: Request) -> Request:
        """A request as it is kept now."""
        with self.database.read() as conn:
            found = supervision.one(conn, request.id)
        assert found is not None
        return found

    def words(self, request: Request) -> supervision.Sealed:
        with self.database.read() as conn:
            return supervision.sealed(conn, request.id)

    def rows(self, table: str) -> list[dict]:
        with self.database.engine.connect() as conn:
            found = conn.execute(metadata.tables[table].select())
            return [dict(row._mapping) for row in found]

    def audit(self, request: Request) -> list[str]:
        """What was done to a request, in order."""
        with self.database.read() as conn:
            return [line[2] for line in audit.about(conn, request.id)]

    def planned(self, kind: str | None = None) -> list[tuple[str, str]]:
        """The kind and the recipient's account of everything that was ever planned."""
        users = {row["id"]: row["account"] for row in self.rows("people")}
        found = [(row["kind"], users[row["recipient"]]) for row in self.rows("deliveries")]
        return sorted(one for one in found if kind in {None, one[0]})

    def deliver(self) -> list[tuple[str, str]]:
        """Send what is due as the sender does; return the kind and the account of each."""
        box, sent = Outbox(self.database, lambda: self.now, between=timedelta(microseconds=1)), []
        later: list[tuple[Delivery, datetime]] = []
        while True:
            with self.database.write() as conn:
                due = outbox.claim(conn, box.by, now=self.now, size=50)
            if not due:
                break
            for delivery in due:
                found = self.watch.prepare(delivery)
                if isinstance(found, Skip):
                    box.settle(delivery, State.SKIPPED, found.reason)
                elif isinstance(found, Wait):
                    later.append((delivery, found.until))
                    box.wait(delivery, found.until)
                else:
                    box.settle(delivery, State.SENT, channel="D1", ts="1.0")
                    sent.append((found.kind.value, box.address(delivery)))
        return sorted(sent)

    def go_to(self, *when: int) -> list[tuple[str, str]]:
        """Live until a time in March 2026, looking whenever there is something to look at.

        Return what was sent on the way.
        """
        return [
            what for _, *rest in self.live(datetime(2026, 3, *when, tzinfo=UTC)) for what in rest
        ]

    def live(self, until: datetime) -> list[tuple]:
        """Live until then; return each moment at which something was sent, and what."""
        found = []
        while True:
            self.watch.look()
            sent = self.deliver()
            if sent:
                found.append((self.now, *sent))
            coming = [row["looks_at"] for row in self.rows("supervision_requests")]
            coming += [r["not_before"] for r in self.rows("deliveries") if r["state"] == "pending"]
            moments = [at for at in coming if at is not None and self.now < at <= until]
            if not moments:
                self.now = until
                return found
            self.now = min(moments)


def a_meeting(on: date, minutes: int = 60) -> Meeting:
    return Meeting(on_date=on, minutes=minutes, people=1, mode=Mode.VIDEO)
