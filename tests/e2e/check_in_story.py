"""A check-in that is open now, for stories that are about something else."""

from dataclasses import replace
from datetime import timedelta

from domain.ids import new_id
from domain.people import Account
from domain.schedules import Occurrence, Rhythm, Schedule, What
from practice.people import TEAM_ID, user_id
from storage import cohorts, people

GOOD = {
    "How is your energy?": "4 - Good",
    "How connected do you feel to the group?": "3 - In the middle",
    "How supported do you feel?": "5 - Very good",
}


def account(handle):
    """Somebody's account in the practice workspace."""
    return Account(TEAM_ID, user_id(handle))


def opened(bot, cohort_id, *handles):
    """Put people into a cohort and open a check-in for it; return its id."""
    house = bot.house
    now = house.clock()
    schedule = Schedule(
        id=new_id(), what=What.CHECK_IN, cohort_id=cohort_id, rhythm=Rhythm(), zone="UTC"
    )
    with bot.database.write() as conn:
        cohort = cohorts.one(conn, cohort_id)
        started = min(cohort.starts_on, now.date() - timedelta(days=2))
        cohorts.change(conn, replace(cohort, starts_on=started))
        for handle in handles:
            cohorts.add_member(conn, cohort_id, people.actor(conn, account(handle)).id, now=now)
        house.check_ins.open(conn, schedule, Occurrence(now.date(), now), now)
    [check_in] = bot.rows("check_ins")
    return check_in["id"]
