"""A rhythm for each person: begun, come round once, and moved on; against a job for each person.

Theirs is APScheduler with its SQLAlchemy job store on SQLite, a cron job a person: it is added,
found due, and kept with its next time, as its scheduler does it. That nothing is written down of
what came round is in its favour. Ours also plans a delivery. Both files have the same pragmas. They
take turns, 400 people at a time. The goal is a twentieth.
"""

import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.cron import CronTrigger

from bench import made_up
from bench.measure import Row, in_turns, microseconds
from bot.services.planning import Planning
from domain.schedules import Schedule
from storage import schedules
from storage.connection import Connection
from storage.engine import Database

NAME = "plan_against_jobs"
GOAL = 1 / 20

_APART = timedelta(minutes=1)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def measure(scale: float = 1.0) -> Row:
    """Measure; `scale` 1 is 10 rounds of 400 people."""
    rounds, people = max(2, int(10 * scale)), max(5, min(400, int(4000 * scale)))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = stack.enter_context(made_up.empty_database(folder))
        with database.write() as conn:
            everyone = made_up.enrol_crowd(conn, (rounds + 1) * people)
        crowds = made_up.batches(everyone, people)
        house, jobs = _House(database), _Jobs(f"sqlite:///{folder / 'jobs.db'}")
        stack.callback(jobs.store.shutdown)
        number = 0

        def next_crowd() -> None:
            nonlocal number
            number += 1
            now = made_up.NOW + number * _APART
            crowd = [made_up.a_schedule(person_id, now) for person_id in next(crowds)]
            house.crowd = jobs.crowd = crowd
            house.now = jobs.now = now

        theirs, ours = in_turns(jobs.work, house.work, rounds=rounds, warm_up=1, between=next_crowd)
    row = Row(
        name=NAME,
        goal=GOAL,
        ours=[t / people for t in ours],
        floor=[t / people for t in theirs],
        facts={
            "people": rounds * people,
            "add_a_job_us": round(median(jobs.adding) / people, 1),
            "move_a_job_on_us": round(median(jobs.moving) / people, 1),
        },
    )
    row.facts["times_faster"] = round(1 / row.ratio, 1)
    return row


class _House:
    """Our own way."""

    def __init__(self, database: Database) -> None:
        self.crowd: list[Schedule] = []
        self.now = made_up.NOW
        self._database = database
        self._planning = Planning(database, lambda: self.now, _nothing_to_open)

    def work(self) -> None:
        with self._database.write() as conn:
            for schedule in self.crowd:
                schedules.put(conn, schedule)
        planned = self._planning.plan()
        assert planned == len(self.crowd)


def _nothing_to_open(conn: Connection, *_: object) -> None:
    raise AssertionError("there are no check-ins here")


class _Jobs:
    """A job a person."""

    def __init__(self, url: str) -> None:
        self.crowd: list[Schedule] = []
        self.now = made_up.NOW
        self.adding: list[float] = []
        self.moving: list[float] = []
        self.store = SQLAlchemyJobStore(url)
        self.scheduler = _Still(jobstores={"default": self.store}, timezone="UTC")
        self.scheduler.start(paused=True)

    def work(self) -> None:
        self.adding.append(microseconds(self._add))
        self.moving.append(microseconds(self._move_on))

    def _add(self) -> None:
        for schedule in self.crowd:
            rhythm = schedule.rhythm
            trigger = CronTrigger(
                day_of_week=_DAYS[rhythm.weekday],
                hour=rhythm.at.hour,
                minute=rhythm.at.minute,
                timezone=ZoneInfo(schedule.zone),
            )
            self.scheduler.add_job(
                remind,
                trigger,
                id=schedule.id,
                args=(schedule.person_id,),
                next_run_time=self.now,
            )

    def _move_on(self) -> None:
        """Do what `BaseScheduler._process_jobs` does, without running the jobs."""
        found = self.store.get_due_jobs(self.now)
        assert len(found) == len(self.crowd)
        for job in found:
            last = job._get_run_times(self.now)[-1]
            coming: datetime | None = job.trigger.get_next_fire_time(last, self.now)
            job._modify(next_run_time=coming)
            self.store.update_job(job)


class _Still(BaseScheduler):  # type: ignore[misc]
    """A scheduler without a thread: what it would do on time, `_Jobs` does when it is asked."""

    def wakeup(self) -> None:
        """Sleep on."""

    def shutdown(self, wait: bool = True) -> None:
        """There is nothing to stop."""


def remind(person_id: str) -> None:
    """Stand for what a job would do."""
