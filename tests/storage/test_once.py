"""Idempotency keys, audit lines, preferences, files and heartbeats."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.services.knocks import Knocks
from storage import audit, files, heartbeats, idempotency, preferences
from storage.engine import Database
from storage.problems import Conflict
from tests.storage.conftest import NOW, someone


def test_the_second_request_is_told_what_the_first_was(database: Database) -> None:
    with database.write() as conn:
        assert idempotency.once(conn, "form-1", "ada", now=NOW, result="session-1") is None
    with database.write() as conn:
        assert idempotency.once(conn, "form-1", "ada", now=NOW, result="session-2") == "session-1"
        assert idempotency.once(conn, "form-2", "ada", now=NOW) is None
        assert idempotency.once(conn, "form-2", "ada", now=NOW) == ""
        idempotency.remember(conn, "form-2", "later")
        assert idempotency.once(conn, "form-2", "ada", now=NOW) == "later"


def test_a_request_that_failed_can_be_made_again(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as conn:  # noqa: PT012
        idempotency.once(conn, "form-1", "ada", now=NOW)
        raise ZeroDivisionError
    with database.write() as conn:
        assert idempotency.once(conn, "form-1", "ada", now=NOW) is None


def test_a_key_is_forgotten_by_whoever_took_it_and_by_nobody_else(database: Database) -> None:
    doors = [Knocks(database, lambda: NOW) for _ in range(2)]
    assert doors[0].first("v0=1", "one")
    doors[1].forget("v0=1", "other")
    assert not doors[1].first("v0=1", "other")
    doors[0].forget("v0=2", "one")
    doors[0].forget("v0=1", "one")
    assert doors[1].first("v0=1", "other")
    doors[0].forget("v0=1", "one")
    assert not doors[0].first("v0=1", "one")


def test_somebody_elses_key_tells_nothing(database: Database) -> None:
    with database.write() as conn:
        idempotency.once(conn, "form-1", "ada", now=NOW, result="hers")
    with pytest.raises(Conflict), database.write() as conn:
        idempotency.once(conn, "form-1", "bilal", now=NOW)


def test_of_many_requests_at_once_one_has_the_effect(database: Database) -> None:
    def submit(n: int) -> str:
        with database.write() as conn:
            before = idempotency.once(conn, "form-1", "ada", now=NOW, result=f"session-{n}")
            if before is None:
                heartbeats.beat(conn, f"effect-{n}", now=NOW)
            return before or f"session-{n}"

    with ThreadPoolExecutor(12) as threads:
        told = list(threads.map(submit, range(12)))
    assert len(set(told)) == 1
    with database.read() as conn:
        effects = [n for n in range(12) if heartbeats.last(conn, f"effect-{n}")]
    assert [f"session-{n}" for n in effects] == told[:1]


def test_audit_lines_stay_in_order_and_are_found_by_thing(database: Database) -> None:
    with database.write() as conn:
        for n, (action, thing) in enumerate((("log", "s1"), ("log", "s2"), ("delete", "s1"))):
            audit.write(
                conn,
                at=NOW + timedelta(minutes=n),
                actor="ada",
                action=action,
                kind="session",
                object_id=thing,
            )
        audit.write(
            conn,
            at=NOW,
            actor=None,
            action="log",
            kind="session",
            object_id="-",
            outcome="refused",
            reason="not_enrolled",
        )
        later = NOW + timedelta(minutes=2)
        assert audit.about(conn, "s1") == [
            (NOW, "ada", "log", "session", "s1", "done", None),
            (later, "ada", "delete", "session", "s1", "done", None),
        ]
        assert audit.latest(conn, size=2) == [
            (NOW, None, "log", "session", "-", "refused", "not_enrolled"),
            (later, "ada", "delete", "session", "s1", "done", None),
        ]


def test_preferences_are_replaced_as_a_whole(database: Database) -> None:
    with database.write() as conn:
        ada = someone(conn).id
        assert preferences.of(conn, ada) == ({}, None)
        preferences.save(conn, ada, {"pause": True, "days": ["mon", "tue"]}, b"sealed", now=NOW)
        assert preferences.of(conn, ada) == ({"pause": True, "days": ["mon", "tue"]}, b"sealed")
        preferences.save(conn, ada, {"hour": 9}, None, now=NOW)
        assert preferences.of(conn, ada) == ({"hour": 9}, None)


def test_files_are_due_until_they_are_gone(database: Database) -> None:
    day = timedelta(days=1)
    with database.write() as conn:
        files.add(conn, "F2", "ada", delete_after=NOW + day)
        files.add(conn, "F1", "ada", delete_after=NOW)
        files.add(conn, "F3", "ada", delete_after=NOW + 2 * day)
        assert files.due(conn, now=NOW + day) == [("F1", "ada", 0), ("F2", "ada", 0)]
        assert files.due(conn, now=NOW + day, size=1) == [("F1", "ada", 0)]
        files.failed(conn, "F1", next_try=NOW + 2 * day)
        files.deleted(conn, "F2")
        assert files.due(conn, now=NOW + day) == []
        assert sorted(files.due(conn, now=NOW + 2 * day)) == [("F1", "ada", 1), ("F3", "ada", 0)]


def test_the_last_heartbeat_is_known(database: Database) -> None:
    with database.write() as conn:
        assert heartbeats.last(conn, "tick") is None
        heartbeats.beat(conn, "tick", now=NOW)
        heartbeats.beat(conn, "tick", now=NOW + timedelta(minutes=1))
        assert heartbeats.last(conn, "tick") == NOW + timedelta(minutes=1)
