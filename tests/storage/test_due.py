"""One look says exactly which parts of the clock's side have something to do."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from domain.agendas import Agenda
from domain.deliveries import Delivery, Kind, State
from domain.ids import new_id
from domain.learning_sets import LearningSet, Member, SetPlan, Standing
from domain.meeting_times import CLOSES_AFTER
from domain.people import Account, Person, Profile, Role
from domain.schedules import Occurrence, Rhythm, Schedule, What
from domain.set_meetings import Date, Meeting, MeetingState
from domain.supervision import Level, Request
from domain.supervision import State as Stands
from storage import (
    cohorts,
    due,
    erasures,
    files,
    heartbeats,
    learning_sets,
    outbox,
    people,
    schedules,
    sessions,
    set_meetings,
    set_members,
    supervision,
    tables,
)
from storage.connection import Connection
from storage.engine import Database, open_database
from tests.storage.conftest import NOW, TODAY, a_session

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EVERYTHING = {
    "schedules",
    "deliveries",
    "leases",
    "check_ins",
    "erasures",
    "set_meetings",
    "set_places",
    "requests",
    "strays",
    "files",
    "deleted",
    "alive",
}
_CHECK_IN = insert(tables.check_ins)

Fill = Callable[[Connection, Person, datetime], object]


def what(database: Database, now: datetime = NOW) -> set[str]:
    with database.read() as conn:
        found = due.what(
            conn,
            now=now,
            deleted_before=now - MINUTE,
            beat="tick",
            beat_after=now - 2 * MINUTE,
        )
    return set(found)


def a_schedule(conn: Connection, person: Person, at: datetime | None) -> None:
    coming = Occurrence(TODAY, at) if at else None
    schedules.put(
        conn,
        Schedule(
            id=new_id(),
            what=What.PROMPT,
            rhythm=Rhythm(),
            zone="Europe/London",
            person_id=person.id,
            next=coming,
        ),
    )


def a_delivery(conn: Connection, person: Person, at: datetime) -> Delivery:
    delivery = Delivery(
        id=new_id(),
        cause=new_id(),
        on_date=TODAY,
        recipient=person.id,
        kind=Kind.PROMPT,
        not_before=at,
        ends_at=at + DAY,
        person_id=person.id,
    )
    outbox.plan(conn, delivery, now=NOW)
    return delivery


def a_check_in(conn: Connection, person: Person, at: datetime, *, closed: bool = False) -> None:
    cohort = cohorts.add(conn, "Spring", TODAY, None, by=person.id, now=NOW)
    conn.execute(
        _CHECK_IN,
        id=new_id(),
        cohort_id=cohort.id,
        on_date=TODAY,
        opens_at=at - DAY,
        closes_at=at,
        closed=closed,
        bag=None,
        result=None,
        words=None,
    )


def a_set(conn: Connection, person: Person) -> LearningSet:
    plan = SetPlan(name="Larch")
    return learning_sets.add(
        conn, plan, zone="Europe/London", facilitator_id=None, by=person.id, now=NOW
    )


def a_meeting(
    conn: Connection,
    person: Person,
    at: datetime,
    *,
    state: MeetingState = MeetingState.BOOKED,
    closed: bool = False,
) -> None:
    """The last that the clock does around it is at this time."""
    agenda = Agenda()
    starts_at = at - CLOSES_AFTER - agenda.length
    meeting = Meeting(
        id=new_id(),
        set_id=a_set(conn, person).id,
        number=1,
        state=MeetingState.HELD if closed else state,
        zone="Europe/London",
        agenda=agenda,
        edition=new_id(),
        created_at=NOW,
        told_at=starts_at,
        stepped_at=starts_at,
        date=Date(starts_at.date(), starts_at.time(), starts_at),
    )
    set_meetings.add(conn, meeting)


def a_place(conn: Connection, person: Person, at: datetime, *, taken: bool = False) -> None:
    standing = Standing.IN if taken else Standing.OFFERED
    member = Member(
        set_id=a_set(conn, person).id,
        person_id=person.id,
        standing=standing,
        arrival=1,
        since=NOW,
        offered_until=None if taken else at,
    )
    set_members.add(conn, member)


def a_request(
    conn: Connection, person: Person, at: datetime | None, stands: Stands = Stands.OPEN, **more: str
) -> None:
    request = Request(
        id=new_id(),
        person_id=person.id,
        level=Level.SOON,
        state=stands,
        sent_at=NOW - DAY,
        waits_since=NOW - DAY,
        reply_by=NOW + DAY,
        looks_at=at,
        **more,  # type: ignore[arg-type]
    )
    supervision.add(conn, request, supervision.Sealed(None, None))


def a_supervisor(conn: Connection, *roles: Role, gone: bool = False) -> str:
    profile = Profile(account=Account("T1", new_id()), tz="Europe/London", deactivated=gone)
    return people.enrol(conn, profile, roles or {Role.SUPERVISOR}, by=None, now=NOW).id


def a_file(conn: Connection, person: Person, at: datetime) -> None:
    files.add(conn, "F1", person.id, delete_after=at)


def a_deleted_session(conn: Connection, person: Person, at: datetime) -> None:
    session = a_session(person)
    sessions.add(conn, session)
    sessions.mark_deleted(conn, session.id, now=at - MINUTE - timedelta(microseconds=1))


def an_erasure(conn: Connection, person: Person, at: datetime) -> None:
    erasures.ask(conn, new_id(), person.id, now=at)
    erasures.ask(conn, "d" * 32, new_id(), now=at)
    erasures.done(conn, "d" * 32, now=at)


PARTS: dict[str, Fill] = {
    "erasures": an_erasure,
    "schedules": a_schedule,
    "deliveries": a_delivery,
    "check_ins": a_check_in,
    "set_meetings": a_meeting,
    "set_places": a_place,
    "requests": a_request,
    "files": a_file,
    "deleted": a_deleted_session,
}


def test_an_empty_house_has_nothing_to_do(database: Database) -> None:
    assert what(database) == set()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_named_from_its_moment_on(
    database: Database, enrol: Callable[..., Person], part: str
) -> None:
    ada = enrol()
    with database.write() as conn:
        PARTS[part](conn, ada, NOW)

    assert what(database, NOW - timedelta(microseconds=1)) == set()
    assert what(database, NOW) == {part}
    assert what(database, NOW + 400 * DAY) == {part}


def test_what_is_off_closed_or_settled_is_no_work(
    database: Database, enrol: Callable[..., Person]
) -> None:
    ada = enrol()
    with database.write() as conn:
        a_schedule(conn, ada, None)
        a_check_in(conn, ada, NOW - DAY, closed=True)
        a_meeting(conn, ada, NOW, closed=True)
        a_meeting(conn, ada, NOW, state=MeetingState.POLLING)
        a_place(conn, ada, NOW, taken=True)
        a_request(conn, ada, None, Stands.CLOSED, supervisor_id=a_supervisor(conn, gone=True))
        a_request(conn, ada, None, Stands.MET, supervisor_id=a_supervisor(conn, gone=True))
        a_request(conn, ada, None, Stands.CLAIMED, supervisor_id=a_supervisor(conn))
        sessions.add(conn, a_session(ada))
        delivery = a_delivery(conn, ada, NOW)
        outbox.claim(conn, "me", now=NOW, size=1)
        outbox.settle(conn, delivery.id, "me", State.SENT, now=NOW)

    assert what(database, NOW + 400 * DAY) == set()


def test_what_is_being_sent_is_looked_after(
    database: Database, enrol: Callable[..., Person]
) -> None:
    ada = enrol()
    with database.write() as conn:
        a_delivery(conn, ada, NOW)
        outbox.claim(conn, "me", now=NOW, size=1)

    assert what(database) == {"leases"}


@pytest.mark.parametrize("stands", [Stands.CLAIMED, Stands.BOOKED])
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(([Role.SUPERVISOR], True), id="switched off"),
        pytest.param(([Role.PARTNER, Role.CO_LEAD], False), id="without the role"),
    ],
)
def test_what_is_held_by_nobody_any_more_is_a_stray_at_once(
    database: Database, enrol: Callable[..., Person], stands: Stands, how: tuple[list[Role], bool]
) -> None:
    ada = enrol()
    with database.write() as conn:
        holder = a_supervisor(conn, *how[0], gone=how[1])
        a_request(conn, ada, NOW + DAY, stands, supervisor_id=holder)

    assert what(database) == {"strays"}


def test_everything_at_once_is_named_at_once(
    database: Database, enrol: Callable[..., Person]
) -> None:
    ada = enrol()
    with database.write() as conn:
        a_delivery(conn, ada, NOW)
        outbox.claim(conn, "me", now=NOW, size=1)
        for fill in PARTS.values():
            fill(conn, ada, NOW)
        a_request(conn, ada, None, Stands.BOOKED, supervisor_id=a_supervisor(conn, gone=True))
        heartbeats.beat(conn, "tick", now=NOW)

    assert what(database) == EVERYTHING


@pytest.mark.parametrize(
    ("beat", "alive"),
    [
        pytest.param(NOW, True, id="just now"),
        pytest.param(NOW - 2 * MINUTE, True, id="two minutes ago"),
        pytest.param(NOW - 2 * MINUTE - timedelta(seconds=1), False, id="too long ago"),
        pytest.param(NOW + MINUTE, False, id="the clock went back"),
    ],
)
def test_it_is_alive_by_a_recent_beat(database: Database, beat: datetime, alive: bool) -> None:
    with database.write() as conn:
        heartbeats.beat(conn, "other", now=NOW)
        heartbeats.beat(conn, "tick", now=beat)

    assert what(database) == ({"alive"} if alive else set())


def test_each_part_is_one_step_into_an_index(migrated_file: object) -> None:
    """However many people there are: nothing is read through."""
    with closing(open_database(f"sqlite:///{migrated_file}")) as database, database.read() as conn:
        compiled = conn._statements.compiled(due._WHAT)
        given = {name: "2026-03-03" for name in ("now", "deleted_before", "beat", "beat_after")}
        sql = f"EXPLAIN QUERY PLAN {compiled.sql}"
        plan = [row[3] for row in conn._driver.execute(sql, compiled.fixed | given).fetchall()]
    looks = [
        step for step in plan if step.startswith(("SCAN", "SEARCH")) and "CONSTANT" not in step
    ]
    # For each that is held, its holder and their role.
    holders = [step for step in looks if step.startswith(("SEARCH people", "SEARCH roles"))]
    assert len(holders) == 2
    assert len(looks) - len(holders) == len(EVERYTHING)
    assert all("INDEX" in step for step in looks)
    # The whole of what is being sent, and of what is held, just now: that is what the index holds.
    assert sorted(s for s in looks if s.startswith("SCAN")) == [
        "SCAN deliveries USING INDEX ix_deliveries_sending",
        "SCAN supervision_requests USING INDEX ix_supervision_requests_held",
    ]
