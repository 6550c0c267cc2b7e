"""Every trial by its name: how it is run quickly with the other tests, and at length.

`quick` and `long` are how many trials; of `random_kills` and `supervision_kills`, how many kills;
of `soak`, how many people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from domain.schedules import What
from tests.faults import deaths, moving, sets, storms, times
from tests.faults.canaries import whole_day
from tests.faults.judge import Outcome
from tests.faults.keys import rotation_under_load
from tests.faults.places import Places
from tests.faults.soak import soak
from tests.faults.supervision import supervision_kills


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of trouble. `postgres` where it needs the server; `quick` 0 runs at length only.

    `when_named`: it takes so long that it runs only if somebody names it.
    """

    run: Callable[[Places, int, int], Outcome | soak.Result]
    quick: int
    long: int
    postgres: bool = False
    when_named: bool = False


PG = {"kind": "postgresql"}
LOST_ANSWER = {"kind": "drop"}
ERROR_AFTER = {"kind": "500", "accept": True}
ERROR_BEFORE = {"kind": "500"}

TRIALS: dict[str, Trial] = {
    "every_label": Trial(deaths.every_label, 1, 3),
    "every_label_nudges": Trial(partial(deaths.every_label, what=What.NUDGE), 0, 2),
    "every_label_check_ins": Trial(partial(deaths.every_label, what=What.CHECK_IN), 0, 2),
    "every_label_postgresql": Trial(partial(deaths.every_label, **PG), 0, 2, postgres=True),
    "random_kills": Trial(partial(deaths.random_kills, people=150), 5, 0),
    "random_kills_500": Trial(deaths.random_kills, 0, 150),
    "random_kills_two": Trial(partial(deaths.random_kills, several=2), 0, 40),
    "random_kills_four_postgresql": Trial(
        partial(deaths.random_kills, several=4, **PG), 0, 40, postgres=True
    ),
    "many_at_once": Trial(deaths.many_at_once, 1, 5, postgres=True),
    "many_at_once_two": Trial(
        partial(deaths.many_at_once, several=2, kind="sqlite", people=80), 1, 5
    ),
    "stands_still": Trial(deaths.stands_still, 2, 10),
    "stands_still_postgresql": Trial(partial(deaths.stands_still, **PG), 0, 10, postgres=True),
    "too_many_requests_30": Trial(partial(storms.too_many_requests, seconds=6.0), 1, 4),
    "too_many_requests_90": Trial(partial(storms.too_many_requests, rate=0.9), 0, 4),
    "too_many_requests_two": Trial(partial(storms.too_many_requests, several=2), 0, 3),
    "absurd_wait": Trial(storms.absurd_wait, 1, 2),
    "lost_answers": Trial(partial(storms.broken_calls, fault=LOST_ANSWER), 1, 10),
    "errors_after": Trial(partial(storms.broken_calls, fault=ERROR_AFTER), 0, 5),
    "errors_before": Trial(partial(storms.broken_calls, fault=ERROR_BEFORE), 0, 5),
    "slack_away": Trial(storms.slack_away, 1, 5),
    "database_restart": Trial(storms.database_restart, 0, 5, postgres=True),
    "supervision_kills": Trial(supervision_kills, 0, 76),
    "supervision_kills_postgresql": Trial(partial(supervision_kills, **PG), 0, 38, postgres=True),
    "set_notices": Trial(sets.notices, 0, 4),
    "set_notices_postgresql": Trial(partial(sets.notices, several=4, **PG), 0, 2, postgres=True),
    "set_kills": Trial(sets.random_kills, 0, 60),
    "set_kills_postgresql": Trial(partial(sets.random_kills, **PG), 0, 40, postgres=True),
    "set_race": Trial(sets.race_for_places, 2, 200),
    "set_race_postgresql": Trial(partial(sets.race_for_places, **PG), 0, 200, postgres=True),
    "moving": Trial(moving.random_kills, 0, 80, postgres=True),
    "moving_from_server": Trial(
        partial(moving.random_kills, way=moving.FROM_SERVER), 0, 80, postgres=True
    ),
    "moving_every_label": Trial(moving.every_label, 0, 8, postgres=True),
    "poison": Trial(storms.poison, 1, 3),
    "opt_out_race": Trial(storms.opt_out_race, 1, 6),
    "clock_jumps": Trial(times.clock_jumps, 1, 10),
    "clock_jumps_four_postgresql": Trial(
        partial(times.clock_jumps, several=4, **PG), 0, 5, postgres=True
    ),
    "keys_under_load": Trial(rotation_under_load, 0, 3),
    "keys_under_load_postgresql": Trial(partial(rotation_under_load, **PG), 0, 3, postgres=True),
    "canary_postgresql": Trial(whole_day, 0, 1, postgres=True),
    "outages": Trial(times.outages, 1, 3),
    "around_the_world": Trial(times.around_the_world, 1, 2),
    "soak": Trial(soak.trial, 0, soak.MOST_PEOPLE, postgres=True, when_named=True),
}
