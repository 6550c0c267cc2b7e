from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.people import Person
from storage import nudges
from storage.engine import Database
from storage.problems import Conflict
from tests.storage.conftest import NOW

Enrol = Callable[..., Person]


def test_everybody_has_one_nudge_at_most(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        nudges.put(conn, ada.id, b"first", now=NOW)
        nudges.put(conn, ada.id, b"second", now=NOW)
        nudges.put(conn, bilal.id, b"his", now=NOW)
    with database.read() as conn:
        assert nudges.sealed(conn, ada.id) == b"second"
        assert nudges.sealed(conn, bilal.id) == b"his"
        assert nudges.sealed(conn, "nobody") is None


def test_a_removed_nudge_is_gone_and_nobody_elses(database: Database, enrol: Enrol) -> None:
    ada, bilal = enrol("U1"), enrol("U2")
    with database.write() as conn:
        nudges.put(conn, ada.id, b"hers", now=NOW)
        nudges.put(conn, bilal.id, b"his", now=NOW)
        assert nudges.remove(conn, ada.id)
        assert not nudges.remove(conn, ada.id)
    with database.read() as conn:
        assert nudges.sealed(conn, ada.id) is None
        assert nudges.sealed(conn, bilal.id) == b"his"


def test_a_nudge_needs_a_person_who_is_known(database: Database, enrol: Enrol) -> None:
    stranger = replace(enrol("U1"), id="nobody")
    with pytest.raises(Conflict), database.write() as conn:
        nudges.put(conn, stranger.id, b"words", now=NOW)
