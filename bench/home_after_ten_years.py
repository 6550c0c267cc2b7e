"""Somebody's Home tab after ten years of a large programme; the floor is the first week.

From the database to the blocks. Both tabs show the same things.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import made_up
from bench.measure import Row, Work, in_turns
from bot.services.home import Homes
from bot.views.home import home
from bot.words import Words
from domain.people import Account
from storage.engine import Database

NAME = "home_after_ten_years"
GOAL = 1.2

_DAYS = 3650
_OF_OTHERS = 5


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 2,000 rounds, 10,000 people and 5,000 sessions of one of them."""
    people, sessions = max(20, int(10_000 * scale)), max(20, int(5_000 * scale))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        week = stack.enter_context(made_up.empty_database(folder, "week.db"))
        years = stack.enter_context(made_up.empty_database(folder, "years.db"))
        _fill(week, people=10, sessions=10, days=7)
        _fill(years, people=people, sessions=sessions, days=_DAYS)
        words = Words()
        floors, times = in_turns(
            _tab(week, words), _tab(years, words), rounds=max(10, int(2000 * scale))
        )
    facts: dict[str, object] = {"people": people, "sessions": sessions}
    return Row(name=NAME, goal=GOAL, ours=times, floor=floors, facts=facts)


def _fill(database: Database, *, people: int, sessions: int, days: int) -> None:
    with database.write() as conn:
        crowd = made_up.enrol_crowd(conn, people - 1)
        me = made_up.enrol_partner(conn, "U0ME")
        made_up.add_history(conn, me.id, sessions, days)
        for other in crowd:
            made_up.add_history(conn, other, _OF_OTHERS, days)


def _tab(database: Database, words: Words) -> Work:
    homes = Homes(database, lambda: made_up.NOW)

    def tab() -> None:
        view = home(words, homes.home(Account(made_up.TEAM, "U0ME")))
        assert len(view["blocks"]) > 7

    return tab
