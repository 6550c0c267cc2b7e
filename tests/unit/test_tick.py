"""A tick does each part that is due, whatever becomes of the others."""

from types import SimpleNamespace

import pytest

from bot.scheduler.tick import tick_once
from domain.refusals import StorageUnavailable


class Part:
    """Stands for a part of the house; remembers what it was asked, and breaks where told to."""

    def __init__(self, done, trouble=None):
        self.done, self.trouble = done, trouble

    def __getattr__(self, name):
        def asked(*_):
            self.done.append(name)
            if self.trouble is not None:
                raise self.trouble
            return []

        return asked


@pytest.fixture
def done():
    return []


def house(done, due, **trouble):
    names = (
        "upkeep",
        "outbox",
        "check_ins",
        "set_clock",
        "set_places",
        "planning",
        "session_files",
        "slack",
    )
    parts = {name: Part(done, trouble.get(name)) for name in names}
    parts["upkeep"].due = lambda: frozenset(due)
    return SimpleNamespace(**parts, clock=lambda: None)


def test_only_what_is_due_is_done(done):
    assert tick_once(house(done, {"schedules"}))
    assert done == ["plan"]


def test_meetings_are_looked_at_and_places_passed_on_when_they_are_due(done):
    assert tick_once(house(done, {"set_places", "set_meetings"}))
    assert done == ["step_due", "lapse_due"]


def test_with_nothing_due_there_is_nothing_to_send(done):
    assert not tick_once(house(done, {"alive"}))
    assert done == []


def test_a_part_that_breaks_does_not_stop_the_others_or_the_sending(done):
    broken = {"outbox": ZeroDivisionError(), "check_ins": ZeroDivisionError()}
    due = {"leases", "check_ins", "schedules", "files"}
    assert tick_once(house(done, due, **broken))
    assert done == ["expire", "close_due", "plan", "tidy"]


def test_where_the_database_is_away_the_rest_waits_for_the_next_tick(done):
    away = house(done, {"leases", "schedules"}, outbox=StorageUnavailable("away"))
    assert not tick_once(away)
    assert done == ["expire"]
