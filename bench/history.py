"""A programme with a history of a chosen length: so many rows of each kind that grows with time.

One partner has it all: Ada's sessions, journal, questions, messages, requests, meetings of her set
and actions from them. The co-lead's cohort had as many check-ins, the supervisor met Ada as often,
and the audit has a line for each. Written straight into the tables, many rows at a time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert

from bench import made_up
from bench.made_up import NOW, TEAM, TODAY
from domain.ids import new_id
from domain.people import Account, Person, Profile, Role
from storage import cohorts, people
from storage.all_tables import learning_set_tables as sets
from storage.all_tables import my_data_tables as mine
from storage.all_tables import supervision_tables as supervision
from storage.all_tables import tables
from storage.engine import Connection, Database

ADA, DILYS, FARAH = "U0ADA", "U0DILYS", "U0FARAH"

_AT_ONCE = 5_000
_DAYS = 3_650
_SEALED = bytes(300)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is there."""

    ada: Person
    dilys: Person
    farah: Person
    cohort: str
    learning_set: str


def fill(database: Database, rows: int) -> None:
    """Fill an empty database: three people, and so many rows of each kind."""
    cast = _cast(database)
    for table, values in _tables(cast, rows):
        insert_rows(database, table, values)


def insert_rows(database: Database, table: Table, values: Iterable[Values]) -> None:
    """Put rows into a table, many at a time."""
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        for some in made_up.batches(list(values), _AT_ONCE):
            connection.execute(insert(table), some)
        connection.commit()


def _cast(database: Database) -> Cast:
    with database.write() as conn:
        ada = _enrol(conn, ADA, Role.PARTNER)
        dilys = _enrol(conn, DILYS, Role.CO_LEAD)
        farah = _enrol(conn, FARAH, Role.SUPERVISOR)
        cohort = cohorts.add(conn, "Spring", TODAY - timedelta(_DAYS), None, by=None, now=NOW)
        cohorts.add_member(conn, cohort.id, ada.id, now=NOW)
    cast = Cast(ada, dilys, farah, cohort.id, learning_set=new_id())
    insert_rows(database, sets.learning_sets, [_set(cast)])
    insert_rows(database, sets.set_members, [_member(cast)])
    return cast


def _enrol(conn: Connection, user: str, role: Role) -> Person:
    profile = Profile(account=Account(TEAM, user), tz="Europe/London")
    person = people.enrol(conn, profile, {role}, by=None, now=NOW)
    people.mark_welcomed(conn, person.id, now=NOW)
    return person


def _tables(cast: Cast, rows: int) -> Iterator[tuple[Table, Iterable[Values]]]:
    logged = [_session(cast, n, rows) for n in range(rows)]
    yield tables.sessions, logged
    yield tables.session_totals, _totals(cast, logged)
    yield tables.journal, (_journal(cast, n) for n in range(rows))
    yield tables.prompts_given, (_prompt(cast, n) for n in range(rows))
    yield tables.deliveries, (_delivery(cast, n) for n in range(rows))
    yield tables.audit, (_line(cast, n) for n in range(rows))
    yield tables.check_ins, (_check_in(cast, n) for n in range(rows))
    requests = [new_id() for _ in range(rows)]
    yield supervision.supervision_requests, (_request(cast, n, i) for n, i in enumerate(requests))
    yield supervision.supervision_records, (_record(cast, n, i) for n, i in enumerate(requests))
    yield supervision.supervision_openings, (_opening(cast, n, i) for n, i in enumerate(requests))
    meetings = [new_id() for _ in range(rows)]
    yield sets.set_meetings, (_meeting(cast, n, i) for n, i in enumerate(meetings))
    yield sets.set_answers, (_answer(cast, i) for i in meetings)
    yield sets.set_roles, (_role(cast, i) for i in meetings)
    yield sets.set_actions, (_action(cast, n, i) for n, i in enumerate(meetings))
    yield mine.kept_pay, (_pay(n) for n in range(rows))
    yield mine.retention_runs, (_run(n) for n in range(rows))


def _session(cast: Cast, n: int, rows: int) -> Values:
    on = TODAY - timedelta(days=n * min(_DAYS, rows) // rows)
    made = made_up.a_session(cast.ada.id, on, n)
    return {
        "id": made.id,
        "person_id": made.person_id,
        "on_date": on,
        "type": made.facts.type.value,
        "minutes": made.facts.minutes,
        "preparation_minutes": 0,
        "travel_minutes": 0,
        "mode": made.facts.mode.value,
        "client_code": made.facts.client_code,
        "outcome": made.facts.outcome.value,
        "pay": made.facts.pay.value,
        "created_at": made.created_at,
        "updated_at": made.updated_at,
    }


def _totals(cast: Cast, logged: list[Values]) -> list[Values]:
    count: Counter[tuple[str, str]] = Counter()
    minutes: Counter[tuple[str, str]] = Counter()
    for one in logged:
        for month in ("all", f"{one['on_date']:%Y-%m}"):
            count[month, one["type"]] += 1
            minutes[month, one["type"]] += one["minutes"]
    return [
        {
            "person_id": cast.ada.id,
            "month": month,
            "type": kind,
            "logged": number,
            "sessions": number,
            "minutes": minutes[month, kind],
            "preparation_minutes": 0,
            "travel_minutes": 0,
        }
        for (month, kind), number in count.items()
    ]


def _journal(cast: Cast, n: int) -> Values:
    at = NOW - timedelta(minutes=n)
    return {
        "id": new_id(),
        "person_id": cast.ada.id,
        "on_date": at.date(),
        "prompted": False,
        "words": _SEALED,
        "created_at": at,
        "updated_at": at,
    }


def _prompt(cast: Cast, n: int) -> Values:
    # Before the twelve weeks in which no question comes again.
    at = NOW - timedelta(weeks=13, minutes=n)
    return {
        "id": new_id(),
        "person_id": cast.ada.id,
        "prompt_id": f"prompt.{n % 60}",
        "on_date": at.date(),
        "given_at": at,
        "state": "answered",
        "pushed": True,
    }


def _delivery(cast: Cast, n: int) -> Values:
    at = NOW - timedelta(minutes=n + 1)
    return {
        "id": new_id(),
        "cause": new_id(),
        "on_date": at.date(),
        "recipient": cast.ada.id,
        "kind": "prompt",
        "person_id": cast.ada.id,
        "not_before": at,
        "ends_at": at + timedelta(hours=9),
        "state": "sent",
        "tries": 1,
        "settled_at": at,
    }


def _line(cast: Cast, n: int) -> Values:
    return {
        "at": NOW - timedelta(minutes=n),
        "actor": cast.ada.id,
        "action": "log",
        "kind": "session",
        "object_id": new_id(),
        "outcome": "done",
    }


def _check_in(cast: Cast, n: int) -> Values:
    on = TODAY - timedelta(days=n + 2)
    at = NOW - timedelta(days=2, minutes=n)
    return {
        "id": new_id(),
        "cohort_id": cast.cohort,
        "on_date": on,
        "opens_at": at - timedelta(days=2),
        "closes_at": at,
        "closed": True,
    }


def _request(cast: Cast, n: int, request_id: str) -> Values:
    at = NOW - timedelta(days=1, minutes=n)
    return {
        "id": request_id,
        "person_id": cast.ada.id,
        "level": "routine",
        "state": "closed",
        "sent_at": at,
        "waits_since": at,
        "reply_by": at,
        "supervisor_id": cast.farah.id,
        "claimed_at": at,
        "met_at": at,
        "ended_at": at,
    }


def _record(cast: Cast, n: int, request_id: str) -> Values:
    at = NOW - timedelta(days=1, minutes=n)
    return {
        "request_id": request_id,
        "person_id": cast.ada.id,
        "supervisor_id": cast.farah.id,
        "on_date": at.date(),
        "minutes": 60,
        "people": 1,
        "mode": "video",
        "created_at": at,
        "updated_at": at,
    }


def _opening(cast: Cast, n: int, request_id: str) -> Values:
    at = NOW - timedelta(days=1, minutes=n)
    return {"id": new_id(), "request_id": request_id, "person_id": cast.farah.id, "at": at}


def _set(cast: Cast) -> Values:
    return {
        "id": cast.learning_set,
        "name": "Larch",
        "cohort_id": None,
        "size": 6,
        "quorum": 4,
        "every_weeks": 4,
        "meetings": 5,
        "agenda": "ninety_minutes",
        "minutes": 90,
        "turns": 2,
        "channel": "C0SET000001",
        "zone": "Europe/London",
        "facilitator_id": cast.farah.id,
        "arrivals": 1,
        "created_at": NOW - timedelta(days=_DAYS),
        "created_by": cast.dilys.id,
    }


def _member(cast: Cast) -> Values:
    return {
        "set_id": cast.learning_set,
        "person_id": cast.ada.id,
        "standing": "in",
        "arrival": 1,
        "since": NOW - timedelta(days=_DAYS),
    }


def _meeting(cast: Cast, n: int, meeting_id: str) -> Values:
    at = NOW - timedelta(days=2, minutes=n)
    return {
        "id": meeting_id,
        "set_id": cast.learning_set,
        "number": n + 1,
        "state": "held",
        "zone": "Europe/London",
        "agenda": "ninety_minutes",
        "minutes": 90,
        "turns": 2,
        "edition": new_id(),
        "told_at": at,
        "sequence": 1,
        "on_date": at.date(),
        "minute": 840,
        "starts_at": at,
        "facilitator_id": cast.farah.id,
        "few": False,
        "stepped_at": at,
        "created_at": at,
        "created_by": cast.dilys.id,
        "closed_at": at + timedelta(minutes=90),
    }


def _answer(cast: Cast, meeting_id: str) -> Values:
    return {"meeting_id": meeting_id, "person_id": cast.ada.id, "ticked": True, "coming": True}


def _role(cast: Cast, meeting_id: str) -> Values:
    return {
        "meeting_id": meeting_id,
        "person_id": cast.ada.id,
        "role": "presenter",
        "state": "accepted",
    }


def _action(cast: Cast, n: int, meeting_id: str) -> Values:
    return {
        "id": new_id(),
        "set_id": cast.learning_set,
        "meeting_id": meeting_id,
        "person_id": cast.ada.id,
        "words": _SEALED,
        "state": "done",
        "made_at": NOW - timedelta(days=2, minutes=n),
        "reviewed_in": meeting_id,
    }


def _pay(n: int) -> Values:
    return {
        "id": new_id(),
        "whose": new_id(),
        "on_date": TODAY - timedelta(days=n % 2_000),
        "type": "coaching",
        "minutes": 60,
        "preparation_minutes": 0,
        "travel_minutes": 0,
        "outcome": "happened",
        "pay": "paid",
    }


def _run(n: int) -> Values:
    at = NOW - timedelta(hours=n)
    return {"id": new_id(), "began_at": at, "ended_at": at, "counts": "{}"}
