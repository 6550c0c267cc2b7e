"""What comes round for whom: made to fit whenever a person, a cohort or a choice changes.

A person's prompts follow their own choice, else the rhythm of their latest cohort that has one,
else the programme's. Partners have one; other people only by their own choice.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.services.choices import choices_of
from domain.clock import HOME_ZONE
from domain.ids import new_id
from domain.people import Person, Role
from domain.policy import Act, allows
from domain.schedules import Rhythm, Schedule, What, next_occurrence
from storage import cohorts, people, schedules
from storage.engine import Connection, Database

USUAL = Rhythm()
"""The programme's: every Wednesday at half past nine."""
_ADOPTED_AT_ONCE = 500


def anchored(wanted: Rhythm, before: Rhythm | None, today: date) -> Rhythm:
    """Return the rhythm with its weeks counted from the next such day, or as they were."""
    same = before is not None and (before.cadence, before.weekday) == (
        wanted.cadence,
        wanted.weekday,
    )
    if before is not None and same:
        return replace(wanted, anchor=before.anchor)
    ahead = (wanted.weekday - today.weekday() - 1) % 7 + 1
    return replace(wanted, anchor=today + timedelta(days=ahead))


def refit(conn: Connection, person: Person, *, now: datetime) -> None:
    """Make what comes round for someone fit who they are and what they chose."""
    _fit(conn, person, What.PROMPT, prompts_rhythm(conn, person), now=now)
    nudge = schedules.of_person(conn, What.NUDGE, person.id)
    if nudge is not None:
        _fit(conn, person, What.NUDGE, nudge.rhythm, now=now)


def refit_members(conn: Connection, cohort_id: str, *, now: datetime) -> None:
    """Do so for everyone in a cohort."""
    for person in cohorts.everyone(conn, cohort_id):
        refit(conn, person, now=now)


def prompts_rhythm(conn: Connection, person: Person) -> Rhythm | None:
    """Return the rhythm of someone's prompts; None for whoever has none without choosing one."""
    chosen = choices_of(conn, person.id).prompts
    if chosen is not None:
        return chosen
    if Role.PARTNER not in person.roles:
        return None
    for cohort in cohorts.of_person(conn, person.id):
        usual = schedules.of_cohort(conn, What.PROMPT, cohort.id)
        if usual is not None:
            return usual.rhythm
    return USUAL


def set_nudge(conn: Connection, person: Person, rhythm: Rhythm, *, now: datetime) -> None:
    """Let someone's own nudge come round."""
    _fit(conn, person, What.NUDGE, rhythm, now=now)


def set_for_cohort(
    conn: Connection, what: What, cohort_id: str, rhythm: Rhythm, zone: str, *, now: datetime
) -> None:
    """Let something come round for a cohort; of prompts, give its members their rhythm."""
    known = schedules.of_cohort(conn, what, cohort_id)
    schedule = known or Schedule(
        id=new_id(), what=what, cohort_id=cohort_id, rhythm=rhythm, zone=zone
    )
    coming = None
    if what is not What.PROMPT:
        coming = next_occurrence(rhythm, zone, now=now, last_on=schedule.last_on)
    schedules.put(conn, replace(schedule, rhythm=rhythm, zone=zone, next=coming))
    if what is What.PROMPT:
        refit_members(conn, cohort_id, now=now)


def start_again(conn: Connection, person: Person, *, now: datetime) -> None:
    """End the quiet into which the bot went by itself; nothing where it was not quiet."""
    schedule = schedules.of_person(conn, What.PROMPT, person.id)
    if schedule is not None and schedule.quiet_since is not None:
        schedules.put(conn, replace(schedule, quiet_since=None))
        refit(conn, person, now=now)


def go_quiet(conn: Connection, schedule: Schedule, *, now: datetime) -> None:
    """Let nothing more come round until the person says so."""
    schedules.put(conn, replace(schedule, quiet_since=now.date(), next=None))


def adopt(database: Database, now: datetime) -> int:
    """Let prompts come round for partners known from before there were any; return how many."""
    adopted = 0
    while True:
        with database.write() as conn:
            found = schedules.partners_without(conn, size=_ADOPTED_AT_ONCE)
            for person_id in found:
                person = people.person(conn, person_id)
                if person is not None:
                    refit(conn, person, now=now)
        adopted += len(found)
        if len(found) < _ADOPTED_AT_ONCE:
            return adopted


def _fit(
    conn: Connection, person: Person, what: What, rhythm: Rhythm | None, *, now: datetime
) -> None:
    known = schedules.of_person(conn, what, person.id)
    if rhythm is None and known is None:
        return
    rhythm = rhythm or USUAL
    zone = person.tz or HOME_ZONE
    schedule = known or Schedule(
        id=new_id(), what=what, person_id=person.id, rhythm=rhythm, zone=zone
    )
    same = known is not None and (known.rhythm, known.zone) == (rhythm, zone)
    coming = schedule.next
    if not _comes(conn, person, what, schedule):
        coming = None
    elif not same or coming is None:
        coming = next_occurrence(rhythm, zone, now=now, last_on=schedule.last_on)
    if not same or coming != schedule.next:
        schedules.put(conn, replace(schedule, rhythm=rhythm, zone=zone, next=coming))


def _comes(conn: Connection, person: Person, what: What, schedule: Schedule) -> bool:
    if schedule.quiet_since is not None or not allows(Act.REFLECT, person):
        return False
    return what is not What.PROMPT or prompts_rhythm(conn, person) is not None
