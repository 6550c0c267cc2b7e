"""Trials in which processes die, stand still, or are several."""

import itertools
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.deliveries import LEASE
from domain.people import Account
from domain.schedules import Cadence, Rhythm, What
from practice.people import TEAM_ID
from tests.faults.bot_process import LABELS
from tests.faults.crowd import BEFORE, DUE_AT
from tests.faults.judge import POST, Outcome, accepted, judge
from tests.faults.places import Places
from tests.faults.stage import Stage, luck, stage

SECOND = timedelta(seconds=1)


def slow(stage: Stage, low: float = 5, high: float = 50) -> None:
    """Let Slack take its time."""
    stage.control.fault(method=POST, kind="latency", times=None, latency_ms=[low, high])


def every_label(
    places: Places,
    arrivals: int,
    seed: int,
    *,
    kind="sqlite",
    what=What.PROMPT,
    labels=LABELS,
    bug=None,
) -> Outcome:
    """Die at every labelled place, at its first arrivals; then another process goes on."""
    out = Outcome(f"every_label_{what}_{kind}", seed)
    for label, arrival in itertools.product(labels, range(1, arrivals + 1)):
        if label.startswith("plan.") and arrival > 1:
            continue
        with stage(places, 12, kind=kind, what=what, bug=bug) as here:
            here.move_to(DUE_AT + SECOND)
            here.ended(here.start(die=(label, arrival)))
            here.start()
            here.until_planned()
            here.until_over()
            found = judge(label, here, since=BEFORE, until=here.now)
            found.notes = [f"{label} {arrival}: {note}" for note in found.notes]
            out.add(found)
    return out


def random_kills(
    places: Places, kills: int, seed: int, *, people=500, kind="sqlite", several=1, bug=None
) -> Outcome:
    """Pull the plug at any instant while everybody is sent their question."""
    chance = luck(seed, f"random {kind} {several}")
    out = Outcome(f"random_kills_{kind}_{several}", seed)
    while out.kills < kills:
        with stage(places, people, kind=kind, bug=bug) as here:
            slow(here)
            here.move_to(DUE_AT + timedelta(seconds=2))
            here.start(several)
            while out.kills + here.kills < kills:
                victim = chance.choice(here.running)
                here.wait(lambda h=here, v=victim: h.has_begun(v) or _is_over(h))
                time.sleep(chance.uniform(0, 0.8))
                if _is_over(here):
                    break
                here.kill(victim)
                here.start()
            here.until_planned()
            here.until_over()
            out.add(judge(out.name, here, since=BEFORE, until=here.now))
    return out


def many_at_once(
    places: Places, trials: int, seed: int, *, several=4, people=120, kind="postgresql", bug=None
) -> Outcome:
    """Several processes plan and send the same crowd, and nobody dies."""
    out = Outcome(f"many_at_once_{kind}_{several}", seed)
    for _ in range(trials):
        with stage(places, people, kind=kind, bug=bug) as here:
            slow(here, 0, 10)
            here.start(several)
            here.wait(lambda h=here: h.rows("SELECT 1 FROM heartbeats"))
            here.move_to(DUE_AT + SECOND)
            here.until_planned()
            here.until_over()
            out.add(judge(out.name, here, since=BEFORE, until=here.now))
    return out


def stands_still(
    places: Places, trials: int, seed: int, *, kind="sqlite", bug=None, label="send.before"
) -> Outcome:
    """One process stands still for longer than its lease, then goes on.

    Meanwhile another one took over, and everybody turned their questions off. Every second time on
    PostgreSQL it is a crowd: what other threads had begun to send then, nobody can call back. On
    SQLite, one that stands still in a transaction keeps the file to itself; that tries nothing.
    """
    chance = luck(seed, "still")
    out = Outcome(f"stands_still_{kind}", seed)
    while out.trials < trials:
        alone = kind == "sqlite" or out.trials % 2 == 0
        with stage(places, 1 if alone else 12, kind=kind, bug=bug) as here:
            slow(here, 0, 10)
            here.move_to(DUE_AT + SECOND)
            still = here.start(freeze=(label, 1 if alone else chance.randint(1, 6)))
            here.wait(lambda p=still.pid: _is_stopped(p))
            if kind == "sqlite" and _has_the_file(here):
                here.signal(still, signal.SIGCONT)
                continue
            held = here.under_way()
            here.start()
            here.wait(lambda h=here, held=held: h.under_way() <= held)
            here.move(LEASE + SECOND)
            here.wait(lambda h=here, held=held: not h.under_way() & held)
            said = opt_out(here, [member.user for member in here.members]) if alone else {}
            here.signal(still, signal.SIGCONT)
            here.until_over()
            time.sleep(0.3)
            found = judge(out.name, here, since=BEFORE, until=here.now, skips={"own_choice"})
            # What it had begun may be uncertain: nobody but itself knows whether it was sent.
            found.explained += len(held & _uncertain(here))
            out.add(after_opt_out(found, here, said))
    return out


def opt_out(here: Stage, users: list[str]) -> dict:
    """Turn questions off for these people; return when each was told so in real time."""
    said = {}
    with here.house() as house:
        for user in users:
            never = Rhythm(cadence=Cadence.OFF)
            chosen = house.choices.save_prompts(Account(TEAM_ID, user), never, None)
            if not chosen.under_way:
                said[user] = datetime.now(UTC)
    return said


def after_opt_out(out: Outcome, here: Stage, said: dict) -> Outcome:
    """Count what the workspace took after a person was told that nothing comes any more."""
    for post in accepted(here):
        if post.user in said and post.real_at > said[post.user] + timedelta(milliseconds=2):
            out.after_opt_out += 1
            out.notes.append(f"{post.user} after the opt-out: {post.real_at} {said[post.user]}")
    return out


def _is_over(here: Stage) -> bool:
    return here.planned_count() == len(here.members) and not here.count("pending")


def _uncertain(here: Stage) -> set[str]:
    return {one for (one,) in here.rows("SELECT id FROM deliveries WHERE state = 'uncertain'")}


def _has_the_file(here: Stage) -> bool:
    """Whether somebody is in the middle of writing."""
    with closing(sqlite3.connect(here.url.removeprefix("sqlite:///"), timeout=0.3)) as there:
        try:
            there.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
