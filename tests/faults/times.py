"""Trials in which time does what it should not: the clock jumps, or the bot was off for long."""

import time
from datetime import UTC, datetime, timedelta

from tests.faults.crowd import BEFORE, DUE_AT, WORLD, crowd
from tests.faults.deaths import SECOND, slow
from tests.faults.judge import Outcome, accepted, judge
from tests.faults.places import Places
from tests.faults.stage import luck, stage

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JUMPS = (5 * MINUTE, HOUR, DAY)
LATE = frozenset({"late", "own_choice"})


def clock_jumps(
    places: Places, trials: int, seed: int, *, kind="sqlite", several=1, bug=None
) -> Outcome:
    """The clock jumps to and fro while everybody is sent their question."""
    chance = luck(seed, f"jumps {kind}")
    out = Outcome(f"clock_jumps_{kind}", seed)
    for _ in range(trials):
        with stage(places, 100, kind=kind, bug=bug) as here:
            slow(here)
            here.move_to(DUE_AT + SECOND)
            here.start(several)
            here.until_planned()
            for _ in range(5):
                time.sleep(chance.uniform(0, 0.6))
                here.move(chance.choice(JUMPS) * chance.choice((1, -1)))
            # At last it is right again, and some days go by.
            time.sleep(0.3)
            here.move_to(DUE_AT + HOUR)
            time.sleep(0.5)
            here.move_to(DUE_AT + 3 * DAY)
            here.until_over()
            out.add(judge(out.name, here, since=BEFORE, until=here.now, skips=LATE))
    return out


OUTAGES = (
    # How long, why something may not be sent, and how many questions come to each afterwards.
    (10 * MINUTE, frozenset(), 1),
    (6 * HOUR, frozenset(), 1),
    (12 * HOUR, frozenset({"late"}), 0),
    (3 * DAY, frozenset({"late"}), 0),
    (28 * DAY + 2 * HOUR, frozenset({"late"}), 1),
    (30 * DAY, frozenset({"late"}), 0),
)


def outages(
    places: Places, trials: int, seed: int, *, kind="sqlite", which=OUTAGES, bug=None
) -> Outcome:
    """The bot is off when it is due, and for long after: at most one question, and on its day."""
    out = Outcome(f"outages_{kind}", seed)
    for _ in range(trials):
        for length, skips, each in which:
            with stage(places, 20, kind=kind, bug=bug) as here:
                here.start()
                here.move_to(DUE_AT - 5 * MINUTE)
                here.wait(lambda h=here: h.rows("SELECT 1 FROM heartbeats"))
                here.kill()
                here.move(length)
                here.start()
                here.until_planned()
                here.until_over()
                found = judge(out.name, here, since=BEFORE, until=here.now, skips=skips)
                wanted, came = each * len(here.members), len(accepted(here))
                found.duplicates += max(0, came - wanted)
                found.lost += max(0, wanted - came)
                found.notes = [f"{length}: {note}" for note in found.notes]
                out.add(found)
    return out


def around_the_world(places: Places, trials: int, seed: int, *, bug=None, before=None) -> Outcome:
    """Everybody is asked at half past nine by their own clock; an hour goes by in a moment."""
    out = Outcome("around_the_world", seed)
    for _ in range(trials):
        with stage(places, crowd(28, WORLD), bug=bug) as here:
            if before is not None:
                before(here)
            start = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
            here.move_to(start)
            here.start()
            here.wait(lambda h=here: h.rows("SELECT 1 FROM heartbeats"))
            for quarter in range(1, 4 * 25):
                here.move_to(start + quarter * 15 * MINUTE + SECOND)
                time.sleep(0.02)
                here.wait(lambda h=here: not h.due_now())
            out.add(judge(out.name, here, since=BEFORE, until=here.now))
    return out
