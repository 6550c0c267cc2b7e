"""Somebody's Home tab after ten years of a large programme; the floor is the first week.

From the database to the blocks. Both tabs show the same things. Of prompts, what was written to
them, and check-ins it is two years.
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
from storage.master_keys import MasterKeys
from storage.vault import Vault

NAME = "home_after_ten_years"
GOAL = 1.2

_DAYS = 3650
_WEEKS = 104
_OF_OTHERS = 5
_COHORT = 30


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 2,000 rounds, 10,000 people and 5,000 sessions of one of them."""
    people, sessions = max(20, int(10_000 * scale)), max(20, int(5_000 * scale))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        week = stack.enter_context(made_up.empty_database(folder, "week.db"))
        years = stack.enter_context(made_up.empty_database(folder, "years.db"))
        _fill(week, people=10, sessions=10, days=7, weeks=1)
        _fill(years, people=people, sessions=sessions, days=_DAYS, weeks=_WEEKS)
        words = Words()
        floors, times = in_turns(
            _tab(week, words), _tab(years, words), rounds=max(10, int(2000 * scale))
        )
    facts: dict[str, object] = {"people": people, "sessions": sessions, "prompts": _WEEKS}
    return Row(name=NAME, goal=GOAL, ours=times, floor=floors, facts=facts)


def _fill(database: Database, *, people: int, sessions: int, days: int, weeks: int) -> None:
    with database.write() as conn:
        crowd = made_up.enrol_crowd(conn, people - 1)
        me = made_up.enrol_partner(conn, "U0ME")
        made_up.add_history(conn, me.id, sessions, days)
        made_up.add_reflections(conn, me.id, weeks)
        made_up.add_check_ins(conn, [me.id, *crowd[:_COHORT]], fortnights=(weeks + 1) // 2)
        for other in crowd:
            made_up.add_history(conn, other, _OF_OTHERS, days)
            made_up.add_reflections(conn, other, min(weeks, _OF_OTHERS))


def _tab(database: Database, words: Words) -> Work:
    homes = Homes(database, lambda: made_up.NOW, Vault(MasterKeys.generate()))

    def tab() -> None:
        view = home(words, homes.home(Account(made_up.TEAM, "U0ME")))
        assert len(view["blocks"]) > 7

    return tab
