"""Runs a soak and judges it."""

import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practice.people import user_id
from tests.faults.soak.cast import cast
from tests.faults.soak.chaos import Chaos
from tests.faults.soak.month import HOURS, Month
from tests.faults.soak.promises import Verdict, judge
from tests.faults.soak.rig import luck, rig

MOST_PEOPLE, LEAST_PEOPLE = 1000, 12
MOST_DAYS, LEAST_DAYS = 30, 3
MOST_A_DAY, LEAST_A_DAY = 2.0, 0.2
MOST_IN_A_STORM = 6
"""The bot waits as each answer says. With many more, the next storm comes before this one ends."""
PROMISES = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8")


@dataclass(frozen=True)
class Plan:
    """How large a soak is; `per_day` is how many things a person does on a day, about."""

    people: int = 1000
    days: int = 30
    processes: int = 4
    seed: int = 0
    per_day: float = 0.2
    every: float = 6.0
    kills: int | None = None
    bug: str | None = None
    hours: tuple[int, ...] = HOURS
    drops: float = 0.02


def scaled(people: int, seed: int) -> Plan:
    """Return a soak of so many people: 1,000 live 30 days, fewer live fewer and do more."""
    days = min(MOST_DAYS, max(LEAST_DAYS, round(people * MOST_DAYS / MOST_PEOPLE)))
    per_day = max(LEAST_A_DAY, min(MOST_A_DAY, 60 / people))
    processes = 4 if people >= 100 else 2
    people = max(LEAST_PEOPLE, people)
    return Plan(people=people, days=days, processes=processes, seed=seed, per_day=per_day)


@dataclass
class Result:
    """What came of a soak."""

    plan: Plan
    name: str = "soak"
    seed: int = 0
    kills: int = 0
    database_restarts: int = 0
    ended_by_themselves: int = 0
    last_words: list[str] = field(default_factory=list)
    troubles_of_slack: int = 0
    interactions: int = 0
    retries: int = 0
    deeds: int = 0
    pushes: int = 0
    gone: int = 0
    mistakes_of_the_play: int = 0
    surprises: int = 0
    slowest_answer: float = 0.0
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)
    month: Month | None = None

    @property
    def violations(self) -> int:
        """How often promises were broken."""
        return len(self.verdict.violations)

    def _named(self, *names: str) -> int:
        return sum(one.name in names for one in self.verdict.violations)

    def facts(self) -> dict[str, Any]:
        """Return the figures."""
        plan = self.plan
        known = {"verdict", "month", "plan", "name", "seed"}
        return {
            "name": self.name,
            "seed": self.seed,
            "people": plan.people,
            "days": plan.days,
            "processes": plan.processes,
            **{k: v for k, v in vars(self).items() if k not in known},
            "slowest_answer": round(self.slowest_answer, 1),
            "seconds": round(self.seconds, 1),
            "lost": self._named("lost"),
            "duplicates": self._named("duplicate", "doubled"),
            "late": self._named("missing", "early"),
            **{promise.lower(): self.verdict.count(promise) for promise in PROMISES},
            "judged": dict(sorted(self.verdict.judged.items())),
            "found": self.verdict.names,
            "violations": self.violations,
        }

    def line(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(self.facts())


def trial(places: Any, people: int, seed: int) -> Result:
    """Run one as a trial of `make faults`."""
    return run(scaled(people, seed), places.postgres)


def run(plan: Plan, postgres: Any) -> Result:
    """Run one; what the play itself did wrong is an AssertionError."""
    result = Result(plan, seed=plan.seed)
    began = time.monotonic()
    people = cast(plan.people, plan.seed)
    first = user_id(people.co_leads[0])
    with (
        tempfile.TemporaryDirectory(prefix="alongside-soak-") as folder,
        rig(Path(folder), postgres, people.seeds(), first, plan.bug) as machines,
    ):
        month = Month(machines, people, plan.seed, plan.days, plan.per_day, plan.hours)
        machines.start_all(plan.processes)
        month.prepare()
        chance = luck(plan.seed, "chaos")
        probe = people.probes[0]
        storm = min(MOST_IN_A_STORM, max(2, plan.people // 25))
        breaks = (plan.every, plan.kills, storm, plan.drops)
        chaos = Chaos(machines, month.history, probe, chance, *breaks).start()
        try:
            month.live(chaos)
        finally:
            chaos.stop()
        month.look_back()
        result.kills, result.database_restarts = machines.kills, machines.database_restarts
        result.interactions = sum(actor.pressed for actor in month.actors.values())
        result.troubles_of_slack = chaos.faults
    _count(result, month)
    result.verdict = judge(month.history)
    result.seconds = time.monotonic() - began
    return result


def _count(result: Result, month: Month) -> None:
    history = month.history
    result.month = month
    result.ended_by_themselves = len(month.rig.last_words)
    result.last_words = month.rig.last_words[:10]
    result.retries = sum(actor.retries for actor in month.actors.values())
    result.deeds = sum(month.done.values())
    result.pushes = len(history.pushes)
    result.gone = len(month.gone)
    result.mistakes_of_the_play = len(month.errors)
    result.surprises = len(history.surprises)
    result.slowest_answer = max((crash.seconds for crash in history.crashes), default=0.0)
