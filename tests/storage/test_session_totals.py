import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.people import Person
from domain.sessions import PRACTICE, Outcome, Session, SessionType, Totals, TypeTotal, counts
from storage import sessions
from storage.engine import Database, open_database
from storage.sessions import Sealed
from tests.storage.conftest import NOW, a_session, someone

Enrol = Callable[..., Person]

C, S, T = SessionType.COACHING, SessionType.SUPERVISION, SessionType.TRAINING


def added_up(found: Iterable[Session]) -> Totals:
    """What the sums must be, by adding every session."""
    by_type: dict[SessionType, TypeTotal] = defaultdict(TypeTotal)
    for session in filter(counts, found):
        facts, old = session.facts, by_type[session.facts.type]
        by_type[facts.type] = TypeTotal(
            old.sessions + 1,
            old.minutes + facts.minutes,
            old.preparation_minutes + facts.preparation_minutes,
            old.travel_minutes + facts.travel_minutes,
        )
    return Totals(dict(by_type))


def since_supervision(found: Iterable[Session]) -> tuple[int, date | None]:
    """The same for practice after the last supervision."""
    happened = [s.facts for s in found if counts(s)]
    last = max((f.on_date for f in happened if f.type is S), default=None)
    minutes = (
        f.minutes for f in happened if f.type in PRACTICE and (last is None or f.on_date > last)
    )
    return sum(minutes), last


def test_only_what_happened_is_summed_by_type_and_month(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    with database.write() as conn:
        for on, kind, minutes, outcome in (
            (date(2026, 2, 28), C, 60, Outcome.HAPPENED),
            (date(2026, 3, 1), C, 45, Outcome.HAPPENED),
            (date(2026, 3, 31), C, 30, Outcome.HAPPENED),
            (date(2026, 3, 31), T, 120, Outcome.HAPPENED),
            (date(2026, 3, 31), T, 120, Outcome.MOVED),
            (date(2026, 4, 1), C, 15, Outcome.CANCELLED_LATE),
        ):
            session = a_session(
                ada, on, kind, minutes, outcome=outcome, preparation_minutes=15, travel_minutes=30
            )
            sessions.add(conn, session)
    march = Totals({C: TypeTotal(2, 75, 30, 60), T: TypeTotal(1, 120, 15, 30)})
    february = Totals({C: TypeTotal(1, 60, 15, 30)})
    with database.read() as conn:
        assert sessions.totals(conn, ada.id, date(2026, 3, 17)) == march
        assert sessions.totals(conn, ada.id) == Totals(
            {C: TypeTotal(3, 135, 45, 90), T: TypeTotal(1, 120, 15, 30)}
        )
        assert sessions.totals(conn, ada.id, date(2026, 4, 1)) == Totals()
        assert sessions.totals_by_month(conn, ada.id) == [
            (date(2026, 3, 1), march),
            (date(2026, 2, 1), february),
        ]
        assert sessions.totals_by_month(conn, ada.id, since=date(2026, 3, 9)) == [
            (date(2026, 3, 1), march)
        ]
        assert sessions.totals_between(conn, ada.id, date(2026, 2, 28), date(2026, 3, 1)) == Totals(
            {C: TypeTotal(2, 105, 30, 60)}
        )


def test_months_are_listed_for_sessions_that_did_not_happen_too(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol()
    with database.write() as conn:
        moved = a_session(ada, date(2026, 4, 1), outcome=Outcome.MOVED)
        gone = a_session(ada, date(2026, 5, 1))
        for session in (moved, gone, a_session(ada, date(2025, 12, 31))):
            sessions.add(conn, session)
        sessions.mark_deleted(conn, gone.id, now=NOW)
        assert sessions.months_with_sessions(conn, ada.id) == [
            date(2026, 4, 1),
            date(2025, 12, 1),
        ]
        assert sessions.month_count(conn, ada.id, date(2026, 4, 30)) == 1
        assert sessions.month_count(conn, ada.id, date(2026, 5, 1)) == 0


def test_the_sums_of_one_person_leave_others_alone(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        sessions.add(conn, a_session(ada))
        assert sessions.totals(conn, bilal.id) == Totals()
        assert sessions.months_with_sessions(conn, bilal.id) == []
        assert sessions.practice_minutes_since_supervision(conn, bilal.id) == (0, None)


def test_practice_is_counted_from_the_day_after_the_last_supervision(
    database: Database, enrol: Enrol
) -> None:
    ada = enrol()
    with database.write() as conn:
        for on, kind in (
            (date(2026, 1, 10), C),
            (date(2026, 2, 10), C),
            (date(2026, 2, 10), S),
            (date(2026, 2, 11), SessionType.MENTORING),
            (date(2026, 2, 12), T),
            (date(2026, 3, 1), SessionType.CHEMISTRY),
        ):
            sessions.add(conn, a_session(ada, on, kind, 60))
        assert sessions.practice_minutes_since_supervision(conn, ada.id) == (
            120,
            date(2026, 2, 10),
        )


def test_a_supervision_that_did_not_happen_resets_nothing(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    with database.write() as conn:
        sessions.add(conn, a_session(ada, date(2026, 1, 1), C, 60))
        missed = a_session(ada, date(2026, 2, 1), S, 60, outcome=Outcome.DID_NOT_ATTEND)
        sessions.add(conn, missed)
        assert sessions.practice_minutes_since_supervision(conn, ada.id) == (60, None)


def test_the_overview_covers_as_many_months_as_asked(database: Database, enrol: Enrol) -> None:
    ada = enrol()
    with database.write() as conn:
        for months_ago in range(30):
            year, month = divmod(2026 * 12 + 2 - months_ago, 12)
            sessions.add(conn, a_session(ada, date(year, month + 1, 5)))
        found = sessions.overview(conn, ada.id, month=date(2026, 3, 3))
        assert found.month == date(2026, 3, 1)
        assert found.this_month.sessions == 1
        assert found.since_start.sessions == 30
        assert [month for month, _ in found.by_month][:2] == [date(2026, 3, 1), date(2026, 2, 1)]
        assert [month for month, _ in found.by_month][-1] == date(2025, 4, 1)
        assert len(found.by_month) == 12
        assert (found.since_supervision, found.last_supervision) == (30 * 60, None)
        empty = sessions.overview(conn, ada.id, month=date(2030, 1, 1), months=1)
        assert (empty.this_month, empty.by_month) == (Totals(), ())


DAYS = st.dates(date(2025, 11, 25), date(2026, 3, 10))
KINDS = st.sampled_from([C, S, T, SessionType.MENTORING])
OUTCOMES = st.sampled_from([Outcome.HAPPENED, Outcome.HAPPENED, Outcome.MOVED])
LOGGED = st.tuples(DAYS, KINDS, st.sampled_from([15, 60]), OUTCOMES)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "edit", "delete", "undo", "purge"]), st.integers(0), LOGGED),
    max_size=30,
)


@pytest.fixture(scope="module")
def shared(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterable[Database]:
    file = tmp_path_factory.mktemp("sums") / "alongside.db"
    shutil.copyfile(migrated_file, file)
    with closing(open_database(f"sqlite:///{file}")) as opened:
        yield opened


@given(steps=STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_people_do_the_kept_sums_are_what_adding_up_gives(
    shared: Database, steps: list[tuple[str, int, tuple[date, SessionType, int, Outcome]]]
) -> None:
    with shared.write() as conn:
        ada = someone(conn)
        kept: dict[str, Session] = {}
        for n, (act, which, (on, kind, minutes, outcome)) in enumerate(steps):
            now = NOW + timedelta(minutes=n)
            fresh = a_session(ada, on, kind, minutes, outcome=outcome, created_at=now)
            chosen = list(kept.values())[which % len(kept)] if kept else None
            if act == "add" or chosen is None:
                sessions.add(conn, fresh)
                kept[fresh.id] = fresh
            elif act == "edit":
                edited = replace(chosen, facts=fresh.facts)
                if sessions.update(conn, edited, Sealed()):
                    kept[chosen.id] = edited
            elif act == "delete":
                sessions.mark_deleted(conn, chosen.id, now=now)
                kept[chosen.id] = replace(chosen, deleted_at=now)
            elif act == "undo":
                sessions.undelete(conn, chosen.id, now=now)
                kept[chosen.id] = replace(chosen, deleted_at=None)
            else:
                sessions.purge_deleted(conn, before=now)
                kept = {i: s for i, s in kept.items() if s.deleted_at is None}
        there = [s for s in kept.values() if s.deleted_at is None]
        months = {s.facts.on_date.replace(day=1) for s in there}
        assert sessions.totals(conn, ada.id) == added_up(there)
        assert sessions.months_with_sessions(conn, ada.id) == sorted(months, reverse=True)
        for month in months:
            of_month = [s for s in there if s.facts.on_date.replace(day=1) == month]
            assert sessions.totals(conn, ada.id, month) == added_up(of_month)
            assert sessions.month_count(conn, ada.id, month) == len(of_month)
        assert sessions.practice_minutes_since_supervision(conn, ada.id) == since_supervision(there)
