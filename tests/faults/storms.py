"""Trials in which Slack, the network or the database is in trouble."""

import threading
import time
from datetime import timedelta

from practice.server import Practice
from tests.faults.broken import is_poisoned
from tests.faults.crowd import BEFORE, DUE_AT
from tests.faults.deaths import SECOND, after_opt_out, opt_out, slow
from tests.faults.judge import POST, Outcome, judge
from tests.faults.places import Places
from tests.faults.stage import Stage, luck, stage

LONGEST_WAIT = 5


def too_many_requests(
    places: Places, trials: int, seed: int, *, rate=0.3, seconds=15.0, several=1, bug=None
) -> Outcome:
    """Slack says "slow down" to so many calls, for one to five seconds each time."""
    out = Outcome(f"too_many_requests_{round(rate * 100)}_{several}", seed)
    each = 1 - (1 - rate) ** (1 / LONGEST_WAIT)
    for trial in range(trials):
        with stage(places, 40, bug=bug) as here:
            slow(here, 5, 30)
            for wait in range(1, LONGEST_WAIT + 1):
                here.control.fault(
                    method=POST,
                    kind="429",
                    times=None,
                    rate=each,
                    retry_after=wait,
                    seed=seed * 1000 + trial * 10 + wait,
                )
            here.move_to(DUE_AT + SECOND)
            here.start(several)
            here.until_planned()
            deadline = time.monotonic() + seconds
            while here.open_count() and time.monotonic() < deadline:
                time.sleep(0.1)
            here.control.fault(clear=True)
            here.until_over()
            out.add(judge(out.name, here, since=BEFORE, until=here.now))
    return out


def absurd_wait(places: Places, trials: int, seed: int, *, bug=None) -> Outcome:
    """Slack says "slow down" for longer than the world lasts; an hour later it is asked again."""
    out = Outcome("absurd_wait", seed)
    for _ in range(trials):
        with stage(places, 12, bug=bug) as here:
            here.control.fault(method=POST, kind="429", times=3, retry_after=10**18)
            here.move_to(DUE_AT + SECOND)
            here.start()
            here.until_planned()
            here.wait(lambda h=here: h.rows("SELECT 1 FROM pace WHERE closed_until IS NOT NULL"))
            for _ in range(3):
                time.sleep(0.3)
                here.move(timedelta(hours=1, seconds=1))
            here.until_over()
            out.add(judge(out.name, here, since=BEFORE, until=here.now))
    return out


def broken_calls(
    places: Places, trials: int, seed: int, *, fault: dict, rate=0.1, people=100, bug=None
) -> Outcome:
    """Some calls go wrong: the answer is lost, or is an error that says nothing."""
    name = "_".join(str(part) for part in (fault["kind"], *list(fault.values())[1:]))
    out = Outcome(f"broken_calls_{name}", seed)
    for trial in range(trials):
        with stage(places, people, bug=bug) as here:
            slow(here, 0, 10)
            here.control.fault(
                method=POST, times=None, rate=rate, seed=seed * 1000 + trial, **fault
            )
            here.move_to(DUE_AT + SECOND)
            here.start()
            here.until_planned()
            here.until_over()
            struck = sum("fault" in entry for entry in here.control.ledger(method=POST))
            out.add(judge(out.name, here, since=BEFORE, until=here.now, explained=struck))
    return out


def slack_away(places: Places, trials: int, seed: int, *, bug=None) -> Outcome:
    """The workspace is stopped while everybody is sent their question, and started again."""
    chance = luck(seed, "away")
    out = Outcome("slack_away", seed)
    for _ in range(trials):
        with stage(places, 100, keeps=True, bug=bug) as here:
            slow(here, 0, 10)
            here.move_to(DUE_AT + SECOND)
            here.start()
            here.until_planned()
            for _ in range(2):
                time.sleep(chance.uniform(0.05, 0.4))
                _restart(here, chance.uniform(0.2, 1.5))
            here.until_over()
            # A call that was under way then had no answer, as the log says of each.
            silent = here.log.count('"event": "push_uncertain"')
            out.add(judge(out.name, here, since=BEFORE, until=here.now, explained=silent))
    return out


def _restart(here: Stage, away: float) -> None:
    old = here.practice
    old.stop()
    time.sleep(away)
    port = int(old.url.rsplit(":", 1)[1].strip("/"))
    here.practice = Practice(old._manifest, port=port, data=old._data, seeds=old._seeds).start()


def database_restart(places: Places, trials: int, seed: int, *, bug=None) -> Outcome:
    """The database server loses its power while everybody is sent their question."""
    chance = luck(seed, "restart")
    out = Outcome("database_restart", seed)
    for _ in range(trials):
        with stage(places, 150, kind="postgresql", bug=bug) as here:
            slow(here, 0, 20)
            here.move_to(DUE_AT + SECOND)
            here.start(2)
            here.until_planned()
            for _ in range(2):
                time.sleep(chance.uniform(0, 0.5))
                places.postgres.stop()
                time.sleep(chance.uniform(0, 1.0))
                places.postgres.start()
            until_steady(here)
            out.add(judge(out.name, here, since=BEFORE, until=here.now, explained=0))
    return out


def until_steady(here: Stage) -> None:
    """Wait until everything has ended; what a lost commit left claimed ends with its lease."""
    deadline = time.monotonic() + 15
    while here.open_count() and time.monotonic() < deadline:
        time.sleep(0.05)
    here.cut_short |= here.under_way()
    here.until_over()


def poison(places: Places, trials: int, seed: int, *, bug=None) -> Outcome:
    """What some people are to be told breaks on our own side: the others are told."""
    out = Outcome("poison", seed)
    for _ in range(trials):
        with stage(places, 30, bug=bug or "poison") as here:
            ids = [one for (one,) in here.rows("SELECT id FROM people")]
            bad = sum(map(is_poisoned, ids))
            here.move_to(DUE_AT + SECOND)
            here.start()
            here.until_planned()
            good = len(ids) - bad
            here.wait(lambda h=here, wanted=good: h.count("sent") == wanted)
            for _ in range(3):
                time.sleep(0.4)
                here.move(timedelta(minutes=1, seconds=1))
            here.until_over()
            # Their Home tab breaks as well: nobody can say what waits there.
            found = judge(out.name, here, since=BEFORE, until=here.now, at_home=False)
            if found.states["failed: broken"] != bad:
                found.lost += 1
                found.notes.append(f"not parked: {found.states}")
            out.add(found)
    return out


def opt_out_race(places: Places, trials: int, seed: int, *, several=1, bug=None) -> Outcome:
    """People turn their questions off in the very moment in which they are sent."""
    chance = luck(seed, "opt-out")
    out = Outcome("opt_out_race", seed)
    for _ in range(trials):
        with stage(places, 160, bug=bug) as here:
            slow(here, 5, 50)
            users = [member.user for member in here.members]
            chance.shuffle(users)
            here.move_to(DUE_AT + SECOND)
            here.start(several)
            here.until_planned()
            said: dict = {}
            parts = [users[n * 20 : n * 20 + 20] for n in range(4)]
            racing = [
                threading.Thread(target=lambda p=part, s=said: s.update(opt_out(here, p)))
                for part in parts
            ]
            for one in racing:
                one.start()
            for one in racing:
                one.join()
            here.until_over()
            found = judge(out.name, here, since=BEFORE, until=here.now, skips={"own_choice"})
            found.states["told that nothing is on its way"] = len(said)
            out.add(after_opt_out(found, here, said))
    return out
