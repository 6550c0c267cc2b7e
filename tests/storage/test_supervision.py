"""Requests, records and supervisors' settings as they are kept, and that ended words are gone."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.deliveries import Delivery, Kind
from domain.deliveries import State as Sent
from domain.ids import new_id
from domain.people import Person, Role
from domain.refusals import NotValid, Refused
from domain.sessions import Mode
from domain.supervision import Level, Record, Request, State
from domain.supervisors import MOST_HELD, TimeOff
from storage import outbox, outbox_about, people, session_totals, sessions, supervision, supervisors
from storage import supervision_records as records
from storage.engine import Database, open_database
from storage.supervision import Sealed
from tests.storage.conftest import NOW, TODAY, a_session
from tests.supervision_rows import Pool, a_meeting

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENDS = (State.CLOSED, State.WITHDRAWN)
GOING = (State.OPEN, State.CLAIMED, State.BOOKED, State.MET)

Enrol = Callable[..., Person]


def a_request(person: Person, stands: State = State.OPEN, **more: object) -> Request:
    given = {
        "id": new_id(),
        "person_id": person.id,
        "level": Level.ROUTINE,
        "state": stands,
        "sent_at": NOW,
        "waits_since": NOW,
        "reply_by": NOW + 3 * DAY,
    }
    return Request(**given | more)  # type: ignore[arg-type]


def kept(database: Database, *requests: Request) -> None:
    with database.write() as conn:
        for request in requests:
            supervision.add(conn, request, Sealed(b"w", b"n"))


# Requests


def test_a_request_comes_back_as_it_was_kept(database: Database, enrol: Enrol) -> None:
    ada, sue = enrol("U1"), enrol("U2", Role.SUPERVISOR)
    plain = a_request(ada, has_note=True)
    full = a_request(
        ada,
        State.BOOKED,
        level=Level.TODAY,
        supervisor_id=sue.id,
        mode=Mode.PHONE,
        has_note=True,
        **{
            name: NOW + n * MINUTE
            for n, name in enumerate(
                field.name
                for field in fields(Request)
                if field.name.endswith(("_at", "_until")) or field.name == "nobody_since"
            )
        },
    )
    kept(database, plain, full)

    with database.read() as conn:
        assert [supervision.one(conn, one.id) for one in (plain, full)] == [plain, full]
        assert supervision.sealed(conn, full.id) == (b"w", b"n")
        assert supervision.one(conn, new_id()) is None
        assert supervision.sealed(conn, new_id()) == (None, None)


def test_a_change_keeps_all_of_it_but_whose_it_is_and_when_it_was_sent(
    database: Database, enrol: Enrol
) -> None:
    ada, sue = enrol("U1"), enrol("U2", Role.SUPERVISOR)
    request = a_request(ada, has_note=True)
    kept(database, request, a_request(ada))
    after = replace(
        request,
        state=State.CLAIMED,
        level=Level.SOON,
        supervisor_id=sue.id,
        claimed_at=NOW + MINUTE,
        looks_at=NOW + DAY,
    )
    with database.write() as conn:
        supervision.change(conn, replace(after, person_id=sue.id, sent_at=NOW + DAY))

    with database.read() as conn:
        assert supervision.one(conn, request.id) == after
        assert [one.state for one in supervision.waiting(conn)] == [State.OPEN]


@pytest.mark.parametrize("end", ENDS)
def test_ended_it_loses_its_words_in_the_same_transaction(
    database: Database, enrol: Enrol, end: State
) -> None:
    request = a_request(enrol(), has_note=True)
    kept(database, request)
    with database.write() as conn:
        supervision.change(conn, replace(request, state=end))
        assert supervision.sealed(conn, request.id) == (None, None)
        ended = supervision.one(conn, request.id)

    assert ended is not None
    assert not ended.has_note


@pytest.mark.parametrize("stands", GOING)
def test_under_way_it_keeps_them(database: Database, enrol: Enrol, stands: State) -> None:
    request = a_request(enrol())
    kept(database, request)
    with database.write() as conn:
        supervision.change(conn, replace(request, state=stands))
        assert supervision.sealed(conn, request.id) == (b"w", b"n")


def test_the_longest_waiting_comes_first_and_those_who_left_wait_not(
    database: Database, enrol: Enrol
) -> None:
    ada, bilal, gone = enrol("U1"), enrol("U2"), enrol("U3")
    lead = enrol("U4", Role.CO_LEAD)
    old, new = a_request(ada, sent_at=NOW - DAY), a_request(bilal)
    kept(database, new, old, a_request(gone), a_request(lead))
    kept(database, *(a_request(ada, stands) for stands in State if stands is not State.OPEN))
    with database.write() as conn:
        conn.execute(text(f"UPDATE people SET deactivated = true WHERE id = '{gone.id}'"))
        assert supervision.waiting(conn) == [replace(one, has_note=True) for one in (old, new)]


def test_somebodys_own_come_with_the_newest_first(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    mine = [a_request(ada, stands, sent_at=NOW - n * DAY) for n, stands in enumerate(State)]
    kept(database, *reversed(mine), a_request(bilal))

    with database.read() as conn:
        found = [one.id for one in supervision.of_person(conn, ada.id, size=4)]
    assert found == [one.id for one in mine[:4]]


def test_what_a_supervisor_has_and_how_many_everyone_holds(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol("U1")
    sue, sam = enrol("U2", Role.SUPERVISOR), enrol("U3", Role.SUPERVISOR)
    states = (State.MET, State.BOOKED, State.CLAIMED, *ENDS)
    of_sue = [
        a_request(ada, stands, supervisor_id=sue.id, claimed_at=NOW - n * MINUTE)
        for n, stands in enumerate(states)
    ]
    kept(database, *of_sue, a_request(ada, State.MET, supervisor_id=sam.id, claimed_at=NOW))

    with database.read() as conn:
        held = [one.state for one in supervision.held_by(conn, sue.id)]
        assert held == [State.CLAIMED, State.BOOKED, State.MET]
        assert supervision.counts_held(conn) == {sue.id: 2}


def test_what_is_to_be_looked_at(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    sue, gone = enrol("U2", Role.SUPERVISOR), enrol("U3")
    due = [a_request(ada, looks_at=NOW - n * MINUTE) for n in range(3)]
    stray = a_request(ada, State.BOOKED, looks_at=NOW + DAY, supervisor_id=gone.id)
    fine = a_request(ada, State.BOOKED, looks_at=NOW + DAY, supervisor_id=sue.id)
    kept(database, *due, stray, fine, a_request(ada), a_request(ada, looks_at=NOW + MINUTE))
    kept(database, a_request(ada, State.MET, looks_at=NOW + DAY, supervisor_id=gone.id))

    with database.write() as conn:
        found = supervision.to_look_at(conn, now=NOW, size=9)
        assert found == [*(one.id for one in reversed(due)), stray.id]
        assert supervision.to_look_at(conn, now=NOW, size=1) == [due[2].id, stray.id]
        supervision.put_off(conn, due[2].id, NOW + MINUTE)
        assert supervision.to_look_at(conn, now=NOW, size=1) == [due[1].id, stray.id]


def test_looking_reads_what_is_due_and_what_is_held_and_nothing_through(
    migrated_file: Path,
) -> None:
    with closing(open_database(f"sqlite:///{migrated_file}")) as database, database.read() as conn:
        plan = []
        for statement in (supervision._TO_LOOK_AT, supervision._STRAYS):
            compiled = conn._statements.compiled(statement)
            given = dict.fromkeys(re.findall(r":(\w+)", compiled.sql), "2026")
            rows = conn._driver.execute(
                f"EXPLAIN QUERY PLAN {compiled.sql}", given | {"size": 5} | compiled.fixed
            )
            plan += [row[3] for row in rows.fetchall()]
    looks = [step.partition(" (")[0] for step in plan if " supervision_requests" in step]
    assert looks == [
        "SEARCH supervision_requests USING INDEX ix_supervision_requests_looks_at",
        "SCAN supervision_requests USING INDEX ix_supervision_requests_held",
    ]


def test_counts_for_co_leads_and_learning_partners(database: Database, enrol: Enrol) -> None:
    ada, gone = enrol("U1"), enrol("U2")
    kept(
        database,
        a_request(ada, reply_by=NOW),
        a_request(ada, reply_by=NOW + MINUTE),
        a_request(ada, State.CLAIMED, reply_by=NOW),
        a_request(ada, State.WITHDRAWN, reply_by=NOW, sent_at=NOW - DAY),
        a_request(gone, reply_by=NOW),
    )
    with database.write() as conn:
        people.set_roles(conn, gone, {Role.SUPERVISOR}, by=None, now=NOW)
        late = [one.reply_by for one in supervision.waiting(conn)]
        assert sorted(late) == [NOW, NOW + MINUTE]
        assert supervision.sent_since(conn, NOW) == 4
        assert supervision.sent_since(conn, NOW - DAY) == 5


def test_the_last_twenty_openings_of_a_note_the_latest_first(
    database: Database, enrol: Enrol
) -> None:
    ada, sue = enrol("U1"), enrol("U2", Role.SUPERVISOR)
    request, other = a_request(ada), a_request(ada)
    kept(database, request, other)
    with database.write() as conn:
        for n in range(22):
            supervision.note_opened(conn, request.id, sue.id, now=NOW + n * MINUTE)
        supervision.note_opened(conn, other.id, sue.id, now=NOW)
        found = supervision.openings(conn, request.id)

    assert found == [(sue.id, NOW + n * MINUTE) for n in range(21, 1, -1)]


# Records


def test_a_record_is_kept_in_place_of_an_earlier_one(database: Database, enrol: Enrol) -> None:
    ada, sue = enrol("U1"), enrol("U2", Role.SUPERVISOR)
    request = a_request(ada)
    kept(database, request)
    record = Record(
        request_id=request.id, person_id=ada.id, supervisor_id=sue.id, on_date=TODAY, minutes=60
    )
    better = replace(record, minutes=45, people=3, mode=Mode.PHONE, on_date=TODAY - DAY)
    with database.write() as conn:
        assert records.one(conn, request.id) is None
        records.keep(conn, record, now=NOW)
        assert records.one(conn, request.id) == record
        records.set_next_step(conn, request.id, b"step", now=NOW)
        records.keep(conn, better, now=NOW)
        assert records.one(conn, request.id) == replace(better, has_next_step=True)
        assert records.next_step(conn, request.id) == b"step"
        records.set_next_step(conn, request.id, None, now=NOW)
        assert records.one(conn, request.id) == better
        assert records.last_date(conn, ada.id) == TODAY - DAY
        assert records.last_date(conn, sue.id) is None


def test_a_recorded_meeting_is_a_supervision_in_the_tally(database: Database, enrol: Enrol) -> None:
    ada = enrol("U1")
    request = a_request(ada)
    kept(database, request)
    with database.write() as conn:
        for days in (5, 3, 1):
            sessions.add(conn, a_session(ada, TODAY - days * DAY))
        assert session_totals.practice_minutes_since_supervision(conn, ada.id) == (180, None)
        met = Record(
            request_id=request.id,
            person_id=ada.id,
            supervisor_id=None,
            on_date=TODAY - 3 * DAY,
            minutes=60,
        )
        records.keep(conn, met, now=NOW)
        assert session_totals.practice_minutes_since_supervision(conn, ada.id) == (
            60,
            TODAY - 3 * DAY,
        )
        assert session_totals.first_date(conn, ada.id) == TODAY - 5 * DAY


# Supervisors


def test_supervisors_own_settings(database: Database, enrol: Enrol) -> None:
    sue, sam = enrol("U1", Role.SUPERVISOR), enrol("U2", Role.SUPERVISOR)
    past, now, later = (
        TimeOff(new_id(), TODAY + first * DAY, TODAY + last * DAY)
        for first, last in ((-9, -1), (-3, 0), (5, 9))
    )
    with database.write() as conn:
        assert supervisors.most(conn, sue.id) == MOST_HELD
        for most in (2, 7):
            supervisors.set_most(conn, sue.id, most, now=NOW)
        assert (supervisors.most(conn, sue.id), supervisors.most(conn, sam.id)) == (7, MOST_HELD)
        for off in (later, past, now):
            supervisors.add_time_off(conn, sue.id, off)
        assert supervisors.away(conn, sue.id, since=TODAY) == (now, later)
        assert not supervisors.remove_time_off(conn, sam.id, now.id)
        assert supervisors.remove_time_off(conn, sue.id, now.id)
        assert not supervisors.remove_time_off(conn, sue.id, now.id)
        assert supervisors.away(conn, sue.id, since=TODAY) == (later,)
        assert supervisors.away(conn, sam.id, since=TODAY) == ()


# What was said about a request


def test_what_was_planned_and_settled_about_a_thing(database: Database, enrol: Enrol) -> None:
    sue, sam = enrol("U1", Role.SUPERVISOR), enrol("U2", Role.SUPERVISOR)

    def plan(kind: Kind, person: Person, on: date = TODAY, at: datetime = NOW) -> Delivery:
        delivery = Delivery(
            id=new_id(),
            cause=new_id(),
            on_date=on,
            recipient=person.id,
            person_id=person.id,
            kind=kind,
            subject="request",
            not_before=at,
            ends_at=NOW + 9 * DAY,
        )
        with database.write() as conn:
            outbox.plan(conn, delivery, now=NOW)
        return delivery

    plan(Kind.SUPERVISION_ALERT, sue)
    plan(Kind.SUPERVISION_REMINDER, sam)
    plan(Kind.SUPERVISION_NEWS, sam)
    plan(Kind.SUPERVISION_LATE, sam)
    plan(Kind.SUPERVISION_LATE, sam, TODAY + DAY, NOW + DAY)
    with database.write() as conn:
        assert outbox_about.to_hear(conn, "request", Kind.SUPERVISION_ALERT) == {sue.id}
        assert outbox_about.to_hear(conn, "other", Kind.SUPERVISION_ALERT) == frozenset()
        late = Kind.SUPERVISION_LATE
        assert outbox_about.last_about(conn, "request", late, since=NOW) == TODAY + DAY
        assert outbox_about.last_about(conn, "request", late, since=NOW + 2 * DAY) is None
        assert outbox_about.alerts_about(conn, "request", since=NOW) == {}
        for tried in ({}, {}, {Sent.PENDING: 2}):
            for delivery in outbox.claim(conn, "me", now=NOW, size=9):
                outbox.put_back(conn, delivery.id, "me", not_before=NOW, tried=True)
            assert outbox_about.alerts_about(conn, "request", since=NOW) == tried
        for delivery in outbox.claim(conn, "me", now=NOW, size=9):
            outbox.settle(conn, delivery.id, "me", Sent.SENT, now=NOW + MINUTE)
        assert outbox_about.to_hear(conn, "request", Kind.SUPERVISION_ALERT) == frozenset()
        assert outbox_about.alerts_about(conn, "request", since=NOW) == {Sent.SENT: 2}
        assert outbox_about.alerts_about(conn, "request", since=NOW + DAY) == {}


# Words that are gone


SAID = "quagga and okapi"


def files(database: Database) -> Iterator[Path]:
    """The file and its write-ahead log; of PostgreSQL, the files of this database."""
    if database.file is not None:
        yield from database.file.parent.glob(f"{database.file.name}*")
        return
    pooled = database.engine.raw_connection()
    connection = pooled.driver_connection
    assert connection is not None
    pooled.detach()
    with closing(connection):
        connection.autocommit = True
        connection.execute("CHECKPOINT")
        [folder] = connection.execute("SHOW data_directory").fetchone()
        query = "SELECT oid FROM pg_database WHERE datname = current_database()"
        [oid] = connection.execute(query).fetchone()
    yield from (f for f in Path(folder, "base", str(oid)).iterdir() if f.is_file())


def found_in_files(database: Database, sealed: list[bytes]) -> list[str]:
    """Where any part of the words, plain or sealed, stands in the files of the database."""
    parts = [word.encode() for word in (SAID, "for_me")]
    parts += [one[at : at + 24] for one in sealed for at in range(16, len(one) - 24, 64)]
    assert len(parts) > 4
    return [file.name for file in files(database) if any(p in file.read_bytes() for p in parts)]


def withdrawn(pool: Pool, request: Request) -> None:
    pool.partner.withdraw(pool.ada.account, request.id)


def withdrawn_while_held(pool: Pool, request: Request) -> None:
    pool.claim(pool.pool[0], request)
    pool.queue.read_note(pool.pool[0].account, request.id)
    pool.book(pool.pool[0], request)
    pool.partner.withdraw(pool.ada.account, request.id)


def closed(pool: Pool, request: Request) -> None:
    pool.met(pool.pool[0], request)
    pool.queue.close(pool.pool[0].account, request.id)


def said_done(pool: Pool, request: Request) -> None:
    pool.claim(pool.pool[0], request)
    meeting = a_meeting(pool.now.date())
    pool.partner.say_done(pool.ada.account, request.id, meeting, None, confirmed=False)


def closed_by_itself(pool: Pool, request: Request) -> None:
    pool.met(pool.pool[0], request)
    pool.now += 15 * DAY
    pool.watch.look()


def left(pool: Pool, request: Request) -> None:
    pool.deactivate(pool.ada)
    pool.live(pool.now + 40 * DAY)


@pytest.mark.parametrize(
    "end", [withdrawn, withdrawn_while_held, closed, said_done, closed_by_itself, left]
)
def test_however_it_ended_the_words_are_in_no_file(
    database: Database, end: Callable[[Pool, Request], None]
) -> None:
    pool = Pool(database)
    request, other = pool.ask(note=SAID, when=SAID), pool.ask(note="stays")
    sealed = [part for part in pool.words(request) if part is not None]
    assert len(sealed) == 2
    assert found_in_files(database, sealed), "they were there before"
    end(pool, request)
    assert pool.words(request) == (None, None)
    pool.desk.scrub()

    assert found_in_files(database, sealed) == []
    if pool.one(other).state is State.OPEN:
        assert pool.words(other).note is not None


def test_somebody_in_the_way_is_waited_for_till_the_next_time(database: Database) -> None:
    pool = Pool(database)
    request = pool.ask(note=SAID)
    sealed = [part for part in pool.words(request) if part is not None]
    with looking_back(database):
        withdrawn(pool, request)
        pool.desk.scrub()
        assert "supervision_requests_scrubbed" not in {r["name"] for r in pool.rows("heartbeats")}
    pool.desk.scrub()

    assert found_in_files(database, sealed) == []


@contextmanager
def looking_back(database: Database) -> Iterator[None]:
    """Somebody sees one moment of the whole database for a while, as a backup does."""
    query = text("SELECT * FROM supervision_requests")
    if database.file is not None:
        with database.read() as reader:
            reader.all(query)
            yield
        return
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
        reader.execute(query)
        yield


def test_the_note_is_for_whoever_has_it_and_each_opening_is_shown_to_its_person(
    database: Database,
) -> None:
    pool = Pool(database)
    request = pool.ask(note=SAID)
    first, second = pool.pool
    pool.claim(first, request)
    assert pool.queue.read_note(first.account, request.id) == SAID
    pool.now += MINUTE
    pool.queue.hand_over(first.account, request.id, second.id)
    with pytest.raises(Refused, match="request_given"):
        pool.queue.read_note(first.account, request.id)
    assert pool.queue.read_note(second.account, request.id) == SAID

    shown = pool.partner.one(pool.ada.account, request.id).openings
    assert [one.user for one in shown] == ["US1", "US0"]
    assert SAID not in str(pool.rows("audit")) + str(pool.rows("deliveries"))


def test_time_off_to_the_end_of_all_days_is_refused_and_breaks_nothing(database: Database) -> None:
    pool = Pool(database)
    with pytest.raises(NotValid, match="time_off_far"):
        pool.own.be_away(pool.pool[0].account, TODAY, date.max, form="f")

    assert pool.ask().state is State.OPEN


@pytest.mark.parametrize("on", [date.min, date.max], ids=["the first day", "the last"])
def test_a_booking_at_the_end_of_all_days_is_refused(database: Database, on: date) -> None:
    pool = Pool(database)
    far = pool.enrol("UFAR", Role.SUPERVISOR, tz="Pacific/Auckland")
    near = pool.enrol("UNEAR", Role.SUPERVISOR, tz="America/Los_Angeles")
    for person in (far, near):
        request = pool.ask()
        pool.claim(person, request)
        with pytest.raises(NotValid, match="booking"):
            pool.book(person, request, on)


def test_a_booking_is_by_the_clock_of_the_supervisor(database: Database) -> None:
    pool = Pool(database)
    far = pool.enrol("UFAR", Role.SUPERVISOR, tz="America/New_York")
    request = pool.ask()
    pool.claim(far, request)
    pool.book(far, request, date(2026, 3, 5))
    pool.book(far, request, date(2026, 3, 5))

    assert pool.one(request).booked_at == datetime(2026, 3, 5, 16, tzinfo=UTC)
    assert pool.audit(request).count("request_booked") == 1
